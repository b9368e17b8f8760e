"""What a schema branches into: alternatives, recursion, and how deep its smallest value is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mockserver.contract import Document, Schema, Shape
from mockserver.contract import pointer as pointers
from mockserver.contract.discriminator import SCHEMAS, mapped
from mockserver.contract.json_schema import ANNOTATIONS
from mockserver.contract.pointer import join
from mockserver.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEEPEST = 64
UNIONS = ("oneOf", "anyOf")


@dataclass(frozen=True, slots=True)
class Branch:
    """One alternative of a schema, with all that holds beside it merged in.

    *name* is the component's name; *tags* the values of the discriminator, by its property.
    """

    shape: Shape
    name: str | None
    tags: Mapping[str, str]


class Branches:
    """The alternatives of a document's schemas, and which schemas recur in themselves."""

    def __init__(self) -> None:
        self._branches: dict[str, tuple[Branch, ...]] = {}
        self._heights: dict[tuple[str, int], bool] = {}
        self._recursive: dict[str, bool] = {}
        self._leading: dict[str, bool] = {}

    def of(self, shape: Shape) -> tuple[Branch, ...]:
        """Return the alternatives of *shape*; none where it has but one form."""
        known = self._branches.get(shape.pointer)
        if known is None:
            known = self._branches[shape.pointer] = tuple(_alternatives(shape))
        return known

    def recursive(self, shape: Shape) -> bool:
        """Return whether a value of *shape* may hold another value of *shape*."""
        known = self._recursive.get(shape.pointer)
        if known is None:
            below = {each.pointer for inner in self.inside(shape) for each in self._reachable(inner)}
            known = self._recursive[shape.pointer] = shape.pointer in below
        return known

    def leads_to_recursion(self, shape: Shape) -> bool:
        """Return whether *shape* or anything that a value of it may hold is recursive."""
        known = self._leading.get(shape.pointer)
        if known is None:
            known = self._leading[shape.pointer] = any(self.recursive(each) for each in self._reachable(shape))
        return known

    def is_nest(self, shape: Shape) -> bool:
        """Return whether *shape* recurs in itself without an object in between: arrays in arrays."""
        return any(each.pointer == shape.pointer for inner in self.inside(shape) for each in self._bare(inner))

    def height(self, shape: Shape) -> int | None:
        """Return how many levels of objects and arrays the smallest value of *shape* has; None if there is none."""
        return next((levels for levels in range(DEEPEST) if self._fits(shape, levels)), None)

    def inside(self, shape: Shape) -> Iterator[Shape]:
        """Yield the shapes of what a value of *shape* may hold."""
        branches = self.of(shape)
        if branches:
            yield from (branch.shape for branch in branches)
        elif shape.kind == "object":
            yield from shape.properties.values()
            if isinstance(shape.node.get("additionalProperties"), dict) and shape.additional is not None:
                yield shape.additional
        elif shape.kind == "array":
            yield shape.items

    def _reachable(self, start: Shape, stop: str = "") -> Iterator[Shape]:
        """Yield *start* and all that its values may hold, each once; nothing of the kind *stop* or below it."""
        seen = {start.pointer}
        waiting = [start]
        while waiting:
            shape = waiting.pop()
            yield shape
            for inner in self.inside(shape):
                if inner.pointer not in seen and inner.kind != stop:
                    seen.add(inner.pointer)
                    waiting.append(inner)

    def _bare(self, start: Shape) -> Iterator[Shape]:
        """Yield *start* and what its values may hold, as far as that is no object."""
        if start.kind != "object":
            yield from self._reachable(start, stop="object")

    def _fits(self, shape: Shape, levels: int) -> bool:
        """Whether a value of *shape* can have at most *levels* levels."""
        place = (shape.pointer, levels)
        known = self._heights.get(place)
        if known is None:
            known = self._heights[place] = self._fits_within(shape, levels)
        return known

    def _fits_within(self, shape: Shape, levels: int) -> bool:
        if shape.nullable or "enum" in shape.node:
            return True
        branches = self.of(shape)
        if branches:
            # A branch is no level of its own; one more keeps alternatives of themselves finite.
            return levels > 0 and any(self._fits(branch.shape, levels - 1) for branch in branches)
        if shape.kind == "object":
            needed = [shape.properties[name] for name in shape.required if name in shape.properties]
            return not needed or (levels > 0 and all(self._fits(each, levels - 1) for each in needed))
        if shape.kind == "array":
            return not shape.node.get("minItems") or (levels > 0 and self._fits(shape.items, levels - 1))
        return True


