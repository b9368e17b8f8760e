"""Which format a source has, told by how it begins and never by its name."""

from __future__ import annotations

import re

from mockserver.recordings.elements import TOKEN
from mockserver.recordings.messages import CERTAIN_REQUEST_LINE, FENCE, HTTP, METHODS, STATUS_LINE

KEYS_AT_MOST = 1000
XML = re.compile(rb"<(?:\?xml\s|!--|[A-Za-z_][\w.:-]*[\s/>])")
CASSETTE = re.compile(rb"^(?:http_)?interactions:|^- request:", re.MULTILINE)
SCALAR = re.compile(rb'(?:null|true|false|-?[0-9][0-9.eE+-]*|"[^"\n]*")\s*')
REQUEST_LINE = re.compile(rf"(?:{METHODS})[ \t]+\S+(?:[ \t]+HTTP/[0-9.]+)?[ \t]*")
BINARIES = {
    b"\x1f\x9d": "compressed with compress; unpack it first",
    b"BZh": "compressed with bzip2; unpack it first",
    b"\xfd7zXZ": "compressed with xz; unpack it first",
}


def format_of(head: bytes) -> tuple[str, dict[str, str]]:
    """Return the format of a text that begins with *head*, or "" with why it is none, by format."""
    text = head.lstrip()
    if text[:1] in (b"{", b"["):
        return _of_json(text), {}
    marks = {
        "vcr": CASSETTE.search(head),
        "markdown": _has_fence(head),
        "xml": XML.match(text),
        "http": _is_messages(head),
        "json": SCALAR.fullmatch(text),
    }
    found = next((name for name, is_there in marks.items() if is_there), "")
    return found, {} if found else _reasons(text)


def _of_json(text: bytes) -> str:
    """Return which JSON *text* is; any that is no recording is a bare body."""
    first = text[:1]
    keys = _keys(text)
    own, inner = keys.get(1, set()), keys.get(2, set())
    if first == b"[":
        if {b'"scope"', b'"method"'} <= inner or {b'"scope"', b'"path"'} <= inner:
            return "nock"
        return "vcr" if {b'"request"', b'"response"'} <= inner else "json"
    if b'"log"' in own and inner & {b'"entries"', b'"creator"', b'"version"'}:
        return "har"
    if own & {b'"interactions"', b'"http_interactions"'}:
        return "vcr"
    is_collection = {b'"info"', b'"item"'} <= own and inner & {b'"schema"', b'"_postman_id"'}
    if is_collection or (b'"collection"' in own and inner & {b'"item"', b'"info"'}):
        return "postman"
    is_exchange = b'"request"' in own and {b'"method"', b'"url"'} <= inner
    return "ndjson" if is_exchange or (b'"request"' in own and b'"response"' in own) else "json"


def _keys(text: bytes) -> dict[int, set[bytes]]:
    """Return the names of members by depth, as far as *text* goes, of the first line that is JSON."""
    found: dict[int, set[bytes]] = {}
    depth = at = 0
    last = b""
    while match := TOKEN.match(text, at):
        token, at = match[1], match.end()
        if token in (b"{", b"["):
            depth += 1
        elif token in (b"}", b"]"):
            depth -= 1
            if depth <= 0:
                break
        elif token == b":" and depth <= 3 and len(known := found.setdefault(depth, set())) < KEYS_AT_MOST:  # noqa: PLR2004
            known.add(last)
        last = token
    return found


def _has_fence(head: bytes) -> bool:
    lines = head.decode(errors="replace").splitlines()
    fences = (FENCE.fullmatch(line) for line in lines)
    return any(fence and HTTP.fullmatch(fence[2]) for fence in fences)


def _is_messages(head: bytes) -> bool:
    lines = head.decode(errors="replace").splitlines()
    first = next((line for line in lines if line.strip() and not re.match(r"\s*(?:#|//|@)", line)), "")
    starts = (REQUEST_LINE, CERTAIN_REQUEST_LINE, STATUS_LINE)
    return any(start.fullmatch(first) for start in starts)


def _reasons(text: bytes) -> dict[str, str]:
    binary = next((what for magic, what in BINARIES.items() if text.startswith(magic)), "")
    if binary or not text:
        return {"all": f"the file is {binary or 'empty'}"}
    return {
        "har, ndjson, postman, nock, json": "does not begin with { or [",
        "vcr": "has no line that begins with interactions:",
        "http": "does not begin with a request or status line",
        "markdown": "has no fence of http",
        "xml": "does not begin with a tag",
    }
