"""The data of the SuperOffice document: a world that makes sense, for any sale."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.contract import Contract
from mockserver.errors import UsageError
from mockserver.media.json import Shared
from mockserver.provider import Provider

DOCUMENT = Path(__file__).parents[2] / "openapi" / "superoffice.yaml"
CONTRACT = Contract.load(DOCUMENT)
ASK = CONTRACT.operation("CreateDefaultReOpenAppointment")
SCHEMA = ASK.answers["200"].contents["application/json"].schema
UNSET = "0001-01-01T00:00:00"
NOW = "2026-01-15T09:00:00"
sales = st.integers(1, 2**31 - 1)
numbers = st.integers(-(2**31), 2**31 - 1)
laws = settings(max_examples=80, deadline=None)


@cache
def provider(**options: Any) -> Provider:
    return Provider(CONTRACT, **options)


def appointment(sale: int, **options: Any) -> dict[str, Any]:
    value: dict[str, Any] = provider(**options).answer(ASK, {"SaleId": sale}).value
    return value


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield all objects inside *value*, but for those that tell of fields by name."""
    if isinstance(value, dict):
        yield value
        for name, member in value.items():
            if name != "FieldProperties":
                yield from objects(member)
    elif isinstance(value, list):
        for item in value:
            yield from objects(item)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


class TestEveryAnswer:
    """Laws of any answer, in any style."""

    @given(numbers, st.sampled_from(["realistic", "sample"]))
    @laws
    def test_accepted(self, number: int, style: str) -> None:
        """The document accepts it: enums, int32, lengths, dates."""
        assert SCHEMA is not None
        assert SCHEMA.violations(appointment(number, style=style)) == []

    @given(sales, st.sampled_from(["realistic", "sample"]))
    @laws
    def test_named(self, sale: int, style: str) -> None:
        """The sale is the one that was asked for."""
        assert appointment(sale, style=style)["Sale"]["SaleId"] == sale

    @given(sales, st.sampled_from(["realistic", "sample"]))
    @laws
    def test_dates_in_order(self, sale: int, style: str) -> None:
        """What starts, ends later; what is updated, was created before; unless a date is unset."""
        for each in objects(appointment(sale, style=style)):
            for first, last in (("StartDate", "EndDate"), ("PublishFrom", "PublishTo")):
                if first in each and last in each:
                    assert moment(each[first]) <= moment(each[last])
            if style == "realistic" and each.get("UpdatedDate", UNSET) != UNSET:
                assert moment(each["CreatedDate"]) <= moment(each["UpdatedDate"])

    @given(sales)
    @laws
    def test_schema_order(self, sale: int) -> None:
        """Members stand in the document's order, none is missing."""
        assert SCHEMA is not None
        value = appointment(sale)
        assert list(value) == list(SCHEMA.shape.properties)
        assert list(value["Sale"]) == list(CONTRACT.document.component("Sale").properties)


# What others repeat of an entity, and a member that only the entity itself has.
NAMES = {
    "Associate": ("FullName", "EjUserId"),
    "Contact": ("Name", "OrgNr"),
    "Person": ("FullName", "Firstname"),
    "Project": ("Name", "ProjectNumber"),
    "SaleType": ("Name", ""),
    "Country": ("Name", ""),
}


