"""Bodies that stand in files of their own: in the archive of a recording, or in its folder (Playwright's ``_file``)."""

from __future__ import annotations

import re

from mockserver.recordings.archive import Archive, UnusableArchive
from mockserver.recordings.errors import ExtraNeeded, NoSuchRecording
from mockserver.recordings.rules import ATTACHED, BOUNDED, BYTES_AT_MOST, MEBIBYTE, Unusable
from mockserver.recordings.source import STDIN, URL, opened, size_of

# A recording may come from anybody: it names no file but those beside it.
NAME = re.compile(r"(?!\.{1,2}$)[^/\\:\x00]{1,255}")


class Attachments:
    """The bodies that belong to the recording *source*, which stands in *archive* if in any."""

    def __init__(self, source: str, archive: Archive | None) -> None:
        self._source = source
        self._archive = archive

    def body(self, name: str, what: str) -> bytes:
        """Return the body called *name*; raises Unusable, which calls it *what*."""
        try:
            body = self._archive.member(name, BYTES_AT_MOST + 1) if self._archive else self._beside(name)
        except (KeyError, NoSuchRecording, ExtraNeeded, OSError) as error:
            where = "in the archive" if self._archive else "beside the recording"
            raise Unusable(ATTACHED, f"the {what} is not recorded: {where} is no file {name[:255]!r}") from error
        except UnusableArchive as error:
            raise Unusable(ATTACHED, f"the {what} cannot be read: {error}") from error
        if len(body) > BYTES_AT_MOST:
            raise Unusable(BOUNDED, f"the {what} is larger than {BYTES_AT_MOST // MEBIBYTE} MiB")
        return body

    def _beside(self, name: str) -> bytes:
        if self._source == STDIN or not NAME.fullmatch(name):
            raise NoSuchRecording(name)
        path = _sibling(self._source, name)
        if size_of(path) is None:
            raise NoSuchRecording(path)
        pieces, left = list[bytes](), BYTES_AT_MOST + 1
        with opened(path) as file:
            while left > 0 and (piece := file.read(left)):
                pieces.append(piece)
                left -= len(piece)
        return b"".join(pieces)


def _sibling(source: str, name: str) -> str:
    slash = max(source.rfind("/"), -1 if URL.match(source) else source.rfind("\\"))
    return source[: slash + 1] + name
