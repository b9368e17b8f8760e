"""Of an answer that was not asked for as a whole, what is shown is judged as ever, quickly or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from mockserver import media
from mockserver.checks import Subject
from mockserver.checks.hidden import is_local, is_right_where_shown
from mockserver.contract import Contract, Document
from mockserver.exchange import Exchange, Headers
from mockserver.judging import Judge
from mockserver.superoffice import Dialect
from mutation import at, changed, places

Make = Callable[..., Exchange]
OPERATION = "CreateDefaultReOpenAppointment"
XML = "application/xml"
SELECTS = [
    "Associate",
    "Nothing",
    "sale/saleid,Links,Participants/AssociateId",
    "Contact/Address/Street,StartDate,EndDate",
]
CHANGES: list[Any] = [None, ..., "x", "", 7, 456.0, True, 2**31, [], {}, [{}], "2026-02-30T00:00:00"]


def selected(contract: Contract, value: Any, select: str) -> Any:
    """Return *value* as a server answers it to who selects *select*."""
    dialect, schema = Dialect(), contract.document.component("AppointmentEntity")
    return dialect.present(value, schema, dialect.prepare(Headers(), f"$select={select}"))


@pytest.mark.parametrize("select", SELECTS)
def test_every_change_is_seen(superoffice: Contract, exchange: Make, answer: dict[str, Any], select: str) -> None:
    """Whatever is changed, and wherever: who has seen a whole answer before finds what others find."""
    judge = Judge(superoffice)
    assert judge.judge(exchange(answer)).findings == ()
    clean = selected(superoffice, answer, select)
    assert judge.judge(exchange(clean, query=f"$select={select}")).findings == ()
    told = 0
    for index, path in enumerate(places(clean)):
        more = {**at(clean, path), "New": 1} if isinstance(at(clean, path), dict) else ["x"]
        for new in (CHANGES[index % len(CHANGES)], CHANGES[(index + 5) % len(CHANGES)], more):
            made = exchange(orjson.dumps(changed(clean, path, new)), query=f"$select={select}")
            findings = judge.judge(made).findings
            # A judge that has seen no whole answer has nothing to fill others with.
            assert findings == Judge(superoffice).judge(made).findings, path
            told += len(findings)
    assert told


@pytest.mark.parametrize("select", SELECTS)
@pytest.mark.parametrize("media_type", ["application/json", XML])
def test_most_are_answered_quickly(
    superoffice: Contract, exchange: Make, answer: dict[str, Any], select: str, media_type: str
) -> None:
    """Reasons are asked for only where something shown is wrong, or nothing whole was seen yet."""
    judge, shape = Judge(superoffice), superoffice.document.component("AppointmentEntity")
    told = {"request": {"Accept": media_type}, "response": {"Content-Type": media_type}}

    def is_quick(value: Any) -> bool:
        made = exchange(media.encode(media_type, value, shape), query=f"$select={select}", **told)
        subject = Subject(judge.desk(superoffice.operation(OPERATION)).head(made, {}), made)
        assert subject.body.content is not None
        assert subject.body.content.schema is not None
        return is_right_where_shown(subject, subject.body.content.schema)

    clean = selected(superoffice, answer, select)
    assert not is_quick(clean)
    judge.judge(exchange(media.encode(media_type, answer, shape), **told))
    assert is_quick(clean)
    assert not is_quick({**clean, "Description": "shown all the same"})
    assert not is_quick({name: item for name, item in clean.items() if name != "VisibleFor"})


STRING = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "object", "properties": {"a": STRING}, "required": ["a"], "x-entity": {}}, True),
        ({"type": "array", "items": {"allOf": [{"type": "object", "additionalProperties": STRING}]}}, True),
        ({"anyOf": [{"$ref": "#/components/schemas/T"}, {"$ref": "#/components/schemas/Nothing"}]}, True),
        # Which branch is meant, or whether two items are equal, hangs on members that are hidden.
        ({"anyOf": [{"$ref": "#/components/schemas/T"}, STRING]}, False),
        ({"type": "object", "properties": {"a": {"type": "array", "uniqueItems": True, "items": {}}}}, False),
        ({"type": "object", "additionalProperties": {"not": STRING}}, False),
        ({"type": "object", "discriminator": {"propertyName": "a"}}, False),
        ({"allOf": [{"type": "object"}, {"oneOf": [{"type": "object"}, {"type": "object"}]}]}, False),
    ],
)
def test_local_schemas(schema: Any, expected: bool) -> None:
    """A yes is only for schemas in which what is wrong with a member hangs on that member alone."""
    recurring = {"type": "object", "properties": {"T": {"$ref": "#/components/schemas/T"}}}
    document = Document({"components": {"schemas": {"T": recurring, "Nothing": {"enum": [None]}}}})
    assert is_local(document, schema, "") == expected
