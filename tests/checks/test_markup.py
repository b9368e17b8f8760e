"""XML answers that a lenient reader takes, and that are wrong all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver import media
from mockserver.contract import Contract

Tell = Callable[..., list[tuple[str, str | None]]]
XML = "application/xml"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


@pytest.fixture(scope="module")
def found_in(found: Tell, superoffice: Contract, answer: Any) -> Tell:
    """What is found in our XML answer once a text in it is replaced."""
    shape = superoffice.document.component("AppointmentEntity")
    whole = media.encode(XML, answer, shape).decode()

    def found_in(old: str = "", new: str = "", count: int = -1) -> list[tuple[str, str | None]]:
        assert old in whole
        body = whole.replace(old, new, count).encode()
        return found(body, request={"Accept": XML}, response={"Content-Type": f"{XML}; charset=utf-8"})

    return found_in


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("<AppointmentEntity", "  <!-- a comment --><AppointmentEntity", []),
        ("AppointmentEntity", "ContactEntity", [("xml.root", "")]),
        ("AppointmentEntity", "appointmentEntity", [("xml.root", "")]),
        ("<AppointmentEntity", '<AppointmentEntity xmlns="urn:other"', [("xml.namespace", "")]),
        ("SaleId>", "saleId>", [("xml.structure", "/Sale/SaleId")]),
        ("SaleId>", "SaleNumber>", [("body.required", "/Sale/SaleId"), ("drift.property", "/Sale/SaleNumber")]),
        ("VisibleFor>", "VisibleTo>", "body.required"),
        ("<Sale>", "<Sale>stray", [("xml.structure", "/Sale")]),
        ('<Priority xsi:nil="true"/>', '<Priority nil="true"/>', "xml.structure"),
        ('<Priority xsi:nil="true"/>', '<Priority xsi:nil="perhaps"/>', "xml.structure"),
        ('<Priority xsi:nil="true"/>', '<Priority xsi:nil="true">1</Priority>', [("xml.structure", "/Priority")]),
        ('<Priority xsi:nil="true"/>', '<Priority xsi:nil="1"/>', []),
        (INSTANCE, "urn:other", "xml.structure"),
        ("<HasAlarm>false</HasAlarm>", "<HasAlarm>maybe</HasAlarm>", [("body.type", "/HasAlarm")]),
        ("</AppointmentEntity>", "", [("body.malformed", "")]),
    ],
)
def test_forms(found_in: Tell, old: str, new: str, expected: Any) -> None:
    """Root, namespaces, names, nil and stray text, each told once at its place."""
    told = found_in(old, new)
    assert told == expected if isinstance(expected, list) else expected in dict(told)


def test_items(found_in: Tell) -> None:
    """An item is called after its type."""
    assert found_in("ParticipantInfo>", "Participant>") == [("xml.structure", "/Participants/0")]


def test_entities_are_refused(found: Tell) -> None:
    """A document type declaration is an error, and nothing in it is read."""
    bomb = b'<!DOCTYPE a [<!ENTITY b "ha">]><AppointmentEntity>&b;</AppointmentEntity>'
    assert found(bomb, request={"Accept": XML}, response={"Content-Type": XML}) == [("body.malformed", "")]
