"""SO-TimeZone, as clients send it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

Ask = Callable[..., httpx.Response]
Serving = Callable[..., str]

RAW = Path(__file__).parents[2] / "fixtures" / "documents" / "raw.yaml"
OSLO = ZoneInfo("Europe/Oslo")

# The vendor's documented ids and codes, and what they are called everywhere else.
ZONES = {
    (1, "UTC"): "UTC",
    (36, "AU-ACT"): "Australia/Sydney",
    (37, "AU3"): "Australia/Broken_Hill",
    (38, "AU1"): "Australia/Lord_Howe",
    (39, "AU-NSW"): "Australia/Sydney",
    (40, "AU-NT"): "Australia/Darwin",
    (41, "AU-QLD"): "Australia/Brisbane",
    (42, "AU-SA"): "Australia/Adelaide",
    (43, "AU-TAS"): "Australia/Hobart",
    (44, "AU-VIC"): "Australia/Melbourne",
    (45, "AU-WA"): "Australia/Perth",
    (46, "AT"): "Europe/Vienna",
    (50, "BD"): "Asia/Dhaka",
    (53, "BE"): "Europe/Brussels",
    (81, "BR-RJ"): "America/Sao_Paulo",
    (96, "CA-AB"): "America/Edmonton",
    (97, "CA-BC"): "America/Vancouver",
    (98, "CA-BC1"): "America/Dawson_Creek",
    (99, "CA-BC2"): "America/Vancouver",
    (100, "CA2"): "America/Goose_Bay",
    (101, "CA2A"): "America/St_Johns",
    (102, "CA-MB"): "America/Winnipeg",
    (114, "CA-QC"): "America/Toronto",
    (140, "DK"): "Europe/Copenhagen",
    (156, "FR"): "Europe/Paris",
    (261, "NO"): "Europe/Oslo",
    (425, "US-CA"): "America/Los_Angeles",
    (433, "US-HI"): "Pacific/Honolulu",
    (460, "US-NY"): "America/New_York",
}
DATES = ("StartDate", "CreatedDate", "UpdatedDate", "PublishFrom")


def told(instant: datetime, zone: str, *, with_offset: bool) -> str:
    """Return *instant* as .NET tells it in *zone*."""
    local = instant.astimezone(ZoneInfo(zone))
    if not with_offset:
        return local.replace(tzinfo=None).isoformat()
    return local.isoformat().replace("+00:00", "Z") if zone == "UTC" else local.isoformat()


@pytest.fixture(scope="session")
def recorded(serving: Serving, client: httpx.Client) -> Callable[..., Any]:
    """The answer of a server whose one appointment is the recorded one."""

    def recorded(header: str | None, **settings: Any) -> httpx.Response:
        headers = {} if header is None else {"SO-TimeZone": header}
        return client.get(serving(RAW, **settings) + "/appointment", headers=headers)

    return recorded


@pytest.mark.parametrize("key", ZONES, ids=lambda key: key[1])
@pytest.mark.parametrize("option", ["", ",includeTZOffset"])
def test_documented_codes(ask: Ask, key: tuple[int, str], option: str) -> None:
    """Every code and every id, in any case, tells the instant in its zone; offsets only when asked for."""
    number, code = key
    instant = datetime.fromisoformat(ask().json()["StartDate"]).replace(tzinfo=OSLO)
    expected = told(instant, ZONES[key], with_offset=bool(option))
    for spelled in (code, code.lower(), code.title(), str(number)):
        for flag in (option, option.upper(), option.replace(",", " , ")):
            response = ask(headers={"SO-TimeZone": spelled + flag})
            assert response.json()["StartDate"] == expected, spelled + flag
            assert response.headers["SO-TimeZone"] == code


@pytest.mark.parametrize(
    ("header", "dates"),
    [
        (None, "2002-03-31T18:00:00 2002-08-07T14:52:00 0001-01-01T00:00:00 0001-01-01T00:00:00"),
        (
            "no,includeTZOffset",
            "2002-03-31T18:00:00+02:00 2002-08-07T12:52:00Z 0001-01-01T00:00:00Z 0001-01-01T01:00:00+01:00",
        ),
        (
            "utc,includeTZOffset",
            "2002-03-31T16:00:00Z 2002-08-07T12:52:00Z 0001-01-01T00:00:00Z 0001-01-01T00:00:00Z",
        ),
    ],
)
def test_the_three_recordings(recorded: Callable[..., Any], header: str | None, dates: str) -> None:
    """One appointment of a real server, asked for in three ways, comes out as it was recorded."""
    answer = recorded(header).json()
    assert [answer[name] for name in DATES] == dates.split()


@pytest.mark.parametrize("header", ["includeTZOffset", ",includetzoffset", "INCLUDETZOFFSET ,"])
def test_offsets_alone(recorded: Callable[..., Any], header: str) -> None:
    """The option without a zone adds offsets in the server's own."""
    assert recorded(header).json() == recorded("no,includeTZOffset").json()


