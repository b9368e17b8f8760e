from __future__ import annotations

import copy
from typing import Any

import pytest

from mockserver.contract.document import Document
from mockserver.contract.shape import Shape
from mockserver.errors import MockserverError
from mockserver.exchange import Headers
from mockserver.superoffice import (
    ERROR_NAME,
    Dialect,
    Gate,
    Identity,
    Options,
    Refusal,
    RequestError,
    Unauthorized,
    zone_named,
)

DIALECT = Dialect()


def told(value: Any, shape: Shape, query: str = "", **headers: str) -> Any:
    return DIALECT.present(value, shape, DIALECT.prepare(request(**headers), query))


def request(**headers: str) -> Headers:
    return Headers([(name.replace("_", "-"), value) for name, value in headers.items()])


class TestAdmit:
    """The gate, seen from a driver."""

    def test_the_gate_decides(self) -> None:
        """Who enters is told by name."""
        assert DIALECT.admit(request(authorization="Basic dGplMDpUamUw")) == Identity("Basic", "tje0")
        assert isinstance(DIALECT.admit(request()), Refusal)

    def test_verify_says_true_or_raises(self) -> None:
        """For drivers that ask scheme by scheme: one answer for all of them."""
        assert DIALECT.verify({"type": "http"}, request(authorization="Basic dGplMDpUamUw"), "") is True
        with pytest.raises(Unauthorized, match=r"^X-XSRF-TOKEN HTTP header missing\.") as caught:
            DIALECT.verify({"type": "http"}, request(), "")
        assert caught.value.status == 401
        assert caught.value.headers == {
            "WWW-Authenticate": 'Basic realm="SuperOffice WebAPI", charset="UTF-8", '
            'SoTicket realm="SuperOffice WebAPI", Bearer realm="SuperOffice WebAPI"'
        }


class TestPrepare:
    """What a request asks of its answer."""

    @pytest.mark.parametrize("query", ["", "a=b", "$select=", "%24select=%20,", "select=Name"])
    def test_a_plain_request_asks_for_nothing(self, query: str) -> None:
        """No header of ours and no selection: no options."""
        assert DIALECT.prepare(request(accept="application/json"), query) == Options()

    @pytest.mark.parametrize(
        "query",
        [
            "$select=Name,Sale/SaleId",
            "%24Select=name%2Csale%2FSaleId",
            "x=1&$select=Name&$SELECT=Sale%20/%20SaleId",
            "$select=Name,+Sale/SaleId",
        ],
    )
    def test_the_selection_is_read_from_the_query(self, query: str) -> None:
        """Encoded or not, in any case; given twice it adds up."""
        options = DIALECT.prepare(request(), query)
        assert options.selection is not None
        assert options.selection.paths == {("name",), ("sale", "saleid")}

    def test_the_same_request_gives_the_same_options(self) -> None:
        """Options are made once for all requests that ask the same."""
        headers = {"so_language": "no", "so_timezone": "utc"}
        assert DIALECT.prepare(request(**headers), "$select=a") is DIALECT.prepare(request(**headers), "$select=a")

    def test_an_unknown_zone_is_a_bad_request(self) -> None:
        """The error says its status and all codes."""
        with pytest.raises(RequestError, match=r"NO \(261\)") as caught:
            DIALECT.prepare(request(so_timezone="mars"), "")
        assert caught.value.status == 400
        assert isinstance(caught.value, MockserverError)


class TestPresent:
    """Answers told as they were asked for."""

    def test_nothing_asked_nothing_done(self, answer: Any, appointment: Shape) -> None:
        """The answer itself is returned."""
        assert told(answer, appointment) is answer

    def test_all_at_once(self, answer: Any, appointment: Shape) -> None:
        """Language, time zone and selection each do their part, and the answer stays."""
        before = copy.deepcopy(answer)
        query = "$select=description,startdate,sale/title,recurrence/startdate"
        found = told(answer, appointment, query, accept_language="nb-NO", so_timezone="utc,includeTZOffset")
        assert {name: item for name, item in found.items() if item is not None} == {
            "Description": "Ring tilbake",
            "StartDate": "2002-03-31T16:00:00Z",
            "Recurrence": {"StartDate": "2002-03-31T00:00:00Z", "Dates": None},
            "Sale": {"SaleId": None, "Title": "Ja", "Contact": None},
        }
        assert list(found) == list(answer)
        assert answer == before

    def test_the_order_of_the_steps_does_not_matter(self, answer: Any, appointment: Shape) -> None:
        """Selecting first or last shows the same."""
        headers = {"so_language": "de", "so_timezone": "us-ny"}
        query = "$select=Sale,StartDate,CustomFields,Recurrence/Dates"
        at_once = told(answer, appointment, query, **headers)
        assert told(told(answer, appointment, **headers), appointment, query) == at_once

    @pytest.mark.parametrize("value", [None, 5, "x", []])
    def test_any_answer_can_be_presented(self, appointment: Shape, document: Document, value: Any) -> None:
        """Null above all: agents answer it for what does not exist."""
        assert told(value, appointment, "$select=a", so_language="no", so_timezone="no") == value


class TestResponseHeaders:
    """What goes with such answers."""

    @pytest.mark.parametrize(
        ("headers", "expected"),
        [
            ({}, {"SO-TimeZone": "NO"}),
            ({"so_timezone": "460"}, {"SO-TimeZone": "US-NY"}),
            ({"so_timezone": "includeTZOffset"}, {"SO-TimeZone": "NO"}),
            ({"accept_language": "nb-NO"}, {"SO-TimeZone": "NO", "Content-Language": "no"}),
            ({"accept_language": "*"}, {"SO-TimeZone": "NO"}),
        ],
    )
    def test_zone_and_language_are_told(self, headers: dict[str, str], expected: dict[str, str]) -> None:
        """Caches learn what the answer depends on, clients which zone and language it is in."""
        vary = "Accept, Accept-Language, SO-Language, SO-Culture, SO-TimeZone, Prefer"
        assert dict(DIALECT.response_headers(DIALECT.prepare(request(**headers), ""))) == {"Vary": vary, **expected}

    def test_a_zone_without_code_goes_by_its_name(self) -> None:
        """The server's own zone may be any."""
        dialect = Dialect(Gate(), zone_named("Europe/Stockholm"))
        assert dict(dialect.response_headers(Options()))["SO-TimeZone"] == "Europe/Stockholm"


def test_errors_have_the_vendors_form(document: Document) -> None:
    """In the media type that was asked for, under the name that the document has for them."""
    shape = DIALECT.fault_shape(document)
    assert shape.name == ERROR_NAME
    assert list(DIALECT.fault(400, "No.")) == list(shape.properties)
    assert DIALECT.fault_types["text/xml"] == "text/xml"
    assert next(iter(DIALECT.fault_types)) == "application/json"
