"""Text of strangers made fit to be shown: what would act on a terminal, a page or a reader's eye is spelled out."""

from __future__ import annotations

import re

# C0 and C1 controls (ANSI escapes begin with one), soft hyphen, invisible spaces and fillers, marks that turn the
# direction of writing (Unicode UAX 9), lines that no editor counts (U+2028), tags, halves of surrogate pairs and
# noncharacters (which XML 1.0, section 2.2, cannot carry). The joiners U+200C and U+200D stay: names need them.
HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
LONE = re.compile("[\ud800-\udfff]")
LATIN, PLANE = 0xFF, 0xFFFF
LONGEST = 500
NAMES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str, longest: int = LONGEST) -> str:
    r"""Return *text* on one line, each hidden character as its escape (``\x1b``), its end as ``…`` after *longest*."""
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    return text if text.isascii() and text.isprintable() else HIDDEN.sub(_escaped, text)


def whole(text: str) -> str:
    """Return *text* with U+FFFD for each half of a surrogate pair, which no UTF-8 can carry."""
    return LONE.sub("\ufffd", text)


def _escaped(found: re.Match[str]) -> str:
    character = found.group()
    code = ord(character)
    name = "x02" if code <= LATIN else "u04" if code <= PLANE else "U08"
    return NAMES.get(character, f"\\{name[0]}{code:{name[1:]}x}")
