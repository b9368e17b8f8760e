"""$select, time zone and language kept as asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from mockserver.contract import Contract
from mockserver.exchange import Exchange, Headers, Request, Response
from mockserver.finding import Finding, Party, Severity
from mockserver.judging import Judge
from mockserver.media import encode
from mockserver.provider import Provider
from mockserver.superoffice import Dialect, checks

OPERATION = "CreateDefaultReOpenAppointment"
PATH = f"/api/v1/Agents/Appointment/{OPERATION}"
DIALECT = Dialect()
TEXTS = 'US:"Customer";NO:"Kunde";'


@pytest.fixture(scope="module")
def judge(superoffice: Contract) -> Judge:
    return Judge(superoffice)


@pytest.fixture(scope="module")
def whole(superoffice: Contract) -> dict[str, Any]:
    """The answer as the world has it, for nobody in particular."""
    value: dict[str, Any] = (
        Provider(superoffice, seed=1).answer(superoffice.operation(OPERATION), {"SaleId": 703}).value
    )
    return value


@pytest.fixture(scope="module")
def presented(superoffice: Contract, whole: Any) -> Any:
    """A function from request headers and query to the answer that is right for them."""
    shape = superoffice.document.component("AppointmentEntity")

    def presented(headers: Mapping[str, str], query: str = "") -> Any:
        options = DIALECT.prepare(Headers(headers.items()), query)
        return json.loads(encode("application/json", DIALECT.present(whole, shape, options)))

    return presented


@pytest.fixture(scope="module")
def find(judge: Judge) -> Any:
    """Judge an answer to a request with given headers and query."""

    def find(
        answer: Any,
        headers: Mapping[str, str] | None = None,
        query: str = "",
        response: Mapping[str, str] | None = None,
    ) -> list[Finding]:
        sent = {"Authorization": "Basic dGplMDpUamUw", "Content-Type": "application/json", **(headers or {})}
        told = {"Content-Type": "application/json; charset=utf-8", **(response or {})}
        request = Request("POST", PATH, query, Headers(sent.items()), b'{"SaleId": 703}')
        return list(
            judge.judge(Exchange(request, Response(200, Headers(told.items()), json.dumps(answer).encode()))).findings
        )

    return find


def places(findings: list[Finding]) -> list[tuple[str, str | None]]:
    return [(each.rule, each.pointer) for each in findings]


def put(value: Any, pointer: str, new: Any) -> Any:
    """Return *value* with *new* at *pointer*, the rest shared."""
    first, _, rest = pointer[1:].partition("/")
    key: Any = int(first) if isinstance(value, list) else first
    inner = put(value[key], f"/{rest}", new) if rest else new
    if isinstance(value, list):
        return [*value[:key], inner, *value[key + 1 :]]
    return {**value, key: inner}


class TestSelect:
    """What was not selected is null; what was selected keeps its schema."""

    @pytest.mark.parametrize(
        "select",
        [
            "Name,department,category/id",
            "StartDate",
            "sale",
            "Sale/SaleId,Contact/NAME",
            "Participants/PersonId,CustomFields/SuperOffice:1",
            "Recurrence/Dates/Date,TableRight",
            "Nothing",
            "",
        ],
    )
    def test_kept(self, find: Any, presented: Any, select: str) -> None:
        """A right answer has no finding, whatever is selected, nulls of every kind included."""
        query = f"$select={select}"
        assert find(presented({}, query), query=query) == []

    @pytest.mark.parametrize(
        ("pointer", "value"),
        [
            ("/AppointmentId", 0),
            ("/Description", ""),
            ("/HasAlarm", False),
            ("/EndDate", "2026-01-15T09:00:00"),
            ("/Links", []),
            ("/Contact", {}),
            ("/Sale/Title", "Pens"),
            ("/Sale/TableRight", {}),
        ],
    )
    def test_not_left_out(self, find: Any, presented: Any, pointer: str, value: Any) -> None:
        """Whatever was not selected and is shown is an error there, and no other."""
        query = "$select=StartDate,Sale/SaleId"
        assert places(find(put(presented({}, query), pointer, value), query=query)) == [("select.kept", pointer)]

    @pytest.mark.parametrize(
        ("pointer", "value", "rule"),
        [
            ("/StartDate", None, "body.null"),
            ("/StartDate", "soon", "body.format"),
            ("/Sale/SaleId", None, "body.null"),
            ("/Sale/SaleId", "703", "body.type"),
            ("/Associate", None, "body.null"),
            ("/Associate/Type", None, "body.null"),
            ("/Associate/TableRight/Mask", 7, "body.type"),
        ],
    )
    def test_selected(self, find: Any, presented: Any, pointer: str, value: Any, rule: str) -> None:
        """What was selected keeps its schema, so that a null there is an error."""
        query = "$select=StartDate,Sale/SaleId,associate"
        assert places(find(put(presented({}, query), pointer, value), query=query)) == [(rule, pointer)]

    def test_everything_shown(self, find: Any, whole: Any) -> None:
        """A server that does not know $select shows each other member, and null where it is null anyway."""
        found = find(whole, query="$select=Sale")
        assert {each.rule for each in found} == {"select.kept"}
        assert len(found) == sum(value is not None for name, value in whole.items() if name != "Sale")

    def test_left_away(self, find: Any, presented: Any) -> None:
        """Null is not the same as nothing: a required member that is not there is missing."""
        query = "$select=Sale"
        answer = {name: value for name, value in presented({}, query).items() if name != "Location"}
        assert places(find(answer, query=query)) == [("body.required", "/Location")]

    def test_drift(self, find: Any, presented: Any) -> None:
        """What the contract does not know is left out like all that is not selected."""
        query = "$select=Sale"
        assert find({**presented({}, query), "_Links": None}, query=query) == []
        assert places(find({**presented({}, query), "_Links": {}}, query=query)) == [("select.kept", "/_Links")]


class TestTimeZones:
    """Offsets as SO-TimeZone asks for them."""

    @pytest.mark.parametrize(
        "zone",
        [
            "",
            "NO",
            "UTC",
            "460",
            "utc,includeTZOffset",
            "NO,includeTZOffset",
            "US-NY,includeTZOffset",
            "CA2A,includeTZOffset",
            "AU1,includetzoffset",
            "BR-RJ,includeTZOffset",
            "includeTZOffset",
        ],
    )
    def test_kept(self, find: Any, presented: Any, zone: str) -> None:
        """A right answer has no finding in any zone, its dates that are not set among them."""
        code = zone.partition(",")[0].upper()
        header = {} if code in ("", "INCLUDETZOFFSET", "460") else {"SO-TimeZone": code}
        assert find(presented({"SO-TimeZone": zone}), {"SO-TimeZone": zone}, response=header) == []

    @pytest.mark.parametrize(
        ("zone", "pointer", "text", "is_right"),
        [
            # The four columns of the recordings of one appointment, and what differs from them.
            ("NO,includeTZOffset", "/StartDate", "2002-03-31T18:00:00+02:00", True),
            ("NO,includeTZOffset", "/StartDate", "2002-03-31T18:00:00+01:00", False),
            ("NO,includeTZOffset", "/StartDate", "2002-03-31T16:00:00Z", False),
            ("NO,includeTZOffset", "/StartDate", "2002-03-31T18:00:00", False),
            ("NO,includeTZOffset", "/StartDate", "2002-03-31T01:59:59+01:00", True),
            ("NO,includeTZOffset", "/StartDate", "2002-03-31T02:30:00+01:00", False),
            ("NO,includeTZOffset", "/CreatedDate", "2002-08-07T12:52:00Z", True),
            ("NO,includeTZOffset", "/CreatedDate", "2002-08-07T14:52:00+02:00", True),
            ("NO,includeTZOffset", "/CreatedDate", "2002-08-07T14:52:00+05:00", False),
            ("NO,includeTZOffset", "/UpdatedDate", "0001-01-01T00:00:00Z", True),
            ("NO,includeTZOffset", "/PublishFrom", "0001-01-01T01:00:00+01:00", True),
            ("NO,includeTZOffset", "/PublishFrom", "0001-01-01T01:00:00+03:00", False),
            ("NO,includeTZOffset", "/PublishTo", "9999-12-31T23:59:59.9999999+01:00", True),
            ("UTC,includeTZOffset", "/StartDate", "2002-03-31T16:00:00Z", True),
            ("UTC,includeTZOffset", "/StartDate", "2002-03-31T16:00:00+00:00", True),
            ("UTC,includeTZOffset", "/StartDate", "2002-03-31T18:00:00+02:00", False),
            ("AU1,includeTZOffset", "/StartDate", "2026-01-15T09:00:00+11:00", True),
            ("AU1,includeTZOffset", "/StartDate", "2026-07-15T09:00:00+11:00", False),
            ("AU1,includeTZOffset", "/StartDate", "2026-07-15T09:00:00+10:30", True),
            ("NO", "/StartDate", "2002-03-31T18:00:00+02:00", False),
            ("NO", "/StartDate", "2002-03-31T18:00:00Z", False),
            ("NO", "/CreatedDate", "2002-08-07T12:52:00Z", True),
            ("NO", "/UpdatedDate", "0001-01-01T00:00:00Z", True),
            ("", "/StartDate", "2002-03-31T18:00:00+02:00", False),
            ("", "/UpdatedDate", "0001-01-01T00:00:00Z", True),
        ],
    )
    def test_one_date(self, find: Any, presented: Any, zone: str, pointer: str, text: str, is_right: bool) -> None:
        """A date has an offset that the zone has then, or none, as asked."""
        headers = {"SO-TimeZone": zone} if zone else {}
        found = [
            each for each in places(find(put(presented(headers), pointer, text), headers)) if each[0] != "date.order"
        ]
        assert found == ([] if is_right else [("timezone.offset", pointer)])

    def test_of_the_server(self, find: Any, presented: Any) -> None:
        """Without a code the zone is the server's own: the one that the answer names, if it names one."""
        headers = {"SO-TimeZone": "includeTZOffset"}
        answer = put(presented(headers), "/EndDate", "2030-06-01T00:00:00-04:00")
        assert places(find(answer, headers, response={"SO-TimeZone": "NO"})) == [("timezone.offset", "/EndDate")]
        assert find(answer, headers) == []

    def test_offsets_everywhere(self, find: Any, presented: Any) -> None:
        """Without SO-TimeZone an offset on each date is as on the documentation page, and right."""
        assert find(presented({"SO-TimeZone": "NO,includeTZOffset"})) == []

    def test_other_zone_named(self, find: Any, presented: Any) -> None:
        """An answer that names another zone than the one asked for is warned of; ids and case do not matter."""
        headers = {"SO-TimeZone": "NO"}
        answer = presented(headers)
        assert find(answer, headers, response={"SO-Timezone": "no"}) == []
        assert find(answer, headers, response={"SO-Timezone": "261"}) == []
        (finding,) = find(answer, headers, response={"SO-Timezone": "UTC"})
        assert (finding.rule, finding.severity) == ("timezone.header", Severity.WARNING)

    def test_unknown(self, find: Any, whole: Any) -> None:
        """A zone that is not documented is the consumer's warning, and the answer's dates are not judged."""
        (finding,) = find(put(whole, "/StartDate", "2002-03-31T18:00:00+02:00"), {"SO-TimeZone": "Mars"})
        assert (finding.rule, finding.party, finding.severity) == (
            "request.time-zone",
            Party.CONSUMER,
            Severity.WARNING,
        )


