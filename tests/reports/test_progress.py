from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator

import pytest

from mockserver.reports import Progress

TERMINAL = {"TERM": "xterm-256color", "COLUMNS": "100"}


class Screen(io.StringIO):
    """A terminal that keeps what it was told."""

    def isatty(self) -> bool:
        """Say that this is a terminal."""
        return True


def ticking(*seconds: float) -> Callable[[], float]:
    """Return a clock that shows *seconds* one after the other, then the last for ever."""
    times: Iterator[float] = iter(seconds)
    last = [0.0]

    def clock() -> float:
        last[0] = next(times, last[0])
        return last[0]

    return clock


def test_lines_in_a_log() -> None:
    """In a log a line stands now and then, not for each update."""
    log, now = io.StringIO(), [0.0]
    with Progress(log, 1000, every=10, clock=lambda: now[0], environ={}) as progress:
        for second in range(25):
            now[0] = float(second)
            progress.update(done=second * 40, judged=second * 100, findings=second // 10, doing="a.har")
    assert log.getvalue() == (
        "40 %, 1,000 exchanges, 1 finding, 100/s, a.har\n80 %, 2,000 exchanges, 2 findings, 100/s, a.har\n"
    )


def test_total_unknown() -> None:
    """Without a total nobody is told a share."""
    progress = Progress(io.StringIO(), noun="request", clock=ticking(0, 2), environ={})
    progress.update(done=1, judged=1, findings=0)
    assert progress.line() == "1 request, 0 findings, 0/s"


@pytest.mark.parametrize("total", [None, 0, 1000])
def test_bar_on_a_terminal(total: int | None) -> None:
    """On a terminal one line moves and is gone afterwards, with nothing of a stranger obeyed."""
    screen = Screen()
    with Progress(screen, total, environ=TERMINAL) as progress:
        progress.update(done=500, judged=20, findings=3, doing="[bold]\x1b[2Jfuzzing")
    shown = screen.getvalue()
    assert "20 exchanges · 3 findings" in shown
    assert "[bold]\\x1b[2Jfuzzing" in shown
    assert "\x1b[2J" not in shown
    assert ("50%" in shown) == (total == 1000)
    assert shown.endswith("\x1b[2K")
    assert "\x1b[?25h" in shown


def test_frames() -> None:
    """A terminal is not drawn for each of a thousand updates in a moment."""
    screen, now = Screen(), [5.0]
    with Progress(screen, 1000, clock=lambda: now[0], environ=TERMINAL) as progress:
        for number in range(1000):
            now[0] = 5 + number / 1e6
            progress.update(done=number, judged=number, findings=0)
            assert progress.line().startswith(f"{number / 1000:.0%}".replace("%", " %"))
    assert "0 exchanges" in screen.getvalue()
    assert "999 exchanges" not in screen.getvalue()


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_width(width: int) -> None:
    """The bar keeps to one line, however narrow the terminal."""
    screen = Screen()
    with Progress(screen, 10, environ=TERMINAL | {"COLUMNS": str(width)}) as progress:
        progress.update(done=5, judged=123_456_789, findings=1_000_000, doing="x" * 500)
    lines = re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", screen.getvalue()).replace("\r", "\n").split("\n")
    assert max(map(len, lines)) <= width


def test_dumb_terminal() -> None:
    """A terminal that cannot move its cursor gets lines."""
    screen = Screen()
    with Progress(screen, 10, every=0, environ={"TERM": "dumb"}) as progress:
        progress.update(done=5, judged=5, findings=0)
    assert screen.getvalue().startswith("50 %, 5 exchanges, 0 findings, ")
