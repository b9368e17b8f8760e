r"""The elements of one array in a JSON text of any size, a block at a time.

Decoding a block at once is what makes this quick, and needs to know where its last element ends.
That is guessed: ``},{"startedDateTime"`` stood between two elements, so the last place in the block
where it stands is where one ended. Decoding judges the guess: what stands before that place, in
brackets, is an array only if each of its elements is whole, for otherwise a bracket or quote would
be left open. So a wrong guess and a broken element cost time (the block is then read token by
token), and never truth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Generic, Protocol, TypeVar

import msgspec

from mockserver.recordings.blocks import BLOCK
from mockserver.recordings.rules import BOUNDED, BYTES_AT_MOST, COMPLETE, DEPTH_AT_MOST, MEBIBYTE, READABLE, Unusable

T = TypeVar("T")

# RFC 8259, section 7: a string ends at the first quote before which no backslash stands.
STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
TOKEN = re.compile(rb'\s*+([{}\[\],:]|[^"{}\[\],:\s]++|' + STRING + rb")", re.DOTALL)
BRACKET = re.compile(rb"[{}\[\]]|" + STRING + rb'|"', re.DOTALL)
BETWEEN = re.compile(rb"[\s,]*+")
SEPARATOR = re.compile(rb"\}\s*+,\s*+\{\s*+" + STRING + rb"\s*+:", re.DOTALL)
SCALAR = re.compile(rb"(?:null|true|false|-?[0-9.eE+-]+|" + STRING + rb")(?=\s*+[,\]])", re.DOTALL)
UNFINISHED = re.compile(rb'(?:"[^"\\]*+(?:\\.[^"\\]*+)*+\\?|[a-z0-9.eE+-]*)', re.DOTALL)
QUOTE = ord('"')
NOT_JSON = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def reason(error: Exception) -> str:
    """Return why a text is not the JSON that was expected, as a clause; *error* is one of NOT_JSON."""
    match error:
        case msgspec.ValidationError():
            return f"{error}".replace(" - at `$.", " at `").replace(" - at `$[...].", " at `")
        case UnicodeDecodeError():
            return f"it is not UTF-8 (byte {error.start})"
        case RecursionError():
            return "it is nested too deep"
        case _:
            return f"it is not JSON: {error}".removesuffix(".").replace("JSON is malformed: ", "")


class Text(Protocol):
    """A text in blocks; *problem* is why it breaks off, where it is known."""

    @property
    def problem(self) -> str: ...  # noqa: D102

    def __iter__(self) -> Iterator[bytes]: ...


class Elements(Generic[T]):
    """The elements of the array at *path* in the JSON text of *blocks*, each as a *type_*.

    No path means that the text itself is the array. What is not such an element comes as
    :class:`Unusable`, in its place.
    """

    def __init__(self, blocks: Text, path: tuple[str, ...], type_: type[T]) -> None:
        self._source = blocks
        self._blocks = iter(blocks)
        self._path = [b'"%s"' % name.encode() for name in path]
        self._one = msgspec.json.Decoder(type_)
        self._many = msgspec.json.Decoder(list[type_])  # type: ignore[valid-type]
        self._text = b""
        self._at = 0
        self._separator = b""
        # Places in the whole text: where the part that is held begins, and how far it must be read token by token.
        self._before = self._distrusted = 0
        self._ended = False

    def __iter__(self) -> Iterator[T | Unusable]:
        """Yield each element once, in order."""
        for elements in self.batches():
            yield from elements

    @property
    def position(self) -> int:
        """Where in the text the elements end that were yielded so far, in bytes from 0."""
        return self._before + self._at

    def batches(self) -> Iterator[Sequence[T | Unusable]]:
        """Yield the elements, as many at once as were decoded together."""
        if not self._enter():
            yield [self._oversized() or self._broken_off("before its list of entries")]
            return
        while True:
            if len(self._text) - self._at < BLOCK:
                self._more()
            self._skip()
            if elements := self._several():
                yield elements
            elif (element := self._next()) is not None:
                yield [element]
            else:
                return

    def _enter(self) -> bool:
        """Go behind the bracket that opens the array; whether there is one."""
        keys: list[bytes] = []
        token = b""
        while len(keys) < DEPTH_AT_MOST:
            last, token = token, self._token()
            if token == b"[" and keys == self._path:
                return True
            if token in (b"{", b"["):
                keys.append(b"")
            elif token == b":" and keys:
                keys[-1] = last
            elif token in (b"}", b"]") and keys:
                keys.pop()
            if not keys or not token:
                return False
        return False

    def _token(self) -> bytes:
        """Return the next token, or nothing where none ends within reason."""
        while True:
            match = TOKEN.match(self._text, self._at)
            # What ends with the text may go on in the next block.
            whole = match is not None and match.end() < len(self._text)
            if whole or self._oversized() or not self._more(len(self._text) - self._at):
                break
        match = TOKEN.match(self._text, self._at)
        if match is None:
            return b""
        self._at = match.end()
        return match[1]

    def _more(self, size: int = 1) -> bool:
        """Read at least *size* more bytes behind what is not used yet; whether there were any.

        What reads a token anew asks for as much as it had, so that a long one is not read too often.
        """
        pieces = [self._text[self._at :]]
        self._before += self._at
        size, self._at = max(size, 1), 0
        while size > 0 and (block := next(self._blocks, b"")):
            pieces.append(block)
            size -= len(block)
        self._text = b"".join(pieces)
        return len(pieces) > 1

    def _skip(self) -> None:
        """Go to where the next element, or the end of the array, begins."""
        while True:
            if match := BETWEEN.match(self._text, self._at):
                self._at = match.end()
            if self._at < len(self._text) or not self._more():
                return

    def _several(self) -> list[T]:
        """Return the elements up to where the last of the text may end; none if there is nothing to go by."""
        if not self._separator or self._before + self._at < self._distrusted:
            return []
        end = self._text.rfind(self._separator, self._at) + 1
        try:
            elements: list[T] = self._many.decode(b"[%b]" % self._text[self._at : end]) if end else []
        except NOT_JSON:
            self._distrusted = self._before + end
            return []
        self._at = max(self._at, end)
        return elements

    def _next(self) -> T | Unusable | None:
        """Return the next element, read token by token; None behind the last."""
        self._skip()
        if self._ended or self._text.startswith(b"]", self._at):
            return None
        try:
            end = self._end()
        except Unusable as unusable:
            self._ended = not self._recover()
            return unusable
        before = self._separator
        if match := SEPARATOR.match(self._text, end - 1):
            self._separator = match[0]
        raw = self._text[self._at : end]
        try:
            element = self._one.decode(raw)
        except NOT_JSON as error:
            # Where a quote is broken, brackets are counted wrong: later elements may stand in *raw*.
            swallowed = -1 if isinstance(error, msgspec.ValidationError) or not before else raw.find(before)
            self._at += swallowed + 1 if swallowed >= 0 else len(raw)
            return Unusable(BOUNDED if isinstance(error, RecursionError) else READABLE, reason(error))
        self._at = end
        return element

    def _end(self) -> int:
        """Return where the element that begins here ends; raises Unusable where it does not."""
        while self._text[self._at : self._at + 1] not in (b"{", b"["):
            if scalar := SCALAR.match(self._text, self._at):
                return scalar.end()
            if not UNFINISHED.fullmatch(self._text, self._at):
                raise Unusable(READABLE, "there is no entry where one should begin")
            self._grow()
        depth = done = 0
        while True:
            for match in BRACKET.finditer(self._text, self._at + done):
                token = match[0]
                if token == b'"':
                    break
                if token[0] != QUOTE:
                    depth += 1 if token in b"{[" else -1
                    if depth == 0:
                        return match.end()
                done = match.end() - self._at
            self._grow()

    def _grow(self) -> None:
        """Read on, for what begins here does not end in the text; raises Unusable if it never does."""
        if oversized := self._oversized():
            raise oversized
        if not self._more(len(self._text) - self._at):
            raise self._broken_off("in the middle of an entry" if self._text else "before its list of entries does")

    def _oversized(self) -> Unusable | None:
        if len(self._text) - self._at <= BYTES_AT_MOST:
            return None
        return Unusable(BOUNDED, f"it is larger than {BYTES_AT_MOST // MEBIBYTE} MiB")

    def _recover(self) -> bool:
        """Go to where the element after a broken one seems to begin; whether there is such a place."""
        if not self._separator:
            return False
        found = self._text.find(self._separator, self._at)
        while found < 0:
            # The separator may lie across two blocks.
            self._at = max(self._at, len(self._text) - len(self._separator))
            if not self._more():
                return False
            found = self._text.find(self._separator)
        self._at = found + 1
        return True

    def _broken_off(self, where: str) -> Unusable:
        return Unusable(COMPLETE, self._source.problem or f"the file ends {where}")
