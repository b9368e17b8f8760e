"""A server on a socket: one process or several, until it is told to stop."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from types import FrameType
from typing import Any, Literal

import uvicorn

from mockserver.errors import UsageError
from mockserver.server.access_log import AccessLog
from mockserver.server.assembly import Server, assemble
from mockserver.server.protocol import Protocol
from mockserver.server.reload import Reloading
from mockserver.server.settings import Settings

SETTINGS = "MOCKSERVER_SERVER_SETTINGS"
BACKLOG = 2048
# An answer is a few dozen objects that no cycle holds: the default of 700 collects with every second answer.
COLLECT_AFTER = (10_000, 20, 100)
GRACE = 30
PROXIES_OFF = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; what is under way is finished first.

    Raises MockserverError when the settings cannot be met, the address is taken or unknown.
    """
    server = assemble(settings)
    _settle()
    listener = listen(settings.host, settings.port)
    port = listener.getsockname()[1]
    banner = _banner(server, settings, port)
    if settings.workers > 1:
        _serve_many(settings, listener, server.base_path, banner)
    else:
        _Uvicorn(uvicorn_config(application(settings, server)), banner, server).run([listener])
        server.log.flush()


def application(settings: Settings, server: Server) -> Any:
    """Return the ASGI application, watching the document where the settings ask for it."""
    return Reloading(server, lambda: assemble(settings, server.log)) if settings.reload else server.app


def worker_application() -> Any:
    """Return the application of one of several worker processes, from the settings in the environment."""
    settings = Settings.from_json(os.environ[SETTINGS])
    server = assemble(settings)
    _settle()
    return _Worker(application(settings, server), server.log)


def _settle() -> None:
    """Keep the garbage collector from what was made at the start: it stays, and looking at it again takes time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


class _Worker:
    """Passes requests on; watches the document from the worker's start, and writes the last log lines at its end."""

    def __init__(self, app: Any, log: AccessLog) -> None:
        self.app = app
        self.log = log

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return
        await receive()
        if isinstance(self.app, Reloading):
            self.app.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.log.flush()
        await send({"type": "lifespan.shutdown.complete"})


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
        http=Protocol,
        timeout_graceful_shutdown=GRACE,
        **options,
    )


def _serve_many(settings: Settings, listener: socket.socket, base_path: str, banner: str) -> None:
    """Serve with worker processes on one socket; a worker that dies is replaced."""
    from uvicorn.supervisors import Multiprocess  # noqa: PLC0415 (not needed by one process)

    class Supervisor(Multiprocess):
        def terminate_all(self) -> None:
            """Listen no more, then let the workers finish: who came now would wait for nobody."""
            listener.close()
            super().terminate_all()

    os.environ[SETTINGS] = settings.to_json()
    worker = f"{__name__}:{worker_application.__name__}"
    config = uvicorn_config(worker, lifespan="on", factory=True, workers=settings.workers)
    threading.Thread(target=_say_when_ready, args=(listener.getsockname(), base_path, banner), daemon=True).start()
    Supervisor(config, [listener]).run()


def _say_when_ready(address: Sequence[Any], base_path: str, banner: str) -> None:
    host = "127.0.0.1" if address[0] in ("0.0.0.0", "::") else address[0]  # noqa: S104 (a comparison)
    url = f"http://{f'[{host}]' if ':' in host else host}:{address[1]}{base_path}/healthz"
    for _ in range(600):
        try:
            PROXIES_OFF.open(url, timeout=5).close()
        except urllib.request.HTTPError:
            break
        except OSError:
            time.sleep(0.1)
        else:
            break
    say(banner)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises UsageError, with what to do, where there can be none."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise UsageError(f"--host {host}: unknown host ({getattr(error, 'strerror', error)})") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.set_inheritable(True)
    except OSError as error:
        listener.close()
        hint = "choose another --port, or 0 for any free one"
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}; {hint}") from error
    return listener


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
