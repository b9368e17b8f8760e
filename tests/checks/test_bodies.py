"""Response bodies: read, judged to the last leaf, and told of once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path as File
from typing import Any, ClassVar, NamedTuple

import pytest

from mockserver import media
from mockserver.checks import bodies
from mockserver.contract import Contract, Document, Shape
from mockserver.contract.pointer import build
from mockserver.exchange import Exchange, Headers, Request, Response
from mockserver.finding import Finding, Severity
from mockserver.judging import Judge

FIXTURES = File(__file__).parents[2] / "fixtures"
PAGE = (FIXTURES / "pages" / "CreateDefaultReOpenAppointment.md").read_text("utf-8")
JSON, XML = "application/json", "application/xml"
OPERATION = "CreateDefaultReOpenAppointment"
SECRET = {"type": "string", "writeOnly": True}
ERROR = {"Error": True, "ErrorType": "ArgumentException", "Message": "No", "ErrorSource": "SuperOffice"}
Make = Callable[..., Exchange]
Find = Callable[..., list[Finding]]
Tell = Callable[..., list[tuple[str, str | None]]]
Path = tuple[str | int, ...]
WRONG: dict[str, list[Any]] = {
    "string": [7, True, {}, ["text"]],
    "integer": ["7", 7.5, 456.0, True, {}],
    "number": ["7.5", False, []],
    "boolean": ["true", 1, {}],
    "object": ["text", 7, []],
    "array": [{}, "text", 7],
}
REMOVED: Any = object()


class Mutation(NamedTuple):
    """A value with one place broken, what is found there, and what was done."""

    value: Any
    rule: str
    pointer: str
    what: Any


def places(value: Any, shape: Shape, path: Path = ()) -> Iterator[tuple[Path, Any, Shape]]:
    """Yield *value* and all that stands in it, each with its path and shape; undeclared members are left out."""
    yield path, value, shape
    if isinstance(value, dict):
        for name, member in value.items():
            declared = shape.properties.get(name) or (shape.additional if shape.is_dictionary else None)
            if declared is not None:
                yield from places(member, declared, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, shape.items, (*path, index))


def mutations(value: Any, shape: Shape) -> Iterator[Mutation]:
    """Yield *value* broken in every single place, in every way that its schema forbids."""
    for path, here, declared in places(value, shape):
        pointer = build(path)
        for rule, wrong in _wrongs(here, declared):
            yield Mutation(changed(value, path, wrong), rule, pointer, wrong)
        if isinstance(here, dict):
            for name in declared.required & here.keys():
                inner = (*path, name)
                yield Mutation(changed(value, inner, REMOVED), "body.required", build(inner), f"no {name}")


def _wrongs(value: Any, shape: Shape) -> Iterator[tuple[str, Any]]:
    if not shape.nullable:
        yield "body.null", None
    for wrong in WRONG[shape.kind]:
        yield "body.type", wrong
    node = shape.node
    if "enum" in node:
        yield "body.enum", "NoSuchValue"
    if "pattern" in node:
        yield "body.format", "no such thing"
    if node.get("format") == "iso-date-time":
        yield from (("body.format", text) for text in ("2026-02-30T09:00:00", "2026-01-15", "2026-01-15T24:00:00"))
    if node.get("format") == "int32":
        yield from (("body.range", number) for number in (2**31, -(2**31) - 1, 10**30))
    if "maxLength" in node:
        yield "body.range", "x" * (node["maxLength"] + 1)


def changed(value: Any, path: Path, new: Any) -> Any:
    """Return *value* with *new* at *path*, or without what is there; what is not on the way is shared."""
    if not path:
        return new
    first, *rest = path
    if isinstance(value, list):
        return [*value[: int(first)], changed(value[int(first)], tuple(rest), new), *value[int(first) + 1 :]]
    if new is REMOVED and not rest:
        return {name: member for name, member in value.items() if name != first}
    return {name: changed(member, tuple(rest), new) if name == first else member for name, member in value.items()}


def errors(judge: Judge, exchange: Exchange) -> list[tuple[str, str | None]]:
    """Return rule and pointer of the errors in *exchange*, whatever its path."""
    judged = judge.judge_as(judge.contract.operation(OPERATION), exchange)
    return [(each.rule, each.pointer) for each in judged.findings if each.severity is Severity.ERROR]


@pytest.fixture(scope="module")
def shape(superoffice: Contract) -> Shape:
    return superoffice.document.component("AppointmentEntity")


def sample() -> Any:
    """The body of the page's sample response."""
    block = PAGE.partition("\n## Sample response\n")[2].partition("```http\n")[2].partition("\n```")[0]
    return json.loads(block.partition("\n\n")[2])


