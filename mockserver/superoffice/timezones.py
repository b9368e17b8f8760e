"""``SO-TimeZone``: the date-times of an answer, told in the zone that a client asks for.

Three recordings of one appointment settle what a date-time means (``x-time``): an *instant* is
shown in the zone that is asked for; a ``utc`` date is shown in UTC as soon as offsets are; a
``floating`` date keeps its wall clock. ``0001-01-01T00:00:00`` says "unset" and the last second
of 9999 "no end": they are no instants, so neither may leave .NET's range nor change its date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache, partial
from typing import Any, Literal, get_args
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

Kind = Literal["instant", "utc", "floating"]
Tellers = Mapping[Kind, Callable[[str], str]]

INCLUDE_OFFSETS = "includetzoffset"
DATE_FORMATS = frozenset({"date-time", "iso-date-time"})
DATE_TIME = re.compile(
    "(?P<wall>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?P<fraction>\.[0-9]{1,7})?(?P<offset>Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?"
)
UNSET = datetime.min  # noqa: DTZ901 (wall clock, as .NET's own least value is)
NO_END = datetime.max.replace(microsecond=0)  # noqa: DTZ901 (likewise)
# Outside these years a zone's standard offset holds: the database has local mean times before
# and, past the last second, .NET has nothing.
KNOWN_YEARS = range(1900, NO_END.year)
WHOLE_MINUTE = timedelta(minutes=1)


@dataclass(eq=False)
class UnknownTimeZone(RequestError):
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
    if not _leads_to_dates(shape):
        return value
    return _told(value, shape, _tellers(presentation.zone(base_zone), base_zone, presentation.with_offsets))


def _told(value: Any, shape: Shape, tellers: Tellers) -> Any:
    if isinstance(value, dict):
        if shape.is_dictionary and shape.additional is not None:
            return {name: _told(item, shape.additional, tellers) for name, item in value.items()}
        dates, others = _ways(shape)
        changes = {name: tellers[kind](text) for name, kind in dates if type(text := value.get(name)) is str}
        for name, below in others:
            old = value.get(name)
            if old and (new := _told(old, below, tellers)) is not old:
                changes[name] = new
        return {**value, **changes} if changes else value
    if isinstance(value, list):
        return [_told(item, shape.items, tellers) for item in value]
    return tellers[_kind(shape)](value) if isinstance(value, str) and is_date(shape) else value


@lru_cache(maxsize=4096)
def _ways(shape: Shape) -> tuple[tuple[tuple[str, Kind], ...], tuple[tuple[str, Shape], ...]]:
    """Return the members of a record that are date-times, and those that have some below them."""
    dates = tuple((name, _kind(member)) for name, member in shape.properties.items() if is_date(member))
    others = ((name, member) for name, member in shape.properties.items() if not is_date(member))
    return dates, tuple((name, member) for name, member in others if _leads_to_dates(member))


@lru_cache(maxsize=4096)
def _leads_to_dates(shape: Shape) -> bool:
    seen: set[Shape] = set()
    waiting = [shape]
    while waiting:
        found = waiting.pop()
        if is_date(found):
            return True
        if found not in seen:
            seen.add(found)
            waiting.extend(found.children)
    return False


def is_date(shape: Shape) -> bool:
    """Whether the values of *shape* are date-times."""
    return shape.node.get("format") in DATE_FORMATS


def _kind(shape: Shape) -> Kind:
    """Return what the date-times of *shape* mean: instants unless the document says otherwise."""
    kind: Kind = shape.extension("x-time", "instant")
    if kind not in get_args(Kind):
        raise shape.document.error(f"x-time is one of {', '.join(get_args(Kind))}", shape.pointer)
    return kind


@lru_cache(maxsize=16)
def _tellers(zone: tzinfo, base_zone: tzinfo, with_offsets: bool) -> Tellers:
    """Return a function for each kind of date-time that tells one anew, remembering the latest."""
    tell = partial(_retold, zone=zone, base_zone=base_zone, with_offsets=with_offsets)
    return {kind: lru_cache(maxsize=1024)(partial(tell, kind=kind)) for kind in get_args(Kind)}


def _retold(text: str, *, kind: Kind, zone: tzinfo, base_zone: tzinfo, with_offsets: bool) -> str:
    match = DATE_TIME.fullmatch(text)
    if match is None:
        return text
    try:
        wall = datetime.fromisoformat(match["wall"])
    except ValueError:
        return text
    if kind == "utc" and with_offsets:
        zone = UTC
    if kind == "floating":
        told, offset = wall, offset_at(zone, wall.replace(tzinfo=zone))
    elif wall == NO_END:
        told, offset = wall, standard_offset(zone)
    else:
        instant = _instant(wall, match, base_zone)
        offset = offset_at(zone, instant.replace(tzinfo=UTC))
        told = _moved(instant, offset) if with_offsets or instant != UNSET else UNSET
    return told.isoformat() + (match["fraction"] or "") + (_suffix(zone, offset) if with_offsets else "")


def _instant(wall: datetime, match: re.Match[str], base_zone: tzinfo) -> datetime:
    """Return the naive UTC time of a wall clock: with its own offset, else of the base zone."""
    given = match["offset"]
    if given == "Z" or (wall == UNSET and not given):
        return wall
    if given:
        offset = timedelta(hours=int(given[:3]), minutes=int(given[0] + given[4:]))
    else:
        offset = offset_at(base_zone, wall.replace(tzinfo=base_zone))
    return _moved(wall, -offset)


def _moved(moment: datetime, by: timedelta) -> datetime:
    """Return *moment* moved, kept inside the years 1 to 9999 as .NET keeps it."""
    try:
        return moment + by
    except OverflowError:
        return UNSET if by < timedelta() else NO_END


def offset_at(zone: tzinfo, moment: datetime) -> timedelta:
    """Return the offset of *zone* at the aware *moment*; never one of local mean time."""
    if moment.year not in KNOWN_YEARS:
        return standard_offset(zone)
    offset = _shift(moment.astimezone(zone))
    return standard_offset(zone) if offset % WHOLE_MINUTE else offset


@lru_cache(maxsize=64)
def standard_offset(zone: tzinfo) -> timedelta:
    """Return the offset of *zone* outside daylight saving time, which one of two half-years is."""
    return min(_shift(datetime(2024, month, 1, tzinfo=zone)) for month in (1, 7))


def _shift(moment: datetime) -> timedelta:
    return moment.replace(tzinfo=UTC) - moment


def _suffix(zone: tzinfo, offset: timedelta) -> str:
    if str(zone) in {"UTC", "Etc/UTC"}:
        return "Z"
    hours, minutes = divmod(abs(offset) // WHOLE_MINUTE, 60)
    return f"{'-' if offset < timedelta() else '+'}{hours:02}:{minutes:02}"
