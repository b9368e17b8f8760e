"""A report as JSON, and findings as JSON, one a line (``schema.json`` beside this file describes both)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import orjson

from mockserver.finding import Finding
from mockserver.report import Report
from mockserver.reports.run import Run
from mockserver.reports.visible import whole

FORMAT = "mockserver-report/1"
# JSON escapes C0 controls alone. The others, in UTF-8: DEL and C1 (some terminals obey U+009B as they do ESC [), marks
# that turn the direction of writing, and line separators.
ACTING = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]")


def document(report: Report, run: Run) -> dict[str, Any]:
    """Return the report with its run and its verdict; a group is ``new`` or not where there is a baseline."""
    told = report.to_json()
    for group, (key, _) in zip(told["groups"], report.ordered(), strict=True):
        group["new"] = None if run.baseline is None else not run.knows(key)
    return {"format": FORMAT, "verdict": str(run.verdict(report)), "run": run.to_json(), **told}


def render(report: Report, run: Run) -> bytes:
    """Return the report as indented JSON."""
    return encoded(document(report, run), orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def lines(findings: Iterable[Finding]) -> bytes:
    """Return *findings* as JSON, one a line."""
    return b"".join(encoded(finding.to_json(), orjson.OPT_APPEND_NEWLINE) for finding in findings)


def encoded(value: Any, options: int = 0) -> bytes:
    """Return *value* as JSON in which nothing acts on a terminal; halves of surrogate pairs become U+FFFD."""
    try:
        text = orjson.dumps(value, option=options)
    except orjson.JSONEncodeError:  # a lone surrogate
        text = orjson.dumps(_whole(value), option=options)
    return ACTING.sub(_escaped, text)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, dict):
        return {whole(name): _whole(member) for name, member in value.items()}
    return [_whole(member) for member in value] if isinstance(value, list) else value


def _escaped(found: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(found.group().decode())
