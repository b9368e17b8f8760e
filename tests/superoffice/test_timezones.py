from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.document import Document
from mockserver.contract.shape import Shape
from mockserver.errors import DocumentError, UsageError
from mockserver.superoffice import timezones
from mockserver.superoffice.timezones import Presentation, UnknownTimeZone, zone_named

OSLO = ZoneInfo("Europe/Oslo")
DOCUMENTED = {code: number for number, code, _ in timezones.ZONES}

KINDS = {
    kind: {"type": "string", "format": "date-time"} | ({} if kind == "instant" else {"x-time": kind})
    for kind in ("instant", "utc", "floating")
}


def told(text: Any, kind: str, header: str, base_zone: tzinfo = OSLO) -> Any:
    presentation = timezones.parse(header)
    assert presentation is not None
    shape = Document({}).shape(KINDS[kind], "/date")
    return timezones.convert(text, shape, presentation, base_zone)


class TestParse:
    """The text of ``SO-TimeZone``."""

    @pytest.mark.parametrize("header", [None, "", " ", ",", " , "])
    def test_nothing_asks_for_nothing(self, header: str | None) -> None:
        """Without a header, or with an empty one, dates stay as they are."""
        assert timezones.parse(header) is None

    @pytest.mark.parametrize(
        ("header", "expected"),
        [
            ("NO", Presentation("NO")),
            ("no", Presentation("NO")),
            (" 261 ", Presentation("NO")),
            ("us-ny", Presentation("US-NY")),
            ("utc,includeTZOffset", Presentation("UTC", with_offsets=True)),
            ("US-NY, includeTZOffset", Presentation("US-NY", with_offsets=True)),
            ("460 ,INCLUDETZOFFSET", Presentation("US-NY", with_offsets=True)),
            ("includeTZOffset", Presentation(None, with_offsets=True)),
            (",includetzoffset", Presentation(None, with_offsets=True)),
            ("no,261", Presentation("NO")),
        ],
    )
    def test_a_code_or_number_in_any_case(self, header: str, expected: Presentation) -> None:
        """Code or number, with or without the option, in any case and with blanks."""
        assert timezones.parse(header) == expected

    @pytest.mark.parametrize(
        "header", ["xx", "0", "no,dk", "Europe/Oslo", "no includeTZOffset", "includeTZOffsets", "+02:00"]
    )
    def test_the_unknown_is_refused_with_the_codes(self, header: str) -> None:
        """Anything else is answered 400, with all codes."""
        with pytest.raises(UnknownTimeZone) as caught:
            timezones.parse(header)
        assert caught.value.status == 400
        assert all(f"{code} ({number})" in str(caught.value) for code, number in DOCUMENTED.items())

    def test_the_message_does_not_grow_with_the_header(self) -> None:
        """A long value is cut."""
        with pytest.raises(UnknownTimeZone) as caught:
            timezones.parse("x" * 10_000)
        assert len(str(caught.value)) < 1000


