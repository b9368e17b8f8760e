"""What we use of Schemathesis, whose engine is no public API: an upgrade that changes it fails here."""

from __future__ import annotations

import inspect
import zlib
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.version import SCHEMATHESIS_VERSION
from schemathesis.engine import StopReason, events
from schemathesis.engine.core import Engine as Core
from schemathesis.engine.recorder import CheckNode, ScenarioRecorder
from schemathesis.engine.run import UNIT_PHASES
from schemathesis.engine.run.unit._case import BudgetExpired
from schemathesis.specs.openapi.schemas import OpenApiSchema
from schemathesis.transport.requests import RequestsTransport

from conformance.raw import talking
from mockserver.conformance import Credential, Reason, Settings, run
from mockserver.conformance.doubles import DOUBLES
from mockserver.conformance.engine import chosen
from mockserver.conformance.profile import PROFILES
from mockserver.conformance.theirs import CHECKS as CHECKS_WE_NAME
from mockserver.contract import Contract
from mockserver.exchange import Exchange, Headers, Request, Response
from mockserver.report import Judged

USER = Credential.basic("tje0:Tje0")
Serve = Callable[[Callable[[Request], Response | None]], str]
JudgeBy = Callable[[Contract], Callable[[Exchange], Judged]]


def test_the_version_is_the_one_that_the_adapter_was_written_for():
    assert SCHEMATHESIS_VERSION.startswith("4.3")


def test_what_we_override_and_raise_is_there():
    """A method that was renamed would be overridden in vain: nothing would be counted."""
    assert {"get_phase_config", "_create_execution_plan", "execute"} <= set(dir(Core))
    assert isinstance(inspect.getattr_static(OpenApiSchema, "transport"), property)
    assert "operation" in inspect.signature(OpenApiSchema.iter_coverage_cases).parameters
    assert "case" in inspect.signature(RequestsTransport.send).parameters
    assert issubclass(BudgetExpired, KeyboardInterrupt)
    assert [phase.value for phase in UNIT_PHASES] == ["examples", "coverage", "fuzzing"]
    assert StopReason.SERVER_UNAVAILABLE.value == "server_unavailable"
    assert {"recorder", "phase"} <= set(inspect.signature(events.ScenarioFinished).parameters)
    assert {"interactions", "checks"} <= set(ScenarioRecorder.__slots__)
    assert "failure_info" in inspect.signature(CheckNode).parameters


def test_every_check_that_is_named_is_one_of_schemathesis():
    load_all_checks()
    known = {*CHECKS.get_all_names(), "max_response_time"}
    assert set(CHECKS_WE_NAME) == known
    for kind in PROFILES.values():
        assert set(kind.not_run) <= known
    assert {rule.partition(".")[2] for rule in DOUBLES if rule.startswith("schemathesis.")} <= known


@given(st.integers(0, 200), st.integers(0, 60), st.text(max_size=3))
def test_cases_are_chosen_in_order_and_as_many_as_may_be(count: int, most: int, seed: str):
    found = chosen(iter(range(count)), most, seed)
    assert len(found) == min(count, most)
    assert found == sorted(set(found))
    assert found == chosen(iter(range(count)), most, seed)


def test_each_case_is_as_likely_as_any_other():
    """Of 20 cases 5 are chosen: over 2,000 seeds each comes up 500 times, give or take."""
    counts = Counter(each for seed in range(2000) for each in chosen(iter(range(20)), 5, str(seed)))
    assert len(counts) == 20
    assert all(400 < count < 600 for count in counts.values())


@pytest.fixture(scope="module")
def generated(superoffice: Contract, mock: str, judge_by: JudgeBy) -> dict[int, list[Exchange]]:
    """What a run with one worker and one with three sends to our mock, by the number of workers."""
    sent: dict[int, list[Exchange]] = {}
    for workers in (1, 3):
        sent[workers] = []
        settings = Settings(credentials=(USER,), seed=7, workers=workers, max_requests=400)
        outcome = run(superoffice, mock, settings, judge=judge_by(superoffice), record=sent[workers].append)
        assert not outcome.report.groups, [each.first[0].message for each in outcome.report.groups.values()]
        assert outcome.stopped is None
        assert not outcome.troubles
        assert set(outcome.requests) == {"planned", "examples", "coverage", "fuzzing"}
        assert outcome.report.total == sum(outcome.requests.values()) == len(sent[workers])
    return sent


def keys(exchanges: list[Exchange]) -> list[Any]:
    return [
        (each.origin.number, each.request.method, each.request.path, each.request.query, each.request.body)
        for each in exchanges
    ]


@pytest.mark.e2e
def test_a_good_server_passes_and_a_seed_repeats_the_run(generated: dict[int, list[Exchange]]):
    assert keys(generated[1]) == keys(generated[3])


@pytest.mark.e2e
def test_all_media_types_are_sent_and_asked_for(generated: dict[int, list[Exchange]]):
    """Schemathesis's own requests hold all seven request types, and every answer type came back."""
    made_up = [each for each in generated[1] if each.request.headers.get("user-agent", "").startswith("mockserver")]
    sent = {each.request.headers.get("content-type", "").partition(";")[0].lower() for each in made_up}
    seen = {each.response.headers.get("content-type", "").partition(";")[0] for each in made_up}
    assert len(sent & set(MEDIA_TYPES)) == 7
    assert len(seen & set(MEDIA_TYPES)) == 6


MEDIA_TYPES = (
    "application/json",
    "text/json",
    "application/xml",
    "text/xml",
    "application/x-www-form-urlencoded",
    "application/json-patch+json",
    "application/merge-patch+json",
)


