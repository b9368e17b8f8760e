"""Texts that a regular expression matches."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.contract import Document, Schema
from mockserver.provider.pattern import PatternError, pattern

keys = st.integers(0, 2**64 - 1)
MADE: list[tuple[str, int, int | None]] = [
    ("", 0, 4),
    ("^$", 0, None),
    ("abc", 10, 12),
    ("^[a-z]+$", 10, 10),
    ("^[a-z]*$", 40, 50),
    (r"^\d{3}-\d{2,4}$", 0, None),
    ("^(ab)*$", 4, 7),
    ("^(?:a|bb|ccc){2,4}$", 5, 9),
    (r"^(\w)x\1$", 0, None),
    (r"^[^a-z\s]{3}$", 0, None),
    (r"^\p{Lu}[\p{L}\d]*$", 5, 9),
    (r"^(?<year>\d{4})-\k<year>$", 0, None),
    (r"^\w+\s\W\S\D.$", 6, 12),
    ("^[A-Z]{2,}[0-9]*?$", 2, 7),
    ("^(?>a+)b++$", 4, 9),
    ("[[]", 0, None),
    ("^(a*)*$", 3, 3),
    ("^[^x]+(?:x|y)?$", 2, 30),
    ("^[ -~]{2}$", 0, None),
]
# The validator knows neither atomic groups nor references by name.
PYTHON_ALONE = {"^(?>a+)b++$", r"^(?<year>\d{4})-\k<year>$"}


def accepted(expression: str, text: str) -> bool:
    """Return whether the validator finds *expression* in *text*; it reads ECMA-262."""
    schema = {"type": "string", "pattern": expression}
    return Schema(Document({"paths": {}}), schema, "/schema").is_valid(text)


@pytest.mark.parametrize(("expression", "low", "high"), MADE, ids=[row[0] for row in MADE])
def test_made(expression: str, low: int, high: int | None) -> None:
    """A text keeps the pattern and the lengths, and the same key gives the same text."""
    made = pattern(expression)
    for number in range(100):
        key = number * 0x9E37_79B9_7F4A_7C15 % 2**64
        text = made.make(key, low, high)
        assert text == made.make(key, low, high)
        assert low <= len(text) <= (high or 1000)
        if expression not in PYTHON_ALONE:
            assert accepted(expression, text)


parts = st.sampled_from(["a", "[b-d]", r"\d", "(?:e|ff)", "(g+)", "h{0,2}", "[^i-z]", "."])


@given(st.lists(parts, min_size=1, max_size=6), keys)
@settings(max_examples=200)
def test_law(pieces: list[str], key: int) -> None:
    """A pattern of any parts gives texts that it matches."""
    expression = "^" + "".join(pieces) + "$"
    assert re.search(expression, pattern(expression).make(key))


@pytest.mark.parametrize("expression", ["(", "[z-a]", "a{70000}", "((a{1000}){1000}){1000}", "(c)(?(1)a|b)"])
def test_unreadable(expression: str) -> None:
    """A pattern that is none, that Python lacks, or that asks for too much is refused."""
    with pytest.raises(PatternError, match="pattern"):
        pattern(expression)


def test_no_warnings(recwarn: Any) -> None:
    """Patterns that Python warns of are read in silence."""
    pattern("[[a]&&b]")
    assert not recwarn.list
