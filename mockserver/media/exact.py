"""XML that is written as its schema says, read by tables: nothing has to be forgiven, so little has to be asked.

What is read here has the value that :func:`mockserver.media.xml.decode` would return, and none of the departures
of :mod:`mockserver.media.conformity`. Anything less plain is left to them. Documents of a structure that was read
before need no parser (:mod:`mockserver.media.structure`).
"""

from __future__ import annotations

from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from mockserver.media import escaping
from mockserver.media.elements import SCHEMA_INSTANCE, Expected, Plan, Tag, expected, plan, root_tag
from mockserver.media.structure import Convert, OtherStructure, Sketch, Slot, Structures
from mockserver.media.xml import (
    BOOLEANS,
    DECLARED,
    LEVELS_AT_MOST,
    NIL,
    SPACE,
    TYPE_OF_INSTANCE,
    TYPES,
    document_text,
    parsed,
    plainly_parsed,
    scalar,
)
from mockserver.media.xml import read as read_leniently

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from mockserver.contract.shape import Shape

NIL_OF_INSTANCE = f"{{{SCHEMA_INSTANCE}}}nil"
DIGITS_AT_MOST = 18
STRANGE_AT_MOST = 256


class Reading(NamedTuple):
    """The *value* of a document, and whether the document surely departs nowhere from the form of its schema."""

    value: Any
    is_exact: bool


def read(body: bytes, shape: Shape | None, charset: str | None = None) -> Reading:
    """Return what *body* tells; errors are those of :func:`mockserver.media.xml.decode`."""
    text, planned = document_text(body, charset), plan(shape)
    if shape is None or DECLARED in text:
        return Reading(read_leniently(parsed(text), planned), is_exact=False)
    due = expected(root_tag(planned, None), "")
    reader, pieces = _reader(planned, due.local, due.inherited), text.split("<")
    try:
        return Reading(reader.structures.value(pieces), is_exact=True)
    except OtherStructure:
        root = plainly_parsed(text)
    if root is not None and root.tag == due.tag:
        try:
            sketch = Sketch(pieces, root)
            structure = sketch.structure(reader.whole(root, sketch))
            value = structure.value(pieces)
        except OtherStructure:
            pass
        else:
            reader.structures.keep(structure, len(pieces))
            return Reading(value, is_exact=True)
    return Reading(read_leniently(parsed(text, root), planned), is_exact=False)


