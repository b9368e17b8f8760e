from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.exchange import Exchange
from mockserver.finding import Finding

from .conftest import Recording


def collection(request: Any, *, variable: Any = (), response: Any = None) -> bytes:
    """Return a collection of one saved response to *request*."""
    saved = {"code": 200, "header": [], "body": "{}", "originalRequest": request} | (response or {})
    info = {"name": "x", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}
    return json.dumps({"info": info, "variable": list(variable), "item": [{"response": [saved]}]}).encode()


@pytest.mark.parametrize(
    ("url", "path", "query"),
    [
        ("https://a.example.com/api?x=1", "/api", "x=1"),
        ("a.example.com/api", "/api", ""),
        ("{{base}}/api", "/Cust1/api", ""),
        ("{{ base }}/api", "/Cust1/api", ""),
        ("{{nobody}}/api", "/api", ""),
        ("https://{{nobody}}:8080/api", "/api", ""),
        ({"raw": "{{base}}/api/:id", "variable": [{"key": "id", "value": "a/b"}]}, "/Cust1/api/a/b", ""),
        (
            {"host": ["a", "com"], "path": ["api", "x"], "query": [{"key": "q", "value": "1"}]},
            "/api/x",
            "q=1",
        ),
        ({"host": "a", "path": "/api", "query": [{"key": "q", "value": "1", "disabled": True}]}, "/api", ""),
    ],
)
def test_urls(url: Any, path: str, query: str, recording: Recording) -> None:
    """A URL is a text or pieces, and variables of the collection stand in it."""
    variable = [{"key": "base", "value": "https://{{host}}/Cust1"}, {"key": "host", "value": "crm.example.com"}]
    (exchange,) = recording(collection({"method": "GET", "url": url}, variable=variable))
    assert isinstance(exchange, Exchange), exchange
    assert (exchange.request.path, exchange.request.query) == (path, query)


@pytest.mark.parametrize(
    ("body", "expected", "recorded"),
    [
        ({"mode": "raw", "raw": "{{x}}"}, b"{{x}}", True),
        (
            {"mode": "urlencoded", "urlencoded": [{"key": "a b", "value": "1"}, {"key": "c", "disabled": True}]},
            b"a+b=1",
            True,
        ),
        ({"mode": "formdata", "formdata": []}, b"", False),
        ({"mode": "file", "file": {"src": "x"}}, b"", False),
        (None, b"", True),
    ],
)
def test_bodies(body: Any, expected: bytes, recorded: bool, recording: Recording) -> None:
    """A body of text comes out; one that stands in a file elsewhere is known not to be recorded."""
    (exchange,) = recording(collection({"method": "POST", "url": "/x", "body": body}))
    assert isinstance(exchange, Exchange)
    assert exchange.request.body == expected
    assert ("request body" not in exchange.unrecorded) == recorded


def test_credentials_that_postman_adds_itself(recording: Recording) -> None:
    """They are in no list of headers: that none is there says nothing."""
    (exchange,) = recording(collection({"method": "GET", "url": "/x", "auth": {"type": "basic"}}))
    assert isinstance(exchange, Exchange)
    assert "request headers" in exchange.unrecorded


@pytest.mark.parametrize(
    ("request_", "response", "reason"),
    [
        (7, {}, "it has no request that can be read"),
        ({"url": {}}, {"code": None}, "it has no status code"),
        ({"url": 7}, {}, "it has no URL that can be read"),
    ],
)
def test_a_broken_response_says_why(request_: Any, response: Any, reason: str, recording: Recording) -> None:
    """The reason names what is missing."""
    (finding,) = recording(collection(request_, response=response))
    assert isinstance(finding, Finding)
    assert reason in finding.message
