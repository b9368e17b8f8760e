"""Browser clients of other origins (WHATWG Fetch, CORS protocol)."""

from __future__ import annotations

import time
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware

from mockserver.exchange import Headers
from mockserver.server.access_log import AccessLog
from mockserver.server.gateway import App, Receive, Scope, Send
from mockserver.server.messages import Sent, headers_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NO_HEADERS = Headers()
EXPOSED = frozenset({"Allow", "Content-Language", "Location", "SO-TimeZone", "WWW-Authenticate"})


class _Middleware(CORSMiddleware):
    """Starlette's, without a second ``Origin`` in ``Vary``: our answers have one, for who sends no origin."""

    @staticmethod
    def allow_explicit_origin(headers: MutableHeaders, origin: str) -> None:
        """Let *origin* in."""
        headers["Access-Control-Allow-Origin"] = origin
        if "origin" not in headers.get("vary", "").lower():
            headers.add_vary_header("Origin")


class Cors:
    """Lets every origin in, credentials included: for a server that holds nothing real.

    Starlette's middleware sees only requests that name an origin; others are spared its cost. It
    answers preflights by itself, so these are logged here. Scripts may read the header fields that are *documented*.
    """

    def __init__(self, app: App, log: AccessLog, documented: Iterable[str] = ()) -> None:
        self.app = app
        self.log = log
        self.cors = _Middleware(
            app,
            allow_origin_regex=".*",
            allow_methods=METHODS,
            allow_headers=["*"],
            allow_credentials=True,
            allow_private_network=True,
            expose_headers=sorted(EXPOSED.union(documented)),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer a preflight."""
        headers = headers_of(scope) if scope["type"] == "http" else NO_HEADERS
        if headers.get("origin") is None:
            await self.app(scope, receive, send)
        elif scope["method"] == "OPTIONS" and headers.get("access-control-request-method") not in METHODS:
            # No preflight, or one for a method that browsers do not send: Starlette would answer as no API does.
            await self.app(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            started, sent = time.perf_counter(), Sent(send)
            await self.cors(scope, receive, sent)
            self.log.line(scope, sent.status, sent.size, time.perf_counter() - started)
        else:
            await self.cors(scope, receive, send)
