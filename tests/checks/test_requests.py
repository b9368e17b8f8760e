"""What consumers do wrong, and that servers are not blamed for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mockserver.contract import Contract
from mockserver.exchange import Exchange
from mockserver.finding import Finding, Party, Severity
from mockserver.judging import Judge

Make = Callable[..., Exchange]
Find = Callable[..., list[Finding]]
Tell = Callable[..., list[tuple[str, str | None]]]
ERROR = {"Error": True, "ErrorType": "ArgumentException", "Message": "No", "ErrorSource": "SuperOffice"}
XML, FORM = "application/xml", "application/x-www-form-urlencoded"
PATCH, MERGE = "application/json-patch+json", "application/merge-patch+json"
REQUEST_ID = {"X-Request-Id": "0f8fad5b-d9cb-469f-a165-70867728950e", "Authorization": ""}


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", b'{"SaleId": 703}'),
        ("application/json", b'{"saleid": "703"}'),
        ("text/json", b"{}"),
        ("", b'{"SaleId": 703}'),
        (XML, b"<CreateDefaultReOpenAppointmentRequest><SaleId>703</SaleId></CreateDefaultReOpenAppointmentRequest>"),
        (FORM, b"SaleId=703"),
        (PATCH, b'[{"op": "add", "path": "saleid", "value": 703}]'),
        (PATCH, b'{"SaleId": 703}'),
        (MERGE, b'{"SaleId": 703}'),
    ],
)
def test_taken(found: Tell, answer: Any, media_type: str, body: bytes) -> None:
    """Bodies of all documented media types are read as the lenient server reads them."""
    assert found(answer, asked=body, request={"Content-Type": media_type}) == []


@pytest.mark.parametrize(
    ("media_type", "body", "expected"),
    [
        ("application/json", b'{"SaleId": "seven"}', ("request.body", "/SaleId")),
        ("application/json", b'{"SaleId": 456.0}', ("request.body", "/SaleId")),
        ("application/json", b'{"SaleId": null}', ("request.body", "/SaleId")),
        ("application/json", b"[]", ("request.body", "")),
        ("application/json", b'{"SaleId": 2147483648}', ("request.body", "/SaleId")),
        ("application/json", b'{"SaleId": 703', ("request.body-malformed", "")),
        ("application/json", b"", ("request.body-missing", "")),
        (XML, b"<Request><SaleId>x</SaleId></Request>", ("request.body", "/SaleId")),
        (XML, b"<Request><SaleId>7</Request>", ("request.body-malformed", "")),
        (FORM, b"SaleId=x", ("request.body", "/SaleId")),
        (PATCH, b'[{"op": "move", "path": "/SaleId"}]', ("request.body", "/0/op")),
        (PATCH, b'[{"op": "test", "path": "/SaleId", "value": 1}]', ("request.body", "")),
        ("application/json; charset=klingon", b"{}", ("request.media-type", None)),
        ("image/png", b"{}", ("request.media-type", None)),
    ],
)
@pytest.mark.parametrize("status", [200, 400, 404, 415])
def test_refused(
    findings: Find, answer: Any, media_type: str, body: bytes, expected: tuple[str, str | None], status: int
) -> None:
    """A wrong body is the consumer's error alone, whether the server refuses it or not, however it refuses it."""
    told = findings(answer if status == 200 else ERROR, asked=body, request={"Content-Type": media_type}, status=status)
    assert [(each.rule, each.pointer) for each in told] == [expected]
    assert told[0].party is Party.CONSUMER
    assert told[0].severity is Severity.ERROR
    assert told[0].contract is not None
    assert told[0].contract.line > 0


