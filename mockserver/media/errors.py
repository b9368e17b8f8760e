"""What can be wrong with a body, its charset, its media type or a patch."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.errors import MockserverError

SHOWN_AT_MOST = 60


@dataclass(eq=False)
class MalformedBody(MockserverError):
    """A body is not of the media type that it is said to be.

    *line* and *column* count from 1; 0 means that the place is unknown.
    """

    media_type: str
    reason: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return media type, reason and place on one line."""
        place = f" (line {self.line}, column {self.column})" if self.line else ""
        return f"the body is not {self.media_type}: {self.reason}{place}"


@dataclass(eq=False)
class UnknownCharset(MockserverError):
    """A charset has a name that nobody knows, or one that names no charset."""

    charset: str

    def __str__(self) -> str:
        """Return the charset and what to send instead."""
        return f"the charset {_shown(self.charset)} is unknown; send utf-8"


@dataclass(eq=False)
class UnsupportedMediaType(MockserverError):
    """A media type is not among those that are *supported*, where these are known."""

    media_type: str
    supported: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the media type and what to send instead."""
        hint = f"; send one of {', '.join(self.supported)}" if self.supported else ""
        return f"the media type {_shown(self.media_type)} is not supported{hint}"


@dataclass(eq=False)
class PatchFailed(MockserverError):
    """A patch cannot be applied; *index* is the operation to blame, from 0, or None if it is the patch as a whole."""

    index: int | None
    reason: str

    def __str__(self) -> str:
        """Return the operation's index and the reason."""
        place = "the patch" if self.index is None else f"operation {self.index} of the patch"
        return f"{place} cannot be applied: {self.reason}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN_AT_MOST else text[: SHOWN_AT_MOST - 1] + "…")
