"""Our own format: one exchange a line, as ``exchange.schema.json`` beside this module says.

Bodies are texts where they are UTF-8 and base64 where not; they stand without their content coding.
"""

from __future__ import annotations

import sys
from base64 import b64encode
from collections.abc import Generator
from functools import lru_cache
from typing import Literal

import msgspec

from mockserver.exchange import Exchange, Headers, Origin, Part, Request, Response, raw_path
from mockserver.finding import Finding
from mockserver.recordings.blocks import Blocks
from mockserver.recordings.elements import NOT_JSON, reason
from mockserver.recordings.har import ABSENT, ALL, HeaderLists
from mockserver.recordings.lines import lines
from mockserver.recordings.message import DOT, decoded, from_base64, target, to_bytes
from mockserver.recordings.moments import moment
from mockserver.recordings.rules import BOUNDED, BYTES_AT_MOST, COMPLETE, MEBIBYTE, READABLE, Unusable
from mockserver.recordings.shard import Shard


class LineRequest(msgspec.Struct, gc=False, omit_defaults=True):
    """A request in a line; its *url* may be a path with its query."""

    method: str
    url: str
    headers: msgspec.Raw = ABSENT
    body: str = ""
    base64: str | None = None


class LineResponse(msgspec.Struct, gc=False, omit_defaults=True):
    """A response in a line."""

    status: int
    headers: msgspec.Raw = ABSENT
    body: str = ""
    base64: str | None = None


class Line(msgspec.Struct, gc=False, omit_defaults=True):
    """A line. *started* is a date-time of RFC 3339."""

    request: LineRequest
    response: LineResponse
    version: Literal[1] = 1
    seconds: float = 0.0
    started: str | None = None
    unrecorded: list[Part] | None = None
    probe: bool = False


def read(blocks: Blocks, shard: Shard) -> Generator[Exchange | Finding, None, int]:
    """Yield the exchanges whose line begins inside *shard*, and broken lines as findings; return how many lines.

    *blocks* begin one byte before a shard that is not the first: the line that is under way there
    belongs to the shard before. Lines are counted from the shard's own start.
    """
    decode = msgspec.json.Decoder(Line).decode
    lists = HeaderLists(list[tuple[str, str]] | None)
    cut = lines(blocks)
    # Where the line begins; one that is under way here belongs to the shard before.
    at = shard.start - 1 + next(cut, (b"", 0))[1] if shard.start else 0
    stop = sys.maxsize if shard.stop is None else shard.stop
    number = 0
    for line, length in cut:
        if at >= stop:
            break
        at += length
        number += 1
        if line is None:
            yield Unusable(BOUNDED, f"the line is longer than {BYTES_AT_MOST // MEBIBYTE} MiB").finding(
                Origin(shard.source, shard.start, number, "line")
            )
            continue
        try:
            entry = decode(line)
        except NOT_JSON as error:
            if line.strip():
                yield _broken(line, error, blocks).finding(Origin(shard.source, shard.start, number, "line"))
            continue
        origin = Origin(shard.source, shard.start, number, "line")
        try:
            yield exchange(entry, lists, origin)
        except Unusable as unusable:
            yield unusable.finding(origin)
    return number


def _broken(line: bytes, error: Exception, blocks: Blocks) -> Unusable:
    if blocks.problem and not line.rstrip().endswith(b"}"):
        return Unusable(COMPLETE, blocks.problem)
    return Unusable(
        BOUNDED if isinstance(error, RecursionError) else READABLE, f"the line is no exchange: {reason(error)}"
    )


def exchange(line: Line, lists: HeaderLists, origin: Origin) -> Exchange:
    """Return *line* as an exchange; raises Unusable."""
    asked, answered = line.request, line.response
    path, query, authority, server = target(asked.url)
    asked_headers = lists.of(asked.headers, authority)
    answered_headers = lists.of(answered.headers)
    return Exchange(
        Request(asked.method, path, query, asked_headers, _body(asked, asked_headers), server),
        Response(answered.status, answered_headers, _body(answered, answered_headers)),
        line.seconds,
        origin,
        frozenset(line.unrecorded) if line.unrecorded else ALL,
        line.started,
        line.probe,
    )


def _body(message: LineRequest | LineResponse, headers: Headers) -> bytes:
    if message.base64 is not None:
        return decoded(from_base64(message.base64, "body"), headers)
    return to_bytes(message.body, "body")


def line_of(exchange: Exchange) -> bytes:
    r"""Return *exchange* as one line, ``\n`` included."""
    asked, answered = exchange.request, exchange.response
    body, base64 = _text(asked.body)
    request = LineRequest(asked.method, url_of(asked, asked.server), _list(asked.headers), body, base64)
    body, base64 = _text(answered.body)
    response = LineResponse(answered.status, _list(answered.headers), body, base64)
    line = Line(
        request,
        response,
        seconds=exchange.seconds,
        started=moment(exchange.started),
        unrecorded=sorted(exchange.unrecorded) or None,
        probe=exchange.probe,
    )
    return _ENCODER.encode(line) + b"\n"


def url_of(request: Request, server: str) -> str:
    """Return the URL of *request* at *server*; without one, path and query (RFC 9112, section 3.2.1)."""
    url = _raw(request.path)
    if server:
        # OPTIONS may ask about ``*``, which is no path (RFC 9112, section 3.2.4).
        url = server + url if url.startswith("/") else f"{server}/{url}"
    elif url.startswith("//"):
        # RFC 3986, section 4.2: two slashes at the beginning would be read as a host; a dot segment means nothing.
        url = f"{DOT}{url}"
    return f"{url}?{request.query}" if request.query else url


_ENCODER = msgspec.json.Encoder()


_raw = lru_cache(maxsize=4096)(raw_path)


@lru_cache(maxsize=1024)
def _list_of(fields: tuple[tuple[str, str], ...]) -> msgspec.Raw:
    return msgspec.Raw(_ENCODER.encode(fields))


def _list(headers: Headers) -> msgspec.Raw:
    return _list_of(headers.fields)


def _text(body: bytes) -> tuple[str, str | None]:
    """Return *body* as a text, or as base64 where it is not UTF-8."""
    try:
        return body.decode(), None
    except UnicodeDecodeError:
        return "", b64encode(body).decode()
