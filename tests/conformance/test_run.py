"""A whole run: what it finds, how it ends, what it leaves behind, and that no secret is in any of it."""

from __future__ import annotations

import base64
import itertools
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mockserver.conformance import Credential, Progress, Reason, Settings, replay, run
from mockserver.conformance.case import load, save
from mockserver.conformance.client import ServerGone
from mockserver.conformance.curl import command
from mockserver.contract import Contract
from mockserver.errors import UsageError
from mockserver.exchange import Exchange, Headers, Request, Response
from mockserver.report import Judged

Serve = Callable[[Callable[[Request], Response | None]], str]
JudgeBy = Callable[[Contract], Callable[[Exchange], Judged]]
JSON = Headers([("Content-Type", "application/json")])
KEY = Credential.header("X-Key: k3y-s3cret")
PLANNED = Settings(credentials=(KEY,), generate=False, max_requests=120)


def good(request: Request) -> Response:
    """Answer as a server that keeps the contract of the pets."""
    if request.headers.get("x-key") != "k3y-s3cret":
        return Response(401)
    if request.path == "/pets" and request.method != "POST":
        return Response(405, Headers([("Allow", "POST")]))
    if request.path.startswith("/pets/") and request.method not in ("GET", "DELETE"):
        return Response(405, Headers([("Allow", "GET, DELETE")]))
    if request.path == "/pets":
        return _searched(request)
    identity = request.path.removeprefix("/pets/")
    if not identity.removeprefix("-").isdigit():
        return Response(404)
    return Response(200, JSON, json.dumps({"id": int(identity), "name": "Tom"}).encode())


def _searched(request: Request) -> Response:
    if request.headers.get("content-type", "").partition(";")[0].lower() != "application/json":
        return Response(415)
    if request.headers.get("content-type", "").endswith("x-none"):
        return Response(415)
    try:
        pet = json.loads(request.body, parse_constant=_refused)
    except ValueError:
        return Response(400)
    if not isinstance(pet, dict) or type(pet.get("id")) is not int or not isinstance(pet.get("name"), str):
        return Response(400)
    return Response(200, JSON, json.dumps({"id": pet["id"], "name": pet["name"]}).encode())


def _refused(name: str) -> None:
    raise ValueError(name)


Fault = Callable[[Request, Response], Response]


def sometimes(request: Request, response: Response, turns: Any = itertools.count()) -> Response:  # noqa: B008 (shared)
    """Break one answer in 25."""
    late = response.status == 200 and next(turns) % 25 == 24
    return replace(response, body=b'{"id": "seven", "name": "Tom"}') if late else response


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        (lambda _, response: response, None),
        (sometimes, "response.body conformance.repeatable"),
        (lambda request, response: Response(500) if request.path == "/pets/0" else response, "status.documented"),
        (lambda request, response: Response(200, JSON, b"{}") if response.status == 200 else response, "response.body"),
        (
            lambda request, response: (
                Response(200, JSON, b'{"id": 1, "name": "?"}')
                if response.status == 401 and request.headers.get("x-key") == "no-such-credential"
                else response
            ),
            "conformance.credentials",
        ),
        (
            lambda request, response: Response(400) if request.query == "sort=down" else response,
            "conformance.acceptance",
        ),
        (
            lambda request, response: (
                Response(200, JSON, b'{"id": 1, "name": "?"}') if response.status == 400 else response
            ),
            "conformance.refusal",
        ),
        (
            lambda request, response: (
                replace(response, body=b'{"id": 1, "name": "%d"}' % id(request)) if response.status == 200 else response
            ),
            "conformance.repeatable conformance.same",
        ),
    ],
)
def test_a_good_server_passes_and_each_fault_is_found(
    pets: Contract, serve: Serve, judge_by: JudgeBy, fault: Fault, rule: str | None
):
    """One thing is broken in good answers: the rules that fit say so, and nothing is said of good ones."""
    url = serve(lambda request: fault(request, good(request)))
    outcome = run(pets, url, PLANNED, judge=judge_by(pets))
    rules = {failure.finding.rule for failure in outcome.failures}
    assert rules == set((rule or "").split()), [failure.finding for failure in outcome.failures]
    assert outcome.stopped is None
    assert outcome.requests["planned"] == outcome.report.total


