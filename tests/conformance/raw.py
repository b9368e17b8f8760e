"""A server that writes whatever bytes a test wants, when it wants them."""

from __future__ import annotations

import socketserver
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from conformance.running import running

Script = Callable[[int, bytes], Iterable[bytes | float] | None]
"""What is said to a request: bytes, and seconds to wait between them; None hangs up.

It is told how many requests came before on the same connection, and the head of this one.
"""


@contextmanager
def talking(script: Script) -> Iterator[str]:
    """Serve *script* on a free port of this machine; yields the URL."""

    class Handler(socketserver.StreamRequestHandler):
        disable_nagle_algorithm = True

        def handle(self) -> None:
            number = 0
            with suppress(OSError):
                while head := self._head():
                    said = script(number, head)
                    if said is None:
                        return
                    for each in said:
                        if isinstance(each, bytes):
                            self.wfile.write(each)
                        else:
                            time.sleep(each)
                    number += 1

        def _head(self) -> bytes:
            head, length = b"", 0
            while line := self.rfile.readline():
                head += line
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
                if line == b"\r\n":
                    self.rfile.read(length)
                    return head
            return b""

    with running(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as address:
        yield f"http://{address}"
