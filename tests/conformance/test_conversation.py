"""What holds for all that is said to a server: budget, patience, an end in time, one count for each exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from mockserver.conformance import Case, Credential, Progress, Reason, Settings, make_plan
from mockserver.conformance.client import Client
from mockserver.conformance.conversation import Conversation, End, smallest
from mockserver.conformance.expectation import Expectation
from mockserver.conformance.pace import Pace
from mockserver.contract import Contract
from mockserver.exchange import Exchange, Headers, Request, Response
from mockserver.finding import Finding, Party, Rule, Severity
from mockserver.report import Judged

Serve = Callable[[Callable[[Request], Response | None]], str]
GOOD = Response(200, Headers([("Content-Type", "application/json")]), b'{"id": 7, "name": "Tom"}')
CASE = Case("example", "getPet", Request("GET", "/pets/7"))
RULE = Rule("response.body", Party.PROVIDER, Severity.ERROR, "It is good.")
BLAME = Rule("request.body", Party.CONSUMER, Severity.ERROR, "It is good.")


def fine(exchange: Exchange) -> Judged:
    return Judged("getPet", exchange.response.status)


@contextmanager
def talking(contract: Contract, url: str, *, judge: Any = fine, **options: Any) -> Iterator[Conversation]:
    """A conversation with the settings among *options*, which waits no real time."""
    hands = {name: options.pop(name) for name in ("record", "progress", "weigh") if name in options}
    settings = Settings(**{"credentials": (Credential.header("X-Key: k"),), **options})
    plan = make_plan(contract, url, settings)
    with closing(Client(url, settings)) as client:
        pace = Pace(sleep=lambda _: None)
        yield Conversation(plan, client, Expectation(contract, plan.profile), judge, pace=pace, **hands)


def test_each_exchange_is_judged_counted_and_recorded_once(pets: Contract, serve: Serve):
    recorded: list[Exchange] = []
    shown: list[Progress] = []
    with talking(pets, serve(lambda _: GOOD), record=recorded.append, progress=shown.append) as talk:
        for _ in range(3):
            talk.ask(CASE, "planned")
    assert talk.tally.report().exchanges == {("getPet", 200): 3}
    assert [exchange.origin.number for exchange in recorded] == [1, 2, 3]
    assert recorded[0].request.headers["X-Key"] == "k"
    assert [each.requests for each in shown] == [1, 2, 3]
    assert talk.phases == {"planned": 3}


def test_the_budget_of_an_operation_is_not_exceeded(pets: Contract, serve: Serve):
    met: list[Request] = []

    def answer(request: Request) -> Response:
        met.append(request)
        return GOOD

    with talking(pets, serve(answer), max_requests=4) as talk:
        told = [talk.ask(CASE, "planned") for _ in range(10)]
    assert len(met) == 4
    assert told[4:] == [None] * 6


def test_what_we_did_wrong_on_purpose_is_not_told(pets: Contract, serve: Serve):
    def judge(exchange: Exchange) -> Judged:
        return Judged("getPet", exchange.response.status, (BLAME.finding("ours"), RULE.finding("theirs")))

    with talking(pets, serve(lambda _: GOOD), judge=judge) as talk:
        judged = talk.ask(CASE, "planned")
    assert judged is not None
    assert [each.message for each in judged.findings] == ["theirs"]
    assert judged.findings[0].operation == "" or judged.findings[0].operation == "getPet"


def test_findings_count_as_the_caller_weighs_them(pets: Contract, serve: Serve):
    """What a policy leaves out is neither counted nor kept as a failure; what it makes lighter is told so."""

    def judge(exchange: Exchange) -> Judged:
        return Judged("getPet", exchange.response.status, (RULE.finding("kept"), RULE.finding("left out")))

    def weigh(_: Exchange, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return tuple(replace(each, severity=Severity.WARNING) for each in findings if each.message == "kept")

    with talking(pets, serve(lambda _: GOOD), judge=judge, weigh=weigh) as talk:
        talk.ask(CASE, "planned")
    ((_, group),) = talk.tally.report().groups.items()
    assert (group.severity, group.count) == (Severity.WARNING, 1)
    assert [each.finding.message for each in smallest(talk.failures)] == ["kept"]


@pytest.mark.parametrize(
    ("status", "fields"),
    [(429, [("Retry-After", "7")]), (503, [("Retry-After", "7")]), (429, []), (429, [("Retry-After", "soon")])],
)
def test_a_server_that_asks_for_patience_gets_it(
    pets: Contract, serve: Serve, status: int, fields: list[tuple[str, str]]
):
    """The answer that asks is not judged; the one after the wait is."""
    answers = iter([Response(status, Headers(fields)), GOOD])
    with talking(pets, serve(lambda _: next(answers))) as talk:
        judged = talk.ask(CASE, "planned")
    assert judged is not None
    assert judged.status == 200
    assert talk.throttled == 1
    assert talk.tally.report().total == 1


def test_a_server_that_never_stops_asking_is_judged_in_the_end(pets: Contract, serve: Serve):
    with talking(pets, serve(lambda _: Response(503, Headers([("Retry-After", "1")])))) as talk:
        judged = talk.ask(CASE, "planned")
    assert judged is not None
    assert [each.rule for each in judged.findings] == ["conformance.crash"]


def test_a_run_ends_when_good_credentials_are_refused_again_and_again(pets: Contract, serve: Serve):
    with talking(pets, serve(lambda _: Response(401))) as talk:
        for _ in range(5):
            talk.ask(CASE, "planned")
        with pytest.raises(End):
            talk.ask(CASE, "planned")
    assert talk.stopped is not None
    assert talk.stopped.reason is Reason.CREDENTIALS
    assert "header X-Key" in talk.stopped.message
    assert talk.tally.report().total == 5


def test_refusals_on_purpose_and_now_and_then_end_nothing(pets: Contract, serve: Serve):
    answers = iter([401, 403, 401, 401, 200] * 4)
    with talking(pets, serve(lambda _: Response(next(answers), GOOD.headers, GOOD.body))) as talk:
        for _ in range(20):
            talk.ask(CASE, "planned")
    anonymous = Case("credentials/missing", "getPet", Request("GET", "/pets/7"), authorized=False)
    with talking(pets, serve(lambda _: Response(401))) as other:
        for _ in range(20):
            other.ask(anonymous, "planned")
    assert talk.stopped is other.stopped is None


def test_a_run_ends_in_time(pets: Contract, serve: Serve):
    with talking(pets, serve(lambda _: GOOD), time_limit=0.0) as talk, pytest.raises(End):
        talk.ask(CASE, "planned")
    assert talk.stopped is not None
    assert talk.stopped.reason is Reason.TIME


def test_a_run_ends_in_time_though_the_server_asks_for_more_patience(pets: Contract, serve: Serve):
    busy = Response(503, Headers([("Retry-After", "7")]))
    with talking(pets, serve(lambda _: busy), time_limit=5.0) as talk, pytest.raises(End):
        talk.ask(CASE, "planned")
    assert talk.stopped is not None
    assert talk.stopped.reason is Reason.TIME
    assert talk.phases["planned"] == 1


def test_a_run_ends_when_the_server_is_gone(pets: Contract):
    with talking(pets, "http://127.0.0.1:9") as talk, pytest.raises(End):
        talk.ask(CASE, "planned")
    assert talk.stopped is not None
    assert talk.stopped.reason is Reason.GONE
    assert [key.rule for key in talk.tally.report().groups] == ["conformance.answer"]
    assert [each.case for each in smallest(talk.failures)] == [CASE]


def test_no_answer_is_a_finding(pets: Contract, serve: Serve):
    url = serve(lambda request: None if request.method == "GET" else Response(200))
    with talking(pets, url) as talk:
        assert talk.ask(CASE, "planned") is None
    ((key, group),) = talk.tally.report().groups.items()
    assert (key.rule, group.count) == ("conformance.answer", 1)
    assert [each.case for each in smallest(talk.failures)] == [CASE]


def test_the_same_question_has_the_same_answer(pets: Contract, serve: Serve):
    answers = iter([b"{}", b"{}", b'{"id": 1}'])
    with talking(pets, serve(lambda _: Response(200, GOOD.headers, next(answers)))) as talk:
        told = [talk.ask(CASE, "planned") for _ in range(3)]
    assert [[each.rule for each in judged.findings] for judged in told if judged] == [
        [],
        [],
        ["conformance.repeatable"],
    ]


def test_the_same_question_may_have_another_answer_where_something_is_written(pets: Contract, serve: Serve):
    """One operation that may write changes what the others answer."""
    answers = iter([b"{}", b'{"id": 1}'])
    url = serve(lambda _: Response(200, GOOD.headers, next(answers)))
    with talking(pets, url, allow_writes=True) as talk:
        told = [talk.ask(CASE, "planned") for _ in range(2)]
    assert [judged.findings for judged in told if judged] == [(), ()]


def test_a_refusal_of_credentials_that_are_let_in_is_told_in_the_end(pets: Contract, serve: Serve):
    """Until then nobody knows whether they are good; a request that is wrong by itself is refused rightly."""
    refused = ("down", "no-such-order")
    url = serve(lambda request: Response(401) if request.query.endswith(refused) else GOOD)
    cases = [Case("example", "getPet", Request("GET", "/pets/7", f"sort={each}")) for each in ("up", *refused)]
    with talking(pets, url) as talk:
        for case in cases:
            talk.ask(case, "planned")
        assert talk.tally.report().groups == {}
        talk.settle()
    ((key, group),) = talk.tally.report().groups.items()
    assert (key.rule, group.count) == ("conformance.acceptance", 1)
    with talking(pets, url) as other:
        other.ask(cases[1], "planned")
        other.settle()
    assert other.tally.report().groups == {}


def test_records_that_are_not_there_are_no_refusal(pets: Contract, serve: Serve):
    """But for the document's own example, if nothing else is there either, and nobody can have taken it away."""
    cases = [Case("example", "getPet", Request("GET", f"/pets/{number}")) for number in (8, 7, 9)]
    for there, found in ((b"9", {}), (b"", {"conformance.acceptance": "/pets/7"})):
        url = serve(lambda request, there=there: GOOD if request.path.encode()[6:] == there else Response(404))
        for writes in (False, True):
            with talking(pets, url, allow_writes=writes) as talk:
                for case in cases:
                    talk.ask(case, "planned")
                assert talk.tally.report().groups == {}
                talk.settle()
            told = {failure.finding.rule: failure.case.request.path for failure in talk.failures.values()}
            assert told == ({} if writes else found)


