"""What a Schema Object says of a value's form, with references followed and ``allOf`` merged."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import TYPE_CHECKING, Any, Literal

from mockserver.contract.pointer import build, join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mockserver.contract.document import Document

Kind = Literal["object", "array", "string", "integer", "number", "boolean", "any"]

NULL_ONLY = [None]


class Shape:
    """The form of the values that one Schema Object takes (OAS 3.0.3, Schema Object).

    Children are made when first asked for, so recursive schemas are no trouble. A branch
    that takes null alone (``anyOf: [{$ref: …}, {enum: [null]}]``) is folded into
    :attr:`nullable`; branches that remain beside others are :attr:`choices`. *above* are the
    pointers of the schemas that mean no more than this one.
    """

    def __init__(
        self,
        document: Document,
        node: Mapping[str, Any],
        pointer: str,
        name: str | None,
        *,
        above: frozenset[str] = frozenset(),
    ) -> None:
        self.document = document
        self.pointer = pointer
        self.name = name
        self._above = above | {pointer}
        self._places: dict[str, tuple[Any, str]] = {}
        self._branches: Sequence[tuple[Any, str]] = ()
        self.nullable = says_of_null(document, node, pointer) is True
        self.node = self._merged(node, pointer)
        self._fold_branches()

    def __repr__(self) -> str:
        """Return kind, name and pointer."""
        return f"<Shape {self.kind} {self.name or ''} {self.pointer}>"

    @cached_property
    def choices(self) -> tuple[Shape, ...]:
        """Shape of each branch of a union."""
        return tuple(self.document.shape(*place) for place in self._branches)

    @cached_property
    def kind(self) -> Kind:
        """The JSON type, from ``type`` or from the keywords that only one type has."""
        declared = self.node.get("type")
        if declared is not None:
            kind: Kind = declared
            return kind
        if "properties" in self.node or "additionalProperties" in self.node:
            return "object"
        return "array" if "items" in self.node else "any"

    @cached_property
    def properties(self) -> dict[str, Shape]:
        """Shape of each declared property, in the document's order."""
        return {name: self._child(node, "properties", name) for name, node in self.node.get("properties", {}).items()}

    @cached_property
    def members(self) -> dict[str, str]:
        """Declared property name by its lower-case form: for servers that match in any case."""
        return {name.lower(): name for name in self.node.get("properties", {})}

    @cached_property
    def required(self) -> frozenset[str]:
        """Names that must be present."""
        return frozenset(self.node.get("required", ()))

    @cached_property
    def additional(self) -> Shape | None:
        """Shape of the values under undeclared names; None where such names are refused."""
        node = self.node.get("additionalProperties", True)
        if node is False:
            return None
        return self._child({} if node is True else node, "additionalProperties")

    @cached_property
    def is_dictionary(self) -> bool:
        """Whether the object is a map of names to values of one schema, rather than a record."""
        return isinstance(self.node.get("additionalProperties"), dict) and not self.node.get("properties")

    @cached_property
    def items(self) -> Shape:
        """Shape of an array's items."""
        return self._child(self.node.get("items", {}), "items")

    @property
    def children(self) -> tuple[Shape, ...]:
        """The shapes of what stands right in a value: its items, its entries, or its members."""
        if self.kind == "array":
            return (self.items,)
        if self.is_dictionary and self.additional is not None:
            return (self.additional,)
        return tuple(self.properties.values())

    def within(self) -> Iterator[Shape]:
        """Yield this shape and those of all that stands in its values, each once, however they recur."""
        seen, waiting = {self}, [self]
        while waiting:
            shape = waiting.pop()
            yield shape
            new = [child for child in shape.children if child not in seen]
            seen.update(new)
            waiting += new

    def extension(self, name: str, default: Any = None) -> Any:
        """Return the value of the specification extension *name* (``x-…``)."""
        return self.node.get(name, default)

    def _child(self, node: Any, *path: str) -> Shape:
        relative = build(path)
        return self.document.shape(*self._places.get(relative, (node, self.pointer + relative)))

    def _merged(self, node: Mapping[str, Any], pointer: str) -> Mapping[str, Any]:
        if "allOf" not in node:
            return node
        merged: dict[str, Any] = {}
        for part, place in self._parts(node, pointer, frozenset({pointer})):
            self._take(merged, part, place)
        return {**merged, "nullable": self.nullable} if "nullable" in merged else merged

    def _parts(
        self, node: Mapping[str, Any], pointer: str, seen: frozenset[str]
    ) -> Iterator[tuple[Mapping[str, Any], str]]:
        """Yield the schemas that all hold: those of ``allOf`` before the one they stand in."""
        for index, branch in enumerate(node.get("allOf", ())):
            target, place, name = self.document.follow(branch, join(pointer, "allOf", index))
            if place not in seen:
                if self.name is None and len(node["allOf"]) == 1:
                    self.name = name
                yield from self._parts(target, place, seen | {place})
        yield {key: value for key, value in node.items() if key != "allOf"}, pointer

    def _take(self, merged: dict[str, Any], part: Mapping[str, Any], place: str) -> None:
        for key, value in part.items():
            if key == "properties":
                children = {name: self._taken(child, place, key, name) for name, child in value.items()}
                merged[key] = merged.get(key, {}) | children
            elif key in ("items", "additionalProperties") and isinstance(value, dict) and merged.get(key) is not False:
                merged[key] = self._taken(value, place, key)
            elif key in NARROWING and key in merged:
                merged[key] = NARROWING[key](merged[key], value)
            else:
                merged[key] = value

    def _taken(self, node: Any, place: str, *path: str) -> Any:
        """Note where a child stands, and return it; of one that several parts declare, all declarations hold."""
        relative = build(path)
        pointer = place + relative
        if relative in self._places:
            # A pointer that no document has, for what stands nowhere: shapes are kept by pointer.
            other, elsewhere = self._places[relative]
            node, pointer = {"allOf": [other, node]}, f"{pointer} with {elsewhere}"
        self._places[relative] = node, pointer
        return node

    def _fold_branches(self) -> None:
        for keyword in [each for each in ("anyOf", "oneOf") if each in self.node]:
            branches = enumerate(self.node[keyword])
            found = [self.document.follow(node, join(self.pointer, keyword, index)) for index, node in branches]
            real = [each for each in found if each[0].get("enum") != NULL_ONLY and each[1] not in self._above]
            if len(real) == 1 and "properties" not in self.node:
                self._become(keyword, *real[0])
            else:
                self._branches = [(node, place) for node, place, _ in real]

    def _become(self, keyword: str, node: Mapping[str, Any], pointer: str, name: str | None) -> None:
        """Mean what the only branch means; what stands beside it has the last word."""
        only = Shape(self.document, node, pointer, name, above=self._above)
        beside = {key: value for key, value in self.node.items() if key != keyword}
        self.node, self.name, self.pointer = {**only.node, **beside}, only.name, only.pointer
        self._places = {**only._places, **self._places}
        self._branches = only._branches


