"""A body alone: what it answers is told by the caller, and its media type by how it looks."""

from __future__ import annotations

from collections.abc import Generator

from mockserver.exchange import Exchange, Headers, Origin, Request, Response
from mockserver.finding import Finding
from mockserver.recordings.blocks import Blocks
from mockserver.recordings.message import REQUEST
from mockserver.recordings.rules import COMPLETE, Unusable
from mockserver.recordings.shard import Bare
from mockserver.recordings.whole import whole


def read(blocks: Blocks, source: str, bare: Bare) -> Generator[Exchange | Finding, None, int]:
    """Yield the body in *blocks* as an answer to *bare*; return 1. Whether it is well-formed is for others to judge."""
    body = whole(blocks)
    if blocks.problem:
        yield Unusable(COMPLETE, blocks.problem).finding(Origin(source))
        return 0
    request = Request(bare.method, bare.path)
    media_type = "application/xml" if body.lstrip().startswith(b"<") else "application/json"
    response = Response(bare.status, Headers([("Content-Type", media_type)]), body)
    yield Exchange(request, response, 0.0, Origin(source), REQUEST | {"response headers"})
    return 1
