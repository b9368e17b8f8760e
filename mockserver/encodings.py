"""The encoding of a text whose first character is of ASCII, by its zeros."""

from __future__ import annotations


def guessed(first: bytes) -> str:
    """Return the Unicode encoding of a text without a mark, by its *first* bytes (RFC 4627, section 3)."""
    match [byte != 0 for byte in first[:4]]:
        case [True, False, False, False]:
            return "utf-32-le"
        case [False, False, False, True]:
            return "utf-32-be"
        case [True, False, *_]:
            return "utf-16-le"
        case [False, True, *_]:
            return "utf-16-be"
    return "utf-8"