def test_unknown_names(findings: Find, answer: Any) -> None:
    """Names that the server passes over in silence are warnings: a member, a query parameter, a header."""
    told = findings(
        answer,
        query="$selct=Name&%24select=",
        asked={"SaleId": 703, "Sale": {"Id": 703}},
        request={"SO-Time-Zone": "NO", "SO-Language": "", "X-Mine": "1"},
    )
    assert [(each.rule, each.part, each.pointer, each.severity) for each in told] == [
        ("request.query-unknown", "query $selct", None, Severity.WARNING),
        ("request.header-misspelt", "request header so-time-zone", None, Severity.WARNING),
        ("request.member-unknown", "request body", "/Sale", Severity.WARNING),
    ]


class TestCredentials:
    """Who was let in, and who was not. What the credentials are is never told."""

    NOBODY: dict[str, str] = {"Authorization": ""}  # noqa: RUF012 (never changed)

    def test_refused(self, findings: Find) -> None:
        """A refused request lacks credentials: the consumer's error alone."""
        told = findings(ERROR, request=self.NOBODY, status=401, response={"WWW-Authenticate": "Basic"})
        assert [(each.rule, each.party) for each in told] == [("request.credentials", Party.CONSUMER)]

    def test_accepted(self, findings: Find, answer: Any) -> None:
        """An anonymous request that was answered is the provider's."""
        told = findings(answer, request=self.NOBODY)
        assert [(each.rule, each.severity) for each in told] == [("credentials.demanded", Severity.ERROR)]

    @pytest.mark.parametrize(
        "headers",
        [
            {"Authorization": "SOTICKET 7T:abc"},
            {"Authorization": "bearer 8A:abc"},
            {"Authorization": "[redacted]"},
            {"Authorization": "", "X-XSRF-TOKEN": "abc"},
        ],
    )
    def test_any_of_them(self, found: Tell, answer: Any, headers: dict[str, str]) -> None:
        """One of the schemes is enough, in any case; what was masked counts too."""
        assert found(answer, request=headers) == []

    def test_never_told(self, findings: Find) -> None:
        """No finding holds a credential."""
        told = findings(b"{", query="x=1", request={"Authorization": "Digest secret123"}, asked=b"{", status=401)
        assert told
        assert "secret123" not in repr(told)

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"request": {"X-Api-Key": "k", "Authorization": ""}}, []),
            ({"request": {"Authorization": "Bearer x"}}, []),
            ({"request": {"Authorization": "Basic x"}}, ["credentials.demanded"]),
            ({"request": {"Authorization": ""}}, ["credentials.demanded"]),
            ({"request": {"Authorization": ""}, "unrecorded": ["request headers"]}, []),
        ],
    )
    def test_other_documents(self, findings: Find, shop: Judge, given: Any, expected: list[str]) -> None:
        """Each operation has its own requirements."""
        path = "/v1/orders/0f8fad5b-d9cb-469f-a165-70867728950e"
        told = findings({}, by=shop, method="GET", path=path, asked=b"", **given)
        assert [each.rule for each in told if not each.rule.startswith("body.")] == expected


class TestParameters:
    """Parameters of other documents, in all places and styles."""

    PATH = "/stations/ABC12/readings"
    READINGS: dict[str, Any] = {"station_code": "ABC12", "hours": {"8": {"celsius": 4, "wind": 3}}}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({}, []),
            ({"query": "between=2026-01-01,2026-01-02&box[north]=60&box[south]=59"}, []),
            ({"query": "between=2026-01-01"}, [("request.parameter", "query between")]),
            ({"query": "between=2026-01-01,tomorrow"}, [("request.parameter", "query between")]),
            ({"query": "box[north]=up&box[south]=down"}, [("request.parameter", "query box")] * 2),
            ({"query": "box2[north]=1"}, [("request.query-unknown", "query box2[north]")]),
            ({"path": "/stations/abc/readings"}, [("request.parameter", "path station_code")]),
            ({"request": {"X-Request-Id": "7"}}, [("request.parameter", "request header X-Request-Id")]),
            ({"request": {"X-Request-Id": ""}}, [("request.parameter-missing", "request header X-Request-Id")]),
            ({"request": {"X-Request-Id": ""}, "unrecorded": ["request headers"]}, []),
        ],
    )
    def test_locations(self, findings: Find, weather: Judge, given: Any, expected: Any) -> None:
        """Each parameter keeps its schema, and the required ones are there."""
        headers = {**REQUEST_ID, **given.pop("request", {})}
        told = findings(
            self.READINGS, by=weather, **{"path": self.PATH, **given}, method="GET", asked=b"", request=headers
        )
        assert [(each.rule, each.part) for each in told] == expected

    def test_strictly(self, found: Tell, shop: Judge) -> None:
        """A document without a dialect is read to the letter: names in their case, digits no integers."""
        given = {"by": shop, "path": "/products", "request": {"X-Api-Key": "k"}, "status": 400}
        given["response"] = {"Content-Type": "application/problem+json"}
        told = found({}, asked={"Name": "Tea", "price": "3"}, **given)
        assert sorted(told, key=str) == [
            ("request.body", "/Name"),
            ("request.body", "/name"),
            ("request.body", "/price"),
        ]
        assert found({}, asked={"name": "Tea", "price": 3, "secret": "x"}, **given) == []


