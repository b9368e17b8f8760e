"""Texts made of other texts: plain ASCII, slugs, initials, and numbers in a pattern."""

from __future__ import annotations

import re
import unicodedata
import zlib
from functools import lru_cache

from mockserver.provider.source import below
from mockserver.provider.values import load_faker

KEPT = 8192

# Letters that do not come apart into a base letter and an accent (NFKD).
LETTERS = str.maketrans(
    {
        "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "Oe", "ß": "ss", "ð": "d", "Ð": "D",
        "þ": "th", "Þ": "Th", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "\u0131": "i", "ħ": "h", "Ħ": "H",
    }
)  # fmt: skip
NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


@lru_cache(KEPT)
def plain(text: str) -> str:
    """Return *text* in ASCII letters, as a person without the right keyboard would write it."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text.translate(LETTERS))
    latin = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return latin if latin.isascii() else _romanised(latin)


@lru_cache(KEPT)
def slug(text: str) -> str:
    """Return *text* as lower-case ASCII words joined by hyphens, for host names and mailboxes.

    Not empty unless *text* is: what has no letters gets a checksum for a name.
    """
    joined = NOT_IN_SLUG.sub("-", plain(text).lower()).strip("-")
    return joined or (f"x{zlib.crc32(text.encode()):08x}" if text else "")


@lru_cache(KEPT)
def initials(text: str) -> str:
    """Return the first letter of each word of *text*."""
    return "".join(word[0] for word in text.split())


def digits(key: int, pattern: str) -> str:
    """Return *pattern* with each ``#`` replaced by a digit."""
    template, count = _digit_template(pattern)
    return template.format(*f"{below(key, 10**count):0{count}d}") if count else pattern


@lru_cache(KEPT)
def _digit_template(pattern: str) -> tuple[str, int]:
    escaped = pattern.replace("{", "{{").replace("}", "}}")
    return escaped.replace("#", "{}"), pattern.count("#")


def _romanised(text: str) -> str:
    # Faker's table of all scripts takes 45 MB: loaded for Cyrillic, Greek or CJK texts alone.
    load_faker()
    from faker.decode import unidecode  # noqa: PLC0415

    return unidecode(text)
