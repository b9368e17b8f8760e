"""A server of several processes on one port."""

from __future__ import annotations

import os
import socket
import threading
import time
import urllib.request
from collections.abc import Sequence
from typing import Any

from uvicorn.supervisors import Multiprocess

from mockserver.server.access_log import AccessLog
from mockserver.server.assembly import assemble
from mockserver.server.listening import Queue
from mockserver.server.reload import Reloading
from mockserver.server.run import application, say, settle, uvicorn_config
from mockserver.server.settings import Settings

SETTINGS = "MOCKSERVER_SERVER_SETTINGS"
PROXIES_OFF = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def serve_many(settings: Settings, reserved: socket.socket, base_path: str, banner: str) -> None:
    """Serve with worker processes on the address that is *reserved*; one that dies is replaced."""
    os.environ[SETTINGS] = settings.to_json()
    worker = f"{__name__}:{worker_application.__name__}"
    config = uvicorn_config(worker, lifespan="on", factory=True, workers=settings.workers)
    threading.Thread(target=_say_when_ready, args=(reserved.getsockname(), base_path, banner), daemon=True).start()
    _Supervisor(config, [Queue(reserved)]).run()  # type: ignore[list-item]  # a worker unpickles a socket


def worker_application() -> Any:
    """Return the application of one of several worker processes, from the settings in the environment."""
    settings = Settings.from_json(os.environ[SETTINGS])
    server = assemble(settings)
    settle()
    return _Worker(application(settings, server), server.log)


class _Supervisor(Multiprocess):
    def terminate_all(self) -> None:
        """Give the address up, then let the workers finish: who came now would wait for nobody."""
        for queue in self.sockets:
            queue.reserved.close()  # type: ignore[attr-defined]
        super().terminate_all()


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
