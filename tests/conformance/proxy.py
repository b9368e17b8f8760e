"""A small forward proxy: plain requests are passed on, CONNECT opens a tunnel, and it remembers what it was asked."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

BLOCK = 65536


@dataclass
class Proxy:
    """Where the proxy is, and what it was *asked*: method and target, as on the request line."""

    address: str
    asked: list[tuple[str, str]] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    """Names of all header fields that went through in the clear, in lower case."""


class _Server(ThreadingHTTPServer):
    """Holds what its handlers share."""

    daemon_threads = True

    def __init__(self, sign_in: str | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sign_in = sign_in
        self.told = Proxy(f"127.0.0.1:{self.server_address[1]}")

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients hang up as they like."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(BLOCK + 1)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        told, sign_in = self.server.told, self.server.sign_in
        told.asked.append((self.command, self.path))
        told.fields.update(name.lower() for name in self.headers)
        if sign_in is not None and self.headers.get("Proxy-Authorization") != sign_in:
            self._refuse()
        elif self.command == "CONNECT":
            self._tunnel()
        else:
            self._pass_on()

    def _refuse(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response_only(HTTPStatus.PROXY_AUTHENTICATION_REQUIRED)
        self.send_header("Proxy-Authenticate", "Basic")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _tunnel(self) -> None:
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port))) as there:
            self.send_response_only(HTTPStatus.OK)
            self.end_headers()
            back = threading.Thread(target=_copied, args=(there, self.connection), daemon=True)
            back.start()
            _copied(self.connection, there)
            back.join()
        self.close_connection = True

    def _pass_on(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        connection = http.client.HTTPConnection(parts.netloc)
        headers = {name: value for name, value in self.headers.items() if not name.lower().startswith("proxy-")}
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(self.command, target, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


@contextmanager
def proxying(*, sign_in: str | None = None) -> Iterator[Proxy]:
    """Run a proxy on a free port of this machine, for those alone who sign in so (``Basic …``) if that is given."""
    server = _Server(sign_in)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _copied(source: socket.socket, target: socket.socket) -> None:
    """Write what *source* says to *target* until it says no more."""
    with suppress(OSError):
        while block := source.recv(BLOCK):
            target.sendall(block)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