class TestLanguages:
    """Texts in the language asked for."""

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Accept-Language": "en"},
            {"SO-Language": "no", "Accept-Language": "de"},
            {"SO-Language": "GE"},
            {"SO-Language": "", "Accept-Language": "de"},
            {"Accept-Language": "nb-NO,nb;q=0.8,en;q=0.5"},
        ],
    )
    def test_kept(self, find: Any, presented: Any, headers: dict[str, str]) -> None:
        """A right answer has no finding: raw texts where no language is asked for, plain ones where one is."""
        assert find(presented(headers), headers) == []

    @pytest.mark.parametrize(
        ("pointer", "text"),
        [
            ("/Description", TEXTS),
            ("/Contact/CategoryName", "[SR_CATEGORY]"),
            ("/CustomFields/SuperOffice:4:DisplayText", "[SR_NO]"),
            ("/FieldProperties/StartDate/FieldRight/Reason", "see [SR_ACCESS_MANDATORY]"),
        ],
    )
    def test_raw(self, find: Any, presented: Any, pointer: str, text: str) -> None:
        """A raw text is an error where a language was asked for, wherever it stands."""
        headers = {"Accept-Language": "en"}
        assert places(find(put(presented(headers), pointer, text), headers)) == [("language.told", pointer)]
        assert find(put(presented({}), pointer, text)) == []

    @pytest.mark.parametrize("text", ['He said: "no"', "[I:0]", "SR_AL_STREET", "[draft]", 'a:"b"'])
    def test_not_raw(self, find: Any, presented: Any, text: str) -> None:
        """Quotes and brackets of people's own are no raw texts."""
        headers = {"SO-Language": "en"}
        assert find(put(presented(headers), "/Description", text), headers) == []

    @pytest.mark.parametrize("headers", [{"SO-Language": "*"}, {"Accept-Language": "tlh"}, {"SO-Language": "x"}])
    def test_not_asked(self, find: Any, whole: Any, headers: dict[str, str]) -> None:
        """Nothing is said where translation is off, or the language is one that the vendor has no texts in."""
        assert find(whole, headers) == []

    def test_other_language_named(self, find: Any, presented: Any) -> None:
        """An answer that names another language than the one asked for is warned of."""
        headers = {"Accept-Language": "nb-NO"}
        answer = presented(headers)
        for right in ("no", "nb", "nb-NO, en"):
            assert find(answer, headers, response={"Content-Language": right}) == []
        (finding,) = find(answer, headers, response={"Content-Language": "en"})
        assert (finding.rule, finding.severity) == ("language.header", Severity.WARNING)


def test_unrecorded(judge: Judge, presented: Any) -> None:
    """Of an answer whose request nobody knows neither offsets nor texts are judged; nulls are."""
    answer = put(presented({"SO-TimeZone": "NO,includeTZOffset"}), "/Sale", None)
    response = Response(200, Headers(), json.dumps(answer).encode())
    exchange = Exchange(Request("", ""), response, unrecorded=frozenset({"request", "response headers"}))
    operation = judge.contract.operation(OPERATION)
    assert judge.judge_as(operation, exchange).findings == ()
    broken = Exchange(
        exchange.request,
        Response(200, Headers(), json.dumps({**answer, "Type": None}).encode()),
        unrecorded=exchange.unrecorded,
    )
    assert places(list(judge.judge_as(operation, broken).findings)) == [("body.null", "/Type")]


def test_has_offset() -> None:
    """A date alone has a hyphen where an offset would have its sign."""
    assert [checks.has_offset(text) for text in ("2026-01-15T09:00:00", "2026-01-15", "", "x")] == [False] * 4
    assert checks.has_offset("2026-01-15T09:00:00.1234567-05:00")
    assert checks.has_offset("0001-01-01T00:00:00Z")
