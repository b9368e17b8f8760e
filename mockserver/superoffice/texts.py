"""The three raw forms of a text and what they read in a language.

``US:"Customer";NO:"Kunde";`` holds one text for each language; ``[SR_YES]`` names a text, which
a label does bare (``SR_AL_STREET``); ``[I:…]``, ``[F:…]``, ``[D:…]`` and ``[DT:…]`` hold a number,
a date, or a date and time (month/day/year). What is not exactly of these forms is no raw text:
without ``[``, ``"`` or ``SR_`` a text is none.
"""

from __future__ import annotations

import re
from datetime import datetime

from mockserver.superoffice.resources import TEXTS

# The two letters before each text of a multi-language text, by ISO 639-1 code.
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

# Quotes inside a text are escaped by a backslash or by doubling them. Possessive: no text takes long.
SECTION = rf'({"|".join(PREFIXES.values())}):"((?:[^"\\]|\\.|"")*+)"'
SECTIONS = re.compile(SECTION, re.DOTALL)
MULTI_LANGUAGE = re.compile(rf"{SECTION}(?:;{SECTION})*+;?", re.DOTALL)
ESCAPED = re.compile(r'\\(["\\;])|"(")')
LABEL = re.compile(r"SR_AL_[A-Z0-9_]+")
REFERENCE = re.compile(
    r"\[(?:(?P<name>SR_[A-Z0-9_]+)"
    r"|I:(?P<integer>-?[0-9]{1,19})"
    r"|F:(?P<float>-?[0-9]{1,24}(?:\.[0-9]{1,24})?(?:E[+-]?[0-9]{1,2})?)"
    r"|(?P<kind>DT?):(?P<day>[0-9]{2}/[0-9]{2}/[0-9]{4})(?P<time> [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,7})?)?)\]"
)
UNSET_YEAR = 1


def tell(text: str, language: str, cultures: tuple[str, ...]) -> str:
    """Return what *text* reads in *language* (of :data:`PREFIXES`), its numbers and dates as *cultures* write them.

    Of *cultures* the first counts that is known. English stands in for a language that is
    missing. A form that appears when another is told is told too: telling twice is telling once.
    """
    while (told := _told_once(text, language, cultures)) != text:
        text = told
    return text


def _told_once(text: str, language: str, cultures: tuple[str, ...]) -> str:
    if MULTI_LANGUAGE.fullmatch(text):
        texts = {prefix: ESCAPED.sub(r"\1\2", told) for prefix, told in SECTIONS.findall(text)}
        told = texts.get(PREFIXES[language]) or texts.get(PREFIXES[DEFAULT])
        return told or next(filter(None, texts.values()), "")
    if LABEL.fullmatch(text):
        return _resource(text, language) or text
    return REFERENCE.sub(lambda match: _referred(match, language, cultures), text)


def _resource(name: str, language: str) -> str | None:
    texts = TEXTS.get(name, {})
    return texts.get(language) or texts.get(DEFAULT)


def _referred(match: re.Match[str], language: str, cultures: tuple[str, ...]) -> str:
    """Return what stands for a reference; the reference itself where it leads nowhere."""
    if match["name"]:
        return _resource(match["name"], language) or match[0]
    if match["kind"]:
        return _date(match, cultures)
    from mockserver.superoffice.culture import number  # noqa: PLC0415 (it says why)

    return number(match["integer"] or match["float"], cultures)


def _date(match: re.Match[str], cultures: tuple[str, ...]) -> str:
    month, day, year = match["day"].split("/")
    time = (match["time"] or " 00:00:00")[1:9]
    try:
        moment = datetime.fromisoformat(f"{year}-{month}-{day}T{time}")
    except ValueError:
        return match[0]
    if moment.year == UNSET_YEAR:
        return ""
    from mockserver.superoffice.culture import date, date_and_time  # noqa: PLC0415 (it says why)

    return date_and_time(moment, cultures) if match["kind"] == "DT" else date(moment, cultures)