class _Reader:
    """Reads elements of one plan, whose children are in the namespace *inherited* unless they say otherwise.

    What it reads goes into a sketch. Raises OtherStructure where a document may be right, and is not plainly so.
    """

    def __init__(self, planned: Plan, local: str, inherited: str) -> None:
        self.planned = planned
        self.kind = planned.kind
        self._local = local
        self._inherited = inherited
        self._strange: dict[str, Known] = {}

    @cached_property
    def structures(self) -> Structures:
        """The structures of whole documents that were read."""
        return Structures()

    def whole(self, element: Element, sketch: Sketch, level: int = 1) -> Slot:
        """Return the slot of the value of *element*, which is on *level*."""
        if level > LEVELS_AT_MOST:
            raise OtherStructure
        if element.keys():
            return self._noted(element, sketch, level)
        if self.kind == "object":
            return self._object(element, sketch, level + 1)
        if self.kind == "array":
            return self._array(element, sketch, level + 1)
        return _leaf(element, sketch, CONVERTERS[self.kind])

    def _noted(self, element: Element, sketch: Sketch, level: int) -> Slot:
        """Return the slot of an *element* with one attribute: that it is null, or its type."""
        attributes = element.items()
        if len(attributes) > 1:
            raise OtherStructure
        [(name, text)] = attributes
        if name == NIL_OF_INSTANCE or NIL.fullmatch(name):
            if text != "true" or len(element) or not _is_blank(element.text):
                raise OtherStructure
            return sketch.null
        if text not in TYPES or not (name == TYPE_OF_INSTANCE or (name == "type" == self.planned.note)):
            raise OtherStructure
        if text == self.kind == "array":
            return self._array(element, sketch, level + 1)
        if text not in CONVERTERS:
            raise OtherStructure
        return _leaf(element, sketch, CONVERTERS[text])

    def _array(self, element: Element, sketch: Sketch, level: int) -> Slot:
        tag, reader = self._item
        items = []
        if not _is_blank(element.text):
            raise OtherStructure
        for child in element:
            if child.tag != tag or not _is_blank(child.tail):
                raise OtherStructure
            items.append(reader.whole(child, sketch, level))
        return sketch.array(items)

    def _object(self, element: Element, sketch: Sketch, level: int) -> Slot:
        slots: dict[str, Slot] = {}
        arrays: dict[str, tuple[_Member, list[Element]]] = {}
        members = self._members
        if (text := element.text) and text.strip(SPACE):
            raise OtherStructure
        for child in element:
            if (text := child.tail) and text.strip(SPACE):
                raise OtherStructure
            name, convert, member = members.get(child.tag) or self._undeclared(child.tag)
            # Nine of ten members are leaves of the type that the schema says: they skip all questions.
            if convert is not None and name not in slots and not child.keys() and not len(child):
                slots[name] = sketch.leaf(child, convert)
            elif name in arrays:
                arrays[name][1].append(child)
            elif name in slots:
                raise OtherStructure
            elif member.repeats:
                slots[name] = sketch.null  # its place among the others
                arrays[name] = member, [child]
            else:
                slots[name] = member.reader.whole(child, sketch, level)
        for name, (member, children) in arrays.items():
            slots[name] = member.array(children, sketch, level)
        return sketch.object(slots)

    @cached_property
    def _item(self) -> tuple[str, _Reader]:
        """Tag of each item inside the element of an array, and its reader."""
        due = expected(self.planned.item_tag or Tag(f"<{self._local}", ""), self._inherited)
        return due.tag, _reader(self.planned.items, due.local, due.inherited)

    @cached_property
    def _members(self) -> dict[str, Known]:
        """What is known of declared members by the tag of their elements, with the namespace."""
        members = {}
        for name, (tag, planned) in self.planned.members.items():
            if name in self.planned.attributes:
                continue
            due = expected(tag, self._inherited)
            members[due.tag] = name, CONVERTERS.get(planned.kind), _Member(planned, due)
        return members

    def _undeclared(self, tag: str) -> Known:
        known = self._strange.get(tag)
        if known is not None:
            return known
        due = expected(Tag(f"<{tag.rpartition('}')[2]}", ""), self._inherited)
        name = self.planned.property_of(due.local)
        if tag != due.tag or name in self.planned.members:
            raise OtherStructure
        if len(self._strange) >= STRANGE_AT_MOST:
            self._strange.clear()
        planned = self.planned.additional
        known = self._strange[tag] = name, CONVERTERS.get(planned.kind), _Member(planned, due)
        return known


class _Member:
    """A member of an object: its element is as *due* says."""

    def __init__(self, planned: Plan, due: Expected) -> None:
        self.planned = planned
        self.repeats = planned.repeats
        self._due = due

    @cached_property
    def reader(self) -> _Reader:
        """The reader of the member as a whole."""
        return _reader(self.planned, self._due.local, self._due.inherited)

    @cached_property
    def _items(self) -> _Reader:
        return _reader(self.planned.items, self._due.local, self._due.inherited)

    def array(self, elements: list[Element], sketch: Sketch, level: int) -> Slot:
        """Return the slot of an array that is not wrapped, whose items are *elements*."""
        if len(elements) == 1 and elements[0].keys():
            return self.reader.whole(elements[0], sketch, level)
        if any(element.keys() for element in elements):
            raise OtherStructure
        return sketch.array([self._items.whole(element, sketch, level) for element in elements])


# Of a member: its name, what reads a leaf of its type (None of objects and arrays), and how it stands in XML.
Known = tuple[str, Convert | None, _Member]


@lru_cache(maxsize=4096)
def _reader(planned: Plan, local: str, inherited: str) -> _Reader:
    return _Reader(planned, local, inherited)


def _leaf(element: Element, sketch: Sketch, convert: Convert) -> Slot:
    if len(element):
        raise OtherStructure
    return sketch.leaf(element, convert)


def _is_blank(text: str | None) -> bool:
    return not (text and text.strip(SPACE))


def _integer(text: str) -> Any:
    is_plain = len(text) <= DIGITS_AT_MOST and text.isascii() and text.isdecimal()
    return int(text) if is_plain else scalar(text, "integer")


def _boolean(text: str) -> Any:
    found = BOOLEANS.get(text)
    if found is None and text.lower() in BOOLEANS:
        raise OtherStructure
    return scalar(text, "boolean") if found is None else found


CONVERTERS: dict[str, Convert] = {
    "any": escaping.unescaped,
    "string": escaping.unescaped,
    "integer": _integer,
    "number": partial(scalar, kind="number"),
    "boolean": _boolean,
}
