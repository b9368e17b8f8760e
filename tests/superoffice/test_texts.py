from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.superoffice import texts
from mockserver.superoffice.resources import TEXTS

LANGUAGES = sorted(texts.PREFIXES)


def told(text: str, language: str = "no", *cultures: str) -> str:
    return texts.tell(text, language, (*cultures, language))


class TestMultiLanguage:
    """Texts in several languages at once."""

    @pytest.mark.parametrize(
        ("text", "language", "expected"),
        [
            ('US:"Customer";NO:"Kunde";', "no", "Kunde"),
            ('US:"Customer";NO:"Kunde";', "en", "Customer"),
            ('US:"Customer";NO:"Kunde";', "de", "Customer"),
            ('NO:"Leverandør";US:"Supplier"', "no", "Leverandør"),
            ('NO:"Kunde";SW:"Kund";', "fi", "Kunde"),
            ('NO:"";US:"Customer";', "no", "Customer"),
            ('NO:"";SW:"Kund";', "no", "Kund"),
            ('US:"";', "no", ""),
            ('US:"Customer";', "no", "Customer"),
            ('GE:"Kunde";CZ:"Zákazník";JP:"顧客";CN:"客户";', "ja", "顧客"),
            (r'US:"a \"quoted\" word; and more";NO:"b\\c";', "en", 'a "quoted" word; and more'),
            (r'US:"x";NO:"b\\c\;d";', "no", r"b\c;d"),
            ('US:"say ""hi""; then";', "en", 'say "hi"; then'),
            ('US:"two\nlines";', "en", "two\nlines"),
            ('US:"[SR_YES]";NO:"[SR_NO]";', "no", "Nei"),
        ],
    )
    def test_the_languages_text_is_told(self, text: str, language: str, expected: str) -> None:
        """The language's own text, else the English one, else the first that says something."""
        assert told(text, language) == expected

    @pytest.mark.parametrize(("language", "prefix"), sorted(texts.PREFIXES.items()))
    def test_every_prefix_is_known(self, language: str, prefix: str) -> None:
        """Each of the fifteen languages has its two letters."""
        assert told(f'US:"other";{prefix}:"own";', language) == "own"

    @pytest.mark.parametrize(
        "text",
        [
            "US:Customer;",
            'US:"Customer',
            'XX:"Customer";',
            'us:"Customer";',
            'The US:"Customer";',
            'US:"Customer"; NO:"Kunde";',
            'US:"a" b";',
            'US:"Customer";;',
            'US:"Customer";NO',
            'US:"odd\\";',
            '"Customer"',
            'Müller "Bau" GmbH; Co',
        ],
    )
    def test_what_is_not_exactly_of_the_form_stays(self, text: str) -> None:
        """A name that merely looks like it is left alone."""
        assert told(text) == text

    def test_a_long_text_takes_no_time(self) -> None:
        """No text makes the patterns try and try again."""
        text = 'US:"' + '""' * 20_000 + "\\"
        assert told(text) == text


class TestResources:
    """Texts that are named."""

    @pytest.mark.parametrize(
        ("text", "language", "expected"),
        [
            ("[SR_YES]", "no", "Ja"),
            ("[SR_NO]", "ru", "Нет"),
            ("[SR_VFC_ALL]", "de", "Alle"),
            ("[SR_ACCESS_MANDATORY]", "en", "This field is mandatory"),
            ("[SR_ACCESS_EXTERNAL_DELETE]", "zh", "A person who is an external user cannot be deleted"),
            ("SR_AL_STREET", "sv", "Gatuadress"),
            ("SR_AL_POSTCODECITY", "en", "Postcode/city"),
            ("Visible: [SR_VFC_ALL], free: [SR_NO]", "en", "Visible: All, free: No"),
        ],
    )
    def test_known_names_are_told(self, text: str, language: str, expected: str) -> None:
        """In the language, or in English where a language's word is missing."""
        assert told(text, language) == expected

    @pytest.mark.parametrize(
        "text", ["[SR_UNKNOWN_THING]", "SR_AL_UNKNOWN", "SR_YES", "SR_AL_STREET 5", "[sr_yes]", "[SR_YES", "[SR_]"]
    )
    def test_unknown_names_stay(self, text: str) -> None:
        """A name that nobody knows is shown as it is, and only labels are bare."""
        assert told(text) == text

    def test_every_name_has_english_words(self) -> None:
        """English stands in for every language, so it may not be missing."""
        assert all(words.get("en") for words in TEXTS.values())
        assert all(words.keys() <= texts.PREFIXES.keys() for words in TEXTS.values())


