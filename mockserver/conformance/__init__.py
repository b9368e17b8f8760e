"""Conformance of any server to a contract: Schemathesis drives, our checks judge.

Nothing heavy is imported before a run.
"""

from mockserver.conformance.case import Case, Failure
from mockserver.conformance.coverage import Coverage
from mockserver.conformance.credentials import Credential
from mockserver.conformance.expectation import RULES as OURS
from mockserver.conformance.plan import Plan, make_plan
from mockserver.conformance.run import Outcome, replay, run
from mockserver.conformance.sameness import RAW, SAME
from mockserver.conformance.settings import Settings
from mockserver.conformance.standing import Progress, Reason, Stopped
from mockserver.conformance.theirs import THEIRS

RULES = (*OURS, SAME, RAW, *THEIRS.values())
"""The rules that a run adds to those of the judge."""

__all__ = [
    "RULES",
    "Case",
    "Coverage",
    "Credential",
    "Failure",
    "Outcome",
    "Plan",
    "Progress",
    "Reason",
    "Settings",
    "Stopped",
    "make_plan",
    "replay",
    "run",
]
