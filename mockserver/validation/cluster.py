"""Shards judged on a Dask cluster: the contract travels once, and the shards of a lost worker run again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from mockserver.errors import UsageError
from mockserver.recordings import Shard
from mockserver.validation.job import Job, Piece, work

ADDRESS = re.compile(r"inproc://.+|(?:[a-z]+://)?[^\s/]+:[0-9]+/?")
PATIENCE = 10.0  # seconds for a scheduler to answer


def on_cluster(address: str, job: Job, shards: Sequence[Shard]) -> Iterator[tuple[int, Piece]]:
    """Yield the pieces of *shards* by their place, as they are ready, from the workers of the scheduler at *address*.

    Raises UsageError where no scheduler answers, and what a shard raises.
    """
    if not ADDRESS.fullmatch(address):
        raise UsageError(f"--cluster {address}: is no address of a scheduler: write it like tcp://scheduler:8786")
    try:
        import distributed  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise UsageError("--cluster needs Dask; install it with pip install 'mockserver[cluster]'") from error
    dask: Any = distributed
    try:
        client: Any = dask.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(f"--cluster {address}: no Dask scheduler answers there: {error}") from error
    with client:
        travelled = client.scatter(job, broadcast=True)
        futures = client.map(lambda shard, job: work(job, shard), list(shards), job=travelled, pure=False, retries=0)
        places = {future.key: place for place, future in enumerate(futures)}
        for future, piece in dask.as_completed(futures, with_results=True, loop=client.loop):
            yield places[future.key], piece
            future.release()
