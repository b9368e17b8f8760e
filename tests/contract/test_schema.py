from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from mockserver.contract import Contract, Document, Schema
from mockserver.contract.json_schema import to_json_schema
from mockserver.errors import DocumentError

TEXT = """\
openapi: 3.0.3
info: {title: Pets, version: '1'}
paths:
  /pets:
    get:
      responses:
        '200':
          description: Pets.
          content:
            application/json:
              schema:
                type: object
                required: [pets]
                properties:
                  pets: {type: array, items: {$ref: '#/components/schemas/Pet'}, maxItems: 2}
                  next: {$ref: '#/paths/~1pets/get/responses/200/content/application~1json/schema'}
components:
  schemas:
    Pet:
      oneOf:
        - $ref: '#/components/schemas/Cat'
        - $ref: '#/components/schemas/Dog'
      discriminator: {propertyName: kind, mapping: {hund: '#/components/schemas/Dog'}}
    Cat:
      type: object
      required: [kind, lives]
      properties:
        kind: {type: string}
        lives: {<<: &count {type: integer, minimum: 0}, maximum: 9}
    Dog:
      type: object
      required: [kind]
      properties:
        kind: {type: string}
        age: *count
        since: {type: string, format: date}
        owner: {anyOf: [{$ref: '#/components/schemas/Owner'}, {type: object, nullable: true, enum: [null]}]}
    Owner:
      type: object
      additionalProperties: false
      properties:
        name: {type: string, minLength: 1, maxLength: 5}
        days: {type: string, pattern: '^(Mon|Tue)$', x-flags: [Mon, Tue]}
        code: {type: string, pattern: '^[A-Z]+$', format: code}
"""
PETS = "/paths/~1pets/get/responses/200/content/application~1json/schema"


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    path = tmp_path_factory.mktemp("documents") / "pets.yaml"
    path.write_text(TEXT, "utf-8")
    return Contract.load(path)


def schema(node: Any) -> Schema:
    return Schema(Document({"components": {"schemas": {"It": node}}}), node, "/components/schemas/It")


def told(node: Any, value: Any) -> list[str]:
    return [str(each) for each in schema(node).violations(value)]


