"""HAR 1.2, as browsers, mitmproxy, Playwright, Postman and Charles write it.

Only what an Exchange needs is decoded. Lists of headers repeat through a recording: they are found
again by their bytes. Source: the HAR 1.2 specification (section numbers do not exist; objects are
named as there).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Generator, Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec

from mockserver.exchange import Exchange, Headers, Origin, Part, Request, Response
from mockserver.finding import Finding
from mockserver.recordings.attachments import Attachments
from mockserver.recordings.blocks import HEAD, Blocks
from mockserver.recordings.elements import NOT_JSON, Elements, reason
from mockserver.recordings.message import (
    BODILESS,
    CREDENTIALS,
    decoded,
    from_base64,
    headers_of,
    lacks_credentials,
    target,
    to_bytes,
)
from mockserver.recordings.rules import ANSWERED, READABLE, Unusable
from mockserver.recordings.shard import Shard
from mockserver.recordings.source import opened

ENTRIES = ("log", "entries")
ALL: frozenset[Part] = frozenset()
# These write what was sent. Browsers do not: Chrome leaves credentials out unless it is asked for them.
FAITHFUL = re.compile(rb'"creator"\s*:\s*\{[^{}]*"name"\s*:\s*"(?:mockserver|Playwright|mitmproxy)')
REMEMBERED = 4096
# What a member holds that is not there.
ABSENT = msgspec.Raw()
FORM = "application/x-www-form-urlencoded"
EPOCH = "1970-01-01T00:00:00"


class Pair(msgspec.Struct, gc=False):
    """A header or a field of a form; what stands for a file has no value."""

    name: str
    value: str | None = None


class PostData(msgspec.Struct, gc=False):
    """The body of a request: *params* instead of *text* if it was a form; *file* is where Playwright put it instead."""

    mimeType: str | None = None  # noqa: N815 (the names of the format)
    text: str | None = None
    params: list[Pair] | None = None
    encoding: str | None = None
    file: str | None = msgspec.field(default=None, name="_file")


class Content(msgspec.Struct, gc=False):
    """The body of a response; *size* is that of the body without its coding, *file* where Playwright put it."""

    text: str | None = None
    encoding: str | None = None
    size: float | None = None
    file: str | None = msgspec.field(default=None, name="_file")


class HarRequest(msgspec.Struct, gc=False):
    """A request of an entry."""

    method: str
    url: str
    headers: msgspec.Raw = ABSENT
    postData: PostData | None = None  # noqa: N815
    bodySize: float | None = None  # noqa: N815


class HarResponse(msgspec.Struct, gc=False):
    """A response of an entry; *status* is 0 or -1 where none came."""

    status: int
    headers: msgspec.Raw = ABSENT
    content: Content | None = None
    error: str | None = msgspec.field(default=None, name="_error")
    failure: str | None = msgspec.field(default=None, name="_failureText")


class Entry(msgspec.Struct, gc=False):
    """A request with its response; *time* in milliseconds, *started* whatever stands there."""

    request: HarRequest
    response: HarResponse
    time: float | None = None
    started: Any = msgspec.field(default=None, name="startedDateTime")
    unrecorded: list[Part] | None = msgspec.field(default=None, name="_unrecorded")
    probe: bool = msgspec.field(default=False, name="_probe")
    messages: list[msgspec.Raw] | None = msgspec.field(default=None, name="_webSocketMessages")


class HeaderLists:
    """Headers by the bytes that they stand in, and the host they go to: decoded once, bounded."""

    def __init__(self, type_: Any) -> None:
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(type_)
        self._known: dict[tuple[bytes, str], Headers] = {}

    def of(self, raw: msgspec.Raw, authority: str = "") -> Headers:
        """Return the headers in *raw*, with Host as *authority* where it is missing; raises Unusable."""
        key = bytes(raw), authority
        headers = self._known.get(key)
        if headers is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            headers = self._known[key] = headers_of(self._pairs(key[0]), authority)
        return headers

    def _pairs(self, text: bytes) -> list[tuple[str, str]]:
        if not text:
            return []
        try:
            pairs = self._decoder.decode(text)
        except NOT_JSON as error:
            raise Unusable(READABLE, f"its headers cannot be read: {reason(error)}") from error
        return [(pair.name, pair.value or "") if isinstance(pair, Pair) else pair for pair in pairs or ()]


class Something(msgspec.Struct, gc=False):
    """An element of which no more is to be known than that it is whole."""


def cuts(blocks: Blocks, size: int) -> list[tuple[int, int]]:
    """Return where the HAR in *blocks* may be cut: bytes from 0, some *size* apart, and the entries before each.

    All of it is looked at, several times as fast as it is judged: from the middle of a HAR nobody can
    tell what is text and what is structure. One that is not whole is not cut, so that what is told of
    it does not depend on where.
    """
    elements = Elements(blocks, ENTRIES, Something)
    found, count, last = list[tuple[int, int]](), 0, 0
    for batch in elements.batches():
        if any(isinstance(each, Unusable) for each in batch):
            return []
        count += len(batch)
        if elements.position - last >= size:
            last = elements.position
            found.append((last, count))
    return found


class Piece:
    """The blocks of a *shard* of a HAR, made a list of entries, or the beginning of a HAR, that is whole."""

    def __init__(self, blocks: Blocks, shard: Shard) -> None:
        self._blocks = blocks
        self._shard = shard

    @property
    def problem(self) -> str:
        """Why the file breaks off, see :class:`Blocks`."""
        return self._blocks.problem

    def __iter__(self) -> Iterator[bytes]:
        """Yield blocks, which begin one byte before a shard that is not the first: with the end of an entry."""
        blocks = iter(self._blocks)
        if self._shard.start:
            yield b"[" + next(blocks, b"")[1:]
        yield from blocks
        if self._shard.stop is not None:
            yield b"]"


def read(blocks: Blocks, shard: Shard) -> Generator[Exchange | Finding, None, int]:
    """Yield the exchanges of the HAR in *blocks*, and what is no exchange as a finding; return how many entries.

    Of a *shard* they are the blocks from one byte before it to its end.
    """
    source = shard.source
    lists = HeaderLists(list[Pair] | None)
    attachments = Attachments(source, blocks.archive)
    is_faithful = FAITHFUL.search(_head(source) if shard.start else blocks.head) is not None
    number = 0
    elements = Elements(Piece(blocks, shard), () if shard.start else ENTRIES, Entry)
    for number, entry in enumerate(elements, shard.before + 1):
        origin = Origin(source, 0, number)
        if isinstance(entry, Unusable):
            yield entry.finding(origin)
            continue
        for missing in _attach(entry, attachments):
            yield missing.finding(origin)
        try:
            yield exchange(entry, lists, origin, is_faithful=is_faithful)
        except Unusable as unusable:
            yield unusable.finding(origin)
    return number


def _head(source: str) -> bytes:
    with opened(source) as file:
        return file.read(HEAD)


def _attach(entry: Entry, attachments: Attachments) -> Iterator[Unusable]:
    """Put the bodies that stand in other files into *entry*; yield why one cannot be had, which is then unrecorded."""
    data, content = entry.request.postData, entry.response.content
    if data is not None and data.file and not data.text:
        try:
            body = attachments.body(data.file, "request body")
            entry.request.postData = PostData(data.mimeType, b64encode(body).decode(), encoding="base64")
        except Unusable as unusable:
            yield unusable
            entry.request.postData = PostData()
    if content is not None and content.file and not content.text:
        try:
            body = attachments.body(content.file, "response body")
            entry.response.content = Content(b64encode(body).decode(), "base64", len(body))
        except Unusable as unusable:
            yield unusable
            entry.response.content = None


def exchange(entry: Entry, lists: HeaderLists, origin: Origin, *, is_faithful: bool) -> Exchange:
    """Return *entry* as an exchange; raises Unusable. Who *is_faithful* recorded credentials where any were sent."""
    asked, answered = entry.request, entry.response
    path, query, authority, server = target(asked.url)
    if answered.status <= 0:
        why = answered.error or answered.failure
        raise Unusable(ANSWERED, f"it has no answer: {why}" if why else "it has no answer")
    if entry.messages is not None:
        raise Unusable(ANSWERED, "it is no exchange over HTTP, but over a WebSocket")
    asked_headers = lists.of(asked.headers, authority)
    answered_headers = lists.of(answered.headers)
    sent = _sent(asked, asked_headers)
    received = _received(answered, answered_headers, asked.method)
    body = b"" if sent is None else decoded(sent, asked_headers)
    # Methods are in capitals (HAR 1.2, request); some tools keep what was given to a function.
    request = Request(asked.method.upper(), path, query, asked_headers, body, server)
    response = Response(
        answered.status, answered_headers, b"" if received is None else decoded(received, answered_headers)
    )
    unrecorded = ALL
    if sent is None or received is None or entry.unrecorded or not asked.headers or not answered.headers:
        unrecorded = _unrecorded(entry, sent, received)
    if not is_faithful and lacks_credentials(asked_headers):
        unrecorded = unrecorded | CREDENTIALS if unrecorded else CREDENTIALS
    seconds = max(entry.time or 0.0, 0.0) / 1000
    return Exchange(request, response, seconds, origin, unrecorded, _started(entry.started), entry.probe)


def _started(text: Any) -> str | None:
    """Return the time *text*; None for the epoch too, which is what writers say where they know of none."""
    return text if isinstance(text, str) and not text.startswith(EPOCH) else None


def _unrecorded(entry: Entry, sent: bytes | None, received: bytes | None) -> frozenset[Part]:
    parts: set[Part] = set(entry.unrecorded or ())
    if sent is None:
        parts.add("request body")
    if received is None:
        parts.add("response body")
    if not entry.request.headers:
        parts.add("request headers")
    if not entry.response.headers:
        parts.add("response headers")
    return frozenset(parts)


def _sent(request: HarRequest, headers: Headers) -> bytes | None:
    """Return the body of *request*, or None if there was one that is not recorded."""
    data = request.postData
    if data is not None and data.text:
        return (from_base64 if data.encoding == "base64" else to_bytes)(data.text, "request body")
    if data is None or not data.params:
        is_empty = (request.bodySize or 0) <= 0 and headers.get("content-length", "0") == "0"
        return b"" if is_empty and (data is None or data.text is not None) else None
    if data.mimeType is not None and not data.mimeType.lower().startswith(FORM):
        return None
    return urlencode([(pair.name, pair.value or "") for pair in data.params]).encode()


def _received(response: HarResponse, headers: Headers, method: str) -> bytes | None:
    """Return the body of *response*, or None if there was one that is not recorded."""
    content = response.content
    if content is not None and content.text:
        if content.encoding == "base64":
            return from_base64(content.text, "response body")
        return to_bytes(content.text, "response body")
    if method == "HEAD" or response.status in BODILESS:
        return b""
    if content is None or (content.size or 0) > 0 or headers.get("content-length", "0") != "0":
        return None
    # Without a size, an empty text says that the body is empty, and no text says nothing.
    return b"" if content.text is not None or content.size == 0 else None
