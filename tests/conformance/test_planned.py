"""Planned requests: the families, what they hold, and how some are chosen of many."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.conformance import Credential, Settings
from mockserver.conformance.case import Case
from mockserver.conformance.expectation import Expectation
from mockserver.conformance.planned import FAMILIES, Ground, evenly, ground, planned
from mockserver.conformance.profile import PROFILES, profile
from mockserver.contract import Contract, Document
from mockserver.exchange import Request
from mockserver.superoffice.timezones import ZONES

OPERATION = "CreateDefaultReOpenAppointment"
MEDIA_TYPES = {
    "application/json",
    "text/json",
    "application/xml",
    "text/xml",
    "application/x-www-form-urlencoded",
    "application/json-patch+json",
    "application/merge-patch+json",
}
USER = (Credential.basic("tje0:Tje0"),)


def start_of(contract: Contract, name: str = OPERATION, kind: str = "mock") -> Ground:
    start = ground(contract, contract.operation(name), profile(kind), USER)
    assert start is not None
    return start


@pytest.fixture(scope="module")
def cases(superoffice: Contract) -> list[Case]:
    """Every planned case of the shipped contract."""
    start = start_of(superoffice)
    return [case for family in FAMILIES for case in family.cases(start)]


def test_the_table_of_families_is_that_of_the_documentation():
    """docs/check.md lists each family with what it tries."""
    text = (Path(__file__).parents[2] / "docs" / "check.md").read_text(encoding="utf-8")
    table = text.partition("| family | what is tried |")[2].partition("\n\n")[0]
    *listed, last = re.findall(r"^\| `(.+?)` \| (.+?) \|$", table, re.MULTILINE)
    assert listed == [(each.name, each.says) for each in FAMILIES]
    assert last[0] == "combination"


def test_every_family_has_cases_here(cases: list[Case]):
    """None is empty for the shipped contract but those of parameters: all that it has are in the vendor's words."""
    empty = {family.name for family in FAMILIES} - {case.family for case in cases}
    assert empty == {f"parameter/{each}" for each in ("listed", "optional", "bounds", "missing")}


def test_every_form_that_the_issue_names_is_there(cases: list[Case]):
    def values(name: str) -> set[str]:
        return {case.request.headers.get(name) for case in cases if name in case.request.headers}

    assert {f"{code},includeTZOffset" for _, code, _ in ZONES} <= values("so-timezone")
    assert {f"{number},includeTZOffset" for number, _, _ in ZONES} <= values("so-timezone")
    assert {"no", "US-NY", "261", "includeTZOffset", "Nowhere", ""} <= values("so-timezone")
    assert {"no", "en", "*", "x", "-", "", "xx"} <= values("so-language")
    assert values("content-type") >= MEDIA_TYPES
    assert {"*/*", "application/*", "image/png", "text/xml"} <= values("accept")
    assert {"chunked"} == values("transfer-encoding")
    bodies = {case.request.body for case in cases if case.family == "integer"}
    for number in (0, 1, -1, 2**31 - 1, -(2**31)):
        assert b'{"SaleId":%d}' % number in bodies
    assert {case.says for case in cases if case.family == "credentials/wrong"} == {
        "Basic",
        "SoTicket",
        "Bearer",
        "XsrfToken",
    }


def test_selections_come_in_many_shapes(cases: list[Case]):
    queries = [case.request.query for case in cases if case.family.startswith("select")]
    assert any(query.count(",") > 50 for query in queries)
    assert any(re.search(r"=\w+/\w+/\w+$", query) for query in queries)
    assert any(re.fullmatch(r"\$select=[a-z]+", query) for query in queries)
    assert {"$select=", "$select=NoSuchMember"} <= set(queries)


