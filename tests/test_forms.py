"""Forms as values: urlencoded and in parts (OAS 3.0.3, Media Type Object, Encoding Object)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract import Contract, Document
from mockserver.errors import MockserverError
from mockserver.exchange import Headers, Request
from mockserver.media import form
from mockserver.reading import Reader

INTEGER, TEXT = {"type": "integer"}, {"type": "string"}
ADDRESS = {"type": "object", "required": ["city"], "properties": {"city": TEXT, "floor": INTEGER}}
PROPERTIES = {
    "n": INTEGER,
    "name": TEXT,
    "addr": ADDRESS,
    "tags": {"type": "array", "items": INTEGER},
    "grid": {"type": "array", "items": {"type": "array", "items": INTEGER}},
    "addrs": {"type": "array", "items": ADDRESS},
    "photo": {"type": "string", "format": "binary", "maxLength": 4},
    "photos": {"type": "array", "maxItems": 2, "items": {"type": "string", "format": "binary"}},
}
URLENCODED, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"


def read(media_type: str, sent: bytes, *, encoding: Any = None, required: Any = None) -> Any:
    """Return the body that a reader understands, or its reasons."""
    schema = {"type": "object", "properties": PROPERTIES} | ({"required": required} if required else {})
    content = {media_type: {"schema": schema} | ({"encoding": encoding} if encoding else {})}
    operation = {"operationId": "send", "requestBody": {"content": content}, "responses": {"204": {"description": ""}}}
    root = {"openapi": "3.0.3", "info": {"title": "", "version": ""}, "paths": {"/": {"post": operation}}}
    reader = Reader(Contract(Document(root)).operation("send"), lenient=False)
    headers = Headers([("Content-Type", f"{media_type}; boundary=xyz" if media_type == PARTS else media_type)])
    try:
        return reader.read(Request("POST", "/", "", headers, sent), {}).body
    except MockserverError as error:
        return str(error).splitlines()


@pytest.mark.parametrize(
    ("sent", "encoding", "value"),
    [
        ('addr={"city":"x","floor":2}', {}, {"addr": {"city": "x", "floor": 2}}),
        ("addr=x", {}, ["/addr: expected object, found string 'x'"]),
        ('addrs={"city":"x"}&addrs={"city":"y"}', {}, {"addrs": [{"city": "x"}, {"city": "y"}]}),
        ("addr=" + "[" * 300 + "]" * 300, {}, 1),
        ("tags=1&tags=2", {}, {"tags": [1, 2]}),
        ("grid=[1,2]&grid=[3]", {}, {"grid": [[1, 2], [3]]}),
        ("tags=1,2&n=3", {"tags": {"style": "form", "explode": False}}, {"tags": [1, 2], "n": 3}),
        ("tags=1|2", {"tags": {"style": "pipeDelimited", "explode": False}}, {"tags": [1, 2]}),
        ("tags=1,x", {"tags": {"explode": False}}, ["/tags/1: expected integer, found string 'x'"]),
        (
            "addr[city]=x&addr[floor]=1&n=2",
            {"addr": {"style": "deepObject"}},
            {"addr": {"city": "x", "floor": 1}, "n": 2},
        ),
        ("city=x&n=2", {"addr": {"style": "form"}}, {"addr": {"city": "x"}, "n": 2}),
        ("addr=city,x", {"addr": {"explode": False}}, {"addr": {"city": "x"}}),
        ("tags=[1,2]", {"tags": {"contentType": "application/json"}}, {"tags": [1, 2]}),
        ("n=1", {"tags": {"explode": False}, "other": {"style": "form"}}, {"n": 1}),
    ],
)
def test_urlencoded(sent: str, encoding: Any, value: Any) -> None:
    """Complex values are JSON unless the document gives a style."""
    found = read(URLENCODED, sent.encode(), encoding=encoding)
    assert found == value if value != 1 else "expected object" in found[0]


LISTS = st.lists(st.integers(), min_size=1)
ADDRESSES = st.fixed_dictionaries({"city": st.text()}, optional={"floor": st.integers(-(2**53), 2**53)})
FORMS = st.fixed_dictionaries(
    {},
    optional={
        "n": st.integers(-(10**30), 10**30),
        "name": st.text(),
        "addr": ADDRESSES,
        "tags": LISTS.map(lambda each: [number % 1000 for number in each]),
        "grid": st.lists(st.lists(st.integers(-9, 9)), min_size=1),
        "addrs": st.lists(ADDRESSES, min_size=1),
    },
).filter(bool)


@given(FORMS)
def test_what_is_written_is_read(value: dict[str, Any]) -> None:
    """A valid value, written as a form, comes back as it was."""
    assert read(URLENCODED, form.encode(value)) == value


def parts(*pairs: tuple[str, Any], types: Mapping[str, str] | None = None) -> bytes:
    """Return a body with a part for each pair, with the content *types* given by name."""
    sent = b""
    for name, text in pairs:
        kind = f"\r\nContent-Type: {types[name]}" if types and name in types else ""
        head = f'--xyz\r\nContent-Disposition: form-data; name="{name}"{kind}\r\n\r\n'
        sent += head.encode() + (text if isinstance(text, bytes) else text.encode()) + b"\r\n"
    return sent + b"--xyz--\r\n"


JSON = "application/json"


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        (parts(("n", "1"), ("name", "å")), {"n": 1, "name": "å"}),
        (parts(("n", "x")), ["/n: expected integer, found string 'x'"]),
        (parts(("addr", '{"city":"x"}')), {"addr": {"city": "x"}}),
        (parts(("addr", '{"city":"x"}'), types={"addr": JSON}), {"addr": {"city": "x"}}),
        (parts(("addr", "<addr><city>x</city></addr>"), types={"addr": "text/xml"}), {"addr": {"city": "x"}}),
        (parts(("addr", "{"), ("n", "1"), types={"addr": JSON}), ["/addr: the body is not application/json"]),
        (parts(("tags", "1"), ("tags", "2")), {"tags": [1, 2]}),
        (parts(("tags", "1")), {"tags": [1]}),
        (parts(("tags", "[1,2]"), types={"tags": JSON}), {"tags": [1, 2]}),
        (parts(("photo", b"\xff\x00")), {"photo": "\xff\0"}),
        (parts(("photo", b"\x00\xff\x01\xff\x02")), ["/photo: '\x00ÿ\x01ÿ\x02' is not at most 4 characters long"]),
        (parts(("photos", b"1"), ("photos", b"\xff")), {"photos": ["1", "\xff"]}),
        (parts(("name", b"\xff")), ["/name: the body is not text/plain"]),
        (parts(("name", b"\xe5"), types={"name": "text/plain; charset=iso-8859-1"}), {"name": "å"}),
        (parts(("other", b"\xff"), types={"other": "image/png"}), {"other": "\xff"}),
        (b"garbage", ["the body is not multipart/form-data"]),
    ],
)
def test_parts(sent: bytes, value: Any) -> None:
    """A part is a text, JSON or XML, or bytes, one character for each."""
    found = read(PARTS, sent)
    assert found == value or found[0].startswith(value[0])


def test_a_part_is_missing() -> None:
    """A required part has to be there."""
    assert read(PARTS, parts(("n", "1")), required=["photo"]) == ["/photo: required member 'photo' is missing"]


@pytest.mark.parametrize(
    ("content_type", "value"),
    [
        ("image/png", {"photo": "x"}),
        ("image/gif", {"photo": "x"}),
        ("text/html", ["/photo: the media type 'text/html' is not supported; send one of image/png, image/*"]),
    ],
)
def test_content_type_of_a_part(content_type: str, value: Any) -> None:
    """A part has one of the media types that the document allows."""
    encoding = {"photo": {"contentType": "image/png, image/*"}}
    assert read(PARTS, parts(("photo", "x"), types={"photo": content_type}), encoding=encoding) == value


def test_content_type_that_the_document_gives() -> None:
    """A part that tells no media type has that of the document."""
    encoding = {"tags": {"contentType": JSON}}
    assert read(PARTS, parts(("tags", json.dumps([1, 2]))), encoding=encoding) == {"tags": [1, 2]}
