"""The wheel: what a user installs."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not all(map(importlib.util.find_spec, ("pip", "hatchling"))), reason="needs pip and hatchling"),
]

ROOT = Path(__file__).parents[2]
PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder), ".")
    (path,) = folder.glob("*.whl")
    return path


def test_contents(wheel: Path) -> None:
    """The document, the pages and the mark of types are inside; tests and caches are not."""
    names = zipfile.ZipFile(wheel).namelist()
    for name in ("openapi/superoffice.yaml", "server/templates/landing.html", "server/templates/ui.html", "py.typed"):
        assert f"mockserver/{name}" in names
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"mockserver", next(top for top in tops if top.endswith(".dist-info"))}
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_installed(wheel: Path, tmp_path: Path, serve: Callable[..., Any], run: Callable[..., Any]) -> None:
    """Installed somewhere else, it serves and samples without this checkout."""
    site = tmp_path / "site"
    pip("install", "--no-deps", "--no-index", "--target", str(site), str(wheel))
    where = {"cwd": tmp_path, "PYTHONPATH": str(site)}
    script = "import mockserver.documents as m; print(m.__file__); print(m.bundled())"
    for line in run(program=(sys.executable, "-c", script), **where).stdout.splitlines():
        assert line.startswith(str(site))
    assert '"SaleId": 703' in run("sample", **where).stdout
    assert (site / "bin" / "mockserver").exists()
    with serve("--auth", "off", **where) as server:
        answer = httpx.post(server.url + PATH, json={"SaleId": 703}, trust_env=False)
        assert answer.json()["Sale"]["SaleId"] == 703
        assert httpx.get(server.url + "/ui/swagger-ui.css", trust_env=False).status_code == 200
        assert httpx.get(server.url + "/openapi.yaml", trust_env=False).text.startswith("#")
