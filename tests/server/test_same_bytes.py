"""Same seed, same request, same bytes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from mockserver.documents import bundled
from mockserver.server.background import Background
from mockserver.server.settings import Settings
from mockserver.superoffice import default_ticket

Ask = Callable[..., httpx.Response]
Serving = Callable[..., str]

SHOP = Path(__file__).parents[2] / "fixtures" / "documents" / "shop.yaml"
PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
SALES = [703, 1, 2, 3, 42, 5000, 5001, 99999, 2147483647, 0, -7]
ACCEPTS = ["application/json", "application/xml"]


@pytest.fixture(scope="module")
def another() -> Iterator[str]:
    """The URL of a second server with the same settings."""
    with Background(Settings(document=str(bundled()), log=False)) as server:
        yield server.url


def test_two_servers_in_any_order(ask: Ask, another: str, client: httpx.Client) -> None:
    """Two servers give the same bytes, whatever they were asked before, and in whichever order."""
    questions = [(sale, accept) for sale in SALES for accept in ACCEPTS]
    first = {key: ask({"SaleId": key[0]}, {"Accept": key[1]}).content for key in questions}
    random.Random(1).shuffle(questions)
    for sale, accept in questions:
        client.post(another + PATH, content=b"{", headers={"Content-Type": "application/json"})
        response = client.post(another + PATH, json={"SaleId": sale}, headers={"Accept": accept}, auth=("tje0", "Tje0"))
        assert response.content == first[sale, accept]


def test_the_same_again(ask: Ask) -> None:
    """A server gives the same bytes again after other traffic."""
    before = ask({"SaleId": 703}).content
    for sale in range(100):
        ask({"SaleId": sale}, {"SO-Language": "no", "SO-TimeZone": "US-HI,includeTZOffset"}, query="$select=Sale")
        ask({"SaleId": "x"})
    assert ask({"SaleId": 703}).content == before


@pytest.mark.parametrize(
    "settings", [{"seed": 2}, {"style": "sample"}, {"now": "2027-03-01T08:00:00"}, {"locales": ("de_DE",)}]
)
def test_other_worlds(ask: Ask, settings: dict[str, object]) -> None:
    """Another seed, style, moment or locale gives another answer."""
    assert ask(**settings).content != ask().content
    assert ask(**settings).content == ask(**settings).content


def test_other_seed_other_credentials(ask: Ask) -> None:
    """Tickets are the seed's too."""
    assert ask(headers={"Authorization": f"SoTicket {default_ticket(2)}"}, user=None, seed=2).status_code == 200
    assert ask(headers={"Authorization": f"SoTicket {default_ticket(2)}"}, user=None).status_code == 401


def test_a_document_without_a_dialect(serving: Serving, client: httpx.Client) -> None:
    """So it is with any document."""
    url = serving(SHOP)
    for path in ("/products", "/products/7", "/categories/root", "/motd"):
        assert client.get(url + path).content == client.get(url + path).content
        assert client.get(serving(SHOP, locales=("en_US",)) + path).status_code == 200
    assert client.get(url + "/products/7").content != client.get(serving(SHOP, seed=2) + "/products/7").content
