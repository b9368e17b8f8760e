"""Any recordings as one of ours, with what must not be passed on taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import BinaryIO, Literal

from mockserver.exchange import Exchange
from mockserver.finding import Finding
from mockserver.recordings.reading import read, shards
from mockserver.recordings.shard import Bare
from mockserver.recordings.source import sources
from mockserver.recordings.writing import Writer, writer
from mockserver.redaction import Redactor


def convert(
    paths: Sequence[str],
    out: Callable[[], BinaryIO],
    format: Literal["ndjson", "har"],  # noqa: A002 (its name)
    redactor: Redactor,
    *,
    of: str | None = None,
    bare: Bare | None = None,
) -> Iterator[Finding | None]:
    """Write the exchanges of *paths* to *out*, redacted; yield None for each, and a finding for what was none.

    *of* is the format of *paths* where their content shall not tell. *out* opens what is written to,
    once there is something to write: a mistake leaves what stood there. Raises what :func:`sources`,
    :func:`shards` and :func:`read` raise, and what *out* raises.
    """
    parts = [shard for source in sources(paths) for shard in shards(source, format=of)]
    recording: Writer | None = None
    with ExitStack() as open_:
        for shard in parts:
            for each in read(shard, bare):
                if isinstance(each, Exchange):
                    recording = recording or open_.enter_context(writer(out(), format))
                    recording.write(redactor.exchange(each))
                    yield None
                else:
                    yield each
