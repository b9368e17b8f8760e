"""Connections, byte by byte."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

Serving = Callable[..., str]

PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
BODY = b'{"SaleId": 703}'


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
    """What is no request gets 400 and the end."""
    with connected(serving()) as connection, connection.makefile("rb") as reader:
        connection.sendall(sent)
        assert reader.read().startswith(b"HTTP/1.1 400 ")


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
