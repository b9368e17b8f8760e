"""Responses of real clients as exchanges."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
import requests
import urllib3
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

import mockserver
from mockserver import Contract, Exchange, Judge, assert_conforms, exchange_of, exchange_of_async
from mockserver.documents import bundled
from mockserver.errors import UsageError
from mockserver.server.background import Background
from mockserver.server.settings import Settings

PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
USER = ("tje0", "Tje0")
SHOP = Path(__file__).parents[1] / "fixtures" / "documents" / "shop.yaml"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The URL of the operation on a real server."""
    with Background(Settings(document=str(bundled()), log=False)) as server:
        yield server.url + PATH


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


class TestClients:
    """Every client's response becomes the same exchange."""

    @staticmethod
    def judged(exchange: Exchange) -> None:
        """Assert what the exchange of every client has."""
        assert exchange.request.method == "POST"
        assert exchange.request.server.startswith("http://127.0.0.1:")
        assert exchange.request.path == PATH
        assert exchange.request.query == "$select=Sale"
        assert exchange.request.body.replace(b" ", b"") == b'{"SaleId":7}'
        assert exchange.request.headers["Authorization"].startswith("Basic ")
        assert exchange.response.status == 200
        assert exchange.response.headers["Content-Type"] == "application/json; charset=utf-8"
        assert b'"SaleId":7' in exchange.response.body

    def test_requests(self, url: str, session: requests.Session) -> None:
        """Of requests, with the time that it took."""
        response = session.post(f"{url}?$select=Sale", json={"SaleId": 7}, auth=USER)
        self.judged(exchange_of(response))
        assert exchange_of(response).seconds > 0
        assert_conforms(response)

    def test_httpx(self, url: str) -> None:
        """Of httpx."""
        with httpx.Client(trust_env=False) as client:
            response = client.post(f"{url}?$select=Sale", json={"SaleId": 7}, auth=USER)
        self.judged(exchange_of(response))
        assert exchange_of(response).seconds > 0
        assert_conforms(response)

    def test_httpx_async(self, url: str) -> None:
        """Of httpx used asynchronously."""

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(trust_env=False) as client:
                return await client.post(f"{url}?$select=Sale", json={"SaleId": 7}, auth=USER)

        response = asyncio.run(ask())
        self.judged(exchange_of(response))
        assert_conforms(response)

    def test_urllib3(self, url: str) -> None:
        """Of urllib3, which keeps no request but its path: nothing is said of what was asked."""
        with urllib3.PoolManager() as pool:
            headers = urllib3.make_headers(basic_auth=":".join(USER))
            response = pool.request("POST", url, json={"SaleId": 7}, headers=headers)
        exchange = exchange_of(response)
        assert (exchange.request.path, exchange.unrecorded) == (PATH, {"request"})
        assert_conforms(response)

    def test_in_process(self) -> None:
        """Of httpx, or a test client like it, over an application in the same process."""
        application = Starlette(routes=[Route("/motd", lambda _: JSONResponse({"text": 7}))])

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(application)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.get("/motd")

        with pytest.raises(AssertionError, match=r"body\.type: response body /text: expected string, found integer 7"):
            assert_conforms(asyncio.run(ask()), SHOP)

    def test_forms_of_bodies(self, url: str, session: requests.Session) -> None:
        """A body of text, of none, and one that was streamed and is gone."""
        text = session.post(url, data='{"SaleId": 7}', auth=USER, headers={"Content-Type": "application/json"})
        assert exchange_of(text).request.body == b'{"SaleId": 7}'
        assert exchange_of(session.post(url, auth=USER)).request.body == b""
        streamed = session.post(
            url, data=iter([b'{"SaleId": 7}']), auth=USER, headers={"Content-Type": "application/json"}
        )
        assert exchange_of(streamed).unrecorded == {"request body"}
        assert_conforms(streamed)


@dataclass
class Asked:
    """A request as Playwright has it."""

    method: str = "POST"
    url: str = f"https://crm.example.com/Cust12345{PATH}?x=%20"
    post_data_buffer: bytes | None = b'{"SaleId": 7}'

    @property
    def timing(self) -> dict[str, float]:
        """When it was sent, and how long it took, in milliseconds."""
        return {"startTime": 1772442900000.5, "responseEnd": 31.5}

    def all_headers(self) -> dict[str, str]:
        """Return name and value."""
        return {"authorization": "Bearer 8A:x", "content-type": "application/json"}


@dataclass
class Answered:
    """A response as Playwright has it."""

    request: Asked = field(default_factory=Asked)
    status: int = 500

    def all_headers(self) -> dict[str, str]:
        """Return name and value."""
        return {"content-type": "text/html"}

    def body(self) -> bytes:
        """Return the body."""
        return b"<h1>Oops</h1>"


class Awaited(Answered):
    """The same of Playwright's asynchronous half."""

    async def all_headers(self) -> dict[str, str]:  # type: ignore[override]
        """Return them, later."""
        return Answered().all_headers()

    async def body(self) -> bytes:  # type: ignore[override]
        """Return it, later."""
        return Answered().body()


class AwaitedRequest(Asked):
    """The request of one."""

    async def all_headers(self) -> dict[str, str]:  # type: ignore[override]
        """Return them, later."""
        return Asked().all_headers()


@dataclass
class AskedOfAiohttp:
    """What aiohttp keeps of a request."""

    method: str = "POST"
    url: str = f"https://crm.example.com{PATH}?x=1"
    headers: dict[str, str] = field(default_factory=lambda: {"Authorization": "Basic x"})


