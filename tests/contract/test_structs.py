"""A decoder's yes is the schema's yes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.contract import Contract, Document, Schema
from mockserver.contract.structs import Decoder, decoder
from mutation import changed, places

RECORDED = Path(__file__).parents[2] / "fixtures" / "answers" / "appointment.json"
NULL = {"type": "object", "nullable": True, "enum": [None]}

names = st.sampled_from(["a", "b", "A", "é", "$c", "d/e"])
texts = st.sampled_from(["", "a", "ab", "a\n", "2026-01-15", "é"])
numbers = st.integers(-(2**70), 2**70) | st.sampled_from([0, 1, 5, 1.0, 1.5, 2**31, -(2**31), 1e300])
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
limits = st.integers(0, 3)
scalars = st.one_of(
    st.fixed_dictionaries({"type": st.just("boolean")}, optional={"nullable": st.booleans()}),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={"minimum": limits, "maximum": limits, "format": st.sampled_from(["int32", "int64", "double"])},
    ),
    st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={
            "minLength": limits,
            "maxLength": limits,
            "pattern": st.sampled_from(["^a$", "a", "^(?:a|b)*$", r"^\d", "[$]"]),
            "nullable": st.booleans(),
            "format": st.sampled_from(["date", "iso", "byte"]),
        },
    ),
    st.just({"type": "string", "enum": ["a", "ab"]}),
    st.just(NULL),
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return schemas of records, of dictionaries, of arrays, and of what may be null."""
    return st.one_of(
        st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(names, inner, max_size=3)},
            optional={
                "required": st.lists(names, max_size=2, unique=True),
                "nullable": st.booleans(),
                "additionalProperties": st.booleans(),
            },
        ),
        st.fixed_dictionaries({"type": st.just("object"), "additionalProperties": inner}),
        st.fixed_dictionaries(
            {"type": st.just("array"), "items": inner}, optional={"minItems": limits, "maxItems": limits}
        ),
        st.builds(lambda keyword, schema: {keyword: [schema, NULL]}, st.sampled_from(["anyOf", "oneOf"]), inner),
        st.builds(lambda schema: {"allOf": [schema], "description": "one"}, inner),
    )


schemas = st.recursive(scalars, objects, max_leaves=8)


def schema_of(node: dict[str, Any]) -> Schema:
    return Schema(Document({"components": {"schemas": {"Root": node}}}), node, "/components/schemas/Root")


def takes(made: Decoder, value: Any) -> bool:
    """Return whether the decoder says yes to *value* written as JSON."""
    try:
        made.decode(msgspec.json.encode(value))
    except msgspec.MsgspecError:
        return False
    return True


@given(schemas, values)
@example({"type": "string", "pattern": "^a$"}, "a\n")
@example({"type": "integer", "format": "int32"}, 2**31)
@example({"type": "number", "maximum": 3}, 3.5)
@example({"oneOf": [{"type": "string", "nullable": True}, NULL]}, None)
@example({"type": "object", "properties": {"a": {}}, "required": ["b"]}, {"a": 1})
@example({"type": "object", "additionalProperties": {"type": "boolean"}, "required": ["a"]}, {})
def test_yes_means_yes(node: dict[str, Any], value: Any) -> None:
    """Whatever the schema and the value: what a decoder takes, the schema takes."""
    schema = schema_of(node)
    made = decoder(schema)
    if made is not None and takes(made, value):
        assert schema.is_valid(value)


@pytest.mark.parametrize(
    "node",
    [
        {},
        {"type": "string", "format": "email"},
        {"type": "string", "pattern": r"^\d+$"},
        {"type": "string", "pattern": "(?i)a"},
        {"type": "integer", "multipleOf": 2},
        {"type": "number", "minimum": 1, "exclusiveMinimum": True},
        {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        {"type": "object", "minProperties": 1},
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        {"allOf": [{"type": "object"}, {"type": "object", "properties": {}}]},
        {"not": {"type": "string"}},
        {"type": "object", "properties": {"self": {"$ref": "#/components/schemas/Root"}}},
    ],
)
def test_not_compiled(node: dict[str, Any]) -> None:
    """What no struct judges exactly as JSON Schema does has no decoder."""
    assert decoder(schema_of(node)) is None


def test_optional_members_of_a_direction() -> None:
    """A required member that is writeOnly need not be in a response (OAS 3.0.3, Schema Object)."""
    node = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "writeOnly": True}}}
    document = Document({"components": {"schemas": {"Root": node}}})
    for optional, taken in (("writeOnly", True), ("readOnly", False)):
        made = decoder(Schema(document, node, "/components/schemas/Root", optional=optional))
        assert made is not None
        assert takes(made, {}) is taken


def test_narrowed_by_format() -> None:
    """A pattern for a format holds beside the schema's own."""
    node = {"type": "string", "format": "moment", "pattern": "^[0-9]+Z?$"}
    narrowed = decoder(schema_of(node), {"moment": "^[^Z]*$"})
    assert narrowed is not None
    assert [takes(narrowed, text) for text in ("12", "12Z", "x")] == [True, False, False]


@pytest.fixture(scope="module")
def appointment(superoffice: Contract) -> tuple[Schema, Decoder]:
    """The schema of the first operation's answer, with its decoder."""
    content = superoffice.operation("CreateDefaultReOpenAppointment").answers["200"].contents["application/json"]
    assert content.schema is not None
    made = decoder(content.schema)
    assert made is not None
    return content.schema, made


@pytest.fixture(scope="module")
def recorded() -> Any:
    value = orjson.loads(RECORDED.read_bytes())
    del value["_Links"]
    return value


def test_appointment(appointment: tuple[Schema, Decoder], recorded: Any) -> None:
    """An answer as real servers give it is taken, and one with a member that nobody declared is not."""
    _, made = appointment
    assert takes(made, recorded)
    assert not takes(made, {**recorded, "_Links": {}})


@pytest.mark.parametrize("new", [None, ..., "x", "", 7, 7.5, True, 2**31, [], {}, "2026-02-30T00:00:00"], ids=repr)
def test_every_place_of_an_appointment(appointment: tuple[Schema, Decoder], recorded: Any, new: Any) -> None:
    """Whatever is changed, and wherever: a decoder takes nothing that the schema refuses."""
    schema, made = appointment
    for path in places(recorded):
        value = changed(recorded, path, new)
        if takes(made, value):
            assert schema.is_valid(value), path


def test_reads_what_it_decoded(appointment: tuple[Schema, Decoder], recorded: Any) -> None:
    """Members are read by their names; what is null or not there is None."""
    _, made = appointment
    value = made.decode(orjson.dumps(recorded))
    assert made.getter(("AppointmentId",))(value) == recorded["AppointmentId"]
    assert made.getter(("Sale", "SaleId"))(made.decode(orjson.dumps({**recorded, "Sale": None}))) is None
    assert made.getter(("Title",))(made.decode(orjson.dumps(changed(recorded, ("Title",), ...)))) is None
    assert made.knows(("Sale", "SaleId"))
    assert not made.knows(("Sale", "Nothing"))
    with pytest.raises(KeyError):
        made.getter(("Sale", "Nothing"))