@pytest.mark.parametrize("header", ["", ",", ", ,"])
def test_nothing_asked(recorded: Callable[..., Any], header: str) -> None:
    """An empty header asks for nothing."""
    assert recorded(header).json() == recorded(None).json()


def test_calendar_dates(recorded: Callable[..., Any]) -> None:
    """A calendar date keeps its wall clock in any zone."""
    assert recorded("US-HI").json()["Holiday"] == "2002-05-17T00:00:00"
    assert recorded("US-HI,includeTZOffset").json()["Holiday"].startswith("2002-05-17T00:00:00")


@pytest.mark.parametrize("header", ["US-HI", "AU1", "US-HI,includeTZOffset", "AU1,includeTZOffset"])
def test_no_end(recorded: Callable[..., Any], header: str) -> None:
    """The last second of 9999 means "no end", and stays it."""
    assert recorded(header).json()["PublishTo"].startswith("9999-12-31T23:59:59")


def test_only_dates_change(ask: Ask) -> None:
    """A zone changes date-times, and nothing else."""
    plain, moved = ask().json(), ask(headers={"SO-TimeZone": "AU1,includeTZOffset"}).json()
    changed = {name for name in plain if plain[name] != moved[name]}
    assert {"StartDate", "EndDate", "Sale"} <= changed
    assert not changed & {"Associate", "Contact", "Description", "Participants", "AlarmLeadTime", "CustomFields"}


@pytest.mark.parametrize("header", ["XX", "0", "2", "Europe/Oslo", "+01:00", "NO,DK", "NO;includeTZOffset", "å"])
def test_unknown(ask: Ask, header: str) -> None:
    """Anything else is refused, with every documented code."""
    response = ask(headers=httpx.Headers({"SO-TimeZone": header}, encoding="latin-1"))
    assert response.status_code == 400
    message = response.json()["Message"]
    assert all(f"{code} ({number})" in message for number, code in ZONES)


class TestServersOwnZone:
    """--time-zone."""

    @pytest.mark.parametrize(
        ("zone", "offset", "code"),
        [
            ("UTC", "Z", "UTC"),
            ("Europe/Oslo", "+01:00", "NO"),
            ("America/New_York", "-05:00", "US-NY"),
            ("us-ny", "-05:00", "US-NY"),
            ("460", "-05:00", "US-NY"),
            ("Asia/Kolkata", "+05:30", "Asia/Kolkata"),
        ],
    )
    def test_wall_clock(self, ask: Ask, zone: str, offset: str, code: str) -> None:
        """Without the header, dates are wall clock of the server's zone, by name or by code."""
        plain = ask({"SaleId": 0}, time_zone=zone)
        response = ask({"SaleId": 0}, {"SO-TimeZone": "includeTZOffset"}, time_zone=zone)
        assert plain.json()["StartDate"] == "2026-01-15T09:00:00"
        assert response.json()["StartDate"] == f"2026-01-15T09:00:00{offset}"
        assert response.headers["SO-TimeZone"] == code

    def test_conversion(self, ask: Ask) -> None:
        """With the header, they are converted from it."""
        response = ask({"SaleId": 0}, {"SO-TimeZone": "UTC"}, time_zone="America/New_York")
        assert response.json()["StartDate"] == "2026-01-15T14:00:00"

    def test_now(self, ask: Ask) -> None:
        """--now is the moment that an appointment without a sale starts at."""
        assert ask({"SaleId": 0}, now="2030-06-01T08:30:00").json()["StartDate"] == "2030-06-01T08:30:00"
