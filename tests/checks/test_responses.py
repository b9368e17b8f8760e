"""Statuses, media types, headers, challenges and lengths of answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver import media
from mockserver.contract import Contract
from mockserver.exchange import Origin
from mockserver.finding import Finding, Party, Severity
from mockserver.judging import Judge

Find = Callable[..., list[Finding]]
Tell = Callable[..., list[tuple[str, str | None]]]
ERROR = {"Error": True, "ErrorType": "ArgumentException", "Message": "No", "ErrorSource": "SuperOffice"}
JSON, XML = "application/json", "application/xml"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (201, ["status.documented"]),
        (204, ["status.documented"]),
        (302, ["status.documented"]),
        (400, []),
        (403, ["status.documented"]),
        (404, ["status.documented"]),
        (405, ["status.fits"]),
        (406, ["status.fits"]),
        (415, ["status.fits"]),
        (429, ["drift.status"]),
        (500, ["status.server-error"]),
        (501, ["status.server-error"]),
        (503, ["drift.status"]),
    ],
)
def test_status(findings: Find, status: int, expected: list[str]) -> None:
    """An undocumented status is an error; what servers in between say is a note; a crash has a rule of its own."""
    told = findings(b"" if status == 204 else ERROR, status=status)
    assert [each.rule for each in told] == expected
    assert all(each.severity is (Severity.NOTE if each.rule.startswith("drift") else Severity.ERROR) for each in told)


def test_default_is_no_excuse(found: Tell, shop: Judge) -> None:
    """A document's ``default`` names answers, and no crashes; ranges of statuses count as documented."""
    tree = {"by": shop, "method": "GET", "path": "/categories/root", "asked": b""}
    assert found({"name": "food", "children": []}, status=500, **tree) == [("status.server-error", None)]


def test_head_where_the_document_has_get_alone(findings: Find, shop: Judge) -> None:
    """Some frameworks refuse it (405), others answer it: neither says anything about GET."""
    for method, expected in (("HEAD", []), ("GET", ["status.fits"])):
        told = findings(b"", status=405, by=shop, method=method, path="/products", asked=b"")
        assert [each.rule for each in told if each.rule.startswith("status")] == expected


def test_not_modified(found: Tell) -> None:
    """304 answers whoever asked whether something changed."""
    assert found(b"", status=304) == [("status.documented", None)]
    assert found(b"", status=304, request={"If-None-Match": '"1"'}) == []


class TestContentType:
    """What a body says that it is."""

    @pytest.mark.parametrize(
        ("content_type", "expected"),
        [
            ("application/json", []),
            ("APPLICATION/JSON; Charset=UTF-8", []),
            ("text/json", []),
            ("application/merge-patch+json", []),
            ("", ["content-type.missing"]),
            ("text/plain", ["content-type.documented"]),
            ("application/vnd.api+json", ["content-type.documented"]),
            ("nonsense", ["content-type.documented"]),
            ("application/json; charset=utf-8, text/html", ["content-type.documented"]),
            ("application/json; charset=", ["content-type.documented"]),
            (XML, ["content-type.true"]),
        ],
    )
    def test_of_json(self, findings: Find, answer: Any, content_type: str, expected: list[str]) -> None:
        """A missing, undocumented or untrue label is one error; the body is judged by what it is."""
        told = findings(answer, response={"Content-Type": content_type})
        assert [each.rule for each in told] == expected
        broken = findings({**answer, "Type": "Lunch"}, response={"Content-Type": content_type})
        if content_type != "text/plain":
            assert [each.rule for each in broken] == [*expected, "body.enum"]

    def test_xml_as_json(self, found: Tell, superoffice: Contract, answer: Any) -> None:
        """XML under the label of JSON is told too."""
        shape = superoffice.document.component("AppointmentEntity")
        assert found(media.encode(XML, answer, shape)) == [("content-type.true", None)]

    def test_ranges(self, found: Tell) -> None:
        """A media range of the document covers what is in it."""
        content = {
            "text/*": {"schema": {"type": "string"}},
            "image/png": {"schema": {"type": "string", "format": "binary"}},
        }
        judge = Judge(_contract({"200": {"description": "", "content": content}}))
        given = {"by": judge, "method": "GET", "path": "/it", "asked": b""}
        assert found(b"a,b", response={"Content-Type": "text/csv"}, **given) == []
        assert found(b"\x89PNG\x00", response={"Content-Type": "image/png"}, **given) == []
        assert found(b"{}", response={"Content-Type": "application/json"}, **given) == [
            ("content-type.documented", None)
        ]

    def test_accept(self, found: Tell, answer: Any) -> None:
        """The answer is of a type that the client takes, where it takes one that is offered."""
        assert found(answer, request={"Accept": "application/json; charset=utf-8"}) == []
        assert found(answer, request={"Accept": "text/html, */*;q=0.1"}) == []
        assert found(answer, request={"Accept": XML}) == [("accept.honoured", None)]
        assert found(answer, request={"Accept": "application/json;q=0, */*"}) == [("accept.honoured", None)]


def _contract(responses: dict[str, Any]) -> Contract:
    from mockserver.contract import Document  # noqa: PLC0415 (for two tests)

    root = {
        "openapi": "3.0.3",
        "info": {"title": "It", "version": "1"},
        "paths": {"/it": {"get": {"operationId": "it", "responses": responses}}},
    }
    return Contract(Document(root))


