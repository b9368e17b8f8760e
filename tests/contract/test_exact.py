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


def test_exact_in_a_direction() -> None:
    """What should not go that way is none of the members, even where others may be added."""
    node = {"type": "object", "additionalProperties": True, "properties": {"a": {**TEXT, "writeOnly": True}}}
    for optional, expected in (("writeOnly", False), ("readOnly", True)):
        schema = Schema(Document({}), node, "", optional=optional)
        assert schema.is_exact({"a": "x"}) is expected
        assert schema.is_exact({"b": "x"}) is True
        assert schema.is_valid({"a": "x"})