def _alternatives(shape: Shape) -> Iterator[Branch]:
    keyword = next((each for each in UNIONS if shape.node.get(each)), None)
    if keyword is None:
        yield from _subtypes(shape)
        return
    base = {key: value for key, value in shape.node.items() if key not in {keyword, "discriminator"}}
    for index, node in enumerate(shape.node[keyword]):
        place = join(shape.pointer, keyword, index)
        alone = shape.document.shape(node, place)
        if alone.node.get("enum") == [None]:
            continue
        reference = node.get("$ref")
        yield Branch(_both(shape, base, alone, node, place), alone.name, _tags(shape, alone.name, reference))


def _both(shape: Shape, base: Mapping[str, Any], alone: Shape, node: Mapping[str, Any], place: str) -> Shape:
    """Return the shape of what keeps both *base* and the alternative *alone*."""
    if constraints(base) in ({}, {"type": alone.kind}):
        return alone
    # A pointer that no document has, for what stands nowhere: the shapes inside are kept by pointer.
    return Shape(shape.document, {"allOf": [base, node]}, f"{place} with {shape.pointer}", alone.name)


def constraints(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords of the Schema Object *node* that say something of its values' form."""
    return {key: value for key, value in node.items() if key not in ANNOTATIONS and not key.startswith("x-")}


def _tags(shape: Shape, name: str | None, reference: str | None) -> Mapping[str, str]:
    """Return the discriminator's property with the value that names the component *name* (OAS 3.0.3)."""
    discriminator = shape.node.get("discriminator")
    if not isinstance(discriminator, dict) or name is None:
        return {}
    wanted = {name, reference, f"#/components/schemas/{name}"}
    mapped = (value for value, target in discriminator.get("mapping", {}).items() if target in wanted)
    return {discriminator["propertyName"]: next(mapped, name)}


def _subtypes(shape: Shape) -> Iterator[Branch]:
    """Yield the schemas that a base schema's discriminator maps to, where they extend it by ``allOf``."""
    discriminator, document = shape.node.get("discriminator", {}), shape.document
    targets = {mapped(target): value for value, target in discriminator.get("mapping", {}).items()}
    place = pointers.join(SCHEMAS, shape.name) if shape.name else shape.pointer
    if not targets or place in targets or "discriminator" not in _node(document, place):
        return
    if constraints(shape.node) != constraints(document.shape(_node(document, place), place).node):
        return
    for target, value in targets.items():
        try:
            subtype = document.shape({"$ref": f"#{target}"}, "")
        except DocumentError:  # a schema of another document
            continue
        if subtype.node.get("discriminator") == discriminator:
            yield Branch(subtype, pointers.split(target)[-1], {discriminator["propertyName"]: value})


def _node(document: Document, place: str) -> Mapping[str, Any]:
    """Return the node at *place*; an empty one for what stands nowhere."""
    try:
        node = document.at(place)
    except LookupError:
        return {}
    return node if isinstance(node, dict) else {}


def own_tags(shape: Shape) -> Mapping[str, str]:
    """Return what the discriminator's property holds in a value of the component *shape* itself."""
    if any(keyword in shape.node for keyword in UNIONS):
        return {}
    return _tags(shape, shape.name, None)


def judge(shape: Shape) -> Schema:
    """Return the schema that a value of *shape* in a response has to keep, as it stands in the document."""
    try:
        node = shape.document.at(shape.pointer)
    except LookupError:
        node = None
    # A merged schema stands nowhere, nor does what `additionalProperties: true` means.
    return Schema(shape.document, node if isinstance(node, dict) else shape.node, shape.pointer, optional="writeOnly")
