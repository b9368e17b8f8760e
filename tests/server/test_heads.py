"""Heads that come again: what is known of them, and what must not be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from uvicorn.server import ServerState

from mockserver.server.gateway import Receive, Scope, Send
from mockserver.server.heads import BYTES_AT_MOST, HEADS_AT_MOST, KNOWN, Heads, known_of
from mockserver.server.protocol import Protocol
from mockserver.server.run import uvicorn_config

Serving = Callable[..., str]
PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
HEADS = Heads()


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with what was asked, and with what other requests with this head left to be known."""
    body, more = b"", True
    while more:
        event = await receive()
        body, more = body + event["body"], event["more_body"]
    asked = [scope["method"], scope["path"], scope["query_string"].decode(), body.decode()]
    fields = [[name.decode(), value.decode()] for name, value in scope["headers"]]
    known = known_of(scope).setdefault("head", [asked[:3], fields])
    told = json.dumps([asked, fields, known]).encode()
    length = (b"content-length", b"%d" % len(told))
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": told})


class Wire(asyncio.Transport):
    """A connection whose client is the test."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 5), "sockname": ("127.0.0.1", 80)})
        self.received = b""
        self.closed = False

    def write(self, data: Any) -> None:
        """Take what is sent to the client."""
        self.received += data

    def is_closing(self) -> bool:
        """Return whether it was closed."""
        return self.closed

    def close(self) -> None:
        """End it."""
        self.closed = True

    def pause_reading(self) -> None:
        """Do nothing: the test sends when it likes."""

    def resume_reading(self) -> None:
        """Do nothing."""

    @property
    def answers(self) -> list[Any]:
        """What was received, answer by answer."""
        found, rest = [], self.received
        while rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            length = int(head.rpartition(b"content-length: ")[2].split(b"\r\n")[0])
            found.append(json.loads(rest[:length]))
            rest = rest[length:]
        return found


def exchanged(pieces: Iterable[tuple[bytes, int]]) -> list[Any]:
    """Send each piece and let the loop turn so many times after it; return the answers."""

    async def exchange() -> list[Any]:
        config = uvicorn_config(echo)
        config.load()
        protocol = Protocol(config, ServerState(), {}, heads=HEADS)
        wire = Wire()
        protocol.connection_made(wire)
        for data, turns in [*pieces, (b"", 30)]:
            if data:
                protocol.data_received(data)
            for _ in range(turns):
                await asyncio.sleep(0)
        protocol.connection_lost(None)
        return wire.answers

    return asyncio.run(exchange())


@st.composite
def requests(draw: st.DrawFn) -> tuple[bytes, list[Any]]:
    """A request as bytes, and what is asked by it."""
    method, target = draw(st.sampled_from(["GET", "POST"])), draw(st.sampled_from(["/a", "/b", "/a?c=d"]))
    body = (
        draw(st.sampled_from([b"", b"x", b"y", b"POST /a HTTP/1.1\r\n\r\n", b"\r\n\r\n"])) if method == "POST" else b""
    )
    fields = draw(st.lists(st.sampled_from(["x: 1", "X: 2", "y:", "Connection: keep-alive"]), max_size=2))
    path, _, query = target.partition("?")
    framing = ["transfer-encoding: chunked"] if body and draw(st.booleans()) else [f"content-length: {len(body)}"]
    framing = framing if method == "POST" else []
    lines = ["host: x", *fields, *framing]
    sent = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if framing == ["transfer-encoding: chunked"] else body
    blank = draw(st.sampled_from([b"", b"", b"", b"\r\n", b"\r\n\r\n"]))
    told = [[name.lower(), value.strip()] for name, _, value in (line.partition(":") for line in lines)]
    start = "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode()
    return blank + start + sent, [[method, path, query, body.decode()], told]


@given(st.lists(requests(), min_size=1, max_size=6), st.data())
def test_however_they_arrive(asked: list[tuple[bytes, list[Any]]], data: st.DataObject) -> None:
    """Requests are answered as they were meant, in whatever pieces they arrive, whatever came before."""
    stream = b"".join(sent for sent, _ in asked)
    ends = [sum(len(sent) for sent, _ in asked[:count]) for count in range(len(asked) + 1)]
    cut = data.draw(st.lists(st.one_of(st.sampled_from(ends), st.integers(0, len(stream))), max_size=8))
    cuts = sorted({0, *cut, *(ends if data.draw(st.booleans()) else ()), len(stream)})
    turns = data.draw(st.lists(st.sampled_from([0, 1, 10]), min_size=len(cuts), max_size=len(cuts)))
    pieces = [(stream[start:end], turn) for start, end, turn in zip(cuts, cuts[1:], turns, strict=False)]
    expected = [[what, fields, [what[:3], fields]] for _, (what, fields) in asked]
    assert exchanged(pieces) == expected


def test_a_head_is_read_once() -> None:
    """The second request with a head does not go through the parser: that is what all this is for."""

    class Counting(Protocol):
        heads_read = 0

        def on_headers_complete(self) -> None:
            super().on_headers_complete()
            Counting.heads_read += 1

    async def exchange() -> None:
        config = uvicorn_config(echo)
        config.load()
        protocol = Counting(config, ServerState(), {})
        protocol.connection_made(Wire())
        for body in (b"a", b"b", b"c"):
            protocol.data_received(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n" + body)
            for _ in range(10):
                await asyncio.sleep(0)
        protocol.connection_lost(None)

    asyncio.run(exchange())
    assert Counting.heads_read == 1


@pytest.mark.parametrize(
    ("head", "version", "kept"),
    [
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "1.1", True),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n", "1.1", True),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: Keep-Alive\r\n\r\n", "1.1", True),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "1.1", False),
        ("GET / HTTP/1.0\r\nHost: x\r\n\r\n", "1.0", False),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "1.1", False),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n", "1.1", False),
        ("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n", "1.1", False),
        ("GET / HTTP/1.1\nHost: x\n\r\n\r\n", "1.1", False),
        (f"GET /{'a' * BYTES_AT_MOST} HTTP/1.1\r\nHost: x\r\n\r\n", "1.1", False),
    ],
)
def test_which_are_kept(head: str, version: str, *, kept: bool) -> None:
    """Only heads after which nothing but their body comes, and which do not fill the memory."""
    lines = [line.partition(": ") for line in head.splitlines()[1:] if line]
    fields = [(name.lower().encode(), value.encode()) for name, _, value in lines]
    heads = Heads()
    heads.keep(head.encode(), {"headers": fields, "http_version": version})
    found = heads.get(head.encode())
    assert (found is not None) == kept
    assert found is None or found.length == int(dict(fields).get(b"content-length", 0))


def test_they_are_bounded() -> None:
    """A client that never sends the same head twice does not fill the memory."""
    heads, scope = Heads(), {"headers": [], "http_version": "1.1"}
    texts = [b"GET /%d HTTP/1.1\r\n\r\n" % number for number in range(3 * HEADS_AT_MOST)]
    for text in texts:
        heads.keep(text, scope)
    assert sum(heads.get(text) is not None for text in texts) <= HEADS_AT_MOST
    assert heads.get(texts[-1]) is not None


def test_what_is_known_is_not_of_another() -> None:
    """What is known is shared by requests with one head, and by no other."""
    heads = Heads()
    scopes: list[dict[str, Any]] = [{"headers": [(b"a", b"b")], "http_version": "1.1"} for _ in range(3)]
    known = [
        heads.keep(head, scope) for head, scope in zip([b"1\r\n\r\n", b"1\r\n\r\n", b"2\r\n\r\n"], scopes, strict=True)
    ]
    assert known[0] is known[1]
    assert known[0] is not known[2]
    assert all(KNOWN not in scope for scope in scopes)


@pytest.mark.parametrize("repeated", [1, 3])
def test_each_head_for_itself(serving: Serving, repeated: int) -> None:
    """Who was let in, and how an answer was told, says nothing about who comes next on the connection."""
    right, wrong = "Basic dGplMDpUamUw", "Basic dGplMDpUamUx"
    rows: list[tuple[str, str, bytes, int, str]] = [
        (right, "application/json", b'{"SaleId":1}', 200, "application/json"),
        (wrong, "application/json", b'{"SaleId":1}', 401, "application/json"),
        (right, "application/xml", b'{"SaleId":2}', 200, "application/xml"),
        (right, "application/json", b'{"SaleId":"x"}', 400, "application/json"),
        (right, "image/png", b'{"SaleId":1}', 406, "application/json"),
        (right, "application/json", b"{nonsense", 400, "application/json"),
    ]
    with httpx.Client(trust_env=False) as client:
        for authorization, accept, body, status, media_type in rows * repeated:
            headers = {"Authorization": authorization, "Accept": accept, "Content-Type": "application/json"}
            answer = client.post(serving() + PATH, content=body, headers=headers)
            assert answer.status_code == status
            assert answer.headers["content-type"].startswith(media_type)
