"""One question, one answer: whatever media type, members, time zone or moment it is asked to be told in.

Each answer may be right by itself, and all of them together not: a value that XML tells otherwise than JSON, a wall
clock that was not moved with its offset, a text that is translated though nobody asked for a language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson

from mockserver import media
from mockserver.conformance.case import Case
from mockserver.conformance.expectation import Expectation
from mockserver.contract import Shape
from mockserver.contract.pointer import join, resolve, texts_in
from mockserver.contract.violation import shown
from mockserver.errors import MockserverError
from mockserver.exchange import Exchange, Response
from mockserver.finding import Finding, Party, Rule, Severity
from mockserver.media import negotiation
from mockserver.superoffice import timezones

SAME = Rule(
    "conformance.same",
    Party.PROVIDER,
    Severity.ERROR,
    "The same question has the same answer, in whatever form it is told.",
)
RAW = Rule(
    "conformance.language",
    Party.PROVIDER,
    Severity.ERROR,
    "Texts are in a language where one is asked for, and raw where none is.",
)
DATE_TIME = re.compile(r"(?P<wall>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(?P<offset>Z|[+-]\d\d:\d\d)?")
# Values that .NET has for "not set" and "no end": no zone moves them.
SPECIAL = ("0001-", "9999-")
# How many answers are read again: XML takes as long to read as the rest of a request does.
READ_AT_MOST = MappingProxyType({"json": 150, "xml": 16})
COMPARED = 3
# XML has no element for an empty array, and servers leave out what is not set.
NOTHING: tuple[Any, ...] = (None, "", [], {})
WORD = re.compile(r"[^\W\d_]{3}")
NO_LETTERS = re.compile(r"[\W\d_]+")


class _Absent:
    """What an answer has where another has a member."""

    def __str__(self) -> str:
        """Return what is said of it."""
        return "nothing"


ABSENT: Any = _Absent()


class Question(NamedTuple):
    """What is asked, *key*, and how it shall be told: with *selected* members alone, in a time zone, in a *language*.

    *record* is the key without the language. Zone and language are empty where none is asked for, and *clock*
    is None where the zone is the server's own.
    """

    key: bytes
    record: bytes
    selected: bool
    zone: str
    language: str
    clock: tzinfo | None = None


class Told(NamedTuple):
    """What was answered: a *value* of *shape*, written as *media_type*."""

    question: Question
    value: Any
    media_type: str
    shape: Shape | None = None


class Sameness:
    """Compares the answers to *cases*, which are known by their identity, where they ask one question again."""

    def __init__(self, expectation: Expectation, cases: Iterable[Case]) -> None:
        self._expectation = expectation
        self._cases = tuple(cases)
        asked = {id(case): self._question(case) for case in self._cases}
        questions = [each for each in asked.values() if each is not None]
        counts = Counter(each.record for each in questions)
        languages = {(each.record, each.language) for each in questions if each.language}
        spoken = Counter(record for record, _ in languages).most_common(1)
        self._spoken = spoken[0][0] if spoken else b""
        # Only these are looked at: reading an answer again takes as long as judging it.
        self._asked = {case: each for case, each in asked.items() if each is not None and counts[each.record] > 1}
        self._known: dict[bytes, list[Told]] = {}
        self._first: dict[bytes, Told] = {}
        # By pointer and language; and those of them that two languages tell otherwise, None until asked for.
        self._texts: dict[str, dict[str, str]] = {}
        self._apart: dict[str, dict[str, str]] | None = {}
        self._read: Counter[str] = Counter()

    def findings(self, case: Case, exchange: Exchange) -> Iterator[Finding]:
        """Yield what the answer in *exchange* to *case* tells otherwise than one before did, its first difference."""
        question = self._asked.get(id(case))
        if question is None or exchange.response.status not in range(200, 300):
            return
        told = self._told(case, question, exchange.response)
        if told is None:
            return
        known = self._known.setdefault(question.key, [])
        first = self._first.setdefault(question.record, told)
        if first.question.selected and not question.selected:
            self._first[question.record] = told
        for before in known if first.question.key == question.key else (*known, first):
            difference = differs(before, told)
            if difference is not None:
                pointer, one, other = difference
                yield SAME.finding(
                    f"{other} here, and {one} as {before.media_type}{_in(before.question.zone)}",
                    part="response body",
                    pointer=pointer,
                    expected=one,
                    actual=other,
                )
                return
        if len(known) < COMPARED and not any(_is_covered(told.question, each.question) for each in known):
            known.append(told)
        yield from self._translated(told)

    def _translated(self, told: Told) -> Iterator[Finding]:
        """Yield the first text that is told in a language though none was asked for.

        It is one that two languages tell otherwise, and that is as one of them tells it.
        """
        question, texts = told.question, self._texts
        if question.record != self._spoken:
            return
        if question.language:
            for pointer, text in _worded(told.value):
                texts.setdefault(pointer, {})[question.language] = text
            self._apart = None
            return
        if self._apart is None:
            self._apart = {pointer: known for pointer, known in texts.items() if _are_apart(known.values())}
        for pointer, known in self._apart.items():
            said = _text_at(told.value, pointer)
            language = next((each for each, other in known.items() if other == said), None)
            if said is not None and language is not None:
                yield RAW.finding(
                    f"{shown(said)} is told in a language ({language}), and none was asked for",
                    part="response body",
                    pointer=pointer,
                    expected="a raw text",
                    actual=shown(said),
                )
                return

    def _question(self, case: Case) -> Question | None:
        """Return what *case* asks; None where nobody can tell, or asks for nothing."""
        request = case.request
        match = self._expectation.contract.find(request.method, request.path)
        if match is None or not case.authorized:
            return None
        try:
            asked = self._expectation.read(match.operation, request, match.path_parameters)
            options = self._expectation.dialect.prepare(request.headers, request.query)
        except MockserverError:
            return None
        selection, presentation, localization = (
            getattr(options, name, None) for name in ("selection", "presentation", "localization")
        )
        parameters = {name: value for name, value in asked.parameters.items() if name.lower() != "$select"}
        try:
            record = orjson.dumps((case.operation, parameters, asked.body), option=orjson.OPT_SORT_KEYS)
        except TypeError:
            return None  # files, or numbers that no JSON holds
        return Question(
            record + repr(localization).encode(),
            record,
            selection is not None,
            "" if presentation is None else str(presentation.code or "server"),
            "" if localization is None else localization.language,
            None if presentation is None or presentation.code is None else timezones.zone_named(presentation.code),
        )

    def _told(self, case: Case, question: Question, response: Response) -> Told | None:
        content_type = response.headers.get("content-type", "")
        media_type = negotiation.essence(content_type)
        answer = self._expectation.contract.operation(case.operation).answer_for(response.status)
        content = answer.contents.get(media_type) if answer is not None else None
        family = media.family(media_type)
        if content is None or content.schema is None or self._read[family or ""] >= READ_AT_MOST.get(family or "", 0):
            return None
        self._read[family or ""] += 1
        charset = negotiation.charset_of(content_type)
        try:
            value = media.decode(media_type, response.body, content.schema.shape, charset)
        except MockserverError:
            return None
        return Told(question, value, media_type, content.schema.shape)


def _is_covered(one: Question, other: Question) -> bool:
    """Whether an answer to *other* holds all that one to *one* does."""
    return one.zone == other.zone and (one.selected or not other.selected)


def _worded(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the texts in *value* that have a word in them, each with its pointer."""
    return ((pointer, text) for pointer, text in texts_in(value) if WORD.search(text))


