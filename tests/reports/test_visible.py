from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.reports.visible import LONGEST, visible, whole


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b2J", "\\x9b2J"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u200bx\ufeff", "\\u200bx\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("naïve 日本 👩‍👩‍👧 می‌خواهم", "naïve 日本 👩‍👩‍👧 می‌خواهم"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    """What hides or acts is spelled out; what people write in their languages stays."""
    assert visible(text) == shown


def test_longest() -> None:
    """A long text ends in an ellipsis."""
    assert visible("x" * 600) == "x" * (LONGEST - 1) + "…"
    assert visible("x" * 10, 10) == "x" * 10


@given(st.text(st.characters()))
def test_any(text: str) -> None:
    """Whatever comes in, one line that UTF-8 can carry comes out."""
    assert len(visible(text).encode().splitlines()) <= 1
    assert whole(text).encode().decode() == whole(text)
