"""Schema Objects of OAS 3.0 as JSON Schema Draft 4, compiled.

A Schema Object is JSON Schema Wright-00 but for ``nullable``, ``discriminator``, ``readOnly`` and the like;
that draft changed nothing for validators since Draft 4.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import jsonschema_rs

from mockserver.contract import pointer as pointers
from mockserver.contract.discriminator import DISCRIMINATED, UNIONS, Discriminator, discriminator, is_union
from mockserver.contract.references import LITERALS, objects, references

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from mockserver.contract.document import Document

# OAS 3.0.3, Data Types: formats of `integer` that are ranges.
RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
# Keywords that say nothing of the form of values that are not null.
ANNOTATIONS = frozenset(
    {"title", "description", "example", "externalDocs", "deprecated", "nullable", "default", "discriminator"}
    | {"readOnly", "writeOnly", "xml"}
)
UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
# `[\w ]{1,1000}` beside what looks ahead has more than a megabyte, which is all that it may by default.
PATTERNS = jsonschema_rs.FancyRegexOptions(size_limit=100_000_000)
# Formats of OAS that JSON Schema Draft 4 has not (RFC 9562, section 4; RFC 4648, section 4).
FORMATS = {
    "uuid": lambda text: UUID.fullmatch(text) is not None,
    "byte": lambda text: BASE64.fullmatch(text) is not None,
}

# No value keeps it. Draft 4 has no schema that is false, and `not` would cost an exact schema its word.
NEVER = {"type": "null", "enum": [0]}


def validator(
    document: Document, node: Mapping[str, Any], pointer: str, *, optional: str = ""
) -> jsonschema_rs.Draft4Validator:
    """Return a compiled validator for the Schema Object *node*, which stands at *pointer* of *document*.

    Properties that are *optional* (``readOnly`` or ``writeOnly``) need not be there, though they be
    required. Errors name the keywords by their place in the document. Raises DocumentError for what is no schema.
    """
    target, place, _ = document.follow(node, pointer)
    known = document.validators.get((place, optional))
    if known is None or known[0] is not target:
        known = document.validators[place, optional] = target, _compiled(document, target, place, optional)
    compiled: jsonschema_rs.Draft4Validator = known[1]
    return compiled


def exact_validator(
    document: Document, node: Mapping[str, Any], pointer: str, *, optional: str = ""
) -> tuple[jsonschema_rs.Draft4Validator, bool]:
    """Return a validator that takes no member beside declared ones, nor *optional* ones, and whether its yes is enough.

    It is not where a schema says ``oneOf`` or ``not``: a stricter branch may make the whole less strict.
    """
    target, place, _ = document.follow(node, pointer)
    known = document.validators.get((place, f"exact {optional}"))
    if known is None or known[0] is not target:
        schema = bundle(document, target, place, optional, exact=True)
        built = _built(document, schema, place), not _says(schema, {"oneOf", "not"})
        known = document.validators[place, f"exact {optional}"] = target, built
    compiled: tuple[jsonschema_rs.Draft4Validator, bool] = known[1]
    return compiled


def _says(node: Any, keywords: AbstractSet[str]) -> bool:
    """Return whether any of *keywords* stands anywhere in *node*, be it as the name of a member."""
    if isinstance(node, list):
        return any(_says(item, keywords) for item in node)
    return isinstance(node, dict) and (
        not keywords.isdisjoint(node) or any(_says(item, keywords) for item in node.values())
    )


def _compiled(
    document: Document, node: Mapping[str, Any], pointer: str, optional: str
) -> jsonschema_rs.Draft4Validator:
    return _built(document, bundle(document, node, pointer, optional), pointer)


def _built(document: Document, schema: dict[str, Any], pointer: str) -> jsonschema_rs.Draft4Validator:
    try:
        return jsonschema_rs.Draft4Validator(schema, validate_formats=True, formats=FORMATS, pattern_options=PATTERNS)
    except jsonschema_rs.ValidationError as error:
        raise document.error(f"is not a schema: {error.message}", pointer) from error


def bundle(
    document: Document, node: Mapping[str, Any], pointer: str, optional: str = "", *, exact: bool = False
) -> dict[str, Any]:
    """Return a tree that holds the schema and all that it refers to, each at its place in the document."""

    def may_be_absent(schema: Any) -> bool:
        return optional != "" and document.follow(schema, pointer)[0].get(optional) is True

    schema = to_json_schema(node, may_be_absent, exact=exact)
    tree: dict[str, Any] = {"$ref": "#" + quote(pointer)} if pointer else schema
    placed: set[str] = set()
    pending = {pointer: schema}
    if pointer and _by_extension(document, pointer):
        place = pointers.join(DISCRIMINATED, pointer)
        tree["$ref"] = "#" + quote(place)
        pending[place] = _choice(document, pointer)
    while pending:
        place, schema = pending.popitem()
        if not place.startswith(DISCRIMINATED):
            _discriminate(document, schema, place)
        if not any(each in placed for each in _prefixes(place)):
            placed.add(place)
            _put(tree, place, schema)
        for reference, _ in references(schema):
            target = unquote(reference["$ref"][1:])
            if target in placed or target in pending:
                continue
            if target.startswith(DISCRIMINATED):
                pending[target] = _choice(document, pointers.split(target)[-1])
            else:
                pending[target] = to_json_schema(document.at(target), may_be_absent, exact=exact)
    return tree


def _discriminate(document: Document, schema: Any, place: str) -> None:
    """Make *schema*, which stands at *place*, ask each value of a union for the alternative that the value names.

    So does each reference to a schema that others extend, but for those by which it is extended.
    """
    extensions: set[str] = set()
    for node, pointer in list(objects(schema, place)):
        if "allOf" in node and (len(node["allOf"]) > 1 or not node.keys() <= {"allOf", "type"} | ANNOTATIONS):
            extensions.update(pointers.join(pointer, "allOf", index) for index in range(len(node["allOf"])))
        if "$ref" in node:
            base = unquote(node["$ref"][1:])
            found = _by_extension(document, base)
            if found and pointer not in extensions and pointer.removesuffix("/allOf/0") not in found.alternatives:
                node["$ref"] = "#" + quote(pointers.join(DISCRIMINATED, base))
        elif is_union(node) and (found := discriminator(document.root, node, pointer)):
            for union in UNIONS:
                if union in node:
                    node[union] = [found.marked(branch) for branch in node[union]]


def _by_extension(document: Document, pointer: str) -> Discriminator | None:
    """Return how values name the schemas that extend the one at *pointer*; None if there are none."""
    if pointer not in document.discriminators:
        try:
            node = document.at(pointer)
        except LookupError:  # a merged schema stands nowhere
            node = None
        is_base = isinstance(node, dict) and "discriminator" in node and not is_union(node)
        document.discriminators[pointer] = discriminator(document.root, node, pointer) if is_base else None
    return document.discriminators[pointer]


def _choice(document: Document, base: str) -> dict[str, Any]:
    """Return the JSON Schema of what keeps the schema at *base*, or that one of those extending it which it names."""
    found = _by_extension(document, base)
    return {"anyOf": [found.marked({"$ref": "#" + quote(each)}) for each in found.alternatives]} if found else {}


def _prefixes(pointer: str) -> Iterator[str]:
    """Yield the pointers of the nodes in which the one at *pointer* stands, and its own, without the root."""
    tokens = pointers.split(pointer)
    return (pointers.build(tokens[: end + 1]) for end in range(len(tokens)))


def _put(tree: dict[str, Any], pointer: str, schema: Any) -> None:
    if not pointer:
        return
    *path, last = pointers.split(pointer)
    for token in path:
        tree = tree.setdefault(token, {})
    tree[last] = schema


def _nothing(_schema: Any) -> bool:
    return False


def to_json_schema(node: Any, may_be_absent: Callable[[Any], bool] = _nothing, *, exact: bool = False) -> Any:
    """Return the Schema Object *node* as JSON Schema Draft 4, without extensions.

    ``nullable`` becomes a type beside the declared one, the ranges of ``int32`` and ``int64``
    become bounds. Properties whose schemas *may_be_absent* are not required. *exact* takes none
    of these, and no member beside the declared ones where the document does not speak of others.
    Beside ``$ref`` nothing counts (OAS 3.0.3, Reference Object).
    """
    if isinstance(node, list):
        return [to_json_schema(item, may_be_absent, exact=exact) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        # Many documents leave braces and blanks in a pointer unescaped (RFC 6901, section 6).
        return {"$ref": "#" + quote(unquote(node["$ref"][1:]))}
    schema = {
        key: _keyword(key, value, may_be_absent, exact=exact) for key, value in node.items() if not key.startswith("x-")
    }
    if exact and "properties" in node:
        schema.setdefault("additionalProperties", False)
    # OAS 3.0.3, Schema Object: `nullable` counts only beside an explicit `type`, and adds to that alone.
    if node.get("nullable") is True and "type" in node:
        schema["type"] = [node["type"], "null"]
    if node.get("type") == "integer" and node.get("format") in RANGES:
        _narrow(schema, *RANGES[node["format"]])
    if node.get("additionalProperties") is False:
        # Without `properties` the validator would not tell which member is not declared.
        schema.setdefault("properties", {})
    if "required" in node:
        _require(schema, node, may_be_absent)
    _drop_lone_flags(schema)
    return schema


def _drop_lone_flags(schema: dict[str, Any]) -> None:
    for bound, flag in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        # JSON Schema Draft 4, section 5.1.2.1: the flag is nothing without its bound, and a mistake.
        if bound not in schema:
            schema.pop(flag, None)


def _keyword(key: str, value: Any, may_be_absent: Callable[[Any], bool], *, exact: bool) -> Any:
    if key in LITERALS:
        return value
    if key == "properties" and isinstance(value, dict):
        return {
            name: NEVER if exact and may_be_absent(member) else to_json_schema(member, may_be_absent, exact=exact)
            for name, member in value.items()
        }
    return to_json_schema(value, may_be_absent, exact=exact)


def _require(schema: dict[str, Any], node: Mapping[str, Any], may_be_absent: Callable[[Any], bool]) -> None:
    declared = node.get("properties", {})
    required = [name for name in node["required"] if name not in declared or not may_be_absent(declared[name])]
    if required:
        schema["required"] = required
    else:
        # Draft 4, section 5.4.3: an empty list is no list of names.
        del schema["required"]


def _narrow(schema: dict[str, Any], low: int, high: int) -> None:
    """Bound *schema* by *low* and *high* where its own bounds are wider."""
    if schema.get("minimum", low) <= low:
        exclusive = schema.get("minimum") == low and schema.get("exclusiveMinimum", False)
        schema |= {"minimum": low, "exclusiveMinimum": exclusive}
    if schema.get("maximum", high) >= high:
        exclusive = schema.get("maximum") == high and schema.get("exclusiveMaximum", False)
        schema |= {"maximum": high, "exclusiveMaximum": exclusive}
