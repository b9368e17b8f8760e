"""Browser clients of other origins (WHATWG Fetch, CORS protocol)."""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware

from mockserver.server.gateway import App, Receive, Scope, Send
from mockserver.server.messages import headers_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
EXPOSED = ("Allow", "Content-Language", "Location", "SO-TimeZone", "WWW-Authenticate")


class Cors:
    """Lets every origin in, credentials included: for a server that holds nothing real.

    Starlette's middleware sees only requests that name an origin; others are spared its cost.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self.cors = CORSMiddleware(
            app,
            allow_origin_regex=".*",
            allow_methods=METHODS,
            allow_headers=["*"],
            allow_credentials=True,
            expose_headers=EXPOSED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] == "http" and "origin" in headers_of(scope):
            await self.cors(scope, receive, send)
        else:
            await self.app(scope, receive, send)
