"""Servers on real sockets, and a client that knows no proxies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any
from zlib import crc32

import httpx
import orjson
import pytest

from mockserver.documents import bundled
from mockserver.server.background import Background
from mockserver.server.settings import Settings

PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
USER = ("tje0", "Tje0")
Serving = Callable[..., str]
Ask = Callable[..., httpx.Response]
Api = Callable[..., Callable[..., httpx.Response]]


@pytest.fixture(scope="session")
def serving() -> Iterator[Serving]:
    """The URL of a server with given settings: ``serving(document, auth="off")``; each is started once."""
    urls: dict[Settings, str] = {}
    with ExitStack() as running:

        def url_of(document: str | Path | None = None, **settings: Any) -> str:
            wanted = Settings(document=str(document or bundled()), **{"log": False, **settings})
            if wanted not in urls:
                urls[wanted] = running.enter_context(Background(wanted)).url
            return urls[wanted]

        yield url_of


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """A client that keeps no cookies, follows no redirects and sends nothing that it was not told to."""
    with httpx.Client(trust_env=False, timeout=30) as client:
        client.headers.clear()
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        yield client


@pytest.fixture(scope="session")
def api(serving: Serving, client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Api:
    """A server of a small document: ``api(paths, components)("GET", "/path", …)`` asks it, as httpx would."""
    folder = tmp_path_factory.mktemp("documents")

    def api(paths: Any, components: Any = None, **settings: Any) -> Callable[..., httpx.Response]:
        root = {"openapi": "3.0.3", "info": {"title": "Small", "version": "1"}, "paths": paths}
        text = orjson.dumps({**root, "components": components or {}})
        path = folder / f"{crc32(text)}.json"
        if not path.exists():
            path.write_bytes(text)

        def send(method: str, where: str, **given: Any) -> httpx.Response:
            return client.request(method, serving(path, **settings) + where, **given)

        return send

    return api


@pytest.fixture(scope="session")
def ask(serving: Serving, client: httpx.Client) -> Ask:
    """A POST to the operation of a server: bytes and iterators are sent as they are, any other body as JSON."""

    def ask(
        body: Any = None,
        headers: Mapping[str, str] | httpx.Headers | None = None,
        *,
        query: str = "",
        user: tuple[str, str] | None = USER,
        **settings: Any,
    ) -> httpx.Response:
        url = serving(**settings) + PATH + (f"?{query}" if query else "")
        sent: dict[str, Any] = {"content": body}
        if isinstance(body, dict | list | None):
            sent = {"json": {"SaleId": 703} if body is None else body}
        auth = httpx.BasicAuth(*user) if user else httpx.USE_CLIENT_DEFAULT
        return client.post(url, headers=httpx.Headers(headers), auth=auth, **sent)

    return ask
