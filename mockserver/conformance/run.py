"""One run: the plan, the planned requests, the generated ones, and what is left of each failure."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockserver.conformance.case import Case, Failure
from mockserver.conformance.coverage import Coverage
from mockserver.conformance.expectation import Expectation
from mockserver.conformance.plan import Plan, make_plan
from mockserver.conformance.settings import Settings
from mockserver.conformance.standing import Progress, Reason, Stopped
from mockserver.contract import Contract
from mockserver.errors import UsageError
from mockserver.exchange import Exchange
from mockserver.report import Judged, Report

if TYPE_CHECKING:
    from mockserver.conformance.conversation import Conversation, Weigh

MISSING = "`mockserver check` needs Schemathesis: pip install 'mockserver[check]'"
SHRUNK_AT_MOST = 12
HEARD_AFTER = 0.5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to.

    *failures* are one for each rule, operation and part, as small as they were found. *stopped* is
    None for a run that kept its plan. *requests* are counts by phase, *throttled* how often the
    server asked to wait, *troubles* what could not be generated and why.
    """

    plan: Plan
    report: Report
    coverage: Coverage
    failures: tuple[Failure, ...] = ()
    stopped: Stopped | None = None
    requests: Mapping[str, int] = field(default_factory=dict)
    throttled: int = 0
    troubles: tuple[str, ...] = ()
    seconds: float = 0.0
    judging: float = 0.0
    """Seconds of *seconds* that the judge took."""

    def lines(self) -> Iterable[str]:
        """Yield what was sent, how fast, and what of the contract it met."""
        total = sum(self.requests.values())
        phases = ", ".join(f"{count} {phase}" for phase, count in self.requests.items())
        rate = total / self.seconds if self.seconds else 0
        yield f"{total} requests in {self.seconds:.1f} s ({rate:.0f}/s): {phases}"
        if self.throttled:
            yield f"asked to wait {self.throttled} times, and waited"
        if self.stopped is not None:
            yield f"stopped early: {self.stopped.message}"
        yield from (f"not generated: {each}" for each in self.troubles)
        yield from self.coverage.lines()


