"""The latest exchanges with what was found in them, in bounded memory."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from mockserver.exchange import Exchange
from mockserver.finding import Finding

ENTRIES_AT_MOST = 1000
BYTES_AT_MOST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """An exchange with its findings; *number* counts from 1 and is never given twice."""

    number: int
    exchange: Exchange
    findings: tuple[Finding, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of both bodies."""
        return len(self.exchange.request.body) + len(self.exchange.response.body)


class Journal:
    """Keeps the latest exchanges: at most *entries_at_most* with at most *bytes_at_most* of bodies.

    The oldest go first; the latest is kept however large it is. Any thread may write, any may read.
    """

    def __init__(self, entries_at_most: int = ENTRIES_AT_MOST, bytes_at_most: int = BYTES_AT_MOST) -> None:
        self.entries_at_most = entries_at_most
        self.bytes_at_most = bytes_at_most
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._number = 0
        self._cleared = 0
        self._lock = threading.Lock()

    def add(self, exchange: Exchange, findings: Iterable[Finding] = ()) -> Entry:
        """Keep *exchange*, and return its entry."""
        found = tuple(findings)
        with self._lock:
            self._number += 1
            entry = Entry(self._number, exchange, found)
            self._entries.append(entry)
            self._bytes += entry.size
            while len(self._entries) > 1 and self._is_full:
                self._bytes -= self._entries.popleft().size
        return entry

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is kept, the oldest first."""
        with self._lock:
            return tuple(self._entries)

    @property
    def forgotten(self) -> int:
        """How many entries since the last :meth:`clear` had to go."""
        with self._lock:
            return self._number - self._cleared - len(self._entries)

    def clear(self) -> None:
        """Keep nothing of what came until now."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0
            self._cleared = self._number

    @property
    def _is_full(self) -> bool:
        return len(self._entries) > self.entries_at_most or self._bytes > self.bytes_at_most
