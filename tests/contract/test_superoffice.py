"""The documentation page of the operation, held against ``openapi/superoffice.yaml``."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mockserver.contract import pointer as pointers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mockserver.contract import Contract, Operation, Shape

OPERATION = "CreateDefaultReOpenAppointment"
PAGE = Path(__file__).parents[2] / "fixtures" / "pages" / f"{OPERATION}.md"

INT32: dict[str, Any] = {"type": "integer", "format": "int32", "minimum": -(2**31), "maximum": 2**31 - 1}
# What a type of the page's tables is in a Schema Object.
TYPES: dict[str, dict[str, Any]] = {
    "int32": INT32,
    "bool": {"type": "boolean"},
    "string": {"type": "string"},
    "date-time": {"type": "string", "format": "iso-date-time"},
    "array": {"type": "array"},
    "object": {"type": "object"},
}

# The types of an appointment, and what newer servers add to those that the page's sample shows.
NEWER = {
    "AppointmentEntity": "Title Agenda InternalNotes PreferredTZLocationData OwnedExternally",
    "Associate": "ExtraFields CustomFields",
    "Contact": "Number1 Number2",
    "Person": "PersonNumber",
    "Priority": "",
    "Project": "EventId StartDate",
    "Link": "",
    "RecurrenceInfo": "",
    "ParticipantInfo": "EmailAddress Description ExternallyOwnedType ExternallyOwnedStatus",
    "TaskListItem": "",
    "Sale": "",
    "VisibleFor": "",
    "FieldProperty": "",
    "FieldRight": "",
}
# Types that the sample shows empty somewhere, or not at all: none of their properties is required.
OPTIONAL = {
    "TimeZoneData": "TZLocationID Name TZLocationCode TZLocationCities IsoNumber TimeZoneSTDRules TimeZoneDSTRules",
    "TableRight": "Mask Reason",
    "Address": "Wgs84Latitude Wgs84Longitude LocalizedAddress Street Postal Formatted TableRight FieldProperties",
    "RecurrenceDayPattern": "Pattern Cycle",
    "RecurrenceWeekPattern": "Weekdays Cycle",
    "RecurrenceMonthPattern": "Pattern Cycle Day Weekday WeekOfMonth",
    "RecurrenceYearPattern": "Pattern Cycle Day Weekday WeekOfMonth",
    "RecurrenceDate": "Date IsConflict Description DescriptionStyleHint Tooltip",
    "TimeZoneRule": "StartDay StartMonth EndDay EndMonth TZOffset StartRulePattern EndRulePattern",
    "LocalizedField": "Name Value Tooltip Label ValueLength AddressType TableRight FieldProperties",
    "StructuredAddress": "AtypeIdx Address1 Address2 Address3 City County State Zipcode Formatted",
}
# Seen as null in answers of real servers, or said to be optional by the vendor; nothing else may be null.
NULLABLE = {
    "AppointmentEntity": "Contact UpdatedBy InvitedPerson Person Priority Project AssignedBy Sale",
    "Associate": "UserName",
    "Contact": "EmailAddressName URLName",
    "Link": "ExtraInfo TableRight",
    "TaskListItem": "TableRight",
    "VisibleFor": "TableRight",
    "FieldProperty": "FieldType",
    "Address": "Postal TableRight",
    "RecurrenceDate": "Description Tooltip",
    "LocalizedField": "TableRight",
}


def rows(section: str) -> list[list[str]]:
    """Return the cells of the table under the heading *section* of the page, without its head."""
    text = PAGE.read_text("utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def block(section: str) -> str:
    """Return the code under the heading *section* of the page."""
    return PAGE.read_text("utf-8").partition(f"\n## {section}\n")[2].partition("```http\n")[2].partition("\n```")[0]


def exchanged(section: str) -> tuple[dict[str, str], Any]:
    """Return headers and body of the message under the heading *section* of the page."""
    head, _, body = block(section).partition("\n\n")
    return dict(line.split(": ", 1) for line in head.splitlines()[1:]), json.loads(body)


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each value that has no members, or none left, with its pointer."""
    if not isinstance(value, dict | list) or not value:
        yield pointer, value
        return
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield from leaves(item, pointers.join(pointer, key))


def nodes(value: Any, shape: Shape) -> Iterator[tuple[Shape, Any]]:
    """Yield *value* and every value in it, each with its shape."""
    yield shape, value
    if isinstance(value, list):
        for item in value:
            yield from nodes(item, shape.items)
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from nodes(member, shape.properties.get(name) or shape.additional or shape)


