"""What a party did against the contract, as a value: never raised, always told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from mockserver.exchange import NOWHERE, Origin


class Party(StrEnum):
    """Who is to blame."""

    PROVIDER = "provider"
    CONSUMER = "consumer"
    RECORDING = "recording"
    DOCUMENT = "document"


class Severity(StrEnum):
    """How much a finding counts, the gravest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the gravest, then 1 and 2."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A node of the contract: its pointer (RFC 6901), and its line in the file from 1; 0 if unknown."""

    pointer: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """What a check holds an exchange to. *says* is true of an exchange that keeps it; *id* is ``family.name``."""

    id: str
    party: Party
    severity: Severity
    says: str

    def finding(self, message: str, **facts: Any) -> Finding:
        """Return a finding of this rule; *facts* are further fields of it."""
        return Finding(self.id, self.severity, self.party, message, **facts)


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of one rule.

    *message* is one line that a person understands. *part* is what it is about (``response body``,
    ``request header SO-TimeZone``, ``query $select``); *pointer* leads into a body (RFC 6901, "" is the
    whole body) and is None for all other parts. *contract* is the place in the document that was
    not kept. *expected* and *actual* are short texts. *excerpt* is what stands around the pointer,
    as :func:`mockserver.excerpt.excerpt` cuts it out: a few lines, those to blame beginning with ``>``.
    """

    rule: str
    severity: Severity
    party: Party
    message: str
    part: str = ""
    pointer: str | None = None
    expected: str = ""
    actual: str = ""
    operation: str = ""
    contract: Place | None = None
    origin: Origin = NOWHERE
    excerpt: str = ""

    def at(self, operation: str, origin: Origin) -> Finding:
        """Return the finding with the operation's id and the place of its exchange."""
        return replace(self, operation=operation, origin=origin)

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON: ``exchange`` is its place as a text, ``contract`` null or an object."""
        place = None if self.contract is None else {"pointer": self.contract.pointer, "line": self.contract.line}
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "party": str(self.party),
            "operation": self.operation or None,
            "exchange": str(self.origin),
            "part": self.part,
            "pointer": self.pointer,
            "contract": place,
            "message": self.message,
            "expected": self.expected,
            "actual": self.actual,
            "excerpt": self.excerpt,
        }
