"""One line for each request."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import IO, Any

FLUSH_AFTER = 0.05


class AccessLog:
    """Writes lines to *stream* a few times a second, so that a busy server does not wait for a terminal."""

    def __init__(self, stream: IO[str] | None = None, *, enabled: bool = True) -> None:
        self.stream = stream or sys.stderr
        self.enabled = enabled
        self._lines: list[str] = []
        self._second = 0
        self._stamp = ""

    def line(self, scope: Any, status: int, size: int, seconds: float, reason: str = "") -> None:
        """Note one answered request: time, client, method, path, status, bytes, milliseconds, and why it failed."""
        if not self.enabled:
            return
        client = scope.get("client") or ("-", 0)
        why = f" {_one_line(reason)}" if reason else ""
        path = _one_line(scope["path"])
        self.note(f"{self._now()} {client[0]} {scope['method']} {path} {status} {size} B {seconds * 1000:.1f} ms{why}")

    def note(self, text: str) -> None:
        """Write *text* with the lines, soon."""
        if not self._lines:
            try:
                asyncio.get_running_loop().call_later(FLUSH_AFTER, self.flush)
            except RuntimeError:
                self._lines.append(text)
                self.flush()
                return
        self._lines.append(text)

    def flush(self) -> None:
        """Write what is waiting."""
        lines, self._lines = self._lines, []
        if lines:
            self.stream.write("\n".join(lines) + "\n")
            self.stream.flush()

    def _now(self) -> str:
        second = int(time.time())
        if second != self._second:
            self._second, self._stamp = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(second))
        return self._stamp


def _one_line(text: str) -> str:
    """Return *text* with control characters escaped: a log line stays one line, whatever a client sends."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
