"""The generator makes what the validator accepts."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
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
        "properties": {"kind": {"type": "string"}, "radius": {"type": "number", "minimum": 1}},
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
    "Employee": {
        "allOf": [
            {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer", "minimum": 1}}},
            {
                "type": "object",
                "required": ["reports", "managerId"],
                "properties": {
                    "managerId": {"type": "integer"},
                    "manager": {"$ref": "#/components/schemas/Employee"},
                    "reports": {"type": "array", "items": {"$ref": "#/components/schemas/Employee"}},
                },
            },
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


def faults(contract: Document, schema: dict[str, Any], value: Any) -> list[Any]:
    """Return what the validator of responses says of *value*."""
    return list(Schema(contract, schema, "/components/schemas/Root", optional="writeOnly").violations(value))


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


anything: st.SearchStrategy[dict[str, Any]] = st.sampled_from([{}, {"type": "boolean"}])
scalars = integers() | numbers() | texts() | exclusions() | anything
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
    secret = {"secret": {"type": "string", "writeOnly": True}} if draw(flags) else {}
    required += sorted(name for name in secret if draw(flags))
    if properties or secret:
        schema["properties"] = {**secret, **properties}
    if required:
        schema["required"] = required
    if draw(flags):
        schema["additionalProperties"] = draw(flags | inner)
    is_open = schema.get("additionalProperties") is not False
    if draw(flags):
        schema["minProperties"] = draw(st.integers(0, len(properties) + (2 if is_open else 0)))
    if draw(flags):
        least = max(schema.get("minProperties", 0), len(set(required) - {"secret"}))
        schema["maxProperties"] = least + draw(st.integers(0, 2))
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


schemas = st.recursive(scalars | references, lambda inner: arrays(inner) | objects(inner) | unions(inner), max_leaves=8)
keys = st.integers(0, 2**64 - 1)


def laws(examples: int) -> settings:
    """Return the settings of a law over schemas, which take their time to build."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(schemas, keys, st.sampled_from([REALISTIC, SAMPLE]))
@laws(150)
def test_accepted(schema: dict[str, Any], key: int, style: Any) -> None:
    """The validator accepts what the generator makes of any schema."""
    contract = document({**COMPONENTS, "Root": schema})
    value = Generator(contract, style, POOLS, NOW).value(contract.component("Root"), key)
    assert faults(contract, schema, value) == []


@given(schemas, keys)
@laws(100)
def test_accepted_in_a_world(schema: dict[str, Any], key: int) -> None:
    """So it does when components are entities that refer to each other."""
    contract = document({**COMPONENTS, "Root": schema})
    value = World(contract, seed=1, now=NOW).generator.value(contract.component("Root"), key)
    assert faults(contract, schema, value) == []


@given(schemas, keys)
@laws(40)
def test_same(schema: dict[str, Any], key: int) -> None:
    """The same key gives the same value, whatever was made before."""
    contract = document({**COMPONENTS, "Root": schema})
    first, second = Generator(contract, REALISTIC, POOLS, NOW), Generator(contract, REALISTIC, Pools(), NOW)
    shape = contract.component("Root")
    second.value(shape, key ^ 1)
    assert first.value(shape, key) == second.value(shape, key)


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_components(name: str) -> None:
    """Recursive schemas, unions and subtypes have values that end."""
    schema = {"$ref": f"#/components/schemas/{name}"}
    contract = document({**COMPONENTS, "Root": schema})
    generator = Generator(contract, REALISTIC, POOLS, NOW)
    for number in range(50):
        assert faults(contract, schema, generator.value(contract.component(name), root(number))) == []


