from __future__ import annotations

import gzip
import http.server
import io
import json
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import vcr
import yaml

from mockserver.exchange import Exchange
from mockserver.finding import Finding
from mockserver.recordings import Shard, read

from .conftest import Recording


def cassette(request: Any = None, response: Any = None) -> bytes:
    """Return a cassette of one interaction; a JSON text is a YAML text too."""
    asked = {"method": "get", "uri": "http://a.example.com/x?y=1", "body": None, "headers": {}} | (request or {})
    answered = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": "{}"}} | (response or {})
    return json.dumps({"version": 1, "interactions": [{"request": asked, "response": answered}]}).encode()


@pytest.mark.parametrize(
    ("response", "body"),
    [
        ({"body": {"string": "Ærlig"}}, "Ærlig".encode()),
        ({"body": "plain"}, b"plain"),
        ({"body": {"base64_string": "//79", "encoding": "ASCII-8BIT"}}, b"\xff\xfe\xfd"),
        ({"body": {"string": None}}, b""),
        ({"body": None}, b""),
        ({"status": 201}, b"{}"),
        ({"status": {"code": "200"}}, b"{}"),
        ({"headers": {"Content-Type": "a/b"}}, b"{}"),
        ({"headers": {"Content-Type": ["a/b"]}}, b"{}"),
        ({"headers": ["Content-Type: a/b"]}, b"{}"),
        ({"headers": [["Content-Type", "a/b"]]}, b"{}"),
    ],
)
def test_forms_of_an_answer(response: Any, body: bytes, recording: Recording) -> None:
    """Bodies, statuses and headers have several forms, by the version and tool that wrote them."""
    as_json = cassette(response=response)
    as_yaml = yaml.safe_dump(json.loads(as_json)).encode()
    for content in (as_json, as_yaml):
        (exchange,) = recording(content)
        assert isinstance(exchange, Exchange), exchange
        assert exchange.response.body == body
        assert exchange.response.status in (200, 201)
        if "headers" in response:
            assert exchange.response.headers["content-type"] == "a/b"


def test_list_of_the_first_version(recording: Recording) -> None:
    """Before version 1 a cassette was the list itself."""
    content = json.dumps(json.loads(cassette())["interactions"]).encode()
    (exchange,) = recording(content)
    assert isinstance(exchange, Exchange)
    assert exchange.request.method == "GET"
    block = b"- request:\n    method: GET\n    uri: http://a.example.com/\n  response:\n    status: {code: 200}\n"
    (exchange,) = recording(block)
    assert isinstance(exchange, Exchange)
    assert exchange.unrecorded == {"request headers", "response body"}


def test_cassette_of_ruby(recording: Recording) -> None:
    """VCR for Ruby and Betamax call the list, the URL and the body otherwise."""
    content = b"""---
http_interactions:
- request:
    method: post
    uri: https://a.example.com/api
    body: {encoding: UTF-8, string: '{"SaleId": 1}'}
    headers: {Accept: [application/json]}
  response:
    status: {code: 200, message: OK}
    headers: {Content-Type: [application/json]}
    body: {encoding: ASCII-8BIT, base64_string: e30=}
  recorded_at: Mon, 02 Mar 2026 09:15:00 GMT
recorded_with: VCR 6.3.1
"""
    (exchange,) = recording(content)
    assert isinstance(exchange, Exchange)
    assert (exchange.request.body, exchange.response.body) == (b'{"SaleId": 1}', b"{}")
    assert (exchange.started, exchange.request.server) == ("2026-03-02T09:15:00+00:00", "https://a.example.com")


@pytest.mark.parametrize(
    ("request_", "response", "reason"),
    [
        ({"uri": None}, {}, "it has no uri that can be read"),
        ({"method": 7}, {}, "it has no method that can be read"),
        ({}, {"status": {"code": "two hundred"}}, "its status cannot be read"),
        ({}, {"headers": [7]}, "its headers cannot be read"),
        ({}, {"body": {"base64_string": "a"}}, "is not base64"),
    ],
)
def test_a_broken_interaction_says_why(request_: Any, response: Any, reason: str, recording: Recording) -> None:
    """The reason names the member."""
    (finding,) = recording(cassette(request_, response))
    assert isinstance(finding, Finding)
    assert reason in finding.message


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers each request with what was asked, in gzip."""

    def do_POST(self) -> None:
        """Answer."""
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        body = gzip.compress(b'{"asked": %b}' % asked)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where a server listens."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# VCR.py cannot write bytes as JSON.
@pytest.mark.parametrize(("serializer", "decoding"), [("yaml", False), ("yaml", True), ("json", True)])
def test_what_vcr_py_records_is_read(serializer: str, decoding: bool, address: str, tmp_path: Path) -> None:
    """The tool itself, on a socket: the answer comes out as it was before it was compressed."""
    path = tmp_path / "cassette"
    with vcr.use_cassette(str(path), serializer=serializer, decode_compressed_response=decoding):
        for number in (1, 2):
            request = urllib.request.Request(f"{address}/api?n={number}", b"%d" % number, {"Accept-Encoding": "gzip"})
            urllib.request.urlopen(request).read()
    one, two = read(Shard(str(path), "vcr"))
    assert isinstance(one, Exchange)
    assert isinstance(two, Exchange)
    assert (one.request.path, one.request.query, two.request.query) == ("/api", "n=1", "n=2")
    assert (two.request.body, two.response.body) == (b"2", b'{"asked": 2}')
    assert two.response.headers["content-type"] == "application/json"


@pytest.mark.parametrize("stream", [lambda: iter([b'{"a"', b":", b"\xff}"]), lambda: io.BytesIO(b'{"a":\xff}')])
def test_a_body_that_was_streamed(stream: Any, address: str, tmp_path: Path) -> None:
    """VCR.py writes the stream itself: the bytes are taken out of it, and nothing is built."""
    path = tmp_path / "cassette"
    with vcr.use_cassette(str(path)), requests.Session() as session:
        session.trust_env = False
        session.post(f"{address}/api", data=stream(), headers={"Content-Length": "7"})
    assert "!!python/object" in path.read_text()
    (exchange,) = read(Shard(str(path), "vcr"))
    assert isinstance(exchange, Exchange)
    assert exchange.request.body == b'{"a":\xff}'


@pytest.mark.parametrize(
    "body",
    [
        "!!python/object/apply:os.system [id]",
        "!!python/object/apply:builtins.iter {args: [[{a: b}]]}",
        "!!python/object/apply:builtins.iter {args: a}",
        "!!python/object/new:_io.BytesIO {state: []}",
        "!!python/object/new:subprocess.Popen [[id]]",
    ],
)
def test_other_objects_are_refused(body: str, recording: Recording) -> None:
    """What is no stream of bytes is a broken entry."""
    head = "interactions:\n- request: {method: GET, uri: 'http://a/', headers: {}, body: "
    (finding,) = recording(f"{head}{body}}}\n  response: {{status: 200}}\n".encode())
    assert isinstance(finding, Finding)
    assert "is refused (line 2)" in finding.message
