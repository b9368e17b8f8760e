"""What stops the reading of recordings: each says what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.errors import MockserverError


@dataclass(eq=False)
class NoSuchRecording(MockserverError):
    """There is nothing at *path*, or it cannot be opened."""

    path: str
    reason: str = "there is no such file or folder, and nothing matches it"

    def __str__(self) -> str:
        """Return path and reason."""
        return f"{self.path}: {self.reason}"


@dataclass(eq=False)
class UnknownFormat(MockserverError):
    """A file is no recording; *reasons* say for each format that was tried why it is none of it."""

    source: str
    reasons: Mapping[str, str]

    def __str__(self) -> str:
        """Return the file and each reason on one line."""
        tried = "; ".join(f"{name}: {reason}" for name, reason in self.reasons.items())
        return f"{self.source}: is no recording that can be read ({tried})"


@dataclass(eq=False)
class OperationNeeded(MockserverError):
    """A bare body does not tell which operation it answers."""

    source: str

    def __str__(self) -> str:
        """Return the file and the option that is missing."""
        return f"{self.source}: is a body without its request; say which operation it answers with --operation ID"


@dataclass(eq=False)
class ExtraNeeded(MockserverError):
    """*source* needs a package that is not installed; *extra* brings it."""

    source: str
    extra: str
    package: str

    def __str__(self) -> str:
        """Return the command that installs what is missing."""
        install = f"pip install 'mockserver[{self.extra}]'"
        return f"{self.source}: reading it needs {self.package}; install it with {install}"
