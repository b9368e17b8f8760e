"""Bodies that were read, kept for a while: the same question has the same answer, so many come again to the byte."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import orjson

from mockserver import media
from mockserver.contract import Content, Shape
from mockserver.errors import MockserverError
from mockserver.exchange import Request
from mockserver.media import Family
from mockserver.reading import Reader, Reason, Sent

NAMES: dict[Family, str] = {
    "json": "application/json",
    "xml": "application/xml",
    "form": media.form.MEDIA_TYPE,
    "text": "text/plain",
}
ABSENT: Any = object()
BLANKS = b" \t\r\n"
# Bytes of the bodies that one memory keeps; what was read from them takes some eight times as much.
KEPT = 2 << 20
T = TypeVar("T")


class Memory:
    """What was made of bodies, by body and whatever else it follows from; of many the last ones.

    What is kept is shared by all that ask for it: nobody may change it.
    """

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._known: dict[Hashable, Any] = {}
        self._sizes: deque[tuple[Hashable, int]] = deque()
        self._kept = 0

    def of(self, body: bytes, facts: Hashable, made: Callable[[], T]) -> T:
        """Return what was made of *body* under *facts*; what is *made* where that is not known."""
        key = body, facts
        found: T | None = self._known.get(key)
        if found is None:
            found = made()
            if len(body) <= self._most:
                self._keep(key, len(body), found)
        return found

    def _keep(self, key: Hashable, size: int, value: Any) -> None:
        self._known[key] = value
        self._sizes.append((key, size))
        self._kept += size
        while self._kept > self._most:
            oldest, less = self._sizes.popleft()
            del self._known[oldest]
            self._kept -= less


class Asked(NamedTuple):
    """A request body read: *sent* as it is written, the *value* that the server makes of it, or why it cannot.

    *reasons* are why it breaks its schema, *error* is why nobody can read it at all.
    """

    sent: Sent | None = None
    value: Any = None
    reasons: tuple[Reason, ...] = ()
    error: MockserverError | None = None

    @classmethod
    def read(cls, request: Request, reader: Reader) -> Asked:
        """Return what the body of *request* tells to *reader*."""
        reasons: list[Reason] = []
        sent = None
        try:
            sent = reader.sent(request, reasons)
            value = None if sent is None else reader.understood(sent, reasons)
        except MockserverError as error:
            return cls(sent, None, tuple(reasons), error.with_traceback(None))
        return cls(sent, value, tuple(reasons))


NOT_ASKED = Asked()


class Hidden(dict[str, Any]):
    """What an answer has where its request asked to see nothing, by its pointer.

    *is_all_wrong* is whether nothing else is wrong with the answer, once that is known.
    """

    is_all_wrong: bool | None = None


NOTHING_HIDDEN = Hidden()


class Body:
    """A response body read: its *value* (ABSENT where it has none), or the *error* why it cannot be read.

    *family* is how it is written, which need not be what its label says; *content* is what the
    document says of it. *is_exact* is true of XML that surely departs nowhere from the form of its schema.
    """

    def __init__(self, raw: bytes = b"", family: Family | None = None, content: Content | None = None) -> None:
        self._raw = raw
        self.family = family
        self.content = content
        self.value: Any = ABSENT
        self.error: MockserverError | None = None
        self.is_exact = False
        # By what requests asked to see.
        self.hidden: dict[Hashable, Hidden] = {}

    @classmethod
    def read(cls, raw: bytes, family: Family, content: Content | None, charset: str | None) -> Body:
        """Return what *raw* tells, written as *family* in *charset*."""
        body = cls(raw, family, content)
        try:
            if family == "xml":
                from mockserver.media import exact  # noqa: PLC0415 (few answers are XML: see media)

                body.value, body.is_exact = exact.read(raw, body.shape, charset)
            else:
                body.value = media.decode(NAMES[family], raw, body.shape, charset)
        except MockserverError as error:
            body.error = error.with_traceback(None)
        return body

    @property
    def shape(self) -> Shape | None:
        """The form that the document gives the value; None if it gives none."""
        return None if self.content is None or self.content.schema is None else self.content.schema.shape

    @cached_property
    def keeps_schema(self) -> bool:
        """Whether the value surely keeps its schema and has no member that this does not declare."""
        return self.content is None or self.content.schema is None or self.content.schema.is_exact(self.value)

    @cached_property
    def is_whole(self) -> bool:
        """Whether this JSON spells no more members than its value has."""
        try:
            written = orjson.dumps(self.value)
        except TypeError:
            return False
        return written == self._raw or _members(written) == _members(self._raw.translate(None, BLANKS))


def _members(compact: bytes) -> int:
    """Return how many members JSON without blanks has: quote and colon end a name, unless the quote is escaped."""
    return compact.count(b'":') - compact.count(b'\\":')
