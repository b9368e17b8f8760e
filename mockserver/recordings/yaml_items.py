"""The items of one sequence in a YAML text, one at a time, as plain values: scalars stay texts.

PyYAML's events are put together here and not by its own composer, which in C crashes the process on
a text that is nested very deep, and in Python takes aliases at their word. An alias is the node
itself once more and not a copy, so that repetition takes no memory.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import yaml

from mockserver.recordings.rules import BOUNDED, COMPLETE, DEPTH_AT_MOST, READABLE, Unusable

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TAG = "tag:yaml.org,2002:"
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
COLLECTIONS = frozenset({"map", "seq", "python/tuple"})
# A body that was sent from a stream: VCR.py writes the stream. Only the bytes in it are taken.
STREAMS = frozenset({"python/object/apply:builtins.iter", "python/object/new:_io.BytesIO"})
# What PyYAML of Python 2 called texts: old cassettes are full of it, and nothing is built of it.
TEXTS = frozenset({"str", "int", "float", "bool", "timestamp", "python/unicode", "python/str"})


def items(text: bytes, keys: frozenset[str]) -> Iterator[Any]:
    """Yield the items of the sequence under the first of *keys* in a mapping, or of the text that is a sequence.

    An item is a dict, list, text, bytes (``!!binary``) or None; one that cannot be is yielded as
    :class:`Unusable`, and so is, last, the reason why the text cannot be read on.
    """
    try:
        yield from _Items(text).of(keys)
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark
        yield Unusable(READABLE, f"it is not YAML from line {mark.line + 1} on: {error.problem}")
    except (yaml.YAMLError, ValueError) as error:
        yield Unusable(READABLE, f"it is not YAML: {str(error).splitlines()[0]}")
    except Unusable as unusable:
        yield unusable


class _Items:
    def __init__(self, text: bytes) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=LOADER))
        self._anchors: dict[str | None, Any] = {}
        self._wrong: Unusable | None = None

    def of(self, keys: frozenset[str]) -> Iterator[Any]:
        event = self._next()
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = self._next()
        if isinstance(event, yaml.SequenceStartEvent):
            yield from self._each()
        elif isinstance(event, yaml.MappingStartEvent):
            while not isinstance(key := self._next(), yaml.MappingEndEvent):
                event = self._next()
                if getattr(key, "value", None) in keys and isinstance(event, yaml.SequenceStartEvent):
                    yield from self._each()
                else:
                    self._value(event, 0)

    def _next(self) -> Any:
        event = next(self._events, None)
        if event is None:
            raise Unusable(COMPLETE, "the file ends in the middle")
        return event

    def _each(self) -> Iterator[Any]:
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            self._wrong = None
            value = self._value(event, 0)
            yield self._wrong or value

    def _value(self, event: Any, depth: int) -> Any:
        if depth > DEPTH_AT_MOST:
            raise Unusable(BOUNDED, f"it is nested more than {DEPTH_AT_MOST} deep")
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                self._blame(event, f"no anchor &{event.anchor} ends before its alias")
            return self._anchors.get(event.anchor)
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = []
            while not isinstance(item := self._next(), yaml.SequenceEndEvent):
                value.append(self._value(item, depth + 1))
        else:
            value = self._mapping(depth)
        if not isinstance(event, yaml.ScalarEvent) and event.tag is not None:
            value = self._tagged(event, value)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        return value

    def _tagged(self, event: Any, value: Any) -> Any:
        name = event.tag.removeprefix(TAG)
        if name in COLLECTIONS:
            return value
        pieces = _streamed(value) if name in STREAMS else None
        if pieces is None:
            self._blame(event, f"the tag {event.tag} is refused")
            return value
        return b"".join(pieces)

    def _mapping(self, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._value(event, depth + 1)
            value = self._value(self._next(), depth + 1)
            if isinstance(key, str):
                mapping[key] = value
            else:
                self._blame(event, "a key must be a text")
        return mapping

    def _scalar(self, event: Any) -> str | bytes | None:
        text: str = event.value
        if event.tag is None:
            return None if event.implicit[0] and text in NULLS else text
        name = event.tag.removeprefix(TAG)
        if name == "null":
            return None
        if name == "binary":
            return self._binary(event)
        if name not in TEXTS:
            self._blame(event, f"the tag {event.tag} is refused")
        return text

    def _binary(self, event: Any) -> bytes:
        try:
            return b64decode(event.value, validate=False)
        except (binascii.Error, ValueError) as error:
            self._blame(event, f"!!binary is not base64: {error}")
            return b""

    def _blame(self, event: Any, reason: str) -> None:
        if self._wrong is None:
            self._wrong = Unusable(READABLE, f"{reason} (line {event.start_mark.line + 1})")


def _streamed(value: Any) -> list[bytes] | None:
    """Return the bytes of a stream: of an iterator over a list, or of a file in memory; None if it is neither."""
    match value:
        case {"args": [[*pieces]]}:
            found = pieces
        case {"state": [body, *_]} | [body, *_]:
            found = [body]
        case _:
            return None
    plain = [each.encode() if isinstance(each, str) else each for each in found]
    return plain if all(isinstance(each, bytes) for each in plain) else None
