from __future__ import annotations

import asyncio
import io
import re
from typing import Any

import pytest

from mockserver.server.access_log import FLUSH_AFTER, AccessLog

SCOPE: dict[str, Any] = {"client": ("192.0.2.7", 5000), "method": "POST", "path": "/a"}


def written(scope: dict[str, Any], status: int = 200, reason: str = "") -> str:
    stream = io.StringIO()
    AccessLog(stream).line(scope, status, 12, 0.00345, reason)
    return stream.getvalue()


def test_line() -> None:
    """A line tells when, who, what, how it ended, how large and how long."""
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d 192\.0\.2\.7 POST /a 200 12 B 3\.[45] ms\n"
    assert re.fullmatch(pattern, written(SCOPE))


def test_reason() -> None:
    """A failure's reason ends its line."""
    assert written(SCOPE, 400, "why").endswith(" ms why\n")


def test_nobody() -> None:
    """A client without an address (a local socket) is a dash."""
    assert " - POST /a " in written({**SCOPE, "client": None})


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\x1b[31mb", "a\x00b", "a\u2028b", "a\x85b"])
def test_one_line_stays_one(text: str) -> None:
    """Nobody can write lines of their own, or colours, into the log."""
    line = written({**SCOPE, "path": f"/{text}"}, 400, text)
    assert len(line.splitlines()) == 1
    assert line.removesuffix("\n").isprintable()


def test_switched_off() -> None:
    """With --quiet there is no line for a request; notes are written all the same."""
    stream = io.StringIO()
    log = AccessLog(stream, enabled=False)
    log.line(SCOPE, 200, 0, 0.0)
    log.note("reloaded")
    assert stream.getvalue() == "reloaded\n"


def test_in_a_loop_lines_are_gathered() -> None:
    """In a running server lines wait for a moment, and are written together, in order."""
    stream = io.StringIO()
    log = AccessLog(stream)

    async def serve() -> None:
        for number in range(3):
            log.note(str(number))
        assert stream.getvalue() == ""
        await asyncio.sleep(FLUSH_AFTER * 3)
        assert stream.getvalue() == "0\n1\n2\n"
        log.note("last")

    asyncio.run(serve())
    log.flush()
    log.flush()
    assert stream.getvalue() == "0\n1\n2\nlast\n"
