"""Schema Objects of OAS 3.0 as JSON Schema Draft 4, compiled.

A Schema Object is JSON Schema Wright-00 but for ``nullable``, ``discriminator``, ``readOnly`` and the like;
that draft changed nothing for validators since Draft 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import jsonschema_rs

from mockserver.contract import pointer as pointers
from mockserver.contract.references import EXTERNAL, LITERALS, references

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mockserver.contract.document import Document

# OAS 3.0.3, Data Types: formats of `integer` that are ranges.
RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


def validator(document: Document, node: Mapping[str, Any], pointer: str) -> jsonschema_rs.Draft4Validator:
    """Return a compiled validator for the Schema Object *node*, which stands at *pointer* of *document*.

    Its errors name the keywords by their place in the document. Raises DocumentError for what is no schema.
    """
    target, place, _ = document.follow(node, pointer)
    known = document.validators.get(place)
    if known is None or known[0] is not target:
        known = document.validators[place] = target, _compiled(document, target, place)
    compiled: jsonschema_rs.Draft4Validator = known[1]
    return compiled


def _compiled(document: Document, node: Mapping[str, Any], pointer: str) -> jsonschema_rs.Draft4Validator:
    try:
        return jsonschema_rs.Draft4Validator(_bundle(document, node, pointer), validate_formats=True)
    except jsonschema_rs.ValidationError as error:
        raise document.error(f"is not a schema: {error.message}", pointer) from error


def _bundle(document: Document, node: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    """Return a tree with the schema and all that it refers to, each at its place in the document."""
    bundle: dict[str, Any] = {"$ref": "#" + quote(pointer)}
    if not pointer:
        bundle = dict(to_json_schema(node))
    pending, placed = [(node, pointer)], set()
    while pending:
        node, pointer = pending.pop()
        if pointer in placed:
            continue
        placed.add(pointer)
        schema = to_json_schema(node)
        if pointer:
            _place(bundle, pointer, schema)
        for reference, at in references(schema, pointer):
            place = unquote(reference["$ref"][1:])
            pending.append((document.at(place), place))
    return bundle
