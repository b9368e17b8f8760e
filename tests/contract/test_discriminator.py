"""Values judged by the schema that they name (OAS 3.0.3, Discriminator Object)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from mockserver.contract import Contract, Document, Schema
from mockserver.contract.discriminator import mapped
from mockserver.provider import Generator
from mockserver.provider.style import REALISTIC
from mockserver.provider.values import Pools


def at(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def extending(base: str, **properties: Any) -> dict[str, Any]:
    return {"allOf": [at(base), {"type": "object", "required": list(properties), "properties": properties}]}


INTEGER = {"type": "integer"}
KIND = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
SCHEMAS = {
    # Others extend it.
    "Animal": {**KIND, "discriminator": {"propertyName": "kind", "mapping": {"katze": at("Cat")["$ref"], "x": "Dog"}}},
    "Cat": extending("Animal", lives=INTEGER),
    "Dog": extending("Animal", bark=INTEGER),
    "Puppy": extending("Dog", age=INTEGER),
    "Home": {
        "type": "object",
        "properties": {
            "pet": at("Animal"),
            "told": {"description": "the same", "allOf": [at("Animal")]},
            "more": {"allOf": [at("Animal")], "required": ["nick"]},
            "choice": {"oneOf": [at("Card"), at("Cash"), {"enum": [None]}], "discriminator": {"propertyName": "kind"}},
            "loose": {"anyOf": [at("Card"), {"required": ["free"]}], "discriminator": {"propertyName": "kind"}},
        },
    },
    # Each is valid where the other is.
    "Card": {**KIND, "properties": {"kind": {"type": "string"}, "number": INTEGER}},
    "Cash": {**KIND, "properties": {"kind": {"type": "string"}, "coins": INTEGER}},
    # Nobody extends it.
    "Alone": {**KIND, "discriminator": {"propertyName": "kind"}},
}
DOCUMENT = Document({"components": {"schemas": SCHEMAS}})
ANIMALS = "'katze', 'x', 'Animal', 'Cat', 'Dog', 'Puppy'"


def reasons(name: str, value: Any) -> list[str]:
    schema = Schema(DOCUMENT, at(name), "/somewhere")
    found = [str(each) for each in schema.violations(value)]
    assert schema.is_valid(value) is not found if found else schema.is_valid(value)
    return found


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("Animal", {"kind": "Animal"}, []),
        ("Animal", {"kind": "katze", "lives": 9}, []),
        ("Animal", {"kind": "Cat", "lives": 9}, []),
        ("Animal", {"kind": "katze"}, ["/lives: required member 'lives' is missing"]),
        ("Animal", {"kind": "Puppy", "bark": 1}, ["/age: required member 'age' is missing"]),
        ("Animal", {"kind": "x", "bark": "y"}, ["/bark: expected integer, found string 'y'"]),
        ("Animal", {"kind": "Fish"}, [f"/kind: 'Fish' names no schema; those that can be named are {ANIMALS}"]),
        ("Animal", {}, ["/kind: required member 'kind' is missing"]),
        ("Animal", {"kind": 5}, ["/kind: expected string, found integer 5"]),
        ("Animal", 5, ["(root): expected object, found integer 5"]),
        ("Cat", {"kind": "anything", "lives": 9}, []),
        ("Home", {"pet": {"kind": "katze"}}, ["/pet/lives: required member 'lives' is missing"]),
        ("Home", {"told": {"kind": "katze"}}, ["/told/lives: required member 'lives' is missing"]),
        ("Home", {"more": {"kind": "anything", "nick": "Tom"}}, []),
        ("Home", {"choice": {"kind": "Card"}}, []),
        ("Home", {"choice": {"kind": "Card", "coins": "many"}}, []),
        (
            "Home",
            {"choice": {"kind": "Cash", "coins": "many"}},
            ["/choice/coins: expected integer, found string 'many'"],
        ),
        ("Home", {"choice": None}, []),
        (
            "Home",
            {"choice": {"kind": "Cheque"}},
            ["/choice/kind: 'Cheque' names no schema; those that can be named are 'Card', 'Cash'"],
        ),
        ("Home", {"loose": {"kind": "Card", "number": 1}}, []),
        ("Home", {"loose": {"kind": "other", "free": 1}}, []),
        ("Alone", {"kind": "anything"}, []),
    ],
)
def test_judged(name: str, value: Any, told: list[str]) -> None:
    """A value keeps the schema that it names; one that names none keeps none."""
    assert reasons(name, value) == told


def test_place_of_the_reason() -> None:
    """The reason leads to the Discriminator Object."""
    schema = Schema(DOCUMENT, at("Home"), "")
    (found,) = schema.violations({"pet": {"kind": "Fish"}})
    assert (found.keyword, found.contract) == ("discriminator", "/components/schemas/Animal/discriminator")
    (found,) = schema.violations({"choice": {"kind": "Fish"}})
    assert DOCUMENT.at(found.contract) == {"propertyName": "kind"}


@pytest.mark.parametrize("name", ["Animal", "Cat", "Home", "Puppy"])
def test_what_is_generated_is_judged_so_too(name: str) -> None:
    """Generated values name the schema that they keep."""
    generator = Generator(DOCUMENT, REALISTIC, Pools(), datetime(2026, 1, 15))  # noqa: DTZ001 (a wall clock)
    for key in range(50):
        assert reasons(name, generator.value(DOCUMENT.component(name), key)) == []


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ("Dog", "/components/schemas/Dog"),
        ("My.Dog-1", "/components/schemas/My.Dog-1"),
        ("#/components/schemas/A%20b", "/components/schemas/A b"),
    ],
)
def test_mapped(value: str, pointer: str) -> None:
    """A mapping's value is a name or a reference."""
    assert mapped(value) == pointer


def test_mappings_to_files(tmp_path: Path) -> None:
    """A mapping may lead to other files, and name the schemas of its own."""
    body = {"content": {"application/json": {"schema": {"$ref": "zoo.json#/components/schemas/Animal"}}}}
    paths = {"/pets": {"post": {"operationId": "add", "requestBody": body, "responses": {"204": {"description": ""}}}}}
    api = {"openapi": "3.0.3", "info": {"title": "", "version": ""}, "paths": paths}
    base = {**KIND, "discriminator": {"propertyName": "kind", "mapping": {"c": "Cat", "d": "dogs/dog.json"}}}
    dog = {"allOf": [{"$ref": "../zoo.json#/components/schemas/Animal"}, {"required": ["bark"]}]}
    zoo = {"components": {"schemas": {"Animal": base, "Cat": extending("Animal", lives=INTEGER)}}}
    (tmp_path / "dogs").mkdir()
    for name, tree in {"api": api, "zoo": zoo, "dogs/dog": dog}.items():
        (tmp_path / f"{name}.json").write_bytes(orjson.dumps(tree))
    schema = Contract.load(tmp_path / "api.json").operation("add").contents["application/json"].schema
    assert schema is not None
    told = {kind: [str(each) for each in schema.violations({"kind": kind})] for kind in ("c", "d")}
    assert told == {
        "c": ["/lives: required member 'lives' is missing"],
        "d": ["/bark: required member 'bark' is missing"],
    }
    assert "names no schema" in str(schema.violations({"kind": "e"})[0])