class TestAgreement:
    """What the parts of an answer say of each other."""

    @given(sales)
    @laws
    def test_sale(self, sale: int) -> None:
        """The sale's contact, person and project are those that are shown, with the same names."""
        value = appointment(sale)
        it = value["Sale"]
        assert it["ContactId"] == value["Contact"]["ContactId"]
        assert it["ContactName"] == value["Contact"]["Name"]
        assert it["PersonId"] == value["Person"]["PersonId"]
        assert it["PersonFullName"] == value["Person"]["FullName"]
        assert (it["ProjectId"] == 0) == (value["Project"] is None)
        assert it["ProjectName"] == (value["Project"]["Name"] if value["Project"] else "")
        if value["Project"]:
            assert it["ProjectId"] == value["Project"]["ProjectId"]

    @given(st.lists(sales, min_size=2, max_size=12))
    @laws
    def test_everywhere(self, asked: list[int]) -> None:
        """Ids, names and full names agree wherever an entity is repeated, over many answers."""
        names: dict[tuple[str, int], set[str]] = {}
        for each in (member for sale in asked for member in objects(appointment(sale))):
            for kind, (name, mark) in NAMES.items():
                repeated = each.get(f"{kind}{name}") or (each[name] if mark in each else None)
                if each.get(f"{kind}Id") and repeated:
                    names.setdefault((kind, each[f"{kind}Id"]), set()).add(repeated)
        assert {key: found for key, found in names.items() if len(found) > 1} == {}
        assert len(names) >= 5

    @given(sales)
    @laws
    def test_money(self, sale: int) -> None:
        """Weighted amount and earning follow from the amount, and probability is a percentage."""
        it = appointment(sale)["Sale"]
        assert it["WeightedAmount"] == round(it["Amount"] * it["Probability"] / 100, 2)
        assert it["Earning"] == round(it["Amount"] * it["EarningPercent"] / 100, 2)
        assert 0 <= it["Probability"] <= 100
        assert it["Amount"] > 0

    @given(sales)
    @laws
    def test_person(self, sale: int) -> None:
        """A person's names, mailbox, firm and phone fit together."""
        value = appointment(sale)
        person, contact = value["Person"], value["Contact"]
        assert person["FullName"] == f"{person['Firstname']} {person['Lastname']}"
        assert person["FormalName"].endswith(person["FullName"])
        domain = contact["EmailAddress"].partition("@")[2]
        assert re.fullmatch(rf"[a-z0-9-]+\.[a-z0-9-]+@{re.escape(domain)}", person["Email"])
        assert contact["URL"] == f"https://www.{domain}/"
        assert (person["ContactId"], person["ContactName"]) == (contact["ContactId"], contact["Name"])
        assert person["ContactPhone"] == contact["DirectPhone"]
        assert person["ContactOrgNr"] == contact["OrgNr"]
        assert person["CountryId"] == person["ContactCountryId"] == contact["CountryId"]

    @given(sales)
    @laws
    def test_country(self, sale: int) -> None:
        """Country id, name, phone prefix and currency fit."""
        value = appointment(sale)
        contact = value["Contact"]
        rows = CONTRACT.document.root["x-entities"]["Country"]["rows"]
        row = next(row for row in rows if row["CountryId"] == contact["CountryId"])
        assert contact["CountryName"] == row["Name"]
        assert value["Sale"]["Currency"] == row["Currency"]
        prefix = row["Phone"].split(" ")[0] + " "
        person = value["Person"]
        assert row["Mobile"].startswith(prefix)
        filled = [(contact["DirectPhone"], row["Phone"]), (person["DirectPhone"], row["Phone"])]
        filled += [(person["MobilePhone"], row["Mobile"]), (contact["OrgNr"], row["OrgNr"])]
        for text, form in filled:
            assert re.fullmatch(re.escape(form).replace(r"\#", r"\d"), text), (text, form)

    @given(sales)
    @laws
    def test_town(self, sale: int) -> None:
        """Norwegian towns are towns, with a code of theirs; a department is none."""
        contact = appointment(sale)["Contact"]
        assert contact["Department"] in ("", "Export", "Service")
        if contact["CountryId"] == 578:
            assert contact["Address"]["Street"]["Zipcode"][:3] == TOWNS[contact["City"]]

    @given(sales)
    @laws
    def test_position(self, sale: int) -> None:
        """What somebody is called fits what he is."""
        person = appointment(sale)["Person"]
        position = person["Position"].split('"')[1]
        assert person["Title"] in ("", TITLES.get(position, ""))

    @given(sales)
    @laws
    def test_closing(self, sale: int) -> None:
        """A stalled sale is closed after it is taken up again, for an even sum."""
        value = appointment(sale)["Sale"]
        assert moment(value["SaleDate"]) >= moment(value["NextDueDate"]) + timedelta(days=7)
        assert value["Amount"] % 100 == value["EarningPercent"] % 1 == 0

    @given(sales)
    @laws
    def test_address(self, sale: int) -> None:
        """The address of a firm is told the same in all its forms."""
        contact = appointment(sale)["Contact"]
        street = contact["Address"]["Street"]
        assert street["City"] == contact["City"]
        assert street["Formatted"] == f"{street['Address1']}\n{street['Zipcode']} {street['City']}\n"
        assert contact["FormattedAddress"] == contact["Address"]["Formatted"] == street["Formatted"]
        told = [field["Value"] for line in contact["Address"]["LocalizedAddress"] for field in line]
        assert told == [street["Address1"], street["Zipcode"], street["City"]]


