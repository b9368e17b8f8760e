from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.document import Document
from mockserver.contract.shape import Shape
from mockserver.superoffice.selection import Selection, select


def selected(value: Any, text: str, shape: Shape) -> Any:
    selection = Selection.parse(text)
    assert selection is not None
    return select(value, selection, shape)


def shown(value: Any) -> Any:
    """What is not null of a value: members and items that hold something."""
    if isinstance(value, dict):
        return {name: shown(item) for name, item in value.items() if item is not None}
    return [shown(item) for item in value] if isinstance(value, list) else value


class TestParse:
    """The text of ``$select``."""

    @pytest.mark.parametrize("text", [None, "", " ", ",", " , ,", "/", " / ,"])
    def test_nothing_selects_everything(self, text: str | None) -> None:
        """Nothing, blanks and commas select everything."""
        assert Selection.parse(text) is None

    @pytest.mark.parametrize(
        "text", ["Name,category/id", " NAME , Category / Id ", "name,,category//id,", "/name,/category/id"]
    )
    def test_spelling_does_not_matter(self, text: str) -> None:
        """Case, blanks and needless commas and slashes make no difference."""
        assert Selection.parse(text) == Selection.parse("name,category/id")


class TestSelect:
    """What is left of an answer."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("appointmentid", {"AppointmentId": 0}),
            ("Sale/SaleId", {"Sale": {"SaleId": 703}}),
            ("SALE/contact/NAME,sale/saleid", {"Sale": {"SaleId": 703, "Contact": {"Name": "Fjord AS"}}}),
            ("Participants/AssociateId", {"Participants": [{"AssociateId": 5}, {"AssociateId": 6}]}),
            ("Addresses/Name", {"Addresses": [[{"Name": "[SR_NO]"}], []]}),
            ("customfields/superoffice:2", {"CustomFields": {"SuperOffice:2": "[F:0.5]"}}),
            ("CustomFields/none", {"CustomFields": {}}),
            ("unknown,AppointmentId", {"AppointmentId": 0}),
            ("Sale/unknown", {}),
            ("Description/deeper", {}),
            ("Participants/0/AssociateId", {}),
            ("unknown", {}),
            ("Mother/StartDate", {}),
            ("Recurrence/Dates", {"Recurrence": {"Dates": [{"Date": "2002-03-31T00:00:00"}]}}),
        ],
    )
    def test_only_what_is_selected_is_shown(self, answer: Any, appointment: Shape, text: str, expected: Any) -> None:
        """A path shows what it leads to; an unknown name shows nothing."""
        assert shown(selected(answer, text, appointment)) == expected

    def test_keys_stay_in_order(self, answer: Any, appointment: Shape) -> None:
        """What is not selected is null, never dropped."""
        told = selected(answer, "Sale/Title", appointment)
        assert list(told) == list(answer)
        assert list(told["Sale"]) == list(answer["Sale"])

    def test_the_whole_wins_over_a_part(self, answer: Any, appointment: Shape) -> None:
        """Selecting an object and something in it selects all of it, in any order."""
        for text in ("Sale,Sale/SaleId", "Sale/SaleId,Sale"):
            assert selected(answer, text, appointment)["Sale"] == answer["Sale"]

    def test_each_item_of_an_array_is_treated_alike(self, answer: Any, document: Document) -> None:
        """An array answer is selected from item by item."""
        shape = document.shape({"type": "array", "items": {"$ref": "#/components/schemas/Sale"}}, "/none")
        sale = answer["Sale"]
        assert selected([sale, None], "SaleId", shape) == [{"SaleId": 703, "Title": None, "Contact": None}, None]

    @pytest.mark.parametrize("value", [None, 5, "text", True, 1.5])
    def test_what_is_no_object_passes(self, appointment: Shape, value: Any) -> None:
        """Null and scalars are returned as they are."""
        assert selected(value, "Name", appointment) is value

    def test_a_value_of_unknown_form_is_selected_from_by_name(self, appointment: Shape) -> None:
        """Where the schema says nothing, the value's own names count, in any case."""
        value = {"Anything": {"One": 1, "Two": [{"Three": 3, "Four": 4}]}}
        assert selected(value, "anything/two/three", appointment) == {
            "Anything": {"One": None, "Two": [{"Three": 3, "Four": None}]}
        }

    def test_the_value_is_not_changed(self, answer: Any, appointment: Shape) -> None:
        """The answer is shared by other requests."""
        before = copy.deepcopy(answer)
        selected(answer, "Sale/Contact/Name,Participants/Name,CustomFields/x", appointment)
        assert answer == before

    def test_a_path_of_any_length_is_harmless(self, answer: Any, appointment: Shape) -> None:
        """A hostile path through a recursive schema costs no more than its length."""
        assert shown(selected(answer, "/".join(["Mother"] * 20_000), appointment)) == {}


class TestCovers:
    """What a check may expect of an answer."""

    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            (("AppointmentId",), True),
            (("sale", "contact", "name"), True),
            (("Sale", "Contact"), True),
            (("Sale", "SaleId"), False),
            (("Participants", 1, "AssociateId"), True),
            (("Participants", 1, "Name"), False),
            (("Description",), False),
            ((), True),
        ],
    )
    def test_a_path_is_covered_if_something_of_it_is_shown(self, path: tuple[str | int, ...], expected: bool) -> None:
        """What leads to something selected is covered as well as what is below it."""
        selection = Selection.parse("AppointmentId,Sale/Contact,Participants/AssociateId")
        assert selection is not None
        assert selection.covers(path) is expected


names = st.sampled_from(
    [
        "AppointmentId",
        "sale",
        "Sale/SaleId",
        "participants/name",
        "CustomFields",
        "Mother",
        "x",
        "Recurrence/Dates/Date",
    ]
)
paths = st.lists(names, min_size=1, max_size=4)


@given(paths, paths)
def test_selections_add_up(document: Document, one: list[str], two: list[str]) -> None:
    """Two lists together show what each of them shows."""
    shape = document.component("Appointment")
    value = {
        "AppointmentId": 1,
        "Sale": {"SaleId": 2, "Title": "t"},
        "Participants": [{"AssociateId": 3, "Name": "n"}],
        "Mother": {"Sale": None},
    }
    both = selected(value, ",".join(one + two), shape)
    first, second = (selected(value, ",".join(each), shape) for each in (one, two))
    for name in value:
        if both[name] in (first[name], second[name]):
            continue
        assert shown(both[name]) != {}
        assert first[name] is not None
        assert second[name] is not None


@given(paths)
def test_selecting_twice_is_selecting_once(document: Document, chosen: list[str]) -> None:
    """Nothing more is lost the second time."""
    shape = document.component("Appointment")
    value = {"AppointmentId": 1, "Sale": {"SaleId": 2, "Title": "t"}, "Participants": [{"AssociateId": 3, "Name": "n"}]}
    once = selected(value, ",".join(chosen), shape)
    assert selected(once, ",".join(chosen), shape) == once
