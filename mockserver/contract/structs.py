"""Schema Objects compiled into msgspec structs: JSON parsed and judged in one pass.

A decoder says yes only where the schema does, and where nothing in the value is undeclared. Its no says
nothing: the schema has the last word. So only what msgspec judges exactly as JSON Schema does is
compiled, and a schema with anything else in it has no decoder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from mockserver.contract.json_schema import RANGES
from mockserver.contract.pointer import join
from mockserver.contract.shape import NULL_ONLY

if TYPE_CHECKING:
    from mockserver.contract.document import Document
    from mockserver.contract.schema import Schema

# Keywords that judge nothing (OAS 3.0.3, Schema Object).
SILENT = frozenset(
    {"default", "deprecated", "description", "example", "externalDocs", "readOnly", "title", "writeOnly", "xml"}
)
# What may stand beside `type`, for each type; of a number's bounds, exclusive ones are not compiled.
KEYWORDS = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "minItems", "maxItems"},
    "string": {"enum", "pattern", "minLength", "maxLength"},
    "integer": {"minimum", "maximum"},
    "number": {"minimum", "maximum"},
    "boolean": set[str](),
}
# Formats that validators judge by themselves; all others are names for people, and for patterns.
JUDGED = re.compile(
    "byte|date|date-time|duration|email|hostname|idn-.*|ipv4|ipv6|iri.*|json-pointer|regex|relative-json-pointer|"
    "time|uri.*|uuid"
)
# Patterns that Python's `re` and ECMA 262 read alike: no classes such as \d, no groups but plain ones.
PLAIN = re.compile(r"(?:[^\\(]|\\[^0-9A-Za-z]|\((?!\?)|\(\?:)*")
DOLLAR = re.compile(r"(\\.|\[(?:\\.|[^\]\\])*\])|\$", re.DOTALL)

Patterns = Mapping[str, str]
Getter = Callable[[Any], Any]


class Decoder:
    """Parses and judges JSON of one schema; *value_at* reads what it returns."""

    def __init__(self, struct: Any, names: Mapping[tuple[str, ...], str]) -> None:
        self.decode: Callable[[bytes], Any] = msgspec.json.Decoder(struct).decode
        self._names = names

    def knows(self, path: tuple[str, ...]) -> bool:
        """Return whether the schema declares a member at *path* (names from the root; arrays have none)."""
        return path in self._names

    def getter(self, path: tuple[str, ...]) -> Getter:
        """Return the function from a decoded value to what stands at *path*: None where that is not there.

        Raises KeyError for a path that the schema does not declare.
        """
        attributes = attrgetter(".".join(self._names[path[: end + 1]] for end in range(len(path))))

        def get(value: Any) -> Any:
            try:
                found = attributes(value)
            except AttributeError:  # something on the way is null
                return None
            return None if found is msgspec.UNSET else found

        return get


def decoder(schema: Schema, patterns: Patterns | None = None) -> Decoder | None:
    """Return a decoder that accepts no value which *schema* refuses; None where none can be compiled.

    *patterns* narrow texts by their format: a text of that format has to match, beside its own pattern. What is
    compiled is kept with the document.
    """
    given = patterns or {}
    target, place, _ = schema.document.follow(schema.node, schema.pointer)
    compiled, key = schema.document.validators, (place, f"struct {schema.optional} {sorted(given.items())}")
    if key not in compiled or compiled[key][0] is not target:
        compiled[key] = target, _compiled(schema, given)
    found: Decoder | None = compiled[key][1]
    return found


def _compiled(schema: Schema, patterns: Patterns) -> Decoder | None:
    compiler = _Compiler(schema.document, schema.optional, patterns)
    try:
        return Decoder(compiler.type_of(schema.node, schema.pointer, ()), compiler.names)
    except _NotCompiled:
        return None


class _NotCompiled(Exception):
    """A schema has something that no struct judges in the same way."""


class _Compiler:
    def __init__(self, document: Document, optional: str, patterns: Patterns) -> None:
        self.document = document
        self.optional = optional
        self.patterns = patterns
        self.names: dict[tuple[str, ...], str] = {}
        self._above: list[str] = []

    def type_of(self, node: Any, pointer: str, path: tuple[str, ...] | None) -> Any:
        """Return the type for msgspec of the Schema Object *node*; *path* is None within arrays and dictionaries."""
        node, pointer, _ = self.document.follow(node, pointer)
        if pointer in self._above:
            raise _NotCompiled  # it recurs
        self._above.append(pointer)
        try:
            return self._type(_judging(node), pointer, path)
        finally:
            self._above.pop()

    def _type(self, node: dict[str, Any], pointer: str, path: tuple[str, ...] | None) -> Any:
        for keyword in ("allOf", "anyOf", "oneOf"):
            if keyword in node:
                return self._only_branch(node, keyword, pointer, path)
        kind = node.pop("type", None)
        nullable = node.pop("nullable", False) is True
        name = node.pop("format", "")
        if kind not in KEYWORDS or not node.keys() <= KEYWORDS[kind] or (kind == "string" and JUDGED.fullmatch(name)):
            raise _NotCompiled
        made = getattr(self, f"_{kind}")(node, pointer, path, name)
        return made | None if nullable else made

    def _only_branch(self, node: dict[str, Any], keyword: str, pointer: str, path: tuple[str, ...] | None) -> Any:
        """Return the type of the one branch that there is beside null; anything else is not compiled."""
        if len(node) > 1:
            raise _NotCompiled
        branches = [(each, join(pointer, keyword, index)) for index, each in enumerate(node[keyword])]
        followed = [self.document.follow(*branch)[0] for branch in branches]
        takes_null = [_is_null_alone(each) for each in followed]
        real = [branch for branch, is_null in zip(branches, takes_null, strict=True) if not is_null]
        if len(real) != 1 or (keyword == "allOf" and any(takes_null)):
            raise _NotCompiled
        made = self.type_of(*real[0], path)
        if not any(takes_null):
            return made
        if keyword == "oneOf" and _takes_none(made):
            raise _NotCompiled
        return made | None

    def _object(self, node: dict[str, Any], pointer: str, path: tuple[str, ...] | None, _: str) -> Any:
        properties, additional = node.get("properties", {}), node.get("additionalProperties", True)
        if not properties and isinstance(additional, dict):
            if node.get("required"):
                raise _NotCompiled
            values: Any = self.type_of(additional, join(pointer, "additionalProperties"), None)
            return dict[str, values]
        required = set(node.get("required", ()))
        if isinstance(additional, dict) or not required <= properties.keys():
            raise _NotCompiled
        fields, attributes = [], {}
        for index, (name, child) in enumerate(properties.items()):
            attribute = f"f{index}"
            attributes[attribute] = name
            inside = None if path is None else (*path, name)
            if inside is not None:
                self.names[inside] = attribute
            made = self.type_of(child, join(pointer, "properties", name), inside)
            absent = self.document.follow(child, pointer)[0].get(self.optional) is True if self.optional else False
            fields.append((attribute, made) if name in required and not absent else (attribute, made, msgspec.UNSET))
        return msgspec.defstruct(
            "Object", fields, rename=attributes.get, kw_only=True, forbid_unknown_fields=True, gc=False
        )

    def _array(self, node: dict[str, Any], pointer: str, _path: tuple[str, ...] | None, _: str) -> Any:
        items: Any = self.type_of(node["items"], join(pointer, "items"), None) if "items" in node else Any
        made: Any = list[items]
        return _limited(made, min_length=node.get("minItems"), max_length=node.get("maxItems"))

    def _string(self, node: dict[str, Any], _pointer: str, _path: tuple[str, ...] | None, name: str) -> Any:
        if "enum" in node:
            if len(node) > 1 or not all(isinstance(each, str) for each in node["enum"]):
                raise _NotCompiled
            return Literal[tuple(node["enum"])]
        pattern = self.patterns.get(name) or node.get("pattern")
        if name in self.patterns and "pattern" in node:
            pattern = f"(?={_plain(node['pattern'])}){_plain(self.patterns[name])}"
        elif pattern is not None:
            pattern = _plain(pattern)
        return _limited(str, pattern=pattern, min_length=node.get("minLength"), max_length=node.get("maxLength"))

    def _integer(self, node: dict[str, Any], _pointer: str, _path: tuple[str, ...] | None, name: str) -> Any:
        low, high = RANGES.get(name, RANGES["int64"])
        return _limited(int, ge=max(low, node.get("minimum", low)), le=min(high, node.get("maximum", high)))

    def _number(self, node: dict[str, Any], _pointer: str, _path: tuple[str, ...] | None, _: str) -> Any:
        return _limited(float, ge=node.get("minimum"), le=node.get("maximum"))

    def _boolean(self, *_: Any) -> Any:
        return bool


def _judging(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return *node* without the keywords that judge nothing."""
    return {key: value for key, value in node.items() if key not in SILENT and not key.startswith("x-")}


def _is_null_alone(node: Mapping[str, Any]) -> bool:
    """Whether null keeps the Schema Object *node*, and nothing else does."""
    return node.get("enum") == NULL_ONLY and ("type" not in node or node.get("nullable") is True)


def _limited(made: Any, **limits: Any) -> Any:
    given = {name: limit for name, limit in limits.items() if limit is not None}
    return Annotated[made, msgspec.Meta(**given)] if given else made


def _takes_none(made: Any) -> bool:
    return type(None) in getattr(made, "__args__", ())


def _plain(pattern: str) -> str:
    """Return *pattern* for Python's ``re``, whose ``$`` would match before a line feed at the end, too."""
    if not PLAIN.fullmatch(pattern):
        raise _NotCompiled
    return DOLLAR.sub(lambda found: found[1] or r"\Z", pattern)