class TestReOpening:
    """What is known of re-open appointments, and of default entities."""

    @given(sales)
    @laws
    def test_from_the_sale(self, sale: int) -> None:
        """It starts on the sale's re-open date, in the future, and its text fits the stalled reason."""
        value = appointment(sale)
        assert value["StartDate"] == value["Sale"]["NextDueDate"] == value["ActiveDate"]
        assert moment(value["StartDate"]) > moment(NOW)
        facts = CONTRACT.document.at("/components/schemas/Sale/x-facts/ReasonStalled/x-values")
        assert value["Description"] in facts
        assert value["Title"] == value["Description"]
        assert value["Sale"]["Status"] == "Stalled"

    @given(numbers)
    @laws
    def test_default_entity(self, number: int) -> None:
        """It is not saved: id 0, not started, public, never changed, no time blocked."""
        value = appointment(number)
        assert {name: value[name] for name in DEFAULTS} == DEFAULTS
        assert value["Associate"]["AssociateId"] == 1
        assert value["Associate"] == value["CreatedBy"] == value["MotherAssociate"]

    @given(numbers)
    @laws
    def test_participant(self, number: int) -> None:
        """The owner takes part, as the person that it is."""
        value = appointment(number)
        (participant,) = value["Participants"]
        owner = value["Associate"]
        assert participant["AssociateId"] == owner["AssociateId"]
        assert participant["PersonId"] == owner["PersonId"]
        assert participant["EmailAddress"] == owner["UserName"]

    @given(numbers)
    @laws
    def test_recurrence(self, number: int) -> None:
        """Its recurrence is filled from its start, though nothing repeats."""
        value = appointment(number)
        recurrence, start = value["Recurrence"], moment(value["StartDate"])
        assert recurrence["IsRecurrence"] is False
        assert recurrence["StartDate"] == f"{start:%Y-%m-%dT00:00:00}" == recurrence["Dates"][0]["Date"]
        assert recurrence["WeekPattern"]["Weekdays"] == f"{start:%A}"
        assert recurrence["MonthPattern"]["Day"] == recurrence["YearPattern"]["Day"] == start.day

    @pytest.mark.parametrize("number", [0, -1, -(2**31)])
    def test_without_a_sale(self, number: int) -> None:
        """For an id below 1 there is no sale, nor what hangs on it, and the reminder starts now."""
        value = appointment(number)
        assert [value[name] for name in ("Sale", "Contact", "Person", "Project")] == [None] * 4
        assert value["StartDate"] == NOW
        assert value["Description"] == ""

    def test_nothing_asked(self) -> None:
        """Nobody's sale is somebody's: without an id, one is drawn."""
        assert provider().answer(ASK, {}).value["Sale"]["SaleId"] >= 1

    def test_example(self) -> None:
        """The page's sample is there by its name."""
        sample = provider().answer(ASK, {"SaleId": 703}, example="page").value
        assert sample["Associate"]["AssociateId"] == 313


TITLES = {"Managing director": "CEO", "Finance manager": "CFO", "IT manager": "CIO", "Purchasing manager": "CPO"}
TOWNS = {
    "Oslo": "025", "Bergen": "501", "Trondheim": "701", "Stavanger": "400", "Drammen": "301",
    "Kristiansand": "461", "Tromsø": "900",
}  # fmt: skip
DEFAULTS = {
    "AppointmentId": 0,
    "CreatedDate": UNSET,
    "UpdatedDate": UNSET,
    "UpdatedBy": None,
    "InvitedPerson": None,
    "Priority": None,
    "AssignedBy": None,
    "Completed": "NotStarted",
    "Private": "Public",
    "AssignmentStatus": "None",
    "BookingType": "None",
    "InvitationStatus": "Accepted",
    "CautionWarning": "OK",
    "AlarmLeadTime": "00:00:00",
    "LagTime": "00:00:00",
    "LeadTime": "00:00:00",
    "MotherId": 0,
    "PublishFrom": UNSET,
    "PublishTo": "9999-12-31T23:59:59",
    "Links": [],
}


