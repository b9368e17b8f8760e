"""What a request asks of an operation: its parameters and body as values, or every reason why it cannot be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from mockserver import forms, media
from mockserver.contract import Content, Operation, Parameter, Shape, Violation
from mockserver.contract.coercion import declared_spelling
from mockserver.contract.parameters import ABSENT, is_free, query_value, single_value
from mockserver.contract.pointer import join
from mockserver.contract.schema import Schema
from mockserver.errors import MockserverError
from mockserver.exchange import Request, cookies
from mockserver.media import multipart, negotiation

PATCH = "application/json-patch+json"
MERGE = "application/merge-patch+json"
BODY = "request body"
REASONS_AT_MOST = 50


@dataclass(eq=False)
class BadRequest(MockserverError):
    """The request breaks the contract; *reasons* are all that was found, each with its place."""

    reasons: list[str]

    def __str__(self) -> str:
        """Return the reasons as one text, a line each."""
        shown = self.reasons[:REASONS_AT_MOST]
        more = len(self.reasons) - len(shown)
        return "\n".join([*shown, f"and {more} more"] if more else shown)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why a request breaks the contract.

    *part* is ``query limit``, ``header X-Id``, ``request body`` or the like; *violation* is how the value
    there breaks its schema, None where it is not there at all; *contract* is the place in the document.
    """

    part: str
    place: str
    message: str
    contract: str
    violation: Violation | None = None

    def __str__(self) -> str:
        """Return the place, as a person would call it, and the message."""
        return f"{self.place}: {self.message}"


class Sent(NamedTuple):
    """A request body as it was sent: its *value* before it is read leniently, and the *schema* for it, if any."""

    value: Any
    media_type: str
    schema: Schema | None


class _Kind(NamedTuple):
    """What a body is by its ``Content-Type``: how the document has it, its media type, family and charset."""

    content: Content
    media_type: str
    family: str | None
    charset: str | None


class Asked(NamedTuple):
    """A request understood: *parameters* by name, *body* as a value (None where there is none)."""

    parameters: Mapping[str, Any]
    body: Any = None

    @property
    def names(self) -> dict[str, Any]:
        """Parameters and top-level members of the body together; the body has the last word."""
        parameters, body = self
        return {**parameters, **body} if isinstance(body, dict) else dict(parameters)


