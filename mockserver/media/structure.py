"""XML documents of one structure: they differ in the texts of their leaves alone, so only these are read anew.

Answers of one operation have the same elements again and again. Between two ``<`` of a document stand a tag and the
text behind it. Documents that have the same of these pieces, but for those that open a leaf, are
the same tree, and one is known from another without a parser.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# Pieces of all structures that are kept for one schema, and texts that are kept for the leaves of one structure.
PIECES_KEPT = 50_000
TEXTS_KEPT = 4096
UNKNOWN: Any = object()
CONSTANT, LEAF, CONTAINER = range(3)
Convert = Callable[[str], Any]
Slot = int


class OtherStructure(Exception):
    """The document is of another structure, or its pieces cannot be told apart."""


class Sketch:
    """A structure as it is found in one document: what is read of each element is a slot of the value to come."""

    def __init__(self, pieces: Sequence[str], root: Element) -> None:
        """Raises OtherStructure where the elements of *root* are not one for each piece that opens a tag."""
        if any(piece.startswith("?") for piece in pieces[2:]):
            raise OtherStructure
        opening = [place for place, piece in enumerate(pieces) if place and not piece.startswith(("/", "?"))]
        elements = list(root.iter())
        if len(opening) != len(elements):
            raise OtherStructure
        self._pieces = pieces
        self._places = dict(zip(elements, opening, strict=True))
        self._constants: list[Any] = [None]
        self._leaves: list[tuple[int, _Leaf]] = []
        self._containers: list[tuple[tuple[str, ...] | None, list[Slot]]] = []

    null: Slot = CONSTANT

    def leaf(self, element: Element, convert: Convert) -> Slot:
        """Return the slot of an *element* without children, whose text is a value as *convert* says."""
        place = self._places[element]
        tag, _, text = self._pieces[place].partition(">")
        if ">" in text and ('"' in tag or "'" in tag):
            raise OtherStructure  # in a text, or in an attribute
        if tag.endswith("/"):
            self._constants.append(convert(""))
            return len(self._constants) * 3 - 3 + CONSTANT
        self._leaves.append((place, _Leaf(f"{tag}>", convert)))
        return len(self._leaves) * 3 - 3 + LEAF

    def array(self, items: list[Slot]) -> Slot:
        """Return the slot of an array of *items*."""
        return self._container(None, items)

    def object(self, members: dict[str, Slot]) -> Slot:
        """Return the slot of an object of *members*."""
        return self._container(tuple(members), list(members.values()))

    def _container(self, names: tuple[str, ...] | None, slots: list[Slot]) -> Slot:
        self._containers.append((names, slots))
        return len(self._containers) * 3 - 3 + CONTAINER

    def structure(self, slot: Slot) -> Structure:
        """Return the structure, whose value is that of *slot*."""
        begin = (0, len(self._constants), len(self._constants) + len(self._leaves))

        def places(slots: Iterable[Slot]) -> list[int]:
            return [begin[each % 3] + each // 3 for each in slots]

        steps = [(names, _getter(places(slots))) for names, slots in self._containers]
        return Structure(self._pieces, self._constants, self._leaves, steps, *places([slot]))


Step = tuple[tuple[str, ...] | None, Callable[[Sequence[Any]], Sequence[Any]]]


class Structure:
    """What documents of one structure have in common; *steps* make objects and arrays of what stands before them."""

    def __init__(
        self,
        pieces: Sequence[str],
        constants: list[Any],
        leaves: list[tuple[int, _Leaf]],
        steps: list[Step],
        last: int,
    ) -> None:
        opening = {place for place, _ in leaves}
        self._fixed = _getter([place for place in range(len(pieces)) if place not in opening])
        self._same = self._fixed(pieces)
        self._opening = _getter([place for place, _ in leaves])
        self._leaves = [leaf for _, leaf in leaves]
        self._constants = constants
        self._steps = steps
        self._last = last
        self._kept = 0

    def value(self, pieces: Sequence[str]) -> Any:
        """Return the value of the document of *pieces*; raises OtherStructure where it is of another structure."""
        if self._fixed(pieces) != self._same:
            raise OtherStructure
        slots = self._constants.copy()
        for piece, leaf in zip(self._opening(pieces), self._leaves, strict=True):
            value = leaf.known.get(piece, UNKNOWN)
            slots.append(self._learned(leaf, piece) if value is UNKNOWN else value)
        for names, those in self._steps:
            found = those(slots)
            slots.append(list(found) if names is None else dict(zip(names, found, strict=True)))
        return slots[self._last]

    def _learned(self, leaf: _Leaf, piece: str) -> Any:
        value = leaf.read(piece)
        if self._kept >= TEXTS_KEPT:
            for each in self._leaves:
                each.known.clear()
            self._kept = 0
        self._kept += 1
        leaf.known[piece] = value
        return value


class _Leaf:
    """A leaf whose piece begins with *tag*; *known* are values by whole pieces."""

    def __init__(self, tag: str, convert: Convert) -> None:
        self._tag = tag
        self._convert = convert
        self.known: dict[str, Any] = {}

    def read(self, piece: str) -> Any:
        """Return the value in *piece*, which is not known; raises OtherStructure."""
        if not piece.startswith(self._tag):
            raise OtherStructure
        text = piece[len(self._tag) :]
        # Nearly all texts stand for themselves: what is printable may stand in a document (XML 1.0, section 2.2).
        if not text.isprintable() or "&" in text or ">" in text:
            text = _parsed(text)
        return self._convert(text)


class Structures:
    """The structures of documents that were read, found by the number of their pieces; of many the last ones."""

    def __init__(self) -> None:
        self._known: dict[int, list[Structure]] = {}
        self._order: deque[tuple[int, Structure]] = deque()
        self._kept = 0

    def value(self, pieces: Sequence[str]) -> Any:
        """Return the value of the document of *pieces*; raises OtherStructure where its structure is not known."""
        for structure in self._known.get(len(pieces), ()):
            try:
                return structure.value(pieces)
            except OtherStructure:
                pass
        raise OtherStructure

    def keep(self, structure: Structure, size: int) -> None:
        """Keep the *structure* of a document of *size* pieces."""
        if size > PIECES_KEPT:
            return
        self._known.setdefault(size, []).append(structure)
        self._order.append((size, structure))
        self._kept += size
        while self._kept > PIECES_KEPT:
            less, oldest = self._order.popleft()
            self._known[less].remove(oldest)
            self._kept -= less


def _parsed(text: str) -> str:
    """Return what a parser reads in *text*, which stands in an element; raises OtherStructure if that is no text."""
    from xml.etree.ElementTree import ParseError, fromstring  # noqa: PLC0415 (see mockserver.media.xml)

    try:
        return fromstring(f"<a>{text}</a>").text or ""  # noqa: S314 (nothing declares an entity)
    except (ParseError, UnicodeError):
        raise OtherStructure from None


def _getter(places: list[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Return the function from a row to what it has at *places*, as a tuple however many these are."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: tuple(row[place] for place in places)
