"""Where installed packages lie, for their data: none of them is run, since importing takes longer than reading."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def folder(name: str) -> Path:
    """Return the folder of the package *name*; raises ImportError where it is not installed."""
    package = importlib.util.find_spec(name)
    if package is None or package.origin is None:  # pragma: no cover (declared dependencies)
        raise ImportError(name)
    return Path(package.origin).parent
