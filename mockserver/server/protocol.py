"""Uvicorn's HTTP protocol, with less to do for each answer.

Uvicorn writes the head when an answer starts and the body when it comes: two system calls, and a
client woken twice. It looks through every header field for what may not be in one, and sets a timer
after each answer. That was a third of the time of a request (docs/performance.md).
"""

from __future__ import annotations

import asyncio
import math
import re
import sys
from functools import lru_cache
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from mockserver.server.heads import END, KNOWN, Head, Heads
from mockserver.server.messages import NO_METHOD, REFUSAL

# RFC 9112, section 3: the parser knows the methods of a list, and takes any other for nonsense.
UNKNOWN_METHOD = re.compile(
    rb"^(?!(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH) )[!#$%&'*+.^_`|~0-9A-Za-z-]+ \S+ HTTP/1\.[01]\r?$",
    re.MULTILINE,
)
# RFC 9110, section 7.2, and RFC 3986, section 3.2.2: a name, or an address in brackets, and a port; or nothing.
HOST = re.compile(rb"(?:\[[0-9A-Za-z:.]+\]|(?:[!$&'()*+,;=._~0-9A-Za-z-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?")
Fields = tuple[tuple[bytes, bytes], ...]
# What uvicorn has to know of: whether the connection ends, and how the length of the body is told.
FRAMING = frozenset({b"connection", b"content-length", b"transfer-encoding"})

LINGERS_FOR = 1.0  # seconds
UPGRADE = re.compile(rb"\r\nUpgrade:[^\r\n]*", re.IGNORECASE)
LARGEST_HEAD = 1024 * 1024
TOO_LARGE = 431, f"the head of the request is larger than {LARGEST_HEAD} bytes"


