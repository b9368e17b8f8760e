"""Exchanges with one thing to look at each, and what is found in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mockserver.contract import Contract
from mockserver.exchange import NOWHERE, Exchange, Headers, Origin, Part, Request, Response
from mockserver.finding import Finding, Severity
from mockserver.judging import Judge

FIXTURES = Path(__file__).parents[2] / "fixtures"
OPERATION = "CreateDefaultReOpenAppointment"
PATH = f"/api/v1/Agents/Appointment/{OPERATION}"
JSON = "application/json"
# The credentials of the vendor's page.
BASIC = {"Authorization": "Basic dGplMDpUamUw"}
Fields = Mapping[str, str]
Find = Callable[..., list[Finding]]


def encoded(value: Any) -> bytes:
    """Return *value* as a body: bytes as they are, anything else as JSON."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def exchange(  # noqa: PLR0913 (an exchange has as many parts)
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


def errors(findings: Iterable[Finding]) -> list[tuple[str, str | None]]:
    """Return rule and pointer of the errors among *findings*."""
    return [(each.rule, each.pointer) for each in findings if each.severity is Severity.ERROR]


def rules(findings: Iterable[Finding]) -> list[str]:
    """Return the rules of *findings*."""
    return [each.rule for each in findings]


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
def appointment() -> dict[str, Any]:
    """An appointment in every form that recordings of real servers hold."""
    value: dict[str, Any] = json.loads((FIXTURES / "answers" / "appointment.json").read_bytes())
    return value
