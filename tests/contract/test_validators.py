"""Validators that share nothing with each other agree on what an appointment is.

Ours, Connexion's (of responses), Schemathesis's (with its default configuration) and that of
openapi-schema-validator, which openapi-core and others build on.
"""

from __future__ import annotations

import copy
import json
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import schemathesis
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from openapi_schema_validator import OAS30ReadValidator, oas30_format_checker
from schemathesis.config import SchemathesisConfig

from mockserver.contract import Schema
from mockserver.contract import pointer as pointers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mockserver.contract import Contract, Operation, Shape

    Judge = Callable[[Any], bool]

# Connexion imports what jsonschema and Starlette deprecate; we do not.
pytestmark = [
    pytest.mark.filterwarnings(r"ignore:jsonschema\.:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Using `httpx` with `starlette.testclient`"),
]

RECORDED = Path(__file__).parents[2] / "fixtures" / "answers" / "appointment.json"


@pytest.fixture(scope="module")
def operation(superoffice: Contract) -> Operation:
    return superoffice.operation("CreateDefaultReOpenAppointment")


@pytest.fixture(scope="module")
def answer(operation: Operation) -> Any:
    """The recorded answer, with a value instead of each null that stands for an entity: all 25 types are in it."""
    recorded = json.loads(RECORDED.read_text("utf-8"))
    (sample,) = operation.answers["200"].contents["application/json"].examples.values()
    entities = ("UpdatedBy", "InvitedPerson", "Priority", "Project", "AssignedBy")
    project = sample["Project"] | {"EventId": 0, "StartDate": recorded["StartDate"]}
    return recorded | {name: sample[name] for name in entities} | {"Project": project}


@pytest.fixture(scope="module")
def entity(superoffice: Contract) -> Shape:
    return superoffice.document.component("AppointmentEntity")


def ours(contract: Contract, operation: Operation) -> Judge:
    schema = operation.answers["200"].contents["application/json"].schema
    assert schema is not None
    return schema.is_valid


def connexions(contract: Contract, operation: Operation) -> Judge:
    from connexion.json_schema import Draft4ResponseValidator  # noqa: PLC0415 (its warning is let pass in tests alone)

    schema = resolved(contract, operation)
    return Draft4ResponseValidator(schema, format_checker=Draft4Validator.FORMAT_CHECKER).is_valid  # type: ignore[no-any-return]


def openapi_schema_validators(contract: Contract, operation: Operation) -> Judge:
    return OAS30ReadValidator(resolved(contract, operation), format_checker=oas30_format_checker).is_valid  # type: ignore[no-any-return]


def resolved(contract: Contract, operation: Operation) -> Any:
    """Return the schema of the answer as Connexion has it, without references."""
    from connexion.json_schema import resolve_refs  # noqa: PLC0415 (as above)

    responses = resolve_refs(contract.document.root)["paths"][operation.path]["post"]["responses"]
    return responses["200"]["content"]["application/json"]["schema"]


def schemathesiss(contract: Contract, operation: Operation) -> Judge:
    schema = schemathesis.openapi.from_dict(copy.deepcopy(contract.document.root), config=SchemathesisConfig())
    request = requests.Request("POST", "http://localhost" + operation.path).prepare()

    def judge(value: Any) -> bool:
        body, headers = json.dumps(value).encode(), {"content-type": ["application/json"]}
        response = schemathesis.Response(200, headers, body, request, elapsed=0.0, verify=False)
        return schema[operation.path]["POST"].is_valid_response(response)

    return judge


@pytest.fixture(
    scope="module", params=[ours, connexions, openapi_schema_validators, schemathesiss], ids=lambda each: each.__name__
)
def judge(request: pytest.FixtureRequest, superoffice: Contract, operation: Operation) -> Judge:
    """Each of the validators: whether a value may be the answer."""
    made: Judge = request.param(superoffice, operation)
    return made


def places(value: Any, shape: Shape, pointer: str = "", label: str = "") -> Iterator[tuple[str, str, Any, Shape]]:
    """Yield *value* and all that is in it: what the contract calls it, pointer, value and shape.

    Members are called ``Type.Property``; items have ``[]`` behind the name of their array, entries of
    dictionaries ``{}``.
    """
    yield label, pointer, value, shape
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, shape.items, pointers.join(pointer, index), f"{label}[]")
    elif isinstance(value, dict):
        for name, member in value.items():
            inner = shape.additional if shape.is_dictionary else shape.properties.get(name)
            called = f"{label}{{}}" if shape.is_dictionary else f"{shape.name}.{name}"
            if inner is not None:
                yield from places(member, inner, pointers.join(pointer, name), called)


def put(answer: Any, pointer: str, value: Any) -> Any:
    """Return *answer* with *value* at *pointer*."""
    if not pointer:
        return value
    token, *rest = pointers.split(pointer)
    key: Any = int(token) if isinstance(answer, list) else token
    changed = copy.copy(answer)
    changed[key] = put(answer[key], pointers.build(rest), value) if rest else value
    return changed


