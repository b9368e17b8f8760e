"""All of an exchange but its bodies: the same for thousands of exchanges, so worked out once for each.

A :class:`Desk` is what the checks of one operation need, a :class:`Head` what they know of one pair of heads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from mockserver import media
from mockserver.checks.credentials import is_anonymous
from mockserver.checks.manners import Manners
from mockserver.checks.memory import Asked, Body, Memory
from mockserver.contract import Content, Contract, Operation
from mockserver.contract.naming import normal
from mockserver.exchange import Exchange, Headers, Part, Request, Response
from mockserver.finding import Finding, Place
from mockserver.media import Family, negotiation
from mockserver.media.json import UTF_8
from mockserver.reading import Reader, Reason

HEADS_AT_MOST = 4096
# RFC 9110, section 15: statuses whose answers never have a body, and where the classes begin.
BODILESS = frozenset({204, 205, 304})
OK, REDIRECTION, ERRORS, SERVER_ERRORS = 200, 300, 400, 500
# Response headers whose values some check looks at, beside documented ones.
INTERESTING = ("content-type", "content-encoding", "transfer-encoding", "www-authenticate", "content-language")
Key = tuple[Any, ...]


class Desk:
    """One operation with all that its checks need, compiled once; desks of one judge share a *memory*."""

    def __init__(self, contract: Contract, operation: Operation, manners: Manners, memory: Memory) -> None:
        self.document = contract.document
        self.operation = operation
        self.manners = manners
        self.memory = memory
        self.schemes = contract.security_schemes
        self.reader = Reader(operation, lenient=manners.lenient)
        documented = {name.lower() for answer in operation.answers.values() for name in answer.headers}
        self.interesting = tuple({*INTERESTING, *documented, *manners.headers})
        self.heads: dict[Key, Head] = {}
        self._last: dict[tuple[int, int], tuple[Headers, Headers, Key, Head]] = {}
        self.compiled: dict[Any, Any] = {}
        self._lined: dict[str, Place] = {}

    def place(self, pointer: str) -> Place:
        """Return the node at *pointer* of the document; its line is looked up once it is told (:meth:`lined`)."""
        return Place(pointer)

    def lined(self, place: Place) -> Place:
        """Return *place* with its line: for the first of them the whole document is read once more."""
        known = self._lined.get(place.pointer)
        if known is None:
            known = self._lined[place.pointer] = Place(place.pointer, self.document.line(place.pointer))
        return known

    def body(self, raw: bytes, family: Family, content: Content | None, charset: str | None) -> Body:
        """Return what *raw*, the body of an answer, tells: written as *family* in *charset*, as *content* says."""
        # Contents are told apart by identity: they live as long as the contract.
        facts = Body, family, id(content), charset
        return self.memory.of(raw, facts, lambda: Body.read(raw, family, content, charset))

    def asked(self, request: Request) -> Asked:
        """Return what the body of *request* tells."""
        facts = self.reader, request.headers.get("content-type")
        return self.memory.of(request.body, facts, lambda: Asked.read(request, self.reader))

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """The media types that the operation documents for answers of success, in order."""
        names = (
            name for status, answer in self.operation.answers.items() if status[0] in "2d" for name in answer.contents
        )
        return tuple(dict.fromkeys(names))

    @cached_property
    def header_names(self) -> frozenset[str]:
        """The names of the operation's header parameters, in lower case."""
        return frozenset(each.name.lower() for each in self.operation.parameters if each.location == "header")

    @cached_property
    def header_spellings(self) -> Mapping[str, str]:
        """The same names as the document spells them, by what is left of them without case and hyphens."""
        return {normal(each.name): each.name for each in self.operation.parameters if each.location == "header"}

    @cached_property
    def fault(self) -> Content | None:
        """The one form that documented errors have in JSON; None if they have none, or several."""
        found: dict[str, Content] = {}
        for status, answer in self.operation.answers.items():
            for name, content in answer.contents.items():
                if status[0] in "45" and content.schema is not None and media.family(name) == "json":
                    found[content.schema.shape.pointer] = content
        return next(iter(found.values())) if len(found) == 1 else None

    def head(self, exchange: Exchange, path_parameters: Mapping[str, str]) -> Head:
        """Return what is known of *exchange* without its bodies."""
        request, response = exchange.request, exchange.response
        headers = response.headers
        # Recordings give equal headers as one object: then nothing has to be compared.
        asked = request.method, request.query, path_parameters, exchange.unrecorded
        rest = (response.status, bool(response.body), *asked)
        same = id(request.headers), id(headers)
        last = self._last.get(same)
        if last is not None and last[0] is request.headers and last[1] is headers and last[2] == rest:
            return last[3]
        head = self._head(exchange, path_parameters)
        if len(self._last) >= HEADS_AT_MOST:
            self._last.clear()
        self._last[same] = request.headers, headers, rest, head
        return head

    def _head(self, exchange: Exchange, path_parameters: Mapping[str, str]) -> Head:
        request, response = exchange.request, exchange.response
        headers = response.headers
        key = (
            response.status,
            request.method,
            request.query,
            request.headers.fields,
            tuple(headers),
            *[headers.get(name) for name in self.interesting],
            tuple(path_parameters.values()),
            bool(response.body),
            exchange.unrecorded,
        )
        head = self.heads.get(key)
        if head is None:
            if len(self.heads) >= HEADS_AT_MOST:
                self.heads.clear()
            head = self.heads[key] = Head(self, exchange, path_parameters)
        return head


