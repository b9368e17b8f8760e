"""A quick yes to exchanges that nothing is wrong with, which nearly all are.

Exchanges with one head, in which no check of heads found anything, differ in their bodies alone.
For them one pass over the bytes says whether all checks would find nothing: a struct decoder judges and
parses (:mod:`mockserver.contract.structs`), and what checks look at besides is read from the struct. A no
says nothing: the checks have the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from mockserver import media
from mockserver.checks.echo import echoes_of
from mockserver.checks.order import NOT_BEFORE
from mockserver.contract import Schema, Shape
from mockserver.contract.structs import Decoder, Getter, decoder
from mockserver.media.json import UTF_8
from mockserver.reading import PATCH

if TYPE_CHECKING:
    from mockserver.checks.subject import Subject
    from mockserver.exchange import Exchange

Pair = tuple[Getter, Getter]
Quick = Callable[["Exchange"], bool]


def quick(subject: Subject) -> Quick | None:
    """Return the quick yes for exchanges with the head of *subject*, see ``shortcut``; None if there is none."""
    asked, answered = _schemas(subject)
    narrowing = subject.desk.manners.narrowing(subject.head)
    if asked is None or answered is None or narrowing is None:
        return None
    echoes = echoes_of(subject, answered.shape)
    patterns = dict(narrowing.patterns)
    request, answer = decoder(asked), decoder(answered, patterns)
    if request is None or answer is None or not all(request.knows((each.name,)) for each in echoes):
        return None
    ordered = list(_ordered(answered.shape, answer, patterns))
    dates = [pair for pair in ordered if pair is not None]
    if len(dates) < len(ordered):
        return None
    ids = [(request.getter((each.name,)), answer.getter(each.path)) for each in echoes]
    return _Clean(request, answer, ids, dates, narrowing.marks)


def _schemas(subject: Subject) -> tuple[Schema | None, Schema | None]:
    """Return the schemas of the request and of the answer, where both are JSON and were recorded."""
    head, sent = subject.head, subject.sent
    content = head.content
    if head.unrecorded or not head.succeeds or head.family != "json" or head.charset not in UTF_8:
        return None, None
    if sent is None or media.family(sent.media_type) != "json" or sent.media_type == PATCH:
        return None, None
    return sent.schema, None if content is None else content.schema


class _Clean:
    """The yes itself; *ids* are pairs of what is asked and answered, *dates* of an end and its start."""

    def __init__(
        self, request: Decoder, answer: Decoder, ids: list[Pair], dates: list[Pair], marks: tuple[bytes, ...]
    ) -> None:
        self._request = request.decode
        self._answer = answer.decode
        self._encode = msgspec.json.Encoder().encode
        self._ids = ids
        self._dates = dates
        self._marks = marks

    def __call__(self, exchange: Exchange) -> bool:
        """Return whether every check finds nothing in *exchange*; no is no answer."""
        asked, body = exchange.request.body, exchange.response.body
        announced = exchange.response.headers.get("content-length")
        if announced is not None and announced != str(len(body)):
            return False
        try:
            request = self._request(asked)
            value = self._answer(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return False
        # What is longer than what was read from it has blanks, escapes, or a member twice.
        if len(self._encode(value)) != len(body) or len(self._encode(request)) != len(asked):
            return False
        for wanted, shown in self._ids:
            if (number := shown(value)) is not None and number != wanted(request):
                return False
        for end, start in self._dates:
            last, first = end(value), start(value)
            if last is not None and first is not None and not (len(last) == len(first) and last >= first):
                return False
        return not any(mark in body for mark in self._marks)


def _ordered(shape: Shape, answer: Decoder, patterns: dict[str, str]) -> Iterator[Pair | None]:
    """Yield readers of each date and of the sibling that it is never before; None where a struct cannot tell."""
    for path, member in _members(shape, ()):
        sibling = member.node.get(NOT_BEFORE)
        if sibling is not None:
            *above, _ = path
            inside = None not in path and answer.knows(path) and answer.knows((*above, sibling))
            comparable = member.node.get("format") in patterns
            yield (answer.getter(path), answer.getter((*above, sibling))) if inside and comparable else None


def _members(shape: Shape, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Shape]]:
    """Yield the members of *shape* and of all below, by path; None in it stands for an item or an entry.

    Of schemas that have a decoder: they do not recur.
    """
    for name, member in shape.properties.items():
        yield (*path, name), member
        yield from _members(member, (*path, name))
    if shape.kind == "array":
        yield from _members(shape.items, (*path, None))
    elif shape.is_dictionary and shape.additional is not None:
        yield from _members(shape.additional, (*path, None))
