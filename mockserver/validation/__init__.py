"""A verdict on recorded exchanges: recordings beside a contract, in one process, in several, or on a cluster."""

from mockserver.validation.job import Emit, Job, Piece, Tell, nobody
from mockserver.validation.run import Outcome, Plan, WorkerLost, plan, validate

__all__ = ["Emit", "Job", "Outcome", "Piece", "Plan", "Tell", "WorkerLost", "nobody", "plan", "validate"]