class TestZones:
    """The table of zones."""

    def test_all_documented_codes_are_there(self) -> None:
        """The 29 documented codes have their numbers and exist in the time zone database."""
        listed = " ".join(f"{number}={code}" for code, number in DOCUMENTED.items())
        assert listed == (
            "1=UTC 36=AU-ACT 37=AU3 38=AU1 39=AU-NSW 40=AU-NT 41=AU-QLD 42=AU-SA 43=AU-TAS 44=AU-VIC 45=AU-WA 46=AT"
            " 50=BD 53=BE 81=BR-RJ 96=CA-AB 97=CA-BC 98=CA-BC1 99=CA-BC2 100=CA2 101=CA2A 102=CA-MB 114=CA-QC"
            " 140=DK 156=FR 261=NO 425=US-CA 433=US-HI 460=US-NY"
        )
        for code in DOCUMENTED:
            assert Presentation(code).zone(OSLO) == zone_named(code)

    @pytest.mark.parametrize(
        ("code", "summer"),
        [
            ("UTC", "12:00:00Z"),
            ("AU-ACT", "22:00:00+10:00"),
            ("AU3", "21:30:00+09:30"),
            ("AU1", "22:30:00+10:30"),
            ("AU-NSW", "22:00:00+10:00"),
            ("AU-NT", "21:30:00+09:30"),
            ("AU-QLD", "22:00:00+10:00"),
            ("AU-SA", "21:30:00+09:30"),
            ("AU-TAS", "22:00:00+10:00"),
            ("AU-VIC", "22:00:00+10:00"),
            ("AU-WA", "20:00:00+08:00"),
            ("AT", "14:00:00+02:00"),
            ("BD", "18:00:00+06:00"),
            ("BE", "14:00:00+02:00"),
            ("BR-RJ", "09:00:00-03:00"),
            ("CA-AB", "06:00:00-06:00"),
            ("CA-BC", "05:00:00-07:00"),
            ("CA-BC1", "05:00:00-07:00"),
            ("CA-BC2", "05:00:00-07:00"),
            ("CA2", "09:00:00-03:00"),
            ("CA2A", "09:30:00-02:30"),
            ("CA-MB", "07:00:00-05:00"),
            ("CA-QC", "08:00:00-04:00"),
            ("DK", "14:00:00+02:00"),
            ("FR", "14:00:00+02:00"),
            ("NO", "14:00:00+02:00"),
            ("US-CA", "05:00:00-07:00"),
            ("US-HI", "02:00:00-10:00"),
            ("US-NY", "08:00:00-04:00"),
        ],
    )
    def test_each_code_tells_its_own_time(self, code: str, summer: str) -> None:
        """Noon in UTC on a day of July, told by code and by number."""
        noon = "2024-07-01T14:00:00"
        assert told(noon, "instant", f"{code},includeTZOffset") == f"2024-07-01T{summer}"
        assert told(noon, "instant", f"{DOCUMENTED[code]},includeTZOffset") == f"2024-07-01T{summer}"
        assert told(noon, "instant", code) == f"2024-07-01T{summer[:8]}"

    @pytest.mark.parametrize(
        ("name", "expected"),
        [("Europe/Stockholm", "Europe/Stockholm"), ("no", "Europe/Oslo"), ("460", "America/New_York")],
    )
    def test_the_servers_zone_by_name_or_code(self, name: str, expected: str) -> None:
        """The time zone database's names do, and so do the codes."""
        assert str(zone_named(name)) == expected

    @pytest.mark.parametrize("name", ["Mars/Phobos", "", "../etc/passwd", "/etc/localtime", "a\0b", "Europe"])
    def test_an_unknown_zone_is_the_users_error(self, name: str) -> None:
        """The message names what would do."""
        with pytest.raises(UsageError, match="Europe/Oslo"):
            zone_named(name)

    @pytest.mark.parametrize(
        ("name", "code"), [("Europe/Oslo", "NO"), ("UTC", "UTC"), ("Europe/Stockholm", "Europe/Stockholm")]
    )
    def test_the_code_of_a_zone(self, name: str, code: str) -> None:
        """A zone without a code goes by its own name."""
        assert timezones.code_of(ZoneInfo(name)) == code


