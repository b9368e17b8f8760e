"""Dates that follow one another: none is before the sibling that the document names (``x-not-before``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mockserver.checks.places import Found, Places
from mockserver.checks.subject import Subject
from mockserver.contract import Shape
from mockserver.contract.pointer import join
from mockserver.finding import Finding, Party, Rule, Severity

NOT_BEFORE = "x-not-before"
ORDER = Rule("date.order", Party.PROVIDER, Severity.WARNING, "An end is not before its start (x-not-before).")
RULES = (ORDER,)
DAY, SECOND = len("2026-01-15"), len("2026-01-15T09:00:00")


def order(subject: Subject) -> Iterator[Finding]:
    """No date of an answer is before the sibling that it must not be before."""
    if subject.shape is None:
        return
    places = subject.desk.compiled.get(NOT_BEFORE)
    if places is None:
        places = subject.desk.compiled[NOT_BEFORE] = Places(lambda shape: NOT_BEFORE in shape.node)
    if all(_is_plainly_right(*owner) for owner in places.owners(subject.value, subject.shape)):
        return
    unset = str(subject.desk.document.root.get("x-unset", {}).get("date", ""))[:DAY] or None
    for found in places.of(subject.value, subject.shape):
        sibling = found.shape.node[NOT_BEFORE]
        start = found.owner.get(sibling)
        if type(start) is not str or type(found.value) is not str:
            continue
        if _is_before(found.value, start, unset) and not subject.is_hidden(found.pointer):
            yield _told(subject, found, sibling, start)


def _is_plainly_right(wanted: tuple[tuple[str, Shape], ...], owner: dict[str, Any]) -> bool:
    """Whether no date of *owner* is before its sibling, all of them texts of one length: a quick yes."""
    for name, shape in wanted:
        end, start = owner.get(name), owner.get(shape.node[NOT_BEFORE])
        if type(end) is not str or type(start) is not str or len(end) != SECOND or len(start) != SECOND or end < start:
            return False
    return True


def _told(subject: Subject, found: Found, sibling: str, start: str) -> Finding:
    return ORDER.finding(
        f"{found.name} is before {sibling}: {found.value} < {start}",
        part="response body",
        pointer=found.pointer,
        contract=subject.desk.place(join(found.shape.pointer, NOT_BEFORE)),
        expected=f"{start} or later",
        actual=found.value,
    )


def _is_before(end: str, start: str, unset: str | None) -> bool:
    """Return whether *end* is surely before *start*: both set, both dates, both with an offset or both without."""
    if unset is not None and (end.startswith(unset) or start.startswith(unset)):
        return False
    if len(end) == len(start) == SECOND:
        return end < start
    if len(end) < SECOND or len(start) < SECOND:
        return False
    try:
        return datetime.fromisoformat(end) < datetime.fromisoformat(start)
    except (ValueError, TypeError):
        return False


CHECKS = (order,)
