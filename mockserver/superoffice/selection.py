"""``$select``: which properties of an answer are shown; what is not selected is null."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from mockserver.contract.pointer import join
from mockserver.contract.shape import Shape


@dataclass(frozen=True, slots=True)
class Selection:
    """Paths to the properties that are shown, in lower case; a path shows all that is below it."""

    paths: frozenset[tuple[str, ...]]

    @staticmethod
    @lru_cache(maxsize=256)
    def parse(text: str | None) -> Selection | None:
        """Return what a comma list such as ``Name, category/id`` selects; None means everything."""
        paths = (tuple(filter(None, map(str.strip, path.split("/")))) for path in (text or "").lower().split(","))
        selected = frozenset(filter(None, paths))
        return Selection(selected) if selected else None

    def covers(self, path: Iterable[str | int]) -> bool:
        """Whether the value at *path* is shown, wholly or in part.

        Indexes of array items do not count: a path applies to each item.
        """
        names = tuple(name.lower() for name in path if isinstance(name, str))
        return any(names[: len(selected)] == selected[: len(names)] for selected in self.paths)


def select(value: Any, selection: Selection, shape: Shape) -> Any:
    """Return *value*, an instance of *shape*, with null wherever *selection* does not reach.

    Keys stay, in order. Each item of an array is treated alike; a value that is neither
    object nor array is returned as it is. Names that *shape* does not have are ignored.
    """
    return _shown(value, _compiled(selection, shape))


def left_out(value: Any, selection: Selection, shape: Shape) -> Iterator[tuple[str, Any]]:
    """Yield what *selection* does not reach in *value*, an instance of *shape*: pointer and value, null or not."""
    return _left_out(value, _compiled(selection, shape), "")


def _left_out(value: Any, branch: _Branch, pointer: str) -> Iterator[tuple[str, Any]]:
    if branch.whole:
        return
    if isinstance(value, dict):
        for name, item in value.items():
            below = branch.members.get(name) or (branch.any_case.get(name.lower()) if branch.any_case else None)
            if below is None:
                yield join(pointer, name), item
            elif not below.whole:
                yield from _left_out(item, below, join(pointer, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _left_out(item, branch, f"{pointer}/{index}")


@dataclass(slots=True)
class _Branch:
    """What is selected of an object: all of it, or members by exact or by lower-case name."""

    whole: bool = False
    members: dict[str, _Branch] = field(default_factory=dict)
    any_case: dict[str, _Branch] = field(default_factory=dict)


def _shown(value: Any, branch: _Branch) -> Any:
    if branch.whole:
        return value
    if isinstance(value, dict):
        shown = dict.fromkeys(value)
        for name, below in branch.members.items():
            if name in value:
                shown[name] = _shown(value[name], below)
        if branch.any_case:
            reached = ((name, branch.any_case.get(name.lower())) for name in value)
            shown.update({name: _shown(value[name], below) for name, below in reached if below is not None})
        return shown
    if isinstance(value, list):
        return [_shown(item, branch) for item in value]
    return value


@lru_cache(maxsize=256)
def _compiled(selection: Selection, shape: Shape) -> _Branch:
    root = _Branch()
    for path in selection.paths:
        steps = list(_steps(path, shape))
        if len(steps) == len(path):
            _add(root, steps)
    return root


def _steps(path: tuple[str, ...], shape: Shape | None) -> Iterator[tuple[str, bool]]:
    """Yield each name of *path* and whether it is a declared one; end early at an unknown name."""
    for name in path:
        while shape is not None and shape.kind == "array":
            shape = shape.items
        if shape is None or shape.kind == "any" or shape.choices:
            shape = None
            yield name, False
        elif name in shape.members:
            declared = shape.members[name]
            shape = shape.properties[declared]
            yield declared, True
        elif shape.is_dictionary:
            shape = shape.additional
            yield name, False
        else:
            return


def _add(branch: _Branch, steps: list[tuple[str, bool]]) -> None:
    for name, is_declared in steps:
        names = branch.members if is_declared else branch.any_case
        branch = names.setdefault(name, _Branch())
    branch.whole = True
