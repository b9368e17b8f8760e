"""The bytes of a source as a stream of blocks: decompressed, without a byte order mark, in UTF-8."""

from __future__ import annotations

import codecs
import sys
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Protocol

from mockserver.encodings import guessed
from mockserver.recordings.archive import ZIP, Archive, UnusableArchive, in_memory, seekable
from mockserver.recordings.errors import ExtraNeeded
from mockserver.recordings.rules import MEBIBYTE
from mockserver.recordings.whole import whole

BLOCK = MEBIBYTE
HEAD = 64 * 1024
GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
# The longer marks first: that of UTF-32 begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Readable(Protocol):
    """A binary file, as far as it is needed here."""

    def read(self, size: int, /) -> bytes:
        """Return at most *size* bytes, none at the end."""


class Blocks:
    """Yields the blocks of a file once, none of them empty; *head* is how it begins, some 64 KiB.

    *position* is how many bytes of the file were taken so far. A file that does not begin here is taken
    as it is. One that breaks off inside its compression ends there: *problem* then says why. Of a ZIP
    *archive* the recording in it is read.
    """

    def __init__(self, source: str, file: Readable, size: int | None = None, *, begins: bool = True) -> None:
        self.problem = ""
        self.position = 0
        self.archive: Archive | None = None
        pieces = self._counted(_pieces(file, size))
        self._blocks = self._utf_8(self._plain(source, file, pieces)) if begins else pieces
        self._begun: list[bytes] = []
        self.head = b""
        while len(self.head) < HEAD and (block := next(self._blocks, b"")):
            self._begun.append(block)
            self.head += block

    def __iter__(self) -> Iterator[bytes]:
        """Yield what was read to see the head, then the rest."""
        while self._begun:
            yield self._begun.pop(0)
        yield from self._blocks

    def _counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.position += len(piece)
            yield piece

    def _plain(self, source: str, file: Readable, pieces: Iterator[bytes]) -> Iterator[bytes]:
        first = b""
        while len(first) < len(ZSTD) and (piece := next(pieces, b"")):
            first += piece
        pieces = chain([first] if first else [], pieces)
        if first.startswith(GZIP):
            return self._unpacked(pieces, lambda: zlib.decompressobj(wbits=31), zlib.error)
        if first.startswith(ZSTD):
            zstd = zstandard(source)
            return self._unpacked(pieces, zstd.ZstdDecompressor, zstd.ZstdError)
        if first.startswith(ZIP):
            return self._archived(file, pieces)
        return pieces

    def _archived(self, file: Readable, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the recording in a ZIP archive; its directory is at its end, so a pipe has to be read to there."""
        try:
            self.archive = Archive(file if seekable(file) else in_memory(whole(pieces)))
            self.position = 0
            for block, size in self.archive.blocks():
                self.position += size
                yield block
        except UnusableArchive as error:
            self.problem = f"its ZIP archive cannot be read: {error}"

    def _unpacked(self, pieces: Iterator[bytes], start: Callable[[], Any], error: type[Exception]) -> Iterator[bytes]:
        """Yield what *pieces* unpack to, member after member (RFC 1952, section 2.2; RFC 8878, section 3)."""
        member, begun = start(), False
        try:
            for piece in pieces:
                rest = piece
                while rest:
                    if member.eof:
                        member = start()
                    begun = True
                    yield from _drained(member, rest)
                    rest = member.unused_data if member.eof else b""
        except (error, EOFError) as reason:
            self.problem = f"its compression is broken: {reason}"
            return
        if begun and not member.eof:
            self.problem = "its compression breaks off"

    def _utf_8(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        first = b""
        while len(first) < len(codecs.BOM_UTF32_LE) and (piece := next(pieces, b"")):
            first += piece
        mark, encoding = next((each for each in MARKS if first.startswith(each[0])), (b"", guessed(first)))
        pieces = chain([first[len(mark) :]], pieces)
        if encoding != "utf-8":
            # What is no character of its encoding becomes U+FFFD: there is no byte to keep of it.
            decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
            pieces = (decoder.decode(piece).encode(errors="replace") for piece in pieces)
        return filter(None, pieces)


def zstandard(source: str) -> Any:
    """Return the module that knows Zstandard: of Python from 3.14 on, else its backport. Raises ExtraNeeded."""
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd  # noqa: PLC0415 (most recordings need it not)
        else:
            from backports import zstd  # noqa: PLC0415 (same)
    except ImportError as error:
        raise ExtraNeeded(source, "compression", "Zstandard") from error
    return zstd


def _pieces(file: Readable, size: int | None) -> Iterator[bytes]:
    """Yield what stands in *file*, at most *size* bytes of it."""
    left = sys.maxsize if size is None else size
    while left > 0 and (block := file.read(min(BLOCK, left))):
        left -= len(block)
        yield block


def _drained(member: Any, data: bytes) -> Iterator[bytes]:
    """Yield what *data* unpacks to, a block at a time: a bomb must not fill the memory."""
    yield (block := member.decompress(data, BLOCK))
    while len(block) == BLOCK and not member.eof:
        # zlib hands back what it did not come to; bz2's manner, which zstd has, keeps it.
        yield (block := member.decompress(getattr(member, "unconsumed_tail", b""), BLOCK))
