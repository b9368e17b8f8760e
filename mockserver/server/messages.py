"""ASGI events turned into requests, and answers turned into ASGI events."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, NamedTuple

from mockserver.exchange import Headers, Request
from mockserver.server.coding import decoded
from mockserver.server.gateway import Receive, Scope, Send
from mockserver.server.heads import known_of
from mockserver.server.refusal import Refused

Field = tuple[bytes, bytes]
HEADERS = "headers"
# The method of what arrived and is no HTTP (RFC 9112, section 2.2).
NO_METHOD = "-"
# The key of a scope for why that is so: a status and a text.
REFUSAL = "mockserver.refusal"


class Answer(NamedTuple):
    """A response ready for the wire: header fields without Content-Length, which the body gives."""

    status: int
    fields: tuple[Field, ...]
    body: bytes = b""

    async def send(self, send: Send) -> None:
        """Send the answer as a start and one body event."""
        status, fields, body = self
        if body or status not in (204, 304):
            fields = (*fields, (b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": body})


class Sent:
    """Passes events on, and keeps what was answered."""

    __slots__ = ("send", "size", "status")

    def __init__(self, send: Send) -> None:
        self.send = send
        self.status = 0
        self.size = 0

    def __call__(self, event: Scope) -> Awaitable[None]:
        """Pass one event on."""
        if event["type"] == "http.response.start":
            self.status = event["status"]
        else:
            self.size += len(event.get("body", b""))
        return self.send(event)


def headers_of(scope: Scope) -> Headers:
    """Return the header fields in *scope*; bytes that are no ASCII are read as Latin-1 (RFC 9110, section 5.5).

    They are made once a head.
    """
    known = known_of(scope)
    headers: Headers | None = known.get(HEADERS)
    if headers is None:
        headers = Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]])
        known[HEADERS] = headers
    return headers


async def request_of(scope: Scope, receive: Receive, at_most: int) -> Request:
    """Return the request with its whole body, decoded; raises Refused, with 413 past *at_most* bytes."""
    headers = headers_of(scope)
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > at_most:
        raise _too_large(at_most)
    event: Any = await receive()
    body: bytes = event.get("body", b"")
    if event.get("more_body", False):
        body = await _whole(body, receive, at_most)
    elif len(body) > at_most:
        raise _too_large(at_most)
    if body and (codings := headers.get("content-encoding")):
        body = decoded(body, codings, at_most)
    return Request(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers, body)


async def _whole(begun: bytes, receive: Receive, at_most: int) -> bytes:
    parts, more = bytearray(begun), True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Refused(400, "the client went away before its body was whole")
        parts += event.get("body", b"")
        more = event.get("more_body", False)
        if len(parts) > at_most:
            raise _too_large(at_most)
    return bytes(parts)


def _too_large(at_most: int) -> Refused:
    # The connection stays open: closed in the middle of a body, it is reset, and many a client loses the answer.
    return Refused(413, f"the request body is larger than {at_most} bytes")


def fields(*pairs: tuple[str, str]) -> tuple[Field, ...]:
    """Return header fields as ASGI wants them."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in pairs)
