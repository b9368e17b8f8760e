"""Where in the values of a shape stands what a check looks for: worked out once, then walked straight to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from mockserver.contract import Shape
from mockserver.contract.pointer import join


class Found(NamedTuple):
    """A member that was looked for: *owner* is the object it stands in, whose pointer is *above*."""

    above: str
    name: str
    value: Any
    shape: Shape
    owner: dict[str, Any]

    @property
    def pointer(self) -> str:
        """The pointer of the value itself."""
        return join(self.above, self.name)


class _Ways(NamedTuple):
    """Members that are wanted, those below which some are, and what a dictionary's entries are if they lead there."""

    wanted: tuple[tuple[str, Shape], ...]
    below: tuple[tuple[str, Shape], ...]
    entries: Shape | None


Owner = tuple[tuple[tuple[str, Shape], ...], dict[str, Any]]


class Places:
    """Members whose shapes are *wanted*, in values of any shape of a document."""

    def __init__(self, wanted: Callable[[Shape], bool]) -> None:
        self.wanted = wanted
        self._ways: dict[Shape, _Ways] = {}
        self._leading: dict[Shape, bool] = {}

    def owners(self, value: Any, shape: Shape) -> list[Owner]:
        """Return the objects in *value*, an instance of *shape*, that have wanted members: these, and the object.

        The quick way to look at all of them, without a thought of where they are.
        """
        owners: list[Owner] = []
        self._gather(value, shape, owners)
        return owners

    def _gather(self, value: Any, shape: Shape, owners: list[Owner]) -> None:
        if type(value) is list:
            if value and self._leads(shape.items):
                for item in value:
                    self._gather(item, shape.items, owners)
        elif type(value) is dict:
            wanted, below, entries = self._ways.get(shape) or self._work_out(shape)
            if wanted:
                owners.append((wanted, value))
            for name, member in below:
                inner = value.get(name)
                if inner:
                    self._gather(inner, member, owners)
            if entries is not None:
                self._gather_entries(value, entries, owners)

    def _gather_entries(self, value: dict[str, Any], shape: Shape, owners: list[Owner]) -> None:
        if self.wanted(shape):
            owners.append((tuple((name, shape) for name in value), value))
        else:
            for item in value.values():
                self._gather(item, shape, owners)

    def of(self, value: Any, shape: Shape, pointer: str = "") -> Iterator[Found]:
        """Yield the members of *value*, an instance of *shape*, that are wanted, with all that stand below."""
        if type(value) is dict:
            ways = self._ways.get(shape) or self._work_out(shape)
            for name, member in ways.wanted:
                if name in value:
                    yield Found(pointer, name, value[name], member, value)
            for name, member in ways.below:
                inner = value.get(name)
                if inner:
                    yield from self.of(inner, member, f"{pointer}/{name}")
            if ways.entries is not None:
                yield from self._entries(value, ways.entries, pointer)
        elif type(value) is list and self._leads(shape.items):
            for index, item in enumerate(value):
                yield from self.of(item, shape.items, f"{pointer}/{index}")

    def _entries(self, value: dict[str, Any], shape: Shape, pointer: str) -> Iterator[Found]:
        for name, item in value.items():
            if self.wanted(shape):
                yield Found(pointer, name, item, shape, value)
            else:
                yield from self.of(item, shape, join(pointer, name))

    def _work_out(self, shape: Shape) -> _Ways:
        members = shape.properties.items()
        wanted = tuple((name, member) for name, member in members if self.wanted(member))
        below = tuple((name, member) for name, member in members if not self.wanted(member) and self._leads(member))
        additional = shape.additional if shape.is_dictionary else None
        entries = additional if additional is not None and self._leads(additional) else None
        found = self._ways[shape] = _Ways(wanted, below, entries)
        return found

    def _leads(self, shape: Shape) -> bool:
        """Return whether *shape* is wanted, or any shape below it."""
        known = self._leading.get(shape)
        if known is None:
            known = self._leading[shape] = any(map(self.wanted, shape.within()))
        return known
