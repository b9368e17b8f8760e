"""A load generator that costs little: raw requests over keep-alive connections, answers counted and checked.

Run as a process of its own: ``python -m benchmarks.load HOST PORT REQUESTS CONNECTIONS``. Prints one
JSON line: seconds, requests, bytes, and how many answers were not 200.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import uvloop

PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "


class Connection(asyncio.Protocol):
    """One keep-alive connection: sends the next request as soon as an answer is whole."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.ask()

    def ask(self) -> None:
        """Send the next request, or close when there is none left."""
        request = self.load.next()
        if request is None:
            self.transport.close()
        else:
            self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take what arrived; an answer is whole when its Content-Length is there."""
        self.buffer += data
        head = self.buffer.find(HEAD_END)
        if head < 0:
            return
        fields = self.buffer[:head].lower()
        end = head + len(HEAD_END) + int(fields[fields.find(LENGTH) + len(LENGTH) :].split(b"\r", 1)[0])
        if len(self.buffer) >= end:
            self.load.done(self.buffer[:end])
            self.buffer = self.buffer[end:]
            self.ask()

    def connection_lost(self, _: Exception | None) -> None:
        """Tell the load that this connection has ended."""
        self.load.ended()


class Load:
    """Hands out requests, each with a sale id of its own, and counts what comes back."""

    def __init__(self, host: str, port: int, requests: int, connections: int) -> None:
        self.host, self.port, self.connections = host, port, connections
        self.left = self.requests = requests
        self.sale = 0
        self.bytes = self.bad = 0
        self.open = connections
        self.finished = asyncio.Event()

    def next(self) -> bytes | None:
        """Return the next request, or None when all are sent."""
        if self.left == 0:
            return None
        self.left -= 1
        self.sale += 1
        body = b'{"SaleId":%d}' % self.sale
        return (
            b"POST %b HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic dGplMDpUamUw\r\nAccept: application/json\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (PATH.encode(), len(body), body)
        )

    def done(self, answer: bytes) -> None:
        """Count one answer."""
        self.bytes += len(answer)
        self.bad += not answer.startswith(b"HTTP/1.1 200")

    def ended(self) -> None:
        """Note that one connection has closed."""
        self.open -= 1
        if self.open == 0:
            self.finished.set()

    async def run(self) -> dict[str, float]:
        """Send everything and return what it took."""
        loop = asyncio.get_running_loop()
        started = time.perf_counter()
        for _ in range(self.connections):
            await loop.create_connection(lambda: Connection(self), self.host, self.port)
        await self.finished.wait()
        seconds = time.perf_counter() - started
        return {"seconds": seconds, "requests": self.requests, "bytes": self.bytes, "bad": self.bad}


async def main() -> None:
    """Run the load that the command line describes."""
    host, port, requests, connections = sys.argv[1], *map(int, sys.argv[2:5])
    sys.stdout.write(json.dumps(await Load(host, port, requests, connections).run()) + "\n")


if __name__ == "__main__":
    uvloop.run(main())
