"""The contract documents that come with the package."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


def bundled(name: str = "superoffice.yaml") -> Path:
    """Return the path of a document of ours: inside an installed package, or beside the package in a checkout."""
    installed = PACKAGE / "openapi" / name
    return installed if installed.exists() else PACKAGE.parent / "openapi" / name
