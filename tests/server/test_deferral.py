from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from mockserver.server.deferral import deferred


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module that nobody has imported, and that can be."""
    (tmp_path / "heavy_for_a_test.py").write_text("loaded = True\nclass Base: pass\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return "heavy_for_a_test"


def test_nothing_is_loaded_within(module: str) -> None:
    """Within the block an import gives a stand-in, whose names are good for subclassing and calling."""
    with deferred(module):
        stand_in = importlib.import_module(module)

        class Derived(stand_in.Base):  # type: ignore[misc, name-defined]
            pass

        assert Derived("any", argument=1) is not None
        assert stand_in.function(1, named=2) is not None
        assert stand_in.Base.__module__ == module


def test_dunder_names_are_not_made_up(module: str) -> None:
    """Importers ask modules for such names, and take any answer seriously."""
    with deferred(module):
        stand_in = importlib.import_module(module)
        assert not hasattr(stand_in, "__path__")
        assert not hasattr(stand_in, "__file__")


def test_the_real_module_comes_afterwards(module: str) -> None:
    """Whoever imports one of the names after the block gets the real module."""
    with deferred(module):
        importlib.import_module(module)
    assert module not in sys.modules
    assert importlib.import_module(module).loaded is True
    del sys.modules[module]


def test_also_after_an_error(module: str) -> None:
    """An import that fails within the block leaves no stand-in behind."""
    with pytest.raises(ZeroDivisionError), deferred(module):
        _ = 1 / 0
    assert module not in sys.modules


def test_what_is_loaded_stays(module: str) -> None:
    """A module that somebody uses already is left alone."""
    real = importlib.import_module(module)
    with deferred(module):
        assert importlib.import_module(module) is real
    assert sys.modules[module] is real
    del sys.modules[module]


def test_submodules(module: str) -> None:
    """Of a package that is loaded, one module can be kept away; the package is unchanged."""
    importlib.import_module("wsgiref")
    before = dict(vars(sys.modules["wsgiref"]))
    sys.modules.pop("wsgiref.handlers", None)
    with deferred("wsgiref.handlers"):
        from wsgiref.handlers import CGIHandler  # noqa: PLC0415 (the import is what is tested)

        assert CGIHandler.__mro__[1].__name__ == "_Placeholder"
    assert {name: vars(sys.modules["wsgiref"])[name] for name in before} == before
