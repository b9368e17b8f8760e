"""Which members a member is computed from: whether a formula's names are known, and whether any run in a circle."""

from __future__ import annotations

import difflib
from collections import defaultdict
from typing import TYPE_CHECKING

from mockserver.provider.entities import Entity
from mockserver.provider.formula import OWNER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mockserver.contract import Shape
    from mockserver.provider.entities import Entities
    from mockserver.provider.formula import Path

Node = tuple[str, str]


class Needs:
    """What each member of each schema reads, by dotted names; *read_from_afar* are names read of another record."""

    def __init__(self, entities: Entities) -> None:
        self._entities = entities
        self._shapes: dict[str, Shape] = {}
        self._paths: dict[Node, list[Path]] = defaultdict(list)
        self._owners: dict[str, dict[str, Shape]] = defaultdict(dict)
        self.read_from_afar: set[str] = set()

    def note(self, owner: Shape, name: str, paths: Iterable[Path]) -> None:
        """Note that the member *name* of *owner* reads *paths*."""
        paths = list(paths)
        self.read_from_afar.update(each for path in paths for each in path[1:])
        self._shapes[owner.pointer] = owner
        self._paths[owner.pointer, name].extend(paths)

    def encloses(self, owner: Shape, inner: Shape) -> None:
        """Note that objects of *inner* stand in objects of *owner*."""
        self._owners[inner.pointer][owner.pointer] = owner

    def fault(self, owner: Shape, path: Path, known: Mapping[str, Entity]) -> str | None:
        """Return why *path* leads nowhere from *owner*; None if it does, or if only a value can tell.

        *known* are entities that it may name beside the members of *owner*.
        """
        place: Shape | Entity | None = owner
        for index, name in enumerate(path):
            if name == OWNER:
                return None
            names = self._names(place)
            if index == 0 and name in known and name not in names:
                place = known[name].shape or known[name]
                continue
            if name not in names:
                close = difflib.get_close_matches(name, names, 3)
                hint = f"; did you mean {' or '.join(close)}?" if close else ""
                return f"there is no {'.'.join(path[: index + 1])!r}{hint}"
            place = self._target(place, name)
            if place is None and index + 1 < len(path):
                return f"{'.'.join(path[: index + 1])!r} has no members"
        return None

    def check(self) -> None:
        """Raise DocumentError when a member is computed from itself, with the names on the way."""
        done: set[Node] = set()
        for start in list(self._paths):
            self._visit(start, [], done)

    def _visit(self, node: Node, above: list[Node], done: set[Node]) -> None:
        if node in above:
            circle = [*above[above.index(node) :], node]
            names = " → ".join(f"{pointer.rsplit('/', 1)[-1]}.{name}" for pointer, name in circle)
            document = self._shapes[node[0]].document
            raise document.error(f"these properties are computed from each other: {names}", node[0])
        if node in done:
            return
        for path in self._paths.get(node, ()):
            for needed in self._along(self._shapes[node[0]], path):
                self._visit(needed, [*above, node], done)
        done.add(node)

    def _along(self, owner: Shape, path: Path) -> Iterator[Node]:
        """Yield the members that are read along *path*."""
        if not path:
            return
        if path[0] == OWNER:
            for enclosing in self._owners[owner.pointer].values():
                yield from self._along(enclosing, path[1:])
            return
        yield owner.pointer, path[0]
        target = self._target(owner, path[0])
        if target is not None and not isinstance(target, Entity):
            yield from self._along(target, path[1:])

    def _names(self, place: Shape | Entity | None) -> list[str]:
        """Return what formulas may name of *place*."""
        if place is None:
            return []
        if isinstance(place, Entity):
            return sorted(place.columns)
        referred = [name for each in self._entities.references(place) for name in (each.prefix, each.entity.name)]
        return [*place.properties, *place.extension("x-facts", {}), *referred]

    def _target(self, place: Shape | Entity | None, name: str) -> Shape | Entity | None:
        """Return what the member *name* of *place* leads to; None for a scalar."""
        if place is None or isinstance(place, Entity):
            return None
        shape = place.properties.get(name)
        if shape is None:
            for each in self._entities.references(place):
                if name in (self._entities.slot(place, each), each.prefix, each.entity.name):
                    return each.entity.shape or each.entity
            return None
        entity = self._entities.of(shape)
        return entity.shape if entity is not None else shape if shape.kind == "object" else None
