"""Sockets that listen: one for a process, or one for each of several on the same port."""

from __future__ import annotations

import socket
import sys
from typing import Any, NamedTuple

from mockserver.errors import UsageError

BACKLOG = 2048
# Other systems have the option too, and may give all connections to one of the sockets.
SPREADS = sys.platform == "linux"


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises UsageError, with what to do, where there can be none."""
    return _opened(host, port, listening=True)


def reserve(host: str, port: int) -> socket.socket:
    """Return a socket that has the address for :class:`Queue`, and takes no connection itself; raises as above."""
    if not SPREADS:
        return listen(host, port)
    opened = _opened(host, port, listening=False)
    # Only now: with the option from the start it would share the port with any other server of this user.
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return opened


class Queue(NamedTuple):
    """A place in the queue for connections to a *reserved* address; pickled, it is another process's own.

    The kernel spreads connections over the queues of a port (``SO_REUSEPORT`` in socket(7)). Of a queue that
    processes share, the one that looks first takes all that is there: of sixteen connections one process had as
    many as sixteen.
    """

    reserved: socket.socket

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how the other process opens it; a socket that is shared where none can be its own."""
        if not SPREADS:
            return _itself, (self.reserved,)
        return _joined, (self.reserved.family, self.reserved.getsockname())


def _joined(family: int, address: Any) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(address)
    listener.listen(BACKLOG)
    return listener


def _itself(shared: socket.socket) -> socket.socket:
    return shared


def _opened(host: str, port: int, *, listening: bool) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise UsageError(f"--host {host}: unknown host ({getattr(error, 'strerror', error)})") from error
    opened = socket.socket(family, kind, protocol)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        if listening:
            opened.listen(BACKLOG)
    except OSError as error:
        opened.close()
        hint = "choose another --port, or 0 for any free one"
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}; {hint}") from error
    return opened
