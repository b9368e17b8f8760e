"""VCR cassettes, YAML or JSON: those of VCR.py (every version), and the like of VCR for Ruby and Betamax.

A list of ``request`` and ``response`` is what they agree on; where they differ, each is taken at its
word: a URL is ``uri`` or ``url``, a status a number or an object, a header one text or a list, a body
a text, bytes, or an object with ``string`` or ``base64_string``.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import Any

import msgspec

from mockserver.exchange import Exchange, Headers, Origin, Part, Request, Response
from mockserver.finding import Finding
from mockserver.recordings.blocks import Blocks
from mockserver.recordings.elements import Elements
from mockserver.recordings.message import decoded, from_base64, headers_of, lacks_credentials, target, to_bytes
from mockserver.recordings.moments import moment
from mockserver.recordings.rules import READABLE, Unusable
from mockserver.recordings.whole import whole
from mockserver.recordings.yaml_items import items

LISTS = frozenset({"interactions", "http_interactions"})
STATUS = re.compile("[0-9]{3}")


def read(blocks: Blocks, source: str) -> Generator[Exchange | Finding, None, int]:
    """Yield the exchanges of the cassette in *blocks*, and what is none as a finding; return how many entries."""
    number = 0
    for number, interaction in enumerate(_interactions(blocks), 1):
        origin = Origin(source, 0, number)
        try:
            yield exchange(interaction, origin)
        except Unusable as unusable:
            yield unusable.finding(origin)
    return number


def _interactions(blocks: Blocks) -> Iterator[Any]:
    head = blocks.head.lstrip()
    if head.startswith(b"["):
        return iter(Elements(blocks, (), dict[str, Any]))
    if head.startswith(b"{"):
        name = "http_interactions" if b'"http_interactions"' in head else "interactions"
        return iter(Elements(blocks, (name,), dict[str, Any]))
    return items(whole(blocks), LISTS)


def exchange(interaction: Any, origin: Origin) -> Exchange:
    """Return *interaction* as an exchange; raises Unusable."""
    if isinstance(interaction, Unusable):
        raise interaction
    asked, answered = _member(interaction, "request", dict), _member(interaction, "response", dict)
    method = _member(asked, "method", str)
    path, query, authority, server = target(_member(asked, "uri" if "uri" in asked else "url", str))
    asked_headers = headers_of(_fields(asked.get("headers")), authority)
    answered_headers = headers_of(_fields(answered.get("headers")))
    unrecorded: set[Part] = set()
    if not asked.get("headers"):
        unrecorded.add("request headers")
    elif lacks_credentials(asked_headers):
        # Whoever keeps cassettes among tests filters them (`filter_headers`).
        unrecorded.add("request credentials")
    if "body" not in answered:
        unrecorded.add("response body")
    request = Request(method.upper(), path, query, asked_headers, _body(asked, asked_headers), server)
    response = Response(_status(answered), answered_headers, _body(answered, answered_headers))
    started = interaction.get("recorded_at")
    return Exchange(
        request,
        response,
        0.0,
        origin,
        frozenset(unrecorded),
        moment(started) if isinstance(started, str) else None,
    )


def _member(owner: Any, name: str, type_: type) -> Any:
    value = owner.get(name) if isinstance(owner, dict) else None
    if not isinstance(value, type_):
        raise Unusable(READABLE, f"it has no {name} that can be read")
    return value


def _status(response: dict[str, Any]) -> int:
    status = response.get("status", response.get("status_code"))
    code = status.get("code") if isinstance(status, dict) else status
    if isinstance(code, int) or (isinstance(code, str) and STATUS.fullmatch(code)):
        return int(code)
    raise Unusable(READABLE, "its status cannot be read")


def _fields(headers: Any) -> Iterator[tuple[str, str]]:
    pairs = headers.items() if isinstance(headers, dict) else _lines(headers)
    for name, value in pairs:
        for each in value if isinstance(value, list) else [value]:
            yield name, each.decode("latin-1") if isinstance(each, bytes) else _text(each)


def _lines(headers: Any) -> Iterator[tuple[str, Any]]:
    """Yield the headers of a list, as the first versions of VCR.py wrote them: ``Name: value``, or pairs."""
    for each in headers if isinstance(headers, list) else ():
        if isinstance(each, str):
            name, _, value = each.partition(":")
            yield name.strip(), value.strip()
        elif isinstance(each, list) and len(each) == 2 and isinstance(each[0], str):  # noqa: PLR2004 (a pair)
            yield each[0], each[1]
        else:
            raise Unusable(READABLE, "its headers cannot be read")


def _body(message: dict[str, Any], headers: Headers) -> bytes:
    return decoded(_bytes(message.get("body")), headers)


def _bytes(body: Any) -> bytes:
    match body:
        case bytes():
            return body
        case str():
            return to_bytes(body, "body")
        case {"base64_string": str(text)}:
            return from_base64(text, "body")
        case {"string": str() | bytes() as text}:
            return _bytes(text)
        case None | {"string": None}:
            return b""
        case _:
            return msgspec.json.encode(body)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, int | float):
        return "" if value is None else str(value)
    raise Unusable(READABLE, "its headers cannot be read")
