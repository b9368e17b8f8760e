"""Recordings read: cut into shards, and each shard turned into exchanges."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping

from mockserver.encodings import guessed
from mockserver.exchange import Exchange, Origin
from mockserver.finding import Finding
from mockserver.recordings import bare as bodies
from mockserver.recordings import cassette, har, messages, ndjson, nock, postman
from mockserver.recordings.archive import ZIP
from mockserver.recordings.blocks import GZIP, MARKS, ZSTD, Blocks
from mockserver.recordings.detection import format_of
from mockserver.recordings.errors import OperationNeeded, UnknownFormat
from mockserver.recordings.rules import COMPLETE, Unusable
from mockserver.recordings.shard import Bare, Shard
from mockserver.recordings.source import URL, Source, opened, size_of

BARE = frozenset({"json", "xml"})
# Bytes of a file count from where its text begins only if nothing stands before it or around it.
WRAPPED = (GZIP, ZSTD, ZIP, *(mark for mark, _ in MARKS))
SHARD = 64 << 20


def shards(source: Source, *, format: str | None = None, size: int = SHARD) -> list[Shard]:  # noqa: A002 (its name)
    """Return the shards of *source*, of about *size* bytes each, in order.

    There are none if it was only found, and is no recording. Its format is found by its content
    unless *format* names it. Only NDJSON and HAR are cut, and only where they stand as they are: not
    compressed, in UTF-8, and in a file that can be read from anywhere; HAR is read for it, and so is not
    cut in a store. Bare bodies in folders are passed over unless *format* asks for them: any JSON
    would be one.

    Raises UnknownFormat, NoSuchRecording and ExtraNeeded.
    """
    length = size_of(source.name)
    if length is None:
        # A pipe is read once: its format is found as it is read.
        return [Shard(source.name, format or "")]
    with opened(source.name) as file:
        begin = file.read(4)
    if format is not None and format not in READERS:
        raise UnknownFormat(source.name, {format: f"is none of {', '.join(FORMATS)}"})
    found = format or _found(source)
    if found is None:
        return []
    places: list[tuple[int, int]] = []
    if length > size and not begin.startswith(WRAPPED) and guessed(begin) == "utf-8":
        places = _places(source.name, found, length, max(size, 1))
    starts = [(0, 0), *places]
    stops = [*(place for place, _ in places), None]
    return [Shard(source.name, found, start, stop, before) for (start, before), stop in zip(starts, stops, strict=True)]


def _places(source: str, format_: str, length: int, size: int) -> list[tuple[int, int]]:
    """Return where *source* is cut, and how many entries are known to stand before each place."""
    if format_ == "ndjson":
        return [(place, 0) for place in range(size, length, size)]
    if format_ != "har" or URL.match(source):
        return []
    with opened(source) as file:
        found = har.cuts(Blocks(source, file, length), size)
    # What stands behind the last entry is no shard of its own.
    return [each for each in found if each[0] + size // 2 < length]


def _found(source: Source) -> str | None:
    with opened(source.name) as file:
        found, reasons = _format_of(Blocks(source.name, file))
    if source.found == "in folder" and found in BARE:
        return None
    if not found and source.found == "by name":
        raise UnknownFormat(source.name, reasons)
    return found or None


def _format_of(blocks: Blocks) -> tuple[str, dict[str, str]]:
    """Return the format of *blocks*, or "" with why it is none, by format."""
    if blocks.problem and not blocks.head:
        return "", {"all": blocks.problem}
    return format_of(blocks.head)


class Reading:
    """The exchanges of a shard in its order, read once as they are asked for, with what cannot be one as a finding.

    Afterwards *lines* is how many lines were read, for :attr:`Report.lines`; 0 unless the format is of lines.
    Raises UnknownFormat and OperationNeeded, NoSuchRecording and ExtraNeeded.
    """

    def __init__(self, shard: Shard, bare: Bare | None = None) -> None:
        self.shard = shard
        self.lines = 0
        self._bare = bare
        self._blocks: Blocks | None = None

    @property
    def position(self) -> int:
        """How many bytes were taken from the file so far, a block at a time."""
        return 0 if self._blocks is None else self._blocks.position

    def __iter__(self) -> Iterator[Exchange | Finding]:
        """Yield exchanges and findings."""
        shard = self.shard
        try:
            # One byte before: a line begins behind the end of another.
            with opened(shard.source, max(shard.start - 1, 0)) as file:
                blocks = self._blocks = Blocks(shard.source, file, self._length(), begins=not shard.start)
                format_ = shard.format or self._format(blocks)
                count = yield from READERS[format_](blocks, shard, self._bare)
        except Unusable as unusable:
            yield unusable.finding(Origin(shard.source))
        except OSError as error:
            yield Unusable(COMPLETE, f"the file cannot be read on: {error}").finding(Origin(shard.source))
        else:
            self.lines = count if format_ == "ndjson" else 0

    def _length(self) -> int | None:
        """Return how many bytes are read: not what a file grows by meanwhile, and of a HAR no other shard."""
        shard = self.shard
        stop = shard.stop if shard.format == "har" and shard.stop is not None else size_of(shard.source)
        return None if stop is None else stop - max(shard.start - 1, 0)

    def _format(self, blocks: Blocks) -> str:
        found, reasons = _format_of(blocks)
        if not found:
            raise UnknownFormat(self.shard.source, reasons)
        return found


def read(shard: Shard, bare: Bare | None = None) -> Reading:
    """Return what *shard* holds; a body without its request answers *bare*."""
    return Reading(shard, bare)


def _bare(blocks: Blocks, shard: Shard, bare: Bare | None) -> Generator[Exchange | Finding, None, int]:
    if bare is None:
        raise OperationNeeded(shard.source)
    return bodies.read(blocks, shard.source, bare)


Reader = Callable[[Blocks, Shard, Bare | None], Generator[Exchange | Finding, None, int]]
READERS: Mapping[str, Reader] = {
    "har": lambda blocks, shard, _: har.read(blocks, shard),
    "vcr": lambda blocks, shard, _: cassette.read(blocks, shard.source),
    "nock": lambda blocks, shard, _: nock.read(blocks, shard.source),
    "ndjson": lambda blocks, shard, _: ndjson.read(blocks, shard),
    "postman": lambda blocks, shard, _: postman.read(blocks, shard.source),
    "http": lambda blocks, shard, bare: messages.read(blocks, shard.source, messages.in_file, bare),
    "markdown": lambda blocks, shard, bare: messages.read(blocks, shard.source, messages.in_fences, bare),
    "json": _bare,
    "xml": _bare,
}
FORMATS = tuple(READERS)
