"""The language of an answer: ``SO-Language``, ``Accept-Language`` and ``SO-Culture``.

Without a language an answer keeps its raw texts: ``US:"Customer";NO:"Kunde";``, ``[SR_YES]``,
``[F:12.5]``. With one they are turned into plain text. Nothing else changes: a text that is
not exactly of such a form is somebody's name or words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mockserver.media.negotiation import parse_weighted
from mockserver.superoffice.resources import TEXTS

if TYPE_CHECKING:
    from babel import Locale

# The two letters before each text of a multi-language value, by ISO 639-1 code.
PREFIXES = {
    "en": "US",
    "no": "NO",
    "sv": "SW",
    "da": "DA",
    "de": "GE",
    "fr": "FR",
    "nl": "NL",
    "fi": "FI",
    "it": "IT",
    "es": "SP",
    "pl": "PL",
    "cs": "CZ",
    "ru": "RU",
    "ja": "JP",
    "zh": "CN",
}
DEFAULT = "en"
LANGUAGES = {**{code: code for code in PREFIXES}, "nb": "no", "nn": "no"}
# The vendor's own header takes the vendor's own codes too, where they are no other language's.
VENDOR_LANGUAGES = {**{prefix.lower(): code for code, prefix in PREFIXES.items()}, **LANGUAGES}
SWITCH_OFF = frozenset({"*", "x", "-"})

CODE = "|".join(PREFIXES.values())
# One text: anything but quotes, which are escaped by a backslash or by doubling them.
SECTION = rf'({CODE}):"((?:[^"\\]|\\.|"")*+)"'
MULTI_LANGUAGE = re.compile(rf"{SECTION}(?:;{SECTION})*;?", re.DOTALL)
SECTIONS = re.compile(SECTION, re.DOTALL)
ESCAPED = re.compile(r'\\(["\\;])|"(")')
LABEL = re.compile(r"SR_AL_[A-Z0-9_]+")
MONIKER = re.compile(
    r"\[(?:(?P<name>SR_[A-Z0-9_]+)"
    r"|(?:I:(?P<integer>-?[0-9]{1,19}))"
    r"|(?:F:(?P<float>-?[0-9]{1,24}(?:\.[0-9]{1,24})?(?:E[+-]?[0-9]{1,2})?))"
    r"|(?P<kind>DT?):(?P<date>[0-9]{2}/[0-9]{2}/[0-9]{4})(?P<time> [0-9]{2}:[0-9]{2}:[0-9]{2})?(?:\.[0-9]{1,7})?)\]"
)
UNSET_YEAR = 1
TWO_DIGIT_YEAR = re.compile("(?<!y)yy(?!y)")


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


def _tags(header: str) -> Iterator[str]:
    for tag, weight in parse_weighted(header):
        if tag.strip() and weight > 0:
            yield tag.strip().lower().replace("_", "-")


def _primary(tag: str) -> str:
    return tag.partition("-")[0]


def _cultures(so_culture: str | None, tag: str, language: str) -> tuple[str, ...]:
    asked = (so_culture or "").strip().lower().replace("_", "-")
    # A vendor's code may be another language's in ISO 639: SW is Swedish, sw is Swahili.
    spoken = tag if _primary(tag) in LANGUAGES else language
    return tuple(dict.fromkeys(culture for culture in (asked, spoken, language) if culture))


def translate(value: Any, localization: Localization | None) -> Any:
    """Return *value* with its raw texts told in the language of *localization*.

    *value* is not changed, and what needs no change in it is shared.
    """
    if localization is None:
        return value
    if isinstance(value, str):
        return _text(value, localization.language, localization.cultures)
    return _translated(value, localization) if isinstance(value, dict | list) else value


def _translated(value: Any, localization: Localization) -> Any:
    told = value
    for key, old in value.items() if type(value) is dict else enumerate(value):
        kind = type(old)
        if kind is str:
            if "[" not in old and ':"' not in old and not old.startswith("SR_"):
                continue
            new = _text(old, localization.language, localization.cultures)
        elif kind is dict or kind is list:
            new = _translated(old, localization)
        else:
            continue
        if new is not old:
            if told is value:
                told = value.copy()
            told[key] = new
    return told


@lru_cache(maxsize=4096)
def _text(text: str, language: str, cultures: tuple[str, ...]) -> str:
    """Return what *text* reads; forms inside forms are told too, so that telling twice is telling once."""
    while (told := _told_once(text, language, cultures)) != text:
        text = told
    return text


def _told_once(text: str, language: str, cultures: tuple[str, ...]) -> str:
    if MULTI_LANGUAGE.fullmatch(text):
        texts = {code: ESCAPED.sub(r"\1\2", told) for code, told in SECTIONS.findall(text)}
        told = texts.get(PREFIXES[language]) or texts.get(PREFIXES[DEFAULT])
        return told or next(filter(None, texts.values()), "")
    if LABEL.fullmatch(text):
        return _resource(text, language) or text
    if "[" not in text:
        return text
    return MONIKER.sub(lambda match: _moniker(match, language, cultures), text)


def _resource(name: str, language: str) -> str | None:
    texts = TEXTS.get(name, {})
    return texts.get(language) or texts.get(DEFAULT)


def _moniker(match: re.Match[str], language: str, cultures: tuple[str, ...]) -> str:
    if match["name"]:
        return _resource(match["name"], language) or match[0]
    if match["date"]:
        try:
            moment = datetime.strptime(match["date"] + (match["time"] or " 00:00:00"), "%m/%d/%Y %H:%M:%S")  # noqa: DTZ007 (wall clock)
        except ValueError:
            return match[0]
        return _date(moment, cultures, with_time=match["kind"] == "DT")
    return _number(match["integer"] or match["float"], cultures)


# Babel takes longer to import than a command may take to start, and few answers hold such
# values: hence it is imported where it is used.


def _number(text: str, cultures: tuple[str, ...]) -> str:
    """Return a number as the culture writes it, digits ungrouped as the vendor's formatter leaves them."""
    from babel.numbers import format_decimal  # noqa: PLC0415 (see above)

    return format_decimal(Decimal(text), locale=_locale(cultures), decimal_quantization=False, group_separator=False)


def _date(moment: datetime, cultures: tuple[str, ...], *, with_time: bool) -> str:
    """Return a date in the culture's short form, always with the whole year; an unset one is empty."""
    from babel.dates import format_date, format_time  # noqa: PLC0415 (see above)

    if moment.year == UNSET_YEAR:
        return ""
    locale = _locale(cultures)
    pattern = TWO_DIGIT_YEAR.sub("y", locale.date_formats["short"].pattern)
    date = format_date(moment, pattern, locale)
    if not with_time:
        return date
    return str(locale.datetime_formats["short"]).format(format_time(moment, "short", locale=locale), date)


@lru_cache(maxsize=256)
def _locale(cultures: tuple[str, ...]) -> Locale:
    """Return the first of *cultures* that Babel knows; it knows the last, a language of ours."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 (see above)

    for culture in cultures[:-1]:
        try:
            return Locale.parse(culture, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(cultures[-1])
