"""The generator makes what the validator accepts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mockserver.contract import Document, Schema
from mockserver.provider import Generator, UnsatisfiableSchemaError, World
from mockserver.provider.source import root
from mockserver.provider.style import REALISTIC, SAMPLE
from mockserver.provider.values import Pools

NOW = datetime(2026, 1, 15, 9)  # noqa: DTZ001 (a wall clock)
POOLS = Pools()

# Schemas that refer to each other and to themselves.
COMPONENTS = {
    "Node": {
        "type": "object",
        "required": ["value", "children"],
        "properties": {
            "value": {"type": "integer"},
            "parent": {"$ref": "#/components/schemas/Node"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        },
    },
    "Expression": {
        "anyOf": [
            {"type": "integer"},
            {"type": "array", "minItems": 2, "maxItems": 3, "items": {"$ref": "#/components/schemas/Expression"}},
        ]
    },
    "Holder": {
        "type": "object",
        "required": ["held", "next"],
        "properties": {
            "held": {"$ref": "#/components/schemas/Held"},
            "next": {"nullable": True, "type": "object", "allOf": [{"$ref": "#/components/schemas/NullableHolder"}]},
        },
    },
    "NullableHolder": {
        "type": "object",
        "nullable": True,
        "required": ["holder"],
        "properties": {"holder": {"$ref": "#/components/schemas/Holder"}},
    },
    "Held": {"type": "object", "properties": {"by": {"$ref": "#/components/schemas/Holder"}}},
    "Figure": {
        "oneOf": [{"$ref": "#/components/schemas/Circle"}, {"$ref": "#/components/schemas/Square"}],
        "discriminator": {"propertyName": "kind", "mapping": {"round": "#/components/schemas/Circle"}},
    },
    "Circle": {
        "type": "object",
        "required": ["kind", "radius"],
        "properties": {"kind": {"type": "string"}, "radius": {"type": "number", "minimum": 0, "exclusiveMinimum": True}},
    },
    "Square": {
        "type": "object",
        "required": ["kind", "side"],
        "properties": {"kind": {"type": "string"}, "side": {"type": "number", "multipleOf": 0.25}},
    },
    "Pet": {
        "type": "object",
        "required": ["petType"],
        "properties": {"petType": {"type": "string"}},
        "discriminator": {
            "propertyName": "petType",
            "mapping": {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"},
        },
    },
    "Cat": {
        "allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"type": "object", "required": ["claws"], "properties": {"claws": {"type": "integer", "minimum": 0}}},
        ]
    },
    "Dog": {
        "allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"type": "object", "properties": {"friend": {"$ref": "#/components/schemas/Pet"}}},
        ]
    },
}


def document(schemas: dict[str, Any]) -> Document:
    info = {"title": "test", "version": "1"}
    return Document({"openapi": "3.0.3", "info": info, "paths": {}, "components": {"schemas": schemas}})


def made(schema: dict[str, Any], key: int = 1, *, style: Any = REALISTIC) -> Any:
    """Return the value that a new generator makes of *schema*."""
    contract = document({**COMPONENTS, "Root": schema})
    return Generator(contract, style, POOLS, NOW).value(contract.component("Root"), root(key))


def accepts(schema: dict[str, Any], value: Any) -> bool:
    return Schema(document({**COMPONENTS, "Root": schema}), schema, "/components/schemas/Root").is_valid(value)


# --- Random schemas that have values, by construction.

names = st.sampled_from(["id", "name", "email", "price", "firstName", "tags", "x-y", "kind", "Ümlaut", "value"])
flags = st.booleans()
FORMATS = [
    "date", "date-time", "time", "duration", "uuid", "email", "uri", "uri-reference", "hostname", "ipv4", "ipv6",
    "byte", "binary", "password", "json-pointer", "regex", "iso-date-time", "no-such-format",
]  # fmt: skip
PATTERNS = {
    "^[a-z]+$": True,
    "^[A-Z]{2,}[0-9]*$": True,
    "^(?:ab|cde)*$": False,
    r"^\d{3}-\d{2,4}$": False,
    r"^[^\s@]+@[^\s@]+$": True,
    "x+y?": True,
    "^(?=.*[0-9])[a-z0-9]{4,}$": False,
}


@st.composite
def integers(draw: st.DrawFn) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer"}
    step = draw(st.sampled_from([None, 1, 3, 7, 0.5]))
    if step is not None:
        schema["multipleOf"] = step
    low = draw(st.none() | st.integers(-(10**9), 10**9))
    if low is not None:
        schema |= {"minimum": low, "exclusiveMinimum": draw(flags)}
    if draw(flags):
        schema |= {"maximum": (low or 0) + draw(st.integers(16, 10**6)), "exclusiveMaximum": draw(flags)}
    if draw(flags):
        schema["format"] = draw(st.sampled_from(["int32", "int64"]))
    return schema


@st.composite
def numbers(draw: st.DrawFn) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "number"}
    low = draw(st.none() | st.floats(-1e9, 1e9).map(lambda number: round(number, 3)))
    if low is not None:
        schema |= {"minimum": low, "exclusiveMinimum": draw(flags)}
    if draw(flags):
        schema |= {"maximum": (low or 0) + draw(st.floats(2, 1e9)), "exclusiveMaximum": draw(flags)}
    elif draw(flags):
        schema["multipleOf"] = draw(st.sampled_from([0.01, 0.5, 3]))
    return schema


@st.composite
def texts(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["open", "format", "pattern", "enum"]))
    if kind == "format":
        return {"type": "string", "format": draw(st.sampled_from(FORMATS))}
    if kind == "enum":
        return {"type": "string", "enum": draw(st.lists(st.text(max_size=4), min_size=1, max_size=4, unique=True))}
    schema: dict[str, Any] = {"type": "string"}
    grows = True
    if kind == "pattern":
        schema["pattern"] = draw(st.sampled_from(sorted(PATTERNS)))
        grows = PATTERNS[schema["pattern"]]
    if grows and draw(flags):
        schema["minLength"] = draw(st.integers(0, 30))
    if kind == "open" and draw(flags):
        schema["maxLength"] = schema.get("minLength", 0) + draw(st.integers(0, 20))
    return schema


@st.composite
def exclusions(draw: st.DrawFn) -> dict[str, Any]:
    return draw(
        st.sampled_from(
            [
                {"type": "integer", "minimum": 1, "maximum": 9, "not": {"multipleOf": 2}},
                {"type": "string", "enum": ["a", "bb", "ccc"], "not": {"maxLength": 1}},
                {"type": "string", "not": {"pattern": "^[ab]"}},
                {"type": "boolean", "not": {"enum": [True]}},
            ]
        )
    )


scalars = integers() | numbers() | texts() | exclusions() | st.just({"type": "boolean"}) | st.just({})
references = st.sampled_from(sorted(COMPONENTS)).map(lambda name: {"$ref": f"#/components/schemas/{name}"})


@st.composite
def nullable(draw: st.DrawFn, inner: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    schema = draw(inner)
    return {**schema, "nullable": True} if "type" in schema and draw(flags) else schema


@st.composite
def arrays(draw: st.DrawFn, inner: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "array"}
    low = draw(st.integers(0, 3))
    if draw(flags):
        schema |= {"items": {"type": "integer", "minimum": 0, "maximum": 5}, "uniqueItems": True}
    else:
        schema["items"] = draw(inner)
    if draw(flags):
        schema["minItems"] = low
    if draw(flags):
        schema["maxItems"] = low + draw(st.integers(0, 2))
    return schema


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    properties = draw(st.dictionaries(names, nullable(inner), max_size=4))
    required = sorted(name for name in properties if draw(flags))
    if properties:
        schema["properties"] = properties
    if required:
        schema["required"] = required
    if draw(flags):
        schema["additionalProperties"] = draw(flags | inner)
    is_open = schema.get("additionalProperties") is not False
    if draw(flags):
        schema["minProperties"] = draw(st.integers(0, len(properties) + (2 if is_open else 0)))
    if draw(flags):
        schema["maxProperties"] = max(schema.get("minProperties", 0), len(required)) + draw(st.integers(0, 2))
    return schema


@st.composite
def unions(draw: st.DrawFn, inner: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    kind = draw(st.sampled_from(["types", "anyOf", "properties", "allOf", "base"]))
    if kind == "anyOf":
        return {"anyOf": draw(st.lists(inner, min_size=1, max_size=3))}
    if kind == "types":
        return {"oneOf": [draw(integers()), {"type": "boolean"}, draw(arrays(inner)), draw(objects(inner))]}
    first, second = draw(inner), draw(inner)
    left = {"type": "object", "required": ["left"], "properties": {"left": first}}
    right = {"type": "object", "required": ["right"], "properties": {"right": second}}
    if kind == "properties":
        return {"oneOf": [{**left, "additionalProperties": False}, {**right, "additionalProperties": False}]}
    if kind == "allOf":
        return {"allOf": [left, right]}
    return {**left, "anyOf": [{"required": ["right"], "properties": {"right": second}}, {"required": ["left"]}]}


schemas = st.recursive(
    scalars | references, lambda inner: arrays(inner) | objects(inner) | unions(inner), max_leaves=8
)
keys = st.integers(0, 2**64 - 1)


class TestLaw:
    @given(schemas, keys, st.sampled_from([REALISTIC, SAMPLE]))
    @settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @example({"$ref": "#/components/schemas/Expression"}, 3, REALISTIC)
    def test_accepted(self, schema: dict[str, Any], key: int, style: Any) -> None:
        """The validator accepts what the generator makes of any schema."""
        contract = document({**COMPONENTS, "Root": schema})
        value = Generator(contract, style, POOLS, NOW).value(contract.component("Root"), key)
        assert Schema(contract, schema, "/components/schemas/Root").violations(value) == []

    @given(schemas, keys)
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_accepted_in_a_world(self, schema: dict[str, Any], key: int) -> None:
        """So it does when components are entities that refer to each other."""
        contract = document({**COMPONENTS, "Root": schema})
        world = World(contract, seed=1, now=NOW)
        value = world.generator.value(contract.component("Root"), key)
        assert Schema(contract, schema, "/components/schemas/Root").violations(value) == []

    @given(schemas, keys)
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_same(self, schema: dict[str, Any], key: int) -> None:
        """The same key gives the same value, whatever was made before."""
        contract = document({**COMPONENTS, "Root": schema})
        first = Generator(contract, REALISTIC, POOLS, NOW)
        second = Generator(contract, REALISTIC, Pools(), NOW)
        root_shape = contract.component("Root")
        second.value(root_shape, key ^ 1)
        assert first.value(root_shape, key) == second.value(root_shape, key)