@pytest.fixture
def outcome_of(pets: Contract, serve: Any, judge_by: JudgeBy) -> Callable[..., Any]:
    """Run against a server that answers as a function says."""

    def outcome_of(answer: Callable[[Request], Response | None], **options: Any) -> Any:
        settings = Settings(**{"credentials": (Credential.header("X-Key: k"),), "max_requests": 60, **options})
        return run(pets, serve(answer), settings, judge=judge_by(pets))

    return outcome_of


MARK = "x-schemathesis-testcaseid"
JSON = Headers([("Content-Type", "application/json")])
TOM = b'{"id": 7, "name": "Tom"}'


def good(request: Request) -> Response:
    """Answer as a server that keeps the contract of the pets."""
    if request.headers.get("x-key") != "k":
        return Response(401, Headers([("WWW-Authenticate", "ApiKey")]))
    if request.path.startswith("/pets") and request.method in ("DELETE", "PUT", "PATCH", "TRACE", "QUERY"):
        return Response(405, Headers([("Allow", "GET, POST, DELETE")]))
    if request.method == "POST" and request.body[:1] != b"{":
        return Response(400)
    return Response(200, JSON, TOM)


def test_findings_of_schemathesis_become_ours(outcome_of: Callable[..., Any]):
    """A 500 that only a request made up by it meets is found, once, with the request that met it."""

    def answer(request: Request) -> Response:
        crashes = MARK in request.headers and request.method == "GET" and "sort" in request.query
        return Response(500, Headers(), b"oops") if crashes else good(request)

    outcome = outcome_of(answer)
    (failure,) = [each for each in outcome.failures if each.finding.rule == "status.documented"]
    assert failure.case.family.startswith("generated/")
    assert "sort" in failure.case.request.query
    assert not {MARK, "X-Key", "User-Agent"} & set(failure.case.request.headers)
    rules = {key.rule for key in outcome.report.groups}
    assert not rules & {"conformance.crash", "schemathesis.not_a_server_error", "schemathesis.status_code_conformance"}


def test_an_ignored_credential_is_found(outcome_of: Callable[..., Any]):
    outcome = outcome_of(lambda _: Response(200, JSON, TOM))
    assert "conformance.credentials" in {key.rule for key in outcome.report.groups}


def test_operations_that_write_get_no_request(outcome_of: Callable[..., Any]):
    """Nothing of the operation left out is sent; of others, methods that nobody documents are probed."""
    met: list[Request] = []

    def answer(request: Request) -> Response:
        met.append(request)
        return good(request)

    outcome = outcome_of(answer)
    assert "deletePet" in outcome.plan.left_out
    assert not [each for each in met if each.method == "DELETE" and each.path.startswith("/pets/")]
    assert len(met) == sum(outcome.requests.values()) + 1
    assert max(Counter(each.path.startswith("/pets/") for each in met).values()) <= 121


def test_what_is_generated_and_not_answered_is_a_finding_and_not_the_end(
    pets: Contract, serve: Serve, judge_by: JudgeBy
):
    """The server hangs up on some of what Schemathesis makes up: each is told, and the rest is sent all the same."""
    met: set[bytes] = set()

    def answer(request: Request) -> Response | None:
        if "x-schemathesis-testcaseid" in request.headers and zlib.crc32(request.body) % 2:
            met.add(request.body)
            return None
        return Response(200, JSON, b'{"id": 7, "name": "Tom"}')

    settings = Settings(max_requests=150, operations=("findPets",))
    outcome = run(pets, serve(answer), settings, judge=judge_by(pets))
    (told,) = [group for key, group in outcome.report.groups.items() if key.rule == "conformance.answer"]
    assert told.count >= len(met) > 1
    assert outcome.requests["fuzzing"] > 5
    assert not outcome.troubles
    assert outcome.stopped is None


def test_a_server_that_goes_away_while_requests_are_generated_ends_the_run(
    pets: Contract, serve: Serve, judge_by: JudgeBy
):
    met: list[Request] = []

    def answer(request: Request) -> Response | None:
        if "x-schemathesis-testcaseid" in request.headers:
            met.append(request)
        return None if len(met) > 4 else Response(200, JSON, b'{"id": 7, "name": "Tom"}')

    outcome = run(pets, serve(answer), Settings(max_requests=60, operations=("findPets",)), judge=judge_by(pets))
    assert outcome.stopped is not None
    assert outcome.stopped.reason is Reason.GONE
    assert "conformance.answer" in {key.rule for key in outcome.report.groups}
    assert len(met) < 8


def test_heads_that_drip_hold_generation_no_longer_than_one_exchange_may(pets: Contract, judge_by: JudgeBy):
    """Each byte comes in time, and all of them would take a minute: that is told of each such request."""
    answer = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{"id": 7, "name": "Tom"}'
    drops: list[bytes | float] = [each for byte in answer for each in (bytes([byte]), 0.5)]
    dripped: list[bytes] = []

    def script(_: int, head: bytes) -> list[bytes | float]:
        if b"x-schemathesis-testcaseid" in head.lower() and len(dripped) < 2:
            dripped.append(head)
            return drops
        return [answer.partition(b"{")[0] if head.startswith(b"HEAD") else answer]

    with talking(script) as url:
        settings = Settings(max_requests=30, operations=("findPets",), timeout=0.8)
        outcome = run(pets, url, settings, judge=judge_by(pets))
    (told,) = [group for key, group in outcome.report.groups.items() if key.rule == "conformance.answer"]
    assert told.count == len(dripped) == 2
    assert outcome.stopped is None
    assert outcome.seconds < 10
