"""Conformance of any server to a contract: Schemathesis drives, our checks judge.

Nothing heavy is imported before a run.
"""

from mockserver.conformance.case import Case, Failure
from mockserver.conformance.coverage import Coverage
from mockserver.conformance.credentials import Credential
from mockserver.conformance.plan import Plan, make_plan
from mockserver.conformance.run import Outcome, replay, run
from mockserver.conformance.settings import Settings

__all__ = [
    "Case",
    "Coverage",
    "Credential",
    "Failure",
    "Outcome",
    "Plan",
    "Settings",
    "make_plan",
    "replay",
    "run",
]
