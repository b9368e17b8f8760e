from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract import Document, Schema, Shape

NULL_ONLY = {"type": "object", "nullable": True, "enum": [None]}
COMPONENTS: dict[str, Any] = {
    "Name": {"type": "string", "minLength": 1, "x-faker": "name"},
    "Nothing": NULL_ONLY,
    "Animal": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}, "name": {"$ref": "#/components/schemas/Name"}},
    },
    "Cat": {
        "allOf": [
            {"$ref": "#/components/schemas/Animal"},
            {"required": ["lives"], "properties": {"lives": {"type": "integer"}, "kind": {"enum": ["cat"]}}},
        ],
        "description": "Purrs.",
    },
    "Only": {"allOf": [{"$ref": "#/components/schemas/Animal"}], "x-shows": "owner"},
    "Tree": {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    },
    "Maybe": {
        "anyOf": [{"$ref": "#/components/schemas/Animal"}, {"$ref": "#/components/schemas/Nothing"}],
        "x-shows": "0",
    },
    "Pet": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
    "Dog": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"bark": {"type": "string"}}}]},
    "Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}], "type": "string"},
    "Knot": {"anyOf": [{"$ref": "#/components/schemas/Bow"}]},
    "Bow": {"oneOf": [{"$ref": "#/components/schemas/Knot"}]},
}
DOCUMENT = Document({"components": {"schemas": COMPONENTS}})


def component(name: str) -> Shape:
    return DOCUMENT.component(name)


def shape(node: Any) -> Shape:
    return Document({"components": {"schemas": COMPONENTS}}).shape(node, "/here")


class TestForm:
    """What a Schema Object says of the form of values."""

    @pytest.mark.parametrize(
        ("node", "kind"),
        [
            ({"type": "string"}, "string"),
            ({"properties": {}}, "object"),
            ({"additionalProperties": False}, "object"),
            ({"items": {}}, "array"),
            ({"enum": ["a"]}, "any"),
            ({}, "any"),
            ({"allOf": [{"type": "integer"}, {"minimum": 1}]}, "integer"),
            ({"$ref": "#/components/schemas/Cat"}, "object"),
        ],
    )
    def test_kind(self, node: Any, kind: str) -> None:
        """The kind is the type, or the only type that the keywords are for."""
        assert shape(node).kind == kind

    def test_members(self) -> None:
        """Properties come in the document's order, and are found in any case."""
        found = shape({"properties": {"SaleId": {"type": "integer"}, "name": {}}})
        assert list(found.properties) == ["SaleId", "name"]
        assert found.members == {"saleid": "SaleId", "name": "name"}
        assert found.properties["SaleId"].pointer == "/here/properties/SaleId"

    @pytest.mark.parametrize(
        ("node", "kind"),
        [
            ({}, "any"),
            ({"additionalProperties": True}, "any"),
            ({"additionalProperties": {"type": "integer"}}, "integer"),
            ({"additionalProperties": {"$ref": "#/components/schemas/Name"}}, "string"),
            ({"additionalProperties": False}, None),
        ],
    )
    def test_undeclared_members(self, node: Any, kind: str | None) -> None:
        """Undeclared members have a shape too, unless they are refused."""
        found = shape({"type": "object", **node}).additional
        assert (found.kind if found else None) == kind

    @pytest.mark.parametrize(
        ("node", "is_dictionary"),
        [
            ({"additionalProperties": {"type": "string"}}, True),
            ({"additionalProperties": {}}, True),
            ({"additionalProperties": True}, False),
            ({"additionalProperties": {}, "properties": {"a": {}}}, False),
            ({}, False),
        ],
    )
    def test_dictionaries(self, node: Any, is_dictionary: bool) -> None:
        """A dictionary has a schema for all its values and none for single ones."""
        assert shape({"type": "object", **node}).is_dictionary == is_dictionary

    def test_items(self) -> None:
        """Items have the shape that the document gives them, or any."""
        assert shape({"type": "array", "items": {"$ref": "#/components/schemas/Name"}}).items.name == "Name"
        assert shape({"type": "array"}).items.kind == "any"

    def test_recursion(self) -> None:
        """A schema may hold itself: its shape is one and the same all the way down."""
        tree = component("Tree")
        assert tree.properties["children"].items is tree

    def test_extensions(self) -> None:
        """Extensions are read by name."""
        assert component("Name").extension("x-faker") == "name"
        assert component("Name").extension("x-value", "default") == "default"

    def test_repr(self) -> None:
        """A shape shows what it is and where it stands."""
        assert repr(component("Name")) == "<Shape string Name /components/schemas/Name>"


