"""What requests with the same head have in common: read once, and known from then on.

A client sends one head again and again; its requests differ in their bodies alone. So what the parser makes of a
head is kept, and beside it what follows from it: the operation, that its sender may enter, how the answer is told.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, NamedTuple

# The key of an ASGI scope for what is known of its head.
KNOWN = "mockserver.known"
END = b"\r\n\r\n"
HEADS_AT_MOST = 256
BYTES_AT_MOST = 4096
# With one of these fields there is more to a request than to answer it and wait for the next.
OF_CONNECTION = frozenset({b"expect", b"transfer-encoding", b"upgrade"})
KEEPS = b"keep-alive"

Known = dict[str, Any]


class Head(NamedTuple):
    """A head that was read: the ASGI *scope* of its requests, and the *length* of their bodies in bytes."""

    scope: dict[str, Any]
    length: int


class Heads:
    """The heads that a server has read lately, by their bytes, from the method to the blank line."""

    def __init__(self) -> None:
        self._heads: dict[bytes, Head] = {}
        self.get = self._heads.get

    def keep(self, head: bytes, scope: MutableMapping[str, Any]) -> Known:
        """Return what is known of *head*, which was read into *scope*; keep it if its requests can be known by it."""
        found = self._heads.get(head)
        if found is not None:
            return known_of(found.scope)
        names = dict(scope["headers"])
        if len(head) > BYTES_AT_MOST or scope["http_version"] != "1.1" or not names.keys().isdisjoint(OF_CONNECTION):
            return {}
        if names.get(b"connection", KEEPS).lower() != KEEPS:
            return {}
        # A line that ends without CR might end the head before its blank line (RFC 9112, section 2.2).
        if head.count(b"\n") != head.count(b"\r\n"):
            return {}
        if len(self._heads) >= HEADS_AT_MOST:
            self._heads.clear()
        self._heads[head] = Head({**scope, KNOWN: {}}, int(names.get(b"content-length", 0)))
        return known_of(self._heads[head].scope)


def known_of(scope: MutableMapping[str, Any]) -> Known:
    """Return what is known of every request with the head of *scope*, for whoever works something out to add to.

    Whoever may be replaced while the server runs notes itself beside what it found, and takes nobody else's. Where
    no server keeps heads, it is known of this request alone.
    """
    known: Known | None = scope.get(KNOWN)
    if known is None:
        known = scope[KNOWN] = {}
    return known
