"""Findings counted, so that the report of a whole is the sum of the reports of its parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from heapq import nsmallest
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from mockserver.exchange import Origin
from mockserver.finding import Finding, Party, Severity

EXAMPLES = 3
INDEX = re.compile(r"/[0-9]+(?=/|$)")


@lru_cache(maxsize=65536)
def pattern(pointer: str) -> str:
    """Return *pointer* with ``*`` for every index: ``/Links/0/Name`` and ``/Links/7/Name`` are one place."""
    return INDEX.sub("/*", pointer)


class Judged(NamedTuple):
    """One exchange after its judgement: the operation's id (None if it is of none), the status, what was found."""

    operation: str | None
    status: int
    findings: tuple[Finding, ...] = ()


class Key(NamedTuple):
    """What findings are counted by; *pointer* is a :func:`pattern`."""

    rule: str
    operation: str
    part: str
    pointer: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one key: how many, and the first of them in the order of the recording."""

    severity: Severity
    party: Party
    count: int
    first: tuple[Finding, ...]

    def __add__(self, other: Group) -> Group:
        """Return both as one."""
        first = tuple(nsmallest(EXAMPLES, chain(self.first, other.first), key=_order))
        gravest = min(self, other, key=_gravity)
        return replace(gravest, count=self.count + other.count, first=first)


@dataclass(frozen=True, slots=True)
class Report:
    """What was judged and what was found.

    *exchanges* are counts by operation id ("" for those of no operation) and status, *ignored* counts of
    the findings that were left out, by rule. *lines* are the lines read of each shard, by source and
    start, for :meth:`numbered`. Adding is associative
    and commutative, and ``report(x + y) == report(x) + report(y)``.
    """

    exchanges: Mapping[tuple[str, int], int] = field(default_factory=lambda: MappingProxyType({}))
    groups: Mapping[Key, Group] = field(default_factory=lambda: MappingProxyType({}))
    ignored: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    lines: Mapping[tuple[str, int], int] = field(default_factory=lambda: MappingProxyType({}))

    def __add__(self, other: Report) -> Report:
        """Return the report of both."""
        groups = dict(self.groups)
        for key, group in other.groups.items():
            groups[key] = groups[key] + group if key in groups else group
        return Report(
            _sum(self.exchanges, other.exchanges),
            groups,
            _sum(self.ignored, other.ignored),
            _sum(self.lines, other.lines),
        )

    @property
    def total(self) -> int:
        """How many exchanges were judged."""
        return sum(self.exchanges.values())

    @property
    def counts(self) -> dict[Severity, int]:
        """How many findings there are of each severity, the gravest first."""
        counts = dict.fromkeys(Severity, 0)
        for group in self.groups.values():
            counts[group.severity] += group.count
        return counts

    def ordered(self) -> list[tuple[Key, Group]]:
        """Return the groups as they are told: the gravest first, then the commonest, then by name."""
        return sorted(
            self.groups.items(),
            key=lambda item: (item[1].severity.rank, -item[1].count, item[0][:3], item[0].pointer or ""),
        )

    def fails(self, at: Severity) -> bool:
        """Return whether anything was found that is *at* least so grave."""
        return any(group.severity.rank <= at.rank for group in self.groups.values())

    def numbered(self) -> Report:
        """Return the report with lines counted from the beginning of each file, not of each shard."""
        before = offsets(self.lines)
        groups = {
            key: replace(group, first=tuple(renumbered(each, before) for each in group.first))
            for key, group in self.groups.items()
        }
        return replace(self, groups=groups)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON, in a fixed order."""
        return {
            "exchanges": self.total,
            "operations": [
                {"operation": name or None, "status": status, "exchanges": count}
                for (name, status), count in sorted(self.exchanges.items())
            ],
            "findings": {str(severity): count for severity, count in self.counts.items()},
            "groups": [
                {
                    "rule": key.rule,
                    "severity": str(group.severity),
                    "party": str(group.party),
                    "operation": key.operation or None,
                    "part": key.part,
                    "pointer": key.pointer,
                    "count": group.count,
                    "first": [finding.to_json() for finding in group.first],
                }
                for key, group in self.ordered()
            ],
        }


