"""Which schema a value is meant for (OAS 3.0.3, Discriminator Object)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from mockserver.contract import pointer as pointers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SCHEMAS = "/components/schemas"
# Where a validator has the choice among the schemas that extend one; the pointer of that one comes next.
DISCRIMINATED = "/x-discriminated"
UNIONS = ("oneOf", "anyOf")
# Of a mapping's values, what has one of these is a reference; all others are names of component schemas.
REFERENCE = re.compile(r"[#/]|\.(?:ya?ml|json)$")


@dataclass(frozen=True, slots=True)
class Discriminator:
    """The property *name* tells the schema: *targets* has its pointer by the value, explicit ones first."""

    name: str
    targets: Mapping[str, str]

    @property
    def alternatives(self) -> list[str]:
        """The pointers of the schemas, each once."""
        return list(dict.fromkeys(self.targets.values()))

    def marked(self, branch: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the JSON Schema of what *branch* takes under a name of its own; itself if it has none."""
        values = [value for value, pointer in self.targets.items() if "$ref" in branch and pointer == target(branch)]
        return {"allOf": [branch, {"properties": {self.name: {"enum": values}}}]} if values else branch


def discriminator(root: Mapping[str, Any], node: Mapping[str, Any], place: str) -> Discriminator | None:
    """Return how values name one of the alternatives of *node*, or one of the schemas that extend it.

    *node* stands at *place* of the document *root*, whose references all lead inward. A schema is named
    by the mapping, and by its own name as a component; None where nothing can be named.
    """
    found = node.get("discriminator")
    if not isinstance(found, dict):
        return None
    mapping = {value: mapped(target) for value, target in found.get("mapping", {}).items()}
    if is_union(node):
        candidates = [target(each) for union in UNIONS for each in node.get(union, ()) if "$ref" in each]
    else:
        extending = _extending(root, place, mapping.values())
        candidates = [place, *extending] if extending else []
    explicit = {value: pointer for value, pointer in mapping.items() if pointer in candidates}
    implicit = {pointers.split(pointer)[-1]: pointer for pointer in candidates}
    targets = {**explicit, **{value: pointer for value, pointer in implicit.items() if value not in explicit}}
    return Discriminator(found["propertyName"], targets) if targets else None


def mapped(value: str) -> str:
    """Return the pointer that a mapping's *value* means: a reference into the document, or a schema's name."""
    if REFERENCE.search(value):
        return unquote(value.removeprefix("#"))
    return pointers.join(SCHEMAS, value)


def target(reference: Mapping[str, Any]) -> str:
    """Return the pointer to which a Reference Object leads."""
    return unquote(reference["$ref"][1:])


def is_union(node: Mapping[str, Any]) -> bool:
    """Return whether *node* has alternatives of its own."""
    return any(union in node for union in UNIONS)


def _extending(root: Mapping[str, Any], place: str, more: Iterable[str]) -> list[str]:
    """Return the pointers of the schemas that extend the one at *place* by ``allOf``, on any level.

    They are looked for among the component schemas and those at the pointers *more*.
    """
    names = root.get("components", {}).get("schemas", {})
    above = {
        pointer: {target(each) for each in _parts(root, pointer) if "$ref" in each}
        for pointer in (*(pointers.join(SCHEMAS, name) for name in names), *more)
    }
    found: dict[str, None] = {}
    level = {place}
    while level:
        below = [pointer for pointer, parents in above.items() if parents & level and pointer not in found]
        found.update(dict.fromkeys(below))
        level = set(below)
    found.pop(place, None)
    return list(found)


def _parts(root: Mapping[str, Any], pointer: str) -> Iterable[Mapping[str, Any]]:
    try:
        node = pointers.resolve(root, pointer)
    except LookupError:
        return ()
    return node.get("allOf", ()) if isinstance(node, dict) else ()
