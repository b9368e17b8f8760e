"""Commands, told as stories (fixtures/stories/)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from mockserver.cli import main
from mockserver.documents import bundled
from mockserver.errors import UsageError

ROOT = Path(__file__).parents[1]
STORIES = sorted((ROOT / "fixtures" / "stories").glob("*.txt"))


def steps(story: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a story with the lines that are told about it."""
    for part in re.split(r"^\$ ", story, flags=re.MULTILINE)[1:]:
        command, *lines = part.splitlines()
        yield command, [line for line in lines if line and not line.startswith("# ")]


def seen(command: str) -> list[str]:
    """Return what a command prints and how it ends, as lines of a story."""
    program, *arguments = shlex.split(command)
    assert program == "mockserver"
    result = CliRunner().invoke(main, arguments, prog_name=program)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    lines = [line for line in result.stdout.splitlines() if line]
    lines += [f"! {line}" for line in result.stderr.splitlines() if line]
    return lines + ([f"exit {result.exit_code}"] if result.exit_code else [])


def pattern(told: list[str]) -> str:
    """Return the expression that the output of a command has to match."""
    lines = [r"(?:.*\n)*" if line == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in told]
    return "".join(lines)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_stories(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the stories tell is what happens."""
    monkeypatch.chdir(ROOT)
    told = list(steps(path.read_text("utf-8")))
    assert told
    for command, lines in told:
        output = "".join(f"{line}\n" for line in seen(command))
        assert re.fullmatch(pattern(lines), output), f"$ {command}\n{output}"


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1048576", 1048576),
        ("1M", 1048576),
        ("1m", 1048576),
        ("512k", 524288),
        ("2KiB", 2048),
        ("1GB", 1024**3),
        *((text, None) for text in ("", "k", "-1", "1.5M", "1T", "2 KiB", "²")),
    ],
)
def test_sizes(text: str, size: int | None) -> None:
    """A size is a number of bytes, or of kibibytes, mebibytes or gibibytes."""
    (option,) = (each for each in main.commands["serve"].params if each.name == "max_body")
    if size is None:
        with pytest.raises(click.BadParameter, match="is not a size; write 1048576, 512k or 1M"):
            option.type.convert(text, None, None)
    else:
        assert option.type.convert(text, None, None) == size


@pytest.mark.parametrize("command", ["serve", "sample"])
def test_every_option_has_help(command: str) -> None:
    """Every option says what it does."""
    options = [each for each in main.commands[command].params if isinstance(each, click.Option)]
    assert options
    assert [each.name for each in options if not each.help] == []


def test_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every option can be given as a variable."""
    monkeypatch.setenv("MOCKSERVER_SAMPLE_COUNT", "2")
    monkeypatch.setenv("MOCKSERVER_SAMPLE_SELECT", "AppointmentId")
    result: Any = CliRunner().invoke(main, ["sample"])
    assert len(result.stdout.splitlines()) == 2


def test_defaults_of_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a project's file says is the default of an option; the command line has the last word."""
    (tmp_path / "mockserver.toml").write_text('select = "AppointmentId"\n[sample]\ncount = 2\n')
    monkeypatch.chdir(tmp_path)
    runner: Any = CliRunner()
    assert len(runner.invoke(main, ["sample"]).stdout.splitlines()) == 2
    assert len(runner.invoke(main, ["sample", "--count", "3"]).stdout.splitlines()) == 3


def test_files_of_a_project_are_found_from_anywhere_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The contract and the baseline are where the project says so, not where the command is run."""
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    (tmp_path / "mine.yaml").write_text(bundled().read_text("utf-8"), "utf-8")
    (tmp_path / "known.json").write_text('{"version": 1, "known": []}', "utf-8")
    rules = '[severities]\n"conformance.refusal" = "warning"\n"recording.readable" = "warning"\n'
    (tmp_path / "mockserver.toml").write_text(f'contract = "mine.yaml"\nbaseline = "known.json"\n{rules}')
    (tmp_path / "inner" / "body.json").write_text("{}")
    result: Any = CliRunner().invoke(main, ["validate", "body.json"])
    assert result.exit_code == 1, result.output
    result = CliRunner().invoke(main, ["check", "http://127.0.0.1:9", "--plan"])
    assert result.exit_code == 0, result.output


def test_mistake_in_a_project_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An option that no command has is one line and exit code 2."""
    (tmp_path / "mockserver.toml").write_text("cuont = 2\n")
    monkeypatch.chdir(tmp_path)
    result: Any = CliRunner().invoke(main, ["sample"])
    assert result.stderr == f"mockserver: {tmp_path}/mockserver.toml: cuont: there is no such option\n"
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("raised", "code", "told"),
    [
        (UsageError("write it so"), 2, "mockserver: write it so\n"),
        (KeyboardInterrupt(), 130, "mockserver: interrupted\n"),
        (ZeroDivisionError("x"), 3, "mockserver: ZeroDivisionError: x (this is a fault of mockserver; …"),
    ],
)
def test_how_commands_end(raised: BaseException, code: int, told: str) -> None:
    """A user's mistake ends with 2, Ctrl-C with 130, a fault of ours with 3, and none with a traceback."""

    @click.command()
    def broken() -> None:
        raise raised

    group = type(main)(commands={"broken": broken})
    result: Any = CliRunner().invoke(group, ["broken"])
    assert result.exit_code == code
    assert re.fullmatch(pattern([told.removesuffix("\n")]), result.stderr)


@pytest.mark.parametrize("written", ['"drift.*"', '["drift.*"]'])
def test_an_option_that_may_be_repeated(written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a project's defaults one alone may be a text."""
    (tmp_path / "mockserver.toml").write_text(f'[validate]\nfail-on = "note"\nignore = {written}\n')
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["validate", str(ROOT / "fixtures" / "answers" / "appointment.json")])
    assert done.exit_code == 0, done.output


def test_a_baseline_outlives_a_run_that_judged_nothing(tmp_path: Path) -> None:
    """Nothing has gone where nothing was looked at; a new one is not begun either, and an empty file may be filled."""
    (tmp_path / "nothing.har").write_text('{"log": {"version": "1.2", "entries": []}}')
    known, new, empty = (tmp_path / name for name in ("known.json", "new.json", "empty.json"))
    empty.touch()
    answer = str(ROOT / "fixtures" / "answers" / "appointment.json")
    for path in (known, empty):
        done = CliRunner().invoke(main, ["validate", answer, "--baseline", str(path), "--update-baseline"])
        assert done.exit_code == 0, done.output
        assert "drift.property" in path.read_text()
    before = known.read_bytes()
    for path in (known, new):
        words = ["validate", str(tmp_path / "nothing.har"), "--baseline", str(path), "--update-baseline"]
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 2, done.output
        assert "NOTHING JUDGED" in done.stdout
    assert known.read_bytes() == before
    assert not new.exists()
