"""An application that tells each exchange to a function, and is otherwise the one that it wraps."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from mockserver.exchange import Exchange, Headers, Part, Request, Response, ago, path_of, server_of
from mockserver.server.gateway import App, Receive, Scope, Send
from mockserver.server.messages import headers_of

BODY_NOT_READ: frozenset[Part] = frozenset({"request body"})
WHOLE: frozenset[Part] = frozenset()


class Recording:
    """Passes requests on to *app*, and gives *keep* each exchange before its client has the whole of the answer.

    So whoever has an answer finds it recorded. A request whose body the application did not read to its
    end, such as one without credentials, is kept without it (``unrecorded``). *clock* counts seconds.
    """

    def __init__(
        self, app: App, keep: Callable[[Exchange], object], clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.app = app
        self.keep = keep
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            tape = _Tape(scope, receive, send, self)
            await self.app(scope, tape.receive, tape.send)
        else:
            await self.app(scope, receive, send)


class _Tape:
    """One exchange while it goes by."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, recording: Recording) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._recording = recording
        self._started = recording.clock()
        self._asked = bytearray()
        self._is_read = False
        self._answered = bytearray()
        self._start: Any = None
        self._is_started = False

    async def receive(self) -> Any:
        event: Any = await self._receive()
        if event["type"] == "http.request":
            self._asked += event.get("body", b"")
            self._is_read = not event.get("more_body", False)
        return event

    async def send(self, event: Any) -> None:
        # The head waits for what follows it: a client needs no more to be content with an empty body.
        if event["type"] == "http.response.start":
            self._start = event
            return
        self._answered += event.get("body", b"")
        if not event.get("more_body", False):
            self._recording.keep(self._exchange())
        if not self._is_started:
            self._is_started = True
            await self._send(self._start)
        await self._send(event)

    def _exchange(self) -> Exchange:
        scope, start = self._scope, self._start
        headers = headers_of(scope)
        request = Request(
            scope["method"],
            path_of(scope["raw_path"].decode("ascii")),
            scope["query_string"].decode("latin-1"),
            headers,
            bytes(self._asked),
            server_of(scope.get("scheme", "http"), headers.get("host", "")),
        )
        fields = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"])
        response = Response(start["status"], Headers(fields), bytes(self._answered))
        seconds = self._recording.clock() - self._started
        unrecorded = WHOLE if self._is_read else BODY_NOT_READ
        return Exchange(request, response, seconds, unrecorded=unrecorded, started=ago(seconds))
