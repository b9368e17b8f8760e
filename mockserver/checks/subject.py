"""What a check looks at: one exchange beside its operation, its bodies decoded once, when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from mockserver.checks.head import Desk, Head
from mockserver.checks.memory import ABSENT, NOT_ASKED, Asked, Body, Hidden
from mockserver.contract import Operation, Shape
from mockserver.errors import MockserverError
from mockserver.exchange import Exchange
from mockserver.finding import Finding, Party, Severity
from mockserver.media import Family
from mockserver.reading import Reason, Sent

DIGITS = 18  # more of them tell of no body that anybody has
NO_BODY = Body()


def _nobody(_: Subject) -> Iterable[Finding]:
    return ()


class Subject:
    """One exchange of one operation; *blame* tells what its consumer did wrong, once that matters."""

    def __init__(self, head: Head, exchange: Exchange, blame: Callable[[Subject], Iterable[Finding]] = _nobody) -> None:
        self.head = head
        self.exchange = exchange
        self._blame = blame
        # What was found so far: later checks leave out what an earlier one has explained.
        self.findings: list[Finding] = []

    @property
    def desk(self) -> Desk:
        """What is compiled for the operation."""
        return self.head.desk

    @property
    def operation(self) -> Operation:
        """The operation."""
        return self.head.operation

    @cached_property
    def blamed(self) -> tuple[Finding, ...]:
        """What the consumer did wrong."""
        return tuple(self._blame(self))

    @cached_property
    def is_wrong(self) -> bool:
        """Whether the request itself deserves an error."""
        return (
            self.head.shows_no_credentials
            or not self.head.is_acceptable
            or any(finding.party is Party.CONSUMER and finding.severity is Severity.ERROR for finding in self.blamed)
        )

    @cached_property
    def _asked(self) -> Asked:
        return self.desk.asked(self.exchange.request) if self.head.knows("request body") else NOT_ASKED

    @property
    def sent(self) -> Sent | None:
        """The request body as it was sent; None where there is none that can be read."""
        return self._asked.sent

    @property
    def asked(self) -> dict[str, Any]:
        """Parameters and top-level members of the request by name, as the server understands them."""
        body = self._asked.value
        return {**self.head.parameters, **body} if isinstance(body, dict) else dict(self.head.parameters)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the request body breaks its schema."""
        return self._asked.reasons

    @property
    def unreadable(self) -> MockserverError | None:
        """Why the request body cannot be read at all."""
        return self._asked.error

    @property
    def is_truncated(self) -> bool:
        """Whether less of the response body was recorded than its head announces."""
        length = self.announced
        return length is not None and len(self.exchange.response.body) < length

    @cached_property
    def announced(self) -> int | None:
        """The length that the response announces for the body as it was recorded, in bytes; None if it does not."""
        headers = self.exchange.response.headers
        text = headers.get("content-length", "")
        if (
            not text.isdecimal()
            or len(text) > DIGITS
            or "content-encoding" in headers
            or "transfer-encoding" in headers
        ):
            return None
        return None if self.head.has_no_body else int(text)

    @cached_property
    def body(self) -> Body:
        """The response body, read as its label says; one with a wrong label or none as what it is."""
        body = self.exchange.response.body
        if not body or not self.head.knows("response body"):
            return NO_BODY
        label = self.head.family
        if label is None:
            known = self.head.media_type
            family = None if known and self.head.content is not None else looks(body)
            return NO_BODY if family is None else self._as(family)
        read = self._as(label)
        if read.error is not None and (other := looks(body)) not in (None, label):
            second = self._as(other)
            return second if second.error is None else read
        return read

    def _as(self, family: Family | None) -> Body:
        if family is None:
            return NO_BODY
        return self.desk.body(self.exchange.response.body, family, self.head.content_of(family), self.head.charset)

    @property
    def value(self) -> Any:
        """The value of the response body; ABSENT if there is none, or none that can be read."""
        return self.body.value

    @cached_property
    def shape(self) -> Shape | None:
        """The form that the document gives the response's value; None if it gives none."""
        return None if self.body.value is ABSENT else self.body.shape

    @cached_property
    def hidden(self) -> Hidden:
        """What the request asked not to see and the answer holds, mostly null: by its pointer."""
        return self.desk.manners.hidden(self)

    def is_hidden(self, pointer: str) -> bool:
        """Whether the request asked not to see what is at *pointer* of the answer, or what it stands in."""
        if not self.hidden:
            return False
        while pointer:
            if pointer in self.hidden:
                return True
            pointer = pointer.rpartition("/")[0]
        return False


def looks(body: bytes) -> Family | None:
    """Return how *body* is written by the look of it; None if it could be anything."""
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        return "xml"
    return "json" if start in (b"{", b"[") else None