RECORDED = [
    # kind, without header, `no,includeTZOffset`, `utc,includeTZOffset`
    ("instant", "2002-03-31T18:00:00", "2002-03-31T18:00:00+02:00", "2002-03-31T16:00:00Z"),
    ("utc", "2002-08-07T14:52:00", "2002-08-07T12:52:00Z", "2002-08-07T12:52:00Z"),
    ("utc", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ("instant", "0001-01-01T00:00:00", "0001-01-01T01:00:00+01:00", "0001-01-01T00:00:00Z"),
    ("instant", "9999-12-31T23:59:59", "9999-12-31T23:59:59+01:00", "9999-12-31T23:59:59Z"),
    ("floating", "2002-03-31T00:00:00", "2002-03-31T00:00:00+01:00", "2002-03-31T00:00:00Z"),
    ("floating", "2003-03-31T00:00:00", "2003-03-31T00:00:00+02:00", "2003-03-31T00:00:00Z"),
]


class TestConvert:
    """Date-times told anew."""

    @pytest.mark.parametrize(("kind", "plain", "norway", "utc"), RECORDED)
    def test_three_recordings(self, kind: str, plain: str, norway: str, utc: str) -> None:
        """One appointment recorded from a real server three times comes out as it did there."""
        assert told(plain, kind, "no,includeTZOffset") == norway
        assert told(plain, kind, "utc,includeTZOffset") == utc
        assert told(plain, kind, "includeTZOffset") == norway
        assert told(plain, kind, "no") == plain

    @pytest.mark.parametrize(
        ("kind", "text", "header", "expected"),
        [
            # Wall clock of the zone, without an offset; UTC dates as well.
            ("instant", "2002-03-31T18:00:00", "us-ny", "2002-03-31T11:00:00"),
            ("utc", "2002-08-07T14:52:00", "us-ny", "2002-08-07T08:52:00"),
            ("utc", "2002-08-07T14:52:00", "utc", "2002-08-07T12:52:00"),
            ("floating", "2002-03-31T00:00:00", "us-ny", "2002-03-31T00:00:00"),
            # Unset and no end stay what they say.
            ("instant", "0001-01-01T00:00:00", "us-ny", "0001-01-01T00:00:00"),
            ("instant", "0001-01-01T00:00:00Z", "no", "0001-01-01T00:00:00"),
            ("instant", "0001-01-01T01:00:00+01:00", "no", "0001-01-01T00:00:00"),
            ("instant", "9999-12-31T23:59:59.9999999", "au-nsw", "9999-12-31T23:59:59.9999999"),
            ("instant", "0001-01-01T00:00:00", "us-ny,includeTZOffset", "0001-01-01T00:00:00-05:00"),
            ("floating", "0001-01-01T00:00:00", "no,includeTZOffset", "0001-01-01T00:00:00+01:00"),
            ("instant", "9999-12-31T23:59:59.9999999Z", "au-nsw,includeTZOffset", "9999-12-31T23:59:59.9999999+10:00"),
            ("utc", "9999-12-31T23:59:59.9999999", "no,includeTZOffset", "9999-12-31T23:59:59.9999999Z"),
            # Nothing leaves the years 1 to 9999.
            ("instant", "9999-12-31T20:00:00Z", "au-nsw,includeTZOffset", "9999-12-31T23:59:59+10:00"),
            ("instant", "0001-01-01T02:00:00+05:00", "us-ny,includeTZOffset", "0001-01-01T00:00:00-05:00"),
            # What carries an offset is that instant, whatever the server's zone.
            ("instant", "2011-04-03T16:48:28.7124541+02:00", "utc,includeTZOffset", "2011-04-03T14:48:28.7124541Z"),
            ("instant", "2011-04-03T16:48:28.7124541-03:30", "no", "2011-04-03T22:18:28.7124541"),
            ("floating", "2011-04-03T16:48:28+09:00", "no,includeTZOffset", "2011-04-03T16:48:28+02:00"),
            # Local mean time never shows, nor do its seconds.
            ("instant", "1850-06-01T12:00:00", "no,includeTZOffset", "1850-06-01T12:00:00+01:00"),
            ("instant", "1905-06-01T12:00:00Z", "fr,includeTZOffset", "1905-06-01T13:00:00+01:00"),
            # An hour that is skipped is told by the offset before it.
            ("instant", "2024-03-31T02:30:00", "no,includeTZOffset", "2024-03-31T03:30:00+02:00"),
        ],
    )
    def test_what_the_recordings_leave_open(self, kind: str, text: str, header: str, expected: str) -> None:
        """The same rules, where no recording shows them."""
        assert told(text, kind, header) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "soon",
            "2002-02-30T00:00:00",
            "2002-03-31",
            "2002-03-31T25:00:00",
            "2002-03-31T18:00",
            "2002-03-31t18:00:00",
            "2002-03-31T18:00:00.12345678",
            "2002-03-31T18:00:00+25:00",
            "2002-03-31T18:00:00+02",
            "0000-01-01T00:00:00",
            " 2002-03-31T18:00:00",
            "2002-03-31T18:00:00\n",
            "٢002-03-31T18:00:00",
        ],
    )
    def test_what_is_no_date_time_passes(self, text: str) -> None:
        """A text that is no date-time of the calendar is not touched."""
        assert told(text, "instant", "utc,includeTZOffset") == text

    @pytest.mark.parametrize("value", [None, 5, [], {}])
    def test_what_is_no_text_passes(self, value: Any) -> None:
        """A value that should have been a text is not touched."""
        assert told(value, "instant", "utc,includeTZOffset") == value

    @pytest.mark.parametrize(
        ("base", "expected"), [("America/New_York", "2002-03-31T23:00:00Z"), ("UTC", "2002-03-31T18:00:00Z")]
    )
    def test_a_wall_clock_is_that_of_the_server(self, base: str, expected: str) -> None:
        """What has no offset is told in the server's own zone."""
        assert told("2002-03-31T18:00:00", "instant", "utc,includeTZOffset", ZoneInfo(base)) == expected

    @pytest.mark.parametrize("base", ["UTC", "Etc/UTC"])
    def test_universal_time_is_z(self, base: str) -> None:
        """UTC is told as Z by whatever name, and no other zone is."""
        assert told("2002-01-31T18:00:00", "instant", "includeTZOffset", ZoneInfo(base)) == "2002-01-31T18:00:00Z"
        london = told("2002-01-31T18:00:00", "instant", "includeTZOffset", ZoneInfo("Europe/London"))
        assert london == "2002-01-31T18:00:00+00:00"

    def test_all_dates_of_an_answer_are_told_and_nothing_else(self, answer: Any, appointment: Shape) -> None:
        """Dates are found in members, arrays, dictionaries and recursion; the answer itself stays."""
        answer["Mother"] = copy.deepcopy(answer)
        answer["Description"] = "2002-03-31T18:00:00"
        before = copy.deepcopy(answer)
        found = timezones.convert(answer, appointment, Presentation("UTC", with_offsets=True), OSLO)
        dates = {
            "StartDate": "2002-03-31T16:00:00Z",
            "CreatedDate": "2002-08-07T12:52:00Z",
            "PublishTo": "9999-12-31T23:59:59Z",
            "Recurrence": {
                "StartDate": "2002-03-31T00:00:00Z",
                "Dates": [{"Date": "2002-03-31T00:00:00Z", "Tooltip": None}],
            },
            "Reminders": {"first": "2002-03-31T16:00:00Z"},
        }
        assert answer == before
        assert list(found) == list(answer)
        assert found == {**answer, **dates, "Mother": {**answer["Mother"], **dates}}
        assert found["Sale"] is answer["Sale"]

    def test_an_answer_without_dates_is_the_same_object(self, answer: Any, document: Document) -> None:
        """Nothing is copied where the schema has no dates."""
        sale = answer["Sale"]
        assert timezones.convert(sale, document.component("Sale"), Presentation("UTC"), OSLO) is sale

    def test_an_unknown_kind_is_the_documents_error(self, document: Document) -> None:
        """What `x-time` may say is told with its place."""
        with pytest.raises(DocumentError, match="instant, utc, floating"):
            timezones.convert({"Date": "2002-03-31T18:00:00"}, document.component("Wrong"), Presentation("UTC"), OSLO)


