"""JSON (RFC 8259): bytes to value and back."""

from __future__ import annotations

import codecs
import json
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import orjson

from mockserver.media.body import DEPTH_AT_MOST, text_of, too_deep
from mockserver.media.errors import MalformedBody

if TYPE_CHECKING:
    from collections.abc import Iterable

MEDIA_TYPE = "application/json"
UTF_8 = (None, "utf-8", "utf8")

# An integer that 64 bits cannot hold has this many digits at least.
LONG_INTEGER = b"0" * 19
DIGITS_ALONE = bytes(ord("0") if chr(code).isdecimal() and code < ord(":") else ord(" ") for code in range(256))


class Shared(dict[str, Any]):
    """An object that many values hold and nobody changes: its JSON is spelled once, when it is first asked for."""

    @cached_property
    def spelled(self) -> orjson.Fragment:
        """The object as JSON; raises TypeError where orjson cannot spell it."""
        return orjson.Fragment(orjson.dumps(self))


SPELLED = attrgetter("spelled")


def decode(body: bytes, charset: str | None = None) -> Any:
    """Return the value that *body* spells; the last of several members with one name counts.

    Raises MalformedBody with the place, also for what nests too deep, and UnknownCharset.
    """
    source = body
    if charset not in UTF_8 or body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        source = text_of(body, charset, MEDIA_TYPE).encode(errors="surrogatepass")
    try:
        value = orjson.loads(source)
    except orjson.JSONDecodeError as error:
        raise _malformed(source, error) from error
    if source.count(b"[") + source.count(b"{") > DEPTH_AT_MOST and _is_deep(value):
        raise too_deep(MEDIA_TYPE)
    # orjson turns integers over 64 bits into floats; the standard library keeps every digit.
    if len(source) >= len(LONG_INTEGER) and LONG_INTEGER in source.translate(DIGITS_ALONE):
        return json.loads(source)
    return value


def encode(value: Any) -> bytes:
    """Return *value* as compact JSON in UTF-8; what is no number in JSON (NaN) becomes null."""
    try:
        return orjson.dumps(value, default=SPELLED, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
    except TypeError:
        # Integers over 64 bits and lone surrogates: orjson refuses what JSON itself can spell.
        return json.dumps(value, separators=(",", ":")).encode()


def _malformed(source: bytes, error: orjson.JSONDecodeError) -> MalformedBody:
    # Bytes that are not UTF-8 have a reason of their own, which this raises.
    if not text_of(source, "utf-8", MEDIA_TYPE).strip():
        return MalformedBody(MEDIA_TYPE, "it is empty")
    return MalformedBody(MEDIA_TYPE, error.msg, error.lineno, error.colno)


def _is_deep(value: Any) -> bool:
    """Whether *value* has more levels than DEPTH_AT_MOST: looks level by level, so depth costs no stack."""
    level = _containers([value])
    for _ in range(DEPTH_AT_MOST):
        level = _containers(child for parent in level for child in _children(parent))
    return bool(level)


def _containers(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if isinstance(value, dict | list)]


def _children(container: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container
