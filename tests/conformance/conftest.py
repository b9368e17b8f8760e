"""A small contract, servers that answer as a test says, and our own mock."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson
import pytest

from conformance.running import running
from mockserver.contract import Contract, Document
from mockserver.documents import bundled
from mockserver.exchange import Exchange, Headers, Request, Response
from mockserver.finding import Party, Rule, Severity
from mockserver.report import Judged
from mockserver.server.background import Background
from mockserver.server.settings import Settings as ServerSettings

PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string", "maxLength": 20},
        "kind": {"type": "string", "enum": ["cat", "dog"]},
    },
}
REFUSED = {"401": {"description": "no key"}, "4XX": {"description": "not understood"}}
PETS: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Pets", "version": "1"},
    "security": [{"Key": []}],
    "paths": {
        "/pets/{id}": {
            "get": {
                "operationId": "getPet",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}, "example": 7},
                    {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["up", "down"]}},
                ],
                "responses": {
                    "200": {"description": "one", "content": {"application/json": {"schema": PET}}},
                    **REFUSED,
                },
            },
            "delete": {
                "operationId": "deletePet",
                "x-writes": True,
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {"204": {"description": "gone"}},
            },
        },
        "/pets": {
            "post": {
                "operationId": "findPets",
                "x-writes": False,
                "requestBody": {"required": True, "content": {"application/json": {"schema": PET}}},
                "responses": {
                    "200": {"description": "some", "content": {"application/json": {"schema": PET}}},
                    **REFUSED,
                },
            }
        },
    },
    "components": {"securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
}
SCHEMA = Rule("response.body", Party.PROVIDER, Severity.ERROR, "The body keeps its schema.")
STATUS = Rule("status.documented", Party.PROVIDER, Severity.ERROR, "The status is documented.")
Answer = Callable[[Request], Response | None]
Serve = Callable[[Answer], str]


@pytest.fixture(scope="session")
def pets() -> Contract:
    """Two operations that read and one that writes, behind a key."""
    return Contract(Document(PETS))


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that answers as a function says, None being no answer at all; returns its URL."""
    with ExitStack() as running:
        yield lambda answer: running.enter_context(answering(answer))


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """Serve *answer* on a free port of this machine; yields the URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            told = answer(self._request())
            if told is None:
                self.close_connection = True
                return
            self.send_response_only(told.status)
            for name, value in told.headers.fields:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(told.body)

        def _request(self) -> Request:
            path, _, query = self.path.partition("?")
            if self.headers.get("transfer-encoding") == "chunked":
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
            else:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
            return Request(self.command, unquote(path), query, Headers(self.headers.items()), body)

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        yield f"http://{address}"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that is its own authority, with its key."""
    tool = shutil.which("openssl")
    if tool is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    key, path = folder / "key.pem", folder / "certificate.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    words += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(path)]
    subprocess.run([tool, *words], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text(path.read_text() + key.read_text())
    return both


@pytest.fixture(scope="session")
def mock() -> Iterator[str]:
    """The URL of our own mock."""
    with Background(ServerSettings(document=str(bundled()), log=False)) as running:
        yield running.url


@pytest.fixture(scope="session")
def judge_by() -> Callable[[Contract], Callable[[Exchange], Judged]]:
    """Return a judge that looks at the status, and at JSON against its schema, without $select."""
    return _judge_by


def _judge_by(contract: Contract) -> Callable[[Exchange], Judged]:
    def judge(exchange: Exchange) -> Judged:
        request, response = exchange.request, exchange.response
        match = contract.find(request.method, request.path)
        answer = match.operation.answer_for(response.status) if match else None
        if match is None:
            return Judged(None, response.status)
        name = match.operation.id
        if answer is None:
            undocumented = STATUS.finding(f"{response.status} is undocumented").at(name, exchange.origin)
            return Judged(name, response.status, (undocumented,))
        content = answer.contents.get(response.headers.get("content-type", "").partition(";")[0])
        told = content is not None and content.schema is not None and "json" in content.media_type
        if not told or "select" in unquote(request.query).lower():
            return Judged(name, response.status)
        found = content.schema.violations(orjson.loads(response.body))
        findings = [SCHEMA.finding(each.message, part="response body", pointer=each.pointer) for each in found]
        return Judged(name, response.status, tuple(each.at(name, exchange.origin) for each in findings))

    return judge
