"""A report as annotations of GitHub Actions (workflow commands), and as the Markdown of a step's summary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from mockserver.finding import Severity
from mockserver.report import Group, Key, Report
from mockserver.reports.run import Run
from mockserver.reports.text import counted, found, place, reason
from mockserver.reports.visible import visible

# GitHub shows ten annotations of each kind for a step and drops the others without a word.
SHOWN = 10
ROWS = 50
COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
SPECIAL = re.compile(r"[!-'*+./:-@\[-`{-~-]")


def render(report: Report, run: Run) -> bytes:
    """Return a workflow command for each group, ten of a kind, and for the others a line that counts them."""
    return "".join(f"{line}\n" for line in _lines(report, run)).encode()


def summary(report: Report, run: Run) -> bytes:
    """Return the report as Markdown, for the file that ``GITHUB_STEP_SUMMARY`` names."""
    return "".join(f"{line}\n" for line in _summary(report, run)).encode()


def _lines(report: Report, run: Run) -> Iterator[str]:
    told: Counter[Severity] = Counter()
    for key, group in report.ordered():
        if run.knows(key):
            continue
        told[group.severity] += 1
        if told[group.severity] <= SHOWN:
            yield _command(key, group, run)
    for severity, count in told.items():
        if count > SHOWN:
            yield f"{counted(count - SHOWN, 'more group')} of {severity}s: GitHub shows {SHOWN} for a step"
    yield f"mockserver {run.command} {run.verdict(report)}: {counted(report.total, 'exchange')}, {found(report)} found"


def _command(key: Key, group: Group, run: Run) -> str:
    first = group.first[0] if group.first else None
    title = key.rule if group.count == 1 else f"{key.rule} ({group.count:,} times)"
    node = next((each.contract for each in group.first if each.contract), None)
    facts = {"title": title} | ({"file": run.document, "line": str(max(node.line, 1))} if node and run.document else {})
    properties = ",".join(f"{name}={_property(facts[name])}" for name in ("file", "line", "title") if name in facts)
    lines = [visible(first.message) if first else "", " ".join(filter(None, (key.operation, place(key))))]
    lines += [str(first.origin)] if first else []
    message = "\n".join(visible(line) for line in lines if line)
    return f"::{COMMANDS[group.severity]} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")


def _summary(report: Report, run: Run) -> Iterator[str]:
    yield f"### mockserver {run.command}: {run.verdict(report)}"
    yield ""
    yield _plain(reason(report, run))
    if not report.groups:
        return
    yield ""
    yield "| severity | count | rule | operation | where | first |"
    yield "|---|--:|---|---|---|---|"
    for key, group in report.ordered()[:ROWS]:
        severity = f"{group.severity} (known)" if run.knows(key) else str(group.severity)
        first = f"{group.first[0].message} ({group.first[0].origin})" if group.first else ""
        cells = (key.rule, key.operation, place(key), first)
        yield f"| {severity} | {group.count:,} | {' | '.join(_plain(cell) for cell in cells)} |"
    if len(report.groups) > ROWS:
        yield ""
        yield f"… {counted(len(report.groups) - ROWS, 'more group')}"


def _plain(text: str) -> str:
    """Return *text* as Markdown in which every sign stands for itself."""
    return SPECIAL.sub(lambda sign: f"&#{ord(sign.group())};", visible(text))
