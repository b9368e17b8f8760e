"""Values as parameters write them: what is written is read again, whatever the style (OAS 3.0.3, Style Values)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.conformance.case import with_header
from mockserver.conformance.styles import with_value, without
from mockserver.contract import Contract, Document, Operation
from mockserver.exchange import Headers, Request
from mockserver.reading import Reader

STYLES = [
    *(("path", style, explode) for style in ("simple", "label", "matrix") for explode in (False, True)),
    *(("query", style, explode) for style in ("form", "spaceDelimited", "pipeDelimited") for explode in (False, True)),
    ("query", "deepObject", True),
    ("header", "simple", False),
    ("header", "simple", True),
    ("cookie", "form", False),
    ("cookie", "form", True),
]
TEXT, INTEGER = {"type": "string"}, {"type": "integer"}
SCHEMAS: dict[str, dict[str, Any]] = {
    "text": TEXT,
    "integer": INTEGER,
    "array": {"type": "array", "items": TEXT},
    "object": {"type": "object", "properties": {"R": INTEGER, "G": TEXT}},
}


def contract_of(location: str, style: str, *, explode: bool, schema: dict[str, Any]) -> tuple[Contract, Operation]:
    parameter = {"name": "p", "in": location, "style": style, "explode": explode, "schema": schema, "required": True}
    operation = {"operationId": "it", "parameters": [parameter], "responses": {"204": {"description": ""}}}
    path = "/a/{p}/b" if location == "path" else "/a"
    root = {"openapi": "3.0.3", "info": {"title": "It", "version": "1"}, "paths": {path: {"get": operation}}}
    contract = Contract(Document(root))
    return contract, contract.operation("it")


words = st.text("abcÅ1-_ ,;.=|&/%+?#~", min_size=1, max_size=6)
VALUES = {
    "text": words,
    "integer": st.integers(),
    "array": st.lists(words, min_size=1, max_size=3),
    "object": st.fixed_dictionaries({"R": st.integers()}, optional={"G": words}),
}


@pytest.mark.parametrize("kind", SCHEMAS)
@pytest.mark.parametrize(("location", "style", "explode"), STYLES)
@given(data=st.data())
def test_what_is_written_is_read_again(location: str, style: str, explode: bool, kind: str, data: st.DataObject):
    """Or nothing is written, where the style could not tell it."""
    contract, operation = contract_of(location, style, explode=explode, schema=SCHEMAS[kind])
    value = data.draw(VALUES[kind])
    (parameter,) = operation.parameters
    request = with_value(Request("GET", operation.path), operation, parameter, value)
    if request is None:
        assert kind in ("array", "object") or location == "header" or style == "deepObject"
        return
    if location == "cookie" and kind != "integer" and "%" in request.headers["cookie"]:
        return  # nobody says whether a server decodes a cookie
    match = contract.find("GET", request.path)
    assert match is not None
    asked = Reader(operation, lenient=False).read(request, match.path_parameters)
    assert asked.parameters["p"] == value
    assert without(request, parameter).query == ""
    assert location == "path" or not without(request, parameter).headers.fields


# OAS 3.0.3, Style Examples: the array and the object that it shows, as it shows them.
ARRAY, OBJECT = ["blue", "black", "brown"], {"R": 100, "G": "200", "B": 150}
SHOWN = [
    ("path", "matrix", False, "blue", ";color=blue"),
    ("path", "matrix", False, ARRAY, ";color=blue,black,brown"),
    ("path", "matrix", False, OBJECT, ";color=R,100,G,200,B,150"),
    ("path", "matrix", True, ARRAY, ";color=blue;color=black;color=brown"),
    ("path", "matrix", True, OBJECT, ";R=100;G=200;B=150"),
    ("path", "label", True, "blue", ".blue"),
    ("path", "label", True, ARRAY, ".blue.black.brown"),
    ("path", "label", True, OBJECT, ".R=100.G=200.B=150"),
    ("path", "simple", False, ARRAY, "blue,black,brown"),
    ("header", "simple", False, OBJECT, "R,100,G,200,B,150"),
    ("header", "simple", True, OBJECT, "R=100,G=200,B=150"),
    ("query", "form", False, "blue", "color=blue"),
    ("query", "form", False, ARRAY, "color=blue,black,brown"),
    ("query", "form", False, OBJECT, "color=R,100,G,200,B,150"),
    ("query", "form", True, ARRAY, "color=blue&color=black&color=brown"),
    ("query", "form", True, OBJECT, "R=100&G=200&B=150"),
    ("query", "spaceDelimited", False, ARRAY, "color=blue%20black%20brown"),
    ("query", "pipeDelimited", False, ARRAY, "color=blue%7Cblack%7Cbrown"),
    ("query", "deepObject", True, OBJECT, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    ("cookie", "form", False, ARRAY, "color=blue,black,brown"),
]


@pytest.mark.parametrize(("location", "style", "explode", "value", "text"), SHOWN)
def test_values_stand_as_the_specification_shows_them(location: str, style: str, explode: bool, value: Any, text: str):
    properties = {"R": INTEGER, "G": TEXT, "B": INTEGER}
    kinds = {str: TEXT, list: SCHEMAS["array"], dict: {"type": "object", "properties": properties}}
    node = {"name": "color", "in": location, "style": style, "explode": explode, "schema": kinds[type(value)]}
    operation = {
        "operationId": "it",
        "parameters": [{**node, "required": location == "path"}],
        "responses": {"204": {"description": ""}},
    }
    path = "/a/{color}" if location == "path" else "/a"
    root = {"openapi": "3.0.3", "info": {"title": "It", "version": "1"}, "paths": {path: {"get": operation}}}
    it = Contract(Document(root)).operation("it")
    request = with_value(Request("GET", it.path), it, it.parameters[0], value)
    assert request is not None
    found = {
        "path": request.path.removeprefix("/a/"),
        "query": request.query,
        "header": request.headers.get("color"),
        "cookie": request.headers.get("cookie"),
    }
    assert found[location] == text


@pytest.mark.parametrize("location", ["query", "header", "cookie"])
def test_what_else_a_request_has_stays(location: str):
    """A value takes the place of an old one, and of no other parameter's."""
    _, operation = contract_of(location, "form" if location != "header" else "simple", explode=False, schema=TEXT)
    (parameter,) = operation.parameters
    start = Request("GET", "/a", "pp=1&p=2&q=3", Headers([("pp", "1"), ("P", "2"), ("Cookie", "pp=1; p=2; q=3")]))
    request = with_value(start, operation, parameter, "new")
    assert request is not None
    assert request.query == ("pp=1&q=3&p=new" if location == "query" else start.query)
    assert request.headers["pp"] == "1"
    assert request.headers["p"] == ("new" if location == "header" else "2")
    assert request.headers["cookie"] == ("pp=1; q=3; p=new" if location == "cookie" else "pp=1; p=2; q=3")
    assert without(with_header(Request("GET", "/"), "P", "x"), parameter).headers.get("p") == (
        None if location == "header" else "x"
    )