class TestCulture:
    """Numbers and dates inside texts."""

    @pytest.mark.parametrize(
        ("text", "cultures", "expected"),
        [
            ("[I:12345]", ("en",), "12345"),
            ("[I:-7]", ("no",), "-7"),
            ("[F:1234.5]", ("no",), "1234,5"),
            ("[F:1234.5]", ("en",), "1234.5"),
            ("[F:0]", ("de",), "0"),
            ("[F:0.123456789012345]", ("de",), "0,123456789012345"),
            ("[F:1E+16]", ("en",), "10000000000000000"),
            ("[D:08/07/2002 00:00:00.0000000]", ("no",), "07.08.2002"),
            ("[D:08/07/2002 00:00:00.0000000]", ("en-us",), "8/7/2002"),
            ("[D:08/07/2002 00:00:00.0000000]", ("en-gb",), "07/08/2002"),
            ("[D:08/07/2002 00:00:00]", ("de",), "07.08.2002"),
            ("[D:11/30/2011]", ("sv",), "2011-11-30"),
            ("[DT:08/07/2002 14:52:00.0000000]", ("no",), "07.08.2002, 14:52"),
            ("[DT:08/07/2002 14:52:00.0000000]", ("sv",), "2002-08-07 14:52"),
            ("[DT:08/07/2002 14:52:00.0000000]", ("en",), "8/7/2002, 2:52\N{NARROW NO-BREAK SPACE}PM"),
            ("[D:01/01/0001 00:00:00.0000000]", ("en",), ""),
            ("[DT:01/01/0001 00:00:00.0000000]", ("en",), ""),
            ("From [D:08/07/2002] for [F:2.5] hours", ("de",), "From 07.08.2002 for 2,5 hours"),
            ("[F:2.5]", ("xx", "de"), "2,5"),
            ("[F:2.5]", ("en-xx", "de"), "2,5"),
            ("[F:2.5]", ("../de", "*", "de"), "2,5"),
            ("[F:2.5]", ("zh-tw", "de"), "2.5"),
        ],
    )
    def test_numbers_and_dates_are_written_in_the_culture(
        self, text: str, cultures: tuple[str, ...], expected: str
    ) -> None:
        """The first culture that is known counts; an unset date is nothing."""
        assert texts.tell(text, "en", cultures) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "[I:1.5]",
            "[I:]",
            "[I:x]",
            "[F:NaN]",
            "[F:1,5]",
            "[D:13/45/2002 00:00:00.0000000]",
            "[D:2002-08-07]",
            "[DT:08/07/2002 25:00:00]",
            "[X:1]",
            "[1]",
            "[I: 1]",
            "[I:" + "9" * 5000 + "]",
            "[D:02/30/2002]",
            "[T:14:52]",
        ],
    )
    def test_what_is_no_number_or_date_stays(self, text: str) -> None:
        """A form that says nothing sensible is shown as it is."""
        assert told(text) == text

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_language_is_a_culture(self, language: str) -> None:
        """Every language can write a number, a day and a time, the year in full."""
        assert re.sub("[^0-9]", "", told("[F:1.5]", language)) == "15"
        assert "2002" in told("[D:08/07/2002]", language)
        assert "52" in told("[DT:08/07/2002 14:52:00]", language)


raw = st.sampled_from(
    [
        'US:"Customer";NO:"Kunde";',
        "[SR_YES]",
        "[I:5]",
        "[F:1.5]",
        "[D:08/07/2002]",
        "SR_AL_STREET",
        r'US:"US:\"deep\";";',
        "[I:[I:1]]",
        "x",
    ]
)


@given(st.lists(raw, max_size=3).map("".join), st.sampled_from(LANGUAGES))
def test_telling_twice_is_telling_once(text: str, language: str) -> None:
    """A text that was told already does not change."""
    once = told(text, language)
    assert told(once, language) == once


@given(
    st.text(st.characters(exclude_characters='["'), max_size=40).filter(lambda text: not text.startswith("SR_AL_")),
    st.sampled_from(LANGUAGES),
)
def test_other_texts_never_change(text: str, language: str) -> None:
    """Names of people and firms stay, whatever they hold."""
    assert told(text, language) == text


@given(st.text('[]":;ISRUFDTNO_\\"0123./ ', max_size=40), st.sampled_from(LANGUAGES))
def test_no_text_raises(text: str, language: str) -> None:
    """Whatever a text looks like, it is told or left, and then stays."""
    once = told(text, language)
    assert told(once, language) == once