# Schema, and a pattern that the value's JSON matches whatever the key.
FORMS: list[tuple[dict[str, Any], str]] = [
    ({"type": "string", "format": "date"}, r'"\d{4}-\d\d-\d\d"'),
    ({"type": "string", "format": "date-time"}, r'"\d{4}-\d\d-\d\dT\d\d:(00|15|30|45):00Z"'),
    ({"type": "string", "format": "iso-date-time"}, r'"\d{4}-\d\d-\d\dT\d\d:(00|15|30|45):00"'),
    ({"type": "string", "format": "time"}, r'"\d\d:\d\d:00Z"'),
    ({"type": "string", "format": "uuid"}, r'"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"'),
    ({"type": "string", "format": "email"}, r'"[a-z0-9-]+\.[a-z0-9-]+@example\.com"'),
    ({"type": "string", "format": "email", "maxLength": 8}, r'"[a-z]{1,3}@a\.io"'),
    ({"type": "string", "format": "email", "minLength": 40, "maxLength": 40}, r'"[a-z]{28}@example\.com"'),
    ({"type": "string", "format": "uri", "maxLength": 9}, r'"a:[a-z]{0,7}"'),
    ({"type": "string", "format": "hostname", "maxLength": 5}, r'"[a-z]{1,5}"'),
    (
        {"type": "string", "format": "hostname", "minLength": 100, "maxLength": 100},
        r'"[a-z]{63}\.[a-z]{24}\.example.com"',
    ),
    ({"type": "string", "format": "hostname", "minLength": 76, "maxLength": 76}, r'"[a-z]{62}\.[a-z]\.example.com"'),
    ({"type": "string", "format": "email", "minLength": 80, "maxLength": 80}, r'"[a-z]{64}@[a-z]{3}\.example\.com"'),
    ({"type": "string", "format": "email", "minLength": 77, "maxLength": 77}, r'"[a-z]{63}@[a-z]\.example\.com"'),
    ({"type": "string", "format": "date-time", "minLength": 25}, r'"[\d-]{10}T\d\d:\d\d:00\+00:00"'),
    ({"type": "string", "format": "date-time", "minLength": 24, "maxLength": 24}, r'"[\d-]{10}T\d\d:\d\d:00\.000Z"'),
    ({"type": "string", "format": "date-time", "minLength": 40}, r'"[\d-]{10}T\d\d:\d\d:00\.0{19}Z"'),
    ({"type": "string", "format": "date-time", "pattern": r"\.\d{3}Z$"}, r'"[\d-]{10}T\d\d:\d\d:00\.000Z"'),
    ({"type": "string", "format": "iso-date-time", "minLength": 20}, r'"[\d-]{10}T\d\d:\d\d:00\.000"'),
    ({"type": "string", "format": "time", "minLength": 12}, r'"\d\d:\d\d:00\+00:00"'),
    ({"type": "string", "format": "duration", "minLength": 8}, r'"PT0*\d+M"'),
    ({"type": "string", "format": "ipv4", "minLength": 15}, r'"(198\.51\.100\.|192\.168\.100\.)\d{2,3}"'),
    ({"type": "string", "format": "ipv6", "minLength": 39}, r'"2001:0db8:(0000:){5}[0-9a-f]{4}"'),
    ({"type": "string", "format": "ipv6", "maxLength": 5}, '"::1"'),
    ({"allOf": [{"type": "string", "pattern": "^a"}, {"pattern": "z$"}]}, '"a.*z"'),
    ({"allOf": [{"type": "integer", "multipleOf": 6}, {"multipleOf": 4, "minimum": 1, "maximum": 12}]}, "12"),
    ({"allOf": [{"type": "integer", "minimum": 1, "maximum": 3, "not": {"enum": [1]}}, {"not": {"enum": [3]}}]}, "2"),
    ({"allOf": [{"type": "integer", "minimum": 5, "exclusiveMinimum": True}, {"minimum": 3, "maximum": 6}]}, "6"),
    ({"type": "number", "minimum": 1000000000.1, "maximum": 1000000000.1}, r"1000000000\.1"),
    ({"type": "string", "format": "byte", "minLength": 10, "maxLength": 12}, r'"[A-Za-z0-9+/=]{12}"'),
    ({"type": "string", "format": "ipv4"}, r'"192\.0\.2\.\d+"'),
    ({"type": "string", "format": "relative-json-pointer"}, r'"0/[a-z]+"'),
    ({"type": "string", "minLength": 30, "maxLength": 30}, '".{30}"'),
    ({"type": "string", "maxLength": 0}, '""'),
    ({"type": "integer", "minimum": 5, "exclusiveMinimum": True, "maximum": 7, "exclusiveMaximum": True}, "6"),
    ({"type": "integer", "minimum": 0.5, "maximum": 1.5}, "1"),
    ({"type": "integer", "multipleOf": 2.5, "minimum": 1, "maximum": 9}, "5"),
    ({"type": "integer", "format": "int32", "minimum": 2147483647}, "2147483647"),
    ({"type": "integer", "maximum": -5000000}, r"-\d+"),
    ({"type": "number", "minimum": 0.3, "maximum": 0.3}, r"0\.3"),
    ({"type": "number", "minimum": 0, "maximum": 1, "multipleOf": 0.5}, r"(0\.0|0\.5|1\.0)"),
    ({"type": "integer", "nullable": True}, r"\d+"),
    ({"enum": [None, "a"], "type": "string", "nullable": True}, '"a"'),
    ({"enum": [1, "x"], "type": "string"}, '"x"'),
    ({"minimum": 3, "maximum": 4}, r"[34]\.?\d*"),
    ({"maxItems": 0}, r"\[\]"),
    ({"pattern": "^[ab]$"}, '"[ab]"'),
    ({"required": ["a"]}, r'\{"a": ".+"\}'),
    ({"type": "array", "items": {"enum": [1, 2]}, "uniqueItems": True, "minItems": 2}, r"\[(1, 2|2, 1)\]"),
    ({"type": "object"}, r"\{\}"),
    ({"type": "object", "additionalProperties": {"enum": [1]}}, r'\{"alpha": 1, "beta": 1\}'),
    ({"type": "object", "minProperties": 1, "maxProperties": 1}, r'\{"alpha": ".+"\}'),
    ({"type": "object", "properties": {"a": {"type": "string", "writeOnly": True}}, "required": ["a"]}, r"\{\}"),
    ({"type": "object", "properties": {"a": {"enum": [1], "readOnly": True}}}, r'\{"a": 1\}'),
    ({"allOf": [{"type": "integer", "minimum": 4}, {"maximum": 4}]}, "4"),
    ({"type": "string", "pattern": "^(?=b)[a-z]$"}, '"b"'),
    ({"type": "string", "pattern": r"^\cA$", "example": "\1"}, r'"\\u0001"'),
]


