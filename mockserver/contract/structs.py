"""Schema Objects compiled into msgspec structs: JSON parsed and judged in one pass.

A decoder says yes only where the schema does, and where nothing in the value is undeclared. Its no says
nothing: the schema has the last word. So only what msgspec judges exactly as JSON Schema does is
compiled, and a schema with anything else in it has no decoder.

Encoding what was decoded gives the same bytes where the body is written in the plainest way: without
blanks, without escapes that need not be, with no member twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from math import ceil, floor
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

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
SCALARS = ("string", "integer", "number", "boolean")
# Formats that validators judge by themselves; all others are names for people, and for patterns.
JUDGED = re.compile(
    "byte|date|date-time|duration|email|hostname|idn-.*|ipv4|ipv6|iri.*|json-pointer|regex|relative-json-pointer|"
    "time|uri.*|uuid"
)
# Up to here each whole number is a float of its own (IEEE 754, binary64).
EXACT = 2**53
# Patterns that Python's `re` and ECMA 262 read alike: no classes such as \d, no groups but plain ones.
PLAIN = re.compile(r"(?:[^\\(]|\\[^0-9A-Za-z]|\((?!\?)|\(\?:)*")
DOLLAR = re.compile(r"(\\.|\[(?:\\.|[^\]\\])*\])|\$", re.DOTALL)
# The pattern of `iso-date-time` (docs/contract.md). It takes each date that a datetime is written as, but for offsets
# of 15 hours and more, so that parsing one, which takes a tenth of the time of matching, judges as well.
ISO_DATE_TIME = (
    "^(?:(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-02-29)"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,7})?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?$"
)

Getter = Callable[[Any], Any]
NONE: frozenset[str] = frozenset()


class Dates(NamedTuple):
    """Texts of these *formats* have to be date-times, *with_offset* or without."""

    formats: frozenset[str] = NONE
    with_offset: bool = False


NO_DATES = Dates()


class Decoder:
    """Parses and judges JSON of one schema; :meth:`getter` reads what *decode* returns.

    *parts* are the decoders of the members that are left as they are written, see :func:`decoder`.
    """

    def __init__(
        self,
        struct: Any,
        names: Mapping[tuple[str, ...], str],
        dates: Container[tuple[str, ...]],
        parts: Mapping[str, Decoder],
    ) -> None:
        self.decode: Callable[[bytes], Any] = msgspec.json.Decoder(struct).decode
        self.parts = parts
        self._names = names
        self._dates = dates

    def knows(self, path: tuple[str, ...]) -> bool:
        """Return whether the schema declares a member at *path* (names from the root; arrays have none)."""
        return path in self._names

    def is_date(self, path: tuple[str, ...]) -> bool:
        """Return whether what stands at *path* is decoded as a datetime."""
        return path in self._dates

    def getter(self, path: tuple[str, ...]) -> Getter:
        """Return the function from a decoded value to what stands at *path*: None where that is not there.

        Raises KeyError for a path that the schema does not declare.
        """
        attributes = attrgetter(self._attributes(path))

        def get(value: Any) -> Any:
            try:
                found = attributes(value)
            except AttributeError:  # something on the way is null
                return None
            return None if found is msgspec.UNSET else found

        return get

    def is_before(self, path: tuple[str, ...], other: tuple[str, ...]) -> Callable[[Any], bool]:
        """Return whether the date at *path* of a decoded value is before that at *other*, where both are there.

        Raises KeyError for a path that the schema does not declare.
        """
        both = attrgetter(self._attributes(path), self._attributes(other))

        def is_before(value: Any) -> bool:
            try:
                one, two = both(value)
                return bool(one < two)
            except (AttributeError, TypeError):  # something on the way is null, or a date is null or absent
                return False

        return is_before

    def _attributes(self, path: tuple[str, ...]) -> str:
        return ".".join(self._names[path[: end + 1]] for end in range(len(path)))


def decoder(
    schema: Schema, dates: Dates = NO_DATES, like: Any = None, apart: AbstractSet[str] = NONE
) -> Decoder | None:
    """Return a decoder that accepts no value which *schema* refuses; None where none can be compiled.

    Of *dates* it accepts some that no schema does (a blank for the ``T``, an offset of 23 hours): the first are not
    encoded as they were written, and offsets are for the caller to judge. Members are encoded in the order
    that they have in the value *like*, others behind them in the schema's. Members of the root that are *apart*
    are not judged: they are decoded as the bytes that they are, for a decoder of their own. What is compiled is
    kept with the document.
    """
    target, place, _ = schema.document.follow(schema.node, schema.pointer)
    order = list(like) if isinstance(like, dict) else []
    compiled = schema.document.validators
    key = place, f"struct {schema.optional} {sorted(dates.formats)} {dates.with_offset} {sorted(apart)} {order}"
    if key not in compiled or compiled[key][0] is not target:
        compiled[key] = target, _compiled(schema, dates, like, apart)
    found: Decoder | None = compiled[key][1]
    return found


def _compiled(schema: Schema, dates: Dates, like: Any, apart: AbstractSet[str]) -> Decoder | None:
    try:
        return _Compiler(schema.document, schema.optional, dates, apart).decoder(schema.node, schema.pointer, like)
    except _NotCompiled:
        return None


class _NotCompiled(Exception):
    """A schema has something that no struct judges in the same way."""


class _Spot(NamedTuple):
    """Where a schema is met: the *path*, None within arrays and dictionaries, and what a value has there."""

    path: tuple[str, ...] | None
    like: Any

    def member(self, name: str) -> _Spot:
        like = self.like.get(name) if isinstance(self.like, dict) else None
        return _Spot(None if self.path is None else (*self.path, name), like)

    def item(self) -> _Spot:
        items = self.like.values() if isinstance(self.like, dict) else self.like if isinstance(self.like, list) else ()
        return _Spot(None, next(iter(items), None))


class _Compiler:
    def __init__(self, document: Document, optional: str, dates: Dates, apart: AbstractSet[str] = NONE) -> None:
        self.document = document
        self.optional = optional
        self.dates = dates
        self.apart = apart
        self.parts: dict[str, Decoder] = {}
        self.names: dict[tuple[str, ...], str] = {}
        self.moments: set[tuple[str, ...]] = set()
        self._above: list[str] = []

    def decoder(self, node: Any, pointer: str, like: Any) -> Decoder:
        """Return the decoder for the Schema Object *node*; raises _NotCompiled."""
        return Decoder(self.type_of(node, pointer, _Spot((), like)), self.names, self.moments, self.parts)

    def type_of(self, node: Any, pointer: str, spot: _Spot) -> Any:
        """Return the type for msgspec of the Schema Object *node*."""
        known = self.document.scalars.get(pointer)
        if known is not None:
            return known
        node, pointer, _ = self.document.follow(node, pointer)
        if pointer in self._above:
            raise _NotCompiled  # it recurs
        self._above.append(pointer)
        try:
            return self._type(_judging(node), pointer, spot)
        finally:
            self._above.pop()

    def _type(self, node: dict[str, Any], pointer: str, spot: _Spot) -> Any:
        for keyword in ("allOf", "anyOf", "oneOf"):
            if keyword in node:
                return self._only_branch(node, keyword, pointer, spot)
        kind = node.pop("type", None)
        nullable = node.pop("nullable", False) is True
        name = node.pop("format", "")
        if kind not in KEYWORDS or not node.keys() <= KEYWORDS[kind] or (kind == "string" and JUDGED.fullmatch(name)):
            raise _NotCompiled
        made = getattr(self, f"_{kind}")(node, pointer, spot, name)
        made = made | None if nullable else made
        if kind in SCALARS and not (kind == "string" and name):
            self.document.scalars[pointer] = made  # nine of ten, and the same wherever they are met
        return made

    def _only_branch(self, node: dict[str, Any], keyword: str, pointer: str, spot: _Spot) -> Any:
        """Return the type of the one branch that there is beside null; anything else is not compiled."""
        if len(node) > 1:
            raise _NotCompiled
        branches = [(each, join(pointer, keyword, index)) for index, each in enumerate(node[keyword])]
        followed = [self.document.follow(*branch)[0] for branch in branches]
        takes_null = [_is_null_alone(each) for each in followed]
        real = [branch for branch, is_null in zip(branches, takes_null, strict=True) if not is_null]
        if len(real) != 1 or (keyword == "allOf" and any(takes_null)):
            raise _NotCompiled
        made = self.type_of(*real[0], spot)
        if not any(takes_null):
            return made
        if keyword == "oneOf" and _takes_none(made):
            raise _NotCompiled
        return made | None

    def _object(self, node: dict[str, Any], pointer: str, spot: _Spot, _: str) -> Any:
        properties, additional = node.get("properties", {}), node.get("additionalProperties", True)
        if not properties and isinstance(additional, dict):
            if node.get("required"):
                raise _NotCompiled
            values: Any = self.type_of(additional, join(pointer, "additionalProperties"), spot.item())
            return dict[str, values]
        required = set(node.get("required", ()))
        if isinstance(additional, dict) or not required <= properties.keys():
            raise _NotCompiled
        fields, attributes = [], {}
        order = dict.fromkeys(name for name in spot.like if name in properties) if isinstance(spot.like, dict) else {}
        for index, name in enumerate(order | properties):
            child = properties[name]
            if self._is_optional(child, pointer):
                continue  # it should not be there: whoever has it is looked at more closely
            attribute = f"f{index}"
            attributes[attribute] = name
            inside = spot.member(name)
            if inside.path is not None:
                self.names[inside.path] = attribute
            made = self._member(child, join(pointer, "properties", name), inside)
            fields.append((attribute, made) if name in required else (attribute, made, msgspec.UNSET))
        return msgspec.defstruct(
            "Object", fields, rename=attributes.get, kw_only=True, forbid_unknown_fields=True, gc=False
        )

    def _is_optional(self, node: Any, pointer: str) -> bool:
        if self.optional and "$ref" in node:
            node = self.document.follow(node, pointer)[0]
        return self.optional != "" and node.get(self.optional) is True

    def _member(self, node: Any, pointer: str, spot: _Spot) -> Any:
        if spot.path is None or len(spot.path) > 1 or spot.path[0] not in self.apart:
            return self.type_of(node, pointer, spot)
        part = _Compiler(self.document, self.optional, self.dates)
        self.parts[spot.path[0]] = part.decoder(node, pointer, spot.like)
        return msgspec.Raw

    def _array(self, node: dict[str, Any], pointer: str, spot: _Spot, _: str) -> Any:
        if "items" not in node:
            raise _NotCompiled
        items: Any = self.type_of(node["items"], join(pointer, "items"), spot.item())
        made: Any = list[items]
        return _limited(made, min_length=node.get("minItems"), max_length=node.get("maxItems"))

    def _string(self, node: dict[str, Any], _pointer: str, spot: _Spot, name: str) -> Any:
        if name in self.dates.formats:
            if not node.keys() <= {"pattern"} or node.get("pattern", ISO_DATE_TIME) != ISO_DATE_TIME:
                raise _NotCompiled
            if spot.path is not None:
                self.moments.add(spot.path)
            return Annotated[datetime, msgspec.Meta(tz=self.dates.with_offset)]
        if "enum" in node:
            if len(node) > 1 or not all(isinstance(each, str) for each in node["enum"]):
                raise _NotCompiled
            return Literal[tuple(node["enum"])]
        pattern = _plain(node["pattern"]) if "pattern" in node else None
        return _limited(str, pattern=pattern, min_length=node.get("minLength"), max_length=node.get("maxLength"))

    def _integer(self, node: dict[str, Any], _pointer: str, _spot: _Spot, name: str) -> Any:
        low, high = RANGES.get(name, RANGES["int64"])
        least, most = max(low, node.get("minimum", low)), min(high, node.get("maximum", high))
        if least > high or most < low:
            raise _NotCompiled
        return _limited(int, ge=ceil(least), le=floor(most))

    def _number(self, node: dict[str, Any], _pointer: str, _spot: _Spot, _: str) -> Any:
        least, most = node.get("minimum"), node.get("maximum")
        if any(bound is not None and abs(bound) > EXACT for bound in (least, most)):
            raise _NotCompiled
        whole = _limited(int, ge=None if least is None else ceil(least), le=None if most is None else floor(most))
        # Of a float alone, 5 would be encoded as 5.0.
        return whole | _limited(float, ge=least, le=most)

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
