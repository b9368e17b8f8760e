"""What names of schemas and properties mean."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.contract import Document
from mockserver.errors import DocumentError, UsageError
from mockserver.provider.entities import Entities, as_id

INTEGER = {"type": "integer"}
TEXT = {"type": "string"}


def schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def entities(root: dict[str, Any] | None = None, /, **schemas: Any) -> Entities:
    return Entities(Document({"components": {"schemas": schemas}, **(root or {})}))


CITIES = {
    "City": {
        "key": "CityId",
        "rows": [
            {"CityId": 1, "Name": "Oslo", "Locale": "no_NO", "weight": 3},
            {"CityId": 2, "Name": "Malmö", "Locale": "sv_SE", "weight": 1},
            {"CityId": 3, "Name": "Lund", "Locale": "sv_SE", "weight": 1},
            {"CityId": 4, "Name": "London", "Locale": "en_GB", "weight": 0},
        ],
    }
}


class TestEntities:
    """Which schemas are entities."""

    @pytest.mark.parametrize(
        ("name", "properties", "key"),
        [
            ("Contact", {"ContactId": INTEGER}, "ContactId"),
            ("Product", {"product_id": INTEGER}, "product_id"),
            ("user-account", {"userAccountID": TEXT}, "userAccountID"),
            ("Pet", {"name": TEXT, "id": INTEGER}, "id"),
            ("Link", {"Id": INTEGER, "LinkId": INTEGER}, "LinkId"),
            ("Line", {"ProductId": INTEGER}, None),
            ("Problem", {"id": {"type": "integer", "maximum": 0}}, None),
            ("Kind", {"id": {"type": "string", "enum": ["a"]}}, None),
            ("Maybe", {"id": {"type": "string", "nullable": True}}, None),
            ("Flag", {"id": {"type": "boolean"}}, None),
        ],
    )
    def test_key(self, name: str, properties: dict[str, Any], key: str | None) -> None:
        """A schema with its own id is an entity: in any style of naming, if the id can tell one from another."""
        entity = entities(**{name: schema(**properties)}).named(name)
        assert (entity.key if entity else None) == key

    def test_declared(self) -> None:
        """The document has the last word on key and population."""
        found = entities(Zone={**schema(Code=TEXT), "x-entity": {"key": "Code", "population": 7}}).all["Zone"]
        assert (found.key, found.population) == ("Code", 7)

    def test_no_such_key(self) -> None:
        """A key that is no property is an error with its place."""
        with pytest.raises(DocumentError, match=r"there is no property 'No'.*/components/schemas/Zone"):
            entities(Zone={**schema(Code=TEXT), "x-entity": {"key": "No"}})

    def test_rows(self) -> None:
        """A table's rows are the population, and their columns members."""
        found = entities({"x-entities": CITIES}).all["City"]
        assert (found.population, found.shape) == (4, None)
        assert found.columns == {"CityId", "Name", "Locale"}

    def test_weights(self) -> None:
        """A row is drawn as often as its weight says, never with weight 0."""
        draw = entities({"x-entities": CITIES}).all["City"].draw_row
        drawn = [draw((number << 64) // 1000) for number in range(1000)]
        assert [drawn.count(number) for number in (1, 2, 3, 4)] == pytest.approx([600, 200, 200, 0], abs=2)

    @pytest.mark.parametrize(
        ("locales", "drawn"), [(("sv",), {2, 3}), (("en-GB",), {4}), (("nb_NO", "en_GB"), {1, 4}), ((), {1, 2, 3})]
    )
    def test_locales(self, locales: tuple[str, ...], drawn: set[int]) -> None:
        """Locales that were asked for limit the rows, and bring in those that are never drawn otherwise."""
        draw = Entities(Document({"x-entities": CITIES}), locales).all["City"].draw_row
        assert {draw(number << 54) for number in range(1000)} == drawn

    def test_no_such_locale(self) -> None:
        """A locale without a row is an error that lists those with one."""
        with pytest.raises(UsageError, match=r"de_DE.*no_NO, sv_SE, en_GB"):
            Entities(Document({"x-entities": CITIES}), ("de_DE",))

    @pytest.mark.parametrize(
        ("row", "says"), [({"Name": "x"}, "lacks its key"), ({"CityId": 1, "Locale": "xx_XX"}, "no locale of Faker")]
    )
    def test_bad_row(self, row: dict[str, Any], says: str) -> None:
        """A row without its key, or with a locale that nobody has, is an error with its place."""
        with pytest.raises(DocumentError, match=f"{says}.*/x-entities/City/0"):
            entities({"x-entities": {"City": {"key": "CityId", "rows": [row]}}})


class TestReferences:
    """Which properties refer to entities."""

    WORLD = entities(
        {"x-entities": CITIES},
        Contact=schema(ContactId=INTEGER, Name=TEXT, TypeName=TEXT),
        ContactType=schema(ContactTypeId=INTEGER, Name=TEXT),
        Sale={
            **schema(
                SaleId=INTEGER,
                ContactId=INTEGER,
                ContactTypeId=INTEGER,
                ContactName=TEXT,
                ContactTypeName=TEXT,
                SupportId={**INTEGER, "x-refers": "Contact"},
                paid=INTEGER,
                MotherId=INTEGER,
            ),
            "x-facts": {"CityId": {}},
        },
    )

    def test_found(self) -> None:
        """An id refers to the entity of its name, or to the one that it declares; its own key to none."""
        found = {
            each.name: (each.prefix, each.entity.name)
            for each in self.WORLD.references(self.WORLD.document.component("Sale"))
        }
        assert found == {
            "ContactId": ("Contact", "Contact"),
            "ContactTypeId": ("ContactType", "ContactType"),
            "SupportId": ("Support", "Contact"),
            "CityId": ("City", "City"),
        }

    @pytest.mark.parametrize(
        ("name", "repeats"),
        [
            ("ContactName", ("ContactId", "Name")),
            ("ContactTypeName", ("ContactTypeId", "Name")),
            ("SupportName", ("SupportId", "Name")),
            ("CityName", ("CityId", "Name")),
            ("ContactFax", None),
            ("ContactId", None),
            ("Name", None),
        ],
    )
    def test_repeated(self, name: str, repeats: tuple[str, str] | None) -> None:
        """A property repeats what the entity of the longest prefix has."""
        found = self.WORLD.repeated(self.WORLD.document.component("Sale"), name)
        assert (found and (found[0].name, found[1])) == repeats

    def test_unknown(self) -> None:
        """A reference to an entity that is none is an error with its place."""
        bad = entities(Sale=schema(OwnerId={**INTEGER, "x-refers": "Nobody"}))
        with pytest.raises(DocumentError, match=r"no entity 'Nobody'.*/components/schemas/Sale/properties/OwnerId"):
            bad.references(bad.document.component("Sale"))


class TestChoosing:
    """Which entity a request chooses."""

    WORLD = entities(
        Product=schema(productId=INTEGER), Category=schema(id=INTEGER), Box=schema(id=TEXT), Order=schema(id=INTEGER)
    )

    @pytest.mark.parametrize(
        ("name", "path", "answer", "entity"),
        [
            ("productId", "/products/{productId}", None, "Product"),
            ("product_id", "/p/{product_id}", None, "Product"),
            ("PRODUCTID", "/", None, "Product"),
            ("id", "/products/{id}", None, "Product"),
            ("id", "/categories/{id}", None, "Category"),
            ("id", "/boxes/{id}/open", None, "Box"),
            ("id", "/v1/order/{id}", None, "Order"),
            ("id", "/things/{id}", "Order", "Order"),
            ("id", "/things/{id}", None, None),
            ("paid", "/products", "Order", None),
            ("limit", "/products", "Product", None),
        ],
    )
    def test_names(self, name: str, path: str, answer: str | None, entity: str | None) -> None:
        """A name chooses by its stem; a plain id by the path, or else by what the answer shows."""
        shape = self.WORLD.document.component(answer) if answer else None
        found = self.WORLD.choosing([name], path, shape)
        assert {key: value.name for key, value in found.items()} == ({name: entity} if entity else {})

    @pytest.mark.parametrize(
        ("entity", "value", "expected"),
        [
            ("Product", 7, 7),
            ("Product", "7", 7),
            ("Product", "-7", -7),
            ("Product", "seven", None),
            ("Box", "7", "7"),
            ("Product", True, None),
            ("Product", None, None),
            ("Product", 1.5, None),
            ("Product", [1], None),
        ],
    )
    def test_ids(self, entity: str, value: Any, expected: Any) -> None:
        """An id is a number or a text; digits are a number where ids are numbers."""
        assert as_id(self.WORLD.all[entity], value) == expected
