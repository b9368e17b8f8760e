"""The language of an answer: ``SO-Language``, ``Accept-Language`` and ``SO-Culture``.

Without a language an answer keeps its raw texts (see :mod:`~mockserver.superoffice.texts`); with
one they become plain. Nothing else changes: names of people and firms are nobody's raw texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from mockserver.contract.shape import Shape
from mockserver.media.negotiation import parse_weighted
from mockserver.superoffice import texts
from mockserver.superoffice.texts import DEFAULT, PREFIXES
from mockserver.superoffice.timezones import is_date

Tell = Callable[[str], str]

LANGUAGES = {**{code: code for code in PREFIXES}, "nb": "no", "nn": "no"}
# The vendor's own header takes the vendor's own codes too; in Accept-Language `sw` is Swahili.
VENDOR_LANGUAGES = {**{prefix.lower(): code for code, prefix in PREFIXES.items()}, **LANGUAGES}
SWITCH_OFF = frozenset({"*", "x", "-"})


@dataclass(frozen=True, slots=True)
class Localization:
    """A language of :data:`PREFIXES`, and the cultures to format in: the first that is known counts."""

    language: str
    cultures: tuple[str, ...]

    @property
    def content_language(self) -> str:
        """The language tag for ``Content-Language`` (RFC 9110 section 8.5)."""
        return self.language


@lru_cache(maxsize=256)
def choose(so_language: str | None, accept_language: str | None, so_culture: str | None) -> Localization | None:
    """Return how to localize an answer to a request with these headers; None leaves it raw.

    ``SO-Language`` decides where it is present, even empty. In order of weight the first
    language that is known counts; ``*``, ``x``, ``-`` or nothing switch localization off; a
    language that nobody knows is English.
    """
    header = accept_language if so_language is None else so_language
    known = LANGUAGES if so_language is None else VENDOR_LANGUAGES
    tags = list(_tags(header or ""))
    for tag in tags:
        if tag in SWITCH_OFF:
            return None
        if (language := known.get(_primary(tag))) is not None:
            return Localization(language, _cultures(so_culture, tag, language))
    return Localization(DEFAULT, _cultures(so_culture, DEFAULT, DEFAULT)) if tags else None


def knows(header: str) -> bool:
    """Return whether *header*, of one of the two, names a language that the vendor has texts in."""
    return any(_primary(tag) in VENDOR_LANGUAGES for tag in _tags(header))


def _tags(header: str) -> Iterator[str]:
    for tag, weight in parse_weighted(header):
        if tag.strip() and weight > 0:
            yield tag.strip().lower().replace("_", "-")


def _primary(tag: str) -> str:
    return tag.partition("-")[0]


def _cultures(so_culture: str | None, tag: str, language: str) -> tuple[str, ...]:
    asked = (so_culture or "").strip().lower().replace("_", "-")
    # A vendor's code may be another language's culture.
    spoken = tag if _primary(tag) in LANGUAGES else language
    return tuple(dict.fromkeys(culture for culture in (asked, spoken, language) if culture))


def translate(value: Any, shape: Shape, localization: Localization | None) -> Any:
    """Return *value*, an instance of *shape*, with its raw texts told in the language of *localization*.

    *value* is not changed, and what needs no change in it is shared. Of a record only the
    members that *shape* declares are looked at.
    """
    return value if localization is None else _told(value, shape, _teller(localization))


def _told(value: Any, shape: Shape, tell: Tell) -> Any:
    if not isinstance(value, dict) or not shape.properties:
        return _told_anywhere([value], tell)[0]
    names, others = _members(shape)
    changes: dict[str, Any] = {}
    for name in names:
        old = value.get(name)
        if type(old) is str and ("[" in old or '"' in old or "SR_" in old):
            changes[name] = tell(old)
    for name, member, given in others:
        old = value.get(name)
        if old:
            # What the document itself gives is told once in each language.
            new = _told_given(member, tell) if old == given else _told(old, member, tell)
            if new is not old:
                changes[name] = new
    return {**value, **changes} if changes else value


def _told_anywhere(value: Any, tell: Tell) -> Any:
    """Return an object or array told without regard to a shape."""
    told = value
    for key, old in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(old, dict | list):
            new = _told_anywhere(old, tell)
        elif type(old) is str and ("[" in old or '"' in old or "SR_" in old):  # the forms' signs: see texts
            new = tell(old)
        else:
            continue
        if new is not old:
            told = value.copy() if told is value else told
            told[key] = new
    return told


@lru_cache(maxsize=1024)
def _told_given(shape: Shape, tell: Tell) -> Any:
    return _told_anywhere([shape.node["x-value"]], tell)[0]


@lru_cache(maxsize=4096)
def _members(shape: Shape) -> tuple[tuple[str, ...], tuple[tuple[str, Shape, Any], ...]]:
    """Return the members of a record that may hold raw texts.

    First the names of texts, then all others that can, with their shapes and the values that
    the document gives them. Dates, numbers and what is listed in the document cannot.
    """
    members = shape.properties.items()
    names = (
        name
        for name, member in members
        if member.kind == "string" and not is_date(member) and "enum" not in member.node
    )
    others = (
        (name, member, member.extension("x-value"))
        for name, member in members
        if member.kind in ("object", "array", "any")
    )
    return tuple(names), tuple(others)


@lru_cache(maxsize=64)
def _teller(localization: Localization) -> Tell:
    """Return a function that tells one text, remembering the latest."""
    return lru_cache(maxsize=1024)(partial(texts.tell, language=localization.language, cultures=localization.cultures))
