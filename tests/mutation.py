"""Values with one place changed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value within *value*."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield (*path, name)
        yield from places(child, (*path, name))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """Return what stands at *path* in *value*."""
    for name in path:
        value = value[name]
    return value


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return a copy of *value* with *new* at *path*, or without what is there where *new* is Ellipsis."""
    copied = copy.deepcopy(value)
    owner = at(copied, path[:-1])
    if new is ...:
        del owner[path[-1]]
    else:
        owner[path[-1]] = new
    return copied
