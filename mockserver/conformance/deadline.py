"""Connections on which an exchange has one time for all of it: libraries bound each wait for the next bytes alone."""

from __future__ import annotations

import io
import math
import socket
import time
from http.client import HTTPResponse, parse_headers
from types import MappingProxyType
from typing import Any

import requests
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

# All informational statuses but 101, after which no HTTP follows.
INTERIM = {*range(100, 200)} - {101}


class _Stream(io.RawIOBase):
    """What arrives on *sock*, read from *raw*, until the moment *until* of time.perf_counter."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, until: float) -> None:
        self._raw = raw
        self._sock = sock
        self._until = until

    def readable(self) -> bool:
        """Whether it can be read from."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read the next bytes into *buffer*; raises TimeoutError."""
        left = self._until - time.perf_counter()
        if left <= 0:
            raise TimeoutError("timed out")
        if left < math.inf:
            self._sock.settimeout(left)
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        """Close it, and what it reads from."""
        self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    """An answer of which neither head nor body is read later than *until*."""

    def __init__(self, until: float, sock: socket.socket, *given: Any, **named: Any) -> None:
        super().__init__(sock, *given, **named)
        self.fp = io.BufferedReader(_Stream(self.fp.detach(), sock, until))

    def _read_status(self) -> tuple[str, int, str]:
        """Return the status line of the final answer (RFC 9110, section 15.2); http.client knows no 1xx but 100."""
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if status not in INTERIM:
                return version, status, reason
            parse_headers(self.fp)


class _Bounded(HTTPConnection):
    """A connection whose timeout is for a whole exchange, from the first attempt to connect to the last byte."""

    _until = math.inf
    _is_new = False

    def connect(self) -> None:
        """Connect; the time of the first exchange begins."""
        self._begin()
        super().connect()
        self._is_new = True

    def request(self, *given: Any, **named: Any) -> None:
        """Send a request; the time of its exchange begins, if it has not begun with the connection."""
        if not self._is_new:
            self._begin()
        super().request(*given, **named)
        self._is_new = False

    def _begin(self) -> None:
        self._until = time.perf_counter() + self.timeout if isinstance(self.timeout, int | float) else math.inf

    def response_class(self, *given: Any, **named: Any) -> HTTPResponse:  # type: ignore[override]
        """Return the answer that begins to arrive; http.client makes one for each request, and for a tunnel's."""
        return _Answer(self._until, *given, **named)


class _Secure(_Bounded, HTTPSConnection):
    """The same over TLS."""


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Bounded


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure


POOLS = MappingProxyType({"http": _Pool, "https": _SecurePool})


def bounded(manager: urllib3.PoolManager) -> urllib3.PoolManager:
    """Return *manager*, whose connections hold exchanges to its timeout from now on."""
    manager.pool_classes_by_scheme = dict(POOLS)
    return manager


class Adapter(requests.adapters.HTTPAdapter):
    """The same for a session of requests."""

    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        """Make the connections."""
        super().init_poolmanager(*given, **named)
        bounded(self.poolmanager)

    def proxy_manager_for(self, *given: Any, **named: Any) -> urllib3.PoolManager:
        """Return the connections through a proxy."""
        return bounded(super().proxy_manager_for(*given, **named))
