"""Values of parameters as they stand in a request (OAS 3.0.3, Parameter Object, Style Values; RFC 6570)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote_plus

from mockserver.conformance.case import joined, with_header
from mockserver.contract import Operation, Parameter
from mockserver.contract.operation import TEMPLATE
from mockserver.contract.parameters import DELIMITERS, claims
from mockserver.exchange import Headers, Request, in_a_segment

# What an item must not hold, because servers decode a value before they part it.
PARTING = {"matrix": ";,=", "label": ".,=", "simple": ",=", "form": ",=", "spaceDelimited": " ", "pipeDelimited": "|"}


def with_value(request: Request, operation: Operation, parameter: Parameter, value: Any) -> Request | None:
    """Return *request* with *value* for *parameter*, in place of what it has; None where its style cannot tell it."""
    bare = without(request, parameter)
    if parameter.location == "query":
        query = _query(parameter, value)
        return None if query is None else replace(bare, query=joined(bare.query, query))
    text = _text(parameter, value)
    if text is None:
        return None
    if parameter.location == "path":
        return replace(request, path=_path(request.path, operation.path, parameter.name, text)) if text else None
    if parameter.location == "header":
        return with_header(bare, parameter.name, text) if _is_field(text) else None
    pair = f"{parameter.name}={quote(text, ',')}"
    return with_header(bare, "Cookie", "; ".join(filter(None, (_cookies(bare), pair))))


def without(request: Request, parameter: Parameter) -> Request:
    """Return *request* without *parameter*; one of the path stays."""
    name = parameter.name
    if parameter.location == "query":
        pairs = request.query.split("&") if request.query else []
        left = [each for each in pairs if not claims(parameter, unquote_plus(each.partition("=")[0]))]
        return replace(request, query="&".join(left))
    if parameter.location == "header":
        fields = [each for each in request.headers.fields if each[0].lower() != name.lower()]
        return replace(request, headers=Headers(fields))
    if parameter.location == "cookie" and "cookie" in request.headers:
        left = [each for each in _cookies(request).split("; ") if each.partition("=")[0] != name]
        others = Headers(each for each in request.headers.fields if each[0].lower() != "cookie")
        bare = replace(request, headers=others)
        return with_header(bare, "Cookie", "; ".join(left)) if left else bare
    return request


def is_filled(request: Request) -> bool:
    """Whether no template is left in the path of *request*."""
    return TEMPLATE.search(request.path) is None


def _cookies(request: Request) -> str:
    return str(request.headers.get("cookie", ""))


def _is_field(text: str) -> bool:
    """Whether a header field can hold *text* (RFC 9110, section 5.5)."""
    return text.isascii() and text.isprintable() and text == text.strip()


def _path(path: str, template: str, name: str, text: str) -> str:
    """Return *path* with *text* for the parameter *name* of *template*; those without a value stay templates."""
    written = f"{{{name}}}"
    return "/".join(
        each.replace(written, in_a_segment(text)) if written in each else value
        for each, value in zip(template.split("/"), path.split("/"), strict=True)
    )


def _query(parameter: Parameter, value: Any) -> str | None:
    """Return *value* as it stands in a query, encoded; None where the style cannot tell it."""
    name = quote(parameter.name, safe="$")
    if parameter.style == "deepObject" and not isinstance(value, dict):
        return None
    if parameter.media_type is not None or not isinstance(value, dict | list):
        text = _text(parameter, value)
        return None if text is None else f"{name}={quote(text)}"
    pairs = _pairs(value)
    if not pairs or not _can_be_parted(parameter, value, pairs):
        return None
    if parameter.style == "deepObject":
        pairs = [(f"{parameter.name}[{key}]", text) for key, text in pairs]
    elif isinstance(value, list):
        pairs = [(parameter.name, text) for _, text in pairs]
    if parameter.explode or parameter.style == "deepObject":
        return "&".join(f"{quote(key, safe='$')}={quote(text)}" for key, text in pairs)
    parts = [quote(text) for pair in pairs for text in (pair if isinstance(value, dict) else pair[1:])]
    return f"{name}={quote(DELIMITERS.get(parameter.style, ','), safe=',').join(parts)}"


def _text(parameter: Parameter, value: Any) -> str | None:
    """Return *value* as it stands in a path, header or cookie; None where the style cannot tell it."""
    if parameter.media_type is not None:
        return json.dumps(value) if parameter.media_type.lower().endswith("json") else _scalar(value)
    if isinstance(value, dict | list):
        return _composite(parameter, value)
    text = _scalar(value) or ""
    return {"matrix": f";{parameter.name}={text}", "label": f".{text}"}.get(parameter.style, text)


def _composite(parameter: Parameter, value: dict[str, Any] | list[Any]) -> str | None:
    pairs, style, explode = _pairs(value), parameter.style, parameter.explode
    in_cookie = parameter.location == "cookie" and explode and len(pairs or ()) > 1  # would be several cookies
    if not pairs or in_cookie or not _can_be_parted(parameter, value, pairs):
        return None
    if isinstance(value, list):
        named = style == "matrix" and explode
        parts = [f"{parameter.name}={text}" if named else text for _, text in pairs]
    else:
        parts = ["=".join(pair) for pair in pairs] if explode else [text for pair in pairs for text in pair]
    if style == "matrix":
        return ";" + ";".join(parts) if explode else f";{parameter.name}={','.join(parts)}"
    return "." + ("." if explode else ",").join(parts) if style == "label" else ",".join(parts)


def _can_be_parted(parameter: Parameter, value: Any, pairs: Iterable[tuple[str, str]]) -> bool:
    if parameter.style == "deepObject" or (parameter.location == "query" and parameter.explode):
        return True
    texts = [text for pair in pairs for text in (pair if isinstance(value, dict) else pair[1:])]
    parting = PARTING[parameter.style]
    return all(text.strip() == text != "" and not any(each in text for each in parting) for text in texts)


def _pairs(value: dict[str, Any] | list[Any]) -> list[tuple[str, str]] | None:
    """Return members by name, or items by place, as texts; None where one of them is no scalar."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    found = [(str(name), _scalar(member)) for name, member in entries]
    told = [(name, text) for name, text in found if text is not None]
    return told if len(told) == len(found) else None


def _scalar(value: Any) -> str | None:
    """Return *value* as a parameter writes it; None for an array or object."""
    if isinstance(value, dict | list):
        return None
    return value if isinstance(value, str) else json.dumps(value)
