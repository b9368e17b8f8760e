"""Answers to requests: which status, which entity, which example."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.contract import Contract, Document
from mockserver.errors import DocumentError, UsageError
from mockserver.provider import Provider, Reply, World

FIXTURES = Path(__file__).parents[2] / "fixtures" / "documents"
SHOP = Contract.load(FIXTURES / "shop.yaml")
WEATHER = Contract.load(FIXTURES / "weather.json")
NOW = datetime(2026, 1, 15, 9)  # noqa: DTZ001 (a wall clock)
STYLES = ["realistic", "sample"]
INTEGER = {"type": "integer"}
TEXT = {"type": "string"}


def answered(contract: Contract, name: str, chosen: dict[str, Any] | None = None, **options: Any) -> Reply:
    """Return the answer of a new provider to the operation *name*."""
    return Provider(contract).answer(contract.operation(name), chosen or {}, **options)


def contract(responses: dict[str, Any], *, path: str = "/x", **more: Any) -> Contract:
    """Return a contract with one operation, named ask."""
    operation = {"operationId": "ask", "responses": responses, **more.pop("operation", {})}
    info = {"title": "test", "version": "1"}
    return Contract(Document({"openapi": "3.0.3", "info": info, "paths": {path: {"post": operation}}, **more}))


def response(schema: Any = None, **content: Any) -> dict[str, Any]:
    body = {**({} if schema is None else {"schema": schema}), **content}
    return {"description": "", "content": {"application/json": body}}


EMPTY = {"description": ""}


def test_one_of_several_kinds() -> None:
    """An answer that is one of several kinds repeats what the path says of it, and is another one for another id."""
    kinds = {
        name: {"type": "object", "required": ["id", name], "properties": {"id": INTEGER, name: INTEGER}}
        for name in ("bark", "lives")
    }
    union = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in kinds]}
    parameters = [{"name": "petId", "in": "path", "required": True, "schema": INTEGER}]
    asked = contract(
        {"200": response(union)},
        path="/pets/{petId}",
        operation={"parameters": parameters},
        components={"schemas": kinds},
    )
    values = [answered(asked, "ask", {"petId": number}).value for number in range(1, 30)]
    assert [value["id"] for value in values] == list(range(1, 30))
    assert {name for value in values for name in value} == {"id", "bark", "lives"}


class TestStatus:
    """The status that is answered."""

    @pytest.mark.parametrize(
        ("documented", "status"),
        [
            (["200", "404"], 200),
            (["404", "201", "202"], 201),
            (["4XX", "2XX"], 200),
            (["404", "default"], 200),
            (["default"], 200),
            (["302", "404"], 302),
            (["4XX"], 200),
        ],
    )
    def test_usual(self, documented: list[str], status: int) -> None:
        """The lowest success that is documented; a range and the default stand for 200."""
        assert answered(contract(dict.fromkeys(documented, EMPTY)), "ask").status == status

    def test_asked_for(self) -> None:
        """A status that was asked for is answered by what is documented for it."""
        asked = contract({"200": EMPTY, "404": response({"enum": [4]}), "5XX": response({"enum": [5]})})
        replies = [answered(asked, "ask", status=status) for status in (404, 503, 418)]
        assert [(reply.status, reply.value) for reply in replies] == [(404, 4), (503, 5), (418, None)]

    @pytest.mark.parametrize("reply", [EMPTY, {"description": "", "content": {}}])
    def test_without_body(self, reply: dict[str, Any]) -> None:
        """An answer without content has neither media types nor a value."""
        assert answered(contract({"204": reply}), "ask") == Reply(204)

    def test_never_a_body(self) -> None:
        """Nor has one whose status forbids it, whatever is documented (RFC 9110, section 15.3.5)."""
        assert answered(contract({"204": response(TEXT)}), "ask").media_types == ()

    def test_media_types(self) -> None:
        """The media types are those of the status, in the document's order."""
        reply = answered(SHOP, "getOrder", {"orderId": "4c02e55a-02f5-4a51-a87b-db1a9c371e62"})
        assert reply.media_types == ("application/json", "application/xml")
        assert reply.shape is not None
        assert reply.shape.name == "Order"

    def test_problem(self) -> None:
        """A problem tells the status that it comes with (RFC 9457, section 3.1)."""
        assert answered(SHOP, "getProduct", status=404).value | {"detail": ""} == {
            "title": "Not Found",
            "status": 404,
            "detail": "",
        }