@pytest.mark.parametrize(("status", "found"), [(501, []), (404, ["schemathesis.unsupported_method"])])
def test_501_to_a_method_that_nobody_knows_is_right(pets: Contract, serve: Serve, status: int, found: list[str]):
    """RFC 9110, section 15.6.2, whatever Schemathesis says."""
    theirs = Rule("schemathesis.unsupported_method", Party.PROVIDER, Severity.ERROR, "405 is due.").finding("no 405")
    case = Case("generated/coverage", "getPet", Request("TRACE", "/pets/7"))
    with talking(pets, serve(lambda _: GOOD)) as talk:
        judged = talk.judge(case, Exchange(case.request, Response(status)), [theirs])
    assert [each.rule for each in judged.findings] == found


def test_a_failure_is_shrunk_and_the_smaller_one_is_kept_uncounted(pets: Contract, serve: Serve):
    """The parameter that the fault hangs on is all that is left."""

    def judge(exchange: Exchange) -> Judged:
        bad = "sort=up" in exchange.request.query
        return Judged("getPet", exchange.response.status, (RULE.finding("bad"),) if bad else ())

    large = Case(
        "example", "getPet", Request("GET", "/pets/7", "a=1&sort=up&b=2", Headers([("Accept", "*/*"), ("X", "1")]))
    )
    with talking(pets, serve(lambda _: GOOD), judge=judge) as talk:
        talk.ask(large, "planned")
        (failure,) = smallest(talk.failures)
        talk.shrink(failure)
        (shrunk,) = smallest(talk.failures)
    assert shrunk.case.request.query == "sort=up"
    assert not shrunk.case.request.headers.fields
    assert talk.tally.report().total == 1
    assert shrunk.finding.origin == failure.finding.origin
    assert 0 < talk.phases["shrinking"] <= 16
