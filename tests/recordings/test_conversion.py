from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from mockserver.exchange import Exchange, Headers, Request, Response
from mockserver.finding import Finding
from mockserver.recordings import (
    Bare,
    NoSuchRecording,
    OperationNeeded,
    Shard,
    UnknownFormat,
    convert,
    read,
    writer,
)
from mockserver.redaction import Redactor

from .conftest import Recording

FIXTURES = Path(__file__).parents[2] / "fixtures"
BARE = Bare("POST", "/api")


def stream(out: io.BytesIO) -> Callable[[], io.BytesIO]:
    """Return what opens *out*."""
    return lambda: out


@pytest.mark.parametrize("format_", ["ndjson", "har"])
def test_every_form_becomes_ours(format_: Literal["ndjson", "har"], recording: Recording) -> None:
    """All fixtures together: each exchange is written and reads as it was, each finding is told, no secret is left."""
    out = io.BytesIO()
    paths = [str(FIXTURES / "recordings"), str(FIXTURES / "pages"), str(FIXTURES / "recordings" / "body.xml")]
    told = list(convert(paths, stream(out), format_, Redactor(), bare=BARE))
    back = [each for each in recording(out.getvalue()) if isinstance(each, Exchange)]
    assert len(back) == told.count(None) == 15
    assert sum(isinstance(each, Finding) for each in told) == 4
    assert b"aW52ZW50ZWQ6SW52ZW50ZWQx" not in out.getvalue()
    assert b"invented-xsrf-value" not in out.getvalue()
    assert b"Basic [redacted]" in out.getvalue()
    alone = {"request", "request headers", "request body", "response headers"}
    assert [each.response.headers["content-type"] for each in back if each.unrecorded == alone] == ["application/xml"]


def test_what_is_converted_is_judged_alike(recording: Recording) -> None:
    """But for what was taken out, NDJSON and HAR hold what the recording held."""
    whole = [
        each
        for each in read(Shard(str(FIXTURES / "recordings" / "cassette.yaml"), "vcr"))
        if isinstance(each, Exchange)
    ]
    for format_ in ("ndjson", "har"):
        out = io.BytesIO()
        list(convert([str(FIXTURES / "recordings" / "cassette.yaml")], stream(out), format_, Redactor()))
        back = [each for each in recording(out.getvalue()) if isinstance(each, Exchange)]
        assert [each.response for each in back] == [each.response for each in whole]
        assert [each.request.body for each in back] == [each.request.body for each in whole]


@pytest.mark.parametrize(
    ("name", "error"),
    [("README.md", UnknownFormat), ("nothing.har", NoSuchRecording), ("body.json", OperationNeeded)],
)
def test_a_mistake_is_told(name: str, error: type[Exception]) -> None:
    """What cannot be converted stops the conversion, and nothing is opened for writing."""
    with pytest.raises(error):
        list(convert([str(FIXTURES / "recordings" / name)], pytest.fail, "ndjson", Redactor()))


def test_har_keeps_to_its_specification() -> None:
    """Every member that HAR 1.2 asks for is there."""
    out = io.BytesIO()
    (exchange, _) = read(Shard(str(FIXTURES / "recordings" / "traffic.ndjson"), "ndjson"))
    assert isinstance(exchange, Exchange)
    with writer(out, "har") as recording:
        recording.write(exchange)
    (entry,) = json.loads(out.getvalue())["log"]["entries"]
    assert entry["startedDateTime"] == exchange.started == "2026-03-02T09:15:00.300000+00:00"
    assert entry.keys() >= {"startedDateTime", "time", "request", "response", "cache", "timings"}
    assert entry["request"].keys() >= {
        *("method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"),
    }
    assert entry["response"].keys() >= {
        *("status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL"),
        *("headersSize", "bodySize"),
    }
    assert entry["request"]["queryString"] == [{"name": "$select", "value": "AppointmentId"}]
    assert sum(value for value in entry["timings"].values()) == entry["time"] == pytest.approx(31)


@pytest.mark.parametrize(
    ("started", "date", "written"),
    [
        ("2026-03-02T10:15:00.5+01:00", "Tue, 01 Nov 2011 04:58:44 GMT", "2026-03-02T10:15:00.5+01:00"),
        (None, "Tue, 01 Nov 2011 04:58:44 GMT", "2011-11-01T04:58:44+00:00"),
        ("yesterday", "today", "1970-01-01T00:00:00.000+00:00"),
        (None, None, "1970-01-01T00:00:00.000+00:00"),
    ],
)
def test_har_says_when(started: str | None, date: str | None, written: str, recording: Recording) -> None:
    """The time that was recorded, else that of the answer, else the epoch, which is read as no time."""
    headers = Headers([("Date", date)] if date else [])
    out = io.BytesIO()
    with writer(out, "har") as har:
        har.write(Exchange(Request("GET", "/"), Response(200, headers), started=started))
    (entry,) = json.loads(out.getvalue())["log"]["entries"]
    assert entry["startedDateTime"] == written
    (back,) = recording(out.getvalue())
    assert isinstance(back, Exchange)
    assert back.started == (None if written.startswith("1970") else written)


@pytest.mark.parametrize("host", ["[redacted]", "two hosts", "[", "a/b?c#d", ""])
def test_a_host_that_is_none_makes_no_url(host: str, recording: Recording) -> None:
    """What stands in Host may be anything, and was redacted perhaps: the entry can be read all the same."""
    out = io.BytesIO()
    with writer(out, "har") as har:
        har.write(Exchange(Request("GET", "/api", headers=Headers([("Host", host)])), Response(200)))
    (back,) = recording(out.getvalue())
    assert isinstance(back, Exchange)
    assert (back.request.path, back.request.server) == ("/api", "http://localhost")
    assert back.request.headers["host"] == host


@pytest.mark.parametrize(
    ("path", "server", "url"),
    [
        ("//evil.example.com/x", "", "/.//evil.example.com/x"),
        ("//x", "http://a", "http://a//x"),
        ("/a%2Fb c", "http://a", "http://a/a%2Fb%20c"),
        ("/a%252Fb", "", "/a%252Fb"),
        ("*", "", "*"),
        ("*", "http://a", "http://a/*"),
    ],
)
def test_paths_that_look_like_something_else(path: str, server: str, url: str, recording: Recording) -> None:
    """A path is no host, an encoded slash parts no segments, and a server stays a server; so it is read again."""
    out = io.BytesIO()
    with writer(out, "ndjson") as ours:
        ours.write(Exchange(Request("OPTIONS", path, server=server), Response(200)))
    assert json.loads(out.getvalue())["request"]["url"] == url
    (back,) = recording(out.getvalue())
    assert isinstance(back, Exchange)
    assert back.request.server == server
    assert back.request.path == (f"/{path}" if path == "*" and server else path)


def test_a_secret_host_is_in_no_url() -> None:
    """Who takes out Host means the name, wherever it stands."""
    out = io.BytesIO()
    with writer(out, "ndjson") as ours:
        headers = Headers([("Host", "crm.example.com")])
        exchange = Exchange(Request("GET", "/api", headers=headers, server="https://crm.example.com"), Response(200))
        ours.write(Redactor(["host"]).exchange(exchange))
    assert b"crm.example.com" not in out.getvalue()
