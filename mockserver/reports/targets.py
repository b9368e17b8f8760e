"""Where reports go: ``--report FORMAT=PATH``, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from mockserver.errors import UsageError
from mockserver.finding import Finding
from mockserver.report import Report
from mockserver.reports.json import lines
from mockserver.reports.run import Run

FORMATS = ("json", "ndjson", "junit", "sarif", "html", "github", "text")
STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """A format, and the path that it goes to; ``-`` is standard output."""

    format: str
    path: str = STDOUT

    @property
    def streams(self) -> bool:
        """Whether every finding is written as it comes, not the report at the end."""
        return self.format == "ndjson"


def parse_target(text: str) -> Target:
    """Return the target that ``FORMAT=PATH`` names; ``FORMAT`` alone goes to standard output.

    Raises UsageError for an unknown format and for a path that cannot be written.
    """
    name, sign, path = text.partition("=")
    name = name.strip().lower()
    if name not in FORMATS:
        raise UsageError(f"--report {text}: write FORMAT=PATH, where FORMAT is one of {', '.join(FORMATS)}")
    if sign and not path:
        raise UsageError(f"--report {text}: the path is missing; write {name}=PATH, or {name}=- for standard output")
    target = Target(name, path or STDOUT)
    if target.path != STDOUT:
        _writable(text, Path(target.path))
    return target


def parse_targets(texts: Iterable[str]) -> tuple[Target, ...]:
    """Return the targets that *texts* name; raises UsageError also where two go to one place."""
    targets: dict[str, Target] = {}
    for text in texts:
        target = parse_target(text)
        place = target.path if target.path == STDOUT else os.path.realpath(target.path)
        if place in targets:
            other = targets[place]
            raise UsageError(f"--report {text}: {other.format} goes there already; give each report its own path")
        targets[place] = target
    return tuple(targets.values())


def render(name: str, report: Report, run: Run) -> bytes:
    """Return the report in the format *name*; as ``ndjson`` the first findings of each group alone."""
    if name == "ndjson":
        return lines(finding for _, group in report.ordered() for finding in group.first)
    # By name, so that a run pays for the formats that it writes.
    module = import_module(f"mockserver.reports.{name}")
    rendered: bytes = module.render(report, run)
    return rendered


def write(target: Target, report: Report, run: Run) -> None:
    """Write the report to *target*, its folders made; a reader of the path sees the old file or the whole new one.

    Raises UsageError if it cannot be written.
    """
    save(target.path, render(target.format, report, run))


def save(path: str, content: bytes) -> None:
    """Write *content* to *path* like :func:`write`."""
    if path == STDOUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    # Through a link, so that the file it leads to is replaced, not the link.
    file = Path(os.path.realpath(path))
    with _explained(path):
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and not file.is_file():  # a pipe or a device takes bytes, not names
            file.write_bytes(content)
            return
        draft = file.with_name(f".{file.name[:200]}.{os.getpid()}.tmp")
        try:
            draft.write_bytes(content)
            if file.exists():
                draft.chmod(stat.S_IMODE(file.stat().st_mode))
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)


class Stream:
    """Findings on their way to *target* as NDJSON: each line is there as soon as it was given, none is kept."""

    def __init__(self, target: Target) -> None:
        self._path = target.path
        self._file: BinaryIO
        if target.path == STDOUT:
            sys.stdout.flush()
            self._file = sys.stdout.buffer
            return
        with _explained(target.path):
            Path(target.path).parent.mkdir(parents=True, exist_ok=True)
            self._file = Path(target.path).open("wb")  # noqa: SIM115 (closed by close)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def found(self, findings: Sequence[Finding]) -> None:
        """Write *findings*, a line each."""
        if findings:
            with _explained(self._path):
                self._file.write(lines(findings))
                self._file.flush()

    def close(self) -> None:
        """Close the file; standard output stays open."""
        if self._path != STDOUT:
            self._file.close()


class Outputs:
    """All that a run writes: streams get each finding as it comes, the others the report at the end."""

    def __init__(self, targets: Iterable[Target], step_summary: str | None = None) -> None:
        """Open the streams; *step_summary* is the file of ``GITHUB_STEP_SUMMARY``, written beside ``github``."""
        self._targets = tuple(targets)
        self._step_summary = step_summary
        self._closing = contextlib.ExitStack()
        with self._closing:
            self._streams = [self._closing.enter_context(Stream(each)) for each in self._targets if each.streams]
            self._closing = self._closing.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    @property
    def streams(self) -> bool:
        """Whether somebody wants every finding as it comes."""
        return bool(self._streams)

    @property
    def stdout_is_taken(self) -> bool:
        """Whether a report goes to standard output, so that nothing else may."""
        return any(each.path == STDOUT for each in self._targets)

    def found(self, findings: Sequence[Finding]) -> None:
        """Pass *findings* on to the streams."""
        for stream in self._streams:
            stream.found(findings)

    def write(self, report: Report, run: Run) -> None:
        """Write the report to every target that wants it whole; raises UsageError after all were tried."""
        failed = []
        for target in self._targets:
            if target.streams:
                continue
            try:
                write(target, report, run)
                if target.format == "github" and self._step_summary:
                    _append(self._step_summary, report, run)
            except UsageError as error:
                failed.append(str(error))
        if failed:
            raise UsageError("; ".join(failed))


def _append(path: str, report: Report, run: Run) -> None:
    from mockserver.reports.github import summary  # noqa: PLC0415 (with this format alone)

    with _explained(path), Path(path).open("ab") as file:
        file.write(summary(report, run))


def _writable(text: str, path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"--report {text}: {path} is a folder; name a file in it")
    existing = path if path.exists() else next((each for each in path.absolute().parents if each.exists()), path)
    if path.exists():
        usable = os.access(existing, os.W_OK)
    else:
        usable = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    if not usable:
        raise UsageError(f"--report {text}: {existing} cannot be written; choose another path")


@contextlib.contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # whoever read has read enough
        raise
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}; choose another path") from error
