from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract import Contract, Document, Operation
from mockserver.exchange import Headers, Request
from mockserver.media import MalformedBody, PatchFailed, UnknownCharset, UnsupportedMediaType
from mockserver.reading import REASONS_AT_MOST, Asked, BadRequest, Reader, defaults

INTEGER, TEXT = {"type": "integer"}, {"type": "string"}
MEMBERS = {"type": "object", "properties": {"a": INTEGER, "b": {"type": "boolean"}}}
ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": INTEGER, "tags": {"type": "array", "items": TEXT}, "more": MEMBERS},
    "additionalProperties": False,
}


def operation(*parameters: dict[str, Any], **contents: Any) -> Operation:
    """Return an operation with these parameters, whose body has these contents: ``json={schema}``."""
    names = {"json": "application/json", "form": "application/x-www-form-urlencoded", "xml": "application/xml"}
    names |= {"patch": "application/json-patch+json", "merge": "application/merge-patch+json", "every": "*/*"}
    names |= {"text": "text/*", "png": "image/png", "odd": "application/json; version=2"}
    node: dict[str, Any] = {"operationId": "it", "parameters": list(parameters), "responses": {}}
    node["responses"] = {"200": {"description": ""}}
    if contents:
        node["requestBody"] = {
            "required": contents.pop("required", False),
            "content": {names[name]: {"schema": schema} for name, schema in contents.items()},
        }
    path = "/" + "".join(f"{{{each['name']}}}" for each in parameters if each["in"] == "path")
    root = {"openapi": "3.0.3", "info": {"title": "", "version": ""}, "paths": {path: {"post": node}}}
    return Contract(Document(root)).operation("it")


def parameter(name: str, location: str = "query", **given: Any) -> dict[str, Any]:
    schema = given.pop("schema", INTEGER)
    return {"name": name, "in": location, "required": location == "path", "schema": schema, **given}


def request(query: str = "", body: bytes = b"", path: dict[str, str] | None = None, **headers: str) -> tuple[Any, ...]:
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Request("POST", "/", query, Headers(fields), body), path or {}


def read(where: Operation, *given: Any, lenient: bool = False) -> Asked:
    return Reader(where, lenient=lenient).read(*given)


def reasons(where: Operation, *given: Any, lenient: bool = False) -> list[str]:
    with pytest.raises(BadRequest) as caught:
        read(where, *given, lenient=lenient)
    return caught.value.reasons


class TestParameters:
    """What stands beside the body."""

    def test_locations(self) -> None:
        """Each location gives values by name, of the declared type."""
        where = operation(
            parameter("p", "path"),
            parameter("q"),
            parameter("X-H", "header"),
            parameter("c", "cookie"),
            parameter("$select", schema=TEXT),
        )
        asked = read(where, *request("q=2&%24select=a,b&z=9", path={"p": "1"}, x_h="3", Cookie="d=5; c=4"))
        assert asked == Asked({"p": 1, "q": 2, "X-H": 3, "c": 4, "$select": "a,b"})

    def test_absent(self) -> None:
        """What is not sent is not there; what is required is a reason."""
        assert read(operation(parameter("q"), parameter("c", "cookie")), *request()).parameters == {}
        required = [
            parameter(name, place, required=True) for name, place in (("q", "query"), ("H", "header"), ("c", "cookie"))
        ]
        assert reasons(operation(*required), *request()) == [
            "(query parameter q): is required, and was not sent",
            "(header parameter H): is required, and was not sent",
            "(cookie parameter c): is required, and was not sent",
        ]

    def test_wrong(self) -> None:
        """Every wrong value is a reason with its place."""
        where = operation(
            parameter("p", "path", schema={**INTEGER, "minimum": 5}),
            parameter("q", schema={"type": "array", "items": INTEGER, "maxItems": 1}),
            parameter("o", schema=MEMBERS, style="deepObject", explode=True),
        )
        assert sorted(reasons(where, *request("q=1&q=x&o[a]=y&o[b]=maybe", path={"p": "4"}))) == [
            "(path parameter p): 4 is not at least 5",
            "(query parameter o)/a: expected integer, found string 'y'",
            "(query parameter o)/b: expected boolean, found string 'maybe'",
            "(query parameter q)/1: expected integer, found string 'x'",
            "(query parameter q): an array of 2 is not at most 1 items long",
        ]

    def test_headers_that_take_any_text(self) -> None:
        """An optional header that takes any text is nothing to judge, nor to name."""
        assert read(operation(parameter("H", "header", schema=TEXT)), *request(h="x")).parameters == {}

    @pytest.mark.parametrize(
        ("cookie", "value"),
        [
            ("c=7", "7"),
            ("b=1; c=7", "7"),
            ("c=", ""),
            ("c", None),
            ("=;", None),
            ('"', None),
            ("bad name={é}; c=7", "7"),
        ],
    )
    def test_cookies(self, cookie: str, value: str | None) -> None:
        """A cookie header that makes no sense holds nothing."""
        where = operation(parameter("c", "cookie", schema={**TEXT, "maxLength": 9}))
        assert read(where, *request(Cookie=cookie)).parameters.get("c") == value

    @given(st.lists(st.integers(), min_size=1))
    def test_lists_in_queries(self, numbers: list[int]) -> None:
        """A list may repeat its name or be parted by commas, as its style says."""
        array = {"type": "array", "items": INTEGER}
        repeated = read(operation(parameter("n", schema=array)), *request(urlencode({"n": numbers}, doseq=True)))
        joined = read(
            operation(parameter("n", schema=array, explode=False)), *request("n=" + ",".join(map(str, numbers)))
        )
        assert repeated == joined == Asked({"n": numbers})

    @given(st.text())
    def test_texts_in_queries(self, text: str) -> None:
        """Any text that can be sent arrives."""
        encoded = quote(text.encode("utf-8", "replace"))
        arrived = read(operation(parameter("t", schema=TEXT)), *request(f"t={encoded}"))
        assert arrived.parameters == {"t": text.encode("utf-8", "replace").decode()}


