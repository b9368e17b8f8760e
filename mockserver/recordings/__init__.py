"""Files of exchanges, as streams and shards: what a recording holds, whatever tool made it.

Knows nothing of contracts: what comes out is exchanges, and findings about the recording itself.
"""

from __future__ import annotations

from mockserver.recordings.conversion import convert
from mockserver.recordings.errors import (
    ExtraNeeded,
    NoSuchRecording,
    OperationNeeded,
    UnknownFormat,
)
from mockserver.recordings.reading import FORMATS, Reading, read, shards
from mockserver.recordings.rules import RULES
from mockserver.recordings.shard import Bare, Shard
from mockserver.recordings.source import Source, size_of, sources
from mockserver.recordings.writing import WRITABLE, Writer, writer

__all__ = [
    "FORMATS",
    "RULES",
    "WRITABLE",
    "Bare",
    "ExtraNeeded",
    "NoSuchRecording",
    "OperationNeeded",
    "Reading",
    "Shard",
    "Source",
    "UnknownFormat",
    "Writer",
    "convert",
    "read",
    "shards",
    "size_of",
    "sources",
    "writer",
]
