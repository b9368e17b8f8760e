from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract import Document, Shape
from mockserver.contract.coercion import declared_spelling, from_text

INTEGER, NUMBER, BOOLEAN, TEXT = ({"type": kind} for kind in ("integer", "number", "boolean", "string"))
MAYBE = {"type": "integer", "nullable": True}
SALE = {
    "type": "object",
    "properties": {
        "SaleId": INTEGER,
        "Title": TEXT,
        "Lines": {"type": "array", "items": {"type": "object", "properties": {"LineId": INTEGER}}},
        "Fields": {"type": "object", "additionalProperties": INTEGER},
        "Any": {},
    },
}


def shape(node: Any) -> Shape:
    return Document({}).shape(node, "")


SPELLED = [
    (INTEGER, "12", 12),
    (INTEGER, " -7 ", -7),
    (INTEGER, "+3", 3),
    (INTEGER, "1.0", "1.0"),
    (INTEGER, "1e3", "1e3"),
    (INTEGER, "", ""),
    (INTEGER, "१२", "१२"),
    (INTEGER, "9" * 41, "9" * 41),
    (NUMBER, "1.5", 1.5),
    (NUMBER, ".5", 0.5),
    (NUMBER, "-1e3", -1000.0),
    (NUMBER, "3", 3),
    (NUMBER, "1e999", "1e999"),
    (NUMBER, "nan", "nan"),
    (NUMBER, "1,5", "1,5"),
    (BOOLEAN, "true", True),
    (BOOLEAN, " False", False),
    (BOOLEAN, "1", "1"),
    (TEXT, " a ", " a "),
    (TEXT, "12", "12"),
    ({}, "12", "12"),
    (MAYBE, "", None),
    (MAYBE, "12", 12),
    (BOOLEAN | {"nullable": True}, "", None),
    (TEXT | {"nullable": True}, "", ""),
    ({"type": "array", "items": INTEGER}, "12", [12]),
    ({"type": "array", "items": INTEGER}, ["1", "x"], [1, "x"]),
    (INTEGER, ["12"], 12),
    (INTEGER, ["1", "2"], ["1", "2"]),
    (
        SALE,
        {"SaleId": "1", "Title": "2", "Fields": {"a": "3"}, "Any": "4"},
        {"SaleId": 1, "Title": "2", "Fields": {"a": 3}, "Any": "4"},
    ),
    ({"type": "object", "additionalProperties": False}, {"a": "1"}, {"a": "1"}),
    ({"oneOf": [INTEGER, BOOLEAN]}, "true", True),
    ({"oneOf": [INTEGER, BOOLEAN]}, "12", 12),
    ({"oneOf": [INTEGER, BOOLEAN]}, "x", "x"),
    ({"oneOf": [INTEGER, TEXT]}, "12", 12),
    ({"oneOf": [TEXT, INTEGER]}, "12", "12"),
    ({"anyOf": [INTEGER, {"type": "string", "nullable": True, "enum": [None]}]}, "12", 12),
    (INTEGER, 1.5, 1.5),
]


@pytest.mark.parametrize(("node", "text", "value"), SPELLED)
def test_from_text(node: Any, text: Any, value: Any) -> None:
    """A text becomes the value that it spells for the schema; what it cannot spell comes back as it is."""
    found = from_text(text, shape(node))
    assert (type(found), found) == (type(value), value)


@given(st.integers(-(10**39), 10**39) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False))
def test_json_spelling(value: Any) -> None:
    """A number or boolean as JSON spells it comes back as it was."""
    node = BOOLEAN if isinstance(value, bool) else INTEGER if isinstance(value, int) else NUMBER
    assert from_text(json.dumps(value), shape(node)) == value


DECLARED = [
    (SALE, {"saleId": 1, "TITLE": "a"}, {"SaleId": 1, "Title": "a"}),
    (SALE, {"saleid": 1, "SaleId": 2}, {"SaleId": 2}),
    (SALE, {"SaleId": 2, "saleid": 1}, {"SaleId": 2}),
    (SALE, {"SaleId": "703"}, {"SaleId": 703}),
    (SALE, {"SaleId": "x", "Title": 5}, {"SaleId": "x", "Title": 5}),
    (SALE, {"Unknown": 1, "_Links": {}}, {}),
    (SALE, {"lines": [{"lineid": "1", "x": 2}, 3]}, {"Lines": [{"LineId": 1}, 3]}),
    (SALE, {"fields": {"aB": 1, "Ab": 2}}, {"Fields": {"aB": 1, "Ab": 2}}),
    (SALE, {"any": {"aB": "1"}}, {"Any": {"aB": "1"}}),
    (SALE, [1], [1]),
    (SALE, None, None),
    ({"type": "array", "items": INTEGER}, ["1", 2], [1, 2]),
    (TEXT, "12", "12"),
]


@pytest.mark.parametrize(("node", "value", "spelled"), DECLARED)
def test_declared_spelling(node: Any, value: Any, spelled: Any) -> None:
    """Members take the document's spelling, digits become integers, and what is unknown is left out."""
    assert declared_spelling(value, shape(node)) == spelled


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.dictionaries(st.sampled_from(["SaleId", "saleid", "Lines", "Any", "x"]), inner) | st.lists(inner)
        ),
    )
)
def test_declared_spelling_twice(value: Any) -> None:
    """What has the document's spelling keeps it."""
    once = declared_spelling(value, shape(SALE))
    assert declared_spelling(once, shape(SALE)) == once
