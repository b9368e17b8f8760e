"""Request bodies with a content coding (RFC 9110, section 8.4)."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import httpx
import pytest

Ask = Callable[..., httpx.Response]

BODY = b'{"SaleId": 703}'
GZIP = gzip.compress(BODY, mtime=0)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", GZIP),
        ("X-GZip", GZIP),
        ("deflate", zlib.compress(BODY)),
        ("identity", BODY),
        ("gzip, identity", GZIP),
        ("gzip, deflate", zlib.compress(GZIP)),
        ("gzip", gzip.compress(BODY[:5], mtime=0) + gzip.compress(BODY[5:], mtime=0)),
    ],
)
def test_decoded(ask: Ask, coding: str, body: bytes) -> None:
    """A body is read without its codings, in the order that they were applied in."""
    assert ask(body, {"Content-Encoding": coding, "Content-Type": "application/json"}).json()["Sale"]["SaleId"] == 703


@pytest.mark.parametrize(
    ("coding", "body", "status", "reason"),
    [
        ("foo", BODY, 415, "the content coding 'foo' is not supported; send one of gzip, deflate, identity"),
        ("gzip", BODY, 400, "the body is not gzip"),
        ("gzip", GZIP[:-9], 400, "the body is not gzip: it is cut short"),
        ("gzip", gzip.compress(b" " * (2**20 + 1), mtime=0), 413, "larger than 1048576 bytes when it is decoded"),
    ],
)
def test_refused(ask: Ask, coding: str, body: bytes, status: int, reason: str) -> None:
    """An unknown coding is told those that are known; nothing grows beyond the largest body."""
    response = ask(body, {"Content-Encoding": coding, "Content-Type": "application/json"})
    assert response.status_code == status
    assert reason in response.json()["Message"]
    if status == 415:
        assert response.headers["Accept-Encoding"] == "gzip, deflate, identity"
