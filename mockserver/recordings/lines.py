"""A stream of blocks cut into lines, each of bounded length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mockserver.recordings.rules import BYTES_AT_MOST


def lines(blocks: Iterable[bytes], most: int = BYTES_AT_MOST) -> Iterator[tuple[bytes | None, int]]:
    r"""Yield each line, without its ``\n``, with its length in bytes, ``\n`` included.

    A line longer than *most* bytes is None. The last line may lack its ``\n``.
    """
    begun: list[bytes] = []
    length = 0
    for block in blocks:
        parts = block.split(b"\n")
        last = parts.pop()
        if parts and length:
            length += len(parts[0])
            if length <= most:
                begun.append(parts[0])
                yield b"".join(begun), length + 1
            else:
                yield None, length + 1
            del parts[0]
            begun, length = [], 0
        for part in parts:
            yield (part if len(part) <= most else None), len(part) + 1
        length += len(last)
        if length <= most:
            begun.append(last)
        else:
            begun.clear()
    if length:
        yield (b"".join(begun) if length <= most else None), length