class Tally:
    """Counts what is judged and found, one by one, in constant memory."""

    def __init__(self) -> None:
        self._exchanges: Counter[tuple[str, int]] = Counter()
        self._groups: dict[Key, _Count] = {}
        self._ignored: Counter[str] = Counter()
        self._lines: Counter[tuple[str, int]] = Counter()

    def add(self, judged: Judged) -> None:
        """Count one exchange and what was found in it."""
        self.count(judged.operation, judged.status)
        self.found(judged.findings)

    def count(self, operation: str | None, status: int) -> None:
        """Count one exchange, whatever was found in it."""
        self._exchanges[operation or "", status] += 1

    def found(self, findings: Iterable[Finding]) -> None:
        """Count findings; their exchange, if they are of one, is counted by itself."""
        for finding in findings:
            place = None if finding.pointer is None else pattern(finding.pointer)
            key = Key(finding.rule, finding.operation, finding.part, place)
            count = self._groups.get(key)
            if count is None:
                self._groups[key] = _Count(finding)
            else:
                count.add(finding)

    def ignored(self, findings: Iterable[Finding]) -> None:
        """Count findings that a user leaves out."""
        self._ignored.update(each.rule for each in findings)

    def read(self, source: str, start: int, lines: int) -> None:
        """Count the *lines* of a shard of *source* that begins at the byte *start*."""
        if lines:
            self._lines[source, start] += lines

    def report(self) -> Report:
        """Return what was counted so far."""
        groups = {key: count.group() for key, count in self._groups.items()}
        return Report(dict(self._exchanges), groups, dict(self._ignored), dict(self._lines))


class _Count:
    """The findings of one key, *finding* the first that was met."""

    __slots__ = ("count", "first", "gravest")

    def __init__(self, finding: Finding) -> None:
        self.count = 1
        self.first = [finding]
        self.gravest = finding

    def add(self, finding: Finding) -> None:
        self.count += 1
        if _gravity(finding) < _gravity(self.gravest):
            self.gravest = finding
        if len(self.first) < EXAMPLES or _order(finding) < _order(self.first[-1]):
            self.first = nsmallest(EXAMPLES, [*self.first, finding], key=_order)

    def group(self) -> Group:
        return Group(self.gravest.severity, self.gravest.party, self.count, tuple(self.first))


Counted = TypeVar("Counted")


def _sum(one: Mapping[Counted, int], other: Mapping[Counted, int]) -> dict[Counted, int]:
    return dict(Counter(one) + Counter(other))


def offsets(lines: Mapping[tuple[str, int], int]) -> dict[tuple[str, int], int]:
    """Return how many lines of its file stand before each shard, by source and start."""
    before: dict[tuple[str, int], int] = {}
    read: Counter[str] = Counter()
    for source, start in sorted(lines):
        before[source, start] = read[source]
        read[source] += lines[source, start]
    return before


def renumbered(finding: Finding, before: Mapping[tuple[str, int], int]) -> Finding:
    """Return *finding* with its line counted from the beginning of the file; *before* is that of :func:`offsets`."""
    origin = finding.origin
    if origin.unit != "line" or not origin.start:
        return finding
    number = origin.number + before.get((origin.source, origin.start), 0)
    return replace(finding, origin=Origin(origin.source, 0, number, "line"))


def _gravity(found: Finding | Group) -> tuple[int, str]:
    return found.severity.rank, found.party


def _order(finding: Finding) -> tuple[Any, ...]:
    """Return what findings of one key are sorted by: all that may differ, or sums would depend on their order."""
    place = (finding.contract.pointer, finding.contract.line) if finding.contract else ("", -1)
    told = (finding.expected, finding.actual, finding.excerpt)
    return (finding.origin, finding.pointer or "", finding.message, *_gravity(finding), *told, *place)
