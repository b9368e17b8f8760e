"""A world: entities that agree with each other, and extensions that say what properties hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.contract import Document, Schema
from mockserver.errors import DocumentError, UsageError
from mockserver.provider import World
from mockserver.provider.source import root

NOW = datetime(2026, 1, 15, 9)  # noqa: DTZ001 (a wall clock; a Thursday)
INTEGER = {"type": "integer"}
TEXT = {"type": "string"}
DATE = {"type": "string", "format": "iso-date-time"}
UNSET = {
    "string": "",
    "integer": 0,
    "number": 0.0,
    "boolean": False,
    "date": "0001-01-01T00:00:00",
    "array": [],
    "object": {},
}


def schema(extensions: dict[str, Any] | None = None, /, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties, **(extensions or {})}


def world(
    root: dict[str, Any] | None = None, /, *, locales: tuple[str, ...] = (), seed: int = 1, **schemas: Any
) -> World:
    tree = {"openapi": "3.0.3", "paths": {}, "components": {"schemas": schemas}, **(root or {})}
    made = World(Document(tree), seed=seed, now=NOW, locales=locales)
    made.check()
    return made


def things(
    node: dict[str, Any], *, root: dict[str, Any] | None = None, others: dict[str, Any] | None = None
) -> list[Any]:
    """Return what the property *node* holds in a hundred things."""
    made = world(root, Thing=schema(ThingId=INTEGER, Name=TEXT, X=node, **(others or {})))
    return [_shown(made, "Thing", number)["X"] for number in range(1, 101)]


def _shown(made: World, name: str, number: Any) -> dict[str, Any]:
    shown = made.show(name, number)
    assert shown is not None
    return shown


class TestIds:
    """What numbers ids are, by the key's schema."""

    @pytest.mark.parametrize(
        ("key", "ids"),
        [
            ({}, set(range(1, 1001))),
            ({"minimum": 5, "maximum": 9}, {5, 6, 7, 8, 9}),
            ({"minimum": 5, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": True}, {6, 7, 8}),
            ({"minimum": 0.5, "maximum": 2.5}, {1, 2}),
            ({"multipleOf": 3, "maximum": 12}, {3, 6, 9, 12}),
            ({"multipleOf": 3, "minimum": 10, "maximum": 12}, {12}),
            ({"format": "int32", "minimum": 2147483645}, {2147483645, 2147483646, 2147483647}),
            ({"minimum": -3, "maximum": 2}, {1, 2}),
        ],
    )
    def test_range(self, key: dict[str, Any], ids: set[int]) -> None:
        """Every id keeps the schema, and so does every reference to it."""
        number = {**INTEGER, **key}
        made = world(Thing=schema(ThingId=number, OtherId=number), Other=schema(OtherId=number))
        shape = made.document.component("Thing")
        values = [made.generator.value(shape, key) for key in map(root, range(3000))]
        assert {value["ThingId"] for value in values} <= ids
        assert {value["OtherId"] for value in values} <= ids
        judge = Schema(made.document, shape.node, shape.pointer)
        assert all(judge.is_valid(value) for value in values)

    @pytest.mark.parametrize(
        "key", [{"not": {"enum": [3]}}, {"anyOf": [{"maximum": 2}, {"minimum": 4}]}, {"maximum": 0}]
    )
    def test_no_row(self, key: dict[str, Any]) -> None:
        """Numbers that are no row of ids name nothing: each is drawn as its schema says."""
        made = world(Thing=schema(ThingId={**INTEGER, "minimum": -9, "maximum": 9, **key}))
        shape = made.document.component("Thing")
        judge = Schema(made.document, shape.node, shape.pointer)
        assert all(judge.is_valid(made.generator.value(shape, each)) for each in map(root, range(300)))


class TestExtensions:
    """What a document says of one property."""

    @pytest.mark.parametrize("value", ["a", 0, None, {"b": [1, None]}, []])
    def test_value(self, value: Any) -> None:
        """A constant is any JSON."""
        assert (
            things({"x-value": value, "nullable": True, "type": "string"} if value is None else {"x-value": value})
            == [value] * 100
        )

    def test_date_value(self) -> None:
        """A constant date is told as it is written, and computes as a date."""
        day = {**DATE, "x-value": "2026-02-01T10:00:00.5Z"}
        assert set(things(day)) == {"2026-02-01T10:00:00.5Z"}
        assert set(things({**TEXT, "x-formula": "weekday(Day)"}, others={"Day": day})) == {"Sunday"}

    def test_values(self) -> None:
        """One of several is drawn, as often as its weight says, in the type of the schema."""
        assert set(things({**TEXT, "x-values": ["a", "b"]})) == {"a", "b"}
        drawn = things({**INTEGER, "x-values": {"1": 9, "2": 1, "3": 0}})
        assert 75 < drawn.count(1) < 100
        assert set(drawn) == {1, 2}

    def test_range(self) -> None:
        """A range has both its ends inside; numbers are rounded."""
        assert set(things({**INTEGER, "x-range": [-1, 1]})) == {-1, 0, 1}
        numbers = things({"type": "number", "x-range": [0.5, 2], "x-decimals": 1})
        assert min(numbers) >= 0.5
        assert max(numbers) <= 2
        assert all(number == round(number, 1) for number in numbers)

    def test_log_range(self) -> None:
        """On a logarithmic range each power of ten is as likely."""
        numbers = things({"type": "number", "x-range": [1, 10_000], "x-log": True})
        assert 30 < sum(number < 100 for number in numbers) < 70
        assert all(1 <= number <= 10_000 for number in numbers)
        assert {type(number) for number in things({**INTEGER, "x-range": [1, 100], "x-log": True})} == {int}

    def test_days(self) -> None:
        """Days lie around the world's present: quarter-hours of working days, unless there are none."""
        moments = [datetime.fromisoformat(text) for text in things({**DATE, "x-days": [1, 30]})]
        assert {moment.weekday() for moment in moments} == {0, 1, 2, 3, 4}
        assert all(8 <= moment.hour < 16 and moment.minute % 15 == 0 for moment in moments)
        assert all(1 <= (moment.date() - NOW.date()).days <= 30 for moment in moments)
        assert {text[:10] for text in things({**DATE, "x-days": [2, 3]})} == {"2026-01-17", "2026-01-18"}
        assert {text[:10] for text in things({**DATE, "x-days": [2, 4]})} == {"2026-01-19"}
        assert {text[:10] for text in things({**DATE, "x-days": [0, 3]})} == {"2026-01-15", "2026-01-16"}

    @pytest.mark.parametrize(
        ("kind", "length", "end"), [("date", 10, "-16"), ("date-time", 20, "Z"), ("iso-date-time", 19, ":00")]
    )
    def test_date_formats(self, kind: str, length: int, end: str) -> None:
        """A date is told as its format wants it."""
        texts = things({**TEXT, "format": kind, "x-days": [1, 1]})
        assert all(len(text) == length and text.endswith(end) for text in texts)

    def test_faker(self) -> None:
        """Faker's methods are drawn, with arguments, and only what the schema takes."""
        assert len(set(things({**TEXT, "x-faker": "company"}))) > 50
        assert set(things({**INTEGER, "x-faker": {"method": "random_int", "min": 5, "max": 6}})) == {5, 6}
        assert max(map(len, things({**TEXT, "x-faker": "last_name", "maxLength": 5}))) <= 5

    def test_items(self) -> None:
        """An array has as many items as is said, or those that are described over the object around it."""
        assert things({"type": "array", "items": INTEGER, "x-items": 0}) == [[]] * 100
        assert {len(items) for items in things({"type": "array", "items": INTEGER, "x-items": 2})} == {2}
        assert {len(items) for items in things({"type": "array", "items": INTEGER, "x-items": [1, 3]})} == {1, 2, 3}
        item = schema(Id=INTEGER, Kind=TEXT)
        listed = things(
            {"type": "array", "items": item, "x-items": [{"Id": "ThingId", "Kind": "'a'"}, {"Id": "draw(9)"}]},
            root={"x-unset": UNSET},
        )
        assert listed[6][0] == {"Id": 7, "Kind": "a"}
        assert {items[1]["Kind"] for items in listed} == {""}
        assert len({items[1]["Id"] for items in listed}) == 9
        nested = {
            "type": "array",
            "items": {"type": "array", "items": schema(Id=INTEGER)},
            "x-items": [[{"Id": "ThingId"}], []],
        }
        assert things(nested)[4] == [[{"Id": 5}], []]

    def test_not_before(self) -> None:
        """A date is never before its sibling."""
        later = {**DATE, "x-days": [-9, 9], "x-not-before": "X"}
        made = world(Thing=schema(ThingId=INTEGER, X={**DATE, "x-days": [-9, 9]}, Y=later))
        shown = [_shown(made, "Thing", number) for number in range(1, 200)]
        assert all(thing["X"] <= thing["Y"] for thing in shown)
        assert any(thing["X"] == thing["Y"] for thing in shown)
        assert any(thing["X"] < thing["Y"] for thing in shown)

    def test_not_before_constants(self) -> None:
        """So are constants, whichever of them comes first."""
        new, old = "2026-01-01T00:00:00", "2020-01-01T00:00:00"
        first = {**DATE, "x-value": new}
        assert set(things({**DATE, "x-value": old, "x-not-before": "Y"}, others={"Y": first})) == {new}
        assert set(things({**DATE, "x-value": new, "x-not-before": "Y"}, others={"Y": {**DATE, "x-value": old}})) == {
            new
        }

    def test_unset(self) -> None:
        """What nothing describes holds what the document says for its type, if its schema takes it."""
        node = schema(
            Text=TEXT,
            Number={"type": "number"},
            Flag={"type": "boolean"},
            Date=DATE,
            List={"type": "array", "items": INTEGER},
            Map={"type": "object", "additionalProperties": TEXT},
            Kind={**TEXT, "enum": ["None", "Some"]},
            Record=schema(Inner=TEXT),
            Bounded={**INTEGER, "minimum": 1, "maximum": 1},
        )
        assert things(node, root={"x-unset": UNSET})[0] == {
            "Text": "",
            "Number": 0.0,
            "Flag": False,
            "Date": "0001-01-01T00:00:00",
            "List": [],
            "Map": {},
            "Kind": "None",
            "Record": {"Inner": ""},
            "Bounded": 1,
        }

    def test_facts(self) -> None:
        """Facts are known to formulas, and never shown."""
        facts = {"x-facts": {"Secret": {"x-values": [1, 2, 3]}, "Day": {**DATE, "x-days": [1, 9]}}}
        made = world(Thing=schema(facts, ThingId=INTEGER, X={**INTEGER, "x-formula": "Secret * 2"}, Day2=DATE))
        assert set(_shown(made, "Thing", 1)) == {"ThingId", "X", "Day2"}
        assert {_shown(made, "Thing", number)["X"] for number in range(1, 99)} == {2, 4, 6}

    def test_rows(self) -> None:
        """A table's row gives the properties of its columns; the others follow their own rules."""
        rows = {"x-rows": [{"KindId": 1, "Name": "One", "Since": "2020-01-01T00:00:00"}, {"KindId": 2, "Name": "Two"}]}
        kind = schema(
            rows, KindId=INTEGER, Name=TEXT, Since={**DATE, "x-days": [1, 1]}, Tip={**TEXT, "x-formula": "Name"}
        )
        made = world({"x-unset": UNSET}, Kind=kind, Thing=schema(ThingId=INTEGER, KindId=INTEGER))
        assert made.show("Kind", 1) == {"KindId": 1, "Name": "One", "Since": "2020-01-01T00:00:00", "Tip": "One"}
        assert _shown(made, "Kind", 2)["Since"].startswith("2026-01-16")
        assert _shown(made, "Kind", 3)["Name"] == ""
        assert {_shown(made, "Thing", number)["KindId"] for number in range(1, 99)} == {1, 2}

    @pytest.mark.parametrize(
        ("node", "says"),
        [
            ({**TEXT, "x-value": 3}, "x-value: the schema does not take 3"),
            ({**TEXT, "x-values": [3]}, "x-values: the schema does not take 3"),
            ({**TEXT, "x-values": []}, "x-values: give at least one value"),
            ({**TEXT, "x-values": {"a": 0}}, "x-values: give at least one value"),
            ({**INTEGER, "x-range": [3, 1]}, r"x-range: write \[low, high\]"),
            ({**INTEGER, "x-range": 3}, r"x-range: write \[low, high\]"),
            ({"type": "number", "x-range": [0, 1], "x-log": True}, "x-log: both ends"),
            ({**DATE, "x-days": "soon"}, r"x-days: write \[low, high\]"),
            ({**TEXT, "x-faker": "no_such_method"}, "x-faker: Faker has no provider method 'no_such_method'"),
            ({**TEXT, "x-faker": "__class__"}, "x-faker: Faker has no provider method"),
            ({**TEXT, "x-faker": {"method": "name", "size": 3}}, "x-faker: Faker's 'name' does not take"),
            ({**TEXT, "x-formula": "1 +"}, "is not an expression"),
            ({**TEXT, "x-formula": "Nam"}, "there is no 'Nam'; did you mean Name"),
            ({**TEXT, "x-formula": "Name.Length"}, "'Name' has no members"),
            ({**TEXT, "x-formula": "Thing.Nam"}, "there is no 'Thing'"),
            ({**DATE, "x-days": [1, 2], "x-not-before": "Start"}, "x-not-before: there is no property 'Start'"),
            (
                {"type": "array", "items": schema(A=TEXT), "x-items": [{"B": "1"}]},
                "x-items: the item has no property 'B'",
            ),
            ({"type": "array", "items": TEXT, "x-items": [3, 1]}, "x-items: write a number"),
            ({"type": "array", "items": TEXT, "x-items": 10**9}, "x-items: write a number"),
            ({**INTEGER, "x-refers": "Nothing"}, "there is no entity 'Nothing'"),
        ],
    )
    def test_mistakes(self, node: dict[str, Any], says: str) -> None:
        """An extension that means nothing is an error with its place, before anything is answered."""
        with pytest.raises(DocumentError, match=f"{says}.*/components/schemas/Thing/properties/X"):
            things(node)


SALES: dict[str, Any] = {
    "Contact": schema(
        {"x-entity": {"population": 50}, "x-facts": {"Domain": {**TEXT, "x-formula": "f'{slug(Name)}.example'"}}},
        ContactId=INTEGER,
        Name={**TEXT, "x-faker": "company"},
        Mail={**TEXT, "x-formula": "f'post@{Domain}'"},
    ),
    "Sale": schema(
        SaleId=INTEGER,
        ContactId=INTEGER,
        ContactName=TEXT,
        ContactMail=TEXT,
        RivalId={**INTEGER, "x-refers": "Contact", "x-share": 0.5},
        RivalName={**TEXT, "nullable": True},
        Mail={**TEXT, "x-formula": "f'{SaleId}.{Contact.Mail}'"},
    ),
    "Visit": schema(
        VisitId=INTEGER,
        Contact={"$ref": "#/components/schemas/Contact"},
        Sale={"nullable": True, "allOf": [{"$ref": "#/components/schemas/Sale"}]},
        Host={"allOf": [{"$ref": "#/components/schemas/Contact"}], "x-shows": "Sale.RivalId"},
        contactId=INTEGER,
        Trip=schema(Where=TEXT, ContactName={**TEXT, "x-formula": "owner.Contact.Name"}),
    ),
    "Memo": schema(
        MemoId=INTEGER,
        Sale={"$ref": "#/components/schemas/Sale"},
        Contact={"anyOf": [{"$ref": "#/components/schemas/Contact"}, {"enum": [None]}]},
    ),
}
SALES_WORLD = world(**SALES)


class TestAgreement:
    """Entities that refer to each other."""

    @given(st.integers(1, 10**6))
    @settings(max_examples=60)
    def test_names(self, number: int) -> None:
        """What a property repeats is what the entity of that id has."""
        sale = _shown(SALES_WORLD, "Sale", number)
        contact = _shown(SALES_WORLD, "Contact", sale["ContactId"])
        assert 1 <= sale["ContactId"] <= 50
        assert (sale["ContactName"], sale["ContactMail"]) == (contact["Name"], contact["Mail"])
        assert sale["Mail"] == f"{number}.{contact['Mail']}"
        rival = SALES_WORLD.show("Contact", sale["RivalId"])
        assert sale["RivalName"] == (rival["Name"] if rival else None)

    def test_share(self) -> None:
        """A share of ids is 0: they name nothing."""
        rivals = [_shown(SALES_WORLD, "Sale", number)["RivalId"] for number in range(1, 201)]
        assert 70 < rivals.count(0) < 130

    @given(st.integers(1, 10**6))
    @settings(max_examples=60)
    def test_shown(self, number: int) -> None:
        """A property that shows an entity shows the one that its siblings name, as it is everywhere."""
        visit, memo = _shown(SALES_WORLD, "Visit", number), _shown(SALES_WORLD, "Memo", number)
        assert visit["Contact"] == SALES_WORLD.show("Contact", visit["contactId"])
        assert visit["Sale"] == SALES_WORLD.show("Sale", visit["Sale"]["SaleId"])
        assert visit["Host"]["ContactId"] == visit["Sale"]["RivalId"] or visit["Sale"]["RivalId"] == 0
        assert visit["Trip"]["ContactName"] == visit["Contact"]["Name"]
        assert memo["Contact"] == SALES_WORLD.show("Contact", memo["Sale"]["ContactId"])

    @pytest.mark.parametrize("number", [0, -1, None])
    def test_nobody(self, number: Any) -> None:
        """An id below 1 names nothing."""
        assert SALES_WORLD.show("Sale", number) is None

    def test_order_does_not_matter(self) -> None:
        """An entity is the same whatever was asked for before, in any world of the seed."""
        one, two, other = world(**SALES), world(**SALES), world(seed=2, **SALES)
        names = [(name, number) for name in SALES for number in range(1, 30)]
        first = {each: one.show(*each) for each in names}
        assert {each: two.show(*each) for each in reversed(names)} == first
        assert {each: other.show(*each) for each in names} != first

    def test_one_property_more(self) -> None:
        """Another property in the document changes no value of the others."""
        properties = {"Aim": INTEGER, **SALES["Sale"]["properties"], "End": {**INTEGER, "x-range": [1, 9]}}
        more = world(**{**SALES, "Sale": schema(**properties)})
        for number in range(1, 30):
            assert _shown(SALES_WORLD, "Sale", number).items() <= _shown(more, "Sale", number).items()

    def test_narrower(self) -> None:
        """What a schema does not take is not repeated."""
        short = schema(NoteId=INTEGER, ContactId=INTEGER, ContactName={**TEXT, "maxLength": 3}, ContactMail=INTEGER)
        note = _shown(world(**SALES, Note=short), "Note", 1)
        assert len(note["ContactName"]) <= 3
        assert isinstance(note["ContactMail"], int)


def kinds(**mapping: str) -> dict[str, Any]:
    """Return a discriminator that maps values to components."""
    targets = {value: f"#/components/schemas/{name}" for value, name in mapping.items()}
    return {"discriminator": {"propertyName": "petType", "mapping": targets}}


PET: dict[str, Any] = {"$ref": "#/components/schemas/Pet"}
CAT, DOG = ({"$ref": f"#/components/schemas/{name}"} for name in ("Cat", "Dog"))
PETS = world(
    Pet=schema(kinds(cat="Cat", dog="Dog"), id=INTEGER, petType=TEXT),
    Cat={"allOf": [PET, schema(claws=INTEGER)]},
    Dog={"allOf": [PET, schema(tricks={**INTEGER, "minimum": 3, "maximum": 4})]},
    Owner=schema(
        ownerId=INTEGER,
        petId=INTEGER,
        pet=PET,
        any={"oneOf": [CAT, DOG], **kinds(cat="Cat")},
        named={"allOf": [PET], "required": ["nick"], "properties": {"nick": TEXT}},
    ),
)


class TestAlternatives:
    """Entities that are one of several kinds."""

    def test_subtype(self) -> None:
        """An entity of a base schema is of one of its subtypes, always the same one."""
        pets = [_shown(PETS, "Pet", number) for number in range(1, 60)]
        assert {pet["petType"] for pet in pets} == {"cat", "dog"}
        assert [pet["id"] for pet in pets] == list(range(1, 60))
        assert all(("claws" in pet) == (pet["petType"] == "cat") for pet in pets)

    def test_shown(self) -> None:
        """It is the same where others show it; more than the entity has is made up beside it."""
        for number in range(1, 30):
            owner = _shown(PETS, "Owner", number)
            assert owner["pet"] == _shown(PETS, "Pet", owner["petId"])
            kind = {"cat": "Cat", "Dog": "Dog"}[owner["any"]["petType"]]
            assert {**owner["any"], "petType": ""} == {**_shown(PETS, kind, owner["any"]["id"]), "petType": ""}
            assert owner["named"]["nick"]


class TestDerived:
    """What follows from other members alone."""

    def test_each_for_itself(self) -> None:
        """Objects are shared by those alone of whom all is equal that they follow from."""
        kind = schema(Twice={**INTEGER, "x-formula": "owner.Size * 2"}, Name={**TEXT, "x-formula": "owner.Name"})
        size = {**INTEGER, "x-values": [1, 2]}
        name = {**TEXT, "x-values": ["a", "b"]}
        made = world({"x-unset": UNSET}, Thing=schema(ThingId=INTEGER, Size=size, Name=name, Kind=kind))
        for number in range(1, 60):
            thing = _shown(made, "Thing", number)
            assert thing["Kind"] == {"Twice": thing["Size"] * 2, "Name": thing["Name"]}

    def test_lists_and_objects(self) -> None:
        """What follows from lists and objects is computed for each."""
        kind = schema(Count={**INTEGER, "x-formula": "len(owner.List) + owner.Inner.Size"})
        items = {"type": "array", "items": INTEGER, "x-items": [1, 3]}
        inner = schema(Size={**INTEGER, "x-values": [10, 20]})
        made = world({"x-unset": UNSET}, Thing=schema(ThingId=INTEGER, List=items, Inner=inner, Kind=kind))
        for number in range(1, 60):
            thing = _shown(made, "Thing", number)
            assert thing["Kind"]["Count"] == len(thing["List"]) + thing["Inner"]["Size"]


class TestPeople:
    """Names of somebody, where no extension speaks."""

    def test_parts_fit(self) -> None:
        """The full name and the mailbox are made of the first name and the last."""
        person = schema(id=INTEGER, firstName=TEXT, last_name=TEXT, fullName=TEXT, email={**TEXT, "format": "email"})
        shown = _shown(world(Person=person), "Person", 7)
        assert shown["fullName"] == f"{shown['firstName']} {shown['last_name']}"
        assert shown["email"].startswith(shown["firstName"].lower())

    def test_country(self) -> None:
        """An entity's names are of its locale: its own, that of what it refers to, or that of what it stands in."""
        lands = {
            "Land": {
                "key": "LandId",
                "rows": [{"LandId": 1, "Locale": "ja_JP", "weight": 1}, {"LandId": 2, "Locale": "el_GR", "weight": 1}],
            }
        }
        name = {**TEXT, "x-faker": "last_name"}
        made = world(
            {"x-entities": lands},
            Own=schema({"x-facts": {"Locale": {"x-formula": "Land.Locale"}}}, OwnId=INTEGER, LandId=INTEGER, Name=name),
            Far=schema(FarId=INTEGER, OwnId=INTEGER, Name=name, Inner=schema(Name=name)),
        )
        for number in range(1, 40):
            far = _shown(made, "Far", number)
            own = _shown(made, "Own", far["OwnId"])
            greek = own["LandId"] == 2
            for text in (own["Name"], far["Name"], far["Inner"]["Name"]):
                assert all(("\u0370" <= letter < "\u0400") == greek for letter in text if letter.isalpha())

    def test_chosen_locales(self) -> None:
        """Without tables, names are of the locales that were asked for."""
        person = schema(id=INTEGER, lastName=TEXT)
        texts = [_shown(world(Person=person, locales=("el_GR",)), "Person", number)["lastName"] for number in (1, 2, 3)]
        assert not any(text.isascii() for text in texts)
        with pytest.raises(UsageError, match="there is no data for the locale 'xx'"):
            world(Person=person, locales=("xx",))


class TestCircles:
    """Formulas that wait for each other."""

    @pytest.mark.parametrize(
        "thing",
        [
            schema(ThingId=INTEGER, A={**INTEGER, "x-formula": "A + 1"}),
            schema(ThingId=INTEGER, A={**INTEGER, "x-formula": "B"}, B={**INTEGER, "x-formula": "A"}),
            schema(ThingId=INTEGER, ThatId={**INTEGER, "x-refers": "Thing"}, A={**INTEGER, "x-formula": "That.A"}),
            schema(ThingId=INTEGER, A=schema(B={**INTEGER, "x-formula": "owner.C"}), C={**INTEGER, "x-formula": "A.B"}),
            schema({"x-facts": {"A": {"x-formula": "B"}}}, ThingId=INTEGER, B={**INTEGER, "x-formula": "A"}),
            schema(
                ThingId=INTEGER,
                A={**DATE, "x-days": [1, 2], "x-not-before": "B"},
                B={**DATE, "x-days": [1, 2], "x-not-before": "A"},
            ),
        ],
        ids=["itself", "two", "another", "owner", "fact", "dates"],
    )
    def test_refused(self, thing: dict[str, Any]) -> None:
        """Properties computed from each other are an error that names them."""
        with pytest.raises(DocumentError, match=r"computed from each other: .*A.*→"):
            world(Thing=thing)

    def test_back_and_forth(self) -> None:
        """Entities may refer to each other, as long as their properties do not."""
        made = world(
            One=schema(OneId=INTEGER, TwoId=INTEGER, TwoName=TEXT, Name={**TEXT, "x-formula": "f'one {OneId}'"}),
            Two=schema(TwoId=INTEGER, OneId=INTEGER, OneName=TEXT, Name={**TEXT, "x-formula": "f'two {TwoId}'"}),
        )
        one = _shown(made, "One", 5)
        assert one["TwoName"] == f"two {one['TwoId']}"


ORDERS: dict[str, Any] = {
    "Customer": {
        "type": "object",
        "required": ["id", "name", "orders"],
        "properties": {
            "id": INTEGER,
            "name": TEXT,
            "orders": {"type": "array", "items": {"$ref": "#/components/schemas/Order"}},
        },
    },
    "Order": {
        "type": "object",
        "required": ["id", "customer"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "customerId": INTEGER,
            "customer": {"$ref": "#/components/schemas/Customer"},
            "total": {"type": "number"},
        },
    },
}


class TestRecursion:
    """Entities that show each other."""

    @given(st.integers(1, 10**6))
    @settings(max_examples=30, deadline=None)
    def test_same_everywhere(self, number: int) -> None:
        """However deep an entity stands, what is shown of it is what it is; and nesting ends."""
        made = world(**ORDERS)
        customer = _shown(made, "Customer", number)
        node = ORDERS["Customer"]
        assert Schema(made.document, node, "/components/schemas/Customer").is_valid(customer)
        for order in customer["orders"]:
            alone = _shown(made, "Order", order["id"])
            assert {**order, "customer": 0} == {**alone, "customer": 0}
            assert order["customer"]["id"] == order["customerId"]
            inner = _shown(made, "Customer", order["customerId"])
            assert order["customer"]["name"] == inner["name"]

    def test_distinct(self) -> None:
        """An array of entities has each of them once."""
        made = world(**ORDERS)
        for number in range(1, 60):
            numbers = [order["id"] for order in _shown(made, "Customer", number)["orders"]]
            assert len(numbers) == len(set(numbers))
