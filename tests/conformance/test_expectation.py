"""What a request calls for, and what is said of an answer that does not fit."""

from __future__ import annotations

import pytest

from mockserver.conformance.case import Expected
from mockserver.conformance.expectation import Expectation
from mockserver.conformance.profile import PROFILES, profile
from mockserver.contract import Contract, Document
from mockserver.exchange import Headers, Request, Response

PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"


def post(body: bytes = b'{"SaleId": 703}', query: str = "", **fields: str) -> Request:
    headers = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in fields.items()}}
    return Request("POST", PATH, query, Headers(headers.items()), body)


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (post(), None),
        (post(b'{"saleid": "703"}'), None),
        (post(query="unknown=1&$select=Nothing"), None),
        (post(SO_TimeZone="NO,includeTZOffset"), None),
        (post(SO_TimeZone="Nowhere"), "Nowhere"),
        (post(b"{"), "application/json"),
        (post(b""), "required"),
        (post(b"[]"), "object"),
        (post(b'{"SaleId": 2147483648}'), "2147483648"),
        (post(Accept="text/xml"), None),
        (post(Accept="image/png"), "image/png"),
        (post(Content_Type="image/png"), "image/png"),
        (Request("GET", PATH), "POST"),
        (Request("POST", "/nowhere"), "/nowhere"),
    ],
)
def test_a_request_reads_as_the_server_reads_it(superoffice: Contract, request_: Request, reason: str | None):
    found = Expectation(superoffice, profile("mock")).refusal(request_)
    assert (found is None) == (reason is None)
    assert (reason or "") in (found or "")


GOOD, BAD = post(), post(b"{")
READING, ANYTHING, UNAUTHORIZED = Expected.READING, Expected.ANYTHING, Expected.UNAUTHORIZED


@pytest.mark.parametrize(
    ("expected", "request_", "status", "rule"),
    [
        (READING, GOOD, 200, None),
        (READING, GOOD, 304, None),
        (READING, GOOD, 400, "conformance.acceptance"),
        (READING, GOOD, 500, "conformance.crash"),
        (READING, GOOD, 401, None),
        (READING, BAD, 400, None),
        (READING, BAD, 422, None),
        (READING, BAD, 200, "conformance.refusal"),
        (READING, BAD, 503, "conformance.crash"),
        (READING, Request("OPTIONS", PATH), 204, None),
        (READING, Request("PUT", PATH), 204, "conformance.refusal"),
        (READING, Request("PUT", PATH), 405, "conformance.allow"),
        (ANYTHING, GOOD, 404, None),
        (ANYTHING, GOOD, 500, "conformance.crash"),
        (UNAUTHORIZED, GOOD, 401, None),
        (UNAUTHORIZED, GOOD, 403, None),
        (UNAUTHORIZED, GOOD, 200, "conformance.credentials"),
        (UNAUTHORIZED, GOOD, 400, "conformance.credentials"),
        (READING, Request("TRACE", PATH), 501, None),
        (READING, Request("TRACE", PATH), 500, "conformance.crash"),
        (READING, GOOD, 501, "conformance.crash"),
        (Expected.REFUSAL, GOOD, 200, "conformance.refusal"),
        (Expected.ACCEPTANCE, BAD, 400, "conformance.acceptance"),
    ],
)
def test_the_status_fits_what_was_asked(
    superoffice: Contract, expected: Expected, request_: Request, status: int, rule: str | None
):
    judged = Expectation(superoffice, profile("mock")).finding(expected, "example", request_, Response(status))
    assert (judged.rule if judged else None) == rule


@pytest.mark.parametrize(("value", "rule"), [(None, "conformance.credentials"), ("Basic !", None)])
def test_what_cannot_be_read_may_be_a_bad_request(superoffice: Contract, value: str | None, rule: str | None):
    """400 is no answer to missing credentials where 401 is documented, and may be one to malformed ones."""
    asked = post() if value is None else post(Authorization=value)
    judged = Expectation(superoffice, profile("mock")).finding(
        UNAUTHORIZED, "credentials/missing", asked, Response(400)
    )
    assert (judged.rule if judged else None) == rule


