"""What of a contract was sent and seen, and what never."""

from __future__ import annotations

from mockserver.conformance.coverage import Counting, Item
from mockserver.contract import Contract
from mockserver.exchange import Exchange, Headers, Request, Response

JSON = Headers([("Content-Type", "application/json; charset=utf-8")])


def test_what_was_met_is_counted_and_the_rest_is_named(pets: Contract):
    counting = Counting(pets, ["getPet"])
    request = Request("GET", "/pets/7", "sort=up")
    body = b'{"id": 1, "name": "Tom", "kind": "cat", "more": 1}'
    counting.add(pets.operation("getPet"), Exchange(request, Response(200, JSON, body)))
    coverage = counting.coverage()
    met = {item for item, count in coverage.counts.items() if count}
    assert Item("parameter", "getPet", "query sort") in met
    assert Item("status", "getPet", "200") in met
    assert Item("response media type", "getPet", "200 application/json") in met
    assert {item.name for item in met if item.kind == "property"} == {"id", "name", "kind"}
    assert {item.name for item in met if item.kind == "value"} == {"cat"}
    assert [item.name for item in coverage.never("value")] == ["dog"]
    assert coverage.totals()["value"] == (1, 2)
    assert any("value: 1 of 2; never:" in line and "dog" in line for line in coverage.lines())


def test_null_shows_nothing_and_broken_bodies_are_no_error(pets: Contract):
    counting = Counting(pets, ["getPet"])
    for body in (b'{"id": null}', b"{", b"[1]", b'"text"', b"null"):
        counting.add(pets.operation("getPet"), Exchange(Request("GET", "/pets/7"), Response(200, JSON, body)))
    assert counting.coverage().totals()["property"] == (0, 3)


def test_what_the_contract_does_not_know_is_not_counted(pets: Contract):
    counting = Counting(pets, ["getPet"])
    counting.add(pets.operation("getPet"), Exchange(Request("GET", "/pets/7"), Response(302, JSON, b"{}")))
    totals = counting.coverage().totals()
    assert totals["status"] == (0, 3)
    assert counting.coverage().to_json()[0].keys() == {"kind", "owner", "name", "count"}


def test_the_whole_of_a_deep_contract_is_there(superoffice: Contract):
    """Recursion ends, and each list value and property of the 25 types is there once."""
    coverage = Counting(superoffice, superoffice.operation_ids).coverage()
    totals = coverage.totals()
    assert totals["request media type"] == (0, 7)
    assert totals["property"][1] > 300
    assert totals["value"][1] > 150
    assert len(set(coverage.counts)) == len(coverage.counts)
