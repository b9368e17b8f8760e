"""A server on a socket, until it is told to stop."""

from __future__ import annotations

import signal
import socket
import sys
from functools import partial
from types import FrameType
from typing import Any, Literal

import uvicorn

from mockserver.garbage import settle
from mockserver.server.assembly import Server, assemble
from mockserver.server.heads import Heads
from mockserver.server.listening import listen, reserve
from mockserver.server.protocol import Protocol
from mockserver.server.reload import Reloading
from mockserver.server.settings import Settings

GRACE = 30


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; what is under way is finished first.

    Raises MockserverError when the settings cannot be met, the address is taken or unknown.
    """
    server = assemble(settings)
    settle()
    with (reserve if settings.workers > 1 else listen)(settings.host, settings.port) as opened:
        banner = _banner(server, settings, opened.getsockname()[1])
        if settings.workers > 1:
            from mockserver.server.workers import serve_many  # noqa: PLC0415 (not needed by one process)

            serve_many(settings, opened, banner)
        else:
            _Uvicorn(uvicorn_config(application(settings, server)), banner, server).run([opened])
            server.log.flush()


def application(settings: Settings, server: Server) -> Any:
    """Return the ASGI application, watching the document where the settings ask for it."""
    return Reloading(server, lambda: assemble(settings, server.log)) if settings.reload else server.app


class _Uvicorn(uvicorn.Server):
    """Uvicorn's server, with a ready line once the socket answers."""

    def __init__(self, config: uvicorn.Config, banner: str, server: Server) -> None:
        super().__init__(config)
        self.banner = banner
        self.server = server

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, then say so."""
        await super().startup(sockets=sockets)
        if isinstance(self.config.app, Reloading):
            self.config.app.start()
        if self.started:
            say(self.banner)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 (uvicorn's signature)
        """Finish what is under way, then exit with 0: uvicorn's own dies of the signal.

        A second SIGINT waits for nothing.
        """
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def uvicorn_config(app: Any, *, lifespan: Literal["on", "off"] = "off", **options: Any) -> uvicorn.Config:
    """Return how *app* is served: quietly, for the application writes its own lines."""
    return uvicorn.Config(
        app,
        lifespan=lifespan,
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        http=partial(Protocol, heads=Heads()),  # type: ignore[arg-type]  # all that uvicorn does is to call it
        timeout_graceful_shutdown=GRACE,
        **options,
    )


def _banner(server: Server, settings: Settings, port: int) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{host}:{port}{server.base_path}"
    count = len(server.contract.operation_ids)
    lines = [
        f"mockserver is ready: {server.contract.title}, {count} operation{'' if count == 1 else 's'}",
        f"  serving   {url}/",
        f"  try it    {url}/ui/",
        f"  document  {url}/openapi.yaml",
        *(f"  {'sign in' if not index else '':<8}  {line}" for index, line in enumerate(server.credentials)),
    ]
    return "\n".join(lines)


def say(text: str) -> None:
    """Write *text* to standard output; what that cannot spell is escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    # A title may have what a terminal cannot spell.
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    sys.stdout.flush()