class Head:
    """What is known of an exchange of one operation without looking at its bodies.

    *request* and *response* are those of the first exchange that had this head, without their bodies. *succeeds*: the
    answer is the one that was asked for. *has_no_body*: it cannot have one, whatever the document says (RFC 9110,
    section 6.4.1). *answer* is what the operation documents for the *status*, *content* for the media type besides.
    *media_type* is type and subtype as the answer says itself (nothing if it does not), *charset* and *family* what
    it says of how it is written; *is_labelled*: it names one media type (RFC 9110, section 8.3). *accept* is what the
    client takes; None if it does not say, or was not recorded.
    """

    def __init__(self, desk: Desk, exchange: Exchange, path_parameters: Mapping[str, str]) -> None:
        self.desk = desk
        self.operation = desk.operation
        request, response = exchange.request, exchange.response
        self.request = Request(request.method, request.path, request.query, request.headers)
        self.response = Response(response.status, response.headers)
        self.has_body = bool(exchange.response.body)
        self.unrecorded = exchange.unrecorded
        self.path_parameters = path_parameters
        # What was found in the head of the answer, and in that of the request; None until somebody looked.
        self.found: tuple[Finding, ...] | None = None
        self.blamed: tuple[Finding, ...] | None = None
        # The quick yes to exchanges with this head; None until two were plainly right, or where there is none.
        self.quick: Callable[[Exchange], bool] | None = None
        self.times_right = 0
        content_type = response.headers.get("content-type", "")
        self.status = response.status
        self.succeeds = OK <= self.status < REDIRECTION
        self.has_no_body = request.method == "HEAD" or self.status in BODILESS or self.status < OK
        self.answer = desk.operation.answer_for(self.status)
        self.media_type = negotiation.essence(content_type)
        self.is_labelled = negotiation.MediaType.parse(content_type) is not None
        self.charset = negotiation.charset_of(content_type)
        self.family: Family | None = media.family(self.media_type) if self.media_type else None
        self.content = self._described()
        self.accept: str | None = request.headers.get("accept") if self.knows("request headers") else None

    def knows(self, *parts: Part) -> bool:
        """Return whether all of *parts* were recorded; the request as a whole stands for each part of it."""
        return not self.unrecorded or not any(
            part in self.unrecorded or (part.startswith("request") and "request" in self.unrecorded) for part in parts
        )

    def _described(self) -> Content | None:
        if self.answer is None or not self.media_type:
            return None
        name = negotiation.described(self.media_type, self.answer.contents)
        return None if name is None else self.answer.contents[name]

    def content_of(self, family: Family | None) -> Content | None:
        """Return the documented content to judge a body by that is written as *family*: that of its media type first.

        An answer whose media type is missing or wrong still has one of the documented forms.
        """
        if self.content is not None:
            return self.content
        contents: Iterable[Content] = self.answer.contents.values() if self.answer is not None else ()
        return next((each for each in contents if media.family(each.media_type) == family), None)

    @cached_property
    def is_plain(self) -> bool:
        """Whether the answer is a documented success in JSON, and all of the exchange was recorded."""
        is_success = not self.unrecorded and self.succeeds and not self.has_no_body and self.is_labelled
        return is_success and self.family == "json" and self.charset in UTF_8 and self.content is not None

    @cached_property
    def _read(self) -> tuple[dict[str, Any], tuple[Reason, ...]]:
        reasons: list[Reason] = []
        parameters = self.desk.reader.parameters(self.request, self.path_parameters, reasons)
        return parameters, tuple(reasons)

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The request's parameters by name."""
        return self._read[0]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the parameters break the contract."""
        return self._read[1]

    @cached_property
    def is_acceptable(self) -> bool:
        """Whether the client takes anything that the operation offers."""
        return not self.desk.offered or negotiation.choose(self.accept, self.desk.offered) is not None

    @cached_property
    def shows_no_credentials(self) -> bool:
        """Whether none of the credentials that the operation asks for are to be seen in the request."""
        return self.knows("request headers") and is_anonymous(self.request, self.operation.security, self.desk.schemes)

    @property
    def is_anonymous(self) -> bool:
        """Whether the request has none of them: what the recorder left out cannot be told."""
        return self.shows_no_credentials and self.knows("request credentials")

    @cached_property
    def options(self) -> Any:
        """What the dialect reads in the request, see :class:`Manners`; None if it was not recorded."""
        return self.desk.manners.options(self) if self.knows("request headers") else None