def shown(entity: Shape) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the type of each object in the sample with the properties that it shows."""
    for shape, value in nodes(SAMPLE, entity):
        if shape.name is not None:
            yield shape.name, tuple(value)


PROPERTIES = {name: kind for name, kind in rows("Response body")}  # noqa: C416 (rows are pairs)
HEADERS = {name: codes(values) for name, values in rows("Request headers")}
SAMPLE = exchanged("Sample response")[1]


@pytest.fixture(scope="module")
def operation(superoffice: Contract) -> Operation:
    return superoffice.operation(OPERATION)


@pytest.fixture(scope="module")
def entity(superoffice: Contract) -> Shape:
    return superoffice.document.component("AppointmentEntity")


class TestRequest:
    """What the page says of the request."""

    def test_method_and_path(self, operation: Operation) -> None:
        """The operation stands at the page's path, under its method."""
        head = PAGE.read_text("utf-8").partition("```http\n")[2].partition("\n")[0]
        assert head == f"{operation.method} {operation.path}"

    def test_query_parameters(self, operation: Operation) -> None:
        """The query parameters are the table's, optional and of its types."""
        declared = {each.name: each for each in operation.parameters if each.location == "query"}
        assert list(declared) == [name for name, _ in rows("Query parameters")]
        for name, kind in rows("Query parameters"):
            assert declared[name].schema.node == TYPES[kind]
            assert not declared[name].required

    def test_select_example(self, superoffice: Contract) -> None:
        """The example of ``$select`` is the page's."""
        example = superoffice.document.at("/components/parameters/Select/example")
        assert block("Query parameters").endswith(f"?$select={example}")

    def test_plain_headers(self, operation: Operation) -> None:
        """All request headers that OpenAPI has no other place for are optional text parameters."""
        elsewhere = {"Authorization", "X-XSRF-TOKEN", "Content-Type", "Accept"}
        declared = [each for each in operation.parameters if each.location == "header"]
        assert [each.name for each in declared] == [name for name in HEADERS if name not in elsewhere]
        assert all(each.schema.node == {"type": "string"} and not each.required for each in declared)

    def test_authorization_schemes(self, superoffice: Contract) -> None:
        """Each scheme of the Authorization header is a security scheme, spelled as on the page."""
        schemes = superoffice.security_schemes
        assert [name for name, scheme in schemes.items() if scheme["type"] == "http"] == HEADERS["Authorization"]
        for name in HEADERS["Authorization"]:
            assert schemes[name]["scheme"].lower() == name.lower()

    def test_xsrf_header(self, superoffice: Contract) -> None:
        """The header that stands in for Authorization is a key in a header of that name."""
        (scheme,) = (each for each in superoffice.security_schemes.values() if each["type"] == "apiKey")
        assert (scheme["in"], scheme["name"]) == ("header", "X-XSRF-TOKEN")
        assert scheme["name"] in HEADERS

    def test_any_one_scheme_is_enough(self, superoffice: Contract, operation: Operation) -> None:
        """Security is four alternatives of one scheme each, and the operation takes them as they are."""
        assert operation.security == [{"Basic": []}, {"SoTicket": []}, {"Bearer": []}, {"XsrfToken": []}]
        assert [name for requirement in operation.security for name in requirement] == list(
            superoffice.security_schemes
        )
        assert "security" not in operation.node

    def test_request_media_types(self, operation: Operation) -> None:
        """The request comes in the seven media types of the Content-Type header."""
        assert list(operation.contents) == HEADERS["Content-Type"]
        assert len(operation.contents) == 7
        assert operation.body_required

    def test_response_media_types(self, operation: Operation) -> None:
        """Every answer comes in the six media types of the Accept header."""
        assert len(HEADERS["Accept"]) == 6
        for answer in operation.answers.values():
            assert list(answer.contents) == HEADERS["Accept"]

    def test_statuses(self, operation: Operation) -> None:
        """The page's status is documented, and it is the only one of success."""
        assert [status for status in operation.answers if status < "300"] == [status for status, _ in rows("Response")]

    @pytest.mark.parametrize("media_type", HEADERS["Content-Type"])
    def test_request_members(self, operation: Operation, media_type: str) -> None:
        """The request has the page's members, optional and of its types; as a patch too."""
        schema = operation.contents[media_type].schema
        assert schema is not None
        shape = schema.shape if media_type != "application/json-patch+json" else schema.shape.choices[1]
        assert list(shape.properties) == [name for name, _ in rows("Request body")]
        assert not shape.required
        for name, kind in rows("Request body"):
            assert shape.properties[name].node.items() >= TYPES[kind].items()

    @pytest.mark.parametrize("media_type", HEADERS["Content-Type"])
    def test_sample_request(self, operation: Operation, media_type: str) -> None:
        """The sample request is the example of each media type, and valid; as a patch it comes to the same."""
        content = operation.contents[media_type]
        body = exchanged("Sample request")[1]
        if media_type == "application/json-patch+json":
            body = [{"op": "replace", "path": f"/{name}", "value": value} for name, value in body.items()]
        assert content.examples == {"example": body}
        assert content.schema is not None
        assert content.schema.is_valid(body)

    def test_sample_headers(self, operation: Operation) -> None:
        """The headers of the sample request are such as the contract knows."""
        headers, _ = exchanged("Sample request")
        assert headers.keys() <= HEADERS.keys()
        assert headers["Authorization"].partition(" ")[0] in HEADERS["Authorization"]
        assert headers["Content-Type"].partition(";")[0] in operation.contents
        assert headers["Accept"].partition(";")[0] in operation.answers["200"].contents


