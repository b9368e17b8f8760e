"""Values that arrive as text, or in a lenient client's spelling, turned into those of a schema."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import orjson

from mockserver.contract.source import DEPTH_AT_MOST, depth_exceeds

if TYPE_CHECKING:
    from mockserver.contract.shape import Shape

INTEGER = re.compile(r"\s*[+-]?[0-9]{1,40}\s*")
NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?\s*")
BOOLEANS = {"true": True, "false": False}


def from_text(text: Any, shape: Shape) -> Any:
    """Return the value that *text* spells for *shape*; what it cannot spell comes back as it is.

    Lists and dictionaries of texts are turned item by item, so the schema has the last word
    on whatever did not fit. An object, and an array inside another, is spelled as JSON (OAS 3.0.3,
    Media Type Object: complex values in forms).
    """
    if isinstance(text, list):
        if shape.kind == "array":
            return [_item(item, shape.items) for item in text]
        return text if len(text) != 1 else from_text(text[0], shape)
    if isinstance(text, dict):
        return {name: _member(value, name, shape) for name, value in text.items()}
    if not isinstance(text, str):
        return text
    if shape.kind == "array":
        return [_item(text, shape.items)]
    return _chosen(text, shape) if shape.choices else _scalar(text, shape)


def _item(text: Any, shape: Shape) -> Any:
    return json_in(text) if shape.kind == "array" and isinstance(text, str) else from_text(text, shape)


def _member(text: Any, name: str, shape: Shape) -> Any:
    declared = shape.properties.get(name) or shape.additional
    return text if declared is None else from_text(text, declared)


def _chosen(text: str, shape: Shape) -> Any:
    """Return what *text* spells for the first alternative that takes texts, or that it can spell."""
    for choice in shape.choices:
        value = from_text(text, choice)
        if choice.kind in ("string", "any") or not isinstance(value, str):
            return value
    return text


def _scalar(text: str, shape: Shape) -> Any:
    # An empty text is a text before it is nothing.
    if not text and shape.nullable and shape.kind != "string":
        return None
    if shape.kind == "integer" and INTEGER.fullmatch(text):
        return int(text)
    if shape.kind == "number" and NUMBER.fullmatch(text):
        return _number(text)
    if shape.kind == "boolean":
        return BOOLEANS.get(text.strip().lower(), text)
    return json_in(text) if shape.kind == "object" else text


def json_in(text: str) -> Any:
    """Return the JSON value that *text* is, or *text* itself if it is none, or one that nests too deep."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return text if depth_exceeds(value, DEPTH_AT_MOST) else value


def _number(text: str) -> Any:
    number = int(text) if INTEGER.fullmatch(text) else float(text)
    # JSON has no infinity, which is what becomes of 1e999.
    return number if math.isfinite(number) else text


def declared_spelling(value: Any, shape: Shape) -> Any:
    """Return *value* as the document spells it: members by their declared case, digits as integers.

    An exact name wins over one that differs in case. Members that the document does not know
    are left out: a lenient server ignores them.
    """
    if isinstance(value, list):
        return [declared_spelling(item, shape.items) for item in value] if shape.kind == "array" else value
    if isinstance(value, str):
        return int(value) if shape.kind == "integer" and INTEGER.fullmatch(value) else value
    if not isinstance(value, dict) or shape.kind != "object" or shape.is_dictionary:
        return value
    spelled: dict[str, Any] = {}
    for name, member in value.items():
        declared = name if name in shape.properties else shape.members.get(name.lower())
        if declared is not None and (declared == name or declared not in value):
            spelled[declared] = declared_spelling(member, shape.properties[declared])
    return spelled
