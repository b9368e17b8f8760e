"""Any recordings as one of ours, with what must not be passed on taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO, Literal

from mockserver.exchange import Exchange
from mockserver.finding import Finding
from mockserver.recordings.reading import read, shards
from mockserver.recordings.shard import Bare
from mockserver.recordings.source import sources
from mockserver.recordings.writing import writer
from mockserver.redaction import Redactor


def convert(
    paths: Sequence[str],
    out: BinaryIO,
    format: Literal["ndjson", "har"],  # noqa: A002 (its name)
    redactor: Redactor,
    *,
    of: str | None = None,
    bare: Bare | None = None,
) -> Iterator[Finding | None]:
    """Write the exchanges of *paths* to *out*, redacted; yield None for each, and a finding for what was none.

    *of* is the format of *paths* where their content shall not tell. Raises what :func:`sources`,
    :func:`shards` and :func:`read` raise, all that can be told beforehand before anything is written.
    """
    parts = [shard for source in sources(paths) for shard in shards(source, format=of)]
    with writer(out, format) as recording:
        for shard in parts:
            for each in read(shard, bare):
                if isinstance(each, Exchange):
                    recording.write(redactor.exchange(each))
                    yield None
                else:
                    yield each
