"""The simplest value that a schema takes, for requests that nobody gave an example of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
# Of a URL or header field, servers take some 8,000 bytes.
LONGEST = 4000
ABSENT: Any = object()


def simplest(schema: Schema) -> Any:
    """Return the simplest valid value of *schema*, or ABSENT if it is not found: patterns are not solved."""
    for candidate in (_given(schema.shape), _of(schema.shape, DEEP)):
        if candidate is not ABSENT and schema.is_valid(candidate):
            return candidate
    return ABSENT


def sample_of(parameter: Parameter) -> Any:
    """Return a value of *parameter*: the document's example or default, else the simplest that has something in it.

    ABSENT if there is none.
    """
    given = told_of(parameter)
    if given is not ABSENT:
        return given
    found = simplest(parameter.schema)
    fuller = _filled(parameter.schema.shape) if found in ([], {}) else ABSENT
    return fuller if fuller is not ABSENT and parameter.schema.is_valid(fuller) else found


def told_of(parameter: Parameter) -> Any:
    """Return the example that the document gives of *parameter*, or of its schema; ABSENT if there is none."""
    document = parameter.schema.document
    owner = parameter.schema.pointer.rpartition("/schema")[0]
    try:
        node = document.at(owner)
    except LookupError:
        node = {}
    given = next((each.get("value") for each in node.get("examples", {}).values()), ABSENT)
    return node.get("example", parameter.schema.shape.node.get("example", given))


def _filled(shape: Shape) -> Any:
    """Return an array with an item, or an object with each property that is no array or object."""
    if shape.kind == "array":
        return [_of(shape.items, DEEP)]
    members = {name: _of(member, DEEP) for name, member in shape.properties.items()}
    return {name: member for name, member in members.items() if not isinstance(member, dict | list)}


def bounds_of(parameter: Parameter) -> Iterator[Any]:
    """Yield values at the bounds that the schema of *parameter* states, and next to them, on either side."""
    shape = parameter.schema.shape
    node = shape.node
    if "enum" in node:
        return
    if shape.kind in ("integer", "number"):
        whole = int if shape.kind == "integer" else float
        for bound in (whole(node[each]) for each in ("minimum", "maximum") if each in node):
            yield from (bound - 1, bound, bound + 1)
    elif shape.kind == "string" and not {"pattern", "format"} & node.keys():
        for length in _lengths(node, "minLength", "maxLength"):
            yield "a" * length
    elif shape.kind == "array" and not node.get("uniqueItems"):
        item = _of(shape.items, DEEP)
        for length in _lengths(node, "minItems", "maxItems"):
            yield [item] * length


def _lengths(node: Mapping[str, Any], least: str, most: str) -> Iterator[int]:
    """Yield the lengths at the bounds and beyond them; none is empty, which nobody can tell from absent."""
    bounds = [(int(node[name]), beyond) for name, beyond in ((least, -1), (most, 1)) if name in node]
    yield from (length for bound, beyond in bounds for length in (bound, bound + beyond) if 0 < length <= LONGEST)


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
