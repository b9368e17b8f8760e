"""Which operation an exchange is of, and the verdict as a whole."""

from __future__ import annotations

import asyncio
import json
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver import Contract, Exchange, Finding, Headers, Judge, Request, Response, check, exchange_of, media
from mockserver.contract import Document
from mockserver.documents import bundled
from mockserver.errors import DocumentError
from mockserver.exchange import Origin
from mockserver.finding import Party
from mockserver.judging import find, once
from mockserver.server.assembly import assemble
from mockserver.server.settings import Settings

ROOT = Path(__file__).parents[1]
OPERATION = "CreateDefaultReOpenAppointment"
PATH = f"/api/v1/Agents/Appointment/{OPERATION}"
BASIC = {"Authorization": "Basic dGplMDpUamUw"}
ERROR = b'{"Error": true, "ErrorType": "ArgumentException", "Message": "No", "ErrorSource": "SuperOffice"}'


def bare(method: str, path: str, status: int = 200) -> Exchange:
    return Exchange(Request(method, path), Response(status))


@pytest.fixture(scope="module")
def judge(superoffice: Contract) -> Judge:
    return Judge(superoffice)


@pytest.fixture(scope="module")
def shop() -> Contract:
    return Contract.load(ROOT / "fixtures" / "documents" / "shop.yaml")


class TestOperation:
    """The operation that method and path mean."""

    @pytest.mark.parametrize(
        ("path", "base_path", "is_found"),
        [
            (PATH, None, True),
            (f"/Cust12345{PATH}", None, True),
            (f"/a/b{PATH}", None, True),
            (f"{PATH}/", None, False),
            (PATH.lower(), None, False),
            (PATH, "/Cust12345", False),
            (f"/Cust12345{PATH}", "/Cust12345", True),
            (f"/Cust12345{PATH}", "/Cust12345/", True),
            (f"/Cust1{PATH}", "/Cust12345", False),
            (PATH, "", True),
            (f"/Cust12345{PATH}", "", False),
        ],
    )
    def test_base_path(self, superoffice: Contract, path: str, base_path: str | None, is_found: bool) -> None:
        """A tenant's name may stand before the path, unless it is said what does."""
        found = find(superoffice, "POST", path, base_path=base_path)
        assert (found.operation is not None) is is_found

    @pytest.mark.parametrize(
        ("method", "path", "expected"),
        [
            ("GET", "/v1/products/7", "getProduct"),
            ("GET", "/products/7", "getProduct"),
            ("GET", "/proxy/v1/products/7", "getProduct"),
            ("HEAD", "/v1/products/7", "getProduct"),
            ("DELETE", "/v1/products/7", "removeProduct"),
            ("GET", "/v1/products/7%2F8", "getProduct"),
            ("GET", "/v1/products/7/8", None),
            ("", "/v1/motd", "message"),
            ("GET", "/v1/products/7/reviews", None),
            ("PUT", "/v1/products/7", None),
        ],
    )
    def test_paths(self, shop: Contract, method: str, path: str, expected: str | None) -> None:
        """The path of the document's server may stand before it; HEAD is GET; an unknown method is the first."""
        operation = find(shop, method, path).operation
        assert (operation and operation.id) == expected

    def test_templates_do_not_catch_all(self) -> None:
        """A path that is all template is not the end of any other path."""
        operation = {"operationId": "it", "responses": {"200": {"description": ""}}}
        given = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        root = {"openapi": "3.0.3", "info": {"title": "It", "version": "1"}}
        contract = Contract(Document({**root, "paths": {"/{id}": {"parameters": [given], "get": operation}}}))
        assert find(contract, "GET", "/seven").operation is not None
        assert find(contract, "GET", "/styles/main.css").operation is None

    def test_unknown(self, judge: Judge) -> None:
        """What the contract does not know is a warning about the consumer, and of no operation."""
        judged = judge.judge(bare("GET", "/favicon.ico", 404))
        assert (judged.operation, judged.status) == (None, 404)
        assert [(each.rule, each.party) for each in judged.findings] == [("request.path", Party.CONSUMER)]
        judged = judge.judge(bare("GET", f"/Cust1{PATH}", 405))
        assert [(each.rule, each.expected, each.actual) for each in judged.findings] == [
            ("request.method", "POST", "GET")
        ]

    @pytest.mark.parametrize("path", [PATH, "/favicon.ico"])
    @pytest.mark.parametrize("method", ["POST", "GET"])
    def test_a_probe(self, judge: Judge, method: str, path: str) -> None:
        """Of what was sent to see what becomes of it only the answer is judged."""
        exchange = bare(method, path, 418)
        blamed = [each.party for each in judge.judge(exchange).findings]
        assert Party.CONSUMER in blamed
        of_probe = [each.party for each in judge.judge(replace(exchange, probe=True)).findings]
        assert of_probe == [each for each in blamed if each is not Party.CONSUMER]

    def test_preflight(self, judge: Judge) -> None:
        """A browser's OPTIONS before its request is nobody's mistake (Fetch, CORS-preflight request)."""
        assert judge.judge(bare("OPTIONS", PATH, 204)).findings == ()