@pytest.mark.parametrize(("schema", "form"), FORMS, ids=[str(row[0]) for row in FORMS])
def test_forms(schema: dict[str, Any], form: str) -> None:
    """Keywords and formats mean what OpenAPI says, to the last bound."""
    for number in range(30):
        assert re.fullmatch(form, json.dumps(made(schema, number)))


UNSATISFIABLE: list[dict[str, Any]] = [
    {"type": "string", "enum": ["x"], "minLength": 3},
    {"type": "integer", "minimum": 3, "maximum": 2},
    {"type": "integer", "minimum": 1, "maximum": 2, "multipleOf": 3},
    {"type": "number", "minimum": 1, "maximum": 1, "exclusiveMinimum": True},
    {"type": "string", "minLength": 3, "maxLength": 2},
    {"type": "string", "minLength": 10**9},
    {"type": "array", "items": {}, "minItems": 10**9},
    {"type": "object", "minProperties": 10**9},
    {"type": "array", "items": {}, "minItems": 3, "maxItems": 2},
    {"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": True},
    {"type": "string", "pattern": r"^\cA$"},
    {"type": "string", "not": {"type": "string"}},
    {"type": "object", "required": ["a"], "additionalProperties": False},
    {"type": "object", "required": ["again"], "properties": {"again": {"$ref": "#/components/schemas/Root"}}},
    {"oneOf": [{"type": "string"}, {"type": "string"}]},
]


@pytest.mark.parametrize("schema", UNSATISFIABLE, ids=str)
def test_unsatisfiable(schema: dict[str, Any]) -> None:
    """A schema that nothing keeps is an error that names its place, and how to help."""
    with pytest.raises(UnsatisfiableSchemaError, match=r"/components/schemas/Root.*give it an example"):
        made(schema)


def test_endless_member_is_left_out() -> None:
    """An optional member that could never end is no reason to fail."""
    again = {"again": {"$ref": "#/components/schemas/Endless"}}
    endless = {"type": "object", "required": ["again"], "properties": again}
    contract = document({"Endless": endless, "Root": {"type": "object", "properties": again}})
    assert Generator(contract, REALISTIC, POOLS, NOW).value(contract.component("Root"), 1) == {}


class TestDiscriminator:
    """Which alternative an object is."""

    def test_mapped_and_implicit(self) -> None:
        """The discriminator's property tells the branch, by the mapping or by the schema's name."""
        figures = [made({"$ref": "#/components/schemas/Figure"}, number) for number in range(30)]
        assert {figure["kind"] for figure in figures} == {"round", "Square"}
        assert all(("radius" in figure) == (figure["kind"] == "round") for figure in figures)

    def test_subtypes(self) -> None:
        """A base schema is one of the subtypes that it maps to; a subtype names itself."""
        pets = [made({"$ref": "#/components/schemas/Pet"}, number) for number in range(30)]
        assert {pet["petType"] for pet in pets} == {"cat", "dog"}
        assert made({"$ref": "#/components/schemas/Cat"})["petType"] == "cat"


class TestRecursion:
    """Schemas that recur in themselves."""

    def test_some_levels(self) -> None:
        """A recursive schema nests a few times, then leaves out what is optional and empties arrays."""
        node = made({"$ref": "#/components/schemas/Node"})
        assert node["children"][0]["children"]
        assert node["parent"]["parent"]["children"] == []
        assert "parent" not in node["parent"]["parent"]

    def test_ends_in_null(self) -> None:
        """Where nothing is optional, recursion ends in null."""
        holder, depth = made({"$ref": "#/components/schemas/Holder"}), 0
        while holder["next"] is not None:
            holder, depth = holder["next"]["holder"], depth + 1
        assert 0 < depth < 5