class TestPurity:
    """The same to the same request, whatever came before."""

    SALES = (703, 1, 2**31 - 1, 4711, 0)

    def digest(self) -> str:
        """Return a digest of some answers."""
        return digest(Provider(CONTRACT), self.SALES)

    def test_order(self) -> None:
        """What was asked before changes nothing."""
        one, two = Provider(CONTRACT), Provider(CONTRACT)
        for sale in range(1, 200):
            two.answer(ASK, {"SaleId": sale})
        assert digest(one, self.SALES) == digest(two, self.SALES)
        assert digest(one, self.SALES[::-1]) == digest(two, self.SALES[::-1])

    @pytest.mark.parametrize("hash_seed", ["0", "12345"])
    def test_another_process(self, hash_seed: str) -> None:
        """Another process, with other hashes of texts, gives the same bytes."""
        code = f"""
import hashlib, orjson
from mockserver.contract import Contract
from mockserver.provider import Provider
contract = Contract.load({str(DOCUMENT)!r})
provider, ask = Provider(contract), contract.operation("CreateDefaultReOpenAppointment")
told = [orjson.dumps(provider.answer(ask, {{"SaleId": sale}}).value) for sale in {self.SALES}]
print(hashlib.sha256(b"".join(told)).hexdigest())
"""
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
        assert told.stdout.strip() == self.digest()

    def test_not_changed(self) -> None:
        """Answers are shared: telling one again gives equal bytes."""
        assert orjson.dumps(appointment(703)) == orjson.dumps(appointment(703))

    @given(sales)
    @laws
    def test_other_worlds(self, sale: int) -> None:
        """Another seed is another world; another present moves its dates."""
        assert appointment(sale)["Sale"]["Amount"] != appointment(sale, seed=2)["Sale"]["Amount"]
        later = appointment(sale, now="2027-01-15T09:00:00")
        assert moment(later["StartDate"]) > moment("2027-01-15T09:00:00")

    def test_user(self) -> None:
        """The signed-in user owns what is made."""
        assert appointment(703, user=5)["Associate"]["AssociateId"] == 5


def digest(answering: Provider, asked: tuple[int, ...]) -> str:
    told = [orjson.dumps(answering.answer(ASK, {"SaleId": sale}).value) for sale in asked]
    return hashlib.sha256(b"".join(told)).hexdigest()


class TestLocales:
    """Whose names are in the world."""

    @pytest.mark.parametrize(
        ("locales", "countries"),
        [
            ((), {578, 752, 208, 246, 276, 528, 826}),
            (("nb-NO",), {578}),
            (("sv_SE", "fi"), {752, 246}),
            (("ja_JP",), {392}),
        ],
    )
    def test_countries(self, locales: tuple[str, ...], countries: set[int]) -> None:
        """The document's mix is Nordic; chosen locales are alone, also those that are rare otherwise."""
        found = {appointment(sale, locales=locales)["Contact"]["CountryId"] for sale in range(1, 300)}
        assert found == countries

    @pytest.mark.parametrize("locale", ["ja_JP", "ru_RU", "zh_CN", "pl_PL"])
    def test_scripts(self, locale: str) -> None:
        """Names of any script have mailboxes in plain letters."""
        assert SCHEMA is not None
        for sale in range(1, 20):
            value = appointment(sale, locales=(locale,))
            assert value["Person"]["Email"].isascii()
            assert SCHEMA.is_valid(value)

    def test_none(self) -> None:
        """A locale without a country is an error that lists the others."""
        with pytest.raises(UsageError, match=r"'xx'; try no_NO, sv_SE"):
            Provider(CONTRACT, locales=["xx"])


class TestSample:
    """The style of the page's sample."""

    @given(sales)
    @laws
    def test_like_the_page(self, sale: int) -> None:
        """Ids are small numbers, dates have seven fraction digits and an offset, nothing is null."""
        value = appointment(sale, style="sample")
        for each in objects(value):
            assert None not in each.values()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+0[12]:00", value["CreatedDate"])
        assert 2 <= value["Contact"]["ContactId"] <= 978
        assert list(value["FieldProperties"]) == ["fieldName"]
        assert list(value["ExtraFields"]) == ["ExtraFields1", "ExtraFields2"]
        assert 1 <= len(value["Participants"]) <= 2

    def test_on_its_own(self) -> None:
        """Values are drawn one by one, and still the same to the same request."""
        value = appointment(703, style="sample")
        assert value["Sale"]["ContactName"] != value["Contact"]["Name"]
        assert value == Provider(CONTRACT, style="sample").answer(ASK, {"SaleId": 703}).value


def test_shared() -> None:
    """What many answers show is spelled once: people and firms, not sales."""
    value = appointment(703)
    assert [type(value[name]) for name in ("Contact", "Associate", "FieldProperties", "Sale")] == [Shared] * 3 + [dict]
    assert value["Associate"] is appointment(42)["Associate"]


def test_size() -> None:
    """A realistic answer has the size of the page's."""
    sizes = [len(orjson.dumps(appointment(sale))) for sale in range(1, 100)]
    assert min(sizes) > 9_000
    assert max(sizes) < 11_500
