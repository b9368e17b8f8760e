from __future__ import annotations

import io
import re
import subprocess
import sys

import pytest

from mockserver.finding import Finding, Party, Severity
from mockserver.report import Judged, Report, Tally
from mockserver.reports import Coverage, Run, render, show
from mockserver.reports.text import GROUPS, OPERATIONS


class Screen(io.StringIO):
    """A terminal that keeps what it was told."""

    def isatty(self) -> bool:
        """Say that this is a terminal."""
        return True


def many(count: int) -> Report:
    """Return a report of *count* groups, each of its own operation."""
    tally = Tally()
    for number in range(count):
        name = f"op{number:05}"
        tally.add(Judged(name, 200, (Finding("a.b", Severity.ERROR, Party.PROVIDER, "wrong", operation=name),)))
    return tally.report()


@pytest.mark.parametrize(
    ("environ", "escapes"),
    [
        ({"TERM": "xterm-256color"}, {"1;31", "2", "36"}),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, {"1", "2"}),
        ({"TERM": "dumb"}, set()),
    ],
)
def test_colours(environ: dict[str, str], escapes: set[str], report: Report, run: Run) -> None:
    """A terminal gets colours, unless it or its user wants none."""
    screen = Screen()
    show(report, run, screen, {"COLUMNS": "100", **environ})
    found = set(re.findall("\x1b\\[([0-9;]*)m", screen.getvalue())) - {"0"}
    assert escapes <= found if "NO_COLOR" not in environ else found and not any("3" in each for each in found)
    assert bool(found) == bool(escapes)


def test_the_same_words_on_a_terminal(report: Report, run: Run) -> None:
    """A terminal that is wide enough shows what a pipe shows."""
    screen, pipe = Screen(), io.StringIO()
    show(report, run, screen, {"COLUMNS": "300", "TERM": "xterm"})
    show(report, run, pipe, {})
    bare = [line.rstrip() for line in re.sub("\x1b\\[[0-9;]*m", "", screen.getvalue()).split("\n")]
    assert bare == pipe.getvalue().split("\n")
    assert pipe.getvalue() == render("text", report, run).decode()


def test_colours_by_force(report: Report, run: Run) -> None:
    """A log that can show colours gets them where ``FORCE_COLOR`` says so."""
    log = io.StringIO()
    show(report, run, log, {"FORCE_COLOR": "1", "TERM": "xterm"})
    assert "\x1b[" in log.getvalue()


def test_hanging_lines(report: Report, run: Run) -> None:
    """On a narrow terminal a long line goes on below its beginning."""
    screen = Screen()
    show(report, run, screen, {"COLUMNS": "44", "TERM": "xterm", "NO_COLOR": "1"})
    bare = re.sub("\x1b\\[[0-9;]*m", "", screen.getvalue())
    assert (
        "         -   traffic.har entry 1\n             /Sale/Links/0/Name: 1 is not a\n             string\n" in bare
    )


def test_other_encodings(report: Report, run: Run) -> None:
    """A log that cannot carry a character gets its escape, not an exception."""
    raw = io.BytesIO()
    log = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    show(report, run, log, {})
    assert b"response.schema  GetSale  \\xd7 10\n" in raw.getvalue()


def test_many_groups() -> None:
    """A log is not flooded: the gravest are told, the others counted."""
    told = render("text", many(10_000), Run()).decode()
    assert "… 9,950 more groups; all of them: --report html=report.html\n" in told
    assert f"… {10_000 - OPERATIONS:,} more operations\n" in told
    assert told.count("\nerror ") + 1 == GROUPS


def test_conforms() -> None:
    """What conforms is told in a few lines, without hints."""
    tally = Tally()
    tally.add(Judged("get", 200))
    coverage = (Coverage("statuses", ("200",), tuple(str(status) for status in range(400, 420))),)
    told = render("text", tally.report(), Run(judged=("a.har",), document="shop.yaml", coverage=coverage)).decode()
    assert told == (
        "judged     1 exchange of a.har\n"
        "against    shop.yaml\n"
        "           get   200 × 1\n"
        "found      nothing\n"
        "coverage   statuses: 1 of 21, never 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, … 8 more\n"
        "\n"
        "CONFORMS   1 exchange, no finding that counts (--fail-on error)\n"
    )


def test_nothing_judged() -> None:
    """A verdict that is longer than its column stands apart from its reason."""
    assert render("text", Tally().report(), Run()).decode().endswith("\nNOTHING JUDGED  no exchange was judged\n")


def test_hints() -> None:
    """Who fails learns how to go on: what the rule means, how to leave it out, how to accept what is known."""
    told = render("text", many(1), Run(command="check", docs="https://docs.invalid/checks")).decode()
    assert "https://docs.invalid/checks#a.b\n" in told
    assert "mockserver check --ignore a.b\n" in told
    assert "mockserver check --baseline known.json --update-baseline\n" in told


def test_stopped_early() -> None:
    """A run that ended early says so in its verdict."""
    last = render("text", many(1), Run(stopped="Ctrl-C", seconds=12.345)).decode().splitlines()[-1]
    assert last == "FAILS      1 error in 1 group, 1 exchange, stopped early (Ctrl-C) (--fail-on error)"


def test_rich_is_not_loaded_in_vain() -> None:
    """Whoever writes to a pipe does not wait for Rich."""
    code = """
import io, sys
from mockserver.report import Report
from mockserver.reports import FORMATS, Progress, Run, render, show
for name in FORMATS:
    render(name, Report(), Run())
show(Report(), Run(), io.StringIO(), {})
with Progress(io.StringIO(), 10, environ={}) as progress:
    progress.update(done=1, judged=1, findings=0)
sys.exit("rich" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_no_command_stays() -> None:
    """Only what a runner would obey is broken up: not each pair of colons."""
    tally = Tally()
    tally.add(Judged("get", 200, (Finding("a.b", Severity.NOTE, Party.RECORDING, "no answer: net::ERR_ABORTED"),)))
    assert "no answer: net::ERR_ABORTED\n" in render("text", tally.report(), Run()).decode()
