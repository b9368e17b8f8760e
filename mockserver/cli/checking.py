"""What ``mockserver check`` does with its options."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import click

from mockserver import conformance
from mockserver.cli.judging import Judging
from mockserver.config import Config
from mockserver.conformance import Outcome, Reason, Settings, curl
from mockserver.conformance import Progress as Standing
from mockserver.conformance.case import load, save
from mockserver.conformance.coverage import Item
from mockserver.conformance.credentials import signed_in
from mockserver.conformance.settings import checked, rate
from mockserver.contract import Contract
from mockserver.errors import UsageError
from mockserver.exchange import Exchange
from mockserver.finding import Finding, Rule
from mockserver.garbage import settle
from mockserver.policy import Policy
from mockserver.recordings.writing import writer
from mockserver.redaction import Redactor
from mockserver.reports import Coverage, Progress, Run
from mockserver.validation.bodies import told

FAILURES_SHOWN = 10
CONFORMS = 0
PLURALS = {
    "request media type": "request media types",
    "parameter": "parameters",
    "status": "statuses",
    "response media type": "response media types",
    "response header": "response headers",
    "property": "properties",
    "value": "listed values",
}


@dataclass(frozen=True, kw_only=True)
class Asked(Judging):
    """The options of the command."""

    url: str
    only_plan: bool
    operations: tuple[str, ...]
    skip: tuple[str, ...]
    allow_writes: bool
    profile: str
    max_requests: int
    rate: str | None
    time_limit: float | None
    timeout: float
    workers: int
    seed: int
    user: str | None
    bearer: str | None
    ticket: str | None
    app_token: str | None
    api_keys: tuple[str, ...]
    headers: tuple[str, ...]
    ca: str | None
    cert: str | None
    record: tuple[str, ...]
    save: str | None
    replay: str | None

    def settings(self) -> Settings:
        """Return what a run is started with; raises UsageError."""
        credentials, fields = signed_in(
            user=self.user, bearer=self.bearer, ticket=self.ticket, app_token=self.app_token, headers=self.headers
        )
        return Settings(
            seed=self.seed,
            max_requests=self.max_requests,
            rate=rate(self.rate) if self.rate else None,
            time_limit=self.time_limit,
            workers=self.workers,
            profile=self.profile,
            allow_writes=self.allow_writes,
            operations=self.operations,
            skip=self.skip,
            credentials=credentials,
            headers=fields,
            api_keys=self.api_keys,
            timeout=self.timeout,
            ca=self.ca,
            cert=self.cert,
        )

    def redactor(self, held: Contract, settings: Settings) -> Redactor:
        """Return what takes secrets out of what is told: those that are known, named, and sent by *settings*."""
        names = (name for name, _ in settings.secrets.fields)
        return Redactor((*self.redact, *names), mask_pii=self.mask_pii, keys=held.api_keys)

    def below(self) -> Asked:
        """Return the same with the URL's path as the base path, unless another is given; raises UsageError."""
        return self if self.base_path is not None else replace(self, base_path=checked(self.url)[1])


def run(config: Config, asked: Asked) -> int:
    """Return the exit status of checking the server that was asked for; raises MockserverError."""
    asked = asked.below()
    held, judge = asked.load()
    rules = (*judge.rules, *conformance.RULES)
    policy, settings = asked.policy(config, judge), asked.settings()
    cases = load(Path(asked.replay)) if asked.replay else None
    plan = conformance.make_plan(held, asked.url, settings)
    if asked.only_plan:
        click.echo("\n".join(plan.lines()))
        return 0
    if not asked.quiet and cases is None:
        click.echo("\n".join(plan.lines()), err=True)
    settle()
    with ExitStack() as open_:
        outputs = open_.enter_context(asked.outputs())
        redactor = asked.redactor(held, settings)
        weighing = Weighing(policy, redactor, outputs.found)
        hands: dict[str, Any] = {"judge": judge.judge, "weigh": weighing.weigh}
        if asked.record:
            hands["record"] = _Recording(asked.record, redactor, open_).write
        with ExitStack() as shown:
            if not asked.quiet:
                total = plan.most if cases is None else len(cases)
                hands["progress"] = _shown(shown.enter_context(Progress(sys.stderr, total, noun="request")))
            if cases is None:
                outcome = conformance.run(held, asked.url, settings, **hands)
            else:
                outcome = conformance.replay(held, asked.url, cases, settings, **hands)
        _tell_failures(asked, outcome, err=outputs.stdout_is_taken)
        report = replace(outcome.report, ignored=weighing.ignored)
        code = asked.conclude(report, _run(asked, held, outcome, rules), outputs)
    if code == CONFORMS and outcome.stopped is not None and outcome.stopped.reason is Reason.CREDENTIALS:
        # Nothing was found because nobody was let in: no pipeline shall take that for a pass.
        raise UsageError(outcome.stopped.message)
    return code


