"""Every way to break one place of a value, with the rule that tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from mockserver.contract import Shape
from mockserver.contract.pointer import build

Path = tuple[str | int, ...]
WRONG: dict[str, list[Any]] = {
    "string": [7, True, {}, ["text"]],
    "integer": ["7", 7.5, 456.0, True, {}],
    "number": ["7.5", False, []],
    "boolean": ["true", 1, {}],
    "object": ["text", 7, []],
    "array": [{}, "text", 7],
}
REMOVED: Any = object()


class Mutation(NamedTuple):
    """A value with one place broken, what is found there, and what was done."""

    value: Any
    rule: str
    pointer: str
    what: Any


def places(value: Any, shape: Shape, path: Path = ()) -> Iterator[tuple[Path, Any, Shape]]:
    """Yield *value* and all that stands in it, each with its path and shape; undeclared members are left out."""
    yield path, value, shape
    if isinstance(value, dict):
        for name, member in value.items():
            declared = shape.properties.get(name) or (shape.additional if shape.is_dictionary else None)
            if declared is not None:
                yield from places(member, declared, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, shape.items, (*path, index))


def mutations(value: Any, shape: Shape) -> Iterator[Mutation]:
    """Yield *value* broken in every single place, in every way that its schema forbids."""
    for path, here, declared in places(value, shape):
        pointer = build(path)
        for rule, wrong in _wrongs(here, declared):
            yield Mutation(changed(value, path, wrong), rule, pointer, wrong)
        if isinstance(here, dict):
            for name in declared.required & here.keys():
                inner = (*path, name)
                yield Mutation(changed(value, inner, REMOVED), "body.required", build(inner), f"no {name}")


def _wrongs(value: Any, shape: Shape) -> Iterator[tuple[str, Any]]:
    if not shape.nullable:
        yield "body.null", None
    for wrong in WRONG[shape.kind]:
        yield "body.type", wrong
    node = shape.node
    if "enum" in node:
        yield "body.enum", "NoSuchValue"
    if "pattern" in node:
        yield "body.format", "no such thing"
    if node.get("format") == "iso-date-time":
        yield from (("body.format", text) for text in ("2026-02-30T09:00:00", "2026-01-15", "2026-01-15T24:00:00"))
    if node.get("format") == "int32":
        yield from (("body.range", number) for number in (2**31, -(2**31) - 1, 10**30))
    if "maxLength" in node:
        yield "body.range", "x" * (node["maxLength"] + 1)


def changed(value: Any, path: Path, new: Any) -> Any:
    """Return *value* with *new* at *path*, or without what is there; what is not on the way is shared."""
    if not path:
        return new
    first, *rest = path
    if isinstance(value, list):
        return [*value[: int(first)], changed(value[int(first)], tuple(rest), new), *value[int(first) + 1 :]]
    if new is REMOVED and not rest:
        return {name: member for name, member in value.items() if name != first}
    return {name: changed(member, tuple(rest), new) if name == first else member for name, member in value.items()}
