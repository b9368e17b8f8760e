"""A ZIP archive with one recording in it: what Playwright's ``recordHar`` writes, and what CI keeps of a run.

Beside a HAR the archive may hold the bodies that its entries name.
"""

from __future__ import annotations

import io
import lzma
import zlib
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile, ZipFile

from mockserver.recordings.rules import MEBIBYTE

ZIP = b"PK\x03\x04"
ENCRYPTED = 1  # the first bit of a member's flags
# What zipfile raises for an archive that is broken, encrypted, or packed in a way that nobody knows.
BROKEN = (BadZipFile, RuntimeError, NotImplementedError, ValueError, EOFError, OSError, zlib.error, lzma.LZMAError)


class UnusableArchive(Exception):
    """An archive cannot be read; the text says why, as a clause."""


class Archive:
    """The archive in *file*, which can be read from anywhere; raises UnusableArchive."""

    def __init__(self, file: Any) -> None:
        try:
            self._archive = ZipFile(file)
            self._recording = self._archive.getinfo(_recording(self._archive.namelist()))
            if self._recording.flag_bits & ENCRYPTED:
                raise BadZipFile("it is encrypted; unpack it first")
        except BROKEN as error:
            raise UnusableArchive(_reason(error)) from error

    def blocks(self) -> Iterator[tuple[bytes, int]]:
        """Yield the recording in blocks, each with its size in the archive, in proportion; raises UnusableArchive."""
        packed = self._recording.compress_size / max(self._recording.file_size, 1)
        try:
            with self._archive.open(self._recording) as member:
                while block := member.read(MEBIBYTE):
                    yield block, int(len(block) * packed)
        except BROKEN as error:
            raise UnusableArchive(_reason(error)) from error

    def member(self, name: str, most: int) -> bytes:
        """Return the first *most* bytes of the member *name*; raises KeyError and UnusableArchive."""
        info = self._archive.getinfo(name)
        try:
            with self._archive.open(info) as member:
                return member.read(most)
        except BROKEN as error:
            raise UnusableArchive(_reason(error)) from error


def seekable(file: Any) -> bool:
    """Return whether *file* can be read from anywhere."""
    asked = getattr(file, "seekable", None)
    return asked is not None and asked()


def in_memory(content: bytes) -> io.BytesIO:
    """Return *content* as a file that can be read from anywhere."""
    return io.BytesIO(content)


def _recording(names: list[str]) -> str:
    """Return which of *names* is the recording: the only HAR, or all there is."""
    files = [name for name in names if not name.endswith("/") and not name.startswith("__MACOSX/")]
    hars = [name for name in files if name.lower().endswith(".har")]
    found = hars or files
    if len(found) == 1:
        return found[0]
    raise BadZipFile(f"it holds {len(found)} {'HAR files' if hars else 'files'}, and not one; unpack it first")


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