def says_of_null(
    document: Document, node: Mapping[str, Any], pointer: str, above: frozenset[str] = frozenset()
) -> bool | None:
    """Return whether null keeps the Schema Object at *pointer*; None if that says nothing of null, and so takes it.

    OAS 3.0.3, Schema Object: ``nullable`` counts only beside an explicit ``type``, and adds to that alone.
    """
    node, pointer, _ = document.follow(node, pointer)
    if pointer in above:
        return None

    def branches(keyword: str) -> list[bool | None]:
        places = [(branch, join(pointer, keyword, index)) for index, branch in enumerate(node.get(keyword, ()))]
        return [says_of_null(document, branch, place, above | {pointer}) for branch, place in places]

    answers = branches("allOf")
    if "type" in node:
        answers.append(node.get("nullable") is True)
    if "enum" in node:
        answers.append(None in node["enum"])
    if any_of := branches("anyOf"):
        answers.append(True if True in any_of else None if None in any_of else False)
    if taking := [answer for answer in branches("oneOf") if answer is not False]:
        answers.append(taking[0] if len(taking) == 1 else False)
    elif "oneOf" in node:
        answers.append(False)
    return False if False in answers else True if True in answers else None


def _both_patterns(one: str, other: str) -> str:
    """Return a regular expression that texts have when they have *one* and *other*, each anywhere."""
    return one if one == other else rf"^(?=[\s\S]*(?:{one}))[\s\S]*(?:{other})"


def _common_multiple(one: float, other: float) -> float:
    """Return the least number that both divide: ``0.5`` and ``0.2`` give ``1``."""
    first, second = Fraction(str(one)), Fraction(str(other))
    common = Fraction(lcm(first.numerator, second.numerator), gcd(first.denominator, second.denominator))
    return int(common) if common.denominator == 1 else float(common)


NARROWING: dict[str, Callable[[Any, Any], Any]] = {
    "pattern": _both_patterns,
    "multipleOf": _common_multiple,
    "not": lambda one, other: {"anyOf": [one, other]},
    "uniqueItems": lambda one, other: one or other,
    "exclusiveMinimum": lambda one, other: one or other,
    "exclusiveMaximum": lambda one, other: one or other,
    "minimum": max,
    "minLength": max,
    "minItems": max,
    "minProperties": max,
    "maximum": min,
    "maxLength": min,
    "maxItems": min,
    "maxProperties": min,
    "additionalProperties": lambda one, other: one if one is not True and other is not False else other,
    "required": lambda one, other: list(dict.fromkeys([*one, *other])),
    "enum": lambda one, other: [item for item in one if item in other],
}