class Reader:
    """Reads the requests of one operation; *lenient* as the real server is.

    Lenient means: members match in any case, integers may come as digits in a text, undeclared
    members are left out, those not sent have their defaults, and patches are applied to these.
    """

    def __init__(self, operation: Operation, *, lenient: bool) -> None:
        self.operation = operation
        plain = next((content for content in operation.contents.values() if content.media_type != PATCH), None)
        self.plain = plain.schema if lenient and plain is not None else None
        self.blank: Any = defaults(self.plain.shape) if self.plain is not None else None
        self.queries = [each for each in operation.parameters if each.location == "query"]
        self.paths = [each for each in operation.parameters if each.location == "path"]
        self.headers = [each for each in operation.parameters if each.location == "header" and _is_judged(each)]
        self.cookies = [each for each in operation.parameters if each.location == "cookie" and _is_judged(each)]
        required = [each for each in self.queries if each.required]
        # Bounded: a client may send any.
        self._kind = lru_cache(64)(self._kind_of)
        self.always_looks = bool(self.paths or self.headers or self.cookies or required)

    def read(self, request: Request, path_parameters: Mapping[str, str]) -> Asked:
        """Return what *request* asks.

        Raises BadRequest with every reason, or UnsupportedMediaType, UnknownCharset, MalformedBody
        and PatchFailed of ``media``.
        """
        reasons: list[Reason] = []
        looks = self.always_looks or request.query
        parameters = self.parameters(request, path_parameters, reasons) if looks else {}
        body = self.body(request, reasons)
        if reasons:
            raise BadRequest(list(map(str, reasons)))
        return Asked(parameters, body)

    def parameters(self, request: Request, path_parameters: Mapping[str, str], reasons: list[Reason]) -> dict[str, Any]:
        """Return the parameters by name; why one breaks the contract goes to *reasons*."""
        looks = self.always_looks or request.query
        return dict(self._parameters(request, path_parameters, reasons)) if looks else {}

    def body(self, request: Request, reasons: list[Reason]) -> Any:
        """Return the body's value, None where there is none or it is wrong; why goes to *reasons*.

        Raises UnsupportedMediaType, UnknownCharset, MalformedBody and PatchFailed of ``media``.
        """
        sent = self.sent(request, reasons)
        return None if sent is None else self.understood(sent, reasons)

    def sent(self, request: Request, reasons: list[Reason]) -> Sent | None:
        """Return the body as it was sent; None where there is none, or nobody here can read it. Raises as above."""
        if not self.operation.contents:
            return None
        if not request.body:
            if self.operation.body_required:
                message = "a request body is required, and none was sent"
                reasons.append(Reason(BODY, "(body)", message, join(self.operation.pointer, "requestBody")))
            return None
        content_type = request.headers.get("content-type", "")
        content, media_type, family, charset = self._kind(content_type)
        schema = content.schema
        if media_type == multipart.MEDIA_TYPE:
            return self._sent_in_parts(multipart.decode(content_type, request.body), content, reasons)
        if family is None:
            return None  # taken as it is: nobody here can read a picture
        value = media.decode(media_type, request.body, schema.shape if schema else None, charset)
        if schema is not None and family == "form":
            value = forms.of_fields(value, content, schema.shape)
        return Sent(value, media_type, schema)

    def _sent_in_parts(self, parts: list[multipart.Part], content: Content, reasons: list[Reason]) -> Sent | None:
        if content.schema is None:
            return None
        unread: list[forms.Unread] = []
        value = forms.of_parts(parts, content, content.schema.shape, unread)
        reasons += [Reason(BODY, each.pointer, each.reason, content.schema.pointer) for each in unread]
        return None if unread else Sent(value, multipart.MEDIA_TYPE, content.schema)

    def understood(self, sent: Sent, reasons: list[Reason]) -> Any:
        """Return what a body means to the server; None where it breaks its schema. Raises PatchFailed."""
        value, media_type, schema = sent
        if schema is None:
            return value
        if self.plain is None:
            return value if _keeps(value, schema, reasons) else None
        if media_type == PATCH and isinstance(value, list):
            if not _keeps(value, schema, reasons):
                return None
            value = media.patch.apply(value, self.blank)
        elif media_type == MERGE and isinstance(value, dict):
            value = media.patch.merge(value, {})
        value = declared_spelling(value, self.plain.shape)
        if not _keeps(value, self.plain, reasons):
            return None
        return {**self.blank, **value} if isinstance(value, dict) else value

    def _parameters(
        self, request: Request, path_parameters: Mapping[str, str], reasons: list[Reason]
    ) -> Iterator[tuple[str, Any]]:
        if self.queries:
            pairs = parse_qsl(request.query, keep_blank_values=True) if request.query else ()
            for parameter in self.queries:
                yield from _judged(parameter, query_value(parameter, pairs), reasons)
        for parameter in self.paths:
            yield from _judged(parameter, single_value(parameter, path_parameters), reasons)
        for parameter in self.headers:
            yield from _judged(parameter, single_value(parameter, request.headers), reasons)
        if self.cookies:
            values = cookies(request.headers)
            for parameter in self.cookies:
                yield from _judged(parameter, single_value(parameter, values), reasons)

    def _kind_of(self, content_type: str) -> _Kind:
        """Return what a body of *content_type* is; without one it is what the document names first."""
        contents = self.operation.contents
        if not content_type:
            content = next(iter(contents.values()))
            return _Kind(content, content.media_type, media.family(content.media_type), None)
        media_type = negotiation.essence(content_type)
        described = negotiation.described(content_type, contents)
        if described is None:
            raise media.UnsupportedMediaType(media_type or content_type, tuple(contents))
        charset = negotiation.charset_of(content_type)
        return _Kind(contents[described], media_type, media.family(media_type), charset)


def defaults(shape: Shape) -> Any:
    """Return the value that a request has before anything is said: zeros, empty texts, nothing."""
    if shape.kind != "object":
        return _default(shape)
    return {name: _default(member) for name, member in shape.properties.items()}


def _default(shape: Shape) -> Any:
    if shape.nullable:
        return None
    if "default" in shape.node:
        return shape.node["default"]
    return {"object": {}, "array": [], "string": "", "integer": 0, "number": 0, "boolean": False}.get(shape.kind)


def _keeps(value: Any, schema: Schema, reasons: list[Reason]) -> bool:
    """Whether *value* keeps *schema*; if not, why goes to *reasons*."""
    if schema.is_valid(value):
        return True
    reasons.extend(
        Reason(BODY, each.pointer or "(root)", each.message, each.contract, each) for each in schema.violations(value)
    )
    return False


def _is_judged(parameter: Parameter) -> bool:
    return parameter.required or not is_free(parameter.schema.shape)


def _judged(parameter: Parameter, value: Any, reasons: list[Reason]) -> Iterator[tuple[str, Any]]:
    part, place = f"{parameter.location} {parameter.name}", f"({parameter.location} parameter {parameter.name})"
    if value is ABSENT:
        if parameter.required:
            reasons.append(Reason(part, place, "is required, and was not sent", parameter.schema.pointer))
        return
    is_empty = parameter.allow_empty and value == ""
    if not is_empty and not parameter.schema.is_valid(value):
        reasons.extend(
            Reason(part, place + each.pointer, each.message, each.contract, each)
            for each in parameter.schema.violations(value)
        )
    yield parameter.name, value