class TestAllOf:
    """Schemas that all hold, as one."""

    def test_merged(self) -> None:
        """Properties, requirements and other keywords of all parts count."""
        cat = component("Cat")
        assert (cat.name, cat.kind) == ("Cat", "object")
        assert cat.required == {"kind", "lives"}
        assert list(cat.properties) == ["kind", "name", "lives"]
        assert cat.node["description"] == "Purrs."

    def test_places(self) -> None:
        """A property of a part is the part's own."""
        assert component("Cat").properties["name"].pointer == "/components/schemas/Name"
        assert component("Cat").properties["lives"].pointer == "/components/schemas/Cat/allOf/1/properties/lives"

    def test_property_of_two_parts(self) -> None:
        """Of a property that two parts declare, both declarations hold, and neither changes."""
        kind = component("Cat").properties["kind"]
        assert (kind.kind, kind.node["enum"]) == ("string", ["cat"])
        assert "enum" not in component("Animal").properties["kind"].node

    def test_odd_names(self) -> None:
        """A property may have any name, that of a keyword too."""
        parts = [{"type": "object", "properties": {"items": {"type": "string"}}}, {"items": {"type": "integer"}}]
        found = shape({"allOf": [*parts, {"properties": {"a/b": {}, "": {}}}]})
        assert (found.properties["items"].kind, found.items.kind) == ("string", "integer")
        assert found.properties["a/b"].pointer == "/here/allOf/2/properties/a~1b"

    def test_items_of_two_parts(self) -> None:
        """Items and undeclared members that two parts declare keep both."""
        parts = [{"items": {"type": "integer"}}, {"items": {"minimum": 3}}]
        assert shape({"allOf": parts}).items.node.items() >= {"type": "integer", "minimum": 3}.items()
        parts = [{"additionalProperties": {"type": "integer"}}, {"additionalProperties": {"maximum": 3}}]
        found = shape({"allOf": parts}).additional
        assert found is not None
        assert found.node.items() >= {"type": "integer", "maximum": 3}.items()

    def test_name_of_an_only_part(self) -> None:
        """A lone reference with something beside it is still the component, by name; siblings count."""
        only = component("Only")
        assert (only.name, only.extension("x-shows")) == ("Only", "owner")
        assert shape({"allOf": [{"$ref": "#/components/schemas/Animal"}], "description": "Mine."}).name == "Animal"
        assert shape({"allOf": [{"$ref": "#/components/schemas/Animal"}, {"minProperties": 1}]}).name is None

    @pytest.mark.parametrize(
        ("one", "other", "both"),
        [
            ({"minimum": 1, "maximum": 9}, {"minimum": 3, "maximum": 12}, {"minimum": 3, "maximum": 9}),
            ({"minLength": 4, "maxLength": 4}, {"minLength": 2, "maxLength": 8}, {"minLength": 4, "maxLength": 4}),
            ({"minItems": 1}, {"maxItems": 2}, {"minItems": 1, "maxItems": 2}),
            ({"enum": ["a", "b", "c"]}, {"enum": ["c", "b", "d"]}, {"enum": ["b", "c"]}),
            ({"required": ["a", "b"]}, {"required": ["b", "c"]}, {"required": ["a", "b", "c"]}),
            ({"additionalProperties": False}, {"additionalProperties": {}}, {"additionalProperties": False}),
            ({"additionalProperties": {}}, {"additionalProperties": False}, {"additionalProperties": False}),
            ({"additionalProperties": {}}, {"additionalProperties": True}, {"additionalProperties": {}}),
            ({"additionalProperties": True}, {"additionalProperties": {}}, {"additionalProperties": {}}),
            ({"title": "one"}, {"title": "other"}, {"title": "other"}),
        ],
    )
    def test_narrowing(self, one: Any, other: Any, both: Any) -> None:
        """Of two bounds the narrower one holds, of two lists what both have, of other words the last."""
        assert shape({"allOf": [one, other]}).node == both

    def test_circles(self) -> None:
        """A schema that only says that it is itself says nothing."""
        assert component("Loop").kind == "string"
        assert component("Knot").kind == "any"
        assert component("Knot").choices == ()


