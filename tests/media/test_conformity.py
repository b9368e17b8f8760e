"""How XML documents depart from the form that their schema gives them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract import Document, Shape
from mockserver.media import xml
from mockserver.media.conformity import departures

STATION = {
    "type": "object",
    "xml": {"name": "station", "namespace": "urn:w", "prefix": "w"},
    "properties": {
        "code": {"type": "string", "xml": {"attribute": True}},
        "open": {"type": "boolean"},
        "place": {"type": "object", "xml": {"namespace": "urn:p"}, "properties": {"lat": {"type": "number"}}},
        "sensors": {"type": "array", "xml": {"wrapped": True}, "items": {"type": "string", "xml": {"name": "sensor"}}},
        "log": {"type": "array", "items": {"type": "integer", "nullable": True}},
        "more": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
}


@pytest.fixture(scope="module")
def shape() -> Shape:
    return Document({}).shape(STATION, "")


values = st.fixed_dictionaries(
    {},
    optional={
        "code": st.text() | st.none(),
        "open": st.booleans(),
        "place": st.fixed_dictionaries({"lat": st.floats(-90, 90)}),
        "sensors": st.lists(st.text()),
        "log": st.lists(st.integers() | st.none()),
        "more": st.dictionaries(st.text(), st.integers()),
        "unknown": st.none() | st.booleans() | st.lists(st.integers()),
    },
)


@given(values)
def test_what_we_write_departs_nowhere(value: Any) -> None:
    """Whatever value is written keeps the form, members that the schema does not know among them."""
    shape = Document({}).shape(STATION, "")
    assert list(departures(xml.encode(value, shape), shape)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<w:station xmlns:w="urn:w"><log>1</log></w:station>', []),
        ('<v:station xmlns:v="urn:w"><log>1</log></v:station>', []),
        ("<station/>", [("namespace", "")]),
        ('<w:Station xmlns:w="urn:w"/>', [("root", "")]),
        ('<w:station xmlns:w="urn:w"><w:log>1</w:log></w:station>', [("namespace", "/log/0")]),
        ('<w:station xmlns:w="urn:w"><place xmlns="urn:p"><lat>1</lat></place></w:station>', []),
        ('<w:station xmlns:w="urn:w"><place><lat>1</lat></place></w:station>', [("namespace", "/place")]),
        ('<w:station xmlns:w="urn:w"><sensors><sensor>a</sensor></sensors></w:station>', []),
        ('<w:station xmlns:w="urn:w"><sensors><item>a</item></sensors></w:station>', [("structure", "/sensors/0")]),
        ('<w:station xmlns:w="urn:w"><LOG>1</LOG></w:station>', [("structure", "/log/0")]),
        ('<w:station xmlns:w="urn:w">x<log>1</log></w:station>', [("structure", "")]),
        ('<w:station xmlns:w="urn:w" code="a"/>', []),
        ('<w:station xmlns:w="urn:w"><code>a</code></w:station>', [("structure", "/code")]),
        ('<w:station xmlns:w="urn:w"><open> True </open></w:station>', [("structure", "/open")]),
        ('<w:station xmlns:w="urn:w"><open> 1 </open></w:station>', []),
        ('<w:station xmlns:w="urn:w"><open>yes</open></w:station>', []),
        ('<w:station xmlns:w="urn:w"><more><a>1</a><b nil="true">2</b></more></w:station>', [("structure", "/more/b")]),
    ],
)
def test_departures(shape: Shape, text: str, expected: list[tuple[str, str]]) -> None:
    """Each departure is of one kind, at a pointer into the value."""
    assert [(each.kind, each.pointer) for each in departures(text.encode(), shape)] == expected


def test_without_a_schema() -> None:
    """Where nothing is said of the form, nothing departs from it."""
    assert list(departures(b"<anything><at all='x'/></anything>", None)) == []
