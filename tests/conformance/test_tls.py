"""TLS is verified, another authority is trusted when it is named, and a client may have to show a certificate."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mockserver.conformance import Settings, run
from mockserver.conformance.client import ServerGone
from mockserver.contract import Contract
from mockserver.exchange import Exchange
from mockserver.report import Judged

SETTINGS = Settings(max_requests=20, operations=("getPet",))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that is its own authority, with its key."""
    tool = shutil.which("openssl")
    if tool is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    key, path = folder / "key.pem", folder / "certificate.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    words += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(path)]
    subprocess.run([tool, *words], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text(path.read_text() + key.read_text())
    return both


@contextmanager
def serving(certificate: Path, *, asks: bool = False) -> Iterator[str]:
    """Answer every GET below TLS; with *asks* only those who show the certificate."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body = b'{"id": 7, "name": "Tom"}'
            self.send_response_only(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.send_response_only(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if asks:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # refused handshakes are the point
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def judge(exchange: Exchange) -> Judged:
    return Judged("getPet", exchange.response.status)


def test_an_unknown_authority_is_refused(pets: Contract, certificate: Path):
    with serving(certificate) as url, pytest.raises(ServerGone, match="certificate verify failed"):
        run(pets, url, SETTINGS, judge=judge)


@pytest.mark.parametrize("asks", [False, True])
def test_a_named_authority_is_trusted_in_all_phases(pets: Contract, certificate: Path, asks: bool):
    """What Schemathesis sends goes the same way as what is planned."""
    settings = replace(SETTINGS, ca=str(certificate), cert=str(certificate) if asks else None)
    with serving(certificate, asks=asks) as url:
        outcome = run(pets, url, settings, judge=judge)
    assert outcome.stopped is None
    assert not outcome.troubles
    assert {"planned", "examples"} <= set(outcome.requests)
    assert outcome.report.total > 10
