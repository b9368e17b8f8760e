"""What a report is told beside the findings, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from mockserver import __version__
from mockserver.finding import Rule, Severity
from mockserver.report import Group, Key, Report


class Verdict(StrEnum):
    """What it comes to."""

    CONFORMS = "conforms"
    FAILS = "fails"
    NOTHING = "nothing judged"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was accepted before: groups that are *known*, and those of them that were not met again."""

    path: str
    known: frozenset[Key] = frozenset()
    gone: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not judged, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of one kind (statuses, media types, properties, …) was met, and what of the contract never was."""

    name: str
    seen: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """How a report came about.

    *judged* are paths or URLs, *document* the contract's file as a reader of the report finds it
    (relative to the repository, so that annotations land on it), *rules* those that were judged.
    *ignored* counts the findings that were left out by rule, *facts* are further lines to tell
    (seed, profile), *stopped* says why the run ended early. *docs* is where each rule is explained,
    under its id. Nothing here comes from the clock: *seconds* are told if given.
    """

    command: str = "validate"
    judged: tuple[str, ...] = ()
    document: str = ""
    title: str = ""
    fail_on: Severity = Severity.ERROR
    rules: tuple[Rule, ...] = ()
    ignored: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    baseline: Baseline | None = None
    skipped: tuple[Skipped, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    stopped: str = ""
    seconds: float | None = None
    docs: str = "docs/checks.md"
    version: str = __version__

    def knows(self, key: Key) -> bool:
        """Return whether the baseline accepts the group of *key*."""
        return self.baseline is not None and key in self.baseline.known

    def fails(self, key: Key, group: Group) -> bool:
        """Return whether the group alone makes the run fail."""
        return group.severity.rank <= self.fail_on.rank and not self.knows(key)

    def verdict(self, report: Report) -> Verdict:
        """Return what *report* comes to."""
        if any(self.fails(key, group) for key, group in report.groups.items()):
            return Verdict.FAILS
        return Verdict.CONFORMS if report.total else Verdict.NOTHING

    def explained(self, rule: str) -> str:
        """Return where *rule* is explained."""
        return f"{self.docs}#{rule}"

    def says(self, rule: str) -> str:
        """Return what is true of an exchange that keeps *rule*; empty if the run was not told."""
        return next((each.says for each in self.rules if each.id == rule), "")

    def to_json(self) -> dict[str, Any]:
        """Return the run as JSON, in a fixed order."""
        baseline = None
        if self.baseline is not None:
            gone = [key._asdict() | {"operation": key.operation or None} for key in self.baseline.gone]
            baseline = {"path": self.baseline.path, "known": len(self.baseline.known), "gone": gone}
        return {
            "command": self.command,
            "version": self.version,
            "judged": list(self.judged),
            "document": self.document,
            "title": self.title,
            "failOn": str(self.fail_on),
            "stopped": self.stopped or None,
            "seconds": self.seconds,
            "rules": [
                {"rule": rule.id, "severity": str(rule.severity), "party": str(rule.party), "says": rule.says}
                for rule in self.rules
            ],
            "ignored": dict(sorted(self.ignored.items())),
            "baseline": baseline,
            "skipped": [{"path": file.path, "reason": file.reason} for file in self.skipped],
            "coverage": [
                {"name": each.name, "seen": list(each.seen), "never": list(each.never)} for each in self.coverage
            ],
            "facts": dict(self.facts),
        }