class TestExamples:
    """Documented examples."""

    EXAMPLES = response(TEXT, examples={"one": {"value": "1"}, "two": {"value": "2"}})

    @pytest.mark.parametrize(("example", "is_served"), [({"a": 1}, True), ({"a": "x"}, False)])
    def test_of_the_content(self, example: Any, is_served: bool) -> None:
        """So is one beside the schema; one that does not keep it is answered by name alone."""
        documented = contract({"200": response({"properties": {"a": INTEGER}}, examples={"it": {"value": example}})})
        assert (answered(documented, "ask").value == example) is is_served
        assert answered(documented, "ask", example="it").value == example

    def test_the_first_that_fits(self) -> None:
        """Of several, the first that keeps the schema is answered; a text may be the body, written in another way."""
        examples = {"one": {"value": {"a": "x"}}, "two": {"value": {"a": 2}}}
        assert answered(
            contract({"200": response({"properties": {"a": INTEGER}}, examples=examples)}), "ask"
        ).value == {"a": 2}
        assert answered(contract({"200": response({"type": "object"}, example="<a/>")}), "ask").value == "<a/>"

    @pytest.mark.parametrize(("example", "is_served"), [({"a": 1}, True), ({"a": "x"}, False)])
    def test_of_the_schema(self, example: Any, is_served: bool) -> None:
        """The example of the answer's schema is one, if it keeps the schema."""
        reply = answered(contract({"200": response({"properties": {"a": INTEGER}, "example": example})}), "ask")
        assert (reply.value == example) is is_served

    @pytest.mark.parametrize(
        ("options", "value"), [({}, "1"), ({"example": "two"}, "2"), ({"example": "two", "dynamic": True}, "2")]
    )
    def test_served(self, options: dict[str, Any], value: str) -> None:
        """The first example is answered, or the one that was asked for by name."""
        assert answered(contract({"200": self.EXAMPLES}), "ask", **options).value == value

    def test_single(self) -> None:
        """A single example is one too."""
        assert answered(contract({"200": response(TEXT, example="it")}), "ask").value == "it"

    def test_dynamic(self) -> None:
        """Generated data is answered instead on demand."""
        assert answered(contract({"200": self.EXAMPLES}), "ask", dynamic=True).value not in ("1", "2")

    def test_without_schema(self) -> None:
        """An example is all there is without a schema."""
        assert answered(contract({"200": response(example={"a": 1})}), "ask", dynamic=True).value == {"a": 1}
        assert answered(contract({"200": response()}), "ask").value is None

    def test_entity(self) -> None:
        """A request that chooses an entity gets that entity, not the example of another one."""
        thing = {"type": "object", "required": ["id"], "properties": {"id": INTEGER}}
        documented = contract(
            {"200": response({"$ref": "#/components/schemas/Thing"}, example={"id": 1})},
            path="/things/{id}",
            operation={"parameters": [{"name": "id", "in": "path", "required": True, "schema": INTEGER}]},
            components={"schemas": {"Thing": thing}},
        )
        assert answered(documented, "ask", {"id": 7}).value["id"] == 7

    def test_unknown(self) -> None:
        """An example that is not there is an error that lists those that are."""
        with pytest.raises(UsageError, match=r"no example 'three'.*one, two"):
            answered(contract({"200": self.EXAMPLES}), "ask", example="three")


class TestHeaders:
    """Documented header fields."""

    @pytest.mark.parametrize(
        ("header", "value"),
        [
            ({"schema": {"type": "integer", "enum": [7]}}, "7"),
            ({"schema": {"type": "boolean", "enum": [True]}}, "true"),
            ({"schema": {"type": "array", "items": {"enum": ["a"]}, "minItems": 2, "maxItems": 2}}, "a,a"),
            ({"schema": {"type": "object", "properties": {"a": {"enum": [1]}}}}, "a,1"),
            ({"schema": {"type": "string"}, "example": "yes"}, "yes"),
            ({"schema": {"type": "string", "enum": ["x"]}}, "x"),
            ({"schema": {"type": "string", "maxLength": 0}, "required": True}, ""),
            ({"schema": {"type": "string"}}, None),
        ],
    )
    def test_values(self, header: dict[str, Any], value: str | None) -> None:
        """A header field is told where something is known of it, or it has to be there."""
        documented = contract({"200": {"description": "", "headers": {"X-It": header}}})
        assert answered(documented, "ask").headers.get("X-It") == value

    def test_left_to_the_server(self) -> None:
        """What the server says of its own message is not made up."""
        vary = {"required": True, "schema": TEXT}
        headers = {"Vary": vary, "Content-Type": vary, "Content-Length": vary}
        assert answered(contract({"200": {"description": "", "headers": headers}}), "ask").headers == {}


