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
        ("<HasAlarm>false</HasAlarm>", "<HasAlarm>False</HasAlarm>", [("xml.structure", "/HasAlarm")]),
        ("<HasAlarm>false</HasAlarm>", "<HasAlarm> 0 </HasAlarm>", []),
        ("<HasAlarm>false</HasAlarm>", "<HasAlarm>maybe</HasAlarm>", [("body.type", "/HasAlarm")]),
        ("</AppointmentEntity>", "", [("body.malformed", "")]),
    ],
)
def test_forms(found_in: Tell, old: str, new: str, expected: Any) -> None:
    """Root, namespaces, names, nil and stray text, each told once at its place."""
    told = found_in(old, new)
    assert told == expected if isinstance(expected, list) else expected in dict(told)


@pytest.mark.parametrize(
    ("charset", "declared", "place", "expected"),
    [
        ("utf-8", "utf-8", "Tromsø", []),
        ("utf-8", "UTF8", "Tromsø", []),
        ("utf-8", "iso-8859-1", "Tromsø", [("body.encoding", "")]),
        ("utf-8", "iso-8859-1", "Oslo", []),
        ("utf-8", "x-none", "Oslo", [("body.encoding", "")]),
        ("utf-8", "utf-16", "Oslo", [("body.encoding", "")]),
        (None, "utf-16", "Oslo", [("body.encoding", "")]),
        (None, "iso-8859-1", "Oslo", []),
        (None, "utf-8", "\ufeff", []),
    ],
)
def test_declarations(charset: str | None, declared: str, place: str, expected: Any, declaring: Tell) -> None:
    """What XML declares to be reads its bytes as what they are; .NET's StringWriter declares UTF-16 whatever comes."""
    assert declaring(charset, declared, place) == expected


@pytest.fixture(scope="module")
def declaring(found: Tell, superoffice: Contract, answer: Any) -> Tell:
    """What is found in our XML answer, in UTF-8, when it declares another encoding."""
    shape = superoffice.document.component("AppointmentEntity")

    def declaring(charset: str | None, declared: str, place: str) -> list[tuple[str, str | None]]:
        mark = "\ufeff" if place == "\ufeff" else ""
        body = media.encode(XML, {**answer, "Location": place.strip("\ufeff")}, shape).decode()
        ascii_only = body.encode("ascii", "ignore").decode() if place.isascii() else body
        written = mark + ascii_only.replace('encoding="utf-8"', f'encoding="{declared}"')
        label = XML if charset is None else f"{XML}; charset={charset}"
        return found(written.encode(), request={"Accept": XML}, response={"Content-Type": label})

    return declaring


def test_items(found_in: Tell) -> None:
    """An item is called after its type."""
    assert found_in("ParticipantInfo>", "Participant>") == [("xml.structure", "/Participants/0")]


def test_entities_are_refused(found: Tell) -> None:
    """A document type declaration is an error, and nothing in it is read."""
    bomb = b'<!DOCTYPE a [<!ENTITY b "ha">]><AppointmentEntity>&b;</AppointmentEntity>'
    assert found(bomb, request={"Accept": XML}, response={"Content-Type": XML}) == [("body.malformed", "")]
