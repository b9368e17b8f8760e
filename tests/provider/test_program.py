"""Programs: a record that is shown by one gives what its members give one by one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mockserver.contract import Contract, Document
from mockserver.provider import Provider, World
from mockserver.provider.record import PROGRAM_AFTER

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 15, 9)  # noqa: DTZ001 (a wall clock; a Thursday)
INTEGER = {"type": "integer"}
TEXT = {"type": "string"}
DATE = {"type": "string", "format": "date-time"}
NOBODY = {"nullable": True, "anyOf": [{"$ref": "#/components/schemas/Firm"}]}
MANY = 3 * PROGRAM_AFTER

FIRM: dict[str, Any] = {"FirmId": INTEGER, "Name": {**TEXT, "x-faker": "company"}, "Founded": DATE, "Size": INTEGER}
# One property for each way in which a program writes a member.
WAYS: dict[str, dict[str, Any]] = {
    "values": {**TEXT, "x-values": ["a", "b", "c"]},
    "weights": {**INTEGER, "x-values": {"1": 5, "2": 1}},
    "whole range": {**INTEGER, "x-range": [1, 1000]},
    "range": {"type": "number", "x-range": [1, 1000]},
    "log range": {"type": "number", "x-range": [1, 1000], "x-log": True},
    "days": {**DATE, "x-days": [-10, 10]},
    "formula": {**TEXT, "x-formula": 'f\'{ThingId} {draw(100)} {digits("##")} {pick("x", "y")}\''},
    "formula that yields nothing": {**INTEGER, "nullable": True, "x-formula": "ThingId // (ThingId % 2)"},
    "formula of another type": {**INTEGER, "x-formula": "ThingId / 2"},
    "formula of a sibling": {**DATE, "x-formula": "Start"},
    "formula that leads on": {**TEXT, "x-formula": "Firm.Name if draw(2) else Maybe.Name"},
    "not before": {**DATE, "x-days": [-10, 10], "x-not-before": "Start"},
    "reference": {**INTEGER, "x-refers": "Firm"},
    "reference of some": {**INTEGER, "x-refers": "Firm", "x-share": 0.5},
    "entity": {"$ref": "#/components/schemas/Firm"},
    "entity of a formula": {"allOf": [{"$ref": "#/components/schemas/Firm"}], "x-shows": "ThingId // 3"},
    "entity or none": {**NOBODY, "x-shows": "ThingId % 3"},
    "the same entity": {"allOf": [{"$ref": "#/components/schemas/Firm"}], "x-shows": "7"},
    "text": TEXT,
    "items": {"type": "array", "items": TEXT, "x-items": [1, 3]},
    "object": {"type": "object", "required": ["A"], "properties": {"A": {**TEXT, "x-formula": "owner.FirmName"}}},
    "object of a date": {
        "type": "object",
        "required": ["A"],
        "properties": {"A": {**DATE, "x-formula": "owner.Start"}},
    },
    "items one by one": {
        "type": "array",
        "items": {"type": "object", "properties": {"A": TEXT}},
        "x-items": [{"A": "Firm.Name"}, {"A": "'b'"}],
    },
}


def world(**schemas: dict[str, Any]) -> World:
    tree = {
        "openapi": "3.0.3",
        "paths": {},
        "components": {"schemas": {name: {"type": "object", **each} for name, each in schemas.items()}},
    }
    made = World(Document(tree), seed=1, now=NOW)
    made.check()
    return made


@pytest.mark.parametrize("way", WAYS)
def test_each_way(way: str) -> None:
    """However a property is described, the first things shown and the last are the same in any order."""
    properties = {
        "ThingId": INTEGER,
        "FirmId": INTEGER,
        "FirmName": TEXT,
        "MaybeId": {**INTEGER, "x-refers": "Firm", "x-share": 0.5},
        "Start": {**DATE, "x-days": [1, 3]},
        "X": WAYS[way],
    }
    thing = {"properties": properties, "required": [*properties]}
    firm = {"properties": FIRM, "required": [*FIRM]}
    one, other = world(Thing=thing, Firm=firm), world(Thing=thing, Firm=firm)
    numbers = range(1, MANY)
    forwards = {number: one.show("Thing", number) for number in numbers}
    assert {number: other.show("Thing", number) for number in reversed(numbers)} == forwards


@pytest.mark.parametrize("document", ["openapi/superoffice.yaml", "fixtures/documents/shop.yaml"])
@pytest.mark.parametrize("style", ["realistic", "sample"])
def test_documents(document: str, style: str) -> None:
    """So it is with whole answers, whatever a request chooses."""
    contract = Contract.load(ROOT / document)
    one, other = Provider(contract, style=style), Provider(contract, style=style)
    for operation in contract.operations:
        names = [each.name for each in operation.parameters] + ["SaleId", "ContactId", "id"]
        asked = [{name: number} for number in range(-1, MANY) for name in names]
        forwards = [one.answer(operation, chosen).value for chosen in asked]
        assert [other.answer(operation, chosen).value for chosen in reversed(asked)] == forwards[::-1]
