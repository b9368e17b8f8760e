"""``SO-TimeZone``: the date-times of an answer, told in the zone that a client asks for.

Three recordings of one appointment settle what a date-time means (``x-time``): an *instant* is
shown in the zone that is asked for; a ``utc`` date is shown in UTC as soon as offsets are; a
``floating`` date keeps its wall clock. ``0001-01-01T00:00:00`` says "unset" and the last second
of 9999 "no end": they are no instants, so neither may leave .NET's range nor change its date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from mockserver.contract.shape import Shape
from mockserver.errors import UsageError
from mockserver.superoffice.faults import RequestError

# Documented id, code, and the time zone database's name for it.
ZONES = (
    (1, "UTC", "UTC"),
    (36, "AU-ACT", "Australia/Sydney"),
    (37, "AU3", "Australia/Broken_Hill"),
    (38, "AU1", "Australia/Lord_Howe"),
    (39, "AU-NSW", "Australia/Sydney"),
    (40, "AU-NT", "Australia/Darwin"),
    (41, "AU-QLD", "Australia/Brisbane"),
    (42, "AU-SA", "Australia/Adelaide"),
    (43, "AU-TAS", "Australia/Hobart"),
    (44, "AU-VIC", "Australia/Melbourne"),
    (45, "AU-WA", "Australia/Perth"),
    (46, "AT", "Europe/Vienna"),
    (50, "BD", "Asia/Dhaka"),
    (53, "BE", "Europe/Brussels"),
    (81, "BR-RJ", "America/Sao_Paulo"),
    (96, "CA-AB", "America/Edmonton"),
    (97, "CA-BC", "America/Vancouver"),
    (98, "CA-BC1", "America/Dawson_Creek"),
    (99, "CA-BC2", "America/Vancouver"),
    (100, "CA2", "America/Goose_Bay"),
    (101, "CA2A", "America/St_Johns"),
    (102, "CA-MB", "America/Winnipeg"),
    (114, "CA-QC", "America/Toronto"),
    (140, "DK", "Europe/Copenhagen"),
    (156, "FR", "Europe/Paris"),
    (261, "NO", "Europe/Oslo"),
    (425, "US-CA", "America/Los_Angeles"),
    (433, "US-HI", "Pacific/Honolulu"),
    (460, "US-NY", "America/New_York"),
)
CODES = {key: code for number, code, _ in ZONES for key in (code.lower(), str(number))}
NAMES = {code: name for _, code, name in ZONES}

INCLUDE_OFFSETS = "includetzoffset"
DATE_FORMATS = frozenset({"date-time", "iso-date-time"})
DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,7})?(?:(Z)|([+-])([0-9]{2}):([0-9]{2}))?"
)
UNSET = datetime.min
NO_END = datetime.max.replace(microsecond=0)
# Outside these years a zone's standard offset holds: the database has local mean times before
# and, past the last second, .NET has nothing.
KNOWN_YEARS = range(1900, NO_END.year)
WHOLE_MINUTE = timedelta(minutes=1)


@dataclass(eq=False)
class UnknownTimeZone(RequestError):  # noqa: N818 (what is wrong, in the API's own word)
    """A time zone is asked for that is not among the documented ones."""

    given: str

    def __str__(self) -> str:
        """Return the value with what may stand in its place."""
        codes = ", ".join(f"{code} ({number})" for number, code, _ in ZONES)
        return f"SO-TimeZone {self.given!r} is unknown: use one of {codes}, and ',includeTZOffset' for offsets"


@dataclass(frozen=True, slots=True)
class Presentation:
    """How date-times are told: in the zone of *code* (None: the server's own), with offsets or without."""

    code: str | None = None
    with_offsets: bool = False

    def zone(self, base_zone: tzinfo) -> tzinfo:
        """Return the zone in which instants are told."""
        return base_zone if self.code is None else ZoneInfo(NAMES[self.code])


@lru_cache(maxsize=256)
def parse(header: str | None) -> Presentation | None:
    """Return what a ``SO-TimeZone`` header asks for; None when it asks for nothing.

    A documented code or its number, ``includeTZOffset``, or both, in any case.
    Raises UnknownTimeZone.
    """
    words = [word for part in (header or "").split(",") if (word := part.strip().lower())]
    codes = {CODES.get(word) for word in words if word != INCLUDE_OFFSETS}
    if None in codes or len(codes) > 1:
        raise UnknownTimeZone((header or "").strip()[:80])
    return Presentation(next(iter(codes), None), INCLUDE_OFFSETS in words) if words else None


def zone_named(name: str) -> tzinfo:
    """Return the zone of a documented code or a time zone database's name; raises UsageError."""
    code = CODES.get(name.strip().lower())
    try:
        return ZoneInfo(NAMES[code] if code else name)
    except (LookupError, ValueError, OSError):
        raise UsageError(f"unknown time zone {name!r}: give a name such as Europe/Oslo or a code such as NO") from None


def code_of(zone: tzinfo) -> str:
    """Return the documented code of *zone*, or its own name where there is none."""
    name = str(zone)
    return next((code for code, known in NAMES.items() if known == name), name)


def convert(value: Any, shape: Shape, presentation: Presentation, base_zone: tzinfo) -> Any:
    """Return *value*, an instance of *shape*, with each date-time told as *presentation* asks.

    A date-time without an offset is wall clock of *base_zone*. What is no date-time stays;
    *value* is not changed, and what needs no change in it is shared.
    """
    walk = _walk(shape)
    if walk is None:
        return value
    zone, with_offsets = presentation.zone(base_zone), presentation.with_offsets

    def retell(text: str, kind: str | None) -> str:
        return _retold(text, kind, zone, base_zone, with_offsets)

    return walk(value, retell)


Retell = Callable[[str, str | None], str]
Walk = Callable[[Any, Retell], Any]


@lru_cache(maxsize=256)
def _walk(shape: Shape) -> Walk | None:
    """Return a function that walks the ways in *shape* that lead to date-times; None if none does."""
    children: dict[Shape, list[tuple[str, Shape]]] = {}
    waiting = [shape]
    while waiting:
        parent = waiting.pop()
        if parent not in children:
            children[parent] = list(_children(parent))
            waiting.extend(child for _, child in children[parent])
    leading = {found for found in children if _is_date(found)}
    grown = True
    while grown:
        reaching = {parent for parent, below in children.items() if any(child in leading for _, child in below)}
        grown = not reaching <= leading
        leading |= reaching
    walks: dict[Shape, Walk] = {}
    return _compiled(shape, {parent: [way for way in children[parent] if way[1] in leading] for parent in leading}, walks) if shape in leading else None
