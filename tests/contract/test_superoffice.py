"""The documentation page of the operation, held against ``openapi/superoffice.yaml``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mockserver.contract import pointer as pointers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mockserver.contract import Contract, Operation, Shape

OPERATION = "CreateDefaultReOpenAppointment"
PAGES = Path(__file__).parents[2] / "fixtures" / "pages"
PAGE = (PAGES / f"{OPERATION}.md").read_text("utf-8")
TYPES_PAGE = (PAGES / "AppointmentTypes.md").read_text("utf-8")

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

# What newer servers add to the types that the page's sample shows.
NEWER = {
    "AppointmentEntity": {"Title", "Agenda", "InternalNotes", "PreferredTZLocationData", "OwnedExternally"},
    "Associate": {"ExtraFields", "CustomFields"},
    "Contact": {"Number1", "Number2"},
    "Person": {"PersonNumber"},
    "Project": {"EventId", "StartDate"},
    "ParticipantInfo": {"EmailAddress", "Description", "ExternallyOwnedType", "ExternallyOwnedStatus"},
}

# Types that the sample shows empty somewhere, or not at all: nothing can be said to be required.
UNSHOWN = [
    "TimeZoneData",
    "TableRight",
    "Address",
    "RecurrenceDayPattern",
    "RecurrenceWeekPattern",
    "RecurrenceMonthPattern",
    "RecurrenceYearPattern",
    "RecurrenceDate",
    "TimeZoneRule",
    "LocalizedField",
    "StructuredAddress",
]


def rows(section: str, page: str = PAGE) -> list[list[str]]:
    """Return the cells of the table under the heading *section* of *page*, without its head."""
    text = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def block(section: str) -> str:
    """Return the code under the heading *section* of the page."""
    return PAGE.partition(f"\n## {section}\n")[2].partition("```http\n")[2].partition("\n```")[0]


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


TYPE_NAMES = re.findall(r"^## (\w+)$", TYPES_PAGE, re.MULTILINE)
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
        head = PAGE.partition("```http\n")[2].partition("\n")[0]
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


def called(shape: Shape, calendar: dict[str, Any]) -> str:
    """Return what the page of types calls the type of *shape*; a date has the pattern *calendar*."""
    if shape.name is not None:
        return shape.name
    if shape.kind == "array":
        return f"array of {called(shape.items, calendar)}"
    if shape.is_dictionary and shape.additional is not None:
        return f"dictionary of {called(shape.additional, calendar)}"
    if shape.kind == "string" and {"enum", "x-flags"} & shape.node.keys():
        return "enum" if "enum" in shape.node else "flags"
    forms = {"date-time": calendar, "double": {"type": "number", "format": "double"}}
    forms |= {name: TYPES[name] for name in ("int32", "bool", "string")}
    return next(name for name, node in forms.items() if shape.node.items() >= node.items())


class TestTypes:
    """What the page and its sample say of the answer's types."""

    def test_types(self, superoffice: Contract) -> None:
        """The component schemas begin with the 25 types of an appointment."""
        assert len(TYPE_NAMES) == 25
        assert list(superoffice.document.component_names[:25]) == TYPE_NAMES

    @pytest.mark.parametrize("name", TYPE_NAMES)
    def test_properties(self, superoffice: Contract, name: str) -> None:
        """Each type has its properties in order, each with its type and its values, null where the facts say so."""
        calendar = superoffice.document.at("/x-types/date-time")
        found = [
            [
                member,
                called(shape, calendar),
                "null" if shape.nullable else "",
                " ".join(shape.node.get("enum", shape.node.get("x-flags", ()))) if shape.kind == "string" else "",
            ]
            for member, shape in superoffice.document.component(name).properties.items()
        ]
        assert found == rows(name, TYPES_PAGE)

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
            assert shape.name in TYPE_NAMES

    @pytest.mark.parametrize("name", [name for name in TYPE_NAMES if name not in UNSHOWN])
    def test_what_the_sample_shows(self, superoffice: Contract, entity: Shape, name: str) -> None:
        """A type has the properties that the sample shows, in its order, those of newer servers, and no others."""
        properties = list(superoffice.document.component(name).properties)
        older = tuple(each for each in properties if each not in NEWER.get(name, ()))
        assert {members for kind, members in shown(entity) if kind == name} == {older}
        assert set(properties) - set(older) == NEWER.get(name, set())

    def test_required(self, superoffice: Contract, entity: Shape) -> None:
        """Required is what the sample shows wherever it shows the type; nothing on types that it shows empty."""
        seen: dict[str, set[str]] = {}
        for name, members in shown(entity):
            seen[name] = seen.get(name, set(members)) & set(members)
        assert [name for name in TYPE_NAMES if not seen.get(name)] == UNSHOWN
        for name in TYPE_NAMES:
            assert superoffice.document.component(name).required == seen.get(name, set()), name

    @pytest.mark.parametrize("name", TYPE_NAMES)
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
