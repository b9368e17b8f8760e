"""A decoder's yes is the schema's yes."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.contract import Contract, Document, Schema
from mockserver.contract.structs import ISO_DATE_TIME, Dates, Decoder, decoder
from mutation import changed, places

RECORDED = Path(__file__).parents[2] / "fixtures" / "answers" / "appointment.json"
DATES = Dates(frozenset({"iso-date-time"}))
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
bounds = limits | st.sampled_from([0.5, 1.0, -1.5, 2**31, 2**53 + 1, 2**63, 1e300, -1e300])
scalars = st.one_of(
    st.fixed_dictionaries({"type": st.just("boolean")}, optional={"nullable": st.booleans()}),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={"minimum": bounds, "maximum": bounds, "format": st.sampled_from(["int32", "int64", "double"])},
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
@example({"type": "integer", "minimum": 0.5, "maximum": 1.0}, 1)
@example({"type": "integer", "minimum": 0.5}, 0)
@example({"type": "number", "minimum": 0.5}, 0)
@example({"type": "number", "maximum": 0.5}, 1)
@example({"type": "integer", "minimum": 2**63}, 5)
@example({"type": "number", "minimum": 2**53 + 1}, float(2**53))
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
        {"type": "array"},
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
        assert takes(made, {"a": "x"}) is not taken


def is_plain(made: Decoder, text: bytes) -> bool:
    """Return whether the decoder says yes to *text*, and it is written as it would be again."""
    try:
        return msgspec.json.encode(made.decode(text)) == text
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False


@pytest.fixture(scope="module")
def moment(superoffice: Contract) -> tuple[Schema, Decoder]:
    """The schema of a date-time as our document has it, with its decoder for those without offset."""
    return _moment(superoffice, with_offset=False)


@pytest.fixture(scope="module")
def instant(superoffice: Contract) -> tuple[Schema, Decoder]:
    """The same schema, with its decoder for those with an offset."""
    return _moment(superoffice, with_offset=True)


def _moment(superoffice: Contract, *, with_offset: bool) -> tuple[Schema, Decoder]:
    node = superoffice.document.shape({"$ref": "#/x-types/date-time"}, "").node
    schema = schema_of(dict(node))
    made = decoder(schema, Dates(DATES.formats, with_offset))
    assert made is not None
    return schema, made


@given(when=st.datetimes())
@example(when=datetime.min)  # noqa: DTZ901 (no time zone is what this is about)
@example(when=datetime.max)  # noqa: DTZ901 (same)
@example(when=datetime(2000, 2, 29, 23, 59, 59, 1))  # noqa: DTZ001 (same)
def test_dates(moment: tuple[Schema, Decoder], when: datetime) -> None:
    """Each date-time without offset is taken, and is one that the document's pattern takes."""
    schema, made = moment
    text = msgspec.json.encode(when)
    assert is_plain(made, text)
    assert made.decode(text) == when
    assert schema.is_valid(orjson.loads(text))


@given(when=st.datetimes(), minutes=st.integers(-14 * 60, 14 * 60))
def test_instants(instant: tuple[Schema, Decoder], when: datetime, minutes: int) -> None:
    """Each date-time with an offset that a zone can have is taken, and is one that the document's pattern takes."""
    schema, made = instant
    text = msgspec.json.encode(when.replace(tzinfo=timezone(timedelta(minutes=minutes))))
    assert is_plain(made, text)
    assert schema.is_valid(orjson.loads(text))
    assert not is_plain(made, msgspec.json.encode(when))


def test_every_day_of_the_calendar() -> None:
    """What a datetime takes for a day, the pattern takes: all of them, for it is the pattern that is relied on."""
    pattern = re.compile(ISO_DATE_TIME)
    days = (date.fromordinal(number) for number in range(1, date.max.toordinal() + 1, 7))
    assert all(pattern.match(f"{day}T00:00:00") for day in days)
    leap = (date(year, 2, 29) for year in range(4, 10_000, 4) if year % 100 or not year % 400)
    assert all(pattern.match(f"{day}T00:00:00") for day in leap)


