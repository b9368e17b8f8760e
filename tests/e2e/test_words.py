"""What README and docs say is what happens."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import httpx
import pytest

from mockserver.cli import main

pytestmark = pytest.mark.e2e
Serve = Callable[..., Any]
Run = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = sorted((ROOT / "docs").glob("*.md"))
PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
HERE = "http://127.0.0.1:8080"


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of a page that are marked as *language*."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(text: str) -> Iterator[str]:
    """Yield the commands of a page's shell blocks, each on one line."""
    for block in blocks(text, "sh"):
        yield from filter(None, block.replace("\\\n", " ").splitlines())


def without_nulls(value: Any) -> Any:
    """Return *value* without members that are null."""
    if isinstance(value, dict):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    return value


@pytest.fixture(scope="module")
def server(serve: Serve) -> Iterator[Any]:
    """A server as it is by default."""
    with serve() as server:
        yield server


@pytest.fixture(scope="module")
def url(server: Any) -> str:
    """Its URL."""
    return str(server.url)


class TestReadme:
    """README.md."""

    def test_every_command_is_known(self) -> None:
        """Each command is of a kind that a test below runs."""
        kinds = ("git clone ", "make ", "curl ", "mockserver ")
        assert [line for line in commands(README) if not line.startswith(kinds)] == []

    def test_git_clone(self) -> None:
        """Where a clone is shown, its folder is the one that is entered."""
        for line in commands(README):
            if line.startswith("git"):
                assert re.fullmatch(r"git clone https://\S+/(\w+) && cd \1", line)

    @pytest.mark.parametrize(
        ("target", "recipe"),
        [("serve", "mockserver serve $(ARGS)"), ("test", "python -m pytest --numprocesses 2 --dist loadfile $(ARGS)")],
    )
    def test_make(self, target: str, recipe: str) -> None:
        """Its targets run the commands that the tests, and this very run, are about."""
        assert f"make {target}" in set(commands(README))
        makefile = (ROOT / "Makefile").read_text("utf-8")
        assert re.search(rf"^{target}:.*\n\t\$\(BIN\)/{re.escape(recipe)}$", makefile, re.MULTILINE)

    def test_the_first_request(self, url: str) -> None:
        """The first curl, as it stands, gets the answer that is printed below it."""
        if shutil.which("curl") is None:
            pytest.skip("there is no curl")
        (line,) = (line for line in commands(README) if line.startswith("curl"))
        assert HERE in line
        command = shlex.split(line.replace(HERE, url))
        result = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        printed = json.loads(blocks(README, "json")[0])
        assert without_nulls(json.loads(result.stdout)) == printed

    @pytest.mark.parametrize("command", re.findall(r"`(mockserver [^`]+)`", README))
    def test_commands_in_the_text(self, run: Run, serve: Serve, command: str) -> None:
        """Every command that the text names runs."""
        words = shlex.split(command.replace("other.yaml", "fixtures/documents/shop.yaml"))[1:]
        if words[0] == "check":
            with serve() as server:
                words = [word.replace(HERE, server.url) for word in words]
                assert run(*words, "--max-requests", "100").returncode == 0
        elif words[0] == "serve":
            with serve(*words[1:]) as server:
                assert server.ready.startswith("mockserver is ready: ")
        else:
            assert run(*words).returncode == 0

    def test_default_url(self) -> None:
        """The URL of the examples is the one that serves by default."""
        defaults = {each.name: each.default for each in main.commands["serve"].params}
        assert f"http://{defaults['host']}:{defaults['port']}" == HERE

    def test_options(self) -> None:
        """The table has every option of ``serve``, and no other."""
        table = README.partition("## Options of `serve`")[2].partition("##")[0]
        told = {
            name
            for row in re.findall(r"^\| (`--.*?) \|", table, re.MULTILINE)
            for name in re.findall(r"--[a-z-]+", row)
        }
        options = (each for each in main.commands["serve"].params if isinstance(each, click.Option))
        assert told == {name for each in options for name in [*each.opts, *each.secondary_opts]}

    def test_links(self) -> None:
        """Every link within the checkout leads somewhere."""
        for page in [ROOT / "README.md", *PAGES]:
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


class TestDocs:
    """docs/*.md."""

    def test_commands(self, run: Run) -> None:
        """Every shell command runs; of ``make``, every target exists."""
        targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        for page in PAGES:
            for command in commands(page.read_text("utf-8")):
                program, *words = shlex.split(command)
                assert program in ("make", "mockserver"), f"{page.name}: {command}"
                if program == "make":
                    assert words[0] in targets
                else:
                    assert run(*words).returncode == 0, f"{page.name}: {command}"

    def test_python(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What docs/validate.md shows of Python runs as it stands."""
        monkeypatch.chdir(ROOT)
        (block,) = blocks((ROOT / "docs" / "validate.md").read_text("utf-8"), "python")
        exec(compile(block, "docs/validate.md", "exec"), {})

    def test_ready_line(self, server: Any) -> None:
        """What docs/serve.md shows of the start is what is printed."""
        shown = next(
            block for block in blocks((ROOT / "docs" / "serve.md").read_text("utf-8"), "") if "is ready" in block
        )
        pattern = re.escape(shown.replace(HERE, server.url)).replace("…", r"\S+")
        assert re.fullmatch(pattern, server.ready)

    def test_error(self, url: str, client: httpx.Client) -> None:
        """The error that docs/serve.md shows is the one that is answered."""
        shown = json.loads(blocks((ROOT / "docs" / "serve.md").read_text("utf-8"), "json")[0])
        assert client.post(url + PATH, json={"SaleId": "x"}, auth=("tje0", "Tje0")).json() == shown

    def test_options_are_real(self) -> None:
        """Every option that a page names exists."""
        options = {name for command in main.commands.values() for each in command.params for name in each.opts}
        options |= {
            name for command in main.commands.values() for each in command.params for name in each.secondary_opts
        }
        plugin = (ROOT / "mockserver" / "pytest_plugin.py").read_text("utf-8")
        options |= set(re.findall(r'"(--mockserver-[a-z-]+)"', plugin))
        for page in PAGES:
            named = set(re.findall(r"`(--[a-z][a-z-]+)", page.read_text("utf-8")))
            assert named <= options, f"{page.name}: {named - options}"


def test_module_and_script_are_one(run: Run) -> None:
    """``python -m mockserver`` is ``mockserver``."""
    assert run("--version").stdout.startswith("mockserver, version ")
    assert run("--version", program=(sys.executable, "-c", "from mockserver.cli import main; main()")).returncode == 0
