"""Modules that an import asks for and a server never uses, kept from loading."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class _Placeholder:
    """Stands for any class or function of a deferred module; good for subclassing and for nothing else."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass


class _Deferred(ModuleType):
    """Stands for a module during the import of another."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (_Placeholder,), {"__module__": self.__name__})


@contextmanager
def deferred(*names: str) -> Iterator[None]:
    """Within the block, importing one of *names* loads nothing, unless it is loaded already.

    For modules that a library imports for features that we do not use, where it offers no
    other way. Afterwards the names are free again: whoever imports them gets the real modules.
    """
    placed = [name for name in names if name not in sys.modules]
    sys.modules.update({name: _Deferred(name) for name in placed})
    try:
        yield
    finally:
        for name in placed:
            sys.modules.pop(name, None)
