"""Accept-Language, SO-Language and SO-Culture, as clients send them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

Ask = Callable[..., httpx.Response]
Serving = Callable[..., str]

RAW = Path(__file__).parents[2] / "fixtures" / "documents" / "raw.yaml"
PREFIXES = {"en": "US", "no": "NO", "sv": "SW", "da": "DA", "de": "GE"}


def spoken(raw: str, language: str) -> str:
    """Return the text of *language* in a text of several."""
    texts: dict[str, str] = dict(re.findall(r'(\w\w):"([^"]*)";', raw))
    return texts[PREFIXES[language]]


def headers(accept: str | None, so_language: str | None, culture: str | None = None) -> dict[str, str]:
    given = {"Accept-Language": accept, "SO-Language": so_language, "SO-Culture": culture}
    return {name: value for name, value in given.items() if value is not None}


@pytest.fixture(scope="session")
def raw(serving: Serving, client: httpx.Client) -> Callable[[Mapping[str, str]], Any]:
    """The answer of a server whose one appointment shows every raw form of a text."""

    def raw(given: Mapping[str, str]) -> Any:
        return client.get(serving(RAW) + "/appointment", headers=given).json()

    return raw


@pytest.mark.parametrize(
    ("accept", "so_language", "language"),
    [
        pytest.param(None, None, None, id="none"),
        pytest.param("en", None, "en", id="accept"),
        pytest.param("no", None, "no", id="accept another"),
        pytest.param(None, "no", "no", id="vendor's header"),
        pytest.param("en", "no", "no", id="vendor's header wins"),
        pytest.param("NO", None, "no", id="any case"),
        pytest.param("nb-NO", None, "no", id="Bokmål"),
        pytest.param("nn", None, "no", id="Nynorsk"),
        pytest.param("en-GB", None, "en", id="region"),
        pytest.param("de_DE", None, "de", id="underscore"),
        pytest.param("da;q=0.2, sv;q=0.9, en;q=0.1", None, "sv", id="weights"),
        pytest.param("sv;q=0, da", None, "da", id="refused"),
        pytest.param("da, sv", None, "da", id="order"),
        pytest.param("tlh, da", None, "da", id="an unknown one first"),
        pytest.param("tlh", None, "en", id="unknown"),
        pytest.param(None, "GE", "de", id="the vendor's code"),
        pytest.param(None, "sv-SE", "sv", id="vendor's header with a region"),
        pytest.param("", None, None, id="empty"),
        pytest.param("*", None, None, id="asterisk"),
        pytest.param("x", None, None, id="x"),
        pytest.param("-", None, None, id="dash"),
        pytest.param("no", "", None, id="empty vendor's header"),
        pytest.param("no", "*", None, id="asterisk in the vendor's header"),
        pytest.param("no", "x", None, id="x in the vendor's header"),
        pytest.param("no", "-", None, id="dash in the vendor's header"),
        pytest.param("no;q=nonsense", None, None, id="nonsense"),
    ],
)
def test_language(ask: Ask, accept: str | None, so_language: str | None, language: str | None) -> None:
    """The texts of an answer are told in the language that was asked for, or stay raw."""
    plain = ask().json()
    response = ask(headers=headers(accept, so_language))
    answer = response.json()
    told = plain["Description"] if language is None else spoken(plain["Description"], language)
    assert answer["Description"] == told
    assert response.headers.get("Content-Language") == language


@pytest.mark.parametrize("language", ["no", "en", "de", "ja"])
def test_names_do_not_change(ask: Ask, language: str) -> None:
    """Names of people and firms, and all that is no text of several languages, stay as they are."""
    plain, told = ask().json(), ask(headers={"SO-Language": language}).json()
    for name in ("Associate", "Contact", "Person", "Sale"):
        for member in ("Name", "FullName", "Firstname", "ContactName", "City", "Title", "Amount", "Email"):
            assert told[name].get(member) == plain[name].get(member)
    assert list(told) == list(plain)


def test_all_languages_at_once_leave_nothing_raw(ask: Ask) -> None:
    """With a language no raw form is left anywhere in the answer."""
    text = ask(headers={"SO-Language": "no"}).text
    assert "[SR_VFC_ALL]" in ask().text
    assert not re.search(r'\[(SR_|I:|F:|D:|DT:)|US:\\"|"SR_', text)


class TestRawForms:
    """One appointment that shows every raw form."""

    def test_without_a_language(self, raw: Callable[[Mapping[str, str]], Any]) -> None:
        """All stays as it is."""
        answer = raw({"SO-Culture": "no"})
        assert answer == raw({})
        assert answer["Category"] == 'US:"Customer";NO:"Kunde";GE:"Kunde (deutsch)";'
        assert (answer["Count"], answer["Street"]) == ("[I:12345]", "SR_AL_STREET")

    @pytest.mark.parametrize(
        ("language", "told"),
        [
            ("en", ["Customer", "No", "All", "Yes", "Yes"]),
            ("no", ["Kunde", "Nei", "Alle", "Ja", "Ja"]),
            ("de", ["Kunde (deutsch)", "Nein", "Alle", "Ja", "Yes"]),
            ("fr", ["Customer", "Non", "Tous", "Oui", "Yes"]),
            ("ja", ["Customer", "いいえ", "すべて", "はい", "Yes"]),
        ],
    )
    def test_texts(self, raw: Callable[[Mapping[str, str]], Any], language: str, told: list[str]) -> None:
        """That language's text, and English where there is none."""
        answer = raw({"SO-Language": language})
        fields = answer["Fields"]
        texts = [answer[name] for name in ("Category", "Answer", "Visibility")]
        assert [*texts, fields["SuperOffice:1"], fields["SuperOffice:2"]] == told

    def test_what_has_no_translation(self, raw: Callable[[Mapping[str, str]], Any]) -> None:
        """A text in one other language is better than none, and an unknown name stays."""
        answer = raw({"SO-Language": "en"})
        assert (answer["Sole"], answer["Unknown"], answer["Quoted"]) == (
            "Bare norsk",
            "[SR_NOBODY_KNOWS]",
            'He said "yes"',
        )

    def test_what_is_no_raw_form(self, raw: Callable[[Mapping[str, str]], Any]) -> None:
        """Brackets and quotes in a name do not make it one."""
        answer = raw({"SO-Language": "no"})
        assert (answer["Firm"], answer["Person"]) == ('Fjord "Nord"; AS', "Noriko [Kunde] Day")

    @pytest.mark.parametrize(
        ("language", "culture", "amount", "day", "moment"),
        [
            ("en", None, "1234.5", "8/7/2002", "8/7/2002, 2:52\u202fPM"),
            ("en-GB", None, "1234.5", "07/08/2002", "07/08/2002, 14:52"),
            ("no", None, "1234,5", "07.08.2002", "07.08.2002, 14:52"),
            ("sv", None, "1234,5", "2002-08-07", "2002-08-07 14:52"),
            ("ja", None, "1234.5", "2002/08/07", "2002/08/07 14:52"),
            ("no", "en", "1234.5", "8/7/2002", "8/7/2002, 2:52\u202fPM"),
            ("en", "sv", "1234,5", "2002-08-07", "2002-08-07 14:52"),
            ("en", "SV-se", "1234,5", "2002-08-07", "2002-08-07 14:52"),
            ("no", "tlh", "1234,5", "07.08.2002", "07.08.2002, 14:52"),
            ("no", "", "1234,5", "07.08.2002", "07.08.2002, 14:52"),
        ],
    )
    def test_cultures(
        self,
        raw: Callable[[Mapping[str, str]], Any],
        language: str,
        culture: str | None,
        amount: str,
        day: str,
        moment: str,
    ) -> None:
        """Numbers and dates inside texts are written as in the culture, which is the language's by default."""
        answer = raw(headers(None, language, culture))
        assert (answer["Count"], answer["Unset"]) == ("12345", "")
        assert (answer["Amount"], answer["Day"], answer["Moment"]) == (amount, day, moment)

    def test_the_culture_changes_no_words(self, raw: Callable[[Mapping[str, str]], Any]) -> None:
        """Words follow the language alone."""
        answer = raw({"SO-Language": "no", "SO-Culture": "de"})
        assert (answer["Category"], answer["Answer"]) == ("Kunde", "Nei")


@pytest.mark.parametrize(
    ("culture", "number", "day"),
    [("no", "1234,5", "27.02.2026"), ("en-US", "1234.5", "2/27/2026"), ("de", "1234,5", "27.02.2026")],
)
def test_a_culture_shows(ask: Callable[..., httpx.Response], culture: str, number: str, day: str) -> None:
    """The served appointment has a number and a day of its own, so that cultures can be told apart."""
    answer = ask(headers={"SO-Language": "en", "SO-Culture": culture}).json()
    assert answer["CustomFields"]["SuperOffice:5"] == number
    assert answer["UserDefinedFields"]["SuperOffice:3"] == day
    assert answer["CustomFields"]["SuperOffice:3"].startswith(day)
