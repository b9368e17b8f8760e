"""A real server on a free port, in a thread of this process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

import uvicorn

from mockserver.errors import UsageError
from mockserver.server.assembly import assemble
from mockserver.server.gateway import App
from mockserver.server.listening import listen
from mockserver.server.run import uvicorn_config
from mockserver.server.settings import Settings

PATIENCE = 30.0


class Background:
    """Serves from ``with`` on until its end; *url*, set by then, has no slash at its end.

    What is served is *wrap* of the server's application, by *contract*; *entry* are header fields that let
    a client in. Raises MockserverError where the settings cannot be met.
    """

    def __init__(self, settings: Settings, wrap: Callable[[App], App] = lambda app: app) -> None:
        self.settings = replace(settings, port=0)
        assembled = assemble(self.settings)
        self.contract = assembled.contract
        self.entry = assembled.entry
        self.url = ""
        self._base_path = assembled.base_path
        self._app = wrap(assembled.app)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start, and return once requests are answered."""
        listener = listen(self.settings.host, 0)
        started = threading.Event()
        self._server = _Signalling(uvicorn_config(self._app), started)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)
        self._thread.start()
        if not started.wait(PATIENCE):
            raise UsageError(f"the server did not start within {PATIENCE:.0f} s")
        self.url = f"http://{self.settings.host}:{listener.getsockname()[1]}{self._base_path}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish what is under way, then stop."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(PATIENCE)


class _Signalling(uvicorn.Server):
    """Uvicorn's server, which tells when it answers; a thread cannot take signals."""

    def __init__(self, config: uvicorn.Config, started: threading.Event) -> None:
        super().__init__(config)
        self._answering = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, then say so."""
        await super().startup(sockets=sockets)
        self._answering.set()
