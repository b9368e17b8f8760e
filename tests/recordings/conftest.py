"""What the tests of recordings share: a file that holds what it is given, read as a user would."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.exchange import Exchange
from mockserver.finding import Finding
from mockserver.recordings import Bare, Source, read, shards

Recording = Callable[..., list[Exchange | Finding]]


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """A function from the bytes of a recording to what is read of it."""
    path = str(tmp_path_factory.mktemp("recordings") / "recording")

    def recorded(content: bytes, *, format_: str | None = None, bare: Bare | None = None) -> list[Exchange | Finding]:
        with open(path, "wb") as file:  # noqa: PTH123 (thousands of times)
            file.write(content)
        return [each for shard in shards(Source(path), format=format_) for each in read(shard, bare)]

    return recorded
