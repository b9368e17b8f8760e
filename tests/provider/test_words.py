from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.provider import words


@pytest.mark.parametrize(
    ("text", "plain", "slug"),
    [
        ("", "", ""),
        ("Acme AS", "Acme AS", "acme-as"),
        ("Åse Sørensen & Sønner", "Ase Sorensen & Sonner", "ase-sorensen-sonner"),
        ("Ægir Øst", "Aegir Ost", "aegir-ost"),
        ("Straße 3", "Strasse 3", "strasse-3"),
        ("Łódź", "Lodz", "lodz"),
        ("Иванова", "Ivanova", "ivanova"),
        ("山田", "Shan Tian ", "shan-tian"),
        ("!!!", "!!!", "x0638f078"),
    ],
)
def test_letters(text: str, plain: str, slug: str) -> None:
    """Letters of any script become those of ASCII; a slug has nothing but letters, digits and hyphens."""
    assert words.plain(text) == plain
    assert words.slug(text) == slug


@given(st.text())
def test_slug_is_a_label(text: str) -> None:
    """A slug can stand in a host name or a mailbox, and is empty for an empty text alone."""
    slug = words.slug(text)
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert bool(slug) == bool(text)
    assert not slug.startswith("-")
    assert not slug.endswith("-")


@pytest.mark.parametrize(("text", "initials"), [("", ""), ("Kari Nordmann", "KN"), ("anne  marie øy", "amø")])
def test_initials(text: str, initials: str) -> None:
    """Initials are the first letter of each word."""
    assert words.initials(text) == initials


@given(st.integers(0, 2**64 - 1), st.text(alphabet="#{}+4 ", max_size=12))
def test_digits(key: int, pattern: str) -> None:
    """Each number sign becomes a digit, everything else stays."""
    written = words.digits(key, pattern)
    assert len(written) == len(pattern)
    for sign, wanted in zip(written, pattern, strict=True):
        assert sign.isdigit() if wanted == "#" else sign == wanted