# Schema, value, and what is said of the value.
REASONS: list[tuple[Any, Any, list[str]]] = [
    ({"type": "string"}, 5, ["(root): expected string, found integer 5"]),
    ({"type": "string"}, None, ["(root): expected string, found null"]),
    ({"type": "string"}, True, ["(root): expected string, found boolean true"]),
    ({"type": "integer"}, 456.0, ["(root): expected integer, found number 456.0"]),
    ({"type": "integer"}, "5", ["(root): expected integer, found string '5'"]),
    ({"type": "integer"}, [1], ["(root): expected integer, found an array of 1"]),
    ({"type": "integer"}, {}, ["(root): expected integer, found {}"]),
    ({"type": "integer", "nullable": True}, "a", ["(root): expected integer or null, found string 'a'"]),
    ({"enum": ["a", 1, None]}, "b", ["(root): 'b' is not among 'a', 1, null"]),
    ({"minimum": 3}, 2, ["(root): 2 is not at least 3"]),
    ({"maximum": 3}, 4.5, ["(root): 4.5 is not at most 3"]),
    ({"minimum": 3, "exclusiveMinimum": True}, 3, ["(root): 3 is not more than 3"]),
    ({"maximum": 3, "exclusiveMaximum": True}, 3, ["(root): 3 is not less than 3"]),
    ({"multipleOf": 2}, 3, ["(root): 3 is not a multiple of 2"]),
    ({"minLength": 2}, "a", ["(root): 'a' is not at least 2 characters long"]),
    ({"maxLength": 1}, "ab", ["(root): 'ab' is not at most 1 characters long"]),
    ({"pattern": "^a"}, "b", ["(root): 'b' is not of the form ^a"]),
    ({"pattern": "^a", "format": "code"}, "b", ["(root): 'b' is not a valid code"]),
    ({"pattern": "^a$", "x-flags": ["a", "b"]}, "c", ["(root): 'c' is not made of a, b"]),
    ({"type": "string", "format": "date"}, "2026-02-30", ["(root): '2026-02-30' is not a valid date"]),
    ({"type": "string", "format": "uuid"}, "4711", ["(root): '4711' is not a valid uuid"]),
    ({"type": "string", "format": "byte"}, "****", ["(root): '****' is not a valid byte"]),
    ({"type": "integer", "format": "int32"}, 2**31, ["(root): 2147483648 is not at most 2147483647"]),
    (
        {"type": "integer", "format": "int64"},
        -(2**63) - 1,
        ["(root): -9223372036854775809 is not at least -9223372036854775808"],
    ),
    (
        {"type": "integer", "format": "int32", "minimum": -(2**31), "exclusiveMinimum": True},
        -(2**31),
        ["(root): -2147483648 is not more than -2147483648"],
    ),
    ({"type": "integer", "format": "int32"}, -(2**31) - 1, ["(root): -2147483649 is not at least -2147483648"]),
    (
        {"type": "integer", "format": "int64", "minimum": 1},
        2**63,
        ["(root): 9223372036854775808 is not at most 9223372036854775807"],
    ),
    ({"minItems": 1}, [], ["(root): [] is not at least 1 items long"]),
    ({"maxItems": 1}, [1, 2], ["(root): an array of 2 is not at most 1 items long"]),
    ({"uniqueItems": True}, [1, 1], ["(root): an array of 2 is not free of repeated items"]),
    ({"minProperties": 1}, {}, ["(root): {} is not at least 1 members large"]),
    ({"maxProperties": 1}, {"a": 1, "b": 2}, ["(root): an object of 2 is not at most 1 members large"]),
    ({"not": {"type": "string"}}, "a", ["(root): 'a' is not free of what the schema rules out"]),
    ({"required": ["a", "b"]}, {}, ["/a: required member 'a' is missing", "/b: required member 'b' is missing"]),
    (
        {"additionalProperties": False},
        {"a": 1, "b/c": 2},
        ["/a: member 'a' is not declared", "/b~1c: member 'b/c' is not declared"],
    ),
    (
        {"items": {"type": "string"}},
        ["a", 1, 2],
        ["/1: expected string, found integer 1", "/2: expected string, found integer 2"],
    ),
    ({"pattern": "^a"}, "b" * 99, [f"(root): '{'b' * 78}… is not of the form ^a"]),
    # Of a value of the wrong type nothing else is said, and nothing is said twice.
    ({"type": "string", "enum": ["a"]}, 5, ["(root): expected string, found integer 5"]),
    ({"type": "integer", "minimum": 3}, 2.5, ["(root): expected integer, found number 2.5"]),
    ({"allOf": [{"type": "integer"}, {"minimum": 3}]}, 2.5, ["(root): expected integer, found number 2.5"]),
    ({"allOf": [{"type": "string"}, {"type": "string"}]}, 5, ["(root): expected string, found integer 5"]),
    (
        {"allOf": [{"minLength": 2}, {"pattern": "^a"}]},
        "b",
        ["(root): 'b' is not at least 2 characters long", "(root): 'b' is not of the form ^a"],
    ),
]
CAT = {"type": "object", "required": ["meow"], "properties": {"meow": {"type": "integer"}}}
DOG = {"type": "object", "required": ["bark"], "properties": {"bark": {"type": "integer"}, "age": {"type": "integer"}}}
RED = {"type": "object", "properties": {"kind": {"enum": ["red"]}, "a": {"type": "integer"}}}
BLUE = {"type": "object", "properties": {"kind": {"enum": ["blue"]}, "b": {"type": "integer"}}}
NULL = {"type": "object", "nullable": True, "enum": [None]}
# Alternatives, value, and what is said of the one that was meant.
UNIONS: list[tuple[list[Any], Any, list[str]]] = [
    ([CAT, DOG], {"meow": "x"}, ["/meow: expected integer, found string 'x'"]),
    (
        [CAT, DOG],
        {"bark": "x", "age": "y"},
        ["/bark: expected integer, found string 'x'", "/age: expected integer, found string 'y'"],
    ),
    ([RED, BLUE], {"kind": "blue", "b": "x"}, ["/b: expected integer, found string 'x'"]),
    ([DOG, NULL], {}, ["/bark: required member 'bark' is missing"]),
    ([DOG, NULL], 5, ["(root): expected object, found integer 5"]),
    ([NULL, {"type": "integer", "minimum": 3}], 2, ["(root): 2 is not at least 3"]),
    ([{"type": "string"}, DOG], {"bark": "x"}, ["/bark: expected integer, found string 'x'"]),
    ([{"type": "string"}, {"type": "integer"}], True, ["(root): true is not in keeping with any of the alternatives"]),
    ([{"properties": {"a": {"enum": [None]}}}, NULL], {"a": 5}, ["/a: 5 is not among null"]),
    ([NULL, {"enum": [None]}], 5, ["(root): 5 is not in keeping with any of the alternatives"]),
    ([CAT, DOG], None, ["(root): null is not in keeping with any of the alternatives"]),
    ([{"anyOf": [CAT, NULL]}, {"type": "string"}], {"meow": "x"}, ["/meow: expected integer, found string 'x'"]),
]


