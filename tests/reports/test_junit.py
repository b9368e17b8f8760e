from __future__ import annotations

from xml.etree import ElementTree as ET

from mockserver.finding import Finding, Party, Rule, Severity
from mockserver.report import Judged, Key, Report, Tally
from mockserver.reports import Baseline, Run, render

KEPT = Rule("a.kept", Party.PROVIDER, Severity.ERROR, "All is well.")


def cases(report: Report, run: Run) -> dict[tuple[str, str], list[str]]:
    """Return by operation and rule what stands in the case."""
    root = ET.fromstring(render("junit", report, run))
    return {
        (str(case.get("classname")), str(case.get("name"))): [each.tag for each in case]
        for case in root.iter("testcase")
    }


def finding(rule: str, severity: Severity = Severity.ERROR, party: Party = Party.PROVIDER) -> Finding:
    """Return a finding of *rule*."""
    return Finding(rule, severity, party, "wrong", operation="get")


def test_cases() -> None:
    """What fails the run is a failure, a broken recording an error, the rest passes and says what was found."""
    found = (
        finding("b.wrong"),
        finding("c.note", Severity.NOTE),
        finding("d.known"),
        finding("e.broken", party=Party.RECORDING),
    )
    tally = Tally()
    tally.add(Judged("get", 200, found))
    tally.add(Judged("put", 200))
    tally.add(Judged(None, 404))
    run = Run(rules=(KEPT,), baseline=Baseline("known.json", frozenset({Key("d.known", "get", "", None)})))
    assert cases(tally.report(), run) == {
        ("get", "a.kept"): [],
        ("get", "b.wrong"): ["failure"],
        ("get", "c.note"): ["system-out"],
        ("get", "d.known"): ["skipped", "system-out"],
        ("get", "e.broken"): ["error"],
        ("put", "a.kept"): [],
    }


def test_message() -> None:
    """A failure's message counts its findings and tells the first."""
    tally = Tally()
    tally.add(Judged("get", 200, (finding("b.wrong"), finding("b.wrong"))))
    root = ET.fromstring(render("junit", tally.report(), Run(seconds=1.5)))
    (failure,) = root.iter("failure")
    assert failure.get("message") == "2 findings: wrong"
    assert failure.get("type") == "b.wrong"
    assert root.get("time") == "1.500"


def test_nothing() -> None:
    """No exchange makes no case, and a file that can be read."""
    assert cases(Report(), Run(rules=(KEPT,))) == {}