def _are_apart(texts: Iterable[str]) -> bool:
    """Whether *texts* differ in more than digits and signs."""
    return len({NO_LETTERS.sub("", each) for each in texts}) > 1


def _text_at(value: Any, pointer: str) -> str | None:
    """Return the text at *pointer* of *value*, which has a word in it; None where there is none."""
    try:
        found = resolve(value, pointer)
    except LookupError:
        return None
    return found if isinstance(found, str) and WORD.search(found) else None


def _in(zone: str) -> str:
    return f" in the zone {zone}" if zone else ""


Difference = tuple[str, str, str]
"""Where two answers differ, and what each of them says there."""


def differs(one: Told, other: Told) -> Difference | None:
    """Return where two answers differ first, or None."""
    mine, theirs = one.question, other.question
    comparison = _Comparison(
        nulls=mine.selected or theirs.selected,
        moved=mine.zone != theirs.zone,
        clocks=(mine.clock, theirs.clock),
        told=mine.key != theirs.key,
    )
    return comparison.of(one.value, other.value, "", one.shape)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """How two answers are compared: *nulls* may stand for anything, clocks may be *moved* to another zone.

    *clocks* are the zones of the two, each None where nobody can tell. Texts that are *told* in two languages
    are not compared.
    """

    nulls: bool
    moved: bool
    clocks: tuple[tzinfo | None, tzinfo | None] = (None, None)
    told: bool = False

    def of(self, one: Any, other: Any, pointer: str, shape: Shape | None) -> Difference | None:
        """Return where two values of *shape* at *pointer* differ first, or None."""
        if one == other or (self.nulls and (one is None or other is None)):
            return None
        if one is ABSENT or other is ABSENT:
            return None if self.nulls or one in NOTHING or other in NOTHING else (pointer, shown(one), shown(other))
        if isinstance(one, dict) and isinstance(other, dict):
            return self._in_members(one, other, pointer, shape)
        if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            items = None if shape is None else shape.items
            pairs = enumerate(zip(one, other, strict=True))
            found = (self.of(mine, theirs, f"{pointer}/{index}", items) for index, (mine, theirs) in pairs)
            return next(filter(None, found), None)
        if isinstance(one, str) and isinstance(other, str) and self._may_be_one(one, other, shape):
            return None
        return pointer, shown(one), shown(other)

    def _in_members(
        self, one: dict[str, Any], other: dict[str, Any], pointer: str, shape: Shape | None
    ) -> Difference | None:
        for name in _shared(one, other, shape):
            mine, theirs = one.get(name, ABSENT), other.get(name, ABSENT)
            # Nearly all are the same: these need neither a pointer nor a shape.
            if mine != theirs and (found := self.of(mine, theirs, join(pointer, name), _member(shape, name))):
                return found
        return None

    def _may_be_one(self, one: str, other: str, shape: Shape | None) -> bool:
        """Whether two texts may tell one moment; of a wall clock in a zone that nobody knows, all may be."""
        mine, theirs = DATE_TIME.fullmatch(one), DATE_TIME.fullmatch(other)
        if mine is None or theirs is None:
            return self.told and not (shape is not None and "enum" in shape.node)
        if one.startswith(SPECIAL) or other.startswith(SPECIAL):
            return True
        kind = "instant" if shape is None else shape.extension("x-time", "instant")
        if kind == "floating":
            return mine["wall"] == theirs["wall"]
        ours, others = _moments(one, self.clocks[0], kind), _moments(other, self.clocks[1], kind)
        if ours is None or others is None:
            return self.moved or mine["offset"] != theirs["offset"]
        return not ours.isdisjoint(others)


