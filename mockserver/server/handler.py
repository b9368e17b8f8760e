"""One operation's handler: a request read, answered by the provider, told as the client asked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any, NamedTuple

from mockserver import media
from mockserver.contract import Content, Operation, Shape
from mockserver.errors import MockserverError, UsageError
from mockserver.exchange import Headers, Request
from mockserver.media import UnknownCharset, negotiation
from mockserver.media.body import codec
from mockserver.provider import Provider, Reply, usual_status
from mockserver.reading import BadRequest, Reader
from mockserver.server.dialect import Dialect
from mockserver.server.gateway import Receive, Scope, Send
from mockserver.server.heads import Known, known_of
from mockserver.server.messages import Answer, Field, fields, request_of
from mockserver.server.refusal import Refused

PREFERENCE = re.compile(r'\s*([A-Za-z-]+)\s*(?:=\s*(?:"([^"]*)"|([^\s,;]*)))?\s*')
STATUS = re.compile("[2-5][0-9]{2}")
WISHES = "wishes"
ERRORS = 400  # RFC 9110, section 15: this status and all above it

# What stands for a range of media types in a document: nobody can send a range.
EXAMPLES = {
    "*/*": ("application/json", "application/xml", "text/plain"),
    "application/*": ("application/json", "application/xml"),
    "text/*": ("text/plain",),
}


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a client asks of the mock itself in ``Prefer`` (RFC 7240): a documented status, an example."""

    status: int | None = None
    example: str | None = None
    dynamic: bool = False


@lru_cache(maxsize=256)
def preferences(text: str) -> Preferences:
    """Return the preferences in a ``Prefer`` header: ``code=404``, ``example=name``, ``dynamic=true``."""
    matches = map(PREFERENCE.match, re.split("[,;]", text))
    found = {match[1].lower(): match[2] or match[3] or "" for match in matches if match}
    code = found.get("code", "")
    status = int(code) if STATUS.fullmatch(code) else None
    return Preferences(status, found.get("example"), found.get("dynamic") == "true")


class _Wishes(NamedTuple):
    """What the head of a request wants of its answer, as *handler* reads it.

    *options* are the dialect's; *documented* is the media type in the document where values differ by it; *told* has
    media type and header fields of answers by status and offered media types, as they come to be known.
    """

    handler: Handler
    options: Any
    preferred: Preferences
    documented: str | None
    told: dict[tuple[int, tuple[str, ...]], tuple[str, tuple[Field, ...]]]


class Handler:
    """Answers the requests of one operation; an ASGI application."""

    def __init__(
        self,
        operation: Operation,
        provider: Provider,
        dialect: Dialect,
        *,
        fault_shape: Shape,
        max_body: int,
        fall_back: bool,
        cors: bool,
    ) -> None:
        self.operation = operation
        self.provider = provider
        self.dialect = dialect
        self.max_body = max_body
        self.fall_back = fall_back
        self.varies_by_origin = cors
        self.reader = Reader(operation, lenient=dialect.lenient)
        self.fault_shape = fault_shape
        self.varies = any(answer.varies for answer in operation.answers.values())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = await request_of(scope, receive, self.max_body)
        answer = self.answer(request, scope["path_params"], known_of(scope))
        await answer.send(send)

    def answer(self, request: Request, path_parameters: Mapping[str, str], known: Known) -> Answer:
        """Return the answer to *request*, with whose head is *known*; raises MockserverError where it gets none."""
        wishes: _Wishes | None = known.get(WISHES)
        if wishes is None or wishes.handler is not self:
            wishes = known[WISHES] = self._wishes(request, path_parameters)
        asked = self.reader.read(request, path_parameters)
        reply = self._reply(asked.names, wishes.preferred, wishes.documented)
        status, media_types, value, shape, _, is_example = reply
        if status >= ERRORS and shape is not None and shape is self.fault_shape:
            raise self._fault(status)
        told = wishes.told.get((status, media_types))
        if told is None:
            told = wishes.told[status, media_types] = self._told(request.headers, reply, wishes.options)
        media_type, head = told
        if not media_type:
            return Answer(status, head)
        if is_example and _is_written(media_type, value):
            return Answer(status, head, _in_charset(media_type, value.encode()))
        if shape is not None and status < ERRORS:
            value = self.dialect.present(value, shape, wishes.options)
        return Answer(status, head, _body(media_type, value, shape))

    def _wishes(self, request: Request, path_parameters: Mapping[str, str]) -> _Wishes:
        """Return what the head of *request* wants; where that makes no sense, the error has the body's reasons too."""
        try:
            options = self.dialect.prepare(request.headers, request.query)
            preferred = preferences(request.headers.get("prefer", ""))
            documented = self._documented(request.headers, preferred) if self.varies else None
        except MockserverError as error:
            try:
                self.reader.read(request, path_parameters)
            except BadRequest as more:
                raise BadRequest([str(error), *more.reasons]) from error
            raise
        return _Wishes(self, options, preferred, documented, {})

    def _told(self, headers: Headers, reply: Reply, options: Any) -> tuple[str, tuple[Field, ...]]:
        """Return the media type of *reply*, blank where it has no body, and its header fields."""
        offered = _offered(reply.media_types)
        media_type = self._media_type(headers, reply.status, offered) if offered else ""
        told = _fields(media_type, self.dialect.response_headers(options), self.varies_by_origin)
        return media_type, (*told, *fields(*reply.headers.items()))

    def _documented(self, headers: Headers, preferred: Preferences) -> str | None:
        """Return the documented media type that is answered, where values differ by it; None where they do not."""
        status = usual_status(self.operation) if preferred.status is None else preferred.status
        answer = self.operation.answer_for(status)
        if answer is None or not answer.varies:
            return None
        named = [name for name, each in answer.contents.items() if preferred.example in each.examples]
        offered: dict[str, str] = {}
        for name in named or answer.contents:
            for each in _offered((name,)):
                offered.setdefault(each, name)
        return offered[self._media_type(headers, status, tuple(offered))]

    def _reply(self, names: Mapping[str, Any], preferred: Preferences, media_type: str | None) -> Reply:
        if preferred.status is not None and self.operation.answer_for(preferred.status) is None:
            documented = ", ".join(self.operation.answers)
            raise Refused(400, f"Prefer: code={preferred.status} is not documented; documented are {documented}")
        try:
            return self.provider.answer(
                self.operation,
                names,
                status=preferred.status,
                example=preferred.example,
                dynamic=preferred.dynamic,
                media_type=media_type,
            )
        except UsageError as error:
            raise Refused(400, f"Prefer: {error}") from error

    def _fault(self, status: int) -> MockserverError:
        """Return an error of the dialect's own that the client asked for."""
        if status == HTTPStatus.UNAUTHORIZED:
            return self.dialect.stranger()
        return Refused(status, f"this answer was asked for: Prefer: code={status}")

    def refusal(self, error: Refused, headers: Headers) -> Answer | None:
        """Return *error* as the document tells errors of its status; None where the dialect's own form will do.

        That is the dialect's members where the schema takes them, the message where it is one of texts, else any value.
        """
        documented = self.operation.answer_for(error.status)
        contents = {} if documented is None else documented.contents
        value: Any = self.dialect.fault(error.status, error.message)
        if not contents or all(_takes(contents.get(each), value) for each in self.dialect.fault_types.values()):
            return None
        names = {each: name for name in contents for each in _offered((name,))}
        media_type = negotiation.choose(headers.get("accept"), tuple(names)) or next(iter(names))
        content = contents[names[media_type]]
        shape = content.schema.shape if content.schema else self.fault_shape
        if not _takes(content, value):
            value = error.message
        if not _takes(content, value):
            reply = self.provider.answer(self.operation, {}, status=error.status, media_type=content.media_type)
            value = reply.value
        head = (content_type(media_type), *fields(("Vary", "Accept"), *error.headers.items()))
        return Answer(error.status, head, _body(media_type, value, shape))

    def _media_type(self, headers: Headers, status: int, offered: tuple[str, ...]) -> str:
        chosen = negotiation.choose(headers.get("accept"), offered)
        if chosen is not None:
            return chosen
        if self.fall_back or status >= ERRORS:
            return offered[0]
        raise Refused(406, f"none of the media types accepted is offered; offered are {', '.join(offered)}")