class TestEveryPlace:
    """The law: each single break of each single place is found there, and nothing else is."""

    def test_recording(self, judge: Judge, exchange: Make, appointment: Any, shape: Shape) -> None:
        """A recording in every form that real servers send has no error, and each break of it has one."""
        assert errors(judge, exchange(appointment, unrecorded=["request"])) == []
        for each in mutations(appointment, shape):
            found = errors(judge, exchange(each.value, unrecorded=["request"]))
            assert found == [(each.rule, each.pointer)], each.what

    def test_page(self, judge: Judge, exchange: Make, shape: Shape) -> None:
        """So it is with the documentation page's sample."""
        assert errors(judge, exchange(sample(), unrecorded=["request"])) == []
        for each in once_each(mutations(sample(), shape)):
            found = errors(judge, exchange(each.value, unrecorded=["request"]))
            assert found == [(each.rule, each.pointer)], each.what

    def test_provider(self, judge: Judge, exchange: Make, answer: Any, shape: Shape) -> None:
        """So it is with an answer of our own, whose request is known."""
        assert judge.judge(exchange(answer)).findings == ()
        for each in once_each(mutations(answer, shape)):
            assert errors(judge, exchange(each.value)) == [(each.rule, each.pointer)], each.what

    def test_xml(self, judge: Judge, exchange: Make, answer: Any, shape: Shape) -> None:
        """So it is in XML, at the same pointers."""

        def told(value: Any) -> Exchange:
            return exchange(media.encode(XML, value, shape), request={"Accept": XML}, response={"Content-Type": XML})

        assert judge.judge(told(answer)).findings == ()
        for each in once_each(mutations(slim(answer), shape)):
            assert errors(judge, told(each.value)) == [(each.rule, each.pointer)], each.what

    def test_several(self, found: Tell, answer: Any) -> None:
        """Every break is told, not the first alone, in the order of the body."""
        broken = {**answer, "AppointmentId": "7", "Type": None, "Location": "x" * 255}
        del broken["Sale"]
        assert found(broken) == [
            ("body.type", "/AppointmentId"),
            ("body.null", "/Type"),
            ("body.range", "/Location"),
            ("body.required", "/Sale"),
        ]

    def test_drift(self, findings: Find, answer: Any) -> None:
        """A member that the contract does not know is a note, one for each place."""
        drifted = {**answer, "_Links": {}, "Sale": {**answer["Sale"], "New/est": 1}}
        notes = [(each.rule, each.severity, each.pointer) for each in findings(drifted)]
        assert notes == [
            ("drift.property", Severity.NOTE, "/Sale/New~1est"),
            ("drift.property", Severity.NOTE, "/_Links"),
        ]

    def test_fields(self, findings: Find, answer: Any) -> None:
        """A finding names place, expectation and line of the contract."""
        (finding,) = findings({**answer, "Sale": {**answer["Sale"], "Probability": "90"}})
        assert finding.part == "response body"
        assert finding.expected == "integer"
        assert finding.actual == "string '90'"
        assert finding.operation == OPERATION
        assert finding.contract is not None
        assert finding.contract.pointer == "/components/schemas/Sale/properties/Probability/type"
        line = (FIXTURES.parent / "openapi" / "superoffice.yaml").read_text("utf-8").splitlines()
        assert "Probability" in line[finding.contract.line - 1] or "int32" in line[finding.contract.line - 1]


