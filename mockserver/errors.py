"""Errors that stop us: each carries its facts as fields and says how to mend it."""

from __future__ import annotations

from dataclasses import dataclass


class MockserverError(Exception):
    """What the user asked for cannot be done; ``str()`` is one line that tells the fix."""

    exit_code = 2


@dataclass(eq=False)
class UsageError(MockserverError):
    """An option or argument has a value that cannot be used."""

    message: str

    def __str__(self) -> str:
        """Return the message."""
        return self.message


@dataclass(eq=False)
class DocumentError(MockserverError):
    """A document is unreadable, or is not an OpenAPI 3.0 document.

    *line* counts from 1; 0 means that no line is to blame. *missing* is the path of a file that could
    not be read, where that is the reason.
    """

    source: str
    reason: str
    pointer: str = ""
    line: int = 0
    missing: str = ""

    def __str__(self) -> str:
        """Return source, line, reason and pointer on one line."""
        place = f"{self.source}:{self.line}" if self.line else self.source
        return f"{place}: {self.reason}" + (f" (at {self.pointer})" if self.pointer else "")