class TestTypes:
    """What the page and its sample say of the answer's types."""

    def test_types(self, superoffice: Contract) -> None:
        """The component schemas begin with the 25 types of an appointment."""
        assert len(NEWER) + len(OPTIONAL) == 25
        assert set(superoffice.document.component_names[:25]) == NEWER.keys() | OPTIONAL.keys()

    def test_response_is_the_entity(self, operation: Operation) -> None:
        """The answer is an AppointmentEntity, in every media type."""
        (row,) = rows("Response")
        schemas = [content.schema for content in operation.answers["200"].contents.values()]
        assert [schema.shape.name for schema in schemas if schema is not None] == [row[1]] * 6

    def test_table_is_whole(self) -> None:
        """The page lists 57 properties, and its sample shows them in the same order."""
        assert len(PROPERTIES) == 57
        assert list(SAMPLE) == list(PROPERTIES)

    @pytest.mark.parametrize(("name", "kind"), PROPERTIES.items())
    def test_property(self, entity: Shape, name: str, kind: str) -> None:
        """Each property of the table is there with its type; one without a type is another entity."""
        shape = entity.properties[name]
        if kind:
            assert shape.node.items() >= TYPES[kind].items()
            assert shape.is_dictionary == (kind == "object")
        else:
            assert shape.kind == "object"
            assert shape.name in NEWER.keys() | OPTIONAL.keys()

    @pytest.mark.parametrize(("name", "newer"), NEWER.items())
    def test_properties_in_order(self, superoffice: Contract, entity: Shape, name: str, newer: str) -> None:
        """A type has the properties that the sample shows, in its order, and those of newer servers; no others."""
        properties = list(superoffice.document.component(name).properties)
        older = [each for each in properties if each not in newer.split()]
        assert {members for kind, members in shown(entity) if kind == name} == {tuple(older)}
        assert set(newer.split()) == set(properties) - set(older)

    @pytest.mark.parametrize(("name", "properties"), OPTIONAL.items())
    def test_properties_of_empty_types(self, superoffice: Contract, name: str, properties: str) -> None:
        """A type that the sample shows empty has the properties that real servers know, none of them required."""
        shape = superoffice.document.component(name)
        assert list(shape.properties) == properties.split()
        assert not shape.required

    def test_required(self, superoffice: Contract, entity: Shape) -> None:
        """Required is what the sample shows wherever it shows the type; nothing on types that it shows empty."""
        seen: dict[str, set[str]] = {}
        for kind, members in shown(entity):
            seen[kind] = seen.get(kind, set(members)) & set(members)
        for name in NEWER | OPTIONAL:
            assert superoffice.document.component(name).required == seen.get(name, set()), name

    def test_nullable(self, superoffice: Contract) -> None:
        """Null is what the facts say of null, and nothing else."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in NEWER | OPTIONAL:
            for member, shape in superoffice.document.component(name).properties.items():
                if shape.nullable:
                    found[name].append(member)
        assert {name: " ".join(members) for name, members in found.items()} == NULLABLE

    @pytest.mark.parametrize("name", NEWER | OPTIONAL)
    def test_scalars(self, superoffice: Contract, name: str) -> None:
        """Every integer is an int32 with its bounds, every number a double, every date the calendar's pattern."""
        calendar = superoffice.document.at("/x-types/date-time")
        for member, shape in superoffice.document.component(name).properties.items():
            if shape.kind == "integer":
                assert shape.node.items() >= INT32.items(), member
            if shape.kind == "number":
                assert shape.node["format"] == "double", member
            if "format" in shape.node and shape.kind == "string":
                assert shape.node.items() >= calendar.items(), member

    @pytest.mark.parametrize("name", NEWER | OPTIONAL)
    def test_unknown_members(self, superoffice: Contract, name: str) -> None:
        """Servers grow: no type refuses members that the document does not know."""
        assert superoffice.document.component(name).additional is not None


class TestSample:
    """The sample answer, value by value."""

    @pytest.mark.parametrize("media_type", [each for each in HEADERS["Accept"] if "xml" not in each])
    def test_values(self, operation: Operation, media_type: str) -> None:
        """The example holds every value of the sample at its place, and no other."""
        (example,) = operation.answers["200"].contents[media_type].examples.values()
        assert dict(leaves(example)) == dict(leaves(SAMPLE))
        # Equal numbers may differ in type: 1, 1.0 and true are one to Python, and three to JSON.
        assert json.dumps(example) == json.dumps(SAMPLE)

    def test_enums(self, entity: Shape) -> None:
        """Every text of the sample for which the contract has a list is on it."""
        listed = [(value, shape.node["enum"]) for shape, value in nodes(SAMPLE, entity) if "enum" in shape.node]
        assert len(listed) == 24
        assert [value for value, options in listed if value not in options] == []

    def test_sample_is_valid(self, operation: Operation) -> None:
        """The sample keeps the schema."""
        schema = operation.answers["200"].contents["application/json"].schema
        assert schema is not None
        assert schema.violations(SAMPLE) == []
