"""Requests on a socket, lean: connections are kept, and what is written is what is sent."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
import urllib3

from mockserver import __version__
from mockserver.conformance.case import Case
from mockserver.conformance.deadline import bounded
from mockserver.conformance.settings import Settings, checked
from mockserver.errors import MockserverError, UsageError
from mockserver.exchange import Exchange, Headers, Request, Response, ago, raw_path

AGENT = f"mockserver/{__version__}"
OURS = (("User-Agent", AGENT), ("Accept-Encoding", "identity"))
ATTEMPTS = 3
BETWEEN_ATTEMPTS = 0.3
BLOCK = 65536
LARGEST = 64 * 1024 * 1024
DECODED = frozenset({*urllib3.HTTPResponse.CONTENT_DECODERS, "identity", ""})
CODED = ("content-encoding", "content-length")
WRAPPING = (urllib3.exceptions.HTTPError, requests.RequestException)
# What to do about the words of a reason, where it is not to start the server.
ADVICE = {
    "timed out": "start it, correct the URL, or give it more time with --timeout",
    "WRONG_VERSION_NUMBER": "it speaks no TLS there: write http://, or correct the port",
    "record layer failure": "it speaks no TLS there: write http://, or correct the port",
    "CERTIFICATE_VERIFY_FAILED": "--ca names the file of an authority that is trusted besides",
    "no HTTP": "something else listens there, or it speaks TLS: write https://, or correct the port",
}
DROPPED = (RemoteDisconnected, ConnectionResetError, BrokenPipeError, ConnectionAbortedError)


@dataclass(eq=False)
class ServerGone(MockserverError):
    """Nobody takes a connection at *url* (any more), or the *proxy* on the way there does not."""

    url: str
    reason: str
    proxy: str | None = None

    def __str__(self) -> str:
        """Return the address, the reason and what to do."""
        if self.proxy is None:
            advice = next(
                (said for word, said in ADVICE.items() if word in self.reason), "start it, or correct the URL"
            )
            return f"no server answers at {self.url} ({self.reason}); {advice}"
        way = f"through the proxy {_nameless(self.proxy)}"
        return f"no server answers at {self.url} {way} ({self.reason}); NO_PROXY names hosts that need none"


@dataclass(eq=False)
class NoAnswer(MockserverError):
    """A request was sent and not answered, though the server takes connections."""

    reason: str

    def __str__(self) -> str:
        """Return the reason."""
        return self.reason


class Client:
    """Sends cases to the server at *url*, each with the credentials of *settings*; any thread may."""

    def __init__(self, url: str, settings: Settings) -> None:
        self.url, self.base_path = checked(url)
        self._server = urlsplit(self.url)._replace(path="").geturl()
        self._settings = settings
        self._proxy = proxy_of(self.url)
        self._pool = _pool(self._proxy, settings)
        self._connections = self._pool.connection_from_url(self.url)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def request(self, case: Case) -> Request:
        """Return the request of *case* as it is sent, but for Host and Content-Length."""
        request = self._settings.added(case).on(case.request)
        fields = [*request.headers.fields, *(each for each in OURS if each[0] not in request.headers)]
        return replace(request, path=self.base_path + request.path, headers=Headers(fields), server=self._server)

    def send(self, case: Case) -> Exchange:
        """Send *case* and return the exchange; raises ServerGone and NoAnswer."""
        request = self.request(case)
        begun = time.perf_counter()
        try:
            answer = self._asked(case, request)
            readable(answer.headers)
            content = whole(answer)
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
            raise self._gone(reason_of(error)) from error
        except urllib3.exceptions.HTTPError as error:
            self.reach()
            raise NoAnswer(reason_of(error)) from error
        seconds = time.perf_counter() - begun
        told = response(answer.status, answer.headers.items(), content)
        return Exchange(request, told, seconds, started=ago(seconds))

    def _asked(self, case: Case, request: Request) -> urllib3.BaseHTTPResponse:
        """Return the answer to *request*, whose body is still to be read.

        RFC 9112, section 9.3.1: a connection that was kept may be closed just when it is used again, so what was
        sent on one and not answered at all is sent once more on a new one, as browsers do.
        """
        target = self.url + raw_path(case.request.path) + (f"?{request.query}" if request.query else "")
        message = _message(request)
        opened = self._connections.num_connections
        try:
            return self._pool.urlopen(request.method, target, **message)
        except urllib3.exceptions.ProtocolError as error:
            if not isinstance(error.args[-1], DROPPED) or self._connections.num_connections != opened:
                raise
        return self._pool.urlopen(request.method, target, **message)

    def reach(self) -> None:
        """Raise ServerGone if the server does not answer, asked three times; whatever it answers will do.

        One that takes the time of a whole exchange is not asked again.
        """
        until = time.perf_counter() + self._settings.timeout
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self._pool.request(
                    "HEAD", self.url + "/", headers={"User-Agent": AGENT}, redirect=False, retries=False
                )
            except urllib3.exceptions.HTTPError as error:
                if attempt == ATTEMPTS or time.perf_counter() > until:
                    raise self._gone(reason_of(error)) from error
                time.sleep(BETWEEN_ATTEMPTS)
            else:
                if self._proxy is not None and answer.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
                    raise self._gone("it asks for credentials: write http://name:password@host:port")
                return

    def _gone(self, reason: str) -> ServerGone:
        return ServerGone(self.url, reason, self._proxy)


def readable(headers: Mapping[str, str]) -> None:
    """Raise NoAnswer where *headers* tell of a body that nobody can read: no such length, no such coding."""
    length = headers.get("content-length", "0")
    if not all(each.strip().isdecimal() for each in length.split(",")):
        raise NoAnswer(f"Content-Length is {length[:40]!r}, which is no length (RFC 9110, section 8.6)")
    for coding in headers.get("content-encoding", "").split(","):
        if coding.strip().lower() not in DECODED:
            raise NoAnswer(f"the body comes in the coding {coding.strip()[:40]!r}, and none was asked for")


def whole(answer: urllib3.BaseHTTPResponse, *, most: int = LARGEST) -> bytes:
    """Return the body of *answer*, which has at most *most* bytes and ends in time; raises NoAnswer.

    In time means by the deadline of the connection: a body that drips, or never ends, would hold a run for ever.
    """
    content = bytearray()
    try:
        while piece := answer.read1(BLOCK, decode_content=True):
            content += piece
            if len(content) > most:
                answer.close()
                raise NoAnswer(f"the body is larger than {most} bytes")
    except urllib3.exceptions.ReadTimeoutError as error:
        answer.close()
        raise NoAnswer(f"{len(content)} bytes of the body had come in time, and no end") from error
    return bytes(content)


def response(status: int, fields: Iterable[tuple[str, str]], body: bytes) -> Response:
    """Return a response whose content coding was removed: the fields that tell it, and the length in it, go too."""
    headers = Headers(fields)
    if "content-encoding" in headers:
        headers = Headers(each for each in headers.fields if each[0].lower() not in CODED)
    return Response(status, headers, body)


def _message(request: Request) -> dict[str, Any]:
    headers = dict(request.headers.fields)
    chunked = request.headers.get("transfer-encoding", "").lower() == "chunked"
    if chunked:
        headers = {name: value for name, value in headers.items() if name.lower() != "transfer-encoding"}
    elif request.body or request.method in ("POST", "PUT", "PATCH"):
        headers["Content-Length"] = str(len(request.body))
    return {
        "headers": headers,
        "body": request.body or None,
        "chunked": chunked,
        "redirect": False,
        "retries": False,
        "preload_content": False,
    }


def _pool(proxy: str | None, settings: Settings) -> urllib3.PoolManager:
    """Return the connections, through *proxy* if there is one."""
    options: dict[str, Any] = {
        "timeout": urllib3.Timeout(settings.timeout),
        "maxsize": settings.workers + 1,
        "cert_reqs": "CERT_REQUIRED" if settings.verify else "CERT_NONE",
    }
    trusted = authorities(settings)
    if trusted is not None:
        options["ca_cert_dir" if Path(trusted).is_dir() else "ca_certs"] = trusted
    if settings.cert:
        options["cert_file"] = settings.cert
    _check_certificates(settings)
    if proxy is None:
        return bounded(urllib3.PoolManager(**options))
    parts = urlsplit(proxy)
    sign_in = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
    headers = urllib3.make_headers(proxy_basic_auth=sign_in)
    return bounded(urllib3.ProxyManager(proxy, proxy_headers=headers, **options))


def _check_certificates(settings: Settings) -> None:
    """Raise UsageError for files of certificates that cannot be read: libraries would blame the server for them."""
    if settings.ca is None and settings.cert is None:
        return  # a context reads all that the system trusts: 40 ms
    context = ssl.create_default_context()
    for option, path in (("--ca", settings.ca), ("--cert", settings.cert)):
        try:
            if path and option == "--cert":
                context.load_cert_chain(path)
            elif path and not Path(path).is_dir():
                context.load_verify_locations(path)
        except OSError as error:
            holds = "certificates" if option == "--ca" else "a certificate with its key"
            reason = error.strerror or error
            raise UsageError(f"{option} {path}: it is no PEM file that holds {holds} ({reason})") from error


def proxy_of(url: str) -> str | None:
    """Return the proxy that *url* is reached through, as requests finds it: what Schemathesis sends goes there, too.

    It is named by HTTP_PROXY, HTTPS_PROXY and ALL_PROXY, in either case, unless NO_PROXY names the host.
    Raises UsageError for one that is no HTTP proxy.
    """
    proxy = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
    if proxy is None:
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    if urlsplit(proxy).scheme not in ("http", "https") or not urlsplit(proxy).hostname:
        raise UsageError(
            f"the proxy {_nameless(proxy)} (HTTP_PROXY, HTTPS_PROXY or ALL_PROXY) is none of HTTP: write http://host:port"
        )
    return proxy


def _nameless(url: str) -> str:
    """Return *url* without the name and password in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def authorities(settings: Settings) -> str | None:
    """Return the file or folder of the authorities that are trusted; None leaves it to the library.

    That is what --ca names, or a variable that clients know, or what the system trusts: requests alone
    would go by a list of its own, and refuse a company's authority that every other client here takes.
    """
    named = (settings.ca, os.environ.get("REQUESTS_CA_BUNDLE"), os.environ.get("CURL_CA_BUNDLE"))
    system = ssl.get_default_verify_paths()
    return next(filter(None, (*named, system.cafile, system.capath)), None)


def reason_of(error: Exception) -> str:
    """Return the innermost cause of a library's *error* in a few words, without addresses of objects."""
    while isinstance(error, WRAPPING) and isinstance(inner := _inner(error), Exception):
        error = inner
    if isinstance(error, IncompleteRead):
        partial: bytes | int = error.partial  # urllib3's own holds the length
        count = partial if isinstance(partial, int) else len(partial)
        return f"the body ended after {count} bytes, before its end"
    text = str(error).rpartition("object at ")[2].partition(">: ")[2] or str(error)
    text = text.strip() or type(error).__name__
    return (
        f"what came is no HTTP: {text}"
        if isinstance(error, BadStatusLine) and not isinstance(error, RemoteDisconnected)
        else text
    )


def _inner(error: Exception) -> Any:
    return getattr(error, "reason", None) or error.__cause__ or error.__context__
