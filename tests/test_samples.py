from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mockserver.contract import Contract, Schema
from mockserver.documents import bundled
from mockserver.errors import DocumentError, UsageError
from mockserver.samples import samples

DOCUMENTS = Path(__file__).parents[1] / "fixtures" / "documents"
SHOP, WEATHER = str(DOCUMENTS / "shop.yaml"), str(DOCUMENTS / "weather.json")
DEFAULTS: dict[str, Any] = {"operation": None, "request": None, "count": 1, "select": None, "seed": 1}


def printed(document: str = "", **options: Any) -> list[Any]:
    return [json.loads(text) for text in samples(document or str(bundled()), **{**DEFAULTS, **options})]


def test_the_document_s_example_is_asked_for() -> None:
    """Without a request, what the document shows as one is asked for."""
    (answer,) = printed()
    assert answer["Sale"]["SaleId"] == 703


def test_layout() -> None:
    """One answer is laid out for people, several are a line each for programs."""
    (text,) = samples(str(bundled()), **DEFAULTS)
    assert text.startswith('{\n  "')
    lines = list(samples(str(bundled()), **{**DEFAULTS, "count": 3}))
    assert all("\n" not in line for line in lines)


@pytest.mark.parametrize("style", ["realistic", "sample"])
def test_answers_keep_the_contract(superoffice: Contract, style: str) -> None:
    """What is printed is good as a fixture."""
    schema = Schema(superoffice.document, {"$ref": "#/components/schemas/AppointmentEntity"}, "")
    for answer in printed(count=20, style=style):
        assert schema.violations(answer) == []


@pytest.mark.parametrize("operation", Contract.load(SHOP).operation_ids)
def test_answers_of_the_shop(operation: str) -> None:
    """So it is for any document, without a request too."""
    documented = Contract.load(SHOP).operation(operation)
    answer = documented.answers[min(documented.answers)]
    for value in printed(SHOP, operation=operation, count=3):
        for content in answer.contents.values():
            assert content.schema is None or content.media_type == "text/plain" or content.schema.is_valid(value)


def test_counting() -> None:
    """The first whole number that is asked for counts up; every answer is about another thing."""
    answers = printed(SHOP, operation="getProduct", request='{"productId": 7}', count=3)
    assert [answer["productId"] for answer in answers] == [7, 8, 9]


def test_counting_without_a_number() -> None:
    """Where no number is asked for, the seed counts up instead."""
    first, second = printed(WEATHER, operation="readings", count=2)
    assert first != second
    assert [second] == printed(WEATHER, operation="readings", seed=2)


@pytest.mark.parametrize(
    ("request_", "sale"),
    [('{"SaleId": 5}', 5), ('{"saleid": 5}', 5), ('{"SALEID": "5"}', 5), ('{"Foo": 1, "SaleId": 5}', 5)],
)
def test_requests_are_lenient(request_: str, sale: int) -> None:
    """Names in any case, digits as a text, unknown members ignored."""
    (answer,) = printed(request=request_)
    assert answer["Sale"]["SaleId"] == sale


def test_selection() -> None:
    """What is not selected is null."""
    (answer,) = printed(select="appointmentid, Sale/SaleId")
    assert answer["AppointmentId"] == 0
    assert answer["Sale"]["SaleId"] == 703
    assert answer["Contact"] is None
    (whole,) = printed()
    assert list(answer) == list(whole)


@pytest.mark.parametrize("name", ["seed", "style", "now", "locales"])
def test_worlds(name: str) -> None:
    """Another world gives other answers, the same one the same."""
    other: dict[str, Any] = {"seed": 2, "style": "sample", "now": "2030-01-01T00:00:00", "locales": ("de_DE",)}
    assert printed(**{name: other[name]}) == printed(**{name: other[name]}) != printed()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"operation": "none"}, "--operation none: the document has CreateDefaultReOpenAppointment"),
        ({"request": "x"}, "--request is not JSON: "),
        ({"request": "3"}, "--request is not a JSON object"),
        ({"request": '{"SaleId": 2147483648}'}, "--request: /SaleId: 2147483648 is not at most 2147483647"),
    ],
)
def test_mistakes(options: dict[str, Any], message: str) -> None:
    """A mistake says how to mend it."""
    with pytest.raises(UsageError) as caught:
        printed(**options)
    assert str(caught.value).startswith(message)


def test_an_unreadable_document() -> None:
    """So does a document that is none."""
    with pytest.raises(DocumentError, match="cannot be read"):
        printed("nowhere.yaml")
