"""Requests on a socket, lean: connections are kept, and what is written is what is sent."""

from __future__ import annotations

import time
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import urllib3

from mockserver import __version__
from mockserver.conformance.case import IN_A_PATH, Case
from mockserver.conformance.settings import Settings, checked
from mockserver.errors import MockserverError
from mockserver.exchange import Exchange, Headers, Request, Response, ago

AGENT = f"mockserver/{__version__}"
ATTEMPTS = 3
BETWEEN_ATTEMPTS = 0.3


@dataclass(eq=False)
class ServerGone(MockserverError):
    """Nobody takes a connection at *url* (any more)."""

    url: str
    reason: str

    def __str__(self) -> str:
        """Return the address, the reason and what to do."""
        return f"no server answers at {self.url} ({self.reason}); start it, or correct the URL"


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
        self._settings = settings
        self._pool = _pool(self.url, settings)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def request(self, case: Case) -> Request:
        """Return the request of *case* as it is sent, but for Host and Content-Length."""
        given = case.request.headers
        secrets = self._settings.secrets if case.authorized else self._settings.headers
        added = (*secrets, ("User-Agent", AGENT), ("Accept-Encoding", "identity"))
        fields = [*given.fields, *(each for each in added if each[0] not in given)]
        return Request(
            case.request.method,
            self.base_path + case.request.path,
            case.request.query,
            Headers(fields),
            case.request.body,
            self.url.removesuffix(self.base_path),
        )

    def send(self, case: Case) -> Exchange:
        """Send *case* and return the exchange; raises ServerGone and NoAnswer."""
        request = self.request(case)
        begun = time.perf_counter()
        try:
            answer = self._pool.urlopen(
                request.method,
                self.url + quote(case.request.path, safe=IN_A_PATH) + (f"?{request.query}" if request.query else ""),
                **_message(request),
            )
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
            raise ServerGone(self.url, _reason(error)) from error
        except urllib3.exceptions.HTTPError as error:
            self.reach()
            raise NoAnswer(_reason(error)) from error
        seconds = time.perf_counter() - begun
        told = response(answer.status, answer.headers.items(), answer.data)
        return Exchange(request, told, seconds, started=ago(seconds))

    def reach(self) -> None:
        """Raise ServerGone if the server takes no connection, asked three times; whatever it answers will do."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._pool.request("HEAD", self.url + "/", headers={"User-Agent": AGENT}, redirect=False)
            except urllib3.exceptions.HTTPError as error:
                if attempt == ATTEMPTS:
                    raise ServerGone(self.url, _reason(error)) from error
                time.sleep(BETWEEN_ATTEMPTS)
            else:
                return


def response(status: int, fields: Any, body: bytes) -> Response:
    """Return a response whose content coding was removed: the field that names it goes too."""
    return Response(
        status, Headers((name, value) for name, value in fields if name.lower() != "content-encoding"), body
    )


def _message(request: Request) -> dict[str, Any]:
    headers = dict(request.headers.fields)
    chunked = request.headers.get("transfer-encoding", "").lower() == "chunked"
    if chunked:
        headers = {name: value for name, value in headers.items() if name.lower() != "transfer-encoding"}
    elif request.body or request.method in ("POST", "PUT", "PATCH"):
        headers["Content-Length"] = str(len(request.body))
    return {"headers": headers, "body": request.body or None, "chunked": chunked, "redirect": False, "retries": False}


def _pool(url: str, settings: Settings) -> urllib3.PoolManager:
    """Return the connections, through a proxy where the usual variables name one (HTTP_PROXY, NO_PROXY, …)."""
    parts = urlsplit(url)
    options: dict[str, Any] = {
        "timeout": urllib3.Timeout(settings.timeout),
        "maxsize": settings.workers + 1,
        "cert_reqs": "CERT_REQUIRED" if settings.verify else "CERT_NONE",
    }
    if settings.ca:
        options["ca_certs"] = settings.ca
    if settings.cert:
        options["cert_file"] = settings.cert
    host = parts.hostname or ""
    proxy = None if urllib.request.proxy_bypass(host) else urllib.request.getproxies().get(parts.scheme)
    return urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)


def _reason(error: Exception) -> str:
    """Return the innermost cause in a few words, without addresses of objects."""
    while isinstance(error, urllib3.exceptions.HTTPError) and isinstance(inner := _inner(error), Exception):
        error = inner
    text = str(error).rpartition("object at ")[2].partition(">: ")[2] or str(error)
    return text.strip() or type(error).__name__


def _inner(error: Exception) -> Any:
    return getattr(error, "reason", None) or error.__cause__ or error.__context__
