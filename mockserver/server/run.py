"""A server on a socket: one process or several, until it is told to stop."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from typing import Any

import uvicorn

from mockserver.errors import UsageError
from mockserver.server.assembly import Server, assemble
from mockserver.server.reload import Reloading
from mockserver.server.settings import Settings

SETTINGS = "MOCKSERVER_SERVER_SETTINGS"
BACKLOG = 2048
GRACE = 30
PROXIES_OFF = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; what is under way is finished first.

    Raises MockserverError when the settings cannot be met, the address is taken or unknown.
    """
    server = assemble(settings)
    listener = listen(settings.host, settings.port)
    port = listener.getsockname()[1]
    banner = _banner(server, settings, port)
    if settings.workers > 1:
        _serve_many(settings, listener, banner)
    else:
        _Uvicorn(uvicorn_config(application(settings, server)), banner, server).run([listener])
        server.log.flush()


def application(settings: Settings, server: Server) -> Any:
    """Return the ASGI application, watching the document where the settings ask for it."""
    return Reloading(server, lambda: assemble(settings)) if settings.reload else server.app


def worker_application() -> Any:
    """Return the application of one of several worker processes, from the settings in the environment."""
    settings = Settings.from_json(os.environ[SETTINGS])
    return _Worker(application(settings, assemble(settings)))


class _Worker:
    """Starts to watch the document with the worker's first event."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.started = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not self.started:
            self.started = True
            if isinstance(self.app, Reloading):
                self.app.start()
        await self.app(scope, receive, send)


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
            _say(self.banner)


def uvicorn_config(app: Any, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=GRACE,
        **options,
    )


def _serve_many(settings: Settings, listener: socket.socket, banner: str) -> None:
    """Serve with worker processes on one socket; a worker that dies is replaced."""
    from uvicorn.supervisors import Multiprocess  # noqa: PLC0415 (not needed by one process)

    os.environ[SETTINGS] = settings.to_json()
    config = uvicorn_config("mockserver.server.run:worker_application", factory=True, workers=settings.workers)
    threading.Thread(target=_say_when_ready, args=(listener.getsockname(), banner), daemon=True).start()
    Multiprocess(config, target=uvicorn.Server(config).run, sockets=[listener]).run()


def _say_when_ready(address: Sequence[Any], banner: str) -> None:
    host = "127.0.0.1" if address[0] in ("0.0.0.0", "::") else address[0]  # noqa: S104 (a comparison)
    url = f"http://[{host}]:{address[1]}/healthz" if ":" in host else f"http://{host}:{address[1]}/healthz"
    for _ in range(600):
        try:
            PROXIES_OFF.open(url, timeout=5).close()
        except urllib.request.HTTPError:
            break
        except OSError:
            time.sleep(0.1)
        else:
            break
    _say(banner)


def listen(host: str, port: int) -> socket.socket:
    """Return a bound socket; raises UsageError, with what to do, where there can be none."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.set_inheritable(True)  # noqa: FBT003 (the standard library's signature)
    except socket.gaierror as error:
        raise UsageError(f"--host {host}: unknown host ({error.strerror})") from error
    except OverflowError as error:
        raise UsageError(f"--port {port}: a port is a number from 0 to 65535") from error
    except OSError as error:
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


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