@dataclass
class Aiohttp:
    """A response as aiohttp has it."""

    request_info: AskedOfAiohttp = field(default_factory=AskedOfAiohttp)
    status: int = 200
    raw_headers: tuple[tuple[bytes, bytes], ...] = ((b"A", b"b"),)

    async def read(self) -> bytes:
        """Return the body."""
        return b"{}"


class Fetched:
    """A response of Playwright's APIRequestContext, which keeps no request."""

    url = f"https://crm.example.com/Cust12345{PATH}"
    status = 204
    headers_array = ({"name": "Date", "value": "now"},)
    timing: ClassVar = {"startTime": 1772442900000, "responseEnd": -1}

    def body(self) -> bytes:
        """Return the body."""
        return b""


class AwaitedFetched(Fetched):
    """The same of the asynchronous half."""

    async def body(self) -> bytes:  # type: ignore[override]
        """Return the body."""
        return b""


class TestPlaywright:
    """Playwright, by what its responses have: it takes a browser to have real ones."""

    def test_response(self) -> None:
        """A response of a page comes with its request."""
        exchange = exchange_of(Answered())
        assert (exchange.request.path, exchange.request.query) == (f"/Cust12345{PATH}", "x=%20")
        assert exchange.request.headers["Authorization"] == "Bearer 8A:x"
        assert exchange.response.body == b"<h1>Oops</h1>"
        assert (exchange.started, exchange.seconds) == ("2026-03-02T09:15:00.000500+00:00", 0.0315)
        with pytest.raises(AssertionError, match=r"status\.server-error"):
            assert_conforms(Answered())

    def test_fetched(self) -> None:
        """One of its APIRequestContext comes without."""
        with pytest.raises(AssertionError, match=r"204 is not among 200, 400") as caught:
            assert_conforms(Fetched())
        assert "request.body-missing" not in str(caught.value)
        exchange = exchange_of(Fetched())
        assert (exchange.started, exchange.seconds) == ("2026-03-02T09:15:00+00:00", 0.0)

    def test_asynchronous(self) -> None:
        """What would have to be awaited is refused with a reason."""
        with pytest.raises(UsageError, match="await exchange_of_async"):
            exchange_of(Awaited())

    def test_awaited(self) -> None:
        """Who awaits it has the same exchange; what need not be awaited is taken too."""
        expected = exchange_of(Answered())
        assert asyncio.run(exchange_of_async(Awaited(AwaitedRequest()))) == expected
        assert asyncio.run(exchange_of_async(AwaitedFetched())) == exchange_of(Fetched())
        assert asyncio.run(exchange_of_async(expected)) == expected

    def test_aiohttp(self) -> None:
        """What was asked is kept, but for its body."""
        with pytest.raises(UsageError, match="await exchange_of_async"):
            exchange_of(Aiohttp())
        exchange = asyncio.run(exchange_of_async(Aiohttp()))
        assert (exchange.request.method, exchange.request.path, exchange.request.query) == ("POST", PATH, "x=1")
        assert exchange.request.headers["authorization"] == "Basic x"
        assert (exchange.response.headers["a"], exchange.response.body) == ("b", b"{}")
        assert exchange.unrecorded == {"request body"}


class TestAssertion:
    """What an assertion says."""

    def test_message(self, url: str, session: requests.Session) -> None:
        """One line for each finding: how grave, which rule, where, what, and the contract's line; no credential."""
        response = session.post(url, json={"SaleId": "x"}, auth=USER)
        with pytest.raises(AssertionError) as caught:
            assert_conforms(response)
        head, line = str(caught.value).splitlines()
        assert head == f"POST {PATH} -> 400, CreateDefaultReOpenAppointment:"
        assert line.startswith(
            "  error request.body: request body /SaleId: expected integer, found string 'x' (contract line "
        )

    def test_graveness(self, url: str, session: requests.Session) -> None:
        """Warnings count when asked for."""
        response = session.post(f"{url}?x=1", json={"SaleId": 7}, auth=USER)
        assert_conforms(response)
        with pytest.raises(AssertionError, match=r"warning request\.query-unknown"):
            assert_conforms(response, fail_on="warning")

    def test_unknown_operation(self, session: requests.Session, url: str) -> None:
        """A response that belongs to no operation does not conform: nothing would have been judged."""
        with pytest.raises(AssertionError, match="no operation"):
            assert_conforms(session.get(url.replace(PATH, "/openapi.json"), auth=USER))

    @pytest.mark.parametrize("form", [str, Path, Contract.load, lambda path: Judge(Contract.load(path))])
    def test_contract(self, form: Any) -> None:
        """A contract is given as a path, compiled, or with a judge."""
        exchange = mockserver.Exchange(mockserver.Request("GET", "/motd"), mockserver.Response(404))
        with pytest.raises(AssertionError, match="404 is not among 200"):
            assert_conforms(exchange, form(SHOP))

    def test_no_response(self) -> None:
        """What is no response is told, with what would be one."""
        with pytest.raises(UsageError, match=r"builtins.dict is no response of requests, httpx"):
            exchange_of({})


def test_names() -> None:
    """The package has every name that it lists, and no other."""
    assert all(getattr(mockserver, name) is not None for name in mockserver.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        mockserver.nothing  # noqa: B018 (the access is the point)


def test_import_is_instant() -> None:
    """Importing the package loads nothing of it."""
    code = "import sys, mockserver; print(sorted(name for name in sys.modules if name.startswith('mockserver')))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "['mockserver']"
