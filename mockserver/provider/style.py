"""How values look where a schema leaves them open: sizes, ranges, dates, and what names of properties suggest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mockserver.contract.naming import normal
from mockserver.provider.source import below, split

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = 86_400
# Where the documentation page's sample was made: its dates have +01:00 in winter and +02:00 in summer.
SAMPLE_ZONE = "Europe/Oslo"
DAY_STARTS, QUARTER, QUARTERS_A_DAY = 8 * 3600, 15 * 60, 32
TIMES = tuple(timedelta(0, DAY_STARTS + QUARTER * index) for index in range(QUARTERS_A_DAY))
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Style:
    """What an open schema becomes.

    *items* and *entries* are the least and most items of arrays and members of dictionaries;
    *integers* and *numbers* ranges, both ends inside; *word_locale* whose words plain texts
    are made of; *moments* gives date-times for keys, given the present; *show* writes it
    (True where the format wants an offset). *key_names* are the names in a dictionary of texts.
    """

    name: str
    items: tuple[int, int]
    integers: tuple[int, int]
    numbers: tuple[float, float]
    decimals: int
    word_locale: str
    words: tuple[int, int]
    key_names: Callable[[str, int, bool], list[str]]
    moments: Callable[[datetime], Callable[[int], datetime]]
    show: Callable[[datetime, bool], str]
    endings: tuple[tuple[str, str], ...]

    def method(self, name: str) -> str | None:
        """Return Faker's method for what a text property is called; None if the name tells nothing."""
        wanted = normal(name)
        return TEXT_HINTS.get(wanted) or next((method for end, method in self.endings if wanted.endswith(end)), None)


def workdays(now: datetime, first: int, last: int) -> Callable[[int], datetime]:
    """Return the function from key to a quarter-hour within working hours, *first* to *last* days from *now*.

    Not on a weekend, if there is another day among them.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    monday_is_0, quarters = midnight.weekday(), (last - first + 1) * QUARTERS_A_DAY
    starts: dict[int, datetime] = {}

    def start(day: int) -> datetime:
        weekend = (monday_is_0 + day) % 7 - SATURDAY
        if weekend >= 0:
            # Friday before or Monday after, whichever still lies within the days asked for.
            if day - 1 - weekend >= first:
                day -= 1 + weekend
            elif day + 2 - weekend <= last:
                day += 2 - weekend
        return midnight + timedelta(day)

    def moment(key: int) -> datetime:
        day, quarter = divmod(key * quarters >> 64, QUARTERS_A_DAY)
        found = starts.get(day)
        if found is None:
            found = starts[day] = start(first + day)
        return found + TIMES[quarter]

    return moment


def birthdays(now: datetime) -> Callable[[int], datetime]:
    """Return the function from key to the birthday of somebody of 18 to 80 years."""
    return workdays(now, -80 * 365, -18 * 366)


def _recent(now: datetime) -> Callable[[int], datetime]:
    return workdays(now, -365, 90)


def _long_ago(now: datetime) -> Callable[[int], datetime]:
    """Any moment of the 25 years before *now*, to the microsecond, in UTC."""
    present = now.replace(tzinfo=UTC)
    return lambda key: present - timedelta(0, below(key, 25 * 365 * DAY), below(split(key, 1), 1_000_000))


def _show_plainly(moment: datetime, offset: bool) -> str:
    return moment.isoformat() + "Z" if offset else moment.isoformat()


@cache
def _zone() -> ZoneInfo:
    return ZoneInfo(SAMPLE_ZONE)


def _show_with_offset(moment: datetime, _offset: bool) -> str:
    """Seven fraction digits, as .NET writes them, and the zone's offset."""
    text = moment.astimezone(_zone()).isoformat(timespec="microseconds")
    return f"{text[:-6]}{moment.microsecond % 9 + 1}{text[-6:]}"


def _greek(_name: str, count: int, _records: bool) -> list[str]:
    greek = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta")
    return [greek[index] if index < len(greek) else f"key{index + 1}" for index in range(count)]


def _numbered(name: str, count: int, records: bool) -> list[str]:
    """As the page has it: ``fieldName`` for a dictionary of records, ``ExtraFields1`` and so on for texts."""
    if records:
        return ["fieldName", *(f"fieldName{index}" for index in range(2, count + 1))][:count]
    return [f"{name or 'key'}{index}" for index in range(1, count + 1)]


REALISTIC = Style(
    name="realistic",
    items=(1, 3),
    integers=(1, 1000),
    numbers=(0.0, 1000.0),
    decimals=2,
    word_locale="",
    words=(1, 3),
    key_names=_greek,
    moments=_recent,
    show=_show_plainly,
    endings=(("fullname", "name"), ("firstname", "first_name"), ("lastname", "last_name"), ("phone", "phone_number")),
)
SAMPLE = Style(
    name="sample",
    items=(1, 2),
    integers=(2, 978),
    numbers=(0.0, 30000.0),
    decimals=3,
    word_locale="la",
    words=(1, 1),
    key_names=_numbered,
    moments=_long_ago,
    show=_show_with_offset,
    endings=(("fullname", "name"), ("phone", "phone_number"), ("name", "company")),
)
STYLES = {style.name: style for style in (REALISTIC, SAMPLE)}

# Faker's methods for what properties are commonly called, by normal name.
TEXT_HINTS = {
    "firstname": "first_name",
    "givenname": "first_name",
    "lastname": "last_name",
    "surname": "last_name",
    "familyname": "last_name",
    "fullname": "name",
    "customername": "name",
    "personname": "name",
    "username": "first_name",
    "author": "name",
    "name": "company",
    "company": "company",
    "companyname": "company",
    "organization": "company",
    "organisation": "company",
    "city": "city",
    "town": "city",
    "street": "street_address",
    "streetaddress": "street_address",
    "address": "street_address",
    "address1": "street_address",
    "addressline1": "street_address",
    "zip": "postcode",
    "zipcode": "postcode",
    "postcode": "postcode",
    "postalcode": "postcode",
    "country": "country",
    "countrycode": "country_code",
    "phone": "phone_number",
    "phonenumber": "phone_number",
    "mobile": "phone_number",
    "telephone": "phone_number",
    "directphone": "phone_number",
    "mobilephone": "phone_number",
    "contactphone": "phone_number",
    "faxphone": "phone_number",
    "jobtitle": "job",
    "job": "job",
    "title": "catch_phrase",
    "description": "catch_phrase",
    "summary": "catch_phrase",
    "comment": "sentence",
    "text": "sentence",
    "message": "sentence",
}
# The formats that names suggest.
FORMAT_HINTS = {
    "email": "email",
    "emailaddress": "email",
    "mail": "email",
    "url": "uri",
    "uri": "uri",
    "website": "uri",
    "homepage": "uri",
    "link": "uri",
    "href": "uri",
    "uuid": "uuid",
    "guid": "uuid",
}
BIRTHDAYS = frozenset({"birthday", "birthdate", "dateofbirth", "born"})
# Ranges that names suggest for numbers without bounds of their own.
RANGE_HINTS = {
    "price": (5, 500),
    "amount": (5, 5000),
    "total": (5, 5000),
    "cost": (5, 500),
    "quantity": (1, 10),
    "count": (1, 50),
    "age": (18, 80),
    "year": (1990, 2030),
    "rating": (1, 5),
    "percent": (0, 100),
    "probability": (0, 100),
    "latitude": (-90, 90),
    "longitude": (-180, 180),
}