class Protocol(HttpToolsProtocol):
    """Speaks HTTP/1.1, with one timer for all the pauses of a connection; *heads* are those of the whole server."""

    _idle_since = math.inf
    _is_broken = False
    _is_between = True
    _is_in_head = False
    _head_size = 0
    _arrived = b""
    _head = b""

    def __init__(self, *arguments: Any, heads: Heads | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.heads = Heads() if heads is None else heads

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection."""
        super().connection_made(_Corked(transport, self.loop))  # type: ignore[arg-type]

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection."""
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()

    def on_response_complete(self) -> None:
        """Begin to answer what waits behind the answer, or to wait for the next request."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_after(self.timeout_keep_alive)

    def data_received(self, data: bytes) -> None:
        """Read what arrived, and keep it: where it is no HTTP, it is looked at again."""
        if self._is_broken and self.transport.is_closing():
            return
        start = b""
        if self._is_between and data[:1] > b"\r":  # blank lines may stand before a request
            end = data.find(END) + len(END)
            start = data[:end] if end >= len(END) else b""
            head = self.heads.get(start)
            if head is not None and len(data) - end == head.length and self._is_free():
                self._begin(head, data[end:])
                return
        self._head = start
        self._arrived = data
        if b"pgrade:" in data and (self.cycle is None or not self.cycle.more_body):
            data = _without_upgrade(data)
        super().data_received(data)
        if self._is_in_head:
            self._head_size += len(data)
            if self._head_size > LARGEST_HEAD:
                self.send_400_response("")

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection for the answers, where a client has said all that it had to say."""
        last = self.cycle
        if last is None or last.response_complete or last.more_body:
            self.transport.close()  # with what is written and has not left yet
        else:
            last.keep_alive = False
        return True

    def _is_free(self) -> bool:
        """Return whether all that was asked is answered, and more may be."""
        return (self.cycle is None or self.cycle.response_complete) and not self.transport.is_closing()

    def _begin(self, head: Head, body: bytes) -> None:
        """Begin to answer a whole request whose head is known."""
        self._unset_keepalive_if_required()
        connection = {"server": self.server, "client": self.client, "scheme": self.scheme}
        scope: Any = {**head.scope, **connection, "state": self.app_state.copy()}
        self.scope = scope
        self.cycle = self._cycle(keep_alive=True)
        self.cycle.body += body
        self.cycle.more_body = False
        self.cycle.message_event.set()
        self._start_asgi_task(self.cycle, self.app)

    def on_message_begin(self) -> None:
        """Begin to read a request."""
        self._is_between, self._is_in_head, self._head_size = False, True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin to answer, what does not name one host with a refusal; keep the head if it arrived in one piece."""
        self._is_in_head = False
        super().on_headers_complete()
        scope: Any = self.scope
        hosts = tuple(value for name, value in self.headers if name == b"host")
        if (reason := _fault(hosts)) and scope["http_version"] == "1.1":
            scope[REFUSAL] = 400, reason
        head, self._head = self._head, b""
        if head:
            scope[KNOWN] = self.heads.keep(head, scope)

    def on_message_complete(self) -> None:
        """Wait for the next request."""
        super().on_message_complete()
        self._is_between = not self.parser.should_upgrade()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (uvicorn's words; the application has its own)
        """Have the application answer what is no HTTP, after all that came before it, and close."""
        before = self.cycle
        if self._is_broken:
            return
        self._is_broken = True
        refusal = TOO_LARGE if self._head_size > LARGEST_HEAD else _refusal(sys.exc_info()[1], self._arrived)
        self.transport.lingers = True  # type: ignore[attr-defined]
        self.on_message_begin()
        self.scope |= {"method": NO_METHOD, "path": "-", "raw_path": b"-", "query_string": b""}
        self._is_in_head = False
        self.scope[REFUSAL] = refusal  # type: ignore[literal-required]
        self.cycle = self._cycle(keep_alive=False)
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        elif before.more_body:
            # The rest of that request will never come; this is its answer.
            before.disconnected = True
            before.message_event.set()
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.pipeline.appendleft((self.cycle, self.app))

    def _cycle(self, *, keep_alive: bool) -> RequestResponseCycle:
        return RequestResponseCycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=keep_alive,
            on_response=self.on_response_complete,
        )

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if nothing has arrived for long enough; look again if it was not long enough."""
        self.timeout_keep_alive_task = None
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left <= 0:
            super().timeout_keep_alive_handler()
        elif left < math.inf:
            self._look_after(left)

    def _look_after(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _unset_keepalive_if_required(self) -> None:
        self._idle_since = math.inf

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        # Uvicorn names the class in the middle of a long method; a cycle that has not begun can become one of ours.
        cycle.__class__ = _Cycle
        super()._start_asgi_task(cycle, app)


def _without_upgrade(data: bytes) -> bytes:
    """Return *data* without the wish for another protocol, which no server need fulfil (RFC 9110, section 7.8).

    Java's client asks for HTTP/2 with each first request, and the parser would take all behind its head for that.
    """
    head, end, rest = data.partition(b"\r\n\r\n")
    return UPGRADE.sub(b"", head) + end + rest


def _refusal(error: BaseException | None, arrived: bytes) -> tuple[int, str]:
    """Return the status for what could not be read, and why (RFC 9110, sections 9.1 and 15.5.15)."""
    cause = (error and error.__context__) or error
    if isinstance(cause, httptools.HttpParserInvalidMethodError) and UNKNOWN_METHOD.search(arrived):
        return 501, "the method is none that this server knows; methods are case-sensitive"
    if isinstance(cause, httptools.HttpParserInvalidURLError):
        status = 414 if "too long" in str(cause) else 400
        return status, f"the request's target is no URL: {cause}; percent-encode what may not be in one"
    return 400, f"this is no HTTP request: {cause}"


@lru_cache(256)
def _fault(hosts: tuple[bytes, ...]) -> str | None:
    """Return what is wrong with the values of Host (RFC 9112, section 3.2); None if nothing is."""
    if len(hosts) != 1:
        return f"a request of HTTP/1.1 has one Host header field, and this has {len(hosts) or 'none'}"
    return None if HOST.fullmatch(hosts[0]) else "the Host header field is no name or address with a port"


class _Corked:
    """A transport that gathers what is written within one step of the event loop.

    Sent between two requests, an answer wakes its client at once, and that is a third of what the
    request costs; sent after all requests of a step, the first answer wakes it for all of them.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._waiting: list[bytes] = []
        self.is_closing = transport.is_closing
        self.lingers = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send *data* at the end of this step, with all that is written until then."""
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(data)

    def close(self) -> None:
        """Send what is waiting, then close.

        One that *lingers* takes what still arrives for a while (RFC 9112, section 9.6): closed at once, the
        connection would be reset, and the client might lose the answers that it has not read yet.
        """
        self._flush()
        if self.lingers and not self._transport.is_closing():
            self.is_closing = lambda: True
            self._transport.write_eof()
            self._loop.call_later(LINGERS_FOR, self._transport.close)
        else:
            self._transport.close()

    def _flush(self) -> None:
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._transport.write(waiting[0] if len(waiting) == 1 else b"".join(waiting))


class _Cycle(RequestResponseCycle):
    """A request and its answer; an answer in one piece leaves in one write."""

    _start: Any = None

    async def send(self, message: Any) -> None:
        """Keep the start of an answer until there is a body, then send what is there."""
        if not self.response_started:
            self.response_started, self._start = True, message
            return
        start, self._start = self._start, None
        if start is not None:
            if self._has_sent_whole(start, message):
                return
            self.response_started = False
            await super().send(start)
        await super().send(message)

    def _has_sent_whole(self, start: Any, message: Any) -> bool:
        """Send an answer in one piece on a connection that goes on; return False for any other."""
        fields, body = start.get("headers"), message.get("body")
        if not (fields and body and self.keep_alive) or message.get("more_body") or self.scope["method"] == "HEAD":
            return False
        if self.flow.write_paused or self.disconnected or fields[-1] != (b"content-length", b"%d" % len(body)):
            return False
        head = _head(start["status"], (*self.default_headers, *fields[:-1]))
        if head is None:
            return False
        self.transport.write(b"%bcontent-length: %d\r\n\r\n%b" % (head, len(body), body))
        self.waiting_for_100_continue = False
        self.response_complete = True
        self.message_event.set()
        self.on_response()
        return True


@lru_cache(256)
def _head(status: int, fields: Fields) -> bytes | None:
    """Return status line and *fields* as they are sent; None where uvicorn has to look at them."""
    for name, value in fields:
        if name in FRAMING or name != name.lower() or HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
            return None
    return STATUS_LINE[status] + b"".join(b"%b: %b\r\n" % field for field in fields)
