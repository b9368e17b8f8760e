"""Values that break the schema, leaf by leaf, and entities that are none."""

from __future__ import annotations

from typing import Any

import orjson

from faulty.broken import ERROR, Value, accepts, at, drop, either, entity, has, put, sale, sends, swap, when, xml
from faulty.fault import Answer, answering

LEAVES: dict[str, dict[str, Value]] = {
    "body.type": {
        "an int as a text": put("/Associate/AssociateId", "1"),
        "an int as a text, five levels down": at("/Contact/Address/LocalizedAddress/0/0/ValueLength", str),
        "an int with a fraction": put("/RejectCounter", 4.5),
        "456.0 for an int": put("/MotherId", 456.0),
        "false for an int": at("/ActiveLinks", bool),
        "an empty text for an int": put("/AppointmentId", ""),
        "a number as a text": at("/Contact/Address/Wgs84Latitude", str),
        "a number with a decimal comma": put("/Sale/Amount", "150,0"),
        "a boolean as a text": put("/HasAlarm", "false"),
        "a boolean as a number": put("/IsFree", 0),
        "a text as a number": put("/Location", 12),
        "a text as an object": put("/Description", {"Value": "No budget"}),
        "a date in milliseconds": put("/CreatedDate", 1767225600000),
        "an id for an entity": put("/Task", 2),
        "a name for an entity": put("/MotherAssociate", "Junior Johansson"),
        "an array for an object": at("/Recurrence", lambda value: [value]),
        "an object for an array": at("/Participants", lambda value: value[0]),
        "an object of indexes for an array": at("/Participants", lambda value: {"0": value[0]}),
        "an array of names for one of objects": put("/VisibleFor", ["All"]),
        "an array of pairs for a dictionary": at("/CustomFields", lambda value: [{"Key": key} for key in value]),
        "a number in a dictionary of texts": put("/CustomFields/SuperOffice:2", 0),
        "an object of a dictionary with a wrong leaf": put("/FieldProperties/StartDate/FieldLength", "16"),
    },
    "body.range": {
        "an int over int32": put("/ColorIndex", 2**31),
        "an int under int32": put("/MotherId", -(2**31) - 1),
        "a text longer than its column": put("/RejectReason", "x" * 255),
    },
    "body.range body.type": {"an int over int64": put("/Sale/ActiveErpLinks", 2**63)},
    "body.enum": {
        "an enum value that is none": put("/Private", "Secret"),
        "an enum value in another case": put("/Private", "public"),
        "an empty enum value": put("/BookingType", ""),
        "an enum value of another enum": put("/Associate/Type", "inDiary"),
    },
    "body.enum body.type": {
        "an enum value as a number": put("/Completed", 1),
    },
    "body.format": {
        "flags joined by a semicolon": put("/Recurrence/WeekPattern/Weekdays", "Monday;Tuesday"),
        "a flag that is none": put("/Recurrence/WeekPattern/Weekdays", "Monday, Someday"),
        "30 February": put("/StartDate", "2026-02-30T09:00:00"),
        "29 February of a year that is no leap year": put("/ActiveDate", "2027-02-29T09:00:00"),
        "31 June, deep inside": put("/Recurrence/EndDate", "2026-06-31T00:00:00"),
        "a thirteenth month": put("/StartDate", "2026-13-01T09:00:00"),
        "hour 24": put("/EndDate", "2026-02-10T24:00:00"),
        "a date without a time": put("/StartDate", "2026-02-10"),
        "a date with a blank for the T": put("/StartDate", "2026-02-10 14:00:00"),
        "a date as old .NET wrote it": put("/CreatedDate", "/Date(1767225600000+0100)/"),
        "a date as Americans write it": put("/StartDate", "2/10/2026 2:00 PM"),
        "an empty date": put("/UpdatedDate", ""),
        "year 0 for an unset date": put("/PublishFrom", "0000-00-00T00:00:00"),
        "a fraction of nanoseconds": at("/StartDate", lambda text: text[:19] + ".123456789" + text[19:]),
    },
    "body.required": {
        "a required text missing": drop("/Description"),
        "a required entity missing": drop("/Task"),
        "a required member of an entity missing": drop("/Associate/FullName"),
        "a required member of an array's item missing": drop("/Participants/0/PersonId"),
        "an entity without members": put("/Associate", {}),
    },
    "body.required body.choice": {
        "an optional entity without members": put("/Sale", {}),
    },
    "body.null": {
        "null for an int": put("/MotherId", None),
        "null for a text": put("/Location", None),
        "null for a boolean": put("/IsMileStone", None),
        "null for an enum": put("/Type", None),
        "null for a date": put("/EndDate", None),
        "null for an array": put("/Participants", None),
        "null in an array": put("/Participants/0", None),
        "null for an entity that is always there": put("/Associate", None),
        "null for a dictionary": put("/CustomFields", None),
        "null for a member of an optional entity": put("/Sale/SaleId", None),
    },
}

