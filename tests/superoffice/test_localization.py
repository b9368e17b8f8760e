from __future__ import annotations

import copy
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.document import Document
from mockserver.contract.shape import Shape
from mockserver.media.json import Shared
from mockserver.superoffice.localization import Localization, choose, translate


def language(so_language: str | None, accept_language: str | None = None) -> str | None:
    chosen = choose(so_language, accept_language, None)
    return chosen.language if chosen else None


class TestChoose:
    """Which language and culture headers ask for."""

    @pytest.mark.parametrize(
        ("accept_language", "expected"),
        [
            (None, None),
            ("", None),
            (" ", None),
            ("*", None),
            ("x", None),
            ("-", None),
            ("en", "en"),
            ("en-US,en;q=0.9", "en"),
            ("en-GB", "en"),
            ("nb-NO", "no"),
            ("nn", "no"),
            ("NO", "no"),
            ("nb_NO", "no"),
            ("zh-Hans-CN", "zh"),
            ("de;q=0.4, sv;q=0.8", "sv"),
            ("xx, fi;q=0.5", "fi"),
            ("xx", "en"),
            ("pt-BR, tlh", "en"),
            ("fr;q=0, da;q=0.1", "da"),
            ("fr;q=0", None),
            ("xx, *;q=0.1", None),
            ("de, *;q=0.1", "de"),
            ("sw", "en"),
            ("us", "en"),
        ],
    )
    def test_the_heaviest_known_language_counts(self, accept_language: str | None, expected: str | None) -> None:
        """Weights are heeded; the unknown is passed over, and alone it is English; some values switch off."""
        assert language(None, accept_language) == expected

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("us", "en"),
            ("no", "no"),
            ("SW", "sv"),
            ("da", "da"),
            ("GE", "de"),
            ("fr", "fr"),
            ("nl", "nl"),
            ("fi", "fi"),
            ("it", "it"),
            ("SP", "es"),
            ("pl", "pl"),
            ("CZ", "cs"),
            ("ru", "ru"),
            ("JP", "ja"),
            ("CN", "zh"),
        ],
    )
    def test_the_vendors_header_takes_the_vendors_codes(self, code: str, expected: str) -> None:
        """SO-Language knows the codes that multi-language texts are written with."""
        assert language(code) == expected

    @pytest.mark.parametrize(
        ("so_language", "accept_language", "expected"),
        [
            ("de", "no", "de"),
            ("", "no", None),
            ("*", "no", None),
            ("-", "no", None),
            ("xx", "no", "en"),
            ("sv;q=0.1, da", "no", "da"),
        ],
    )
    def test_the_vendors_header_decides_alone(
        self, so_language: str, accept_language: str, expected: str | None
    ) -> None:
        """SO-Language beats Accept-Language, even where it switches off or is unknown."""
        assert language(so_language, accept_language) == expected

    @pytest.mark.parametrize(
        ("headers", "expected"),
        [
            ((None, "en-GB", None), ("en-gb", "en")),
            ((None, "en", "de-AT"), ("de-at", "en")),
            (("sw", None, None), ("sv",)),
            (("nb", None, " NN_no "), ("nn-no", "nb", "no")),
            ((None, "xx", ""), ("en",)),
        ],
    )
    def test_the_culture_is_the_languages_unless_given(
        self, headers: tuple[str | None, ...], expected: tuple[str, ...]
    ) -> None:
        """SO-Culture comes first, then the language as it was asked for."""
        chosen = choose(*headers)
        assert chosen is not None
        assert chosen.cultures == expected

    def test_a_culture_alone_counts_for_nothing(self) -> None:
        """Without a language, SO-Culture is ignored."""
        assert choose(None, None, "de") is None
        assert choose("", "en", "de") is None

    def test_the_tag_of_the_content(self) -> None:
        """The answer says its language in a tag of BCP 47."""
        chosen = choose(None, "nb-NO", None)
        assert chosen is not None
        assert chosen.content_language == "no"