class TestViolations:
    """Every reason why a value breaks a schema."""

    @pytest.mark.parametrize(("node", "value", "reasons"), REASONS)
    def test_reasons(self, node: Any, value: Any, reasons: list[str]) -> None:
        """Each keyword is told in words, with the place in the value."""
        assert told(node, value) == reasons
        assert not schema(node).is_valid(value)

    @pytest.mark.parametrize(("branches", "value", "reasons"), UNIONS)
    def test_unions(self, branches: list[Any], value: Any, reasons: list[str]) -> None:
        """Of alternatives, the one that was meant is told; if none was, the union itself."""
        assert told({"anyOf": branches}, value) == reasons
        assert told({"oneOf": branches}, value) == [
            each.replace("any of the", "exactly one of the") for each in reasons
        ]

    def test_several_alternatives_at_once(self) -> None:
        """A value that keeps more than one of the alternatives of oneOf breaks it."""
        node = {"oneOf": [{"type": "integer"}, {"minimum": 3}]}
        assert told(node, 5) == ["(root): 5 is not in keeping with exactly one of the alternatives"]

    @pytest.mark.parametrize(
        ("value", "reasons"),
        [
            ({"kind": "Cat", "lives": 10, "age": -1}, ["/pets/0/lives: 10 is not at most 9"]),
            ({"kind": ["Cat"], "lives": 3}, ["/pets/0/kind: expected string, found an array of 1"]),
            ({"kind": "Cat", "age": "x"}, ["/pets/0/lives: required member 'lives' is missing"]),
            ({"kind": "hund", "age": -1}, ["/pets/0/age: -1 is not at least 0"]),
            (
                {"kind": "Dog", "owner": {"name": "", "x": 1}},
                [
                    "/pets/0/owner/name: '' is not at least 1 characters long",
                    "/pets/0/owner/x: member 'x' is not declared",
                ],
            ),
        ],
    )
    def test_discriminator(self, pets: Contract, value: Any, reasons: list[str]) -> None:
        """Where the value names the alternative, that one is told."""
        found = Schema(pets.document, {"$ref": f"#{PETS}"}, "").violations({"pets": [value]})
        assert [str(each) for each in found] == reasons

    def test_every_reason(self, pets: Contract) -> None:
        """All that is wrong is told at once, each with the keyword's place and line in the document."""
        value = {
            "pets": [{"kind": "hund", "age": "x", "since": "2026-02-30", "owner": {"code": "a"}}, {}, 5],
            "next": {},
        }
        found = Schema(pets.document, {"$ref": f"#{PETS}"}, "").violations(value)
        assert [(each.pointer, each.keyword, each.contract, pets.document.line(each.contract)) for each in found] == [
            ("/pets", "maxItems", f"{PETS}/properties/pets/maxItems", 15),
            ("/pets/0/age", "type", "/components/schemas/Dog/properties/age/type", 29),
            ("/pets/0/since", "format", "/components/schemas/Dog/properties/since/format", 36),
            ("/pets/0/owner/code", "pattern", "/components/schemas/Owner/properties/code/pattern", 44),
            ("/pets/1/kind", "required", "/components/schemas/Dog/required", 32),
            ("/pets/2", "oneOf", "/components/schemas/Pet/oneOf", 20),
            ("/next/pets", "required", f"{PETS}/required", 13),
        ]

    def test_facts(self) -> None:
        """A violation has expectation and finding apart, for those who show them side by side."""
        (found,) = schema({"type": "object", "properties": {"a": {"enum": ["x", "y"]}}}).violations({"a": "z"})
        assert (found.pointer, found.keyword) == ("/a", "enum")
        assert (found.expected, found.actual, found.contract) == (
            "one of 'x', 'y'",
            "'z'",
            "/components/schemas/It/properties/a/enum",
        )