class TestVerdict:
    """What comes back."""

    def test_place(self, judge: Judge) -> None:
        """Each finding names the operation and the place of its exchange, cached heads or not."""
        for number in (3, 4):
            origin = Origin("traffic.ndjson", 0, number, "line")
            request = Request("POST", PATH, "", Headers(BASIC.items()), b"{}")
            judged = judge.judge(Exchange(request, Response(403, Headers([("X-Shard", "1")]), ERROR), origin=origin))
            assert judged.operation == OPERATION
            assert {each.rule for each in judged.findings} == {
                "status.documented",
                "content-type.missing",
                "drift.header",
            }
            assert {(each.operation, each.origin) for each in judged.findings} == {(OPERATION, origin)}

    def test_heads_do_not_mix(self, judge: Judge) -> None:
        """Two exchanges that differ in one header have their own findings each."""
        answers = [{"X-One": "1"}, {"X-Two": "1"}, {}]
        found = [
            [each.actual for each in judge.judge(_refused(headers)).findings if each.rule == "drift.header"]
            for headers in answers + answers
        ]
        assert found == [["x-one"], ["x-two"], []] * 2

    def test_chosen(self, superoffice: Contract) -> None:
        """Rules, and families of them, are chosen or left out by name."""
        exchange = _refused({"X-One": "1"})

        def told(**chosen: Any) -> list[str]:
            return sorted(each.rule for each in Judge(superoffice, **chosen).judge(exchange).findings)

        assert told() == ["drift.header", "status.documented"]
        assert told(ignore=["drift"]) == ["status.documented"]
        assert told(ignore=["status.documented", "drift.property"]) == ["drift.header"]
        assert told(select=["drift"]) == ["drift.header"]
        assert told(select=["dr"]) == []

    def test_check(self, superoffice: Contract) -> None:
        """The same in one call."""
        assert [each.rule for each in check(superoffice, _refused({}))] == ["status.documented"]

    def test_unknown_dialect(self) -> None:
        """A dialect that nobody knows stops us, with the place in the document."""
        root = {"openapi": "3.0.3", "x-dialect": "klingon", "info": {"title": "It", "version": "1"}, "paths": {}}
        with pytest.raises(DocumentError, match="klingon"):
            Judge(Contract(Document(root)))

    def test_once(self) -> None:
        """Of a place that is wrong in itself nothing else is said; every reason why it is wrong is."""
        rules = {each.id: each for each in Judge(Contract.load(bundled())).rules}

        def finding(rule: str, pointer: str) -> Finding:
            return rules[rule].finding("", part="response body", pointer=pointer)

        given = [
            finding("body.type", "/a"),
            finding("body.range", "/a"),
            finding("echo.id", "/a"),
            finding("echo.id", "/b"),
        ]
        assert [(each.rule, each.pointer) for each in once(given)] == [
            ("body.type", "/a"),
            ("body.range", "/a"),
            ("echo.id", "/b"),
        ]


def _refused(headers: dict[str, str]) -> Exchange:
    fields = {"Content-Type": "application/json", **headers}
    request = Request("POST", PATH, "", Headers(BASIC.items()), b"{}")
    return Exchange(request, Response(403, Headers(fields.items()), ERROR))


class TestDocumentation:
    """docs/checks.md and the rules agree."""

    def test_table(self, judge: Judge) -> None:
        """The page has one row for each rule: id, party, severity, and what it says."""
        text = (ROOT / "docs" / "checks.md").read_text("utf-8")
        rows = re.findall(r"^\| `([a-z-]+\.[a-z-]+)` \| (\w+) \| (\w+) \| ([^|]+) \|", text, re.MULTILINE)
        assert sorted(rows) == sorted((each.id, str(each.party), str(each.severity), each.says) for each in judge.rules)

    def test_ids(self, judge: Judge) -> None:
        """Ids are unique, and rules say something whole."""
        assert len({each.id for each in judge.rules}) == len(judge.rules)
        assert all(each.says.endswith(".") or each.says.endswith(")") for each in judge.rules)


ACCEPTS = [
    "application/json",
    "text/json",
    "application/xml",
    "text/xml",
    "*/*",
    "",
    "text/*;q=0.5, application/xml;q=0.1",
]
SELECTS = [
    "",
    "$select=name,department,category/id",
    "$select=Sale,Contact/NAME",
    "$select=Nothing",
    "%24select=CreatedDate,Recurrence/Dates/Date",
    "$select=CustomFields/SuperOffice:1,TableRight",
]
ZONES = ["", "", "NO", "utc,includeTZOffset", "includeTZOffset", "US-NY,includeTZOffset", "AU1,includeTZOffset", "460"]
LANGUAGES: list[dict[str, str]] = [
    {},
    {"Accept-Language": "en"},
    {"SO-Language": "GE", "SO-Culture": "de"},
    {"SO-Language": "", "Accept-Language": "de"},
    {"Accept-Language": "tlh"},
]
BODIES = ["application/json", "text/xml", "application/x-www-form-urlencoded", "application/merge-patch+json"]


