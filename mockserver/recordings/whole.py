"""A file that can only be read as a whole, as far as its size is bearable."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.recordings.rules import BOUNDED, BYTES_AT_MOST, MEBIBYTE, Unusable


def whole(blocks: Iterable[bytes], most: int = BYTES_AT_MOST) -> bytes:
    """Return all of *blocks*; raises Unusable if it is more than *most* bytes."""
    pieces: list[bytes] = []
    left = most
    for block in blocks:
        pieces.append(block)
        left -= len(block)
        if left < 0:
            raise Unusable(BOUNDED, f"the file is larger than {most // MEBIBYTE} MiB and can only be read as a whole")
    return b"".join(pieces)