class TestEntities:
    """The entity that a request names."""

    @given(st.integers(1, 2**40), st.sampled_from(STYLES))
    @settings(max_examples=40, deadline=None)
    def test_named(self, number: int, style: str) -> None:
        """The entity in the answer has the id of the request, and is the same for all who ask."""
        ask = SHOP.operation("getProduct")
        first, second = (Provider(SHOP, style=style).answer(ask, {"productId": number}).value for _ in range(2))
        assert first["productId"] == number
        assert first == second

    def test_id_as_text(self) -> None:
        """An id that came as digits is a number; one that the schema refuses is not repeated."""
        assert (
            answered(SHOP, "getProduct", {"productId": "7"}).value
            == answered(SHOP, "getProduct", {"productId": 7}).value
        )
        assert answered(SHOP, "getProduct", {"productId": -7}).value["productId"] >= 1
        assert answered(SHOP, "getProduct", {"productId": "seven"}).value["productId"] >= 1

    @pytest.mark.parametrize("number", [0, -7])
    def test_below_one(self, number: int) -> None:
        """An id that nobody refers to is answered all the same, if the schema takes it."""
        thing = {"type": "object", "required": ["id"], "properties": {"id": INTEGER, "name": TEXT}}
        documented = contract(
            {"200": response({"$ref": "#/components/schemas/Thing"})},
            path="/things/{id}",
            operation={"parameters": [{"name": "id", "in": "path", "required": True, "schema": INTEGER}]},
            components={"schemas": {"Thing": thing}},
        )
        assert answered(documented, "ask", {"id": number}).value["id"] == number

    def test_same_in_a_list(self) -> None:
        """An entity in a list is the one that its id names elsewhere; each is there once."""
        provider = Provider(SHOP)
        listed = provider.answer(SHOP.operation("listProducts"), {}).value
        assert len({product["productId"] for product in listed}) == len(listed)
        for product in listed:
            alone = provider.answer(SHOP.operation("getProduct"), {"productId": product["productId"]}).value
            assert alone == product
            for other in product["related"]:
                there = provider.answer(SHOP.operation("getProduct"), {"productId": other["productId"]}).value
                assert there["name"] == other["name"]

    def test_below_a_parent(self) -> None:
        """What stands below a parent in the path refers to it."""
        order = {"type": "object", "properties": {"id": INTEGER, "customerId": INTEGER, "customerName": TEXT}}
        customer = {"type": "object", "properties": {"customerId": INTEGER, "name": TEXT}}
        parameters = [{"name": "customerId", "in": "path", "required": True, "schema": INTEGER}]
        documented = contract(
            {"200": response({"type": "array", "items": {"$ref": "#/components/schemas/Order"}})},
            path="/customers/{customerId}/orders",
            operation={"parameters": parameters},
            components={"schemas": {"Order": order, "Customer": customer}},
        )
        orders = answered(documented, "ask", {"customerId": 5}).value
        assert {each["customerId"] for each in orders} == {5}
        assert len({each["customerName"] for each in orders}) == 1

    def test_repeated(self) -> None:
        """What was sent is what is answered, where the answer has a property for it and takes it."""
        sent = {"name": "Chair", "price": 9.5, "stock": -1, "productId": 3, "secret": "x"}
        made = answered(SHOP, "addProduct", sent)
        assert made.status == 201
        assert (made.value["name"], made.value["price"]) == ("Chair", 9.5)
        assert made.value["stock"] >= 0
        assert "secret" not in made.value
        assert answered(WEATHER, "readings", {"station_code": "OSL18"}).value["station_code"] == "OSL18"

    def test_wrapped(self) -> None:
        """An entity inside a wrapper is the one that was asked for too."""
        thing = {"type": "object", "required": ["thingId"], "properties": {"thingId": INTEGER, "name": TEXT}}
        wrapper = {"type": "object", "properties": {"data": {"type": "object", "properties": {
            "thing": {"$ref": "#/components/schemas/Thing"}, "thingName": TEXT, "thingId": INTEGER}}}}  # fmt: skip
        documented = contract({"200": response(wrapper)}, components={"schemas": {"Thing": thing}})
        data = answered(documented, "ask", {"thingId": 5}).value["data"]
        assert data["thing"]["thingId"] == data["thingId"] == 5
        assert data["thing"]["name"] == data["thingName"]


