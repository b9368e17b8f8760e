"""A quick yes for values with nothing undeclared in them."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.contract import Document, Schema

TEXT = {"type": "string"}
PET = {"type": "object", "properties": {"name": TEXT, "tags": {"type": "object", "additionalProperties": TEXT}}}
CAT = {"type": "object", "required": ["lives"], "properties": {"lives": {"type": "integer"}}}
DOG = {"type": "object", "properties": {"barks": {"type": "boolean"}}}


def exact(node: dict[str, Any], value: Any) -> bool:
    document = Document({"components": {"schemas": {"Pet": PET, "Cat": CAT, "Dog": DOG}}})
    return Schema(document, node, "").is_exact(value)


@pytest.mark.parametrize(
    ("node", "value", "expected"),
    [
        (PET, {"name": "Tom"}, True),
        (PET, {"name": 1}, False),
        (PET, {"name": "Tom", "age": 4}, False),
        (PET, {"tags": {"any": "name"}}, True),
        ({**PET, "additionalProperties": True}, {"age": 4}, True),
        ({"type": "object"}, {"age": 4}, True),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}, [{"name": "Tom"}, {"age": 4}], False),
        (
            {"anyOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
            {"barks": True},
            True,
        ),
        # Both branches take it, if only because one does not know the other's member.
        ({"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]}, {"lives": 9}, False),
        ({"not": {"$ref": "#/components/schemas/Dog"}}, {"lives": 9}, False),
        # The parts of an allOf do not know each other: a no here says nothing.
        ({"allOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]}, {"lives": 9}, False),
    ],
)
def test_exact(node: dict[str, Any], value: Any, expected: bool) -> None:
    """Yes is for values that keep the schema, members undeclared left out."""
    assert exact(node, value) is expected