def without(answer: Any, pointer: str) -> Any:
    """Return *answer* without the member at *pointer*."""
    above, _, name = pointer.rpartition("/")
    return put(answer, above, {key: value for key, value in pointers.resolve(answer, above).items() if key != name})


@pytest.fixture(scope="module")
def declared(answer: Any, entity: Shape) -> dict[str, tuple[str, Any, Shape]]:
    """A place in the answer for everything that the contract declares: pointer, value and shape by its name."""
    return {label: (pointer, value, shape) for label, pointer, value, shape in places(answer, entity) if label}


DATES = [
    "2026-03-09T09:00:00",
    "2026-03-09T09:00:00Z",
    "2026-03-09T09:00:00+01:00",
    "2026-03-09T09:00:00-12:00",
    "2026-03-09T09:00:00+05:45",
    "2026-03-09T09:00:00+14:00",
    *(f"2026-03-09T09:00:00.{'1234567'[:digits]}" for digits in range(1, 8)),
    "2011-04-03T16:48:28.7124541+02:00",
    "2026-03-09T00:00:00.5Z",
    "0001-01-01T00:00:00",
    "0001-01-01T01:00:00+01:00",
    "9999-12-31T23:59:59.9999999",
    "2024-02-29T00:00:00",
    "2000-02-29T00:00:00",
    "2026-04-30T23:59:59",
]
NO_DATES = [
    "2026-02-30T00:00:00",
    "2026-02-29T00:00:00",
    "1900-02-29T00:00:00",
    "2026-04-31T00:00:00",
    "2026-01-32T00:00:00",
    "2026-01-00T00:00:00",
    "2026-13-01T00:00:00",
    "2026-00-01T00:00:00",
    "0000-01-01T00:00:00",
    "12026-01-01T00:00:00",
    "2026-01-01T24:00:00",
    "2026-01-01T23:60:00",
    "2026-01-01T23:59:60",
    "2026-01-01T00:00:00.12345678",
    "2026-01-01T00:00:00.",
    "2026-01-01T00:00:00+0100",
    "2026-01-01T00:00:00+15:00",
    "2026-01-01T00:00",
    "2026-01-01 00:00:00",
    "2026-1-1T0:0:0",
    "20260101T000000",
    "2026-01-01",
    "tomorrow",
    "",
]
DAY = "/Recurrence/WeekPattern/Weekdays"
KEPT = [
    *(("/CreatedDate", date) for date in DATES),
    *(("/Sale/SaleId", number) for number in (0, -1, 2**31 - 1, -(2**31))),
    *(("/Sale/Amount", number) for number in (0, 0.0, 84.618, -1.5e300, 150)),
    *((DAY, flags) for flags in ("Unknown", "Sunday", "Monday, Wednesday, Friday", "Saturday, Sunday")),
    *(("/TableRight/Mask", flags) for flags in ("FULL", "URI", "None", "Select, Update, Insert, Delete")),
    ("/FieldProperties/StartDate/FieldRight/Mask", "Update, UIHintMandatory"),
    *(("/Contact/CategoryName", text) for text in ('US:"Customer";NO:"Kunde";', "[SR_NO]", "", "Ærøskøbing 東京 🙂")),
    ("/Links", []),
    ("/ExtraFields", {}),
    ("/Contact/Address", {}),
    ("/Recurrence/Dates", [{}, {}]),
]
BROKEN = [
    *(("/CreatedDate", date) for date in NO_DATES),
    *(("/Sale/SaleId", number) for number in (2**31, -(2**31) - 1, 456.0, 1.5, 10**30, "703", True)),
    *(("/Sale/Amount", number) for number in ("84.618", True)),
    *((DAY, flags) for flags in ("Monday, Funday", "Monday,Tuesday", "Monday, ", ", Monday", "monday", "")),
    *(("/Type", text) for text in ("indiary", "Meeting", "inDiary, Note", "")),
    ("/Sale/Status", "Stalling"),
    ("/Recurrence/Pattern", "Hourly"),
    ("/Participants/0/InvitationStatus", "accepted"),
    ("/Contact/Address/Street/AtypeIdx", "Street"),
]
# For each kind of value, some that are of another.
OTHERS: dict[str, list[Any]] = {
    "object": [[], "{}", 0, False],
    "array": [{}, "[]", 0, False],
    "string": [{}, [], 0, False],
    "integer": [{}, [], "0", 0.5, False],
    "number": [{}, [], "0", False],
    "boolean": [{}, [], "true", 0],
}