def test_a_key_that_is_given_as_a_header_is_left_out_where_nobody_signs_in(
    pets: Contract, serve: Serve, judge_by: JudgeBy
):
    """By ``-H`` it lets a client in, too; other fields go with every request."""
    met: list[Request] = []

    def answer(request: Request) -> Response:
        met.append(request)
        return good(request)

    settings = replace(PLANNED, credentials=(), headers=(("X-Key", "k3y-s3cret"), ("X-Trace", "1")))
    outcome = run(pets, serve(answer), settings, judge=judge_by(pets))
    assert [failure.finding for failure in outcome.failures] == []
    sent = [request for request in met if request.method != "HEAD"]
    assert {request.headers.get("x-key") for request in sent} == {
        *("k3y-s3cret", "k3y-s3cre", "k3y-s3cretx", "no-such-credential", ""),
        None,
    }
    assert {request.headers.get("x-trace") for request in sent} == {"1"}


def test_a_run_is_told_as_it_goes_and_in_the_end(pets: Contract, serve: Serve, judge_by: JudgeBy):
    shown: list[Progress] = []
    outcome = run(pets, serve(good), PLANNED, judge=judge_by(pets), progress=shown.append)
    assert {each.phase for each in shown} == {"planned"}
    assert shown[-1].requests == outcome.report.total
    assert shown[-1].rate > 0
    text = "\n".join(outcome.lines())
    assert f"{outcome.report.total} requests" in text
    assert "parameter: 2 of 2" in text
    assert "value: 0 of 4; never:" in text


def test_nobody_at_the_address_is_an_error(pets: Contract, judge_by: JudgeBy):
    with pytest.raises(ServerGone, match="no server answers"):
        run(pets, "http://127.0.0.1:9", PLANNED, judge=judge_by(pets))


def test_the_report_is_partial_after_ctrl_c(pets: Contract, serve: Serve, judge_by: JudgeBy):
    """What was found until then comes back, and the reason with it."""
    judge = judge_by(pets)

    def interrupted(exchange: Exchange) -> Judged:
        if exchange.origin.number == 5:
            raise KeyboardInterrupt
        return judge(exchange)

    outcome = run(pets, serve(good), PLANNED, judge=interrupted)
    assert outcome.stopped is not None
    assert outcome.stopped.reason is Reason.INTERRUPTED
    assert outcome.report.total == 4


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl-C interrupts, though whoever started the tests may ignore it: shells do for what is in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_waits_for_no_thread_that_a_server_told_to_wait(pets: Contract, serve: Serve, judge_by: JudgeBy):
    """The report is told at once, though all workers were to wait for a minute."""
    met = itertools.count()

    def answer(request: Request) -> Response:
        if request.method == "HEAD":
            return Response(200)
        if next(met) == 0:  # the others may be waiting by then
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)  # as a terminal does
        return Response(429, Headers([("Retry-After", "60")]))

    begun = time.monotonic()
    outcome = run(pets, serve(answer), replace(PLANNED, workers=3), judge=judge_by(pets))
    assert outcome.stopped is not None
    assert outcome.stopped.reason is Reason.INTERRUPTED
    assert time.monotonic() - begun < 20


def test_generation_ends_with_the_run_too(pets: Contract, serve: Serve, judge_by: JudgeBy):
    """In the middle of what Schemathesis sends, the time is up: what was answered is judged, no more is sent."""
    counts: dict[str, int] = {"sent": 0}

    def refusing(request: Request) -> Response:
        counts["sent"] += "x-schemathesis-testcaseid" in request.headers
        return Response(403) if counts["sent"] > 10 else good(request)

    outcome = run(pets, serve(refusing), replace(PLANNED, generate=True, max_requests=600), judge=judge_by(pets))
    assert outcome.stopped is not None
    assert outcome.stopped.reason is Reason.CREDENTIALS
    assert 10 < counts["sent"] < 130  # of 180
    assert outcome.report.total == sum(outcome.requests.values())


