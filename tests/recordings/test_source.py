from __future__ import annotations

import io
import os
import sys
import threading
from pathlib import Path

import fsspec
import pytest

from mockserver.exchange import Exchange
from mockserver.recordings import NoSuchRecording, Shard, Source, UnknownFormat, read, shards, sources

LINE = b'{"request":{"method":"GET","url":"/"},"response":{"status":200}}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files at two depths, and hidden ones."""
    for name in ("b.ndjson", "a.har", "deep/c.ndjson", ".hidden/d.ndjson", "deep/.e.ndjson"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(LINE)
    return tmp_path


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    """A pipe in a folder, or one that a pattern finds, would have us wait; a link to nothing is nothing."""
    (tmp_path / "a.ndjson").write_bytes(LINE)
    os.mkfifo(tmp_path / "pipe.ndjson")
    (tmp_path / "gone.ndjson").symlink_to("nowhere")
    for path in (tmp_path, tmp_path / "*.ndjson"):
        assert [each.name for each in sources([str(path)])] == [str(tmp_path / "a.ndjson")]


@pytest.mark.parametrize(
    ("paths", "names", "found"),
    [
        (["b.ndjson"], ["b.ndjson"], "by name"),
        ([""], ["a.har", "b.ndjson", "deep/c.ndjson"], "in folder"),
        (["*.ndjson"], ["b.ndjson"], "by pattern"),
        (["**/*.ndjson"], ["b.ndjson", "deep/c.ndjson"], "by pattern"),
        (["b.ndjson", "b.ndjson", "*.ndjson"], ["b.ndjson"], "by name"),
        (["*.ndjson", "b.ndjson"], ["b.ndjson"], "by name"),
        (["de*"], ["deep/c.ndjson"], "in folder"),
    ],
)
def test_what_paths_name(paths: list[str], names: list[str], found: str, folder: Path) -> None:
    """Files, folders and patterns; each file once, sorted below a folder, without what is hidden."""
    expected = [Source(str(folder / name), found) for name in names]  # type: ignore[arg-type]
    assert sources([os.path.join(folder, path) for path in paths]) == expected  # noqa: PTH118 ("" is the folder)


def test_a_file_may_be_named_like_a_pattern(tmp_path: Path) -> None:
    """What exists is meant."""
    (tmp_path / "a[1].ndjson").write_bytes(LINE)
    assert sources([str(tmp_path / "a[1].ndjson")])[0].found == "by name"


@pytest.mark.parametrize(
    "path", ["nothing.har", "*.nothing", "memory://nowhere/x.har", "nostore://x/y", "memory://no/*.har"]
)
def test_what_is_not_there_is_told(path: str) -> None:
    """A path that names nothing is a mistake of the user."""
    with pytest.raises(NoSuchRecording) as caught:
        sources([path])
    assert str(caught.value).startswith(f"{path}: ")


def test_a_file_that_may_not_be_opened(tmp_path: Path) -> None:
    """The reason of the system is told."""
    with pytest.raises(NoSuchRecording, match="cannot be opened: "):
        shards(Source(str(tmp_path / "gone.har")))


def test_stores_behind_urls() -> None:
    """A store is read like a disk: folders, patterns, shards."""
    system = fsspec.filesystem("memory")
    system.pipe({"/logs/a.ndjson": LINE * 50, "/logs/deep/b.ndjson": LINE, "/logs/readme.txt": b"Dear all"})
    assert [source.name for source in sources(["memory://logs"])] == [
        "memory:///logs/a.ndjson",
        "memory:///logs/deep/b.ndjson",
        "memory:///logs/readme.txt",
    ]
    assert [source.name for source in sources(["memory://logs/*.ndjson"])] == ["memory:///logs/a.ndjson"]
    (source,) = sources(["memory://logs/a.ndjson"])
    parts = shards(source, size=1000)
    assert len(parts) == 4
    assert sum(1 for shard in parts for _ in read(shard)) == 50
    assert shards(Source("memory:///logs/readme.txt", "in folder")) == []


@pytest.fixture
def standard_input() -> object:
    """A pipe in place of standard input, into which a function writes."""
    before = sys.stdin
    reading, writing = os.pipe()

    def feed(content: bytes) -> None:
        def write() -> None:
            with os.fdopen(writing, "wb") as file:
                file.write(content)

        threading.Thread(target=write).start()

    sys.stdin = io.TextIOWrapper(os.fdopen(reading, "rb"))
    yield feed
    sys.stdin.close()
    sys.stdin = before


def test_standard_input_is_read_once(standard_input: object) -> None:
    """Its format is found while it is read."""
    standard_input(LINE * 5000)  # type: ignore[operator]
    (shard,) = shards(sources(["-"])[0])
    assert shard == Shard("-", "")
    assert sum(isinstance(each, Exchange) for each in read(shard)) == 5000


def test_standard_input_must_be_a_recording(standard_input: object) -> None:
    """There is no other name for it."""
    standard_input(b"Dear all,")  # type: ignore[operator]
    with pytest.raises(UnknownFormat, match=r"^-: "):
        list(read(Shard("-")))


def test_a_named_pipe_is_read_once(tmp_path: Path) -> None:
    """As a shell gives one for `<(command)`."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    threading.Thread(target=lambda: path.write_bytes(LINE * 3)).start()
    (shard,) = shards(sources([str(path)])[0])
    assert len(list(read(shard))) == 3
