"""A quick yes to exchanges that nothing is wrong with, which nearly all are.

Exchanges with one head, in which no check of heads found anything, differ in their bodies alone.
For them one pass over the bytes says whether all checks would find nothing: a struct decoder judges and
parses (:mod:`mockserver.contract.structs`), and what checks look at besides is read from the struct. A no
says nothing: the checks have the last word.

Answers show the same people, firms and projects again and again. So a member of some size is judged once for
each text in which it comes, unless most of its texts prove to be new.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from mockserver.checks.echo import echoes_of, is_id
from mockserver.checks.hidden import kept
from mockserver.checks.order import NOT_BEFORE
from mockserver.contract import Schema, Shape
from mockserver.contract.structs import Dates, Decoder, Getter, decoder

if TYPE_CHECKING:
    from mockserver.checks.manners import Narrowing
    from mockserver.checks.subject import Subject
    from mockserver.exchange import Exchange

Quick = Callable[["Exchange"], bool]
Path = tuple[Any, ...]
Condition = Callable[[Any], bool]
# Characters of a member from which on looking its text up costs less than judging it.
WORTH = 150
# New texts of a member before it may be given up, and bytes of texts that are kept for the members of one schema.
TRIED = 1024
KEPT = 2 << 20
NO_ANSWER = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
# The end of a date-time with an offset, from the letter on that parts date and time: nothing else has one so often.
CLOCK_WITH_OFFSET = re.compile(r'T[\d:.]+(?:Z|[+-]\d\d:\d\d)(?=")', re.ASCII)
DAY = len("2026-01-15")

encode = msgspec.json.Encoder().encode


def answers_of(subject: Subject, schema: Schema, dates: Dates) -> Answers | None:
    """Return what is compiled for JSON answers of *schema*; None where nothing can be."""
    known, key = subject.desk.compiled, (answers_of, schema.shape, dates)
    if key not in known:
        # What is compiled follows the order of one answer: if it is always the same, it is compiled once.
        like = kept(subject, schema)
        paths = [each.path for each in echoes_of(subject, schema.shape)]
        made = Answers(schema, dates, paths, subject.value if like is None else like)
        known[key] = made if made.is_compiled else None
    found: Answers | None = known[key]
    return found


def quick(subject: Subject, asked: Schema, answers: Answers, narrowing: Narrowing) -> Quick | None:
    """Return the quick yes for requests of JSON *asked*, answered with *answers*; None if there is none."""
    request, names = decoder(asked), [each.name for each in echoes_of(subject, answers.shape)]
    if request is None or not all(request.knows((name,)) for name in names):
        return None
    return _Clean(request, [request.getter((name,)) for name in names], answers, narrowing)


class _Part:
    """A member that is judged once for each text in which it comes; *known* are those that were right."""

    def __init__(self, name: str, text: Getter, decoder: Decoder) -> None:
        self.name = name
        self.text = text
        self.decoder = decoder
        self.conditions: list[Condition] = []
        self.known: set[bytes] = set()
        self.misses = 0

    def is_right(self, text: bytes) -> bool:
        """Return whether nothing is wrong with *text*; raises what is in NO_ANSWER."""
        value = self.decoder.decode(text)
        return encode(value) == text and not _any(self.conditions, value)


class _Form(NamedTuple):
    """How answers are read: what *decode* returns has *ids* and *parts*, and none of *conditions* may hold for it."""

    decode: Callable[[bytes], Any]
    ids: list[Getter]
    conditions: list[Condition]
    parts: list[_Part]


class Answers:
    """The yes to answers of *schema* alone: a struct, what else is read of it, and texts that were right.

    *ids* are paths to what a request may name; *like* is one of the answers.
    """

    def __init__(self, schema: Schema, dates: Dates, ids: list[Path], like: Any) -> None:
        self._schema = schema
        self._dates = dates
        self._ids = ids
        self._like = like
        self._count = self._kept = 0
        self._form = self._compiled(self._repeated())

    @property
    def shape(self) -> Shape:
        """The form of the answers."""
        return self._schema.shape

    @property
    def is_compiled(self) -> bool:
        """Whether there is a struct for the schema."""
        return self._form is not None

    def is_right(self, body: bytes, wanted: Sequence[Any], narrowing: Narrowing) -> bool:
        """Return whether every check finds nothing in *body*, which has to show the ids *wanted*; no is no answer."""
        form = self._form
        self._count += 1
        try:
            value = form.decode(body)
            # What is not written as it would be again may have a member twice, which no struct sees.
            if encode(value) != body or not self._parts_are_right(form, value):
                return False
        except NO_ANSWER:
            return False
        for asked, shown in zip(wanted, form.ids, strict=True):
            if asked is not None and shown(value) != asked:
                return False
        if _any(form.conditions, value) or not all(mark not in body for mark in narrowing.marks):
            return False
        is_right = narrowing.is_right
        return is_right is None or all(is_right(*each) for each in _moments(body.decode()))

    def _repeated(self) -> frozenset[str]:
        """The members that may be worth to be known again, as large as they are in the one answer known so far."""
        members = self._like.items() if isinstance(self._like, dict) else ()
        shown = {path[0] for path in self._ids}
        return frozenset(
            name
            for name, member in members
            if name not in shown and isinstance(member, dict | list) and len(str(member)) >= WORTH
        )

    def _compiled(self, apart: frozenset[str]) -> Any:
        """Return the form with the members *apart* as parts; None where none can be compiled."""
        whole = decoder(self._schema, self._dates, self._like, apart)
        if whole is None:
            return None
        parts = {name: _Part(name, whole.getter((name,)), made) for name, made in whole.parts.items()}
        form = _Form(whole.decode, [whole.getter(path) for path in self._ids], [], list(parts.values()))
        for path, other in _ordered(self.shape):
            part = parts.get(path[0])
            owner, conditions = (whole, form.conditions) if part is None else (part.decoder, part.conditions)
            one, two = (path, other) if part is None else (path[1:], other[1:])
            if not (owner.is_date(one) and owner.is_date(two)):
                return None
            conditions.append(owner.is_before(one, two))
        return form

    def _parts_are_right(self, form: _Form, value: Any) -> bool:
        for part in form.parts:
            raw = part.text(value)
            if raw is not None and (text := bytes(raw)) not in part.known and not self._learned(part, text):
                return False
        return True

    def _learned(self, part: _Part, text: bytes) -> bool:
        """Return whether *text*, which is new, is right; then it is known."""
        if not part.is_right(text):
            return False
        part.misses += 1
        if part.misses >= TRIED and part.misses > self._count // 2:
            self._give_up(part)
        elif len(text) <= KEPT:
            self._kept += len(text)
            if self._kept > KEPT:
                for each in self._form.parts:
                    each.known.clear()
                self._kept = len(text)
            part.known.add(text)
        return True

    def _give_up(self, part: _Part) -> None:
        """Judge *part* with the rest from now on."""
        form = self._compiled(frozenset(each.name for each in self._form.parts if each is not part))
        if form is not None:
            self._form, self._count, self._kept = form, 0, 0


def wanted_of(asked: Any) -> int | str | None:
    """Return *asked* if it is the id of an entity; None if an answer need not show any."""
    return asked if is_id(asked) else None


class _Clean:
    """The yes to whole exchanges; *ids* read from a request what the answer has to show."""

    def __init__(self, request: Decoder, ids: list[Getter], answers: Answers, narrowing: Narrowing) -> None:
        self._request = request.decode
        self._ids = ids
        self._answers = answers
        self._narrowing = narrowing

    def __call__(self, exchange: Exchange) -> bool:
        """Return whether every check finds nothing in *exchange*; no is no answer."""
        sent, body = exchange.request.body, exchange.response.body
        announced = exchange.response.headers.get("content-length")
        if announced is not None and announced != str(len(body)):
            return False
        try:
            request = self._request(sent)
        except NO_ANSWER:
            return False
        wanted = [wanted_of(asked(request)) for asked in self._ids]
        return _is_plain(sent, request) and self._answers.is_right(body, wanted, self._narrowing)


def _moments(text: str) -> Iterator[tuple[str, str]]:
    """Yield the date-times with an offset in *text*, JSON without blanks and escapes: name of the member, and text."""
    for found in CLOCK_WITH_OFFSET.finditer(text):
        start = found.start() - DAY
        name = text[text.rfind('"', 0, start - 3) + 1 : start - 3] if text.startswith('":"', start - 3) else ""
        yield name, text[start : found.end()]


def _is_plain(text: bytes, value: Any) -> bool:
    """Return whether *text* is how *value* is written; a blank may stand behind colons and commas.

    Many clients write it (Python's json does by itself). What is left without these blanks is *value* as it is
    written, so they stood in no text, and no member stands there twice.
    """
    written = encode(value)
    return written in (text, text.replace(b": ", b":").replace(b", ", b","))


def _any(conditions: list[Condition], value: Any) -> bool:
    """Return whether any of *conditions* holds for *value*; a loop, since any() would take twice as long."""
    for condition in conditions:  # noqa: SIM110 (see above)
        if condition(value):
            return True
    return False


def _ordered(shape: Shape) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Yield the paths of each date and of the sibling that it is never before."""
    for path, member in _members(shape, ()):
        sibling = member.node.get(NOT_BEFORE)
        if sibling is not None:
            yield path, (*path[:-1], sibling)


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
