"""Recordings of nock, the recorder of Node's HTTP: a JSON list of what was asked of which host and answered.

A body is a JSON value, a text, or bytes in hexadecimal digits (a list of these if it had a content coding).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import msgspec

from mockserver.exchange import Exchange, Headers, Origin, Part, Request, Response
from mockserver.finding import Finding
from mockserver.recordings.blocks import Blocks
from mockserver.recordings.elements import Elements
from mockserver.recordings.message import decoded, headers_of, lacks_credentials, target, to_bytes
from mockserver.recordings.rules import Unusable


class Call(msgspec.Struct):
    """An element of the list. *rawHeaders* are names and values in turn, or by name."""

    scope: str
    method: str
    path: str
    status: int
    body: Any = ""
    response: Any = ""
    reqheaders: dict[str, Any] | None = None
    rawHeaders: list[str] | dict[str, Any] | None = None  # noqa: N815 (the name of the format)
    headers: dict[str, Any] | None = None
    binary: bool = msgspec.field(default=False, name="responseIsBinary")


def read(blocks: Blocks, source: str) -> Generator[Exchange | Finding, None, int]:
    """Yield the exchanges of the list in *blocks*, and what is none as a finding; return how many entries."""
    number = 0
    for number, call in enumerate(Elements(blocks, (), Call), 1):
        origin = Origin(source, 0, number)
        try:
            yield exchange(call, origin)
        except Unusable as unusable:
            yield unusable.finding(origin)
    return number


def exchange(call: Call | Unusable, origin: Origin) -> Exchange:
    """Return *call* as an exchange; raises Unusable."""
    if isinstance(call, Unusable):
        raise call
    path, query, authority, server = target(call.scope.rstrip("/") + call.path)
    given = call.rawHeaders if call.rawHeaders is not None else call.headers
    asked, answered = headers_of(_fields(call.reqheaders), authority), headers_of(_fields(given))
    body = decoded(_answer(call, answered), answered)
    if not isinstance(call.response, str):
        answered = _measured(answered, body)
    unrecorded: set[Part] = set()
    if call.reqheaders is None:
        unrecorded.add("request headers")
    elif lacks_credentials(asked):
        unrecorded.add("request credentials")
    if given is None:
        unrecorded.add("response headers")
    return Exchange(
        Request(call.method.upper(), path, query, asked, _value(call.body), server),
        Response(call.status, answered, body),
        0.0,
        origin,
        frozenset(unrecorded),
    )


def _measured(headers: Headers, body: bytes) -> Headers:
    """Return *headers* with the length of *body*: nock parses JSON, and forgets how it was written (``150.0``)."""
    if "content-length" not in headers or "content-encoding" in headers:
        return headers
    length = str(len(body))
    return Headers((name, length if name.lower() == "content-length" else value) for name, value in headers.fields)


def _fields(headers: Any) -> list[tuple[str, str]]:
    if isinstance(headers, list):
        return list(zip(headers[::2], headers[1::2], strict=False))
    pairs = [(name, each) for name, value in (headers or {}).items() for each in _several(value)]
    return [(name, value if isinstance(value, str) else str(value)) for name, value in pairs]


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _answer(call: Call, headers: Headers) -> bytes:
    """Return the body of the response: in hexadecimal digits if it had a coding, or was no text."""
    value, in_digits = call.response, None
    if isinstance(value, list) and "content-encoding" in headers and all(isinstance(each, str) for each in value):
        in_digits = _from_hex("".join(value))
    elif isinstance(value, str) and (call.binary or not headers):
        in_digits = _from_hex(value)
    return _value(value) if in_digits is None else in_digits


def _value(value: Any) -> bytes:
    if isinstance(value, str):
        return to_bytes(value, "body")
    return b"" if value is None else msgspec.json.encode(value)


def _from_hex(digits: str) -> bytes | None:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return None
