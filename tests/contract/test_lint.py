"""Tools that others judge documents by find nothing in ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from mockserver.documents import bundled

if TYPE_CHECKING:
    from mockserver.contract import Contract

REDOCLY = ("npx", "--yes", "@redocly/cli@2")
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def redocly(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | QUIET
    return subprocess.run([*REDOCLY, *arguments], capture_output=True, text=True, env=environment, check=False)


def test_openapi_spec_validator(superoffice: Contract) -> None:
    """openapi-spec-validator has no error to tell, of examples and defaults neither."""
    assert list(OpenAPIV30SpecValidator(superoffice.document.root).iter_errors()) == []


@pytest.mark.e2e
def test_redocly() -> None:
    """Redocly's recommended rules find neither an error nor a warning."""
    if shutil.which("npx") is None:
        pytest.skip("npx is missing: install Node.js")
    if (found := redocly("--version")).returncode:
        pytest.skip(f"npx cannot get @redocly/cli: {found.stderr.strip()[-200:]}")
    linted = redocly("lint", "--extends=recommended", "--format=json", str(bundled()))
    assert linted.returncode == 0, linted.stderr
    report = json.loads(linted.stdout)
    assert report["problems"] == []
    assert report["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}
