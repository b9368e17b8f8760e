"""Browser clients of other origins (WHATWG Fetch, CORS protocol)."""

from __future__ import annotations

import time

from starlette.middleware.cors import CORSMiddleware

from mockserver.exchange import Headers
from mockserver.server.access_log import AccessLog
from mockserver.server.gateway import App, Receive, Scope, Send
from mockserver.server.messages import Sent, headers_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NO_HEADERS = Headers()
EXPOSED = ("Allow", "Content-Language", "Location", "SO-TimeZone", "WWW-Authenticate")


class Cors:
    """Lets every origin in, credentials included: for a server that holds nothing real.

    Starlette's middleware sees only requests that name an origin; others are spared its cost. It
    answers preflights by itself, so these are logged here.
    """

    def __init__(self, app: App, log: AccessLog) -> None:
        self.app = app
        self.log = log
        self.cors = CORSMiddleware(
            app,
            allow_origin_regex=".*",
            allow_methods=METHODS,
            allow_headers=["*"],
            allow_credentials=True,
            expose_headers=EXPOSED,
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