USER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name", "secret"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "secret": {"$ref": "#/components/schemas/Secret"},
    },
}


class TestRequired:
    """Who has to send what (OAS 3.0.3, Schema Object, readOnly and writeOnly)."""

    @pytest.mark.parametrize(
        ("optional", "missing"),
        [("", ["/id", "/name", "/secret"]), ("readOnly", ["/name", "/secret"]), ("writeOnly", ["/id", "/name"])],
    )
    def test_direction(self, optional: str, missing: list[str]) -> None:
        """A request need not hold what is read-only, nor a response what is write-only."""
        document = Document({"components": {"schemas": {"User": USER, "Secret": {"writeOnly": True}}}})
        node = {"allOf": [{"$ref": "#/components/schemas/User"}]}
        found = Schema(document, node, "/here", optional=optional).violations({})
        assert [each.pointer for each in found] == missing

    def test_nothing_left(self) -> None:
        """Where all that is required is read-only, a request may be empty; a wrong value stays wrong."""
        node = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer", "readOnly": True}}}
        found = Schema(Document({}), node, "/here", optional="readOnly")
        assert found.is_valid({})
        assert not found.is_valid({"id": "x"})


class TestReferences:
    """Schemas that refer to others, and to themselves."""

    def test_recursion(self) -> None:
        """A schema may hold itself."""
        tree = {
            "type": "object",
            "properties": {"below": {"type": "array", "items": {"$ref": "#/components/schemas/It"}}},
        }
        assert schema(tree).is_valid({"below": [{"below": []}]})
        assert told(tree, {"below": [{"below": [5]}]}) == ["/below/0/below/0: expected object, found integer 5"]

    def test_anywhere(self) -> None:
        """A reference may lead to any node of the document, into another schema and to what has an odd name."""
        document = Document(
            {
                "components": {"schemas": {"a/b {c}": {"properties": {"x%y": {"type": "integer"}}}}},
                "x-types": {"id": {"$ref": "#/components/schemas/a~1b%20%7Bc%7D/properties/x%25y"}},
            }
        )
        node = {"properties": {"one": {"$ref": "#/x-types/id"}, "two": {"$ref": "#/components/schemas/a~1b {c}"}}}
        found = Schema(document, node, "/here").violations({"one": "a", "two": {"x%y": "b"}})
        assert [each.pointer for each in found] == ["/one", "/two/x%y"]
        assert found[0].contract == "/components/schemas/a~1b {c}/properties/x%y/type"

    def test_free_standing(self) -> None:
        """A schema that stands in no document judges too."""
        found = Schema(Document({}), {"type": "object", "properties": {"a": {"type": "integer"}}}, "")
        assert [each.contract for each in found.violations({"a": "x"})] == ["/properties/a/type"]
        union = Schema(Document({}), {"anyOf": [{"type": "integer"}, {"type": "boolean"}]}, "")
        assert [each.contract for each in union.violations("x")] == ["/anyOf"]

    def test_same_place(self) -> None:
        """Two schemas that are said to stand at one place are not mistaken for each other."""
        document = Document({})
        found = [Schema(document, {"type": kind}, "").is_valid(1) for kind in ("integer", "string", "integer")]
        assert found == [True, False, True]

    def test_large_pattern(self) -> None:
        """A pattern that takes megabytes when it is compiled is one all the same."""
        schema = Schema(Document({}), {"pattern": r"^(?!(?:aws|AWS):)[\w ]{1,1000}$"}, "/here")
        assert schema.is_valid("a" * 1000)
        assert not schema.is_valid("a" * 1001)

    def test_unusable(self) -> None:
        """What cannot be compiled is an error at its place."""
        with pytest.raises(DocumentError) as caught:
            Schema(Document({}), {"pattern": "("}, "/here").is_valid("a")
        assert (caught.value.pointer, caught.value.reason) == ("/here", 'is not a schema: "(" is not a "regex"')


