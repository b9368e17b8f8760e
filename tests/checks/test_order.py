"""An end is not before its start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.finding import Finding, Severity

Find = Callable[..., list[Finding]]


@pytest.mark.parametrize(
    ("start", "end", "is_found"),
    [
        ("2026-01-15T09:00:00", "2026-01-15T09:00:00", False),
        ("2026-01-15T09:00:00", "2026-01-15T08:59:59", True),
        ("2026-01-15T09:00:00.5", "2026-01-15T09:00:00", True),
        ("2026-01-15T09:00:00.1234567", "2026-01-15T09:00:00.1234567", False),
        ("2026-01-15T09:00:00+02:00", "2026-01-15T08:00:00+01:00", False),
        ("2026-01-15T09:00:00+01:00", "2026-01-15T09:00:00+02:00", True),
        ("2026-01-15T09:00:00Z", "2026-01-15T08:00:00", False),  # nobody knows
        ("2026-01-15T09:00:00", "0001-01-01T00:00:00", False),  # not set
        ("2026-01-15T09:00:00", None, False),
        ("2026-01-15T09:00:00", "2026-01-14", False),  # no date-time: body.format says so
    ],
)
def test_order(findings: Find, answer: Any, start: str, end: str | None, is_found: bool) -> None:
    """The warning stands at the end; what is not set, or cannot be compared, is in order."""
    told = findings({**answer, "StartDate": start, "EndDate": end}, unrecorded=["request headers"])
    found = [(each.pointer, each.severity) for each in told if each.rule == "date.order"]
    assert found == ([("/EndDate", Severity.WARNING)] if is_found else [])


def test_below(findings: Find, answer: Any) -> None:
    """Dates inside other records are looked at as well."""
    recurrence = {**answer["Recurrence"], "StartDate": "2026-01-15T00:00:00", "EndDate": "2025-01-15T00:00:00"}
    (finding,) = findings({**answer, "Recurrence": recurrence})
    assert (finding.rule, finding.pointer) == ("date.order", "/Recurrence/EndDate")
    assert finding.contract is not None
    assert finding.contract.pointer.endswith("/x-not-before")
