"""Where recordings come from: files, folders, patterns, standard input, and stores behind a URL."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any, Literal

from mockserver.recordings.blocks import BLOCK, Readable
from mockserver.recordings.errors import ExtraNeeded, NoSuchRecording

STDIN = "-"
URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://|[A-Za-z0-9+.-]+::")
PATTERN = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Source:
    """One file, by its path or URL, or "-"; *found* says how it was come by.

    What was only found, in a folder or by a pattern, may be no recording: it is passed over.
    """

    name: str
    found: Literal["by name", "by pattern", "in folder"] = "by name"


def sources(paths: Sequence[str]) -> list[Source]:
    """Return what *paths* name, each file once, in the order given and sorted below a folder or pattern.

    Hidden files and folders are passed over, and what is no file, such as a pipe, which would have us
    wait. Raises NoSuchRecording and ExtraNeeded.
    """
    found: dict[str, Source] = {}
    for path in paths:
        for source in _remote(path) if URL.match(path) else _local(path):
            # A file that is named must be a recording, even if it was found as well.
            if source.name not in found or source.found == "by name":
                found[source.name] = source
    return list(found.values())


def _local(path: str) -> Iterator[Source]:
    if path == STDIN or (os.path.exists(path) and not os.path.isdir(path)):  # noqa: PTH110, PTH112 (a text stays as it was given)
        yield Source(path)
        return
    if Path(path).is_dir():
        yield from (Source(name, "in folder") for name in _below(path))
        return
    matches = sorted(glob(path, recursive=True)) if PATTERN.search(path) else []  # noqa: PTH207 (same)
    if not matches:
        raise NoSuchRecording(path)
    for match in matches:
        if Path(match).is_dir():
            yield from (Source(name, "in folder") for name in _below(match))
        elif Path(match).is_file():
            yield Source(match, "by pattern")


def _below(folder: str) -> Iterator[str]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths = (os.path.join(here, name) for name in sorted(files) if not name.startswith("."))  # noqa: PTH118 (same)
        yield from filter(os.path.isfile, paths)


def _remote(url: str) -> Iterator[Source]:
    system, path = _filesystem(url)
    try:
        if PATTERN.search(path):
            names = sorted(system.glob(path))
            found: Literal["by pattern", "in folder"] = "by pattern"
        elif system.isdir(path):
            names, found = sorted(system.find(path)), "in folder"
        elif system.exists(path):
            yield Source(url)
            return
        else:
            names, found = [], "by pattern"
    except Exception as error:  # each store raises errors of its own
        raise NoSuchRecording(url, f"the store cannot be read: {error}") from error
    if not names:
        raise NoSuchRecording(url)
    yield from (Source(system.unstrip_protocol(name), found) for name in names)


def _filesystem(url: str) -> tuple[Any, str]:
    try:
        import fsspec  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise ExtraNeeded(url, "remote", "fsspec") from error
    try:
        system, path = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise NoSuchRecording(url, f"the store needs one more package: {error}") from error
    except ValueError as error:
        raise NoSuchRecording(url, f"is no URL of a store that fsspec knows: {error}") from error
    return system, path


def size_of(name: str) -> int | None:
    """Return the bytes of a file that can be read from anywhere in it; None for a pipe, or where none is known."""
    if name == STDIN:
        return None
    if URL.match(name):
        system, path = _filesystem(name)
        size = system.size(path)
        return size if isinstance(size, int) else None
    try:
        status = os.stat(name)  # noqa: PTH116 (a text stays as it was given)
    except OSError as error:
        raise NoSuchRecording(name, f"cannot be opened: {error.strerror}") from error
    return status.st_size if stat.S_ISREG(status.st_mode) else None


@contextmanager
def opened(name: str, start: int = 0) -> Iterator[Readable]:
    """Give the binary file *name* from byte *start* on; raises NoSuchRecording and ExtraNeeded."""
    if name == STDIN:
        yield sys.stdin.buffer
        return
    try:
        file = _opened(name)
    except OSError as error:
        raise NoSuchRecording(name, f"cannot be opened: {error.strerror or error}") from error
    with file:
        if start:
            file.seek(start)
        yield file


def _opened(name: str) -> Any:
    if URL.match(name):
        system, path = _filesystem(name)
        return system.open(path, "rb", block_size=BLOCK * 8)
    return open(name, "rb", buffering=0)  # noqa: PTH123 (a text stays as it was given; the caller closes it)
