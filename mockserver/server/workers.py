"""A server of several processes on one port."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any

from uvicorn import Config
from uvicorn.supervisors import Multiprocess

from mockserver.garbage import settle
from mockserver.server.access_log import AccessLog
from mockserver.server.assembly import assemble
from mockserver.server.listening import Queue
from mockserver.server.reload import Reloading
from mockserver.server.run import application, say, uvicorn_config
from mockserver.server.settings import Settings

SETTINGS = "MOCKSERVER_SERVER_SETTINGS"
MASKS = hasattr(signal, "pthread_sigmask")  # Windows has none


def serve_many(settings: Settings, reserved: socket.socket, banner: str) -> None:
    """Serve with worker processes on the address that is *reserved*; one that dies is replaced."""
    os.environ[SETTINGS] = settings.to_json()
    worker = f"{__name__}:{worker_application.__name__}"
    config = uvicorn_config(worker, lifespan="on", factory=True, workers=settings.workers)
    _Supervisor(config, reserved, banner).run()


def worker_application() -> Any:
    """Return the application of one of several worker processes, from the settings in the environment."""
    if MASKS:  # by now uvicorn takes it
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    settings = Settings.from_json(os.environ[SETTINGS])
    server = assemble(settings)
    settle()
    return _Worker(application(settings, server), server.log)


class _Supervisor(Multiprocess):
    """Uvicorn's supervisor, with a ready line once every worker answers."""

    def __init__(self, config: Config, reserved: socket.socket, banner: str) -> None:
        super().__init__(config, [Queue(reserved)])  # type: ignore[list-item]  # a worker unpickles a socket
        self.reserved = reserved
        self.banner = banner

    def init_processes(self) -> None:
        """Start the workers."""
        if MASKS:
            resource_tracker.ensure_running()  # which would let the signal through again when it starts
        with _interrupts_held():
            super().init_processes()

    def keep_subprocess_alive(self) -> None:
        """Replace workers that died."""
        with _interrupts_held():
            super().keep_subprocess_alive()
        if self.banner and all(process.is_ready() for process in self.processes):
            say(self.banner)
            self.banner = ""

    def terminate_all(self) -> None:
        """Give the address up, then let the workers finish: who came now would wait for nobody."""
        self.reserved.close()
        super().terminate_all()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold SIGINT back; processes that are started meanwhile hold it back until they can take it.

    Ctrl-C in a terminal reaches all processes, and one that is still importing would end with a traceback.
    """
    if MASKS:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        if MASKS:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


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