def _takes(content: Content | None, value: Any) -> bool:
    """Whether *value* is one of a documented body, whatever that is where there is no schema."""
    return content is not None and (content.schema is None or content.schema.is_valid(value))


@lru_cache(maxsize=256)
def _offered(media_types: tuple[str, ...]) -> tuple[str, ...]:
    """Return the documented *media_types* without ranges."""
    return tuple(each for name in media_types for each in EXAMPLES.get(name, (name.replace("*", "octet-stream"),)))


def _is_written(media_type: str, value: Any) -> bool:
    """Return whether an example is a body of *media_type* already (OAS 3.0.3, Example Object: what JSON cannot say)."""
    family = media.family(media_type)
    return isinstance(value, str) and (family == "form" or (family == "xml" and value.lstrip().startswith("<")))


def _body(media_type: str, value: Any, shape: Shape | None) -> bytes:
    """Return *value* as a body; of a media type that we cannot write, as text is."""
    body = media.encode(media_type if media.family(media_type) else "text/plain", value, shape)
    return _in_charset(media_type, body) if "charset=" in media_type else body


def _in_charset(media_type: str, body: bytes) -> bytes:
    """Return *body*, which is UTF-8, in the charset that *media_type* names; what that cannot spell is escaped."""
    name = negotiation.charset_of(media_type) or "utf-8"
    try:
        charset = codec(name)
    except UnknownCharset:
        return body
    if charset == "utf-8":
        return body
    text, family = body.decode(), media.family(media_type)
    if family == "json":
        return json.dumps(json.loads(text), separators=(",", ":")).encode(charset)
    declared = text.replace('encoding="utf-8"', f'encoding="{name}"', 1) if family == "xml" else text
    return declared.encode(charset, "xmlcharrefreplace" if family == "xml" else "replace")


@lru_cache(maxsize=256)
def content_type(media_type: str) -> Field:
    """Return the Content-Type field; every body of ours that is text is UTF-8."""
    text = media.family(media_type) is not None and "charset=" not in media_type
    return b"content-type", (f"{media_type}; charset=utf-8" if text else media_type).encode("latin-1")


@lru_cache(maxsize=256)
def _fields(media_type: str, pairs: tuple[tuple[str, str], ...], varies_by_origin: bool) -> tuple[Field, ...]:
    """Return the header fields *pairs*, after that of *media_type* where there is one."""
    told = fields(
        *((name, f"{value}, Origin" if varies_by_origin and name == "Vary" else value) for name, value in pairs)
    )
    return (content_type(media_type), *told) if media_type else told