class TestTranslate:
    """Answers told in a language."""

    def test_without_a_language_nothing_changes(self, answer: Any, appointment: Shape) -> None:
        """The answer itself is returned."""
        assert translate(answer, appointment, None) is answer

    def test_raw_texts_are_told_wherever_they_stand(self, answer: Any, appointment: Shape) -> None:
        """In members, arrays, dictionaries and recursion; dates, listed values and the answer itself stay."""
        answer["Status"] = "[SR_NO]"
        answer["Anything"] = ["[SR_YES]", {"deep": "[SR_NO]"}, 5]
        answer["Mother"] = copy.deepcopy(answer)
        before = copy.deepcopy(answer)
        found = translate(answer, appointment, choose("no", None, "en"))
        told = {
            "Description": "Ring tilbake",
            "Sale": {**answer["Sale"], "Title": "Ja"},
            "CustomFields": {"SuperOffice:1": "Ja", "SuperOffice:2": "0.5"},
            "Addresses": [[{"AssociateId": 7, "Name": "Nei"}], []],
            "Anything": ["Ja", {"deep": "Nei"}, 5],
        }
        assert answer == before
        assert list(found) == list(answer)
        assert found == {**answer, **told, "Mother": {**answer["Mother"], **told}}
        assert found["Participants"] is answer["Participants"]

    def test_what_needs_no_change_is_shared(self, answer: Any, document: Document) -> None:
        """An answer without raw texts is returned itself."""
        contact = answer["Sale"]["Contact"]
        assert translate(contact, document.component("Contact"), choose("no", None, None)) is contact

    def test_what_the_document_gives_is_told_once_in_each_language(self, answer: Any, appointment: Shape) -> None:
        """A constant of the document comes out as one object for all requests in a language."""
        answer["CustomFields"] = appointment.properties["CustomFields"].extension("x-value")
        norwegian = [translate(answer, appointment, choose("no", None, None))["CustomFields"] for _ in range(2)]
        german = translate(answer, appointment, choose("de", None, None))["CustomFields"]
        assert norwegian[0] == {"SuperOffice:1": "Ja", "SuperOffice:2": "0,5"}
        assert norwegian[0] is norwegian[1]
        assert german == {"SuperOffice:1": "Ja", "SuperOffice:2": "0,5"}
        assert answer["CustomFields"] == {"SuperOffice:1": "[SR_YES]", "SuperOffice:2": "[F:0.5]"}

    @pytest.mark.parametrize(
        ("value", "expected"), [("[SR_YES]", "Ja"), (["[SR_NO]", 1], ["Nei", 1]), (None, None), (5, 5)]
    )
    def test_an_answer_need_not_be_an_object(self, appointment: Shape, value: Any, expected: Any) -> None:
        """Texts and arrays are told, other values pass."""
        assert translate(value, appointment, choose("no", None, None)) == expected

    def test_babel_is_loaded_when_it_is_needed(self) -> None:
        """Answers without numbers and dates inside texts do without Babel."""
        script = (
            "import sys; from mockserver.superoffice import texts;"
            "import mockserver.superoffice;"
            "assert texts.tell('[SR_NO], [D:01/01/0001]', 'en', ('en',)) == 'No, '; assert 'babel' not in sys.modules;"
            "assert texts.tell('[I:5]', 'en', ('en',)) == '5'; assert 'babel' in sys.modules"
        )
        subprocess.run([sys.executable, "-c", script], check=True)

    def test_babel_goes_and_comes_back(self) -> None:
        """Where a test runner forgets what was imported meanwhile, Babel and who asks it are imported anew together."""
        script = """
import sys
from mockserver.superoffice import texts
before = dict(sys.modules)
for culture in ("nb", "de", "en"):
    assert texts.tell("[I:5]", "en", (culture, "en")) == "5"
    assert "26" in texts.tell("[DT:02/27/2026 10:00:00.0000000]", "en", (culture, "en"))
    sys.modules.clear()
    sys.modules.update(before)
"""
        subprocess.run([sys.executable, "-c", script], check=True)


localizations = st.sampled_from(["en", "no", "de", "ja"]).map(lambda code: Localization(code, (code,)))


def objects_of(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(texts, inner, max_size=3)


texts = st.sampled_from(['US:"a";NO:"b";', "[SR_YES]", "[F:1.5]", "Ada", "[x]", ""])
values = st.recursive(
    st.none() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | objects_of(inner) | objects_of(inner).map(Shared),
)


@given(values, localizations)
def test_translating_twice_is_translating_once(document: Document, value: Any, localization: Localization) -> None:
    """An answer that was told already does not change, and its form never does."""
    shape = document.component("Appointment").properties["Anything"]
    before = copy.deepcopy(value)
    once = translate(value, shape, localization)
    assert value == before
    assert translate(once, shape, localization) == once
    assert form(once) == form(value)


def form(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: form(item) for name, item in value.items()}
    return [form(item) for item in value] if isinstance(value, list) else type(value)