def slim(value: Any) -> Any:
    """Return *value* with one entry of each FieldProperties: the others are of the same form, and XML is slow."""
    if isinstance(value, list):
        return [slim(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: dict(list(member.items())[:1]) if name == "FieldProperties" else slim(member)
        for name, member in value.items()
    }


def once_each(mutated: Iterator[Mutation]) -> Iterator[Mutation]:
    """Yield the first way to break each rule at each place."""
    seen: set[tuple[str, str]] = set()
    for each in mutated:
        if (each.rule, each.pointer) not in seen:
            seen.add((each.rule, each.pointer))
            yield each


class TestSyntax:
    """What can be wrong before a schema is asked."""

    @pytest.mark.parametrize(
        ("body", "rule"),
        [
            (b"", "body.missing"),
            (b"  \r\n", "body.missing"),
            (b'{"Error": true', "body.malformed"),
            (b'{"Error": true} x', "body.malformed"),
            (b'{"Error": NaN}', "body.malformed"),
            (b'{"Error": tr\xffue}', "body.malformed"),
            (b"Internal failure", "body.malformed"),
        ],
    )
    def test_unreadable(self, found: Tell, body: bytes, rule: str) -> None:
        """A body that is not there or not JSON is one error, at the body as a whole."""
        assert found(body) == [(rule, "")]

    def test_byte_order_mark(self, findings: Find, answer: Any) -> None:
        """A mark, or another charset, is a warning, and the value is judged all the same."""
        marked = b"\xef\xbb\xbf" + json.dumps({**answer, "AppointmentId": "7"}).encode()
        assert {(each.rule, each.severity) for each in findings(marked)} == {
            ("body.encoding", Severity.WARNING),
            ("body.type", Severity.ERROR),
        }
        latin = json.dumps(answer, ensure_ascii=True).encode("latin-1")
        assert [each.rule for each in findings(latin, response={"Content-Type": f"{JSON}; charset=iso-8859-1"})] == [
            "body.encoding"
        ]

    def test_write_only(self, findings: Find) -> None:
        """What the schema has for requests alone is told wherever it stands, and its value is shown nowhere."""
        user = {
            "type": "object",
            "required": ["password"],
            "properties": {"password": SECRET, "name": {"type": "string"}},
        }
        users = {"type": "array", "items": {"anyOf": [user, {"type": "integer"}]}}
        content = {"application/json": {"schema": users}}
        operation = {"operationId": "it", "responses": {"200": {"description": "", "content": content}}}
        root = {"openapi": "3.0.3", "info": {"title": "It", "version": "1"}, "paths": {"/it": {"get": operation}}}
        given = {"by": Judge(Contract(Document(root))), "method": "GET", "path": "/it", "asked": b""}
        assert findings([{"name": "Kari"}, {}, 7], **given) == []
        told = findings([{"name": "Kari"}, {"password": "hunter2"}], **given)
        assert [(each.rule, each.pointer) for each in told] == [("body.write-only", "/1/password")]
        assert "hunter2" not in str(told)

    def test_unknown_charset(self, found: Tell, answer: Any) -> None:
        """Of a charset that nobody knows no text can be read."""
        assert found(answer, response={"Content-Type": f"{JSON}; charset=klingon"}) == [("body.malformed", "")]

    @pytest.mark.parametrize("layout", [{}, {"indent": 2}, {"separators": (" , ", " : ")}, {"ensure_ascii": False}])
    def test_duplicates(self, found: Tell, answer: Any, layout: dict[str, Any]) -> None:
        """A name that occurs twice is told, however the body is laid out, and texts do not confuse it."""
        answer = {**answer, "Description": '"x": 1, \\"y\\": \\', "Title": "a\\", "Location": 'b\\":'}
        text = json.dumps(answer, **layout)
        assert found(text.encode()) == []
        twice = re.sub(r'"Sale"( ?):', r'"SaleId"\1: 1, "SaleId"\1: 2, "Sale"\1:', text, count=1)
        assert sorted(found(twice.encode())) == [("body.duplicate-member", "/SaleId"), ("drift.property", "/SaleId")]

    def test_deep(self, found: Tell) -> None:
        """Nesting beyond measure is an error of the body, and no crash of ours."""
        assert found(b"[" * 100_000) == [("body.malformed", "")]
        assert found(b"[" * 5000 + b"]" * 5000) == [("body.malformed", "")]


class TestPresence:
    """Bodies where none can be, and none where one is due."""

    @pytest.mark.parametrize("status", [204, 304])
    def test_bodiless(self, found: Tell, answer: Any, status: int) -> None:
        """204 and 304 have no body (RFC 9110, section 6.4.1)."""
        assert ("body.unexpected", "") in found(answer, status=status)

    def test_head(self, found: Tell, shop: Judge) -> None:
        """An answer to HEAD is one to GET without its body."""
        given = {"by": shop, "method": "HEAD", "path": "/v1/motd", "asked": b""}
        assert found(b"", **given) == []
        assert found({"text": "Hi"}, **given) == [("body.unexpected", "")]

    def test_undocumented(self, findings: Find, shop: Judge) -> None:
        """A body that the contract does not know of is a note."""
        given = {
            "by": shop,
            "method": "DELETE",
            "path": "/products/7",
            "asked": b"",
            "request": {"Authorization": "Bearer x"},
        }
        assert findings(b"", status=204, response={"Content-Type": ""}, **given) == []
        assert [each.rule for each in findings({}, status=204, **given)] == ["body.unexpected"]

    def test_empty_object(self, found: Tell) -> None:
        """``{}`` for an entity lacks every required member."""
        assert {rule for rule, _ in found({})} == {"body.required"}
        assert len(found({})) == 57


class TestErrors:
    """Errors as the document has them."""

    def test_as_success(self, found: Tell) -> None:
        """An error that says 200 is one finding, and not one for each member that an appointment has."""
        assert found(ERROR) == [("error.as-success", "")]

    @pytest.mark.parametrize("status", [400, 401, 406, 413, 415])
    def test_documented(self, found: Tell, status: int) -> None:
        """A documented error keeps its own schema."""
        given = {"status": status, "asked": {"SaleId": "x"}, "response": {"WWW-Authenticate": "Basic"}}
        assert [each for each in found(ERROR, **given) if each[0] != "request.body"] == []
        assert ("body.enum", "/Error") in found({**ERROR, "Error": False}, **given)

    def test_undocumented(self, found: Tell) -> None:
        """An error of another status is told, and how it looks if it looks unlike the others."""
        assert found(ERROR, status=404) == [("status.documented", None)]
        assert found({"message": "oops"}, status=404) == [("status.documented", None), ("error.shape", "")]

    @pytest.mark.parametrize(("status", "is_alike"), [("404", True), ("four", False)])
    def test_undocumented_in_xml(self, shop: Judge, status: str, is_alike: bool) -> None:
        """A number is one in XML, too."""
        body = f"<problem><title>x</title><status>{status}</status></problem>".encode()
        fields = Headers([("Content-Type", "application/problem+xml")])
        exchange = Exchange(Request("POST", "/products", body=b"{}"), Response(404, fields, body))
        told = shop.judge(exchange).findings
        assert ("error.shape" not in {each.rule for each in told}) is is_alike


class TestOtherDocuments:
    """Schemas of other vendors."""

    PRODUCT: ClassVar[dict[str, Any]] = {
        "productId": 7,
        "name": "Tea",
        "price": 3.5,
        "category": {"name": "drinks", "children": []},
        "stock": 4,
    }

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({}, []),
            ({"price": 0}, [("body.range", "/price")]),
            ({"price": 3.555}, [("body.range", "/price")]),
            ({"discontinued": None}, []),
            ({"discontinued": "2026-02-30"}, [("body.format", "/discontinued")]),
            (
                {"category": {"name": "drinks", "children": [{"name": "tea", "children": []}]}},
                [("body.enum", "/category/children/0/name")],
            ),
            ({"related": [{}, {}, {}, {}]}, "body.range"),
            ({"colour": "red"}, [("drift.property", "/colour")]),
        ],
    )
    def test_product(self, found: Tell, shop: Judge, change: Any, expected: Any) -> None:
        """Ranges, formats, recursion and nullable members."""
        told = found({**self.PRODUCT, **change}, by=shop, method="GET", path="/v1/products/7", asked=b"")
        assert told == expected if isinstance(expected, list) else expected in dict(told)

    @pytest.mark.parametrize(
        ("payment", "expected"),
        [
            ({"kind": "card", "digits": "1234"}, []),
            ({"kind": "card", "digits": "12"}, [("body.format", "/payment/digits")]),
            ({"kind": "invoice", "days": 15}, [("body.enum", "/payment/days")]),
            ({"kind": "cash"}, [("body.choice", "/payment/kind")]),
            ({"kind": "card", "digits": "1234", "pin": "0"}, [("drift.property", "/payment/pin")]),
        ],
    )
    def test_discriminator(self, found: Tell, shop: Judge, payment: Any, expected: Any) -> None:
        """Of a union the branch that the value names is asked; merged schemas know each other's members."""
        order = {
            "orderId": "0f8fad5b-d9cb-469f-a165-70867728950e",
            "customer": {"email": "ada@example.org", "firstName": "Ada", "lastName": "Berg"},
            "payment": payment,
            "lines": [{"productId": 1, "count": 2}],
        }
        path = "/v1/orders/0f8fad5b-d9cb-469f-a165-70867728950e"
        told = found(order, by=shop, method="GET", path=path, asked=b"", request={"X-Api-Key": "k"})
        assert told == expected

    def test_text_and_default(self, found: Tell, shop: Judge) -> None:
        """A plain text, and an answer that ``default`` documents."""
        text = {"by": shop, "method": "GET", "path": "/motd", "asked": b"", "response": {"Content-Type": "text/plain"}}
        assert found(b"Umbrellas", **text) == []
        tree = {"by": shop, "method": "GET", "path": "/categories/root", "asked": b""}
        assert found({"name": "food", "children": []}, **tree) == []
        assert found({"name": "food"}, **tree) == [("body.required", "/children")]


def test_undeclared_members() -> None:
    """Undeclared is what no part of the schema speaks of."""
    from mockserver.contract import Document  # noqa: PLC0415 (for this test alone)

    document = Document({"components": {"schemas": {}}})
    cat = {"type": "object", "properties": {"lives": {"type": "integer"}}}
    dog = {"type": "object", "properties": {"barks": {"type": "boolean"}}}

    def names(node: Any, value: Any) -> list[str]:
        return [pointer for pointer, _, _ in bodies.undeclared(value, document.shape(node, f"/{node}"), "")]

    assert names({"allOf": [cat, dog]}, {"lives": 9, "barks": True, "age": 3}) == ["/age"]
    assert names({"anyOf": [cat, dog]}, {"barks": True}) == []
    assert names({"anyOf": [cat, dog]}, {"barks": True, "age": 3}) == ["/age"]
    assert names({"type": "object"}, {"age": 3}) == []
    assert names({**cat, "additionalProperties": True}, {"age": 3}) == []
    assert names({"type": "array", "items": cat}, [{"age": 3}, {"lives": 9}]) == ["/0/age"]
    assert names({"type": "object", "additionalProperties": cat}, {"Tom": {"age": 3}}) == ["/Tom/age"]
