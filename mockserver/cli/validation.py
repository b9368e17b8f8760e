"""What ``mockserver validate`` does with its options."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass

from mockserver import recordings
from mockserver.cli.judging import Judging, bare
from mockserver.config import Config
from mockserver.redaction import Redactor
from mockserver.reports import Progress, Run, Skipped
from mockserver.validation import Job, Tell, nobody, plan, validate


@dataclass(frozen=True, kw_only=True)
class Asked(Judging):
    """The options of the command."""

    paths: tuple[str, ...]
    format_: str | None
    operation: str | None
    status: int
    processes: int
    cluster: str | None


def run(config: Config, asked: Asked) -> int:
    """Return the exit status of judging the recordings that were asked for; raises MockserverError."""
    held, judge = asked.load()
    rules = (*recordings.RULES, *judge.rules)
    policy = asked.policy(config, judge)
    job = Job(
        contract=held,
        policy=policy,
        base_path=asked.base_path,
        bare=bare(held, asked.operation, asked.status),
        redactor=Redactor(asked.redact, mask_pii=asked.mask_pii, keys=held.api_keys),
    )
    cut = asked.processes > 1 or asked.cluster is not None
    planned = plan(asked.paths, asked.format_, cut=cut)
    asked.spare(shard.source for shard in planned.shards)
    with ExitStack() as open_:
        outputs = open_.enter_context(asked.outputs())
        tell: Tell = nobody
        if not asked.quiet:
            tell = _Told(open_.enter_context(Progress(sys.stderr, planned.size)))
        outcome = validate(
            job,
            planned.shards,
            processes=asked.processes,
            cluster=asked.cluster,
            emit=outputs.found if outputs.streams else None,
            tell=tell,
        )
        told = Run(
            command="validate",
            judged=asked.paths,
            document=asked.document(held),
            title=held.title,
            fail_on=asked.severity,
            rules=rules,
            skipped=tuple(Skipped(path, "is no recording") for path in planned.skipped),
            stopped="interrupted" if outcome.interrupted else "",
        )
        return asked.conclude(outcome.report, told, outputs)


class _Told:
    """Adds up what was judged, for the progress."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = self._judged = self._findings = 0

    def __call__(self, done: int, judged: int, findings: int) -> None:
        self._done += done
        self._judged += judged
        self._findings += findings
        self._progress.update(done=self._done, judged=self._judged, findings=self._findings)
