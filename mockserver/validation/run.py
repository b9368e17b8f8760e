"""Sources judged one after another, or cut into shards and judged by several processes: the report is the same."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from itertools import islice
from multiprocessing import get_context

from mockserver import recordings
from mockserver.errors import MockserverError
from mockserver.recordings import Shard
from mockserver.report import Report, Tally, offsets, renumbered
from mockserver.validation.job import Desk, Emit, Job, Piece, Tell, nobody, work

SHARD = 32 << 20  # bytes
AHEAD = 2  # shards that wait for each process


@dataclass(eq=False)
class WorkerLost(MockserverError):
    """A process that judged has died."""

    exit_code = 3

    def __str__(self) -> str:
        """Return what may have happened."""
        return "a worker process died, perhaps for want of memory; try fewer --processes"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The report of all that was judged; *interrupted* if Ctrl-C came before the end."""

    report: Report
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is read: *size* is its bytes, None if nobody knows; *skipped* are files that are no recordings."""

    shards: tuple[Shard, ...]
    size: int | None
    skipped: tuple[str, ...] = ()


def plan(paths: Sequence[str], format_: str | None = None, *, cut: bool = False) -> Plan:
    """Return what *paths* name, as *format_* or as their content tells; large NDJSON and HAR *cut* into shards.

    Raises MockserverError for a path that is not there, and for a file named that is no recording.
    """
    shards, sizes, skipped = list[Shard](), list[int | None](), list[str]()
    for source in recordings.sources(paths):
        found = recordings.shards(source, format=format_, size=SHARD if cut else sys.maxsize)
        shards += found
        if found:
            sizes.append(recordings.size_of(source.name))
        else:
            skipped.append(source.name)
    known = [size for size in sizes if size is not None]
    return Plan(tuple(shards), sum(known) if len(known) == len(sizes) else None, tuple(skipped))


def validate(
    job: Job,
    shards: Sequence[Shard],
    *,
    processes: int = 1,
    cluster: str | None = None,
    emit: Emit | None = None,
    tell: Tell = nobody,
) -> Outcome:
    """Return the outcome of judging *shards*.

    *emit* gets all findings, in the order of the shards; *tell* the numbers of bytes, exchanges and
    findings since it was called last. *cluster* is the address of a Dask scheduler. Raises
    MockserverError for what cannot be read, WorkerLost, and UsageError for a cluster that does not answer.
    """
    job = replace(job, keeps_findings=emit is not None)
    emit = emit or nobody
    if cluster is not None:
        from mockserver.validation.cluster import on_cluster  # noqa: PLC0415 (an extra)

        return _gathered(on_cluster(cluster, job, shards), emit, tell)
    if processes > 1:
        return _gathered(in_processes(processes, job, shards), emit, tell)
    return _alone(job, shards, emit, tell)


def _alone(job: Job, shards: Iterable[Shard], emit: Emit, tell: Tell) -> Outcome:
    desk, tally = Desk(job), Tally()
    try:
        for shard in shards:
            desk.judge(shard, tally, emit, tell)
    except KeyboardInterrupt:
        return Outcome(tally.report(), interrupted=True)
    return Outcome(tally.report())


def in_processes(count: int, job: Job, shards: Iterable[Shard]) -> Iterator[tuple[int, Piece]]:
    """Yield the pieces of *shards* by their place, as they are ready, from *count* processes of their own."""
    waiting: dict[Future[Piece], int] = {}
    numbered = enumerate(shards)
    with ProcessPoolExecutor(count, get_context("spawn"), _take_job, (job,)) as pool:
        try:
            for place, shard in islice(numbered, count * AHEAD):
                waiting[pool.submit(_work, shard)] = place
            while waiting:
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield waiting.pop(future), future.result()
                    for place, shard in islice(numbered, 1):
                        waiting[pool.submit(_work, shard)] = place
        except BrokenProcessPool as error:
            raise WorkerLost from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_job: list[Job] = []


def _take_job(job: Job) -> None:
    """Keep the *job* of this process; Ctrl-C is the matter of the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _job.append(job)


def _work(shard: Shard) -> Piece:
    return work(_job[0], shard)


def _gathered(pieces: Iterator[tuple[int, Piece]], emit: Emit, tell: Tell) -> Outcome:
    """Return the outcome of *pieces*, which come by their place; their findings are emitted in that order."""
    report, interrupted = Report(), False
    early: dict[int, Piece] = {}
    turn = 0
    try:
        for place, piece in pieces:
            report += piece.report
            early[place] = piece
            while turn in early:
                _emit(early.pop(turn), report, emit)
                turn += 1
            tell(piece.size, piece.report.total, sum(piece.report.counts.values()))
    except KeyboardInterrupt:
        interrupted = True
    for place in sorted(early):
        _emit(early[place], report, emit)
    return Outcome(report.numbered(), interrupted)


def _emit(piece: Piece, report: Report, emit: Emit) -> None:
    if piece.findings:
        before = offsets(report.lines)
        emit(tuple(renumbered(each, before) for each in piece.findings))
