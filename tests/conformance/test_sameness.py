"""Answers to one question are compared, however they are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from mockserver.conformance.case import Case, with_header
from mockserver.conformance.expectation import Expectation
from mockserver.conformance.profile import profile
from mockserver.conformance.sameness import Question, Sameness, Told, differs
from mockserver.contract import Contract, Document, Shape
from mockserver.exchange import Exchange, Headers, Request, Response
from mockserver.superoffice.timezones import zone_named

PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
PLAIN = Request("POST", PATH, "", Headers([("Content-Type", "application/json")]), b'{"SaleId": 7}')


def told(value: Any, *, selected: bool = False, zone: str = "", shape: Shape | None = None) -> Told:
    clock = zone_named(zone) if zone else None
    return Told(Question(b"", b"", selected, zone, "", clock), value, "application/json", shape)


@pytest.mark.parametrize(
    ("one", "other", "place"),
    [
        ({"a": 1}, {"a": 1}, None),
        ({"a": 1}, {"a": 2}, "/a"),
        ({"a": {"b": [1, {"c": "x"}]}}, {"a": {"b": [1, {"c": "y"}]}}, "/a/b/1/c"),
        ({"a": [1]}, {"a": [1, 2]}, "/a"),
        ({"a": None}, {"a": 1}, "/a"),
        ({"a": 1}, {"b": 2}, None),
        ({"a/b": 1}, {"a/b": 2}, "/a~1b"),
        ({"a": "2026-01-15T09:00:00+01:00"}, {"a": "2026-01-15T08:00:00Z"}, None),
        ({"a": "2026-01-15T09:00:00.1234567+01:00"}, {"a": "2026-01-15T08:00:00.1234567Z"}, None),
        ({"a": "2026-01-15T09:00:00+01:00"}, {"a": "2026-01-15T09:00:00Z"}, "/a"),
        ({"a": "2026-01-15T09:00:00"}, {"a": "2026-01-15T10:00:00"}, "/a"),
        ({"a": "2026-01-15T09:00:00"}, {"a": "2026-01-15T08:00:00Z"}, None),
        ({"a": "0001-01-01T00:00:00"}, {"a": "0001-01-01T00:00:00Z"}, None),
        ({"a": "9999-12-31T23:59:59"}, {"a": "9999-12-31T23:59:59.9999999"}, None),
        ({"a": "2026-02-30T09:00:00+01:00"}, {"a": "2026-02-30T08:00:00Z"}, None),
        ({"a": "x"}, {"a": {}}, "/a"),
    ],
)
def test_values(one: Any, other: Any, place: str | None):
    """The first difference has a place; moments are compared as moments, where both say which they are."""
    found = differs(told(one), told(other))
    assert (found and found[0]) == place


def test_how_it_is_told():
    """What $select left out differs from nothing; calendar days are the same in all zones."""
    whole, part = {"a": 1, "b": {"c": 2}}, {"a": 1, "b": None}
    assert differs(told(whole), told(part, selected=True)) is None
    assert differs(told(whole), told({"a": 2, "b": None}, selected=True)) == ("/a", "1", "2")
    node = {"type": "object", "properties": {"a": {"type": "string", "x-time": "floating"}}}
    days = Document({"components": {"schemas": {"T": node}}}).component("T")
    moved = {"a": "2026-01-15T09:00:00-05:00"}
    assert differs(told({"a": "2026-01-15T09:00:00+01:00"}, shape=days), told(moved, zone="US-NY")) is None


@pytest.mark.parametrize(
    ("one", "other", "kind", "is_same"),
    [
        (("2026-01-15T09:00:00", "NO"), ("2026-01-15T03:00:00", "US-NY"), "instant", True),
        (("2026-01-15T09:00:00", "NO"), ("2026-01-15T04:00:00", "US-NY"), "instant", False),
        (("2026-01-15T09:00:00+01:00", "NO"), ("2026-01-15T03:00:00", "US-NY"), "instant", True),
        (("2026-01-15T09:00:00+01:00", "NO"), ("2026-01-15T09:00:00", "US-NY"), "instant", False),
        (("2026-01-15T09:00:00+01:00", "NO"), ("2026-01-15T09:00:00", "NO"), "instant", True),
        (("2026-01-15T09:00:00+01:00", "NO"), ("2026-01-15T08:00:00", "NO"), "instant", False),
        (("2026-10-25T00:30:00Z", "UTC"), ("2026-10-25T02:30:00", "NO"), "instant", True),
        (("2026-10-25T01:30:00Z", "UTC"), ("2026-10-25T02:30:00", "NO"), "instant", True),
        (("2026-01-15T08:00:00Z", "NO"), ("2026-01-15T08:00:00", "NO"), "utc", True),
        (("2026-01-15T08:00:00Z", "NO"), ("2026-01-15T09:00:00", "NO"), "utc", True),
        (("2026-01-15T08:00:00Z", "NO"), ("2026-01-15T10:00:00", "NO"), "utc", False),
        (("2026-01-15T09:00:00", "NO"), ("2026-01-15T17:00:00", ""), "instant", True),
        (("0001-01-01T00:00:00", "NO"), ("0001-01-01T01:00:00+01:00", "NO"), "instant", True),
        (("2026-02-30T09:00:00", "NO"), ("2026-02-30T03:00:00", "US-NY"), "instant", True),
    ],
)
def test_clocks_of_zones(one: tuple[str, str], other: tuple[str, str], kind: str, is_same: bool):
    """A wall clock of a known zone is one moment, or two when clocks go back; in the server's own it may be any."""
    node = {"type": "object", "properties": {"a": {"type": "string", "x-time": kind}}}
    dates = Document({"components": {"schemas": {"T": node}}}).component("T")
    found = differs(*(told({"a": text}, zone=zone, shape=dates) for text, zone in (one, other)))
    assert (found is None) == is_same


