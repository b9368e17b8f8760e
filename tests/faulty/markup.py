"""XML that is none, and XML that is no such entity."""

from __future__ import annotations

from faulty.broken import Text, swap, xml
from faulty.fault import Answer, answering

MALFORMED: dict[str, Text] = {
    "an element that never ends": swap("</AppointmentEntity>", ""),
    "an element that ends under another name": swap("</Location>", "</location>"),
    "two roots": lambda text: text + "<AppointmentEntity/>",
    "no element at all": lambda text: text[: text.index("?>") + 2],
    "an ampersand on its own": swap("<Location></Location>", "<Location>Meyer & Co</Location>"),
    "an entity that nobody declares": swap("<Location></Location>", "<Location>&nbsp;</Location>"),
    "a document type with entities": swap("<AppointmentEntity", '<!DOCTYPE a [<!ENTITY b "c">]><AppointmentEntity'),
    "a prefix that nobody declares": swap(' xmlns:xsi="[^"]*"', ""),
    "an attribute twice": swap("<Location>", '<Location a="1" a="2">'),
    "an attribute without quotes": swap("<Location>", "<Location a=1>"),
    "a character that XML cannot carry": swap("<Location></Location>", "<Location>\x0b</Location>"),
    "text before the declaration": lambda text: "\n" + text,
    "cut short": lambda text: text[: len(text) // 2],
    "HTML": lambda _: "<!DOCTYPE html><html><br><p>Error</html>",
}

ANOTHER: dict[str, Text] = {
    "JSON that says it is XML": lambda _: '{"AppointmentId": 0}',
    "a form that says it is XML": lambda _: "AppointmentId=0",
}

WRONG: dict[str, dict[str, Text]] = {
    "xml.root": {
        "another root": lambda text: text.replace("AppointmentEntity", "Appointment"),
        "a root in lower case": lambda text: text.replace("AppointmentEntity", "appointmentEntity"),
    },
    "body.required": {
        "an empty root": swap("<AppointmentEntity.*", "<AppointmentEntity/>"),
        "a required element missing": swap("<Description>.*?</Description>", ""),
        "a required entity missing": swap("<Task>.*?</Task>", ""),
        "an empty entity": swap("<Associate>.*?</Associate>", "<Associate></Associate>"),
        "an item without a required element": swap("(<ParticipantInfo>.*?)<PersonId>[^<]*</PersonId>", r"\1"),
    },
    "body.type xml.structure": {
        "an element twice": swap("<AppointmentId>0</AppointmentId>", r"\g<0>\g<0>"),
        "a word for an int": swap("<AppointmentId>[^<]*<", "<AppointmentId>none<"),
        "nothing for an int": swap("<AppointmentId>[^<]*<", "<AppointmentId><"),
        "a fraction for an int": swap("<MotherId>[^<]*<", "<MotherId>4.5<"),
        "yes for a boolean": swap("<HasAlarm>[^<]*<", "<HasAlarm>yes<"),
        "a decimal comma": swap("<Wgs84Latitude>[^<]*<", "<Wgs84Latitude>59,91<"),
        "a text for an entity": swap("<Task>.*?</Task>", "<Task>Follow-up</Task>"),
        "an array without its items' element": swap("<ParticipantInfo>(.*?)</ParticipantInfo>", r"\1"),
        "an array whose items have another name": lambda text: text.replace("ParticipantInfo>", "Participant>"),
    },
    "body.range": {
        "an int over int32": swap("<ColorIndex>[^<]*<", "<ColorIndex>2147483648<"),
    },
    "body.enum": {
        "an enum value that is none": swap("<Private>[^<]*<", "<Private>Secret<"),
        "an enum value with a blank": swap("<Private>[^<]*<", "<Private> Public <"),
    },
    "body.format": {
        "30 February": swap("<StartDate>[^<]*<", "<StartDate>2026-02-30T09:00:00<"),
    },
    "body.null xml.structure": {
        "nil where never": swap("<Location>[^<]*</Location>", '<Location xsi:nil="true"/>'),
        "nil for an int": swap("<MotherId>[^<]*</MotherId>", '<MotherId xsi:nil="true"/>'),
    },
}


def _texts(table: dict[str, dict[str, Text]]) -> dict[str, dict[str, Answer]]:
    return {rules: {name: xml(change) for name, change in changes.items()} for rules, changes in table.items()}


FAULTS = (
    *answering("XML", _texts({"body.malformed": MALFORMED, "body.malformed content-type.true": ANOTHER})),
    *answering("XML", _texts(WRONG)),
)
