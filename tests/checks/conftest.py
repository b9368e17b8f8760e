"""Exchanges with one thing to look at each, and what is found in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mockserver.contract import Contract
from mockserver.exchange import NOWHERE, Exchange, Headers, Origin, Part, Request, Response
from mockserver.finding import Finding
from mockserver.judging import Judge
from mockserver.provider import Provider

FIXTURES = Path(__file__).parents[2] / "fixtures"
OPERATION = "CreateDefaultReOpenAppointment"
PATH = f"/api/v1/Agents/Appointment/{OPERATION}"
JSON = "application/json"
# The credentials of the vendor's page.
BASIC = {"Authorization": "Basic dGplMDpUamUw"}
Fields = Mapping[str, str]
Make = Callable[..., Exchange]
Find = Callable[..., list[Finding]]
Tell = Callable[..., list[tuple[str, str | None]]]


def encoded(value: Any) -> bytes:
    """Return *value* as a body: bytes as they are, anything else as JSON."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def _exchange(  # noqa: PLR0913 (an exchange has as many parts)
    answer: Any = b"",
    *,
    method: str = "POST",
    path: str = PATH,
    query: str = "",
    asked: Any = b'{"SaleId": 703}',
    request: Fields | None = None,
    status: int = 200,
    response: Fields | None = None,
    origin: Origin = NOWHERE,
    unrecorded: Iterable[Part] = (),
) -> Exchange:
    """Return an exchange that breaks nothing but what is given; a header that is "" is left out."""
    sent = {**BASIC, "Content-Type": JSON, **(request or {})}
    told = {"Content-Type": f"{JSON}; charset=utf-8", **(response or {})}
    return Exchange(
        Request(method, path, query, _fields(sent), encoded(asked)),
        Response(status, _fields(told), encoded(answer)),
        origin=origin,
        unrecorded=frozenset(unrecorded),
    )


def _fields(headers: Fields) -> Headers:
    return Headers([(name, value) for name, value in headers.items() if value])


@pytest.fixture(scope="session")
def judge(superoffice: Contract) -> Judge:
    """A judge by the contract that the package ships."""
    return Judge(superoffice)


@pytest.fixture(scope="session")
def shop() -> Judge:
    """A judge by a document without a dialect."""
    return Judge(Contract.load(FIXTURES / "documents" / "shop.yaml"))


@pytest.fixture(scope="session")
def weather() -> Judge:
    """A judge by another document without a dialect."""
    return Judge(Contract.load(FIXTURES / "documents" / "weather.json"))


@pytest.fixture(scope="session")
def exchange() -> Make:
    """Make an exchange, see :func:`_exchange`."""
    return _exchange


@pytest.fixture(scope="session")
def findings(judge: Judge) -> Find:
    """Make an exchange and judge it, by the contract that the package ships or another judge: ``by=shop``."""

    def findings(answer: Any = b"", *, by: Judge = judge, **given: Any) -> list[Finding]:
        return list(by.judge(_exchange(answer, **given)).findings)

    return findings


@pytest.fixture(scope="session")
def found(findings: Find) -> Tell:
    """The same, told by rule and pointer."""
    return lambda *answer, **given: [(each.rule, each.pointer) for each in findings(*answer, **given)]


@pytest.fixture(scope="session")
def answer(superoffice: Contract) -> dict[str, Any]:
    """What our own provider answers for sale 703."""
    told = Provider(superoffice, seed=1).answer(superoffice.operation(OPERATION), {"SaleId": 703}).value
    value: dict[str, Any] = json.loads(json.dumps(told))  # of its own, to the last member: to be copied and changed
    return value


@pytest.fixture(scope="session")
def appointment() -> dict[str, Any]:
    """An appointment in every form that recordings of real servers hold."""
    value: dict[str, Any] = json.loads((FIXTURES / "answers" / "appointment.json").read_bytes())
    return value