# Small worlds, so that values and schemas meet.
SCALARS = st.sampled_from([None, True, False, 0, 1, 2, -1, 1.5, 2.0, 2**31 - 1, 2**31, -(2**31), "", "a", "ab", "b"])
NAMES = st.sampled_from(["a", "b", "c"])
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6
)
SMALL = st.integers(0, 3)
BOUNDS = st.sampled_from([-1, 0, 1, 1.5, 2, 2**31 - 1, -(2**31), 2**31])


def keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Schema Objects whose parts are *inner*."""
    parts = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.fixed_dictionaries(
            {"type": st.sampled_from(["integer", "number"])},
            optional={
                "minimum": BOUNDS,
                "maximum": BOUNDS,
                "exclusiveMinimum": st.booleans(),
                "exclusiveMaximum": st.booleans(),
                "multipleOf": st.just(2),
                "format": st.sampled_from(["int32", "int64"]),
                "nullable": st.booleans(),
                "enum": st.lists(SCALARS, min_size=1, max_size=3),
            },
        ).filter(lambda node: node["type"] == "integer" or "format" not in node),
        st.fixed_dictionaries(
            {"type": st.just("string")},
            optional={
                "minLength": SMALL,
                "maxLength": SMALL,
                "pattern": st.sampled_from(["^a", "b$"]),
                "nullable": st.booleans(),
                "enum": st.lists(SCALARS, min_size=1, max_size=3),
            },
        ),
        st.fixed_dictionaries(
            {},
            optional={
                "type": st.just("array"),
                "items": inner,
                "minItems": SMALL,
                "maxItems": SMALL,
                "uniqueItems": st.booleans(),
            },
        ),
        st.fixed_dictionaries(
            {},
            optional={
                "type": st.just("object"),
                "nullable": st.booleans(),
                "properties": st.dictionaries(NAMES, inner, max_size=3),
                "required": st.lists(NAMES, min_size=1, unique=True),
                "additionalProperties": st.booleans() | inner,
                "minProperties": SMALL,
                "maxProperties": SMALL,
                "x-note": JSON,
            },
        ),
        st.fixed_dictionaries(
            {},
            optional={
                "allOf": parts,
                "anyOf": parts,
                "oneOf": parts,
                "not": inner,
                "enum": st.lists(SCALARS, min_size=1, max_size=3),
                "type": st.sampled_from(["boolean", "object", "string"]),
                "nullable": st.booleans(),
            },
        ),
    )


SCHEMAS = st.recursive(keywords(st.just({})), keywords, max_leaves=5)


@given(node=SCHEMAS, value=JSON)
@example(node={"type": "string", "nullable": True, "enum": ["a"]}, value=None)
@example(node={"type": "integer", "format": "int32", "maximum": 2**31, "exclusiveMaximum": True}, value=2**31 - 1)
@example(node={"type": "integer", "exclusiveMinimum": True}, value=0)
def test_agreement(node: dict[str, Any], value: Any) -> None:
    """Any schema means to us what it means to openapi-schema-validator."""
    assert schema(node).is_valid(value) == OAS30Validator(node, format_checker=oas30_format_checker).is_valid(value)


@given(node=SCHEMAS, inner=SCHEMAS, value=JSON)
def test_no_without_a_reason(node: dict[str, Any], inner: dict[str, Any], value: Any) -> None:
    """A value is valid exactly if there is nothing to say against it, also behind references and in circles."""
    whole = {
        "type": "object",
        "properties": {"a": {"$ref": "#/components/schemas/It"}, "b": inner},
        "anyOf": [node, {}],
    }
    for judged in (schema(node), schema(whole), schema({"oneOf": [node, inner]})):
        found = judged.violations(value)
        assert judged.is_valid(value) == (not found)
        assert len({(each.pointer, each.message) for each in found}) == len(found)


@given(node=SCHEMAS)
def test_nothing_is_changed(node: dict[str, Any]) -> None:
    """Turning a Schema Object into JSON Schema leaves it as it was, and leaves extensions out."""
    before = repr(node)
    turned = to_json_schema(node)
    assert repr(node) == before
    assert "x-note" not in turned
    assert turned.get("required") == node.get("required")
