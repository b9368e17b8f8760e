"""A part of a source that is read on its own, in another process or on another machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shard:
    """The exchanges of *source* that begin in the bytes from *start* to before *stop*, both from 0.

    *format* is one of FORMATS, or "" where only reading can tell, as from standard input. No
    *stop* means to the end. NDJSON is cut anywhere, as lines tell where they end; HAR is cut behind
    entries, of which *before* stand before this shard.
    """

    source: str
    format: str = ""
    start: int = 0
    stop: int | None = None
    before: int = 0


@dataclass(frozen=True, slots=True)
class Bare:
    """What a body without its request answers: *path* is decoded."""

    method: str
    path: str
    status: int = 200
