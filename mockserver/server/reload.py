"""A server that takes up its document anew when the file changes, without letting a request drop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from mockserver.errors import DocumentError, MockserverError
from mockserver.server.assembly import Server
from mockserver.server.gateway import Receive, Scope, Send

INTERVAL = 0.3


class Reloading:
    """An ASGI application that passes requests to the newest server that could be put together."""

    def __init__(self, server: Server, make: Callable[[], Server]) -> None:
        self.server = server
        self.make = make
        self._wanted: set[Path] = set()
        self._seen = self._stamps()
        self._watching: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        await self.server.app(scope, receive, send)

    def start(self) -> None:
        """Begin to watch; to be called in the server's event loop."""
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL)
            stamps = self._stamps()
            if stamps != self._seen:
                self._seen = stamps
                await self._take_up()

    async def _take_up(self) -> None:
        """Put a new server together; a broken document leaves the old one in place."""
        log = self.server.log
        try:
            self.server = await asyncio.to_thread(self.make)
            self._wanted = set()
            self._seen = self._stamps()
            log.note(f"reloaded {self.server.contract.document.source}")
        except MockserverError as error:
            if isinstance(error, DocumentError):
                # A file that the document in place has not: the new one waits for it to come, or to be mended.
                self._wanted = {Path(each) for each in (error.source, error.missing) if each}
                self._seen = self._stamps()
            log.note(f"not reloaded, still serving the document as it was: {error}")

    def _stamps(self) -> dict[str, tuple[int, int] | None]:
        """Return modification time and size of each file that the document is made of, or waits for; None if absent."""
        stamps: dict[str, tuple[int, int] | None] = {}
        for path in (*self.server.contract.document.files, *self._wanted):
            try:
                found = path.stat()
            except OSError:
                stamps[str(path)] = None
            else:
                stamps[str(path)] = (found.st_mtime_ns, found.st_size)
        return stamps