def test_no_case_holds_a_credential(cases: list[Case]):
    """Those that try one name it: what is saved and printed holds no secret, nor nearly one."""
    settings = Settings(credentials=USER)
    secrets = {field for each in settings.known.values() for field in each.fields}
    assert not [case for case in cases if secrets & set(case.request.headers.fields)]
    named = {case.credential: case.family for case in cases if case.credential}
    assert named.keys() == settings.known.keys()
    assert set(named.values()) == {"credentials/right", "credentials/spelled", "credentials/almost"}


def test_the_same_seed_plans_the_same(superoffice: Contract):
    start = start_of(superoffice)

    def sent(seed: int) -> list[Any]:
        return [
            (each.request.query, each.request.headers.fields, each.request.body) for each in planned(start, 400, seed)
        ]

    assert sent(7) == sent(7)
    assert sent(7) != sent(8)


def test_every_case_of_the_default_plan_reads_as_it_says(superoffice: Contract):
    """Families that are named after what is wrong are refused, those of the vendor's words are accepted."""
    expectation = Expectation(superoffice, profile("mock"))
    refused = ("time-zone/unknown", "body/broken", "body/foreign", "body/empty", "accept/none", "method", "path")
    accepted = ("example", "body/written", "body/chunked", "time-zone/code", "time-zone/number", "time-zone/form")
    accepted += ("language", "culture", "select", "accept/offered", "query", "repeat", "combination", "credentials")
    for case in planned(start_of(superoffice), 1000, 1):
        reason = expectation.refusal(case.request)
        if case.family in refused and "form" not in case.says:  # any text is a form
            assert reason is not None, case
        elif case.family.startswith(accepted):
            assert reason is None, (case, reason)


def test_what_the_families_leave_is_combined(superoffice: Contract):
    counts = Counter(case.family for case in planned(start_of(superoffice), 1000, 1))
    assert sum(counts.values()) == 500
    assert counts["combination"] > 100


def test_a_real_server_is_asked_for_the_documents_ids_alone(superoffice: Contract):
    sent = planned(start_of(superoffice, kind="superoffice"), 400, 1)
    families = {case.family.partition("/")[0] for case in sent}
    assert not families & set(PROFILES["superoffice"].not_sent)
    about = [case for case in sent if case.family.partition("/")[0] in ("time-zone", "language", "select", "accept")]
    assert {case.request.body for case in about} == {b'{"SaleId":703}'}


@given(st.integers(0, 300), st.integers(1, 300))
def test_some_are_chosen_evenly(count: int, most: int):
    """As many as may be, in order, none twice, and no two gaps differ by more than one."""
    chosen = evenly(list(range(count)), most)  # type: ignore[arg-type]
    assert len(chosen) == min(count, most)
    gaps = [later - earlier for earlier, later in itertools.pairwise(chosen)]  # type: ignore[operator]
    assert all(gap > 0 for gap in gaps)
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_any_document_has_its_plan(pets: Contract):
    """Parameters, their lists, missing and wrong credentials come from the document alone."""
    start = start_of(pets, "getPet")
    assert start.plain.path == "/pets/7"
    counts = Counter(case.family for family in FAMILIES for case in family.cases(start))
    assert counts["parameter/listed"] == 2
    assert counts["credentials/wrong"] == 1
    assert not any(name.startswith(("time-zone", "select")) for name in counts)
    assert start_of(pets, "findPets").plain.body == b'{"id":1,"name":"a"}'


@pytest.mark.parametrize(
    "schema", [{"type": "string", "pattern": "^[0-9]{3}$"}, {"type": "array", "items": {"type": "array", "items": {}}}]
)
def test_an_operation_that_nobody_can_ask_has_no_plan(schema: dict[str, Any]):
    """A required parameter that no simple value fits is left to Schemathesis."""
    contract = asking({"name": "a", "in": "query", "required": True, "schema": schema})
    assert ground(contract, contract.operation("one"), profile("mock")) is None


