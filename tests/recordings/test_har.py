from __future__ import annotations

import base64
import gzip
import json
import zlib
from typing import Any

import brotli
import pytest
from backports import zstd

from mockserver.exchange import Exchange, Part
from mockserver.finding import Finding, Severity

from .conftest import Recording

BODY = '{"AppointmentId": 0, "Description": "Ærlig talt"}'.encode()


def har(**changes: Any) -> bytes:
    """Return a HAR of one entry; *changes* by the names of its members, None leaves a member out."""
    request = {"method": "POST", "url": "https://a.example.com/api/x?y=1", "headers": [], **changes.pop("request", {})}
    response = {"status": 200, "headers": [], "content": {"size": 2, "text": "{}"}, **changes.pop("response", {})}
    entry = {"request": request, "response": response, "time": 12.5, **changes}
    for part in (entry, request, response):
        for name in [name for name, value in part.items() if value is None]:
            del part[name]
    return json.dumps({"log": {"version": "1.2", "entries": [entry]}}).encode()


def one(content: bytes, recording: Recording) -> Exchange:
    """Return the only exchange of *content*."""
    (exchange,) = recording(content)
    assert isinstance(exchange, Exchange), exchange
    return exchange


@pytest.mark.parametrize(
    ("request_", "response", "unrecorded"),
    [
        ({}, {}, set()),
        ({}, {"content": {"size": 8793, "mimeType": "application/json"}}, {"response body"}),
        ({}, {"content": {"size": 8793, "text": ""}}, {"response body"}),
        ({}, {"content": None}, {"response body"}),
        ({}, {"content": {"size": -1}}, {"response body"}),
        ({}, {"content": {"size": 0}}, set()),
        ({}, {"content": {"size": 0}, "headers": [{"name": "Content-Length", "value": "9"}]}, {"response body"}),
        ({}, {"content": None, "status": 204}, set()),
        ({"method": "HEAD"}, {"content": {"size": 99}}, set()),
        ({"bodySize": 14}, {}, {"request body"}),
        ({"bodySize": -1}, {}, set()),
        ({"postData": {"mimeType": "multipart/form-data", "params": [{"name": "a"}]}}, {}, {"request body"}),
        ({"headers": None}, {}, {"request headers"}),
        ({}, {"headers": None}, {"response headers"}),
    ],
)
def test_what_is_not_recorded_is_known(
    request_: Any, response: Any, unrecorded: set[Part], recording: Recording
) -> None:
    """A body that was left out is not an empty body."""
    assert one(har(request=request_, response=response), recording).unrecorded == unrecorded


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(BODY)),
        ("deflate", zlib.compress(BODY)),
        ("br", brotli.compress(BODY)),
        ("zstd", zstd.compress(BODY)),
        ("deflate, gzip", gzip.compress(zlib.compress(BODY))),
        ("gzip", BODY),
        ("br", BODY),
        ("identity", BODY),
        ("unheard-of", BODY),
    ],
)
def test_a_coding_that_was_left_is_removed(coding: str, packed: bytes, recording: Recording) -> None:
    """Some tools keep the bytes of the wire, most do not: the header is the same."""
    content = {"size": len(packed), "text": base64.b64encode(packed).decode(), "encoding": "base64"}
    headers = [{"name": "Content-Encoding", "value": coding}]
    exchange = one(har(response={"content": content, "headers": headers}), recording)
    assert exchange.response.body == BODY


@pytest.mark.parametrize(
    ("coding", "packed", "rule"),
    [
        ("gzip", gzip.compress(BODY)[:-9], "recording.readable"),
        ("zstd", zstd.compress(BODY)[:-5], "recording.readable"),
        ("gzip", gzip.compress(bytes(65 << 20), 1), "recording.bounded"),
        ("zstd", zstd.compress(bytes(65 << 20)), "recording.bounded"),
        ("br", brotli.compress(bytes(65 << 20), quality=1), "recording.bounded"),
    ],
)
def test_a_coding_that_cannot_be_removed_is_told(coding: str, packed: bytes, rule: str, recording: Recording) -> None:
    """A body that breaks off, or that is a bomb, is a finding."""
    content = {"size": len(packed), "text": base64.b64encode(packed).decode(), "encoding": "base64"}
    headers = [{"name": "Content-Encoding", "value": coding}]
    (finding,) = recording(har(response={"content": content, "headers": headers}))
    assert isinstance(finding, Finding)
    assert finding.rule == rule


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"response": {"status": 0, "_error": "net::ERR_FAILED"}}, "it has no answer: net::ERR_FAILED"),
        ({"response": {"status": -1, "_failureText": "refused"}}, "it has no answer: refused"),
        ({"request": {"url": "wss://a.example.com/push"}}, "it is no exchange over HTTP, but over wss:"),
        ({"request": {"url": "data:text/plain,x"}}, "it is no exchange over HTTP, but over data:"),
        ({"request": {"url": "chrome-extension://abc/x.js"}}, "but over chrome-extension:"),
        ({"_webSocketMessages": []}, "but over a WebSocket"),
    ],
)
def test_what_is_no_exchange_is_a_note(changes: Any, message: str, recording: Recording) -> None:
    """Browsers record more than exchanges over HTTP."""
    (finding,) = recording(har(**changes))
    assert isinstance(finding, Finding)
    assert finding.severity is Severity.NOTE
    assert message in finding.message


def test_names_of_http_2(recording: Recording) -> None:
    """``:authority`` is Host, the other pseudo-headers stand in the request line."""
    headers = [
        {"name": ":authority", "value": "b.example.com"},
        {"name": ":path", "value": "/"},
        {"name": "a", "value": "1"},
    ]
    exchange = one(har(request={"headers": headers}), recording)
    assert exchange.request.headers.fields == (("Host", "b.example.com"), ("a", "1"))


def test_place_and_time(recording: Recording) -> None:
    """The path is decoded, the query is not; the host without a header is that of the URL; time is in seconds."""
    exchange = one(har(request={"url": "https://u:p@a.example.com:8443/Cust1/a%20b?q=%20#frag"}), recording)
    assert exchange.request.path == "/Cust1/a b"
    assert exchange.request.query == "q=%20"
    assert exchange.request.headers["host"] == "a.example.com:8443"
    assert exchange.seconds == 0.0125
    assert str(exchange.origin).endswith(" entry 1")


def test_form_without_text(recording: Recording) -> None:
    """The fields of a form are its body."""
    data = {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a b", "value": "1&2"}]}
    assert one(har(request={"postData": data}), recording).request.body == b"a+b=1%262"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"request": {"url": None}}, "Object missing required field `url` at `request`"),
        ({"response": {"status": "200"}}, "Expected `int`, got `str` at `response.status`"),
        ({"request": {"headers": [{"value": "x"}]}}, "its headers cannot be read"),
        ({"response": {"content": {"text": "a", "encoding": "base64"}}}, "the response body is not base64"),
    ],
)
def test_a_broken_entry_says_why(changes: Any, reason: str, recording: Recording) -> None:
    """The reason names the member."""
    (finding,) = recording(har(**changes))
    assert isinstance(finding, Finding)
    assert reason in finding.message
    assert finding.severity is Severity.ERROR
