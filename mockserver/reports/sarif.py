"""A report as SARIF 2.1.0 (OASIS): a result for each group, at its place in the contract."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import orjson

from mockserver.finding import Finding, Place, Severity
from mockserver.report import Group, Key, Report
from mockserver.reports.json import encoded
from mockserver.reports.run import Run
from mockserver.reports.text import counted, place
from mockserver.reports.visible import visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# GitHub code scanning refuses a run with more than 25,000 results, and shows the gravest 5,000.
RESULTS = 5000
URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
# What a URL may hold unquoted beside letters and digits (RFC 3986, section 2.2), and % for what is quoted already.
RESERVED = "%:/?#@!$&'()*+,;=~"


def render(report: Report, run: Run) -> bytes:
    """Return the report as SARIF."""
    groups = report.ordered()
    rules = {rule.id: rule.severity for rule in run.rules}
    for key, group in groups:
        rules.setdefault(key.rule, group.severity)
    index = {rule: number for number, rule in enumerate(rules)}
    told = {
        "tool": {
            "driver": {
                "name": "mockserver",
                "version": run.version,
                "rules": [_rule(rule, severity, run) for rule, severity in rules.items()],
            }
        },
        "automationDetails": {"id": f"mockserver/{run.command}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(len(groups), run)],
        "results": [_result(key, group, index[key.rule], run) for key, group in groups[:RESULTS]],
        "properties": {
            "verdict": str(run.verdict(report)),
            "exchanges": report.total,
            "groups": len(groups),
            "findings": {str(severity): count for severity, count in report.counts.items()},
        },
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [told]}
    return encoded(log, orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def fingerprint(key: Key) -> str:
    """Return what tells a group from others from run to run, whatever its count and its examples."""
    told = [key.rule, key.operation, key.part, key.pointer]
    return hashlib.sha256(encoded(told)).hexdigest()[:32]


def uri(path: str) -> str:
    """Return *path* as a URI reference: relative as it is, absolute as ``file:``, a URL unchanged (RFC 3986)."""
    if URL.match(path):
        return quote(path, safe=RESERVED, errors="replace")
    path = path.replace("\\", "/")
    if re.match("[A-Za-z]:/", path):
        return f"file:///{path[:2]}{quote(path[2:], errors='replace')}"
    quoted = quote(path, errors="replace")
    return f"file://{quoted}" if quoted.startswith("/") else quoted


def _rule(rule: str, severity: Severity, run: Run) -> dict[str, Any]:
    says = visible(run.says(rule) or rule)
    explained = visible(run.explained(rule))
    told: dict[str, Any] = {
        "id": visible(rule),
        "shortDescription": {"text": says},
        "fullDescription": {"text": says},
        "help": {"text": f"{says} See {explained}."},
        "defaultConfiguration": {"level": str(severity)},
    }
    if URL.match(run.docs):
        told["helpUri"] = uri(run.explained(rule))
    party = next((str(each.party) for each in run.rules if each.id == rule), None)
    return told | ({"properties": {"tags": [party]}} if party else {})


def _invocation(groups: int, run: Run) -> dict[str, Any]:
    notes = [f"{visible(file.path)} was not judged: {visible(file.reason)}" for file in run.skipped]
    if run.stopped:
        notes.append(f"stopped early: {visible(run.stopped)}")
    if groups > RESULTS:
        notes.append(f"{counted(groups - RESULTS, 'more group')} of findings left out; the json report has all")
    told: dict[str, Any] = {"executionSuccessful": not run.stopped}
    if notes:
        told["toolExecutionNotifications"] = [{"level": "warning", "message": _message(note)} for note in notes]
    return told


def _result(key: Key, group: Group, index: int, run: Run) -> dict[str, Any]:
    first = group.first[0] if group.first else None
    about = ", ".join(filter(None, (visible(place(key)), f"{group.count:,} times" if group.count > 1 else "")))
    message = visible(first.message) if first else visible(key.rule)
    told: dict[str, Any] = {
        "ruleId": visible(key.rule),
        "ruleIndex": index,
        "level": str(group.severity),
        "message": _message(f"{message} ({about})" if about else message),
        "locations": _locations(key, next((each.contract for each in group.first if each.contract), None), run),
        "relatedLocations": list(_related(group.first)),
        "occurrenceCount": group.count,
        "partialFingerprints": {"mockserver/v1": fingerprint(key)},
        "properties": {
            "party": str(group.party),
            "operation": visible(key.operation) or None,
            "part": visible(key.part),
            "pointer": None if key.pointer is None else visible(key.pointer),
        },
    }
    if run.baseline is not None:
        told["baselineState"] = "unchanged" if run.knows(key) else "new"
    return told


def _locations(key: Key, node: Place | None, run: Run) -> list[dict[str, Any]]:
    """Return the place in the contract; its first line where none is known, since GitHub shows no result without."""
    location: dict[str, Any] = {}
    if run.document:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": uri(run.document)},
            "region": {"startLine": max(node.line if node else 1, 1)},
        }
    names = [{"fullyQualifiedName": visible(node.pointer), "kind": "object"}] if node and node.pointer else []
    if key.operation:
        names.append({"name": visible(key.operation), "kind": "function"})
    if names:
        location["logicalLocations"] = names
    return [location] if location else []


def _related(findings: Iterable[Finding]) -> Iterable[dict[str, Any]]:
    for number, finding in enumerate(findings):
        where = " ".join(filter(None, (str(finding.origin), finding.pointer or "")))
        told: dict[str, Any] = {"id": number, "message": _message(f"{visible(where)}: {visible(finding.message)}")}
        if finding.origin.source:
            told["physicalLocation"] = {"artifactLocation": {"uri": uri(finding.origin.source)}}
            if finding.origin.unit == "line" and finding.origin.number > 0:
                told["physicalLocation"]["region"] = {"startLine": finding.origin.number}
        yield told


def _message(text: str) -> dict[str, str]:
    """Return a message in which nothing of a stranger becomes a link (SARIF 2.1.0, section 3.11.6)."""
    return {"text": text.replace("](", "] (")}
