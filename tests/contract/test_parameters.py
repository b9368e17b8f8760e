from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest

from mockserver.contract import Document, Parameter, Schema
from mockserver.contract.parameters import ABSENT, is_free, query_value, single_value, text_value

COLORS = {"type": "array", "items": {"type": "string"}}
RGB = {"type": "object", "properties": {name: {"type": "integer"} for name in "RGB"}}
TEXT = {"type": "string"}
BLUE, SHADES, LEVELS = "blue", ["blue", "black", "brown"], {"R": 100, "G": 200, "B": 150}


def parameter(location: str, style: str, schema: Any, *, explode: bool = False, **more: Any) -> Parameter:
    return Parameter("color", location, Schema(Document({}), schema, ""), style=style, explode=explode, **more)


# OAS 3.0.3, Style Examples: style, explode, then what the empty text, a text, an array and an object look like.
QUERIES = [
    ("form", False, "color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
    ("form", True, "color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
    ("spaceDelimited", False, None, None, "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"),
    ("pipeDelimited", False, None, None, "color=blue|black|brown", "color=R|100|G|200|B|150"),
    ("deepObject", True, None, None, None, "color[R]=100&color[G]=200&color[B]=150"),
]
TEXTS = [
    ("path", "matrix", False, ";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
    ("path", "matrix", True, ";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"),
    ("path", "label", False, ".", ".blue", ".blue.black.brown", ".R.100.G.200.B.150"),
    ("path", "label", True, ".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
    ("path", "simple", False, None, "blue", "blue,black,brown", "R,100,G,200,B,150"),
    ("path", "simple", True, None, "blue", "blue,black,brown", "R=100,G=200,B=150"),
    ("header", "simple", False, None, "blue", "blue, black,brown", "R, 100, G, 200, B, 150"),
    ("header", "simple", True, None, "blue", "blue ,black, brown", "R=100, G=200, B=150"),
    ("cookie", "form", False, "", "blue", "blue,black,brown", "R,100,G,200,B,150"),
    # OAS 3.0.4, and RFC 6570, section 3.2.5: commas, unless exploded.
    ("path", "label", False, ".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
]


def expected(empty: Any, text: Any, array: Any, members: Any) -> list[tuple[Any, Any, Any]]:
    rows = [(empty, TEXT, ""), (text, TEXT, BLUE), (array, COLORS, SHADES), (members, RGB, LEVELS)]
    return [row for row in rows if row[0] is not None]


class TestStyles:
    """Each style, exploded or not, of each kind of value."""

    @pytest.mark.parametrize(
        ("style", "explode", "query", "schema", "value"),
        [(style, explode, *row) for style, explode, *columns in QUERIES for row in expected(*columns)],
    )
    def test_queries(self, style: str, explode: bool, query: str, schema: Any, value: Any) -> None:
        """A query says what the standard's examples say."""
        pairs = parse_qsl(query, keep_blank_values=True)
        assert query_value(parameter("query", style, schema, explode=explode), [("other", "1"), *pairs]) == value

    @pytest.mark.parametrize(
        ("location", "style", "explode", "text", "schema", "value"),
        [(where, style, explode, *row) for where, style, explode, *columns in TEXTS for row in expected(*columns)],
    )
    def test_texts(self, location: str, style: str, explode: bool, text: str, schema: Any, value: Any) -> None:
        """A segment, a header or a cookie says what the standard's examples say."""
        assert single_value(parameter(location, style, schema, explode=explode), {"color": text}) == value


NUMBERS = {"type": "array", "items": {"type": "integer"}}
LIMITS = {"type": "object", "properties": {"low": {"type": "integer"}, "tags": COLORS}}


class TestQueries:
    """What the style leaves open."""

    @pytest.mark.parametrize("schema", [TEXT, COLORS, RGB])
    @pytest.mark.parametrize(("style", "explode"), [("form", True), ("form", False), ("deepObject", True)])
    def test_absent(self, style: str, explode: bool, schema: Any) -> None:
        """A parameter that the query does not mention is absent, whatever else it mentions."""
        assert (
            query_value(parameter("query", style, schema, explode=explode), [("colour", "blue"), ("colors[x]", "1")])
            is ABSENT
        )

    @pytest.mark.parametrize(
        ("explode", "schema", "query", "value"),
        [
            (True, TEXT, "color=blue&color=black", "black"),
            (True, {"type": "integer"}, "color=5", 5),
            (True, COLORS, "color=blue,black", ["blue,black"]),
            (True, NUMBERS, "color=1&color=x", [1, "x"]),
            (False, NUMBERS, "color=1,2,x", [1, 2, "x"]),
            (False, NUMBERS, "color=1&color=2", [1, 2]),
            (False, NUMBERS, "color=", []),
            (True, RGB, "R=1&X=2&color=3", {"R": 1}),
            (False, RGB, "color=R,100,G", "R,100,G"),
        ],
    )
    def test_form(self, explode: bool, schema: Any, query: str, value: Any) -> None:
        """Repeated names are an array, or the last one counts; what cannot be told stays a text for the schema."""
        pairs = parse_qsl(query, keep_blank_values=True)
        assert query_value(parameter("query", "form", schema, explode=explode), pairs) == value

    def test_deep_objects(self) -> None:
        """Members of a deep object are what stands in brackets behind its name."""
        pairs = [("color[low]", "1"), ("color[tags]", "a"), ("color[", "2"), ("color", "3"), ("colors[low]", "4")]
        assert query_value(parameter("query", "deepObject", LIMITS), pairs) == {"low": 1, "tags": ["a"]}

    @pytest.mark.parametrize(("text", "value"), [('{"R":1}', {"R": 1}), ("[1]", [1]), ("{R:1}", "{R:1}")])
    def test_json(self, text: str, value: Any) -> None:
        """A parameter with content is JSON; what is not, stays a text for the schema to judge."""
        given = parameter("query", "form", RGB, media_type="application/json")
        assert query_value(given, [("color", text)]) == value


class TestTexts:
    """Segments, headers and cookies."""

    def test_absent(self) -> None:
        """A header that is not there is absent."""
        assert single_value(parameter("header", "simple", TEXT), {"colour": "blue"}) is ABSENT

    @pytest.mark.parametrize(
        ("style", "explode", "schema", "text", "value"),
        [
            ("matrix", False, COLORS, ";color", []),
            ("matrix", True, NUMBERS, ";color=1;color=2", [1, 2]),
            ("label", False, {"type": "number"}, ".1.5", 1.5),
            ("label", True, COLORS, ".a,b.c", ["a,b", "c"]),
            ("simple", False, NUMBERS, "", []),
            ("simple", False, RGB, "R,1,G", "R,1,G"),
            ("simple", True, RGB, "R=1,G", "R=1,G"),
            ("simple", True, RGB, "R=1,G=a=b", {"R": 1, "G": "a=b"}),
            ("simple", False, {"type": "boolean"}, "TRUE", True),
        ],
    )
    def test_text(self, style: str, explode: bool, schema: Any, text: str, value: Any) -> None:
        """Items and members take their schemas' types; what cannot be told stays a text for the schema to judge."""
        assert text_value(parameter("path", style, schema, explode=explode), text) == value

    def test_blanks(self) -> None:
        """White space round the items of a list counts in a path, and not in a header."""
        found = [text_value(parameter(where, "simple", COLORS), "a, b") for where in ("path", "header")]
        assert found == [["a", " b"], ["a", "b"]]


@pytest.mark.parametrize(
    ("schema", "free"),
    [
        (TEXT, True),
        (TEXT | {"description": "any", "x-a": 1}, True),
        (TEXT | {"maxLength": 3}, False),
        (TEXT | {"enum": ["a"]}, False),
        (TEXT | {"format": "date"}, False),
        ({"type": "integer"}, False),
        ({}, False),
        ({"allOf": [TEXT, {"pattern": "a"}]}, False),
    ],
)
def test_is_free(schema: Any, free: bool) -> None:
    """Free is what takes any text at all."""
    assert is_free(Schema(Document({}), schema, "").shape) == free


@pytest.mark.parametrize(
    ("style", "explode", "schema", "text"),
    [
        ("matrix", False, TEXT, "5"),
        ("matrix", False, TEXT, ";other=5"),
        ("matrix", True, RGB, "R=5"),
        ("label", False, TEXT, "5"),
    ],
)
def test_marks_are_needed(style: str, explode: bool, schema: Any, text: str) -> None:
    """A path that does not begin as the style has it tells nothing of the parameter."""
    assert single_value(parameter("path", style, schema, explode=explode), {"color": text}) is ABSENT


def test_content() -> None:
    """A parameter with a media type is read in that: text is no JSON."""
    assert text_value(parameter("query", "form", {"type": "integer"}, media_type="text/plain"), "5") == 5
    assert text_value(parameter("query", "form", TEXT, media_type="text/plain"), "5") == "5"
    assert text_value(parameter("query", "form", {"type": "integer"}, media_type="application/json"), "5") == 5
