"""How far a run has come: a bar on a terminal (Rich), a line now and then in a log."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self, TextIO

from mockserver.reports.text import counted, lively
from mockserver.reports.visible import visible

Clock = Callable[[], float]
EVERY = 10.0
FRAME = 0.1
DOING = 60


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run is: *done* counts like the total (bytes, requests), *judged* counts exchanges."""

    done: int = 0
    judged: int = 0
    findings: int = 0
    doing: str = ""


class Progress:
    """Shows how far a run is, on *file*; a context manager.

    *total* is what is done at the end, None if nobody knows (standard input); *noun* is what is
    counted. On a terminal it is one line that moves and is gone afterwards, elsewhere a line every *every* seconds.
    *clock* gives seconds.
    """

    def __init__(
        self,
        file: TextIO,
        total: int | None = None,
        *,
        noun: Literal["exchange", "request"] = "exchange",
        every: float = EVERY,
        clock: Clock = time.monotonic,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._file = file
        self._total = total
        self._noun = noun
        self._every = every
        self._clock = clock
        self._environ = environ
        self._standing = Standing()
        self._started = self._told = clock()
        self._bar: Any = None

    def __enter__(self) -> Self:
        self._started = self._told = self._clock()
        if lively(self._file, self._environ):
            self._bar = _bar(self._file, self._environ, self._clock)
            self._task = self._bar.add_task("", total=self._total, told="")
            self._bar.start()
            # Drawing takes as long as judging an exchange, so only what an eye can follow is drawn.
            self._every, self._told = FRAME, -math.inf
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, *, done: int, judged: int, findings: int, doing: str = "") -> None:
        """Take up how far the run is; all numbers count from its beginning."""
        self._standing = Standing(done, judged, findings, doing)
        now = self._clock()
        if now - self._told < self._every:
            return
        self._told = now
        if self._bar is not None:
            self._bar.update(self._task, completed=done, told=" · ".join(self._words()), description=_doing(doing))
        else:
            self._file.write(f"{self.line()}\n")
            self._file.flush()

    def line(self) -> str:
        """Return how far the run is as one line: ``12 %, 1,400 exchanges, 3 findings, 140/s``."""
        share = [f"{self._share():.0%}".replace("%", " %")] if self._total else []
        doing = [_doing(self._standing.doing)] if self._standing.doing else []
        return ", ".join([*share, *self._words(), *doing])

    def _share(self) -> float:
        return min(self._standing.done / self._total, 1.0) if self._total else 0.0

    def _words(self) -> list[str]:
        seconds = self._clock() - self._started
        rate = self._standing.judged / seconds if seconds > 0 else 0.0
        judged = counted(self._standing.judged, self._noun)
        return [judged, counted(self._standing.findings, "finding"), f"{rate:,.0f}/s"]


def _doing(text: str) -> str:
    return visible(text, DOING)


def _bar(file: TextIO, environ: Mapping[str, str], clock: Clock) -> Any:
    from rich.console import Console  # noqa: PLC0415 (wanted on a terminal alone)
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415
    from rich.table import Column  # noqa: PLC0415

    def text(pattern: str, **options: Any) -> TextColumn:
        return TextColumn(pattern, markup=False, table_column=Column(no_wrap=True, overflow="ellipsis", **options))

    console = Console(file=file, highlight=False, markup=False, emoji=False, _environ=environ)
    narrow = console.width < 80  # noqa: PLR2004 (the width of a terminal since there are terminals)
    columns = [
        BarColumn(bar_width=10 if narrow else 24),
        TaskProgressColumn(),
        text("{task.fields[told]}"),
        text("{task.description}", ratio=1),
        TimeRemainingColumn(compact=True),
    ]
    # Streams are left alone: what others print goes where they print it.
    return Bar(
        *columns,
        console=console,
        transient=True,
        expand=True,
        get_time=clock,
        redirect_stdout=False,
        redirect_stderr=False,
    )
