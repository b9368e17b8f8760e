"""Connections, byte by byte."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import urlsplit

import pytest
from uvicorn.server import ServerState

from mockserver.server.protocol import Protocol
from mockserver.server.run import uvicorn_config

Serving = Callable[..., str]

PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
BODY = b'{"SaleId": 703}'
OTHERS = b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        yield connection


def head(*fields: str, version: str = "1.1") -> bytes:
    given = [
        "Authorization: Basic dGplMDpUamUw",
        "Content-Type: application/json",
        f"Content-Length: {len(BODY)}",
        *fields,
    ]
    return "\r\n".join([f"POST {PATH} HTTP/{version}", "Host: x", *given, "", ""]).encode()


def whole(answer: bytes) -> bool:
    """Whether *answer* is one answer from its first byte to its last."""
    start, _, body = answer.partition(b"\r\n\r\n")
    (length,) = (line.split()[1] for line in start.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return answer.startswith(b"HTTP/1.1 200 OK\r\n") and len(body) == int(length)


def test_one_write(serving: Serving) -> None:
    """Head and body of an answer arrive together."""
    with connected(serving()) as connection:
        for _ in range(5):
            connection.sendall(head() + BODY)
            assert whole(connection.recv(1_000_000))


def test_requests_in_one_piece(serving: Serving) -> None:
    """Requests that arrive together are answered in their order."""
    with connected(serving()) as connection, connection.makefile("rb") as reader:
        connection.sendall((head() + BODY) * 2 + OTHERS)
        assert [answer(reader), answer(reader)] == [(200, True)] * 2
        assert answer(reader, is_head=True) == (200, False)
        assert answer(reader) == (404, True)


def answer(reader: IO[bytes], *, is_head: bool = False) -> tuple[int, bool]:
    """Read one answer; return its status, and whether it has a body."""
    status = int(reader.readline().split()[1])
    length = 0
    while (line := reader.readline()) != b"\r\n":
        name, _, value = line.partition(b":")
        length = int(value) if name == b"content-length" and not is_head else length
    return status, len(reader.read(length)) > 0


def exchanged(app: Any, *steps: float | bytes) -> bytes:
    """Serve *app*, send bytes to it and wait in between; return all that comes back until it closes."""

    async def exchange() -> bytes:
        config = uvicorn_config(app, timeout_keep_alive=1)
        config.load()
        state = ServerState()
        server = await asyncio.get_running_loop().create_server(lambda: Protocol(config, state, {}), "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            for step in steps:
                if isinstance(step, bytes):
                    writer.write(step)
                else:
                    await asyncio.sleep(step)
            received = await asyncio.wait_for(reader.read(), 5)
            writer.close()
            return received

    return asyncio.run(exchange())


def sending(*events: Any) -> Any:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        for event in events:
            await send(event)

    return app


START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
GET = b"GET / HTTP/1.1\r\n\r\n"
OK = sending(START, {"type": "http.response.body", "body": b"ok"})


def test_a_pause() -> None:
    """A connection on which nothing arrives is closed after a while, counted from the last answer."""
    assert exchanged(OK, GET, 0.7, GET, 0.7, GET).count(b"200 OK") == 3


def test_a_slow_request() -> None:
    """A request that has begun to arrive may take longer than that."""
    assert exchanged(OK, GET, 0.1, GET[:8], 1.5, GET[8:]).count(b"200 OK") == 2


def test_an_answer_in_parts() -> None:
    """An answer in parts is sent in parts."""
    parts = [{"type": "http.response.body", "body": each, "more_body": True} for each in (b"a", b"b")]
    received = exchanged(sending({**START, "headers": []}, *parts, {"type": "http.response.body"}), GET)
    assert received.endswith(b"transfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n")


@pytest.mark.parametrize(
    "events",
    [
        [START],
        [START, {"type": "http.response.body", "body": b"too long"}],
        [
            {**START, "headers": [(b"a", b"b\r\nc: d"), *START["headers"]]},
            {"type": "http.response.body", "body": b"ok"},
        ],
    ],
)
def test_no_answer(events: list[Any]) -> None:
    """An application that breaks off, miscounts or splits a header gets nothing past its mistake."""
    received = exchanged(sending(*events), GET)
    assert b"ok" not in received
    assert b"too" not in received
    assert b"c: d" not in received


@pytest.mark.parametrize(("fields", "version"), [(["Connection: close"], "1.1"), ([], "1.0")])
def test_a_connection_that_ends(serving: Serving, fields: list[str], version: str) -> None:
    """A client that asks for the end gets the whole answer, then the end."""
    with connected(serving()) as connection, connection.makefile("rb") as reader:
        connection.sendall(head(*fields, version=version) + BODY)
        assert whole(reader.read())


def test_a_client_that_waits(serving: Serving) -> None:
    """A client that asks before it sends a body is told to go on (RFC 9110 section 10.1.1)."""
    with connected(serving()) as connection:
        connection.sendall(head("Expect: 100-continue"))
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(BODY)
        assert whole(connection.recv(1_000_000))


@pytest.mark.parametrize(
    "sent", [b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nBad Header\r\n\r\n"]
)
def test_no_http(serving: Serving, sent: bytes) -> None:
    """What is no request gets an error like any other, and the end."""
    with connected(serving()) as connection, connection.makefile("rb") as reader:
        connection.sendall(sent)
        received = reader.read()
    start, _, body = received.partition(b"\r\n\r\n")
    assert start.startswith(b"HTTP/1.1 400 ")
    assert b"\r\nconnection: close" in start
    assert b"\r\ncontent-type: application/json; charset=utf-8" in start
    assert json.loads(body)["Message"].startswith("this is no HTTP request")


@pytest.mark.parametrize(
    ("sent", "status", "reason"),
    [
        (b"FOO / HTTP/1.1\r\nHost: x\r\n\r\n", 501, "methods are case-sensitive"),
        (b"get / HTTP/1.1\r\nHost: x\r\n\r\n", 501, "methods are case-sensitive"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "url is too long"),
        (head("Content-Length: 4"), 400, "Content-Length"),
        (head("Transfer-Encoding: chunked"), 400, "Transfer-Encoding"),
        (b"GET /\xe5 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "percent-encode"),
    ],
)
def test_why_it_is_no_http(serving: Serving, sent: bytes, status: int, reason: str) -> None:
    """The error says what is wrong with it."""
    with connected(serving()) as connection, connection.makefile("rb") as reader:
        connection.sendall(sent)
        start, _, body = reader.read().partition(b"\r\n\r\n")
    assert start.startswith(b"HTTP/1.1 %d " % status)
    assert reason in json.loads(body)["Message"]


def test_a_client_that_has_said_all(serving: Serving) -> None:
    """A client that closes its side still gets every answer, and then the end; one that breaks off gets the end."""
    for sent, count in ((head() + BODY, 1), ((head() + BODY) * 3, 3), (head() + BODY + head(), 1), (head(), 0)):
        with connected(serving()) as connection, connection.makefile("rb") as reader:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            assert reader.read().count(b"HTTP/1.1 200 ") == count


@pytest.mark.parametrize("protocol", ["h2c", "HTTP/2.0", "websocket", "TLS/1.0"])
def test_another_protocol(serving: Serving, protocol: str) -> None:
    """Who would rather speak another protocol is answered in this one, with its body read (RFC 9110, section 7.8)."""
    fields = ("Connection: Upgrade, HTTP2-Settings", f"Upgrade: {protocol}", "HTTP2-Settings: AAMAAABkAAQAAP__")
    with connected(serving()) as connection, connection.makefile("rb") as reader:
        for _ in range(2):
            connection.sendall(head(*fields) + BODY)
            assert answer(reader) == (200, True)
        connection.sendall(head() + BODY)
        assert answer(reader) == (200, True)


def test_an_endless_head(serving: Serving) -> None:
    """A head has an end, or gets an answer before it fills the memory (RFC 6585, section 5)."""
    with connected(serving()) as connection, connection.makefile("rb") as reader:
        connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        for _ in range(80):
            connection.sendall(b"a" * 16_384)
        assert reader.readline() == b"HTTP/1.1 431 Request Header Fields Too Large\r\n"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (b"HTTP/1.1\r\nHost: x", 200),
        (b"HTTP/1.1\r\nHost: localhost:8080", 200),
        (b"HTTP/1.1\r\nHost: [::1]:8080", 200),
        (b"HTTP/1.1\r\nHost: under_score.example.com", 200),
        (b"HTTP/1.1\r\nhost:", 200),
        (b"HTTP/1.0", 200),
        (b"HTTP/1.1", 400),
        (b"HTTP/1.1\r\nHost: x\r\nHost: x", 400),
        (b"HTTP/1.1\r\nHost: x/y", 400),
        (b"HTTP/1.1\r\nHost: user@x", 400),
        (b"HTTP/1.1\r\nHost: x y", 400),
        (b"HTTP/1.1\r\nHost: x:port", 400),
        (b"HTTP/1.1\r\nHost: [::1", 400),
        (b"HTTP/1.1\r\nHost: %zz", 400),
    ],
)
def test_host(serving: Serving, fields: bytes, status: int) -> None:
    """A request of HTTP/1.1 names one host, in its form (RFC 9112, section 3.2); the connection goes on."""
    with connected(serving()) as connection, connection.makefile("rb") as reader:
        for _ in range(1 if b"1.0" in fields else 2):
            connection.sendall(b"GET /healthz " + fields + b"\r\n\r\n")
            assert answer(reader) == (status, True)


def test_no_http_behind_requests(serving: Serving) -> None:
    """What came before it is answered first; a request of which it is a part is not."""
    with connected(serving()) as connection, connection.makefile("rb") as reader:
        connection.sendall((head() + BODY) * 2 + b"nonsense\r\n\r\n")
        assert [answer(reader) for _ in range(3)] == [(200, True), (200, True), (400, True)]
        assert reader.read() == b""
    with connected(serving()) as connection, connection.makefile("rb") as reader:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
        connection.sendall(b"nonsense\r\n")
        connection.sendall(b"more\r\n")
        assert reader.read().count(b"HTTP/1.1 400 ") == 1


def test_a_client_that_does_not_read(serving: Serving) -> None:
    """Answers wait for who is slow, and others are not kept waiting."""
    with connected(serving()) as slow, connected(serving()) as quick:
        for _ in range(200):
            slow.sendall(head() + BODY)
        quick.sendall(head() + BODY)
        assert whole(quick.recv(1_000_000))
        with slow.makefile("rb") as reader:
            statuses = 0
            while statuses < 200:
                line = reader.readline()
                assert line
                statuses += line.startswith(b"HTTP/1.1 200 ") or line.count(b"}HTTP/1.1 200 ")
