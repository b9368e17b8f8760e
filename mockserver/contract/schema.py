"""Judging a value by a Schema Object: a fast yes or no, and every reason after a no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from mockserver.contract import pointer as pointers
from mockserver.contract.shape import NULL_ONLY

if TYPE_CHECKING:
    from mockserver.contract.document import Document
    from mockserver.contract.shape import Shape

BOUNDS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
SHOWN_AT_MOST = 80


@dataclass(frozen=True, slots=True)
class Violation:
    """One reason why a value breaks a schema.

    *pointer* leads into the value, *contract* into the document; *keyword* is the
    schema's, *expected* and *actual* are texts for people.
    """

    pointer: str
    message: str
    keyword: str
    expected: str
    actual: str
    contract: str

    def __str__(self) -> str:
        """Return the message with its place."""
        return f"{self.pointer or '(root)'}: {self.message}"


class Schema:
    """One Schema Object of a document, as a validator and as a shape."""

    def __init__(self, document: Document, node: Mapping[str, Any], pointer: str) -> None:
        self.document = document
        self.node = node
        self.pointer = pointer

    @cached_property
    def shape(self) -> Shape:
        """The form of the values, references followed."""
        return self.document.shape(self.node, self.pointer)

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft4Validator:
        return validator(self.document, self.node)

    def is_valid(self, value: Any) -> bool:
        """Return whether *value* keeps the schema, formats included."""
        return self._validator.is_valid(value)

    def violations(self, value: Any) -> list[Violation]:
        """Return every reason why *value* breaks the schema, in the order of the value; none if it keeps it."""
        found = [reason for error in self._validator.iter_errors(value) for reason in self._reasons(error, ())]
        return list(dict.fromkeys(found))

    def _reasons(self, error: jsonschema_rs.ValidationError, above: tuple[str | int, ...]) -> Iterator[Violation]:
        """Yield the reasons of *error*; of a union, those of the branch that came closest."""
        branches = getattr(error.kind, "context", None)
        if branches:
            real = [branch for branch in branches if not _wants_null(branch)] or branches
            closest = min(real, key=lambda branch: _distance(branch, len(error.instance_path)))
            if len(real) == 1 or _distance(closest, len(error.instance_path))[0] < 0:
                for inner in closest:
                    yield from self._reasons(inner, above)
                return
        yield self._violation(error)

    def _violation(self, error: jsonschema_rs.ValidationError) -> Violation:
        keyword = str(error.schema_path[-1]) if error.schema_path else "schema"
        at = list(error.instance_path)
        kind = error.kind
        contract = self._home(error)
        if keyword == "required":
            expected, actual = f"a member {kind.property!r}", "absent"
            message = f"required member {kind.property!r} is missing"
            at.append(kind.property)
        elif keyword == "type":
            expected = " or ".join(kind.types) if hasattr(kind, "types") else str(kind.value)
            actual = "null" if error.instance is None else f"{json_type(error.instance)} {shown(error.instance)}"
            message = f"expected {expected}, found {actual}"
        elif keyword == "enum":
            options = [shown(option) for option in kind.options]
            expected, actual = "one of " + ", ".join(options), shown(error.instance)
            message = f"{actual} is not among {', '.join(options)}"
        else:
            expected, actual = _expected(keyword, kind), shown(error.instance)
            if keyword == "pattern":
                expected = self._named_pattern(contract) or expected
            message = f"{actual} is not {expected}"
        return Violation(pointers.build(at), message, keyword, expected, actual, contract)

    def _named_pattern(self, contract: str) -> str | None:
        """Return what the pattern at *contract* stands for, if the schema says it in better words than a pattern."""
        owner = self.document.at(contract.rpartition("/")[0])
        if "x-flags" in owner:
            return f"made of {', '.join(owner['x-flags'])}"
        return f"a valid {owner['format']}" if "format" in owner else None

    def _home(self, error: jsonschema_rs.ValidationError) -> str:
        """Return the pointer into the document for the keyword that *error* is about."""
        path = [str(token) for token in error.schema_path]
        if path[:2] == ["components", "schemas"] or path[:1] == ["x-external-documents"]:
            return pointers.build(path)
        return self.pointer + pointers.build(path)


def validator(document: Document, node: Mapping[str, Any]) -> jsonschema_rs.Draft4Validator:
    """Return a compiled validator for the Schema Object *node* of *document*.

    A Schema Object of OAS 3.0 is JSON Schema Wright-00 but for ``nullable``, ``discriminator``,
    ``readOnly`` and the like; that draft changed nothing for validators since Draft 4.
    """
    schema = dict(to_json_schema(node))
    schema["components"] = {"schemas": _component_schemas(document)}
    if external := document.root.get("x-external-documents"):
        schema["x-external-documents"] = to_json_schema(external)
    return jsonschema_rs.Draft4Validator(schema, validate_formats=True)


def _component_schemas(document: Document) -> dict[str, Any]:
    cached = document.__dict__.get("_json_schemas")
    if cached is None:
        schemas = document.root.get("components", {}).get("schemas", {})
        cached = {name: to_json_schema(node) for name, node in schemas.items()}
        document.__dict__["_json_schemas"] = cached
    return cached  # type: ignore[no-any-return]


def to_json_schema(node: Any) -> Any:
    """Return the Schema Object *node* as JSON Schema Draft 4.

    ``nullable`` becomes a type beside the declared one, the bounds of ``int32`` and ``int64``
    become keywords (OAS 3.0.3, Data Types). Beside ``$ref`` nothing counts (Reference Object).
    """
    if isinstance(node, list):
        return [to_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return {"$ref": node["$ref"]}
    result = {key: _keyword(key, value) for key, value in node.items() if not key.startswith("x-") or key == "x-external-documents"}
    for name, limit, tighter in zip(("minimum", "maximum"), BOUNDS.get(node.get("format", ""), ()), (max, min), strict=False):
        if node.get("type") == "integer":
            result[name] = tighter(result.get(name, limit), limit)
    # OAS 3.0.3, Schema Object: `nullable` counts only beside an explicit `type`.
    if node.get("nullable") is True and isinstance(node.get("type"), str):
        result["type"] = [node["type"], "null"]
        if "enum" in result and None not in result["enum"]:
            result["enum"] = [*result["enum"], None]
    return result


MAPS_OF_SCHEMAS = {"properties"}
LITERALS = {"enum", "default", "example"}


def _keyword(key: str, value: Any) -> Any:
    if key in LITERALS:
        return value
    if key in MAPS_OF_SCHEMAS and isinstance(value, dict):
        return {name: to_json_schema(schema) for name, schema in value.items()}
    return to_json_schema(value)


def _wants_null(branch: list[jsonschema_rs.ValidationError]) -> bool:
    return len(branch) == 1 and getattr(branch[0].kind, "options", None) == NULL_ONLY


def _distance(branch: list[jsonschema_rs.ValidationError], depth: int) -> tuple[int, int]:
    """Return how far a value is from *branch*: errors deep inside mean that the branch was meant."""
    shallow = sum(len(error.instance_path) == depth and error.schema_path[-1] in ("type", "enum") for error in branch)
    return (0 if shallow else -1), len(branch)


EXPECTED = {
    "minimum": "at least {limit}",
    "maximum": "at most {limit}",
    "exclusiveMinimum": "more than {limit}",
    "exclusiveMaximum": "less than {limit}",
    "minLength": "at least {limit} characters long",
    "maxLength": "at most {limit} characters long",
    "minItems": "at least {limit} items long",
    "maxItems": "at most {limit} items long",
    "minProperties": "at least {limit} members large",
    "maxProperties": "at most {limit} members large",
    "multipleOf": "a multiple of {multiple_of}",
    "pattern": "of the form {pattern}",
    "format": "a valid {format}",
    "uniqueItems": "free of repeated items",
    "additionalProperties": "free of undeclared members ({unexpected})",
    "anyOf": "in keeping with any of the alternatives",
    "oneOf": "in keeping with exactly one of the alternatives",
    "not": "free of what the schema rules out",
}


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def _expected(keyword: str, kind: Any) -> str:
    template = EXPECTED.get(keyword, f"in keeping with {keyword}")
    names = ("limit", "multiple_of", "pattern", "format", "unexpected")
    return template.format_map(_Facts({name: _fact(getattr(kind, name)) for name in names if hasattr(kind, name)}))


def _fact(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def json_type(value: Any) -> str:
    """Return the JSON type of *value*, as people name it."""
    if value is None:
        return "null"
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), type(value).__name__)


def shown(value: Any) -> str:
    """Return *value* short enough for a message: large values by their size alone."""
    if isinstance(value, dict):
        return f"an object of {len(value)}" if value else "{}"
    if isinstance(value, list):
        return f"an array of {len(value)}" if value else "[]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN_AT_MOST else text[: SHOWN_AT_MOST - 1] + "…"