class TestBody:
    """What is sent."""

    def test_forms_of_one_value(self) -> None:
        """JSON, form and XML give the same value."""
        where = operation(json=ITEM, form=ITEM, xml=ITEM)
        value = {"id": 7, "tags": ["a", "b"]}
        for content_type, body in (
            ("application/json", b'{"id":7,"tags":["a","b"]}'),
            ("application/x-www-form-urlencoded", b"id=7&tags=a&tags=b"),
            ("application/xml", b"<x><id>7</id><tags>a</tags><tags>b</tags></x>"),
        ):
            assert read(where, *request(body=body, Content_Type=content_type)).body == value

    def test_every_reason(self) -> None:
        """Parameters and body are judged together, and every reason is told."""
        where = operation(parameter("q", required=True), json=ITEM, required=True)
        body = b'{"tags":[1],"more":{"a":"x"},"odd":1}'
        assert sorted(reasons(where, *request(body=body, Content_Type="application/json"))) == [
            "(query parameter q): is required, and was not sent",
            "/id: required member 'id' is missing",
            "/more/a: expected integer, found string 'x'",
            "/odd: member 'odd' is not declared",
            "/tags/0: expected string, found integer 1",
        ]

    @pytest.mark.parametrize("required", [True, False])
    def test_empty(self, required: bool) -> None:
        """No body is a reason where one is required."""
        where = operation(json=ITEM, required=required)
        if required:
            assert reasons(where, *request()) == ["(body): a request body is required, and none was sent"]
        else:
            assert read(where, *request()).body is None

    def test_no_body_is_taken(self) -> None:
        """Where the document has no body, what is sent does not matter."""
        assert read(operation(), *request(body=b"{", Content_Type="odd")).body is None

    def test_without_a_content_type(self) -> None:
        """The first media type of the document is meant."""
        where = operation(form=ITEM, json=ITEM)
        assert read(where, *request(body=b"id=7")).body == {"id": 7}

    @pytest.mark.parametrize(
        ("content_type", "value"),
        [
            ("application/json", 1),
            ("application/json; charset=utf-8", 1),
            ("text/plain", "1"),
            ("application/vnd.api+json", 1),
            ("application/pdf", None),
            ("image/png", None),
        ],
    )
    def test_the_most_specific_content(self, content_type: str, value: Any) -> None:
        """A type, then its range, then all; what nobody can read is taken unseen (OAS 3.0.3, Request Body Object)."""
        where = operation(every={}, text={}, odd=INTEGER, png=TEXT)
        assert read(where, *request(body=b"1", Content_Type=content_type)).body == value

    @pytest.mark.parametrize(
        ("content_type", "body", "error"),
        [
            ("text/plain", b"{}", UnsupportedMediaType),
            ("application/json; charset=klingon", b"{}", UnknownCharset),
            ("application/json", b"{", MalformedBody),
            ("application/json", b"\xff", MalformedBody),
        ],
    )
    def test_unreadable(self, content_type: str, body: bytes, error: type[Exception]) -> None:
        """What cannot be read is an error of its own."""
        with pytest.raises(error):
            read(operation(json=ITEM), *request(body=body, Content_Type=content_type))

    def test_names(self) -> None:
        """Parameters and members are asked for by name alike; a member has the last word."""
        where = operation(parameter("id"), parameter("q"), json=ITEM)
        asked = read(where, *request("id=1&q=2", b'{"id":3}', Content_Type="application/json"))
        assert asked.names == {"id": 3, "q": 2}
        assert Asked({"id": 1}, [1]).names == {"id": 1}


