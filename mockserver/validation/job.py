"""What judging a shard takes, as a value that travels to other processes, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from mockserver import recordings
from mockserver.contract import Contract
from mockserver.exchange import Exchange
from mockserver.finding import Finding
from mockserver.judging import Judge
from mockserver.policy import Policy
from mockserver.recordings import Bare, Shard
from mockserver.redaction import Redactor
from mockserver.report import Report, Tally
from mockserver.validation.bodies import told

EVERY = 256  # exchanges between two words about them

Emit = Callable[[tuple[Finding, ...]], None]
Tell = Callable[[int, int, int], None]


def nobody(*_: object) -> None:
    """Listen to nothing."""


@dataclass(frozen=True, slots=True)
class Job:
    """What recordings are held against, and how findings are told.

    *bare* says what a body without its request answers. With *keeps_findings* each piece brings
    every finding, not only the first of each kind. *id* names the job to processes that do several.
    """

    contract: Contract
    policy: Policy = field(default_factory=Policy)
    base_path: str | None = None
    bare: Bare | None = None
    redactor: Redactor = field(default_factory=Redactor)
    keeps_findings: bool = False
    id: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True, slots=True)
class Piece:
    """What came of one shard: its report, all its findings in order where they are kept, its *size* in bytes."""

    report: Report
    findings: tuple[Finding, ...] = ()
    size: int = 0


class Desk:
    """Judges shard after shard of one job; what the job says is compiled once."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._judge = Judge(job.contract, base_path=job.base_path).judge

    def judge(self, shard: Shard, tally: Tally, emit: Emit = nobody, tell: Tell = nobody) -> None:
        """Count what *shard* holds in *tally*.

        *emit* gets the findings of each exchange, *tell* the numbers of bytes, exchanges and findings
        since it was called last. Raises MockserverError for a source that cannot be read at all.
        """
        judge = self._judge
        exchanges = findings = passed = 0
        reading = recordings.read(shard, self.job.bare)
        for item in reading:
            if isinstance(item, Finding):
                found: tuple[Finding, ...] = (item,)
            else:
                judged = judge(item)
                tally.count(judged.operation, judged.status)
                found = judged.findings
            # Most exchanges are clean: nothing more is asked of them.
            if found and (found := self._counting(item, found, tally)):
                tally.found(found)
                emit(found)
                findings += len(found)
            exchanges += 1
            if exchanges == EVERY:
                tell(reading.position - passed, exchanges, findings)
                exchanges, findings, passed = 0, 0, reading.position
        tally.read(shard.source, shard.start, reading.lines)
        tell(reading.position - passed, exchanges, findings)

    def _counting(self, item: Exchange | Finding, findings: tuple[Finding, ...], tally: Tally) -> tuple[Finding, ...]:
        """Return those of the *findings* of *item* that count, as they may be told."""
        counting, ignored = self.job.policy.apply(findings)
        tally.ignored(ignored)
        if isinstance(item, Finding):
            return counting
        return told(self.job.redactor, item, counting)


_DESKS: dict[str, Desk] = {}


def work(job: Job, shard: Shard) -> Piece:
    """Return what comes of *shard*; the process keeps what it compiled for the next one."""
    desk = _DESKS.get(job.id)
    if desk is None:
        _DESKS.clear()
        desk = _DESKS[job.id] = Desk(job)
    tally, findings, sizes = Tally(), list[Finding](), list[int]()
    emit = findings.extend if job.keeps_findings else nobody
    desk.judge(shard, tally, emit, lambda size, *_: sizes.append(size))
    return Piece(tally.report(), tuple(findings), sum(sizes))