class Weighing:
    """Holds findings against the policy, takes secrets out of what is told, and hands it to *tell*."""

    def __init__(
        self, policy: Policy, redactor: Redactor, tell: Callable[[Sequence[Finding]], None] | None = None
    ) -> None:
        self._policy = policy
        self._redactor = redactor
        self._tell = tell
        self.ignored: Counter[str] = Counter()

    def weigh(self, exchange: Exchange, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Return the findings that count, as they may be told."""
        counting, ignored = self._policy.apply(findings)
        self.ignored.update(each.rule for each in ignored)
        if not counting:
            return ()
        found = told(self._redactor, exchange, counting)
        if self._tell is not None:
            self._tell(found)
        return found


class _Recording:
    """Writes each exchange, redacted, to the files at *paths*: HAR by its ending, NDJSON otherwise."""

    def __init__(self, paths: Iterable[str], redactor: Redactor, open_: ExitStack) -> None:
        self._redactor = redactor
        self._writers = []
        for path in paths:
            try:
                file = open_.enter_context(Path(path).open("wb"))  # noqa: SIM115 (the stack closes it)
            except OSError as error:
                raise UsageError(f"--record {path}: cannot be written: {error.strerror}") from error
            kind: Literal["har", "ndjson"] = "har" if path.endswith(".har") else "ndjson"
            self._writers.append(open_.enter_context(writer(file, kind)))

    def write(self, exchange: Exchange) -> None:
        """Write *exchange* everywhere."""
        redacted = self._redactor.exchange(exchange)
        for each in self._writers:
            each.write(redacted)


def _shown(progress: Progress) -> Callable[[Standing], None]:
    def show(standing: Standing) -> None:
        doing = " ".join(filter(None, (standing.phase, standing.operation)))
        progress.update(done=standing.requests, judged=standing.requests, findings=standing.findings, doing=doing)

    return show


def _run(asked: Asked, held: Contract, outcome: Outcome, rules: tuple[Rule, ...]) -> Run:
    """Return how the report came about."""
    settings = outcome.plan.settings
    stopped = outcome.stopped.message if outcome.stopped else ""
    facts = {"seed": str(settings.seed), "profile": settings.profile}
    facts["requests"] = ", ".join(f"{count} {phase}" for phase, count in outcome.requests.items())
    if outcome.throttled:
        facts["throttled"] = f"asked to wait {outcome.throttled} times, and waited"
    facts.update({f"not generated {number}": text for number, text in enumerate(outcome.troubles, 1)})
    return Run(
        command="check",
        judged=(asked.url,),
        document=asked.document(held),
        title=held.title,
        fail_on=asked.severity,
        rules=rules,
        coverage=tuple(_coverage(outcome)),
        facts=facts,
        stopped=stopped,
        seconds=round(outcome.seconds, 1),
    )


def _coverage(outcome: Outcome) -> Iterator[Coverage]:
    for kind in outcome.coverage.totals():
        seen = tuple(_named(item) for item, count in outcome.coverage.counts.items() if item.kind == kind and count)
        yield Coverage(PLURALS[kind], seen, tuple(_named(item) for item in outcome.coverage.never(kind)))


def _named(item: Item) -> str:
    return f"{item.owner}{'.' if item.kind == 'property' else ' '}{item.name}"


def _tell_failures(asked: Asked, outcome: Outcome, *, err: bool) -> None:
    """Print the smallest request of each failure as a curl command, and save them all."""
    if asked.save is not None:
        save(Path(asked.save), outcome.failures)
    if asked.quiet or not outcome.failures:
        return
    for failure in outcome.failures[:FAILURES_SHOWN]:
        case = failure.case
        click.echo(f"# {failure.finding.rule}: {failure.status} for {case.family} {case.says}".rstrip(), err=err)
        click.echo(f"{curl.command(asked.url, case, outcome.plan.settings)}\n", err=err)
    more = len(outcome.failures) - FAILURES_SHOWN
    if more > 0:
        click.echo(f"# and {more} more{'' if asked.save else '; --save FILE keeps them all'}\n", err=err)
