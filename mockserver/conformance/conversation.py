"""All that is said to a server in a run: within budget and pace, judged once, counted once."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import NamedTuple

from mockserver.checks.responses import ACCEPT, STATUS
from mockserver.conformance.case import Case, Expected, Failure
from mockserver.conformance.client import Client, NoAnswer, ServerGone
from mockserver.conformance.coverage import Counting
from mockserver.conformance.doubles import without_doubles
from mockserver.conformance.expectation import ACCEPTANCE, ANSWER, GONE, REPEATABLE, UNAUTHORIZED, Expectation
from mockserver.conformance.pace import UNTOLD_WAIT, Pace, seconds_to_wait
from mockserver.conformance.plan import Plan
from mockserver.conformance.planned import may_write
from mockserver.conformance.sameness import RAW, SAME, Sameness
from mockserver.conformance.shrinking import shrunk
from mockserver.conformance.standing import Progress, Reason, Stopped
from mockserver.exchange import Exchange, Origin, Response
from mockserver.finding import Finding, Party, Severity
from mockserver.report import Judged, Tally, pattern

THROTTLED = (429, 503)
TIMES_TO_WAIT = 5
REFUSED_AT_MOST = 5
REMEMBERED = 10_000
SENT_FOR_ONE = 16
# Answers that wait to be told of, and seconds that the first of them waits.
HELD_AT_MOST = 32
HELD_FOR = 0.1


class End(Exception):
    """The run is over: nothing more may be sent."""


Judge = Callable[[Exchange], Judged]
Weigh = Callable[[Exchange, tuple[Finding, ...]], tuple[Finding, ...]]
Key = tuple[str, str, str, str | None]
OF_METHODS = ("schemathesis.not_a_server_error", "schemathesis.unsupported_method")


class _Held(NamedTuple):
    """An exchange that is to be told of: *theirs* are findings of others, *since* is on the clock of time.monotonic."""

    case: Case
    exchange: Exchange
    phase: str
    theirs: tuple[Finding, ...]
    since: float


class Conversation:
    """Holds what the phases of a run share; every method may be called from any thread."""

    def __init__(
        self,
        plan: Plan,
        client: Client,
        expectation: Expectation,
        judge: Judge,
        *,
        record: Callable[[Exchange], None] | None = None,
        progress: Callable[[Progress], None] | None = None,
        weigh: Weigh | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.plan = plan
        self.client = client
        self.expectation = expectation
        self.stopped: Stopped | None = None
        self.phases: Counter[str] = Counter()
        self.throttled = 0
        self.judging = 0.0
        self.troubles: list[str] = []
        self.failures: dict[Key, Failure] = {}
        self._judge = judge
        self._weigh = weigh
        self._record = record
        self._progress = progress
        self._pace = pace or Pace(plan.settings.rate)
        self._left = {share.operation: share.most for share in plan.shares}
        self._numbers: Counter[str] = Counter()
        self._tally = Tally()
        self._counting = Counting(expectation.contract, self._left)
        self._answers: dict[tuple[object, ...], tuple[int, bytes]] = {}
        self._same = Sameness(expectation, (case for share in plan.shares for case in share.planned))
        writes = any(may_write(expectation.contract.operation(share.operation)) for share in plan.shares)
        self._nobody_writes = not writes and plan.profile.reason_not_sent("repeat") is None
        self._refused = 0
        self._admitted: set[str] = set()
        self._held: deque[_Held] = deque()
        self._shut_out: list[tuple[Case, Exchange]] = []
        self._absent: dict[str, tuple[Case, Exchange]] = {}
        self._findings = 0
        self._begun = time.monotonic()
        self._lock = threading.RLock()

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._begun

    @property
    def tally(self) -> Tally:
        """What was counted so far."""
        return self._tally

    @property
    def counting(self) -> Counting:
        """What of the contract was met so far."""
        return self._counting

    def stop(self, reason: Reason, message: str) -> None:
        """Let nothing more be sent; the first reason stays."""
        with self._lock:
            self.stopped = self.stopped or Stopped(reason, message)
        self._pace.end()

    def gone(self, case: Case | None, message: str) -> None:
        """End the run: the server went away, at *case* if that is known. It is a finding."""
        with self._lock:
            if self.stopped is not None:
                return
            self.tell()
            self.stop(Reason.GONE, message)
            finding = ANSWER.finding(f"the server went away: {message}", actual="no connection")
            if case is not None:
                finding = finding.at(case.operation, self._origin(case))
                self._fail(case, finding, 0)
            self._tally.found([finding])

    def take(self, operation: str, phase: str, *, keep: int = 0) -> bool:
        """Take one request from the budget of *operation* and wait for its turn.

        Returns False if only *keep* requests are left. Raises End if the run is over.
        """
        limit = self.plan.settings.time_limit
        if limit is not None and self.seconds >= limit:
            self._late(limit)
        with self._lock:
            if self.stopped is not None:
                raise End
            if self._left.get(operation, 0) <= keep:
                return False
            self._left[operation] -= 1
            self.phases[phase] += 1
        if not self._pace.wait(None if limit is None else limit - self.seconds):
            with self._lock:
                self.phases[phase] -= 1
            self.stop(Reason.TIME, f"the next request would have been sent after the time limit of {limit or 0.0:g} s")
            raise End
        return True

    def _late(self, limit: float) -> None:
        self.stop(Reason.TIME, f"the time limit of {limit:g} s was reached")

    def left(self, operation: str) -> int:
        """Return how many requests to *operation* the budget still holds."""
        return self._left.get(operation, 0)

    def ask(self, case: Case, phase: str) -> Judged | None:
        """Send *case*, judge and count the exchange; None if the budget is spent. Raises End."""
        exchange = self.answer(case, phase)
        if exchange is None:
            return None
        with self._lock:
            self.hold(case, exchange, phase)
            return self.tell()[-1]

    def answer(self, case: Case, phase: str) -> Exchange | None:
        """Return the exchange of :meth:`send`, to be held; the run ends after many that refuse good credentials."""
        exchange = self.send(case, phase)
        if exchange is not None:
            self.watch(case, exchange.response.status)
        return exchange

    def send(self, case: Case, phase: str) -> Exchange | None:
        """Send *case* and return the exchange, None where there is none to judge. Raises End.

        A server that asks for patience gets it.
        """
        if not self.take(case.operation, phase):
            return None
        try:
            for _ in range(TIMES_TO_WAIT):
                exchange = self.client.send(case)
                if not self.patience(exchange.response):
                    return exchange
                self.take(case.operation, phase)
        except ServerGone as error:
            self.gone(case, str(error))
            raise End from error
        except NoAnswer as error:
            self.unanswered(case, str(error))
            return None
        return exchange

    def patience(self, response: Response) -> bool:
        """Whether *response* asks to wait (``Retry-After``): everybody does then (RFC 9110, section 10.2.3)."""
        if response.status not in THROTTLED:
            return False
        seconds = seconds_to_wait(response.headers.get("retry-after", ""))
        if seconds is None and response.status == HTTPStatus.TOO_MANY_REQUESTS:
            seconds = UNTOLD_WAIT
        if seconds is None:
            return False
        self._pace.hold(seconds)
        with self._lock:
            self.tell()
            self.throttled += 1
        return True

    def unanswered(self, case: Case, reason: str) -> None:
        """Count a request that was not answered."""
        with self._lock:
            self.tell()
            self._numbers[case.operation] += 1
            finding = ANSWER.finding(f"no answer: {reason}", actual=reason).at(case.operation, self._origin(case))
            self._tally.found([finding])
            self._fail(case, finding, 0)

    def judge(self, case: Case, exchange: Exchange, theirs: Iterable[Finding] = ()) -> Judged:
        """Return what is found in *exchange*, counted nowhere: the judge's findings, ours, and *theirs*, once each.

        What the consumer did is left out: that was us, on purpose.
        """
        begun = time.perf_counter()
        judged = self._judge(exchange)
        self.judging += time.perf_counter() - begun
        findings = [each for each in judged.findings if each.party is not Party.CONSUMER]
        if self.expectation.is_either(case.request):
            findings = [each for each in findings if each.rule != ACCEPT.id]
        # The judge knows neither whose credentials are wrong nor all of a vendor's words.
        if any(each.rule == STATUS.id for each in findings) and self._is_refused(case, exchange):
            findings = [each for each in findings if each.rule != STATUS.id]
        if self.expectation.is_foreign(exchange.response.status, case.request):
            theirs = [each for each in theirs if each.rule not in OF_METHODS]
        ours = self.expectation.finding(case.expected, case.family, case.request, exchange.response)
        extra = [*([ours] if ours else []), *theirs]
        own = tuple(each.at(case.operation, exchange.origin) for each in extra)
        return judged._replace(operation=case.operation, findings=without_doubles((*findings, *own)))

    def _is_refused(self, case: Case, exchange: Exchange) -> bool:
        """Whether the answer refuses what is to be refused; nobody signs in with what Schemathesis makes up."""
        stranger = not (case.authorized or case.credential)
        expected = Expected.UNAUTHORIZED if stranger else case.expected
        status = exchange.response.status
        return any(self.expectation.is_refused(each, case.request, status) for each in (expected, case.expected))

    def hold(self, case: Case, exchange: Exchange, phase: str, theirs: Iterable[Finding] = ()) -> None:
        """Keep *exchange*, in which *case* was sent and others found *theirs*, to be told of with others, but soon.

        Between two requests a processor forgets what it needs to judge: many at once take half as long.
        """
        with self._lock:
            self._numbers[case.operation] += 1
            numbered = replace(exchange, origin=self._origin(case), probe=True)
            self._held.append(_Held(case, numbered, phase, tuple(theirs), time.monotonic()))
            is_due = len(self._held) >= HELD_AT_MOST or time.monotonic() > self._held[0].since + HELD_FOR
            if is_due or self.plan.settings.rate is not None:
                self.tell()

    def tell(self) -> list[Judged]:
        """Judge, count and record all that is held, in its order: one kind of work after the other."""
        with self._lock:
            judged: list[Judged] = []
            told: list[Judged] = []
            try:
                judged.extend(self.judge(each.case, each.exchange, self._theirs(each)) for each in self._held)
            finally:  # what was judged before Ctrl-C is told of, and not judged again
                for each in judged:
                    told.append(self._weighed(self._held[0], each))
                    self._count(self._held.popleft(), told[-1])
            return told

    def _theirs(self, held: _Held) -> list[Finding]:
        return [*held.theirs, *self._repeated(held.case, held.exchange)]

    def _weighed(self, held: _Held, judged: Judged) -> Judged:
        """Return the verdict with what other answers to the same question say, as far as it counts."""
        case, exchange = held.case, held.exchange
        if not judged.findings and self._may_compare(case):
            otherwise = (each.at(case.operation, exchange.origin) for each in self._same.findings(case, exchange))
            judged = judged._replace(findings=tuple(otherwise))
        if self._weigh is not None and judged.findings:
            judged = judged._replace(findings=self._weigh(exchange, judged.findings))
        return judged

    def _count(self, held: _Held, judged: Judged) -> None:
        case, exchange = held.case, held.exchange
        self._tally.add(judged)
        self._findings += len(judged.findings)
        for finding in judged.findings:
            self._fail(case, finding, exchange.response.status)
        match = self.expectation.contract.find(case.request.method, case.request.path)
        if match is not None:
            self._counting.add(match.operation, exchange)
        if self._record is not None:
            self._record(exchange)
        signs_in = case.authorized or case.credential
        if signs_in and exchange.response.status in UNAUTHORIZED and len(self._shut_out) < REMEMBERED:
            self._shut_out.append((case, exchange))
        if exchange.response.status in GONE and case.operation not in self._absent and self._is_promised(case):
            self._absent[case.operation] = case, exchange
        self._show(held.phase, case.operation)

    def settle(self) -> None:
        """Tell of refusals that say nothing by themselves.

        Some were for want of credentials that were let in with other requests: it was not for them. Others say that
        what the document gives as its example is not there, and nothing else was found there either.
        """
        with self._lock:
            shut_out, self._shut_out = self._shut_out, []
            for case, exchange in shut_out:
                response = exchange.response
                finding = case.operation in self._admitted and self.expectation.finding(
                    case.expected, case.family, case.request, response, admitted=True
                )
                if finding:
                    self._tell_late(case, exchange, finding)
            absent, self._absent = self._absent, {}
            for case, exchange in absent.values():
                if case.operation not in self._admitted:
                    status = exchange.response.status
                    message = f"{status} for the document's own example, and for all else that was asked"
                    self._tell_late(case, exchange, ACCEPTANCE.finding(message, expected="2xx", actual=str(status)))

    def _tell_late(self, case: Case, exchange: Exchange, finding: Finding) -> None:
        """Count a *finding* in an *exchange* that was told of without it."""
        told = (finding.at(case.operation, exchange.origin),)
        findings = told if self._weigh is None else self._weigh(exchange, told)
        self._tally.found(findings)
        self._findings += len(findings)
        for each in findings:
            self._fail(case, each, exchange.response.status)

    def _is_promised(self, case: Case) -> bool:
        """Whether what *case* asks for is there by the document, and nothing in the run can have taken it away."""
        return self._nobody_writes and case.authorized and self.expectation.is_promised(case.request)

    def shrink(self, failure: Failure) -> None:
        """Look for a smaller case with the same finding, counting none of them: they say nothing new."""
        wanted, sent = key(failure.finding), 0

        def fails(case: Case) -> bool | None:
            nonlocal sent
            sent += 1
            exchange = self.send(case, "shrinking") if sent <= SENT_FOR_ONE else None
            if exchange is None:
                return None
            judged = self.judge(case, exchange)
            failed = any(key(each) == wanted for each in judged.findings)
            if failed:
                self.failures[wanted] = Failure(failure.finding, case, exchange.response.status)
            return failed

        # What takes two requests to see, or Schemathesis's eyes, cannot be told from one.
        if failure.finding.rule not in (REPEATABLE.id, SAME.id, RAW.id) and not failure.finding.rule.startswith(
            "schemathesis."
        ):
            shrunk(failure.case, fails)

    def show(self, phase: str, operation: str = "") -> None:
        """Tell that *phase* has begun."""
        with self._lock:
            self._show(phase, operation)

    def _show(self, phase: str, operation: str) -> None:
        if self._progress is not None:
            sent = sum(self.phases.values())
            self._progress(Progress(phase, operation, sent, self.plan.most, self._findings, self.seconds))

    def _origin(self, case: Case) -> Origin:
        # Numbered by operation: several workers give each exchange the same number as one does.
        return Origin(case.operation, number=self._numbers[case.operation])

    def _fail(self, case: Case, finding: Finding, status: int) -> None:
        if finding.severity is Severity.NOTE:
            return
        known = self.failures.get(key(finding))
        if known is None or case.size < known.case.size:
            self.failures[key(finding)] = Failure(finding, case, status)

    def _may_compare(self, case: Case) -> bool:
        """Whether the same question has the same answer: nothing is written, and nobody else works on the data."""
        operation = self.expectation.contract.operation(case.operation)
        asks = not may_write(operation) or case.request.method in ("GET", "HEAD")
        return asks and self._nobody_writes

    def _repeated(self, case: Case, exchange: Exchange) -> list[Finding]:
        """Return a finding if the same question had another answer before."""
        if not self._may_compare(case) or exchange.response.status not in range(200, 300):
            return []
        answer = exchange.response.status, hashlib.sha256(exchange.response.body).digest()
        sent = case.request
        question = case.authorized, case.credential, sent.method, sent.path, sent.query, sent.headers.fields, sent.body
        if len(self._answers) < REMEMBERED:
            first = self._answers.setdefault(question, answer)
        else:
            first = self._answers.get(question, answer)
        if first == answer:
            return []
        return [REPEATABLE.finding("the same question had another answer before", part="response body")]

    def watch(self, case: Case, status: int) -> None:
        """Stop when good credentials are refused again and again."""
        if not case.authorized or case.expected is Expected.UNAUTHORIZED:
            return
        with self._lock:
            if status in range(200, 300):
                self._admitted.add(case.operation)
            self._refused = self._refused + 1 if status in UNAUTHORIZED else 0
            is_shut_out = self._refused >= REFUSED_AT_MOST
        if is_shut_out:
            settings = self.plan.settings
            names = ", ".join(each.name for each in (*settings.credentials, *settings.keys))
            what = (
                f"the credentials ({names}) were refused"
                if names
                else "no credentials were given, and it asks for some"
            )
            self.stop(
                Reason.CREDENTIALS,
                f"{what}: {status} {self._refused} times running; see --user, --bearer, --ticket, --api-key",
            )


def key(finding: Finding) -> Key:
    """Return what failures are told apart by: one for each rule, operation, part and place."""
    place = None if finding.pointer is None else pattern(finding.pointer)
    return finding.rule, finding.operation, finding.part, place


def smallest(failures: Mapping[Key, Failure]) -> list[Failure]:
    """Return one failure for each rule, operation and part: the smallest case, in the order they were met."""
    best: dict[tuple[str, str, str], Failure] = {}
    for (rule, operation, part, _), failure in failures.items():
        known = best.get((rule, operation, part))
        if known is None or failure.case.size < known.case.size:
            best[rule, operation, part] = failure
    return list(best.values())
