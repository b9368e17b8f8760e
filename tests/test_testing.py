"""The mock server for tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mockserver.finding import Party
from mockserver.server.settings import Settings
from mockserver.testing import MockServer, default_settings

PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
SHOP = Path(__file__).parents[1] / "fixtures" / "documents" / "shop.yaml"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """A client without proxies."""
    with httpx.Client(trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def started() -> Iterator[MockServer]:
    """One server for all tests."""
    with MockServer(exchanges_at_most=5) as server:
        yield server


@pytest.fixture
def server(started: MockServer) -> MockServer:
    """The server, with nothing recorded."""
    started.reset()
    return started


def test_records(server: MockServer, client: httpx.Client) -> None:
    """Whoever has an answer finds the exchange: as sent, as answered, with its seconds and findings."""
    answer = client.post(f"{server.url}{PATH}?$select=Sale", json={"SaleId": 703}, headers=server.credentials)
    (exchange,) = server.exchanges
    request, response = exchange.request, exchange.response
    assert (request.method, request.path, request.query) == ("POST", PATH, "$select=Sale")
    assert (request.body, request.headers["authorization"]) == (b'{"SaleId":703}', "Basic dGplMDpUamUw")
    assert (response.status, response.body) == (200, answer.content)
    assert dict(response.headers)["content-type"] == answer.headers["content-type"]
    assert 0 < exchange.seconds < 10
    assert exchange.unrecorded == frozenset()
    assert server.findings == ()


def test_judges(server: MockServer, client: httpx.Client) -> None:
    """What is wrong with a request is found, beside its exchange."""
    client.post(server.url + PATH, json={"SaleId": 1}, headers=server.credentials)
    client.post(f"{server.url}{PATH}?$selcet=Sale", json={"SaleId": "one"}, headers=server.credentials)
    right, wrong = server.entries
    assert right.findings == ()
    assert {(finding.party, finding.rule) for finding in wrong.findings} == {
        (Party.CONSUMER, "request.query-unknown"),
        (Party.CONSUMER, "request.body"),
    }
    assert server.findings == wrong.findings


def test_empty_answers(server: MockServer, client: httpx.Client) -> None:
    """An answer without a body is recorded before its client has it, too."""
    for number in range(1, 6):
        assert client.options(server.url + PATH).status_code == 204
        assert len(server.exchanges) == number


def test_refused(server: MockServer, client: httpx.Client) -> None:
    """A body that the server did not care to read is not recorded, and that is told."""
    client.post(server.url + PATH, json={"SaleId": 703})
    (exchange,) = server.exchanges
    assert (exchange.response.status, exchange.request.body) == (401, b"")
    assert exchange.unrecorded == {"request body"}


def test_chunked(server: MockServer, client: httpx.Client) -> None:
    """A body in pieces is recorded as one."""
    pieces = iter((b'{"SaleId"', b":70", b"3}"))
    headers = {**server.credentials, "Content-Type": "application/json"}
    assert client.post(server.url + PATH, content=pieces, headers=headers).status_code == 200
    assert server.exchanges[0].request.body == b'{"SaleId":703}'


def test_bounded(server: MockServer, client: httpx.Client) -> None:
    """The latest are kept, the others counted; a reset forgets both."""
    for sale in range(1, 8):
        client.post(server.url + PATH, json={"SaleId": sale}, headers=server.credentials)
    assert [exchange.request.body for exchange in server.exchanges] == [b'{"SaleId":%d}' % sale for sale in range(3, 8)]
    assert server.forgotten == 2
    server.reset()
    assert (server.exchanges, server.findings, server.forgotten) == ((), (), 0)


@pytest.mark.parametrize(
    "settings",
    [
        {"installation": "online"},
        {"installation": "online", "app_tokens": ("token",), "tickets": ("7T:one",)},
        {"users": ("ann:secret",)},
        {"auth": "any"},
        {"auth": "off"},
        {"base_path": "/Cust12345"},
    ],
    ids=str,
)
def test_credentials(settings: dict[str, object], client: httpx.Client) -> None:
    """Whatever the settings, the credentials let a client in."""
    with MockServer(Settings(**{"document": default_settings().document, "log": False, **settings})) as server:  # type: ignore[arg-type]
        assert client.post(server.url + PATH, json={"SaleId": 1}, headers=server.credentials).status_code == 200
        assert server.findings == ()


def test_other_documents(client: httpx.Client) -> None:
    """Any document is served, and its credentials are told."""
    with MockServer(default_settings(str(SHOP))) as server:
        assert (
            client.get(
                f"{server.url}/orders/6b1f7a52-5d0e-4bb5-9a43-0d5b6b6f3c11", headers=server.credentials
            ).status_code
            == 200
        )