def test_workers_send_several_requests_at_a_time_to_one_operation(pets: Contract, serve: Serve, judge_by: JudgeBy):
    """A server that mixes up what it is asked at once is found by them alone; a good one answers them as one."""
    latest: dict[str, str] = {}

    def mixed_up(request: Request) -> Response:
        if request.path.startswith("/pets/") and request.method == "GET":
            latest["path"] = request.path
            time.sleep(0.01)
            return good(replace(request, path=latest["path"]))
        return good(request)

    settings = replace(PLANNED, operations=("getPet",))
    alone, together, right = (
        run(pets, serve(answer), replace(settings, workers=workers), judge=judge_by(pets))
        for answer, workers in ((mixed_up, 1), (mixed_up, 4), (good, 4))
    )
    assert [each.finding for each in (*alone.failures, *right.failures)] == []
    assert {each.finding.rule for each in together.failures}
    assert right.report.exchanges == alone.report.exchanges


def test_saved_failures_are_sent_again_alone(pets: Contract, serve: Serve, judge_by: JudgeBy, tmp_path: Path):
    """They fail on the same server and pass on a good one; the file holds no credentials."""

    def faulty(request: Request) -> Response:
        return Response(400) if request.query == "sort=down" else good(request)

    url = serve(faulty)
    outcome = run(pets, url, PLANNED, judge=judge_by(pets))
    path = tmp_path / "failures.json"
    save(path, outcome.failures)
    assert "k3y-s3cret" not in path.read_text()
    cases = load(path)
    again = replay(pets, url, cases, PLANNED, judge=judge_by(pets))
    assert {each.finding.rule for each in again.failures} == {"conformance.acceptance"}
    assert again.requests == {"planned": len(cases)}
    assert not replay(pets, serve(good), cases, PLANNED, judge=judge_by(pets)).failures


def test_a_replay_of_nothing_or_of_another_document_is_refused(
    pets: Contract, superoffice: Contract, judge_by: JudgeBy, serve: Serve
):
    outcome = run(pets, serve(lambda _: Response(200, JSON, b"{}")), PLANNED, judge=judge_by(pets))
    cases = [failure.case for failure in outcome.failures]
    with pytest.raises(UsageError, match="no cases"):
        replay(pets, "http://127.0.0.1:9", [], PLANNED, judge=judge_by(pets))
    with pytest.raises(UsageError, match="not an operation"):
        replay(superoffice, "http://127.0.0.1:9", cases, PLANNED, judge=judge_by(pets))


def test_no_secret_is_in_what_a_run_leaves_behind(pets: Contract, serve: Serve, judge_by: JudgeBy, tmp_path: Path):
    """Neither in the plan, the report, the failures, the saved cases nor the curl commands."""
    secrets = ("k3y-s3cret", "t0ken-s3cret", "p4ss-s3cret", base64.b64encode(b"kari:p4ss-s3cret").decode())
    settings = replace(
        PLANNED,
        credentials=(KEY, Credential.basic("kari:p4ss-s3cret")),
        headers=(("SO-AppToken", "t0ken-s3cret"),),
        generate=True,
        max_requests=60,
    )
    url = serve(lambda _: Response(200, JSON, b'{"id": "x"}'))
    outcome = run(pets, url, settings, judge=judge_by(pets))
    assert outcome.failures
    save(tmp_path / "failures.json", outcome.failures)
    left = [
        "\n".join(outcome.plan.lines()),
        "\n".join(outcome.lines()),
        json.dumps(outcome.report.to_json()),
        (tmp_path / "failures.json").read_text(),
        *(command(url, failure.case, settings) for failure in outcome.failures),
        repr(outcome.plan.settings),
    ]
    for secret in secrets:
        assert not [text for text in left if secret in text]


@pytest.mark.e2e
@pytest.mark.parametrize(("seed", "profile"), [(1, "mock"), (2, "mock"), (1, "superoffice")])
def test_our_mock_passes(superoffice: Contract, mock: str, judge_by: JudgeBy, seed: int, profile: str):
    settings = Settings(seed=seed, profile=profile, credentials=(Credential.basic("tje0:Tje0"),))
    outcome = run(superoffice, mock, settings, judge=judge_by(superoffice))
    assert not outcome.failures, [each.finding for each in outcome.failures]
    assert outcome.stopped is None
    assert not outcome.troubles
    assert 400 < outcome.report.total <= 500


def test_nothing_heavy_is_imported_before_a_run():
    """Half a second of Schemathesis, and urllib3, are not on the way of ``--help`` and ``--plan``."""
    check = "import sys, mockserver.conformance; print({'schemathesis', 'hypothesis', 'urllib3'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