@lru_cache(maxsize=4096)
def _moments(text: str, clock: tzinfo | None, kind: str) -> frozenset[datetime] | None:
    """Return the instants that a date-time of *kind* may mean where *clock* is the zone; None where nobody can tell.

    When clocks go back one wall clock is two of them. Servers differ in whether a date of UTC is told in it
    where no offsets are.
    """
    try:
        moment = datetime.fromisoformat(_cut(text))
        if moment.tzinfo is not None:
            return frozenset({moment.astimezone(UTC)})
        if clock is None:
            return None
        zones = (clock, UTC) if kind == "utc" else (clock,)
        return frozenset(moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for zone in zones for fold in (0, 1))
    except (ValueError, OverflowError):
        return None


def _shared(one: dict[str, Any], other: dict[str, Any], shape: Shape | None) -> Iterator[str]:
    """Yield the names that both have, and those that one has and *shape* speaks of."""
    if one.keys() == other.keys():
        yield from one
        return
    is_dictionary = shape is not None and (not shape.properties or "additionalProperties" in shape.node)
    for name in {**one, **other}:
        if (name in one and name in other) or is_dictionary or (shape is not None and name in shape.properties):
            yield name


def _member(shape: Shape | None, name: str) -> Shape | None:
    return None if shape is None else shape.properties.get(name) or shape.additional


def _cut(text: str) -> str:
    """Return a date-time with six digits of a fraction at most, as Python takes them."""
    return re.sub(r"(\.\d{6})\d+", r"\1", text)