def test_accept(findings: Find, answer: Any) -> None:
    """A client that accepts nothing offered is warned: 406 is right then, and an answer a warning."""
    refused = findings(ERROR, request={"Accept": "image/png"}, status=406)
    assert [(each.rule, each.severity) for each in refused] == [("request.accept", Severity.WARNING)]
    answered = findings(answer, request={"Accept": "image/png"})
    assert [(each.rule, each.severity) for each in answered] == [
        ("request.accept", Severity.WARNING),
        ("accept.honoured", Severity.WARNING),
    ]


def test_unrecorded(found: Tell, answer: Any) -> None:
    """Of what was not recorded nothing is said."""
    assert found(answer, asked=b"", unrecorded=["request body"]) == []
    headless = {"request": {"Content-Type": "", "Authorization": ""}, "unrecorded": ["request headers"]}
    assert found(answer, asked=b"SaleId=703", **headless) == []
    assert found(answer, asked=b'{"SaleId": "x"}', **headless) == [("request.body", "/SaleId")]
    assert found(answer, asked=b"{", request={"Authorization": ""}, unrecorded=["request"]) == []


@pytest.mark.parametrize("status", [200, 204, 400, 401, 404, 405, 406, 415, 418, 429, 500, 503])
@pytest.mark.parametrize(
    ("request_", "query", "body"),
    [
        ({}, "", b'{"SaleId": 703}'),
        ({}, "", b'{"SaleId": "x"}'),
        ({}, "", b'{"SaleId": 703'),
        ({}, "", b'{"SaleId": 703, "X": 1}'),
        ({}, "", b""),
        ({"Content-Type": "image/png"}, "", b"x"),
        ({"Content-Type": PATCH}, "", b'[{"op": "move", "from": "/a", "path": "/b"}]'),
        ({"Accept": "image/png"}, "", b'{"SaleId": 703}'),
        ({"Authorization": ""}, "", b'{"SaleId": 703}'),
        ({"SO-TimeZone": "Moon"}, "", b'{"SaleId": 703}'),
        ({"SOTimeZone": "UTC"}, "page=2", b'{"SaleId": 703}'),
    ],
)
def test_of_a_probe_all_but_the_request_is_told(
    superoffice: Contract,
    exchange: Make,
    answer: dict[str, Any],
    *,
    request_: dict[str, str],
    query: str,
    body: bytes,
    status: int,
) -> None:
    """Nobody is blamed for what was sent on purpose, and what is said of the answer does not depend on that."""
    told = answer if status == 200 else b"" if status == 204 else ERROR
    made = exchange(told, asked=body, request=request_, query=query, status=status)
    judge = Judge(superoffice)
    for _ in range(3):
        findings = judge.judge(made).findings
        of_probe = judge.judge(replace(made, probe=True)).findings
        assert of_probe == tuple(each for each in findings if each.party is not Party.CONSUMER)
        assert of_probe == Judge(superoffice).judge(replace(made, probe=True)).findings