class TestLenient:
    """Bodies as the vendor's server takes them."""

    WHERE = operation(
        json=MEMBERS, merge=MEMBERS, patch={"anyOf": [{"type": "array", "items": {"type": "object"}}, MEMBERS]}
    )

    def body(self, body: str, content_type: str = "application/json") -> Any:
        """Return the value of a body."""
        return read(self.WHERE, *request(body=body.encode(), Content_Type=content_type), lenient=True).body

    @pytest.mark.parametrize(
        ("body", "value"),
        [
            ('{"A":1,"B":true}', {"a": 1, "b": True}),
            ('{"a":"12"}', {"a": 12, "b": False}),
            ('{"c":1}', {"a": 0, "b": False}),
            ("{}", {"a": 0, "b": False}),
        ],
    )
    def test_json(self, body: str, value: Any) -> None:
        """Names in any case, integers as texts, unknown members left out, the others by default."""
        assert self.body(body) == value

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            ('{"a":1,"b":null}', "application/merge-patch+json"),
            ('[{"op":"add","path":"/A","value":1}]', "application/json-patch+json"),
            ('{"A":"1"}', "application/json-patch+json"),
        ],
    )
    def test_patches(self, body: str, content_type: str) -> None:
        """Patches change the defaults."""
        assert self.body(body, content_type) == {"a": 1, "b": False}

    def test_wrong(self) -> None:
        """Lenient is not blind."""
        with pytest.raises(BadRequest, match=r"^/a: expected integer, found string 'x'$"):
            self.body('{"A":"x"}')
        with pytest.raises(BadRequest, match=r"^/a: expected integer"):
            self.body('[{"op":"add","path":"/a","value":[]}]', "application/json-patch+json")
        with pytest.raises(BadRequest, match=r"^/0: "):
            self.body("[1]", "application/json-patch+json")
        with pytest.raises(PatchFailed):
            self.body('[{"op":"remove","path":"/z"}]', "application/json-patch+json")

    def test_strict_otherwise(self) -> None:
        """Other documents mean what they say: a patch is the value that was sent."""
        patch = b'[{"op":"add","path":"/A","value":1}]'
        sent = request(body=patch, Content_Type="application/json-patch+json")
        assert read(self.WHERE, *sent).body == [{"op": "add", "path": "/A", "value": 1}]
        assert read(self.WHERE, *request(body=b'{"A":1}', Content_Type="application/json")).body == {"A": 1}


def test_defaults() -> None:
    """Zeros, empty texts, nothing; what the document says itself comes first."""
    members = {
        "number": {"type": "number"},
        "flag": {"type": "boolean"},
        "text": TEXT,
        "list": {"type": "array", "items": TEXT},
        "object": MEMBERS,
        "null": {**TEXT, "nullable": True},
        "said": {**INTEGER, "default": 7},
        "any": {},
    }
    schema = operation(json={"type": "object", "properties": members}).contents["application/json"].schema
    assert schema is not None
    assert defaults(schema.shape) == {
        "number": 0,
        "flag": False,
        "text": "",
        "list": [],
        "object": {},
        "null": None,
        "said": 7,
        "any": None,
    }


def test_too_many_reasons() -> None:
    """A message stays short enough to be read."""
    lines = str(BadRequest([f"reason {number}" for number in range(REASONS_AT_MOST + 3)])).splitlines()
    assert lines[-2:] == [f"reason {REASONS_AT_MOST - 1}", "and 3 more"]
    assert str(BadRequest(["one"])) == "one"
