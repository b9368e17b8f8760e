"""Values that arrive as text, or in a lenient client's spelling, turned into those of a schema."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.contract.shape import Shape

INTEGER = re.compile(r"\s*[+-]?[0-9]{1,40}\s*")
NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?\s*")
BOOLEANS = {"true": True, "false": False}


def from_text(text: Any, shape: Shape) -> Any:
    """Return the value that *text* spells for *shape*; what it cannot spell comes back as it is.

    Lists and dictionaries of texts are turned item by item, so the schema has the last word
    on whatever did not fit.
    """
    if isinstance(text, list):
        if shape.kind == "array":
            return [from_text(item, shape.items) for item in text]
        return text if len(text) != 1 else from_text(text[0], shape)
    if isinstance(text, dict):
        return {name: from_text(value, member_shape(shape, name) or shape) for name, value in text.items()}
    if not isinstance(text, str):
        return text
    if shape.kind == "array":
        return [from_text(text, shape.items)]
    return _scalar(text, shape)


def _scalar(text: str, shape: Shape) -> Any:
    if shape.nullable and text == "":
        return None
    if shape.kind == "integer" and INTEGER.fullmatch(text):
        return int(text)
    if shape.kind == "number" and NUMBER.fullmatch(text):
        return int(text) if INTEGER.fullmatch(text) else float(text)
    if shape.kind == "boolean":
        return BOOLEANS.get(text.strip().lower(), text)
    return text


def member_shape(shape: Shape, name: str) -> Shape | None:
    """Return the shape of member *name*: declared, or that of undeclared members."""
    return shape.properties.get(name) or shape.additional


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
