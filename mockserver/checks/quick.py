"""A quick yes to exchanges that nothing is wrong with, which nearly all are.

Exchanges with one head, in which no check of heads found anything, differ in their bodies alone.
For them one pass over the bytes says whether all checks would find nothing: a struct decoder judges and
parses (:mod:`mockserver.contract.structs`), and what checks look at besides is read from the struct. A no
says nothing: the checks have the last word.

Answers show the same people, firms and projects again and again. So a member of some size is judged once for
each text in which it comes, unless most of its texts prove to be new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from mockserver.checks.echo import echoes_of
from mockserver.checks.hidden import kept
from mockserver.checks.order import NOT_BEFORE
from mockserver.contract import Schema, Shape
from mockserver.contract.structs import Decoder, Getter, decoder

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

encode = msgspec.json.Encoder().encode


def quick(subject: Subject, asked: Schema, answered: Schema, narrowing: Narrowing) -> Quick | None:
    """Return the quick yes for JSON *asked* and *answered*, as ``shortcut`` found them; None if there is none."""
    request, echoes = decoder(asked), echoes_of(subject, answered.shape)
    # What is compiled follows the order of one answer: if it is always the same, it is compiled once.
    known = kept(subject, answered)
    value = subject.value if known is None else known
    if request is None or not all(request.knows((each.name,)) for each in echoes):
        return None
    answers = _Answers(answered, narrowing.dates, [each.path for each in echoes], value)
    form = answers.form(answers.repeated)
    if form is None:
        return None
    return _Clean(request, [request.getter((each.name,)) for each in echoes], answers, form, narrowing.marks)


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


class _Answers:
    """What is compiled for answers of *schema*; *ids* are paths to what has to be decoded, *like* is one of them."""

    def __init__(self, schema: Schema, dates: frozenset[str], ids: list[Path], like: Any) -> None:
        self._schema = schema
        self._dates = dates
        self._ids = ids
        self._like = like
        self._ordered = list(_ordered(schema.shape))

    @property
    def repeated(self) -> frozenset[str]:
        """The members that may be worth to be known again, as large as they are in the one answer known so far."""
        members = self._like.items() if isinstance(self._like, dict) else ()
        shown = {path[0] for path in self._ids}
        return frozenset(
            name
            for name, member in members
            if name not in shown and isinstance(member, dict | list) and len(str(member)) >= WORTH
        )

    def form(self, apart: frozenset[str]) -> _Form | None:
        """Return the form with the members *apart* as parts; None where none can be compiled."""
        whole = decoder(self._schema, self._dates, self._like, apart)
        if whole is None:
            return None
        parts = {name: _Part(name, whole.getter((name,)), made) for name, made in whole.parts.items()}
        form = _Form(whole.decode, [whole.getter(path) for path in self._ids], [], list(parts.values()))
        for path, other in self._ordered:
            part = parts.get(path[0])
            owner, conditions = (whole, form.conditions) if part is None else (part.decoder, part.conditions)
            one, two = (path, other) if part is None else (path[1:], other[1:])
            if not (owner.is_date(one) and owner.is_date(two)):
                return None
            conditions.append(owner.is_before(one, two))
        return form


class _Clean:
    """The yes itself; *ids* read from a request what the answer has to show."""

    def __init__(
        self, request: Decoder, ids: list[Getter], answers: _Answers, form: _Form, marks: tuple[bytes, ...]
    ) -> None:
        self._request = request.decode
        self._ids = ids
        self._answers = answers
        self._form = form
        self._marks = marks
        self._count = self._kept = 0

    def __call__(self, exchange: Exchange) -> bool:
        """Return whether every check finds nothing in *exchange*; no is no answer."""
        asked, body = exchange.request.body, exchange.response.body
        announced = exchange.response.headers.get("content-length")
        if announced is not None and announced != str(len(body)):
            return False
        form = self._form
        self._count += 1
        try:
            request, value = self._request(asked), form.decode(body)
            # What is not written as it would be again may have a member twice, which no struct sees.
            if encode(value) != body or not _is_plain(asked, request) or not self._parts_are_right(form, value):
                return False
        except NO_ANSWER:
            return False
        for wanted, shown in zip(self._ids, form.ids, strict=True):
            if (number := shown(value)) is not None and number != wanted(request):
                return False
        return not _any(form.conditions, value) and all(mark not in body for mark in self._marks)

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
        form = self._answers.form(frozenset(each.name for each in self._form.parts if each is not part))
        if form is not None:
            self._form, self._count, self._kept = form, 0, 0


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