def run(
    contract: Contract,
    url: str,
    settings: Settings,
    *,
    judge: Callable[[Exchange], Judged],
    record: Callable[[Exchange], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
    weigh: Weigh | None = None,
) -> Outcome:
    """Check the server at *url* against *contract*, and return what came of it.

    *judge* judges each exchange once, *record* gets each as it was sent, credentials and all,
    *progress* is told after each. *weigh* returns which of the findings in an exchange count, and
    how they are told: a policy, redaction. Raises UsageError for settings that cannot be, and ServerGone if
    nobody answers at all; Ctrl-C ends the run, and what was found until then comes back.
    """
    plan = make_plan(contract, url, settings)
    return _held(contract, plan, _CHECKED, judge, record=record, progress=progress, weigh=weigh)


def replay(
    contract: Contract,
    url: str,
    cases: Iterable[Case],
    settings: Settings,
    *,
    judge: Callable[[Exchange], Judged],
    record: Callable[[Exchange], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
    weigh: Weigh | None = None,
) -> Outcome:
    """Send just *cases* to the server at *url*, and return what came of it; errors are those of :func:`run`."""
    sent = tuple(cases)
    settings = settings.known_to(contract.security_schemes)
    for case in sent:
        if case.operation not in contract.operation_ids:
            raise UsageError(f"--replay: {case.operation} is not an operation of the document")
        if settings.unknown(case):
            raise UsageError(f"--replay: a case signs in with {case.credential}: give that credential, too")
    wanted = tuple(dict.fromkeys(case.operation for case in sent))
    if not wanted:
        raise UsageError("--replay: the file holds no cases")
    plan = make_plan(contract, url, replace(settings, operations=wanted, generate=False))
    shares = tuple(
        replace(
            share, planned=tuple(case for case in sent if case.operation == share.operation), generated=0, shrinking=0
        )
        for share in plan.shares
    )
    return _held(
        contract,
        replace(plan, shares=shares),
        (_planned, _settled),
        judge,
        record=record,
        progress=progress,
        weigh=weigh,
    )


Phase = Callable[[Contract, "Conversation"], None]


def _held(
    contract: Contract,
    plan: Plan,
    phases: Iterable[Phase],
    judge: Callable[[Exchange], Judged],
    **hands: Any,
) -> Outcome:
    """Go through *phases* of one conversation, and return what came of it however it ends."""
    if find_spec("schemathesis") is None:
        raise UsageError(MISSING)
    from mockserver.conformance.client import Client  # noqa: PLC0415 (urllib3 comes with Schemathesis)
    from mockserver.conformance.conversation import Conversation, End, smallest  # noqa: PLC0415 (same)

    client = Client(plan.url, plan.settings)
    try:
        client.reach()
        talk = Conversation(plan, client, Expectation(contract, plan.profile), judge, **hands)
        try:
            for phase in phases:
                phase(contract, talk)
        except End:
            pass  # talk.stopped says why
        except KeyboardInterrupt:
            _interrupt(talk)
        talk.settle()
    finally:
        client.close()
    return Outcome(
        plan=plan,
        report=talk.tally.report(),
        coverage=talk.counting.coverage(),
        failures=tuple(smallest(talk.failures)),
        stopped=talk.stopped,
        requests=dict(talk.phases),
        throttled=talk.throttled,
        troubles=tuple(talk.troubles),
        seconds=talk.seconds,
        judging=talk.judging,
    )


def _planned(contract: Contract, talk: Conversation) -> None:  # noqa: ARG001 (a phase)
    """Send the planned cases, several at a time where there are workers; answers are told of in the cases' order."""
    talk.show("planned")
    cases = [case for share in talk.plan.shares for case in share.planned]
    answers = _answers(cases, talk)  # held, so that threads are waited for no earlier than all is stopped
    try:
        for case, exchange in zip(cases, answers, strict=True):
            if exchange is not None:
                talk.hold(case, exchange, "planned")
    except KeyboardInterrupt:
        _interrupt(talk)
        raise
    finally:
        answers.close()
        talk.tell()


def _answers(cases: Iterable[Case], talk: Conversation) -> Generator[Exchange | None, None, None]:
    """Yield the exchange of each of *cases*, in their order; None where there is none to judge. Raises End."""
    workers = talk.plan.settings.workers
    if workers == 1:
        yield from (talk.answer(each, "planned") for each in cases)
        return
    pool = ThreadPoolExecutor(workers)
    try:
        for future in [pool.submit(talk.answer, each, "planned") for each in cases]:
            # A signal may come just before a thread begins to wait, and would not be heard then.
            while not future.done():
                wait([future], timeout=HEARD_AFTER)
            yield future.result()
    except KeyboardInterrupt:
        _interrupt(talk)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _interrupt(talk: Conversation) -> None:
    """Stop, or threads would wait for as long as a server asked them to."""
    talk.stop(Reason.INTERRUPTED, "interrupted")


def _generated(contract: Contract, talk: Conversation) -> None:
    """Let Schemathesis send what it makes up."""
    if not any(share.generated for share in talk.plan.shares):
        return
    # Hypothesis keeps tables of characters, by default below whatever folder the user is in.
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(cache / "mockserver" / "hypothesis"))
    from mockserver.conformance.engine import Engine  # noqa: PLC0415 (half a second)

    Engine(contract, talk).run()


def _settled(contract: Contract, talk: Conversation) -> None:  # noqa: ARG001 (a phase)
    """Tell what can be told when all was sent."""
    talk.settle()


def _shrinking(contract: Contract, talk: Conversation) -> None:  # noqa: ARG001 (a phase)
    """Send smaller cases for each failure, the gravest first, and keep those that still fail."""
    from mockserver.conformance.conversation import smallest  # noqa: PLC0415 (see _held)

    found = sorted(smallest(talk.failures), key=lambda failure: failure.finding.severity.rank)
    for failure in found[:SHRUNK_AT_MOST]:
        talk.shrink(failure)


_CHECKED: tuple[Phase, ...] = (_planned, _generated, _settled, _shrinking)
