"""Answers of which a request asked not to see all: a quick yes where what is shown is right.

What is not shown is null, whatever the schema says of it, so such answers break their schemas, and to tell
every reason takes a hundred times as long as a yes. Filled with what another answer has in these places, an
answer keeps its schema if all that is wrong with it stands there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver import media
from mockserver.contract.json_schema import ANNOTATIONS
from mockserver.contract.pointer import join, split
from mockserver.contract.shape import NULL_ONLY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mockserver.checks.subject import Subject
    from mockserver.contract import Document, Schema

# Keywords that judge a value by itself and by the names of its members, or each member by itself.
LOCAL = ANNOTATIONS | {
    *("type", "enum", "format", "pattern", "minLength", "maxLength", "multipleOf"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("properties", "required", "additionalProperties", "minProperties", "maxProperties"),
    *("items", "minItems", "maxItems", "allOf", "anyOf", "oneOf"),
}


def keep(subject: Subject, value: Any) -> None:
    """Keep *value*, the whole answer of *subject* or its JSON, to fill others of the same schema with."""
    content = subject.head.content
    if content is not None and content.schema is not None:
        subject.desk.compiled.setdefault((keep, content.schema.shape), value)


def kept(subject: Subject, schema: Schema) -> Any:
    """Return the value of the answer of *schema* that was kept; None if none was."""
    known, key = subject.desk.compiled, (keep, schema.shape)
    if type(known.get(key)) is bytes:
        known[key] = media.json.decode(known[key])
    return known.get(key)


def is_right_where_shown(subject: Subject, schema: Schema) -> bool:
    """Return whether nothing in an answer is wrong or undeclared but for what is hidden in it; no is no answer."""
    hidden = subject.hidden
    if hidden.is_all_wrong is None and hidden and (whole := kept(subject, schema)) is not None:
        hidden.is_all_wrong = _is_all_wrong(subject, schema, whole)
    return hidden.is_all_wrong is True


def _is_all_wrong(subject: Subject, schema: Schema, whole: Any) -> bool:
    """Return whether an answer keeps *schema* with what *whole* has where it hides something."""
    known = subject.desk.compiled
    if (is_local, schema.shape) not in known:
        known[is_local, schema.shape] = is_local(schema.document, schema.node, schema.pointer)
    if not known[is_local, schema.shape]:
        return False
    try:
        return schema.is_exact(_filled(subject.value, subject.hidden, whole))
    except (LookupError, TypeError, ValueError):  # the other answer has nothing there
        return False


def _filled(value: Any, pointers: Iterable[str], whole: Any) -> Any:
    """Return *value* with what *whole* has at each of *pointers*, where *value* has null.

    Raises LookupError where either has nothing there, TypeError where it is of another kind, and ValueError
    where *value* has more than null.
    """
    copied = {"": (value.copy(), whole)}

    def at(pointer: str) -> tuple[Any, Any]:
        """Return the copy of what stands at *pointer* and its counterpart in *whole*."""
        if pointer not in copied:
            above, _, last = pointer.rpartition("/")
            owner, other = at(above)
            key = _key(owner, last)
            owner[key] = owner[key].copy()
            copied[pointer] = owner[key], other[key]
        return copied[pointer]

    for pointer in pointers:
        above, _, last = pointer.rpartition("/")
        owner, other = at(above)
        key = _key(owner, last)
        if owner[key] is not None:
            raise ValueError(pointer)
        owner[key] = other[key]
    return copied[""][0]


def _key(owner: Any, token: str) -> Any:
    """Return the key in *owner* that the token of a pointer means."""
    if "~" in token:
        [token] = split(f"/{token}")
    return int(token) if type(owner) is list else token


def is_local(document: Document, node: Any, pointer: str) -> bool:
    """Return whether what is wrong with a member never depends on another, nor on which of several schemas is meant."""
    seen: set[str] = set()
    waiting = [(node, pointer)]
    while waiting:
        node, place, _ = document.follow(*waiting.pop())
        if place in seen:
            continue
        seen.add(place)
        if "discriminator" in node or not all(key in LOCAL or key.startswith("x-") for key in node):
            return False
        for union in ("anyOf", "oneOf"):
            branches = [document.follow(each, place)[0] for each in node.get(union, ())]
            real = [each for each in branches if each.get("enum") != NULL_ONLY]
            if union in node and len(real) != 1:
                return False
        waiting += _children(node, place)
    return True


def _children(node: Any, place: str) -> Iterator[tuple[Any, str]]:
    """Yield each schema that stands in the Schema Object *node*, and its pointer."""
    for name, child in node.get("properties", {}).items():
        yield child, join(place, "properties", name)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for index, child in enumerate(node.get(keyword, ())):
            yield child, join(place, keyword, index)
    for keyword in ("items", "additionalProperties"):
        if isinstance(node.get(keyword), dict):
            yield node[keyword], join(place, keyword)
