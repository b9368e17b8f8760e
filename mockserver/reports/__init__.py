"""A report as text, JSON, NDJSON, JUnit, SARIF, HTML or annotations; how it came about is not known here."""

from mockserver.reports.progress import Progress
from mockserver.reports.run import Baseline, Coverage, Run, Skipped, Verdict
from mockserver.reports.targets import (
    FORMATS,
    Outputs,
    Stream,
    Target,
    parse_target,
    parse_targets,
    render,
    write,
)
from mockserver.reports.text import show

__all__ = [
    "FORMATS",
    "Baseline",
    "Coverage",
    "Outputs",
    "Progress",
    "Run",
    "Skipped",
    "Stream",
    "Target",
    "Verdict",
    "parse_target",
    "parse_targets",
    "render",
    "show",
    "write",
]