@pytest.mark.parametrize(
    ("operation", "status", "rule"),
    [
        ("get", 404, None),
        ("get", 410, "conformance.acceptance"),
        ("get", 409, "conformance.acceptance"),
        ("put", 409, None),
        ("put", 412, "conformance.acceptance"),
        ("post", 404, "conformance.acceptance"),
        ("post", 409, None),
        ("post", 422, "conformance.acceptance"),
    ],
)
def test_what_a_server_has_is_its_own_matter(operation: str, status: int, rule: str | None):
    """A documented 404 or 409 says nothing of the request; ``default`` speaks of the records of a path alone."""
    told = {"description": ""}
    one = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]}
    paths = {
        "/dogs/{id}": one
        | {"get": {"operationId": "get", "responses": {"200": told, "404": told, "409": told}}}
        | {"put": {"operationId": "put", "responses": {"200": told, "409": told}}},
        "/dogs": {"post": {"operationId": "post", "responses": {"201": told, "default": told}}},
    }
    contract = Contract(Document({"openapi": "3.0.3", "info": {"title": "Dogs", "version": "1"}, "paths": paths}))
    asked = Request(operation.upper(), "/dogs" if operation == "post" else "/dogs/7")
    judged = Expectation(contract, profile("mock")).finding(READING, "example", asked, Response(status))
    assert (judged.rule if judged else None) == rule


@pytest.mark.parametrize("digits", [18, 19])
def test_no_document_says_how_many_digits_a_server_holds(pets: Contract, digits: int):
    asked = Request("GET", f"/pets/{'9' * digits}")
    judged = Expectation(pets, profile("mock")).finding(READING, "example", asked, Response(400))
    assert (judged is None) == (digits == 19)


@pytest.mark.parametrize("status", [200, 406])
def test_a_server_may_disregard_accept_unless_it_documents_406(pets: Contract, status: int):
    """RFC 9110, section 12.4.1."""
    asked = Request("GET", "/pets/7", headers=Headers([("Accept", "image/png")]))
    assert Expectation(pets, profile("mock")).finding(READING, "example", asked, Response(status)) is None


@pytest.mark.parametrize(
    ("family", "request_", "status", "rule"),
    [
        ("example", GOOD, 400, "conformance.acceptance"),
        ("integer", GOOD, 404, None),
        ("integer", GOOD, 500, "conformance.crash"),
        ("body/broken", BAD, 200, None),
        ("example", BAD, 200, None),
    ],
)
def test_of_a_real_server_less_is_expected(
    superoffice: Contract, family: str, request_: Request, status: int, rule: str | None
):
    """Where no document says what a real server does, nothing but a crash is a finding."""
    judged = Expectation(superoffice, profile("superoffice")).finding(READING, family, request_, Response(status))
    assert (judged.rule if judged else None) == rule


def test_every_exception_of_a_profile_has_its_reason():
    for kind in PROFILES.values():
        for reasons in (kind.not_run, kind.not_sent, kind.lenient_on):
            assert all(len(reason) > 20 for reason in reasons.values())


@pytest.mark.parametrize(
    ("expected", "request_", "status", "is_refused"),
    [
        (READING, Request("GET", "/a", "n=1"), 400, False),
        (READING, Request("GET", "/a", "n=x"), 400, True),
        (READING, Request("GET", "/a", "n=x"), 200, False),
        (READING, Request("GET", "/a", "n=x"), 500, False),
        (Expected.REFUSAL, Request("GET", "/a"), 400, True),
        (UNAUTHORIZED, Request("GET", "/a"), 401, True),
        (UNAUTHORIZED, Request("GET", "/a"), 404, False),
        (Expected.ACCEPTANCE, Request("GET", "/a"), 401, False),
        (READING, Request("GET", "/told", "n=x"), 422, False),
        (UNAUTHORIZED, Request("GET", "/told"), 403, False),
    ],
)
def test_a_refusal_need_not_be_documented_where_none_is(
    expected: Expected, request_: Request, status: int, is_refused: bool
):
    """What is refused rightly may be, unless the document tells another status for that."""
    asked = [{"name": "n", "in": "query", "schema": {"type": "integer"}}]
    terse = {"200": {"description": "fine"}}
    told = {**terse, **{each: {"description": "refused"} for each in ("400", "401")}}
    paths = {"/a": {"get": {"parameters": asked, "responses": terse}}}
    paths["/told"] = {"get": {"parameters": asked, "responses": told}}
    contract = Contract(Document({"openapi": "3.0.3", "info": {"title": "A", "version": "1"}, "paths": paths}))
    assert Expectation(contract, profile("mock")).is_refused(expected, request_, status) is is_refused
