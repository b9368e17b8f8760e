from __future__ import annotations

import pytest

from mockserver import __version__
from mockserver.documents import bundled
from mockserver.errors import DocumentError, MockserverError, UsageError


def test_bundled() -> None:
    """The documents that come with the package are there, wherever it is installed."""
    assert bundled().read_text("utf-8").startswith("#")
    assert bundled("none.yaml").exists() is False


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (UsageError("do this"), "do this"),
        (DocumentError("a.yaml", "is odd"), "a.yaml: is odd"),
        (DocumentError("a.yaml", "is odd", "/paths"), "a.yaml: is odd (at /paths)"),
        (DocumentError("a.yaml", "is odd", "/paths", 3), "a.yaml:3: is odd (at /paths)"),
    ],
)
def test_errors_are_one_line(error: MockserverError, text: str) -> None:
    """An error tells where and what on one line, and ends the program with 2."""
    assert str(error) == text
    assert error.exit_code == 2


def test_version() -> None:
    """The package knows its version."""
    assert __version__.count(".") == 2
