"""What bodies of all media types share: a charset, and a depth that no honest value reaches."""

from __future__ import annotations

import codecs
from functools import lru_cache

from mockserver.media.errors import MalformedBody, UnknownCharset

# Whoever walks a value does so by recursion: this many levels are safe for Python and for jsonschema-rs.
DEPTH_AT_MOST = 128

# Longest first: the mark of UTF-32 begins with that of UTF-16.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# Python counts these among its text encodings, yet they spell source code and host names.
NO_CHARSETS = {"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}


def text_of(body: bytes, charset: str | None, media_type: str) -> str:
    """Return *body* as text, without a byte order mark.

    Without *charset* the mark tells the encoding, and without a mark it is UTF-8. Raises
    UnknownCharset, or MalformedBody where the bytes are not of that charset.
    """
    encoding = codec(charset) if charset else marked_encoding(body) or "utf-8"
    try:
        return body.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        found = body[error.start : error.start + 1].hex()
        reason = f"byte 0x{found} at offset {error.start} is not {encoding}"
        raise MalformedBody(media_type, reason) from error
    except UnicodeError as error:
        raise MalformedBody(media_type, f"it is not {encoding}: {error}") from error


@lru_cache(maxsize=128)
def codec(charset: str) -> str:
    """Return the name of Python's codec for *charset*; raises UnknownCharset."""
    try:
        found = codecs.lookup(charset)
    except (LookupError, ValueError) as error:
        raise UnknownCharset(charset) from error
    # The private flag is what bytes.decode() itself asks: "hex" and "zip" are codecs, and no charsets.
    if not found._is_text_encoding or found.name in NO_CHARSETS:  # noqa: SLF001
        raise UnknownCharset(charset)
    return found.name


def marked_encoding(body: bytes) -> str | None:
    """Return the encoding that the byte order mark of *body* tells, or None without a mark."""
    return next((encoding for mark, encoding in BYTE_ORDER_MARKS if body.startswith(mark)), None)


def too_deep(media_type: str) -> MalformedBody:
    """Return the error for a body with more than DEPTH_AT_MOST levels."""
    return MalformedBody(media_type, f"it nests deeper than {DEPTH_AT_MOST} levels")
