"""What a command loads, and that its output is the same everywhere."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.e2e
Serve = Callable[..., Any]
Run = Callable[..., subprocess.CompletedProcess[str]]

PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
HEAVY = {"connexion", "starlette", "uvicorn", "httpx", "requests", "jinja2", "flask", "schemathesis", "lxml", "babel"}
LOADED = """
import sys, contextlib, io
from mockserver.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main(sys.argv[1:])
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def loaded(run: Run, *arguments: str) -> set[str]:
    """Return the top-level modules that a command loads."""
    result = run(*arguments, program=(sys.executable, "-c", LOADED))
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["serve", "--help"], ["sample", "--help"]])
def test_help_loads_nothing(run: Run, arguments: list[str]) -> None:
    """Help comes at once: neither the server nor the world is loaded."""
    assert not loaded(run, *arguments) & (HEAVY | {"faker", "jsonschema_rs", "yaml", "orjson"})


def test_sample_loads_no_server(run: Run) -> None:
    """Answers need no server."""
    assert not loaded(run, "sample") & HEAVY


def test_a_server_loads_only_what_it_uses(run: Run) -> None:
    """Of what Connexion brings along, the server loads what it uses; parsers wait for their first body."""
    script = "import sys, mockserver.server.run; print(*sorted(sys.modules))"
    modules = set(run(program=(sys.executable, "-W", "ignore", "-c", script)).stdout.split())
    assert "connexion" in modules
    assert not modules & {
        "httpx",
        "requests",
        "jinja2",
        "flask",
        "werkzeug",
        "faker",
        "babel",
        "defusedxml",
        "jsonpatch",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["--count", "5"],
        ["--count", "2", "--seed", "7", "--style", "sample"],
        ["fixtures/documents/shop.yaml", "--operation", "getOrder"],
    ],
)
def test_samples_are_the_same_everywhere(run: Run, arguments: list[str]) -> None:
    """Two processes whose hashes differ print the same bytes."""
    one, two = (
        run("sample", *arguments, PYTHONHASHSEED=seed, TZ=zone) for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    )
    assert one.returncode == 0, one.stderr
    assert one.stdout == two.stdout != ""


def test_a_sample_is_what_is_served(run: Run, serve: Serve, client: httpx.Client) -> None:
    """The printed answer is the one that a server gives, byte for byte."""
    with serve("--auth", "off", PYTHONHASHSEED="3") as server:
        lines = run("sample", "--count", "3").stdout.splitlines()
        for number, line in enumerate(lines):
            assert client.post(server.url + PATH, json={"SaleId": 703 + number}).text == line
        assert json.loads(lines[0])["Sale"]["SaleId"] == 703
