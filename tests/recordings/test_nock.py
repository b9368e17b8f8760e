from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from mockserver.exchange import Exchange

from .conftest import Recording


def call(**changes: Any) -> bytes:
    """Return a recording of one call."""
    call_ = {"scope": "https://a.example.com:443", "method": "get", "path": "/x?y=1", "status": 200, "response": ""}
    return json.dumps([call_ | changes]).encode()


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({"response": {"a": 1}}, b'{"a":1}'),
        ({"response": "text", "rawHeaders": []}, b"text"),
        ({"response": "ffd8", "responseIsBinary": True, "rawHeaders": []}, b"\xff\xd8"),
        ({"response": "ffd8"}, b"\xff\xd8"),
        ({"response": [gzip.compress(b"{}").hex()], "rawHeaders": ["Content-Encoding", "gzip"]}, b"{}"),
        ({"response": ["a", "b"]}, b'["a","b"]'),
        ({"response": None}, b""),
    ],
)
def test_bodies(changes: Any, body: bytes, recording: Recording) -> None:
    """A body is a value, a text, or bytes in hexadecimal digits."""
    (exchange,) = recording(call(**changes))
    assert isinstance(exchange, Exchange), exchange
    assert exchange.response.body == body
    assert (exchange.request.method, exchange.request.query) == ("GET", "y=1")


def test_length(recording: Recording) -> None:
    """What it parsed it forgot the text of: the length is that of the body as it can be told."""
    (exchange,) = recording(call(response={"a": 150}, headers={"Content-Length": "11", "a": "b"}))
    assert isinstance(exchange, Exchange)
    assert exchange.response.headers.fields == (("Content-Length", "9"), ("a", "b"))
    (exchange,) = recording(call(response="cut sho", headers={"Content-Length": "9"}))
    assert isinstance(exchange, Exchange)
    assert exchange.response.headers["content-length"] == "9"


def test_what_it_does_not_record(recording: Recording) -> None:
    """Headers are recorded only where they were asked for."""
    (exchange,) = recording(call())
    assert isinstance(exchange, Exchange)
    assert exchange.unrecorded == {"request headers", "response headers"}
    asked = {"accept": ["a/b", "c/d"], "authorization": "Basic x"}
    (exchange,) = recording(call(reqheaders=asked, headers={"content-type": "a/b"}))
    assert isinstance(exchange, Exchange)
    assert exchange.unrecorded == frozenset()
    assert exchange.request.headers["accept"] == "a/b, c/d"
