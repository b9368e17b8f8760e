"""Text and names that XML 1.0 cannot carry, escaped in the manner of .NET's ``XmlConvert.EncodeName``.

``_xHHHH_`` stands for one character, ``_xHHHHHHHH_`` for one beyond the Basic Multilingual
Plane, and what looks like an escape in the data has its underscore escaped, so that
whatever was written can be read. ``_x_``, an escape of nothing, is the empty name.
"""

from __future__ import annotations

import re
from functools import lru_cache

# XML 1.0, section 2.2, and the surrogates that a Python text may hold.
NO_CHARACTER = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"

# The letters of many alphabets that every edition of XML 1.0 allows in names: .NET and expat keep to the fourth,
# which knows no others of these. Any other letter is escaped, which costs beauty alone.
NAME_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e\u0388-\u038a\u038e-\u03a1\u03a3-\u03ce"
    "\u0401-\u040c\u040e-\u044f\u0451-\u045c\u045e-\u0481\u05d0-\u05ea\u0621-\u063a\u0905-\u0939\u0e01-\u0e2e"
    "\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3"
)
NAME = rf"{NAME_START}.0-9\-"

DIGITS = "(?:[0-9A-Fa-f]{4}|[0-9A-Fa-f]{8})"
# An X is escaped like an x: names may come back in another case.
LOOKS_ESCAPED = re.compile(f"_[xX]{DIGITS}_")
ESCAPED = re.compile("_x([0-9A-Fa-f]{4}|[0-9A-Fa-f]{8})_")

NOT_IN_NAME = re.compile(rf"\A[^{NAME_START}]|[^{NAME}]|_(?=[xX]{DIGITS}(?:_|[^{NAME}]))")
PLAIN_NAME = re.compile(f"[{NAME_START}][{NAME}]*")
EMPTY_NAME = "_x_"

# Two steps, as a search for a plain class of characters is several times faster than one for alternatives.
SUSPECT_IN_TEXT = re.compile(f"[&<>\r_{NO_CHARACTER}]")
NOT_IN_TEXT = re.compile(f"[&<>\r{NO_CHARACTER}]|_(?=[xX]{DIGITS}(?:_|[{NO_CHARACTER}]))")
NOT_IN_ATTRIBUTE = re.compile(f'[&<>"\t\n\r{NO_CHARACTER}]|_(?=[xX]{DIGITS}(?:_|[{NO_CHARACTER}]))')
REFERENCES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
}


def text(value: str) -> str:
    """Return *value* as the text of an element; a carriage return comes through as itself."""
    return NOT_IN_TEXT.sub(_reference, value) if SUSPECT_IN_TEXT.search(value) else value


def attribute(value: str) -> str:
    """Return *value* as the text of an attribute in double quotes; whitespace comes through as it is."""
    return NOT_IN_ATTRIBUTE.sub(_reference, value)


@lru_cache(maxsize=4096)
def name(value: str) -> str:
    """Return *value* as a name of an element or attribute without a prefix: a colon is escaped too."""
    if not value:
        return EMPTY_NAME
    if value.lower() == EMPTY_NAME:
        return _escape("_") + value[1:]
    return NOT_IN_NAME.sub(lambda found: _escape(found[0]), value)


def disguised(value: str) -> str:
    """Return *value* as a name that :func:`name` never returns, unless for this very value: every letter is escaped."""
    return "".join(map(_escape, value))


def is_plain_name(value: str) -> bool:
    """Whether *value* is an XML name as it stands, and could not be taken for an escaped one."""
    if value.lower() == EMPTY_NAME or LOOKS_ESCAPED.search(value):
        return False
    return PLAIN_NAME.fullmatch(value) is not None


def unescaped(value: str) -> str:
    """Return what *value*, a text or an attribute, stood for."""
    return ESCAPED.sub(_character, value) if "_x" in value else value


def unescaped_name(value: str) -> str:
    """Return what *value*, a name without prefix, stood for."""
    return "" if value == EMPTY_NAME else unescaped(value)


def _reference(found: re.Match[str]) -> str:
    return REFERENCES.get(found[0]) or _escape(found[0])


def _escape(character: str) -> str:
    code = ord(character)
    return f"_x{code:04X}_" if code <= 0xFFFF else f"_x{code:08X}_"  # noqa: PLR2004 (the end of the basic plane)


def _character(found: re.Match[str]) -> str:
    try:
        return chr(int(found[1], 16))
    except (ValueError, OverflowError):
        return found[0]