codes = st.sampled_from(sorted(DOCUMENTED))
moments = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 30)).map(lambda moment: moment.replace(microsecond=0))  # noqa: DTZ001 (wall clocks)
fractions = st.from_regex(r"(\.[0-9]{1,7})?", fullmatch=True)
offsets = st.sampled_from(["Z", "+00:00", "+02:00", "-03:30", "+14:00", "-11:45"])


def instant(text: str) -> datetime:
    whole, _, rest = text.partition(".")
    return datetime.fromisoformat(whole + rest.lstrip("0123456789")).astimezone(UTC)


@given(moments, fractions, offsets, codes, codes)
def test_the_instant_never_changes(moment: datetime, fraction: str, offset: str, one: str, other: str) -> None:
    """Through any zones, an instant stays the same instant, to the last digit of its fraction."""
    text = moment.isoformat() + fraction + offset
    through = told(text, "instant", f"{one},includeTZOffset")
    back = told(through, "instant", f"{other},includeTZOffset")
    assert back == told(text, "instant", f"{other},includeTZOffset")
    assert fraction in back
    assert instant(moment.isoformat() + offset) == instant(back.replace(fraction, "") if fraction else back)


@given(moments, fractions, codes, st.sampled_from(sorted(KINDS)))
def test_telling_twice_is_telling_once(moment: datetime, fraction: str, code: str, kind: str) -> None:
    """With offsets, an answer that was told already does not change."""
    once = told(moment.isoformat() + fraction, kind, f"{code},includeTZOffset")
    assert told(once, kind, f"{code},includeTZOffset") == once


@given(moments, fractions, codes)
def test_without_offsets_the_same_clock_is_shown(moment: datetime, fraction: str, code: str) -> None:
    """The option adds an offset and changes no clock of an instant."""
    text = moment.isoformat() + fraction
    bare = told(text, "instant", code)
    full = told(text, "instant", f"{code},includeTZOffset")
    assert full.startswith(bare)
    assert len(full) - len(bare) == (1 if code == "UTC" else 6)


@given(st.text(max_size=30))
def test_any_text_is_told_or_left(text: str) -> None:
    """No text raises; what is changed was a date-time."""
    result = told(text, "instant", "us-ny,includeTZOffset")
    assert result == text or datetime.fromisoformat(result).utcoffset() == timedelta(hours=-5)
