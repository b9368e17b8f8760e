"""The yardstick: a bare uvicorn application that returns a constant body of the size of our answer."""

from __future__ import annotations

import sys
from typing import Any

import uvicorn

BODY = b""


async def app(_: Any, receive: Any, send: Any) -> None:
    """Answer every request with the same bytes, its body read first."""
    while (await receive()).get("more_body"):
        pass
    head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": BODY})


if __name__ == "__main__":
    port, size = map(int, sys.argv[1:3])
    BODY = b"x" * size
    uvicorn.run(app, port=port, lifespan="off", log_config=None, access_log=False, proxy_headers=False, ws="none")
