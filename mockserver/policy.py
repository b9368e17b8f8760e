"""Which findings count: rules chosen or ignored, places left out, and what a baseline knows already."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

from mockserver.errors import UsageError
from mockserver.finding import Finding, Severity
from mockserver.report import Key, Report

BASELINE_VERSION = 1
ANY_DEPTH = "**"


@dataclass(frozen=True, slots=True)
class Ignore:
    """Findings that do not count, and the *reason* why.

    *rule* and *operation* are patterns with ``*``; in *pointer* ``*`` is one token and ``**`` any
    number of them. None leaves findings of every place out, those without a pointer too.
    """

    rule: str = "*"
    operation: str = "*"
    pointer: str | None = None
    reason: str = ""

    def covers(self, finding: Finding) -> bool:
        """Return whether *finding* is one of these."""
        if not (fnmatchcase(finding.rule, self.rule) and fnmatchcase(finding.operation, self.operation)):
            return False
        if self.pointer is None:
            return True
        return finding.pointer is not None and _expression(self.pointer).fullmatch(finding.pointer) is not None


@lru_cache(maxsize=1024)
def _expression(pointer: str) -> re.Pattern[str]:
    tokens = pointer.split("/")[1:]
    parts = (
        "(?:/[^/]*)*" if token == ANY_DEPTH else "/" + re.escape(token).replace(r"\*", "[^/]*") for token in tokens
    )
    return re.compile("".join(parts), re.DOTALL)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a user makes of findings.

    *select* are patterns of rules, all by default; *ignores* are left out; *severities* replace those of
    rules, each by a pattern; the first that fits counts.
    """

    select: tuple[str, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    severities: tuple[tuple[str, Severity], ...] = ()

    def apply(self, findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """Return those of *findings* that count, with the severities that they count with, and those that do not."""
        counting, ignored = [], []
        for finding in findings:
            if self._keeps(finding):
                counting.append(self._weighed(finding))
            else:
                ignored.append(finding)
        return tuple(counting), tuple(ignored)

    def check(self, rules: Iterable[str]) -> None:
        """Raise UsageError for a pattern that fits none of *rules*: a misspelt one would hide nothing, silently."""
        known = sorted(rules)
        for option, patterns in (
            ("--select", self.select),
            ("--ignore", [each.rule for each in self.ignores]),
            ("severities", [pattern for pattern, _ in self.severities]),
        ):
            for pattern in patterns:
                if not pattern:
                    raise UsageError(f"{option}: names no rule; write one such as {known[0]}, or * for all")
                if not any(fnmatchcase(rule, pattern) for rule in known):
                    near = get_close_matches(pattern, known, 3, 0.5) or known[:3]
                    raise UsageError(f"{option} {pattern}: there is no such rule; near it are {', '.join(near)}")

    def _keeps(self, finding: Finding) -> bool:
        if self.select and not any(fnmatchcase(finding.rule, pattern) for pattern in self.select):
            return False
        return not any(ignore.covers(finding) for ignore in self.ignores)

    def _weighed(self, finding: Finding) -> Finding:
        severity = next((each for name, each in self.severities if fnmatchcase(finding.rule, name)), None)
        return finding if severity is None else replace(finding, severity=severity)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The places where findings are known and accepted."""

    known: frozenset[Key] = frozenset()

    @classmethod
    def of(cls, report: Report) -> Baseline:
        """Return the baseline that accepts all that *report* found."""
        return cls(frozenset(report.groups))

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """Return the baseline in the file *path*; raises UsageError where there is none."""
        try:
            content = json.loads(path.read_bytes())
            if content["version"] != BASELINE_VERSION:
                raise UsageError(f"--baseline {path}: has version {content['version']!r}; this one reads 1")
            return cls(frozenset(_key(entry) for entry in content["known"]))
        except OSError as error:
            hint = "; --update-baseline writes it" if isinstance(error, FileNotFoundError) else ""
            raise UsageError(f"--baseline {path}: cannot be read: {error.strerror}{hint}") from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise UsageError(
                f"--baseline {path}: is no baseline; name one, or a new file for --update-baseline"
            ) from error

    def write(self, path: Path) -> None:
        """Write the file: sorted, a place a line, so that a diff of it reads well."""
        entries = sorted(self.known, key=_ordered)
        lines = ",\n".join(f"    {_text(_entry(key))}" for key in entries)
        known = f"[\n{lines}\n  ]" if entries else "[]"
        try:
            path.write_text(f'{{\n  "version": {BASELINE_VERSION},\n  "known": {known}\n}}\n', "utf-8")
        except OSError as error:
            raise UsageError(f"--baseline {path}: cannot be written: {error.strerror}") from error

    def new(self, report: Report) -> Report:
        """Return *report* without the groups that are known."""
        return replace(report, groups={key: group for key, group in report.groups.items() if key not in self.known})

    def gone(self, report: Report) -> tuple[Key, ...]:
        """Return the known places where *report* has nothing now, in order."""
        return tuple(sorted(self.known - report.groups.keys(), key=_ordered))


def _text(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"))


def _ordered(key: Key) -> tuple[str, ...]:
    return key.operation, key.rule, key.part, key.pointer or ""


def _entry(key: Key) -> dict[str, Any]:
    """Return *key* without what it does not tell; the pointer "" tells of the whole body."""
    optional = {"operation": key.operation or None, "part": key.part or None, "pointer": key.pointer}
    return {"rule": key.rule, **{name: value for name, value in optional.items() if value is not None}}


def _key(entry: Mapping[str, Any]) -> Key:
    key = Key(entry["rule"], entry.get("operation", ""), entry.get("part", ""), entry.get("pointer"))
    if not all(isinstance(each, str) for each in key if each is not None):
        raise TypeError(key)
    return key


def ignores(patterns: Iterable[str]) -> Iterator[Ignore]:
    """Yield what ``--ignore`` says: ``RULE``, or ``RULE:POINTER`` for one place."""
    for text in patterns:
        rule, colon, pointer = text.partition(":")
        if colon and not pointer.startswith("/"):
            raise UsageError(f"--ignore {text}: a pointer begins with /, as in response.schema:/Sale/SaleId")
        yield Ignore(rule or ("*" if colon else ""), pointer=pointer if colon else None)
