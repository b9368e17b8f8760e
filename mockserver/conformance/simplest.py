"""The simplest value that a schema takes, for requests that nobody gave an example of."""

from __future__ import annotations

from typing import Any

from mockserver.contract import Parameter, Schema, Shape

# RFC 3339, RFC 4122, RFC 2606: formats that validators judge.
FORMATS = {
    "date-time": "2026-01-15T09:00:00Z",
    "iso-date-time": "2026-01-15T09:00:00",
    "date": "2026-01-15",
    "time": "09:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "email": "kari@example.com",
    "uri": "https://example.com/",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "AA==",
}
DEEP = 8
ABSENT: Any = object()


def simplest(schema: Schema) -> Any:
    """Return the simplest valid value of *schema*, or ABSENT if it is not found: patterns are not solved."""
    for candidate in (_given(schema.shape), _of(schema.shape, DEEP)):
        if candidate is not ABSENT and schema.is_valid(candidate):
            return candidate
    return ABSENT


def example_of(parameter: Parameter) -> Any:
    """Return an example of *parameter*: the document's, else the simplest value; ABSENT if there is none."""
    document = parameter.schema.document
    owner = parameter.schema.pointer.rpartition("/schema")[0]
    try:
        node = document.at(owner)
    except LookupError:
        node = {}
    given = node.get("example", next((each.get("value") for each in node.get("examples", {}).values()), ABSENT))
    return given if given is not ABSENT else simplest(parameter.schema)


def _given(shape: Shape) -> Any:
    for key in ("example", "default"):
        if key in shape.node:
            return shape.node[key]
    return next(iter(shape.node.get("enum", ())), ABSENT)


def _of(shape: Shape, depth: int) -> Any:
    if not depth:
        return None
    given = _given(shape)
    if given is not ABSENT:
        return given
    if shape.choices and shape.kind == "any":
        return _of(shape.choices[0], depth - 1)
    if shape.kind == "object":
        return {name: _of(shape.properties[name], depth - 1) for name in shape.properties if name in shape.required}
    if shape.kind == "array":
        return [_of(shape.items, depth - 1)] * int(shape.node.get("minItems", 0))
    return _scalar(shape)


def _scalar(shape: Shape) -> Any:
    node = shape.node
    if shape.kind in ("integer", "number"):
        return max(1, node["minimum"]) if "minimum" in node else min(1, node.get("maximum", 1))
    if shape.kind == "boolean":
        return True
    text = FORMATS.get(node.get("format", ""), "a")
    return text.ljust(int(node.get("minLength", 0)), "a")
