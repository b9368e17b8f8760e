"""$select, as clients send it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver import media
from mockserver.contract import Contract
from mockserver.documents import bundled

Ask = Callable[..., httpx.Response]

NAMES = list(Contract.load(bundled()).document.component("AppointmentEntity").properties)


def selected(ask: Ask, select: str) -> Any:
    """Return the answer to a request for *select*."""
    response = ask(query=f"$select={quote(select)}")
    assert response.status_code == 200, response.text
    return response.json()


def shown(value: Any) -> Any:
    """Return what is left of *value* without nulls, and without objects and arrays that hold nothing else."""
    if isinstance(value, dict):
        kept = {name: shown(member) for name, member in value.items()}
        return {name: member for name, member in kept.items() if member is not None} or None
    if isinstance(value, list):
        return [item for item in map(shown, value) if item is not None] or None
    return value


@pytest.mark.parametrize(
    "select",
    [
        "AppointmentId,Sale/SaleId",
        "appointmentid,sale/saleid",
        "APPOINTMENTID,SALE/SALEID",
        " AppointmentId , Sale/SaleId ",
        "AppointmentId,\tSale / SaleId",
        "Sale/SaleId,AppointmentId",
        "AppointmentId,AppointmentId,Sale/SaleId,",
        ",,AppointmentId,,Sale/SaleId",
        "AppointmentId,Sale/SaleId,Nobody,Sale/Nobody,Nobody/SaleId",
        "AppointmentId,/Sale/SaleId/",
        "AppointmentId,Sale/SaleId,Sale/SaleId/Deeper",
    ],
)
def test_what_is_selected_is_shown(ask: Ask, select: str) -> None:
    """Names match in any case, blanks and unknown names do not matter, and ``/`` reaches inside."""
    assert shown(selected(ask, select)) == {"AppointmentId": 0, "Sale": {"SaleId": 703}}


@pytest.mark.parametrize("select", ["name,department,category/id", "Name,department,category", "Nobody", "/", "sale/x"])
def test_only_unknown_names(ask: Ask, select: str) -> None:
    """The page's own examples name nothing that an appointment has: all is null then, and nothing is dropped."""
    answer = selected(ask, select)
    assert list(answer) == NAMES
    assert select == "/" or set(answer.values()) == {None} or shown(answer) is None


@pytest.mark.parametrize("query", ["", "$select=", "$select=%20", "$select=,,", "$select", "select=Name", "$Foo=1"])
def test_everything(ask: Ask, query: str) -> None:
    """Without a name, everything is shown."""
    assert ask(query=query).content == ask().content


@pytest.mark.parametrize(
    "query",
    [
        "$select=AppointmentId,Type",
        "%24select=AppointmentId%2CType",
        "$Select=AppointmentId,Type",
        "$SELECT=AppointmentId&$select=Type",
        "a=b&$select=AppointmentId,+Type&c",
    ],
)
def test_spelling_of_the_parameter(ask: Ask, query: str) -> None:
    """The parameter may be encoded, in any case, among others, and given twice."""
    assert shown(ask(query=query).json()) == {"AppointmentId": 0, "Type": "inDiary"}


@pytest.mark.parametrize(
    ("select", "answer"),
    [
        ("Participants/AssociateId", {"Participants": [{"AssociateId": 1}]}),
        ("VisibleFor/visibility", {"VisibleFor": [{"Visibility": "All"}]}),
        (
            "FieldProperties/AppointmentId/FieldType",
            {"FieldProperties": {"AppointmentId": {"FieldType": "System.Int32"}}},
        ),
        (
            "fieldproperties/appointmentid/FIELDTYPE",
            {"FieldProperties": {"AppointmentId": {"FieldType": "System.Int32"}}},
        ),
        ("Recurrence/Dates/IsConflict", {"Recurrence": {"Dates": [{"IsConflict": False}]}}),
    ],
)
def test_paths(ask: Ask, select: str, answer: Any) -> None:
    """A path reaches into every item of an array, and into dictionaries."""
    assert shown(selected(ask, select)) == answer


@pytest.mark.parametrize(("first", "then"), [("CustomFields", "SuperOffice:1"), ("Sale", "Title"), ("Task", "Value")])
def test_values_are_those_of_the_whole(ask: Ask, first: str, then: str) -> None:
    """What is shown is what the whole answer shows there."""
    answer, whole = selected(ask, f"{first}/{then}".lower()), ask().json()
    assert answer[first] == {name: whole[first][name] if name == then else None for name in whole[first]}


def test_a_path_shows_all_below_it(ask: Ask) -> None:
    """A nested object that is named whole is whole; beside a path into it, too."""
    whole = ask().json()["Sale"]
    assert selected(ask, "Sale")["Sale"] == whole
    assert selected(ask, "Sale/SaleId,Sale")["Sale"] == whole


@settings(max_examples=60)
@given(st.sets(st.sampled_from(NAMES), min_size=1), st.randoms())
def test_never_dropped(ask: Ask, names: set[str], random: Any) -> None:
    """Whatever is selected, every member is there, in order: as it is, or null."""
    whole = ask().json()
    spelled = [random.choice([str, str.lower, str.upper])(name) for name in names]
    answer = selected(ask, ",".join(spelled))
    assert list(answer.items()) == [(name, whole[name] if name in names else None) for name in whole]


@pytest.mark.parametrize("media_type", ["application/xml", "text/xml", "text/json", "application/merge-patch+json"])
def test_media_types(ask: Ask, superoffice: Contract, media_type: str) -> None:
    """In the other media types null is null too, and dropped just as little."""
    query = "$select=AppointmentId,Sale/SaleId,Participants/AssociateId"
    response = ask(headers={"Accept": media_type}, query=query)
    shape = superoffice.document.component("AppointmentEntity")
    assert media.decode(media_type, response.content, shape) == ask(query=query).json()


def test_errors_are_whole(ask: Ask) -> None:
    """Nothing is selected from an error."""
    error = ask({"SaleId": "x"}, query="$select=Message").json()
    assert list(error) == ["Error", "ErrorType", "Message", "ErrorSource"]
    assert None not in error.values()
