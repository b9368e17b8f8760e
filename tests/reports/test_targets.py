from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from mockserver.errors import UsageError
from mockserver.finding import Finding, Party, Severity
from mockserver.report import Report
from mockserver.reports import FORMATS, Outputs, Run, Stream, Target, parse_target, parse_targets, render, write

FOUND = (Finding("a.b", Severity.ERROR, Party.PROVIDER, "one"), Finding("a.b", Severity.ERROR, Party.PROVIDER, "two"))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("junit=report.xml", Target("junit", "report.xml")),
        ("JSON=a=b.json", Target("json", "a=b.json")),
        ("github", Target("github", "-")),
        ("ndjson=-", Target("ndjson", "-")),
    ],
)
def test_parse(text: str, target: Target) -> None:
    """A target is a format and a path; without a path it is standard output."""
    assert parse_target(text) == target


@pytest.mark.parametrize("text", ["pdf=report.pdf", "report.xml", "", "=x"])
def test_unknown_format(text: str) -> None:
    """An unknown format is answered with those that there are."""
    with pytest.raises(UsageError, match=", ".join(FORMATS)):
        parse_target(text)


def test_unusable_path(tmp_path: Path) -> None:
    """A path that cannot be written is told before the work begins."""
    (tmp_path / "file").touch()
    for path, why in [
        ("", "missing"),
        (str(tmp_path), "is a folder"),
        (f"{tmp_path}/file/report", "cannot be written"),
    ]:
        with pytest.raises(UsageError, match=why):
            parse_target(f"json={path}")


def test_two_to_one_place(tmp_path: Path) -> None:
    """Two reports do not go to one place, however it is spelled."""
    for texts in (["json", "text=-"], [f"json={tmp_path}/x", f"text={tmp_path}/y/../x"]):
        with pytest.raises(UsageError, match="json goes there already"):
            parse_targets(texts)
    assert len(parse_targets(["json=a", "json=b", "text"])) == 3


def test_write(tmp_path: Path, report: Report, run: Run) -> None:
    """A report is written whole, its folders made, and nothing else stays behind."""
    for name in FORMATS:
        path = tmp_path / "new" / "folder" / name
        write(Target(name, str(path)), report, run)
        assert path.read_bytes() == render(name, report, run)
    assert sorted(each.name for each in (tmp_path / "new" / "folder").iterdir()) == sorted(FORMATS)


def test_write_over_what_is_there(tmp_path: Path, report: Report, run: Run) -> None:
    """An old report is replaced through a link, its permissions kept; a reader that has it open sees the old one."""
    file, link = tmp_path / "report.json", tmp_path / "latest.json"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    with file.open() as reader:
        write(Target("json", str(link)), report, run)
        assert reader.read() == "old"
    assert link.is_symlink()
    assert json.loads(file.read_bytes())["verdict"] == "fails"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are of POSIX")
def test_write_to_a_pipe(tmp_path: Path, report: Report, run: Run) -> None:
    """A pipe takes the bytes and stays a pipe."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write(Target("github", str(pipe)), report, run)
    assert os.read(reader, 1 << 16) == render("github", report, run)
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_what_cannot_be_written(tmp_path: Path, report: Report, run: Run) -> None:
    """A path that became unusable is an error of use, and the other reports are written."""
    (tmp_path / "taken").mkdir()
    targets = [Target("json", str(tmp_path / "taken" / ("x" * 300))), Target("text", str(tmp_path / "report.txt"))]
    with Outputs(targets) as outputs, pytest.raises(UsageError, match="cannot be written"):
        outputs.write(report, run)
    assert (tmp_path / "report.txt").exists()


def test_stream(tmp_path: Path) -> None:
    """Each finding is in the file as soon as it was found, every one on its own line."""
    path = tmp_path / "new" / "findings.ndjson"
    with Stream(Target("ndjson", str(path))) as stream:
        stream.found(FOUND[:1])
        assert [json.loads(line)["message"] for line in path.read_bytes().splitlines()] == ["one"]
        stream.found(())
        stream.found(FOUND)
    assert [json.loads(line)["message"] for line in path.read_bytes().splitlines()] == ["one", "one", "two"]


def test_outputs(tmp_path: Path, report: Report, run: Run) -> None:
    """Streams get every finding, the others the report, and the step's summary is added to."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    targets = parse_targets([f"ndjson={tmp_path}/all", f"github={tmp_path}/github"])
    with Outputs(targets, str(summary)) as outputs:
        assert not outputs.stdout_is_taken
        outputs.found(FOUND)
        outputs.write(report, run)
    assert (tmp_path / "all").read_bytes().count(b"\n") == 2
    assert (tmp_path / "github").read_text("utf-8").startswith("::error")
    assert summary.read_text("utf-8").startswith("before\n### mockserver validate: fails\n")


def test_standard_output(capfdbinary: pytest.CaptureFixture[bytes], report: Report, run: Run) -> None:
    """What goes to standard output is the report, in UTF-8 whatever the locale."""
    with Outputs(parse_targets(["json"])) as outputs:
        assert outputs.stdout_is_taken
        outputs.write(report, run)
    assert capfdbinary.readouterr().out == render("json", report, run)


def test_stream_to_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Standard output stays open after the last finding."""
    with Outputs([Target("ndjson")]) as outputs:
        outputs.found(FOUND)
    os.write(1, b"after\n")
    assert capfdbinary.readouterr().out.endswith(b"}\nafter\n")
