"""A small document in the vendor's manner, for tests of the dialect."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.contract.document import Document
from mockserver.contract.shape import Shape

DATE: dict[str, Any] = {"type": "string", "format": "iso-date-time"}
TEXT: dict[str, Any] = {"type": "string"}
INTEGER: dict[str, Any] = {"type": "integer"}
TEXTS: dict[str, Any] = {"type": "object", "additionalProperties": TEXT}


def record(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def component(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def array(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


SCHEMAS = {
    "Appointment": record(
        AppointmentId=INTEGER,
        Description=TEXT,
        Status={"type": "string", "enum": ["NotStarted", "[SR_NO]"]},
        StartDate=DATE,
        CreatedDate={**DATE, "x-time": "utc"},
        PublishTo={"type": "string", "format": "date-time"},
        Recurrence=component("Recurrence"),
        Sale={"allOf": [component("Sale")], "nullable": True},
        Participants=array(component("Person")),
        Mother=component("Appointment"),
        CustomFields={**TEXTS, "x-value": {"SuperOffice:1": "[SR_YES]", "SuperOffice:2": "[F:0.5]"}},
        Addresses=array(array(component("Person"))),
        Reminders={"type": "object", "additionalProperties": DATE},
        Anything={},
    ),
    "Recurrence": record(StartDate={**DATE, "x-time": "floating"}, Dates=array(component("RecurrenceDate"))),
    "RecurrenceDate": record(Date={**DATE, "x-time": "floating"}, Tooltip=TEXT),
    "Sale": record(SaleId=INTEGER, Title=TEXT, Contact=component("Contact")),
    "Contact": record(ContactId=INTEGER, Name=TEXT, CategoryName=TEXT),
    "Person": record(AssociateId=INTEGER, Name=TEXT),
    "ErrorInfo": record(Error={"type": "boolean"}, ErrorType=TEXT, Message=TEXT, ErrorSource=TEXT),
    "Wrong": record(Date={**DATE, "x-time": "lunar"}),
}


@pytest.fixture(scope="session")
def document() -> Document:
    """The document of the shapes."""
    return Document({"openapi": "3.0.3", "paths": {}, "components": {"schemas": SCHEMAS}})


@pytest.fixture(scope="session")
def appointment(document: Document) -> Shape:
    """The shape of :func:`answer`."""
    return document.component("Appointment")


@pytest.fixture
def answer() -> dict[str, Any]:
    """An answer with something for everybody."""
    return {
        "AppointmentId": 0,
        "Description": 'US:"Call back";NO:"Ring tilbake";',
        "Status": "NotStarted",
        "StartDate": "2002-03-31T18:00:00",
        "CreatedDate": "2002-08-07T14:52:00",
        "PublishTo": "9999-12-31T23:59:59",
        "Recurrence": {
            "StartDate": "2002-03-31T00:00:00",
            "Dates": [{"Date": "2002-03-31T00:00:00", "Tooltip": None}],
        },
        "Sale": {
            "SaleId": 703,
            "Title": "[SR_YES]",
            "Contact": {"ContactId": 4, "Name": "Fjord AS", "CategoryName": ""},
        },
        "Participants": [{"AssociateId": 5, "Name": "Ada"}, {"AssociateId": 6, "Name": "Bo"}],
        "Mother": None,
        "CustomFields": {"SuperOffice:1": "[SR_YES]", "SuperOffice:2": "[F:0.5]"},
        "Addresses": [[{"AssociateId": 7, "Name": "[SR_NO]"}], []],
        "Reminders": {"first": "2002-03-31T18:00:00"},
        "Anything": None,
    }
