"""What a recording itself is held to, and the values that the readers share."""

from __future__ import annotations

from dataclasses import replace

from mockserver.exchange import Origin
from mockserver.finding import Finding, Party, Rule, Severity

READABLE = Rule(
    "recording.readable", Party.RECORDING, Severity.ERROR, "Every entry and line of a recording can be read."
)
COMPLETE = Rule("recording.complete", Party.RECORDING, Severity.ERROR, "A recording does not end in the middle.")
BOUNDED = Rule(
    "recording.bounded", Party.RECORDING, Severity.ERROR, "No entry is larger or nested deeper than can be judged."
)
ANSWERED = Rule(
    "recording.answered", Party.RECORDING, Severity.NOTE, "An entry is a request over HTTP with its answer."
)
ATTACHED = Rule(
    "recording.attached", Party.RECORDING, Severity.WARNING, "A body that a recording keeps in another file is there."
)
RULES = (READABLE, COMPLETE, BOUNDED, ANSWERED, ATTACHED)

MEBIBYTE = 1 << 20
# An entry, a line, a body out of its compression, a file that is read as a whole: what one may take of memory.
BYTES_AT_MOST = 64 * MEBIBYTE
DEPTH_AT_MOST = 200


class Unusable(Exception):
    """An entry cannot become an exchange: the breach of *rule* that it is."""

    def __init__(self, rule: Rule, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message

    def finding(self, origin: Origin) -> Finding:
        """Return the breach at *origin*."""
        return at(self.rule.finding(self.message), origin)


def at(finding: Finding, origin: Origin) -> Finding:
    """Return *finding* at *origin*."""
    return replace(finding, origin=origin)
