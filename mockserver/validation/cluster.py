"""Shards judged on a Dask cluster: the contract travels once, and the shards of a lost worker run again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mockserver.errors import UsageError
from mockserver.recordings import Shard
from mockserver.validation.job import Job, Piece, work

PATIENCE = 10.0  # seconds for a scheduler to answer


def on_cluster(address: str, job: Job, shards: Sequence[Shard]) -> Iterator[tuple[int, Piece]]:
    """Yield the pieces of *shards* by their place, as they are ready, from the workers of the scheduler at *address*.

    Raises UsageError where no scheduler answers, and what a shard raises.
    """
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
