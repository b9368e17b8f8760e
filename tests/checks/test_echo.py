"""The entity shown is the one asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.contract import Contract, Document
from mockserver.finding import Finding
from mockserver.judging import Judge

Find = Callable[..., list[Finding]]
Tell = Callable[..., list[tuple[str, str | None]]]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (b'{"SaleId": 703}', []),
        (b'{"saleid": "703"}', []),
        (b'{"SaleId": 704}', [("echo.id", "/Sale/SaleId")]),
        (b'{"SALEID": "704"}', [("echo.id", "/Sale/SaleId")]),
        (b'{"SaleId": 0}', []),
        (b'{"SaleId": -1}', []),
        (b"{}", []),
    ],
)
def test_sale(found: Tell, answer: Any, asked: bytes, expected: Any) -> None:
    """The sale shown is the one asked for, however it was asked; an id below 1 asks for none."""
    assert found(answer, asked=asked) == expected


def test_not_shown(found: Tell, answer: Any) -> None:
    """No sale where one was asked for is worth a look; nothing is said where none was, or nobody knows."""
    without = {**answer, "Sale": None}
    assert found(without, asked={"SaleId": 704}) == [("echo.shown", "/Sale")]
    assert found(without, asked={"SaleId": 0}) == []
    assert found(without, asked={"SaleId": 704}, unrecorded=["request body"]) == []
    assert found(answer, asked={"SaleId": 704}, unrecorded=["request body"]) == []


def test_fields(findings: Find, answer: Any) -> None:
    """The finding names both ids, and the property in the contract."""
    (finding,) = findings(answer, asked={"SaleId": 704})
    assert (finding.expected, finding.actual) == ("704", "703")
    assert finding.contract is not None
    assert finding.contract.pointer == "/components/schemas/Sale/properties/SaleId"


def test_path(found: Tell, shop: Judge) -> None:
    """An id in the path chooses as well; items of arrays are not chosen."""
    product = {"productId": 7, "name": "Tea", "price": 3, "category": {"name": "food", "children": []}, "stock": 0}
    given = {"by": shop, "method": "GET", "asked": b""}
    assert found(product, path="/products/7", **given) == []
    assert found({**product, "related": [{**product, "productId": 8}]}, path="/products/7", **given) == []
    assert found(product, path="/products/8", **given) == [("echo.id", "/productId")]


def entity(name: str, **members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": "integer"}, **members}}


def by(path: str, parameter: str, schemas: dict[str, Any], answer: Any) -> Judge:
    """Return a judge by a document with one GET operation that has one parameter."""
    location = "path" if "{" in path else "query"
    given = {"name": parameter, "in": location, "required": location == "path", "schema": {"type": "integer"}}
    content = {"application/json": {"schema": answer}}
    operation = {"parameters": [given], "responses": {"200": {"description": "", "content": content}}}
    root = {
        "openapi": "3.0.3",
        "info": {"title": "It", "version": "1"},
        "paths": {path: {"get": operation}},
        "components": {"schemas": schemas},
    }
    return Judge(Contract(Document(root)))


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def test_plain_id(found: Tell) -> None:
    """A plain ``id`` at the end of the path is that of the answer itself, and not of what stands in it."""
    schemas = {"Pet": entity("id", owner=reference("Owner")), "Owner": entity("id")}
    judge = by("/pets/{id}", "id", schemas, reference("Pet"))
    given = {"by": judge, "method": "GET", "path": "/pets/7", "asked": b""}
    assert found({"id": 7, "owner": {"id": 3}}, **given) == []
    assert found({"id": 8, "owner": {"id": 7}}, **given) == [("echo.id", "/id")]


def test_several(found: Tell) -> None:
    """Of several of a type side by side the one called after it is meant; without one, none is."""
    people = {
        "Person": entity("PersonId"),
        "Visit": entity("VisitId", Person=reference("Person"), Guest=reference("Person")),
    }
    judge = by("/visit", "personId", people, reference("Visit"))
    given = {"by": judge, "method": "GET", "path": "/visit", "query": "personId=7", "asked": b""}
    assert found({"Person": {"PersonId": 7}, "Guest": {"PersonId": 8}}, **given) == []
    assert found({"Person": {"PersonId": 8}, "Guest": {"PersonId": 7}}, **given) == [("echo.id", "/Person/PersonId")]
    people["Visit"] = entity("VisitId", Host=reference("Person"), Guest=reference("Person"))
    judge = by("/visit", "personId", people, reference("Visit"))
    assert found({"Host": {"PersonId": 9}, "Guest": {"PersonId": 8}}, **{**given, "by": judge}) == []