ANSWERS: dict[str, dict[str, Value]] = {
    "body.type": {
        "[] for an entity": lambda _: [],
        "an array of one entity": lambda value: [value],
        "a text for an entity": lambda value: orjson.dumps(value).decode(),
        "true for an entity": lambda _: True,
    },
    "body.null": {"null for an entity": lambda _: None},
    "body.required": {
        "{} for an entity": lambda _: {},
        "an entity in an envelope": lambda value: {"value": value},
        "names in camel case": lambda value: {name[0].lower() + name[1:]: item for name, item in value.items()},
    },
    "body.required body.null": {"another entity": lambda value: value["Associate"]},
    "error.as-success": {"an error with status 200": lambda _: ERROR},
}

ORDERS: dict[str, Value] = {
    "an end before its start": at("/EndDate", lambda text: "2001" + text[4:]),
    "published until before it is published": lambda value: put("/PublishFrom", "2026-05-02T09:00:00")(
        put("/PublishTo", "2026-05-01T09:00:00")(value)
    ),
}


def _on_thursdays(value: Any) -> Any:
    pattern = (value.get("Recurrence") or {}).get("WeekPattern") or {}
    return put("/Recurrence/WeekPattern/Cycle", "1")(value) if pattern.get("Weekdays") == "Thursday" else value


SELDOM = {
    "body.type": {
        "a wrong leaf once in 25 answers": when(
            sale(lambda number: number % 25 == 13), entity(put("/ColorIndex", "red"))
        ),
        "a wrong leaf beside one enum value": entity(_on_thursdays),
        "a wrong leaf in text/json alone": when(accepts("text/json"), entity(put("/MotherId", "0"))),
    },
    "body.null": {
        "a wrong leaf in an entity that few answers have": entity(put("/Project/ProjectId", None)),
        "a wrong leaf with one language": when(
            has("so-language", "de"),
            either(
                entity(put("/Location", None)), xml(swap("<Location>[^<]*</Location>", '<Location xsi:nil="true"/>'))
            ),
        ),
        "a wrong leaf after a form": when(sends("application/x-www-form-urlencoded"), entity(put("/Links", None))),
    },
    "body.required": {
        "a leaf missing in merge patches alone": when(accepts("merge-patch"), entity(drop("/Description"))),
    },
    "body.format": {
        "a wrong leaf with one time zone": when(
            has("so-timezone", "us-ny"),
            either(entity(put("/StartDate", "soon")), xml(swap("<StartDate>[^<]*<", "<StartDate>soon<"))),
        ),
    },
    "body.enum body.type": {
        "a wrong leaf after a chunked body": when(has("transfer-encoding"), entity(put("/Private", 0))),
    },
}


def _entities(table: dict[str, dict[str, Value]]) -> dict[str, dict[str, Answer]]:
    return {rules: {name: entity(change) for name, change in changes.items()} for rules, changes in table.items()}


FAULTS = (
    *answering("schema", _entities(LEAVES)),
    *answering("entity", _entities(ANSWERS)),
    *answering("order", _entities({"date.order": ORDERS})),
    *answering("seldom", SELDOM),
)