class TestUnions:
    """Alternatives."""

    def test_choices(self) -> None:
        """Alternatives are choices, in the document's order."""
        assert [choice.name for choice in component("Pet").choices] == ["Cat", "Dog"]

    def test_alternative_that_extends_the_union(self) -> None:
        """An alternative may build on the schema whose alternative it is."""
        assert "bark" in component("Pet").choices[1].properties

    def test_null_is_folded(self) -> None:
        """An alternative that takes null alone makes the other one nullable; that keeps its name."""
        maybe = component("Maybe")
        assert (maybe.name, maybe.nullable, maybe.choices) == ("Animal", True, ())
        assert list(maybe.properties) == ["kind", "name"]
        assert maybe.extension("x-shows") == "0"
        assert not component("Animal").nullable

    def test_null_beside_several(self) -> None:
        """Beside several alternatives null is no choice of its own."""
        found = shape({"oneOf": [{"type": "string"}, {"type": "integer"}, {"enum": [None]}]})
        assert ([choice.kind for choice in found.choices], found.nullable) == (["string", "integer"], True)

    def test_only_alternative(self) -> None:
        """A union of one is what that one is."""
        assert shape({"anyOf": [{"$ref": "#/components/schemas/Animal"}]}).name == "Animal"


# OAS 3.0.3, Schema Object: nullable adds null to the type beside it, and to nothing else.
NULLABLE = [
    ({"type": "string", "nullable": True}, True),
    ({"type": "string", "nullable": False}, False),
    ({"type": "string"}, False),
    ({"nullable": True}, False),
    ({}, False),
    ({"enum": [None, 1]}, True),
    ({"type": "integer", "nullable": True, "enum": [1]}, False),
    ({"type": "integer", "nullable": True, "enum": [1, None]}, True),
    ({"type": "integer", "enum": [1, None]}, False),
    (NULL_ONLY, True),
    ({"$ref": "#/components/schemas/Nothing"}, True),
    ({"allOf": [{"type": "string", "nullable": True}]}, True),
    ({"allOf": [{"type": "string"}], "nullable": True}, False),
    ({"allOf": [{"type": "string", "nullable": True}, {"type": "string"}]}, False),
    ({"allOf": [{"type": "string", "nullable": True}, {"maxLength": 3}]}, True),
    ({"anyOf": [{"$ref": "#/components/schemas/Animal"}, {"enum": [None]}]}, True),
    ({"anyOf": [{"$ref": "#/components/schemas/Maybe"}]}, True),
    ({"anyOf": [{"$ref": "#/components/schemas/Pet"}, {"enum": [None]}]}, True),
    ({"anyOf": [{"type": "string", "nullable": True}, {"type": "integer"}]}, True),
    ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, False),
    ({"oneOf": [{"type": "string", "nullable": True}, {"type": "integer"}]}, True),
    ({"oneOf": [{"type": "string", "nullable": True}, {"enum": [None]}]}, False),
    ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, False),
    ({"enum": [None, 1], "anyOf": [{"allOf": [{"type": "integer"}]}]}, False),
    ({"type": "object", "anyOf": [{"minProperties": 1}, {"enum": [None]}]}, False),
    ({"type": "object", "nullable": True, "anyOf": [{"minProperties": 1}, {"enum": [None]}]}, True),
]


@pytest.mark.parametrize(("node", "nullable"), NULLABLE)
def test_nullable(node: Any, nullable: bool) -> None:
    """A shape is nullable where its schema says that null is a value."""
    assert shape(node).nullable == nullable
    if nullable:
        assert Schema(shape(node).document, node, "/here").is_valid(None)


SIMPLE = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer"]),
        "nullable": st.booleans(),
        "enum": st.lists(st.sampled_from([None, 1, "a"]), min_size=1),
    },
)
NODES = st.recursive(
    SIMPLE,
    lambda inner: st.tuples(
        SIMPLE, st.sampled_from(["allOf", "anyOf", "oneOf"]), st.lists(inner, min_size=1, max_size=3)
    ).map(lambda drawn: drawn[0] | {drawn[1]: drawn[2]}),
    max_leaves=6,
)


@given(NODES)
def test_nullable_is_what_the_validator_takes(node: Any) -> None:
    """Whatever types, enums and unions say of null: no shape is nullable of which null is no value."""
    if shape(node).nullable:
        assert Schema(Document({}), node, "").is_valid(None)