class TestHeaders:
    """Headers of answers."""

    def test_documented(self, findings: Find, shop: Judge) -> None:
        """A documented header keeps its schema."""
        product = {"productId": 7, "name": "Tea", "price": 3, "category": {"name": "food", "children": []}, "stock": 0}
        given = {"by": shop, "method": "GET", "path": "/products", "asked": b""}
        assert findings([product], response={"X-Total-Count": "4"}, **given) == []
        (finding,) = findings([product], response={"X-Total-Count": "-4"}, **given)
        assert (finding.rule, finding.part) == ("header.value", "response header X-Total-Count")
        assert finding.contract is not None
        assert finding.contract.line > 0

    def test_required(self, found: Tell) -> None:
        """A header that the document requires is there."""
        node = {"description": "", "headers": {"X-Page": {"required": True, "schema": {"type": "integer"}}}}
        given = {"by": Judge(_contract({"200": node})), "method": "GET", "path": "/it", "asked": b""}
        assert found(b"", response={"Content-Type": "", "X-Page": "1"}, **given) == []
        assert found(b"", response={"Content-Type": ""}, **given) == [("header.missing", None)]

    def test_unknown(self, findings: Find, answer: Any) -> None:
        """Headers that neither the contract nor everybody knows are notes, each one."""
        told = findings(
            answer,
            response={"Date": "now", "Server": "IIS", "X-Powered-By": "ASP.NET", "SO-TimeZone": "NO", "X-Shard": "4"},
        )
        assert [(each.rule, each.part, each.severity) for each in told] == [
            ("drift.header", "response header x-shard", Severity.NOTE)
        ]

    def test_challenge(self, found: Tell) -> None:
        """A 401 tells which credentials would do, and is told of once if it does not."""
        assert found(ERROR, status=401) == [("credentials.challenge", None)]
        assert found(ERROR, status=401, response={"WWW-Authenticate": "Bearer"}) == []

    @pytest.mark.parametrize(
        ("challenge", "severity"),
        [
            ('Basic realm="a, b", Bearer error="invalid_token"', None),
            ('Negotiate, SOTICKET realm="x"', None),
            ("Negotiate YII=, basic", None),
            ("Negotiate", Severity.WARNING),
            ('Digest realm="x", nonce="7"', Severity.WARNING),
            ("please, sign in!", Severity.ERROR),
            ('realm="x"', Severity.ERROR),
            ('"Basic"', Severity.ERROR),
        ],
    )
    def test_schemes(self, findings: Find, challenge: str, severity: Severity | None) -> None:
        """A challenge can be read (RFC 9110, section 11.6.1), and names a scheme of the document."""
        told = findings(ERROR, status=401, response={"WWW-Authenticate": challenge})
        assert [(each.rule, each.severity) for each in told] == (
            [] if severity is None else [("credentials.challenge", severity)]
        )

    def test_keys_have_no_scheme(self, found: Tell) -> None:
        """Where the document takes API keys alone any scheme is as good as another: none is registered for them."""
        contract = _contract({"401": {"description": ""}})
        root = contract.document.root
        root["components"] = {"securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}
        root["security"] = [{"Key": []}]
        given = {"by": Judge(Contract(contract.document)), "method": "GET", "path": "/it", "asked": b"", "status": 401}
        told = found(b"", request={"X-Key": "1"}, response={"Content-Type": "", "WWW-Authenticate": "Key"}, **given)
        assert told == []


def test_anonymous_export(findings: Find, answer: Any) -> None:
    """Where credentials may have been left out, one warning says so, of no operation; else nothing excuses it."""
    for status, body in ((200, answer), (400, ERROR)):
        (finding,) = findings(body, status=status, request={"Authorization": ""}, unrecorded=["request credentials"])
        assert (finding.rule, finding.severity) == ("recording.credentials", Severity.WARNING)
        assert finding.operation == ""
    (finding,) = findings(answer, request={"Authorization": ""}, origin=Origin("traffic.har", 0, 3))
    assert (finding.rule, finding.severity) == ("credentials.demanded", Severity.ERROR)
    assert findings(answer, unrecorded=["request credentials"]) == []


class TestLength:
    """Bodies that were not recorded whole."""

    def test_truncated(self, findings: Find) -> None:
        """A body shorter than announced is the recording's matter: that it cannot be read is not told besides."""
        (finding,) = findings(b'{"Error": tr', response={"Content-Length": "500"})
        assert (finding.rule, finding.party) == ("recording.length", Party.RECORDING)

    def test_no_length(self, found: Tell, answer: Any) -> None:
        """A length of thousands of digits is none."""
        assert found(answer, response={"Content-Length": "9" * 5000}) == []

    @pytest.mark.parametrize("header", ["Content-Encoding", "Transfer-Encoding"])
    def test_encoded(self, found: Tell, answer: Any, header: str) -> None:
        """Of a body that was unpacked the length says nothing."""
        assert found(answer, response={"Content-Length": "500", header: "gzip"}) == []
        assert found(answer, response={"Content-Length": "500"}) == [("recording.length", None)]