class TestDocuments:
    """Any document."""

    @pytest.mark.parametrize("style", STYLES)
    @pytest.mark.parametrize("documented", [SHOP, WEATHER], ids=["shop", "weather"])
    def test_accepted(self, documented: Contract, style: str) -> None:
        """Every documented answer is one that its own schema accepts; and the same from another provider."""
        one, two = (Provider(documented, style=style) for _ in range(2))
        for operation in documented.operations:
            for code in operation.answers:
                status = int(code) if code.isdigit() else 400 if code == "4XX" else None
                reply = one.answer(operation, {}, status=status)
                for content in () if reply.value is None else operation.answers[code].contents.values():
                    assert (
                        content.schema is None
                        or reply.shape is not content.schema.shape
                        or (content.schema.violations(reply.value) == [])
                    )
                assert two.answer(operation, {}, status=status).value == reply.value

    def test_different(self) -> None:
        """Other seeds and other operations give other answers."""
        one, two = Provider(SHOP), Provider(SHOP, seed=2)
        ask = SHOP.operation("getProduct")
        assert one.answer(ask, {"productId": 3}).value != two.answer(ask, {"productId": 3}).value
        assert one.answer(SHOP.operation("listProducts"), {}).value[0] != one.answer(ask, {}).value

    def test_parameters_elsewhere(self) -> None:
        """Query and header parameters that name no entity change no data."""
        plain = answered(SHOP, "listProducts").value
        assert answered(SHOP, "listProducts", {"limit": 3, "name": "x", "sort": "price"}).value == plain


class TestAnswerExtension:
    """What ``x-answer`` says of an operation."""

    @staticmethod
    def documented(answer: dict[str, Any]) -> Contract:
        """Return a contract whose operation answers a note, and may be asked for a thing."""
        thing = {"type": "object", "required": ["ThingId", "Name"], "properties": {"ThingId": INTEGER, "Name": TEXT}}
        note = {"type": "object", "properties": {"NoteId": INTEGER, "Text": TEXT, "On": {"type": "string"}}}
        return contract(
            {"200": response({"$ref": "#/components/schemas/Note"}, example={"Text": "example"})},
            operation={"x-answer": answer},
            components={"schemas": {"Note": note, "Thing": thing}},
        )

    def test_formulas(self) -> None:
        """Formulas see the answer's properties, and the entities that the request chose; the example is not served."""
        documented = self.documented({"NoteId": "0", "Text": "Thing.Name", "On": "f'{Text}!'"})
        value = answered(documented, "ask", {"ThingId": 7}).value
        thing = World(documented.document, seed=1, now=NOW).show("Thing", 7)
        assert thing is not None
        assert value == {"NoteId": 0, "Text": thing["Name"], "On": f"{thing['Name']}!"}

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            ({"No": "1"}, "x-answer: the answer has no property 'No'.*/x-answer/No"),
            ({"Text": "Thing.Nam"}, "there is no 'Thing.Nam'; did you mean Name.*/x-answer/Text"),
            ({"Text": "open('x')"}, "there is no function.*/x-answer/Text"),
            ({"Text": "On", "On": "Text"}, "computed from each other"),
        ],
    )
    def test_mistakes(self, answer: dict[str, str], says: str) -> None:
        """A formula that means nothing is an error before anything is answered."""
        with pytest.raises(DocumentError, match=says):
            Provider(self.documented(answer))


def test_now() -> None:
    """The present may be a datetime."""
    assert Provider(SHOP, now=NOW).answer(SHOP.operation("listProducts"), {}).value


@pytest.mark.parametrize("now", ["1000-01-01", "9000-12-31T23:59:59"])
@pytest.mark.parametrize("style", STYLES)
def test_any_time(now: str, style: str) -> None:
    """There are answers at any time that may be given."""
    provider, operation = Provider(SHOP, now=now, style=style), SHOP.operation("getOrder")
    assert all(provider.answer(operation, {"orderId": str(number)}).value for number in range(50))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"style": "baroque"}, "no style 'baroque'; there are realistic, sample"),
        ({"now": "tomorrow"}, "--now 'tomorrow' is not a date and time"),
        ({"now": "2026-01-15T09:00:00+05:00"}, "has an offset, and is the wall clock of --time-zone"),
        ({"now": "9999-12-31"}, "leaves no room for dates around it; take a year from 1000 to 9000"),
        ({"now": "0999-12-31"}, "leaves no room"),
        ({"locales": ["tlh"]}, "no data for the locale 'tlh'"),
    ],
)
def test_options(options: dict[str, Any], says: str) -> None:
    """An option that cannot be is an error that tells the fix."""
    with pytest.raises(UsageError, match=says):
        Provider(SHOP, **options)
