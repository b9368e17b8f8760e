from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from mockserver.finding import Finding, Party, Place, Severity
from mockserver.report import Judged, Key, Report, Tally
from mockserver.reports import Baseline, Run, render
from mockserver.reports.github import ROWS, SHOWN, summary

RUN = Run(document="openapi/a,b.yaml")


def report(*findings: Finding) -> Report:
    """Return the report of one exchange."""
    tally = Tally()
    tally.add(Judged("get", 200, findings))
    return tally.report()


def finding(severity: Severity = Severity.ERROR, message: str = "wrong", **facts: Any) -> Finding:
    """Return a finding."""
    return Finding("a.b", severity, Party.PROVIDER, message, **facts)


def test_escapes() -> None:
    """Signs that part commands are escaped as the runner reads them: ``:`` and ``,`` in properties alone."""
    told = render("github", report(finding(message="100%: a, b", contract=Place("/x", 7))), RUN).decode()
    assert told.startswith("::error file=openapi/a%2Cb.yaml,line=7,title=a.b::100%25: a, b\n")


def test_ten_of_a_kind() -> None:
    """GitHub shows ten of a kind, so the others are counted in words."""
    found = [finding(severity, part=f"{severity} {number}") for severity in Severity for number in range(25)]
    lines = render("github", report(*found), RUN).decode().splitlines()
    kinds = Counter(line.split(" ")[0] for line in lines if line.startswith("::"))
    assert kinds == {"::error": SHOWN, "::warning": SHOWN, "::notice": SHOWN}
    assert "15 more groups of warnings: GitHub shows 10 for a step" in lines


def test_known_is_not_annotated() -> None:
    """What the baseline knows is not annotated again."""
    known = Baseline("known.json", frozenset({Key("a.b", "", "", None)}))
    told = render("github", report(finding()), Run(baseline=known)).decode()
    assert told == "mockserver validate conforms: 1 exchange, 1 error found\n"


def test_summary(report: Report, run: Run, outputs: dict[str, Path]) -> None:
    """The summary of the sample is that of fixtures/reports."""
    assert summary(report, run) == (outputs["text"].parent / "summary.md").read_bytes()


def test_long_summary() -> None:
    """A summary tells the gravest groups and counts the others."""
    told = summary(report(*(finding(part=f"header {number}") for number in range(ROWS + 3))), RUN).decode()
    assert told.count("\n| error |") == ROWS
    assert told.endswith("\n… 3 more groups\n")
    assert summary(report(), RUN).decode().count("\n") == 3
