"""What a Schema Object says of a value's form, with references followed and ``allOf`` merged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from mockserver.contract.pointer import join

if TYPE_CHECKING:
    from mockserver.contract.document import Document

Kind = Literal["object", "array", "string", "integer", "number", "boolean", "any"]

NULL_ONLY = [None]


class Shape:
    """The form of the values that one Schema Object takes (OAS 3.0.3, Schema Object).

    Children are made when first asked for, so recursive schemas are no trouble. A branch
    that takes null alone (``anyOf: [{$ref: …}, {enum: [null]}]``) is folded into
    :attr:`nullable`; branches that remain beside others are :attr:`choices`.
    """

    def __init__(
        self, document: Document, node: Mapping[str, Any], pointer: str, name: str | None, *, nullable: bool = False
    ) -> None:
        self.document = document
        self.pointer = pointer
        self.name = name
        self._places: dict[str, tuple[Any, str]] = {}
        self.choices: tuple[Shape, ...] = ()
        self.node = self._merged(node, pointer)
        self.nullable = nullable or self.node.get("nullable") is True
        self._fold_branches()

    def __repr__(self) -> str:
        """Return kind, name and pointer."""
        return f"<Shape {self.kind} {self.name or ''} {self.pointer}>"

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
        return {
            name: self.document.shape(*self._places.get(name, (node, join(self.pointer, "properties", name))))
            for name, node in self.node.get("properties", {}).items()
        }

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
        node = {} if node is True else node
        return self.document.shape(*self._places.get("*", (node, join(self.pointer, "additionalProperties"))))

    @cached_property
    def is_dictionary(self) -> bool:
        """Whether the object is a map of names to values of one schema, rather than a record."""
        return isinstance(self.node.get("additionalProperties"), dict) and not self.node.get("properties")

    @cached_property
    def items(self) -> Shape:
        """Shape of an array's items."""
        return self.document.shape(*self._places.get("[]", (self.node.get("items", {}), join(self.pointer, "items"))))

    def extension(self, name: str, default: Any = None) -> Any:
        """Return the value of the specification extension *name* (``x-…``)."""
        return self.node.get(name, default)

    def _merged(self, node: Mapping[str, Any], pointer: str) -> Mapping[str, Any]:
        if "allOf" not in node:
            return node
        merged: dict[str, Any] = {}
        for part, place in self._parts(node, pointer, frozenset()):
            self._take(merged, part, place)
        return merged

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
                for name, child in value.items():
                    self._places[name] = (child, join(place, "properties", name))
                merged[key] = {**merged.get(key, {}), **value}
            elif key == "required":
                merged[key] = [*merged.get(key, []), *value]
            elif key == "enum" and "enum" in merged:
                merged[key] = [item for item in merged[key] if item in value]
            elif key in NARROWING and key in merged:
                merged[key] = NARROWING[key](merged[key], value)
            else:
                if key == "items":
                    self._places["[]"] = (value, join(place, "items"))
                if key == "additionalProperties" and isinstance(value, dict):
                    self._places["*"] = (value, join(place, "additionalProperties"))
                merged[key] = value

    def _fold_branches(self) -> None:
        for keyword in ("anyOf", "oneOf"):
            branches = self.node.get(keyword)
            if not branches:
                continue
            shapes = []
            for index, branch in enumerate(branches):
                target, place, name = self.document.follow(branch, join(self.pointer, keyword, index))
                if target.get("enum") == NULL_ONLY:
                    self.nullable = True
                else:
                    shapes.append((target, place, name))
            if len(shapes) == 1 and "properties" not in self.node:
                only = Shape(self.document, *shapes[0], nullable=self.nullable)
                kept = {key: value for key, value in self.node.items() if key != keyword}
                self.node, self.name, self.pointer = {**only.node, **kept}, only.name, only.pointer
                self._places = {**only._places, **self._places}
                self.choices, self.nullable = only.choices, only.nullable
            else:
                self.choices = tuple(self.document.shape(node, place) for node, place, _ in shapes)


NARROWING: dict[str, Any] = {
    "minimum": max,
    "minLength": max,
    "minItems": max,
    "minProperties": max,
    "maximum": min,
    "maxLength": min,
    "maxItems": min,
    "maxProperties": min,
}
