"""The parts of a message as recordings hold them, made the parts that an Exchange has."""

from __future__ import annotations

import binascii
import re
import zlib
from base64 import b64decode
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from mockserver.exchange import Headers, Part, path_of
from mockserver.recordings.blocks import GZIP, ZSTD, zstandard
from mockserver.recordings.errors import ExtraNeeded
from mockserver.recordings.rules import ANSWERED, BOUNDED, BYTES_AT_MOST, MEBIBYTE, READABLE, Unusable

REQUEST: frozenset[Part] = frozenset({"request", "request headers", "request body"})
CREDENTIALS: frozenset[Part] = frozenset({"request credentials"})
# RFC 9110, section 6.4.1: no content follows these, whatever their headers say.
BODILESS = frozenset({204, 304})
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# RFC 1950, section 2.2: deflate, a window of at most 32 KiB.
# Before a path that begins with two slashes, where no host is told (RFC 3986, section 5.2.4).
DOT = "/."
TEXTUAL = re.compile(r"^text/|json|xml|form-urlencoded")
ZLIB = re.compile(rb"[\x08-\x78]")


class Target(NamedTuple):
    """What a URL asks for, and of whom.

    *path* is decoded as ``path_of`` does, *query* raw, *authority* and *server* may be empty.
    """

    path: str
    query: str
    authority: str
    server: str


@lru_cache(maxsize=4096)
def target(url: str) -> Target:
    """Return what *url* asks for; a path with its query is one too. Raises Unusable if it is not for HTTP."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Unusable(READABLE, f"its URL cannot be read: {error}") from error
    if SCHEME.match(url) and parts.scheme not in ("http", "https"):
        raise Unusable(ANSWERED, f"it is no exchange over HTTP, but over {parts.scheme or 'another protocol'}:")
    authority = parts.netloc.rpartition("@")[2]
    server = f"{parts.scheme}://{authority}" if parts.scheme and authority else ""
    path = parts.path.removeprefix(DOT) if parts.path.startswith(f"{DOT}//") else parts.path
    return Target(path_of(path) or "/", parts.query, authority, server)


def headers_of(fields: Iterable[tuple[str, str]], authority: str = "") -> Headers:
    """Return *fields* as they would stand in HTTP/1.1: ``:authority`` is Host (RFC 9113, section 8.3.1).

    Where neither is recorded, Host is the *authority* of the URL (RFC 9110, section 7.2).
    """
    kept = [("Host" if name == ":authority" else name, value) for name, value in fields]
    kept = [(name, value) for name, value in kept if not name.startswith(":")]
    if authority and not any(name.lower() == "host" for name, _ in kept):
        kept.append(("Host", authority))
    return Headers(kept)


def lacks_credentials(headers: Headers) -> bool:
    """Return whether *headers* have none of the fields that careful recorders leave out."""
    return "authorization" not in headers and "cookie" not in headers


def from_base64(text: str, what: str) -> bytes:
    """Return the bytes that *text* stands for, in one line or several; raises Unusable."""
    try:
        return b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unusable(READABLE, f"the {what} is not base64: {error}") from error


def to_bytes(text: str, what: str) -> bytes:
    """Return *text* in UTF-8; raises Unusable for half a character, which no UTF-8 has."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Unusable(READABLE, f"the {what} has half a surrogate pair at character {error.start}") from error


def decoded(body: bytes, headers: Headers) -> bytes:
    """Return *body* without the content coding that *headers* name, if it still has it (RFC 9110, section 8.4).

    Most tools record what the coding was removed from, under the header as it was sent. Raises
    Unusable if the body is broken or grows beyond measure, and if no package can read it.
    """
    codings = headers.get("content-encoding")
    if not codings or not body:
        return body
    for coding in reversed(codings.lower().split(",")):
        body = _unpacked(body, coding.strip(), headers.get("content-type", ""))
        if len(body) > BYTES_AT_MOST:
            raise Unusable(BOUNDED, f"the body unpacks from {coding} to more than {BYTES_AT_MOST // MEBIBYTE} MiB")
    return body


def _unpacked(body: bytes, coding: str, content_type: str) -> bytes:
    try:
        match coding:
            case "gzip" | "x-gzip" if body.startswith(GZIP):
                return _inflated(body, 31)
            case "deflate" if ZLIB.match(body) and int.from_bytes(body[:2]) % 31 == 0:
                return _inflated(body, 15)
            case "zstd" if body.startswith(ZSTD):
                return _of_zstandard(body)
            case "br" if not _is_text(body):
                return _of_brotli(body, content_type)
            case _:
                return body
    except (zlib.error, EOFError) as error:
        raise Unusable(READABLE, f"the body is not {coding}: {error}") from error


def _inflated(body: bytes, wbits: int) -> bytes:
    return _whole(zlib.decompressobj(wbits), body)


def _whole(unpacking: Any, body: bytes) -> bytes:
    """Return what *unpacking* makes of *body*, one byte more than is bearable at most; raises EOFError."""
    plain: bytes = unpacking.decompress(body, BYTES_AT_MOST + 1)
    if not unpacking.eof and len(plain) <= BYTES_AT_MOST:
        raise EOFError("it breaks off")
    return plain


def _of_zstandard(body: bytes) -> bytes:
    try:
        zstd = zstandard("a body in zstd")
    except ExtraNeeded as error:
        raise Unusable(READABLE, str(error)) from error
    try:
        return _whole(zstd.ZstdDecompressor(), body)
    except zstd.ZstdError as error:
        raise Unusable(READABLE, f"the body is not zstd: {error}") from error


def _of_brotli(body: bytes, content_type: str) -> bytes:
    """Return what *body* holds in Brotli, which has no magic number: what is no Brotli is a body without it."""
    try:
        import brotli  # noqa: PLC0415 (an extra)
    except ImportError as error:
        if TEXTUAL.search(content_type):
            raise Unusable(READABLE, str(ExtraNeeded("a body in br", "compression", "Brotli"))) from error
        return body
    unpacking = brotli.Decompressor()
    try:
        plain: bytes = unpacking.process(body, output_buffer_limit=BYTES_AT_MOST + 1)
    except brotli.error:
        return body
    return plain if unpacking.is_finished() or len(plain) > BYTES_AT_MOST else body


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
