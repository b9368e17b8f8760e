from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.config import Config, find
from mockserver.errors import UsageError
from mockserver.finding import Severity
from mockserver.policy import Ignore

COMMANDS = {"validate": {"fail-on": "fail_on", "seed": "seed"}, "serve": {"port": "port", "seed": "seed"}}


def test_nearest_file_counts(tmp_path: Path) -> None:
    """The file of a folder, or of the nearest folder above it, is read; mockserver.toml before pyproject.toml."""
    (tmp_path / "pyproject.toml").write_text('[tool.mockserver]\nfail-on = "note"\n')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\n")
    assert find(inner).options == {"fail-on": "note"}
    (tmp_path / "mockserver.toml").write_text('fail-on = "error"\n')
    assert find(inner) == Config(tmp_path / "mockserver.toml", {"fail-on": "error"})


def test_no_file(tmp_path: Path) -> None:
    """Without a file nothing is said, and a broken file of somebody else's is none of ours."""
    (tmp_path / "pyproject.toml").write_text("[broken")
    assert find(tmp_path).options == {}


def test_ignores_and_severities(tmp_path: Path) -> None:
    """Places to ignore have their reasons; rules may count for more or less."""
    (tmp_path / "mockserver.toml").write_text(
        '[severities]\n"drift.*" = "warning"\n'
        '[[ignores]]\nrule = "response.schema"\npointer = "/Links/*/Name"\nreason = "known to the vendor"\n'
    )
    config = find(tmp_path)
    assert config.severities == (("drift.*", Severity.WARNING),)
    assert config.ignores == (Ignore("response.schema", pointer="/Links/*/Name", reason="known to the vendor"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[broken", "mockserver.toml: cannot be read: "),
        ('[severities]\n"a.b" = "fatal"\n', "severities: a.b = 'fatal'; write error, warning, note"),
        ("severities = 5\n", "severities: is a table; write [severities]"),
        ("ignores = 5\n", "ignores: is a list of tables; write [[ignores]]"),
        ('[ignores]\nrule = "a.b"\n', "ignores: is a list of tables; write [[ignores]]"),
        ("ignores = [7]\n", "ignores: each is a table of texts: rule, operation, pointer, reason"),
        ('[[ignores]]\nrules = "a"\n', "ignores: there is no rules; write rule, operation, pointer, reason"),
        ('[[ignores]]\npointer = "a"\n', "ignores: the pointer 'a' does not begin with /"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, message: str) -> None:
    """A mistake is told with the file's name and what to write."""
    (tmp_path / "mockserver.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        find(tmp_path)
    assert message in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_defaults() -> None:
    """An option is for every command that has it, and one in a command's table for that command."""
    config = Config(None, {"seed": 7, "fail-on": "note", "serve": {"seed": 8, "port": 9000}})
    assert config.defaults(COMMANDS) == {
        "validate": {"seed": 7, "fail_on": "note"},
        "serve": {"seed": 8, "port": 9000},
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prot": 1}, "prot: there is no such option"),
        ({"serve": {"fail-on": "note"}}, r"\[serve\] fail-on: there is no such option"),
        ({"serve": 7}, "serve: there is no such option"),
    ],
)
def test_unknown_options(options: dict[str, Any], message: str) -> None:
    """An option that nobody has is an error, not a wish without effect."""
    with pytest.raises(UsageError, match=message):
        Config(Path("mockserver.toml"), options).defaults(COMMANDS)