class TestHints:
    """What names of properties suggest."""

    @pytest.mark.parametrize(
        ("name", "schema", "form"),
        [
            ("email", {"type": "string"}, r"[a-z0-9-]+\.[a-z0-9-]+@example\.com"),
            ("Phone_Number", {"type": "string"}, r".*\d.*"),
            ("postalCode", {"type": "string"}, r"\d{5}"),
            ("website", {"type": "string"}, "https://.+"),
            ("guid", {"type": "string"}, "[0-9a-f-]{36}"),
            ("city", {"type": "string", "maxLength": 3}, ".{1,3}"),
            ("probability", {"type": "integer"}, r"\d{1,2}|100"),
            ("age", {"type": "integer", "minimum": 200}, r"\d{3}"),
            ("birthday", {"type": "string", "format": "date"}, r"(19|200)\d+-\d\d-\d\d"),
        ],
    )
    def test_names(self, name: str, schema: dict[str, Any], form: str) -> None:
        """What a property is called tells what it holds, as far as its schema lets it."""
        for number in range(20):
            value = made({"type": "object", "properties": {name: schema}}, number)[name]
            assert re.fullmatch(form, str(value)), value

    def test_one_property_more(self) -> None:
        """Another property changes no value of those that were there."""
        properties = {"a": {"type": "string"}, "b": {"type": "integer"}}
        before = made({"type": "object", "properties": properties})
        after = made({"type": "object", "properties": {"c": {"type": "boolean"}, **properties}})
        assert before.items() < after.items()


class TestStyles:
    """How open schemas are filled."""

    def test_sample(self) -> None:
        """In the sample's style, numbers and dates look as on the documentation page."""
        schema = {
            "type": "object",
            "properties": {
                "When": {"type": "string", "format": "iso-date-time"},
                "Id": {"type": "integer", "format": "int32"},
                "ExtraFields": {"type": "object", "additionalProperties": {"type": "string"}},
                "Records": {"type": "object", "additionalProperties": {"type": "object"}},
                "ProductName": {"type": "string"},
                "Tooltip": {"type": "string"},
            },
        }
        for number in range(30):
            value = made(schema, number, style=SAMPLE)
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+0[12]:00", value["When"])
            assert 2 <= value["Id"] <= 978
            assert list(value["ExtraFields"]) == ["ExtraFields1", "ExtraFields2"]
            assert list(value["Records"]) == ["fieldName"]
            assert value["Tooltip"].isalpha()


class TestExamples:
    """Examples that schemas give (OAS 3.0.3, Schema Object)."""

    @pytest.mark.parametrize(
        ("schema", "value"),
        [
            ({"type": "string", "example": "Tea"}, "Tea"),
            ({"type": "integer", "example": 7}, 7),
            ({"type": "boolean", "example": False}, False),
            ({"type": "string", "format": "date", "example": "2026-01-31"}, "2026-01-31"),
            ({"properties": {"a": {"type": "number", "example": 1.5}}}, {"a": 1.5}),
            ({"type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "string", "example": "x"}}, ["x"]),
        ],
    )
    def test_valid(self, schema: dict[str, Any], value: Any) -> None:
        """A text, a number or a boolean is its schema's example."""
        assert made(schema) == value

    @pytest.mark.parametrize(
        "schema", [{"type": "integer", "example": "7"}, {"type": "string", "maxLength": 2, "example": "abc"}]
    )
    def test_invalid(self, schema: dict[str, Any]) -> None:
        """One that does not keep the schema is none."""
        assert made(schema) != schema["example"]

    def test_drawn(self) -> None:
        """Items that have to differ are drawn, and so is everything of the style that draws."""
        items = {"type": "string", "example": "x"}
        assert len(made({"type": "array", "minItems": 3, "uniqueItems": True, "items": items})) >= 3
        assert made(items, style=SAMPLE) != "x"


@pytest.mark.parametrize(
    "schema",
    [
        {"not": {"type": "string"}},
        {"not": {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]}},
        {
            "type": "string",
            "format": "uuid",
            "pattern": "^[0-9A-F-]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-A[0-9A-F]{3}-[0-9A-F]{12}$",
        },
        {"type": "string", "format": "uuid", "pattern": "^[0-9a-f]"},
        {"oneOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "integer"}}}]},
        {"oneOf": [{"properties": {name: {"type": "string"}, "m": {"type": "string"}}} for name in "abc"]},
        {"oneOf": [{"type": "object"}, {"properties": {"a": {"type": "array", "items": {}}}}]},
    ],
)
def test_hard_to_meet(schema: dict[str, Any]) -> None:
    """What few values keep is found all the same."""
    for key in range(20):
        assert faults(document(COMPONENTS), schema, made(schema, key)) == []


def test_an_error_names_no_folder() -> None:
    """A client sees the message, and has no business with paths of this machine."""
    assert str(UnsatisfiableSchemaError("/home/me/api.yaml", "/x", "why")).startswith("api.yaml: no value")