@pytest.mark.parametrize(
    ("one", "other", "place"),
    [
        ({"a": 1}, {}, "/a"),
        ({}, {"more": {"x": "1"}}, "/more"),
        ({"more": {"x": "1", "y": "2"}}, {"more": {"y": "2"}}, "/more/x"),
        ({"a": None, "more": {}}, {}, None),
        ({"more": {"x": ""}}, {"more": {}}, None),
        ({"undeclared": 1}, {}, None),
    ],
)
def test_members(one: Any, other: Any, place: str | None):
    """A member that one form has is in every form, unless it is empty, or the document does not know it."""
    texts = {"type": "object", "additionalProperties": {"type": "string"}}
    node = {"type": "object", "properties": {"a": {"type": "integer"}, "more": texts}}
    shape = Document({"components": {"schemas": {"T": node}}}).component("T")
    found = differs(told(one, shape=shape), told(other, shape=shape))
    assert (found and found[0]) == place


def test_what_no_language_changes(superoffice: Contract):
    """Ids, flags, listed values and moments are the same in every language; texts are not compared."""
    german, none, again = case(("SO-Language", "de")), case(), case(query="$select=Type")
    here = {"AppointmentId": 7, "Type": "Note", "Location": "here", "StartDate": "2026-01-15T09:00:00"}
    for changed, found in (
        ({"Location": "hier"}, []),
        ({"AppointmentId": 8}, [("conformance.same", "/AppointmentId")]),
        ({"Type": "Document"}, [("conformance.same", "/Type")]),
        ({"StartDate": "2026-01-16T09:00:00"}, [("conformance.same", "/StartDate")]),
    ):
        talk = Talk(superoffice, german, none, none, again)
        assert talk.found(again, {"Type": "Note"}) == []
        assert talk.found(none, here) == []
        assert talk.found(german, here | changed) == found


class Talk:
    """Answers to cases, compared one after another."""

    def __init__(self, contract: Contract, *cases: Case) -> None:
        self.same = Sameness(Expectation(contract, profile("mock")), cases)

    def found(self, case: Case, value: Any, content_type: str = "application/json") -> list[tuple[str, str | None]]:
        """Return what is found when *case* is answered with *value*."""
        response = Response(200, Headers([("Content-Type", content_type)]), orjson.dumps(value))
        return [(each.rule, each.pointer) for each in self.same.findings(case, Exchange(case.request, response))]


def case(*fields: tuple[str, str], query: str = "", body: bytes = PLAIN.body) -> Case:
    request = replace(PLAIN, query=query, body=body)
    for name, value in fields:
        request = with_header(request, name, value)
    return Case("example", "CreateDefaultReOpenAppointment", request)


def test_a_question_is_the_same_however_it_is_written(superoffice: Contract):
    """Names in any case, an Accept, a zone and a selection do not make another question; another id does."""
    cases = [
        case(),
        case(body=b'{"saleid": "7"}'),
        case(("SO-TimeZone", "NO,includeTZOffset"), query="$select=Location"),
        case(("Accept", "text/json")),
    ]
    for other in cases[1:]:
        talk = Talk(superoffice, *cases)
        assert talk.found(cases[0], {"Location": "here"}) == []
        assert talk.found(other, {"Location": "here"}) == []
        assert talk.found(other, {"Location": "there"}) == [("conformance.same", "/Location")]
    talk = Talk(superoffice, *cases, case(body=b'{"SaleId": 8}'), case(body=b'{"SaleId": 8}'))
    assert talk.found(cases[0], {"Location": "here"}) == []
    assert talk.found(case(body=b'{"SaleId": 8}'), {"Location": "there"}) == []


def test_what_is_asked_once_refused_or_unreadable_is_not_compared(superoffice: Contract):
    talk = Talk(superoffice, case())
    assert talk.found(case(), {"Location": "here"}) == talk.found(case(), {"Location": "there"}) == []
    talk = Talk(superoffice, case(), case())
    assert talk.found(case(), {"Location": "here"}) == []
    assert talk.found(case(), {"Location": "there"}, "text/html") == []
    bad = case(body=b"{")
    assert Talk(superoffice, bad, bad).found(bad, {}) == []
    anonymous = replace(case(), authorized=False)
    assert talk.found(anonymous, {"Location": "there"}) == []


def test_a_text_is_raw_where_no_language_is_asked_for(superoffice: Contract):
    """One that two languages tell otherwise is told in none; numbers and what all tell alike say nothing."""
    german, swedish, none = case(("SO-Language", "de")), case(("SO-Language", "sv")), case()
    texts = {"de": "Geplant", "sv": "Planerat"}
    for silent, found in (
        ("Geplant", [("conformance.language", "/Task/Value")]),
        ('US:"Planned";GE:"Geplant";SW:"Planerat";', []),
        ("Planned", []),
    ):
        talk = Talk(superoffice, german, swedish, none)
        assert talk.found(german, {"Task": {"Value": texts["de"]}}) == []
        assert talk.found(swedish, {"Task": {"Value": texts["sv"]}}) == []
        assert talk.found(none, {"Task": {"Value": silent}}) == found
    talk = Talk(superoffice, german, swedish, none)
    assert talk.found(german, {"Description": "Oslo", "Location": "Kr 1.000"}) == []
    assert talk.found(swedish, {"Description": "Oslo", "Location": "Kr 1 000"}) == []
    assert talk.found(none, {"Description": "Oslo", "Location": "Kr 1 000"}) == []