class TestAgreement:
    """All validators say the same."""

    def test_sample(self, judge: Judge, operation: Operation) -> None:
        """They take the page's sample."""
        (sample,) = operation.answers["200"].contents["application/json"].examples.values()
        assert judge(sample)

    def test_recorded(self, judge: Judge) -> None:
        """They take an answer as real servers give it."""
        assert judge(json.loads(RECORDED.read_text("utf-8")))

    @pytest.mark.parametrize(("pointer", "value"), KEPT)
    def test_keeps(self, judge: Judge, answer: Any, pointer: str, value: Any) -> None:
        """They take every form that a real server's values have."""
        assert judge(put(answer, pointer, value))

    @pytest.mark.parametrize(("pointer", "value"), BROKEN)
    def test_breaks(self, judge: Judge, answer: Any, pointer: str, value: Any) -> None:
        """They refuse dates that do not exist, integers that .NET cannot hold, and texts that are on no list."""
        assert not judge(put(answer, pointer, value))

    def test_everything_is_declared(self, superoffice: Contract, declared: dict[str, Any]) -> None:
        """The answer that the following tests change shows every property of the 25 types."""
        types = superoffice.document.component_names[:25]
        properties = {f"{each}.{name}" for each in types for name in superoffice.document.component(each).properties}
        assert declared.keys() >= properties

    def test_null(self, judge: Judge, answer: Any, declared: dict[str, tuple[str, Any, Shape]]) -> None:
        """They take null where the contract allows it, and nowhere else."""
        taken = {label for label, (pointer, _, _) in declared.items() if judge(put(answer, pointer, None))}
        assert taken == {label for label, (_, _, shape) in declared.items() if shape.nullable}

    def test_absence(
        self, judge: Judge, answer: Any, declared: dict[str, tuple[str, Any, Shape]], superoffice: Contract
    ) -> None:
        """They miss what is required, and nothing else."""
        members = {label: pointer for label, (pointer, _, _) in declared.items() if label[-1] not in "]}"}
        types = superoffice.document.component_names
        required = {f"{each}.{name}" for each in types for name in superoffice.document.component(each).required}
        missed = {label for label, pointer in members.items() if not judge(without(answer, pointer))}
        assert missed == required & members.keys()

    def test_types(self, judge: Judge, answer: Any, declared: dict[str, tuple[str, Any, Shape]]) -> None:
        """They refuse values of another type, everywhere."""
        wrong = [
            (label, other)
            for label, (pointer, _, shape) in declared.items()
            for other in OTHERS[shape.kind]
            if judge(put(answer, pointer, other))
        ]
        assert wrong == []

    def test_unknown_members(self, judge: Judge, answer: Any, declared: dict[str, tuple[str, Any, Shape]]) -> None:
        """They take members that the contract does not know, in every type."""
        grown = answer
        for pointer, value, shape in declared.values():
            if shape.name is not None and value is not None:
                grown = put(grown, pointer, pointers.resolve(grown, pointer) | {"_Links": {"Self": "…"}})
        assert judge(grown)


# Mostly what a calendar has, sometimes a little more.
YEARS = st.sampled_from([0, 1, 4, 100, 400, 1900, 2000, 2023, 2024, 2026, 9999]) | st.integers(0, 9999)
MOMENTS = st.tuples(
    YEARS,
    st.integers(1, 12) | st.integers(0, 19),
    st.integers(1, 28) | st.integers(28, 32) | st.integers(0, 99),
    st.integers(0, 23) | st.integers(0, 99),
    st.integers(0, 59) | st.integers(0, 99),
    st.integers(0, 59) | st.integers(0, 99),
)
FRACTIONS = st.just("") | st.from_regex(re.compile(r"\.[0-9]{1,7}", re.ASCII), fullmatch=True)
OFFSETS = st.sampled_from(["", "Z"]) | st.builds(
    "{}{:02}:{:02}".format, st.sampled_from("+-"), st.integers(0, 13), st.integers(0, 59)
)


def exists(moment: tuple[int, int, int, int, int, int]) -> bool:
    try:
        datetime(*moment)  # noqa: DTZ001 (the calendar alone is asked)
    except ValueError:
        return False
    return True


class TestCalendar:
    """The pattern of dates is the calendar."""

    @given(moment=MOMENTS, fraction=FRACTIONS, offset=OFFSETS)
    @example(moment=(2024, 2, 29, 0, 0, 0), fraction="", offset="")
    @example(moment=(2100, 2, 29, 0, 0, 0), fraction="", offset="")
    def test_dates_that_exist(
        self, superoffice: Contract, moment: tuple[int, int, int, int, int, int], fraction: str, offset: str
    ) -> None:
        """A date is taken in any form exactly where Python's calendar has it too."""
        year, month, day, hour, minute, second = moment
        text = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{offset}"
        assert Schema(superoffice.document, {"$ref": "#/x-types/date-time"}, "").is_valid(text) == exists(moment)

    def test_every_day(self, superoffice: Contract) -> None:
        """Of all days that four centuries could have, the pattern takes those that they have."""
        schema = Schema(superoffice.document, {"$ref": "#/x-types/date-time"}, "")
        days = [(year, month, day) for year in range(1900, 2301) for month in range(14) for day in range(33)]
        taken = [day for day in days if schema.is_valid("{:04}-{:02}-{:02}T12:00:00".format(*day))]
        assert taken == [day for day in days if exists((*day, 12, 0, 0))]