@given(
    text=st.from_regex(
        "(0000|2026|9999)-[0-9]{2}-(2[89]|3[01])[Tt ][0-2][0-9]:[0-6]0:[0-6]0([.,][0-9]{0,9})?(Z|z|[+]01:00)?",
        fullmatch=True,
    )
)
@example(text="2026-01-15T09:00:00")
@example(text="2026-01-15 09:00:00")
@example(text="2026-01-15t09:00:00")
@example(text="2026-01-15T09:00:00.123456789")
@example(text="2026-01-15T24:00:00")
@example(text="2026-01-15T09:00:60")
@example(text="2026-01-15T09:00:00Z")
@example(text="2026-01-15T09:00:00+00:00")
@example(text="0000-01-31T00:00:00")
def test_what_looks_like_a_date(moment: tuple[Schema, Decoder], instant: tuple[Schema, Decoder], text: str) -> None:
    """Whatever is taken and written so again keeps the document's pattern, and has an offset if it should."""
    for (schema, made), with_offset in ((moment, False), (instant, True)):
        if is_plain(made, orjson.dumps(text)):
            assert schema.is_valid(text)
            assert text.endswith(("Z", "+01:00", "+00:00")) is with_offset


@pytest.mark.parametrize("more", [{"pattern": "^2"}, {"maxLength": 5}, {"enum": ["2026-01-15T09:00:00"]}], ids=str)
def test_dates_of_another_form(more: dict[str, Any]) -> None:
    """What keeps more than the pattern that is known is not compiled as a date."""
    node = {"type": "string", "format": "iso-date-time", **more}
    assert decoder(schema_of(node), DATES) is None
    assert decoder(schema_of(node)) is not None


def test_members_in_the_order_of_an_example() -> None:
    """Members are encoded in the order that the example has them in, at every depth; others follow."""
    inner = {"type": "object", "properties": {"a": {"type": "boolean"}, "b": {"type": "boolean"}}}
    node = {"type": "object", "properties": {"one": inner, "two": {"type": "array", "items": inner}, "three": inner}}
    like = {"two": [{"b": True, "a": True}], "new": 1, "one": {"b": True}}
    made = decoder(schema_of(node), like=like)
    assert made is not None
    for text in (b'{"two":[{"b":true,"a":true}],"one":{"b":true,"a":true},"three":{"a":true,"b":true}}', b'{"one":{}}'):
        assert is_plain(made, text)
    for text in (b'{"one":{},"two":[]}', b'{"one":{"a":true,"b":true}}', b'{"one":{},"one":{}}', b'{"one": {}}'):
        assert not is_plain(made, text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [(b"5", True), (b"5.0", True), (b"0.1", True), (b"-0.5", True), (b"5.00", False), (b"1e2", False), (b"-0", False)],
)
def test_numbers(text: bytes, plain: bool) -> None:
    """Whole numbers and others are written again as they were, with a point and without."""
    made = decoder(schema_of({"type": "number", "format": "double"}))
    assert made is not None
    assert is_plain(made, text) is plain


def test_members_apart() -> None:
    """Members that are left as they are written are not judged: a decoder of their own does."""
    inner = {"type": "object", "properties": {"a": {"type": "boolean"}}}
    node = {"type": "object", "properties": {"one": {**inner, "nullable": True}, "two": inner, "inner": inner}}
    made = decoder(schema_of(node), apart={"one", "a"})
    assert made is not None
    assert list(made.parts) == ["one"]
    value = made.decode(b'{"one":{"a": 1},"two":{"a":true}}')
    assert bytes(made.getter(("one",))(value)) == b'{"a": 1}'
    assert made.getter(("one",))(made.decode(b"{}")) is None
    assert not takes(made, {"two": {"a": 1}})
    assert [takes(made.parts["one"], each) for each in ({"a": True}, None, {"a": 1}, {"b": True})] == [
        True,
        True,
        False,
        False,
    ]


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