class TestGoodServer:
    """Our own server keeps its own contract."""

    @pytest.mark.parametrize("style", ["realistic", "sample"])
    def test_no_finding(self, judge: Judge, superoffice: Contract, style: str) -> None:
        """Over ten seeds, whatever is asked for, right requests have no finding and wrong ones none of the provider."""
        shape = next(iter(superoffice.operation(OPERATION).contents.values())).schema
        assert shape is not None

        async def ask(seed: int) -> list[httpx.Response]:
            chance = random.Random(f"{style} {seed}")
            app = assemble(Settings(document=str(bundled()), seed=seed, style=style, log=False)).app
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
                client.headers.clear()
                return [await client.post(PATH, **_asking(chance, shape.shape)) for _ in range(20)]

        for seed in range(1, 11):
            for response in asyncio.run(ask(seed)):
                findings = judge.judge(exchange_of(response)).findings
                if response.status_code == 200:
                    assert findings == (), response.request.headers
                assert [each for each in findings if each.party is Party.PROVIDER] == [], response.request.headers

    def test_refusals(self, judge: Judge) -> None:
        """Its refusals are right: the consumer is told what was wrong with the request, and the provider of nothing."""
        wrong: list[tuple[dict[str, Any], int, str]] = [
            ({"headers": {}}, 401, "request.credentials"),
            ({"json": {"SaleId": "x"}}, 400, "request.body"),
            (
                {"content": b"{", "headers": {**BASIC, "Content-Type": "application/json"}},
                400,
                "request.body-malformed",
            ),
            ({"content": b"", "headers": {**BASIC, "Content-Type": "application/json"}}, 400, "request.body-missing"),
            ({"content": b"x", "headers": {**BASIC, "Content-Type": "image/png"}}, 415, "request.media-type"),
            ({"headers": {**BASIC, "Accept": "image/png"}}, 406, "request.accept"),
            ({"headers": {**BASIC, "SO-TimeZone": "Mars"}}, 400, "request.time-zone"),
        ]

        async def ask() -> list[httpx.Response]:
            app = assemble(Settings(document=str(bundled()), log=False)).app
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
                client.headers.clear()
                given = [
                    {"headers": BASIC, **({} if "content" in sent else {"json": {"SaleId": 7}}), **sent}
                    for sent, _, _ in wrong
                ]
                return [await client.post(PATH, **each) for each in given]

        for response, (_, status, rule) in zip(asyncio.run(ask()), wrong, strict=True):
            assert response.status_code == status
            assert [each.rule for each in judge.judge(exchange_of(response)).findings] == [rule]


def _asking(chance: random.Random, shape: Any) -> dict[str, Any]:
    """Return what a client may send: body, media types, $select, zone and language by chance."""
    media_type = chance.choice(BODIES)
    body = {chance.choice(["SaleId", "saleid"]): chance.choice([703, 1, "17", 0, -5, 2**31 - 1])}
    headers = {**BASIC, "Content-Type": media_type, **chance.choice(LANGUAGES)}
    headers |= {
        name: value
        for name, value in (("Accept", chance.choice(ACCEPTS)), ("SO-TimeZone", chance.choice(ZONES)))
        if value
    }
    return {"content": media.encode(media_type, body, shape), "headers": headers, "params": chance.choice(SELECTS)}


JUDGE = Judge(Contract.load(bundled()))
RULES = {each.id for each in JUDGE.rules}

texts = st.text(max_size=30)
headers = st.lists(
    st.tuples(
        st.sampled_from(
            ["Content-Type", "Accept", "SO-TimeZone", "Accept-Language", "Content-Length", "X", "Authorization"]
        ),
        st.sampled_from(
            ["application/json", "application/xml; charset=x", "text/plain", ";;", "NO,includeTZOffset", "9"]
        )
        | texts,
    ),
    max_size=5,
).map(Headers)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["Sale", "SaleId", "StartDate", "x"]), inner)
    ),
    max_leaves=8,
)
bodies = st.binary(max_size=40) | values.map(lambda value: json.dumps(value).encode())


paths = st.sampled_from([PATH, f"/t{PATH}", "/", ""])
exchanges = st.builds(
    Exchange,
    st.builds(Request, st.sampled_from(["POST", "GET", "", "x"]), paths, texts, headers, bodies),
    st.builds(Response, st.integers(100, 599), headers, bodies),
    unrecorded=st.frozensets(st.sampled_from(["request", "request headers", "response headers", "response body"])),
)


@given(exchanges)
def test_whatever_comes(exchange: Exchange) -> None:
    """No message at all makes a judge fail, and all that it finds is of its rules."""
    assert {each.rule for each in JUDGE.judge(exchange).findings} <= RULES


def test_a_path_of_many_steps(judge: Judge) -> None:
    """Only its end can be a path of the contract: with all of its ends it would take gigabytes."""
    path = "/a" * 100_000
    (finding,) = judge.judge(Exchange(Request("POST", path), Response(200))).findings
    assert finding.rule == "request.path"
    judged = judge.judge(Exchange(Request("POST", path + PATH), Response(200)))
    assert judged.operation == "CreateDefaultReOpenAppointment"
