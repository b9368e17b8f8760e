"""How far a run is, and why it ended before its plan."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a run ended before its plan."""

    TIME = "time limit"
    CREDENTIALS = "credentials refused"
    GONE = "server gone"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a run ended early; *message* tells what to do."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: *requests* sent of *most*, *findings* so far, *seconds* since it began."""

    phase: str
    operation: str
    requests: int
    most: int
    findings: int
    seconds: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds if self.seconds else 0.0
