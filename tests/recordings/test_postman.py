from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.exchange import Exchange
from mockserver.finding import Finding, Severity

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
        ({"raw": "{{base}}/api/:id", "variable": [{"key": "id", "value": "a/b"}]}, "/Cust1/api/a%2Fb", ""),
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


@pytest.mark.parametrize(
    ("header", "body", "told"),
    [
        ([], {"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "1"}]}, "application/x-www-form-urlencoded"),
        ([], {"mode": "raw", "raw": "{}", "options": {"raw": {"language": "json"}}}, "application/json"),
        ([], {"mode": "raw", "raw": "<a/>", "options": {"raw": {"language": "xml"}}}, "application/xml"),
        ([], {"mode": "raw", "raw": "a", "options": {"raw": {"language": "html"}}}, None),
        ([], {"mode": "raw", "raw": "a", "options": []}, None),
        ([], {"mode": "raw", "raw": "", "options": {"raw": {"language": "json"}}}, None),
        ([{"key": "content-type", "value": "a/b"}], {"mode": "urlencoded", "urlencoded": [{"key": "a"}]}, "a/b"),
    ],
)
def test_media_types_that_postman_adds_itself(header: Any, body: Any, told: str | None, recording: Recording) -> None:
    """Where no header says what a body is, Postman says so as it sends."""
    (exchange,) = recording(collection({"method": "POST", "url": "/x", "header": header, "body": body}))
    assert isinstance(exchange, Exchange)
    assert exchange.request.headers.get("content-type") == told


def run(*executions: Any) -> bytes:
    """Return what Newman's JSON reporter writes of a run."""
    item = {"name": "one", "request": {"method": "GET", "url": "{{base}}/api"}, "response": []}
    info = {"name": "x", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}
    return json.dumps({"collection": {"item": [item], "info": info}, "run": {"executions": executions}}).encode()


URL = {"protocol": "http", "port": "8080", "path": ["api"], "host": ["127", "0", "0", "1"], "query": []}


def test_newman_tells_what_was_sent(recording: Recording) -> None:
    """Its report of a run holds each request as it went out, credentials too, and each answer in bytes."""
    sent = {
        "url": URL,
        "method": "POST",
        "header": [{"key": "Authorization", "value": "Basic x", "system": True}],
        "body": {"mode": "raw", "raw": "{}"},
        "auth": {"type": "basic"},
    }
    stream = {"type": "Buffer", "data": list(b'{"a":"\xff"}')}
    answer = {"code": 200, "header": [{"key": "a", "value": "b"}], "stream": stream, "responseTime": 42}
    (exchange,) = recording(run({"request": sent, "response": answer}))
    assert isinstance(exchange, Exchange)
    assert (exchange.request.path, exchange.request.server) == ("/api", "http://127.0.0.1:8080")
    assert exchange.request.headers["authorization"] == "Basic x"
    assert (exchange.response.body, exchange.seconds) == (b'{"a":"\xff"}', 0.042)
    assert not exchange.unrecorded


@pytest.mark.parametrize(
    ("execution", "reason"),
    [
        ({"request": {"url": URL}, "requestError": {"code": "ECONNREFUSED"}}, "it has no answer: ECONNREFUSED"),
        ({}, "it has no answer"),
        (7, "it has no answer"),
        (
            {"request": {"url": URL}, "response": {"code": 200, "stream": {"type": "Buffer", "data": [256]}}},
            "the response body is no list of bytes",
        ),
    ],
)
def test_newman_tells_what_failed(execution: Any, reason: str, recording: Recording) -> None:
    """A request without an answer is a note, a broken body a finding."""
    (finding,) = recording(run(execution))
    assert isinstance(finding, Finding)
    assert reason in finding.message


def test_nothing_was_saved(recording: Recording) -> None:
    """A collection of requests alone says why there is nothing to judge."""
    (finding,) = recording(b'{"info": {"schema": "x"}, "item": [{"request": "https://a/"}]}')
    assert isinstance(finding, Finding)
    assert "no response is saved" in finding.message
    assert finding.severity is Severity.NOTE


def test_a_collection_of_the_api(recording: Recording) -> None:
    """Postman's API puts a collection into an object."""
    wrapped = b'{"collection":%b}' % collection({"method": "GET", "url": "/x"})
    (exchange,) = recording(wrapped)
    assert isinstance(exchange, Exchange)


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