def asking(*parameters: dict[str, Any], path: str = "/one") -> Contract:
    """Return a contract of one operation with *parameters*."""
    operation = {"operationId": "one", "parameters": list(parameters), "responses": {"200": {"description": "fine"}}}
    root = {"openapi": "3.0.3", "info": {"title": "One", "version": "1"}, "paths": {path: {"get": operation}}}
    return Contract(Document(root))


def sent(contract: Contract, family: str) -> dict[str, Request]:
    """Return what the cases of *family* say and send."""
    cases = [case for each in FAMILIES if each.name == family for case in each.cases(start_of(contract, "one"))]
    assert len({case.says for case in cases}) == len(cases)
    return {case.says: case.request for case in cases}


def test_each_optional_parameter_is_sent_alone_and_left_out_of_all():
    """With the document's example, its default, or a value that its schema takes, as its style writes it."""
    contract = asking(
        {"name": "page", "in": "query", "schema": {"type": "integer", "default": 3}},
        {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}, "explode": False},
        {"name": "X-Of", "in": "header", "schema": {"type": "string", "minLength": 2}},
        {"name": "c", "in": "cookie", "schema": {"type": "boolean"}},
        {"name": "d", "in": "cookie", "schema": {"type": "string"}, "example": "x"},
        {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
        {"name": "id", "in": "query", "required": True, "schema": {"type": "string"}},
    )
    found = sent(contract, "parameter/optional")
    alone = {says: (each.query, dict(each.headers)) for says, each in found.items() if not says.startswith("all but")}
    assert alone == {
        "page 3": ("id=a&page=3", {}),
        'tags ["a"]': ("id=a&tags=a", {}),
        "X-Of aa": ("id=a", {"x-of": "aa"}),
        "c true": ("id=a", {"cookie": "c=true"}),
        "d x": ("id=a", {"cookie": "d=x"}),
        "filter {}": ("id=a&filter=%7B%7D", {}),
    }
    others = found["all but page"]
    assert (others.query, dict(others.headers)) == (
        "id=a&tags=a&filter=%7B%7D",
        {"x-of": "aa", "cookie": "c=true; d=x"},
    )
    assert found["all but c"].headers["cookie"] == "d=x"
    assert len(found) == 12


def test_bounds_are_those_of_the_schema():
    """On either side of each; those of the family of integers are not sent again, and no list has any."""
    text = {"type": "string", "minLength": 2, "maxLength": 100_000}
    contract = asking(
        {"name": "n", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50}},
        {"name": "x", "in": "query", "schema": {"type": "number", "maximum": 0.5, "exclusiveMaximum": True}},
        {"name": "t", "in": "path", "required": True, "schema": text},
        {"name": "a", "in": "query", "schema": {"type": "array", "items": {"type": "string"}, "maxItems": 2}},
        {"name": "e", "in": "query", "schema": {"type": "string", "enum": ["a"], "maxLength": 1}},
        {"name": "f", "in": "query", "schema": {"type": "string", "format": "date", "maxLength": 10}},
        path="/one/{t}",
    )
    found = sent(contract, "parameter/bounds")
    queries = [each.query for each in found.values() if each.query]
    assert queries == ["n=2", "n=49", "n=50", "n=51", "x=-0.5", "x=0.5", "x=1.5", "a=a&a=a", "a=a&a=a&a=a"]
    assert {each.path for each in found.values()} == {"/one/aa", "/one/a"}
    expectation = Expectation(contract, profile("mock"))
    refused = {says for says, each in found.items() if expectation.refusal(each)}
    assert refused == {"n 51", "x 0.5", "x 1.5", "t a", 'a ["a", "a", "a"]'}


def test_what_tells_who_asks_is_not_made_up():
    """Nobody knows another's token; a document's API key is a credential, whatever it is called."""
    names = ("SO-AppToken", "X-Auth-Token", "api_key")
    contract = asking(*({"name": name, "in": "header", "schema": {"type": "string"}} for name in names))
    assert sent(contract, "parameter/optional") == {}
