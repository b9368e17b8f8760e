"""What a request asks of an operation: its parameters and body as values, or every reason why it cannot be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

from mockserver import media
from mockserver.contract import Content, Operation, Parameter, Shape, Violation
from mockserver.contract.coercion import declared_spelling, from_text
from mockserver.contract.parameters import ABSENT, is_free, query_value, single_value
from mockserver.contract.schema import Schema
from mockserver.errors import MockserverError
from mockserver.exchange import Request
from mockserver.media import negotiation

PATCH = "application/json-patch+json"
MERGE = "application/merge-patch+json"
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
class Asked:
    """A request understood: *parameters* by name, *body* as a value (None where there is none)."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None

    @property
    def names(self) -> dict[str, Any]:
        """Parameters and top-level members of the body together; the body has the last word."""
        return {**self.parameters, **self.body} if isinstance(self.body, dict) else dict(self.parameters)


class Reader:
    """Reads the requests of one operation; *lenient* as the real server is.

    Lenient means: members match in any case, integers may come as digits in a text, undeclared
    members are left out, and patches are applied to the request's defaults.
    """

    def __init__(self, operation: Operation, *, lenient: bool) -> None:
        self.operation = operation
        self.lenient = lenient
        self.plain = next((content for content in operation.contents.values() if content.media_type != PATCH), None)
        self.queries = [each for each in operation.parameters if each.location == "query"]
        self.paths = [each for each in operation.parameters if each.location == "path"]
        self.headers = [each for each in operation.parameters if each.location == "header" and _is_judged(each)]
        self.cookies = [each for each in operation.parameters if each.location == "cookie" and _is_judged(each)]

    def read(self, request: Request, path_parameters: Mapping[str, str]) -> Asked:
        """Return what *request* asks.

        Raises BadRequest with every reason, or UnsupportedMediaType, UnknownCharset, MalformedBody
        and PatchFailed of ``media``.
        """
        reasons: list[str] = []
        parameters = dict(self._parameters(request, path_parameters, reasons))
        body = self._body(request, reasons)
        if reasons:
            raise BadRequest(reasons)
        return Asked(parameters, body)

    def _parameters(
        self, request: Request, path_parameters: Mapping[str, str], reasons: list[str]
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
            values = _cookies(request.headers.get("cookie", ""))
            for parameter in self.cookies:
                yield from _judged(parameter, single_value(parameter, values), reasons)

    def _body(self, request: Request, reasons: list[str]) -> Any:
        if not self.operation.contents:
            return None
        if not request.body:
            if self.operation.body_required:
                reasons.append("(body): a request body is required, and none was sent")
            return None
        content_type = request.headers.get("content-type", "")
        content = self._content(content_type)
        charset = negotiation.charset_of(content_type) if content_type else None
        shape = content.schema.shape if content.schema else None
        media_type = negotiation.essence(content_type) if content_type else content.media_type
        value = media.decode(media_type, request.body, shape, charset)
        if content.schema is None:
            return value
        return self._judged_body(value, content, content.schema, media_type, reasons)

    def _content(self, content_type: str) -> Content:
        contents = self.operation.contents
        if not content_type:
            return next(iter(contents.values()))
        essence = negotiation.essence(content_type)
        found = contents.get(essence) or contents.get(essence.partition("/")[0] + "/*") or contents.get("*/*")
        if found is None:
            found = next((each for name, each in contents.items() if negotiation.essence(name) == essence), None)
        if found is None:
            raise media.UnsupportedMediaType(essence or content_type, tuple(contents))
        return found

    def _judged_body(self, value: Any, content: Content, schema: Schema, media_type: str, reasons: list[str]) -> Any:
        if media.family(media_type) == "form":
            value = from_text(value, schema.shape)
        if self.lenient and self.plain is not None and self.plain.schema is not None:
            if media_type == PATCH and isinstance(value, list):
                if found := schema.violations(value):
                    reasons.extend(map(str, found))
                    return None
                value = media.patch.apply(value, defaults(self.plain.schema.shape))
            elif media_type == MERGE and isinstance(value, dict):
                value = media.patch.merge(value, {})
            schema = self.plain.schema
            value = declared_spelling(value, schema.shape)
        if not schema.is_valid(value):
            reasons.extend(_placed(schema.violations(value)))
        return value


def defaults(shape: Shape) -> Any:
    """Return the value that a request has before anything is said: zeros, empty texts, nothing."""
    if shape.nullable:
        return None
    if "default" in shape.node:
        return shape.node["default"]
    if shape.kind == "object":
        return {name: defaults(member) for name, member in shape.properties.items()}
    return {"array": [], "string": "", "integer": 0, "number": 0, "boolean": False}.get(shape.kind)


def _placed(violations: list[Violation]) -> list[str]:
    return [str(violation) for violation in violations]


def _is_judged(parameter: Parameter) -> bool:
    return parameter.required or not is_free(parameter.schema.shape)


def _judged(parameter: Parameter, value: Any, reasons: list[str]) -> Iterator[tuple[str, Any]]:
    place = f"({parameter.location} parameter {parameter.name})"
    if value is ABSENT:
        if parameter.required:
            reasons.append(f"{place}: is required, and was not sent")
        return
    if not parameter.schema.is_valid(value):
        reasons.extend(f"{place}{each.pointer}: {each.message}" for each in parameter.schema.violations(value))
    yield parameter.name, value


def _cookies(text: str) -> dict[str, str]:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(text)
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in cookies.items()}
