from __future__ import annotations

import pytest

from mockserver.finding import Finding, Party, Severity
from mockserver.report import Judged, Key, Report, Tally
from mockserver.reports import Baseline, Run, Verdict

KEY = Key("a.b", "get", "", None)


def report(*severities: Severity) -> Report:
    """Return the report of an exchange in which something was found of each severity."""
    tally = Tally()
    found = tuple(Finding("a.b", each, Party.PROVIDER, "wrong", operation="get") for each in severities)
    tally.add(Judged("get", 200, found))
    return tally.report()


@pytest.mark.parametrize(
    ("found", "fail_on", "verdict"),
    [
        (None, Severity.ERROR, Verdict.CONFORMS),
        (Severity.NOTE, Severity.ERROR, Verdict.CONFORMS),
        (Severity.WARNING, Severity.ERROR, Verdict.CONFORMS),
        (Severity.ERROR, Severity.ERROR, Verdict.FAILS),
        (Severity.WARNING, Severity.WARNING, Verdict.FAILS),
        (Severity.NOTE, Severity.NOTE, Verdict.FAILS),
    ],
)
def test_verdict(found: Severity | None, fail_on: Severity, verdict: Verdict) -> None:
    """A run fails at the severity that it was told to fail on, and at graver ones."""
    assert Run(fail_on=fail_on).verdict(report(*([found] if found else []))) is verdict


def test_nothing_judged() -> None:
    """No exchange is no conformance; a recording that cannot be read fails all the same."""
    assert Run().verdict(Report()) is Verdict.NOTHING
    broken = Tally()
    broken.found([Finding("a.b", Severity.ERROR, Party.RECORDING, "is no JSON")])
    assert Run().verdict(broken.report()) is Verdict.FAILS


def test_baseline() -> None:
    """What is known does not fail; what is new does."""
    assert Run(baseline=Baseline("known.json", frozenset({KEY}))).verdict(report(Severity.ERROR)) is Verdict.CONFORMS
    other = frozenset({KEY._replace(pointer="/x")})
    assert Run(baseline=Baseline("known.json", other)).verdict(report(Severity.ERROR)) is Verdict.FAILS
