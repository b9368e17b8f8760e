"""Texts that a regular expression matches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.contract import Document, Schema
from mockserver.provider.intersection import EmptyError
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


def made(expression: str, low: int, high: int | None) -> Iterator[str]:
    """Yield a hundred texts of an expression: of the lengths asked for, and the same for the same key."""
    texts = pattern(expression)
    for number in range(100):
        key = number * 0x9E37_79B9_7F4A_7C15 % 2**64
        text = texts.make(key, low, high)
        assert text == texts.make(key, low, high)
        assert low <= len(text) <= (high or 1000)
        yield text


@pytest.mark.parametrize(("expression", "low", "high"), MADE, ids=[row[0] for row in MADE])
def test_made(expression: str, low: int, high: int | None) -> None:
    """A text keeps the pattern and the lengths, and the same key gives the same text."""
    for text in made(expression, low, high):
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


def both(one: str, other: str) -> str:
    """Return the expression of what has *one* and *other*, as an ``allOf`` of them is read."""
    return rf"^(?=[\s\S]*(?:{one}))[\s\S]*(?:{other})"


AHEAD: list[tuple[str, int, int | None]] = [
    (r"^(?=.*[0-9])[a-z0-9]{4,}$", 0, None),
    (r"^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[^\w]).{8,}$", 0, 12),
    (r"^(?!.*foo)[a-z]{3,6}$", 0, None),
    (r"^(?!0)\d{4}$", 0, None),
    (r"^(?=.{1,100}$)([a-z]+\.)+[a-z]{2,}$", 20, 40),
    (r"^(?!(?:aws|AWS):)[\w ]{1,100}$", 0, None),
    (both("^a", "z$"), 0, None),
    (both("^[a-z]+$", "^.{5}$"), 0, None),
    (both("^[A-Z]{3}", "[0-9]{4}$"), 12, 12),
    (both("^a$|^bb$", "b"), 0, None),
    (both("^(?:ab)*$", "^(?:abab|ba)*$"), 8, 30),
    (both("æ", ".ø$"), 0, None),
    (both(r"^[\w.-]+@[\w-]+\.com$", "^.{40,60}$"), 0, None),
    (both(both("^a", "b$"), "-"), 0, 3),
]


@pytest.mark.parametrize(("expression", "low", "high"), AHEAD, ids=[row[0] for row in AHEAD])
def test_ahead(expression: str, low: int, high: int | None) -> None:
    """Every text keeps an expression that looks ahead: what has to be, and what must not be."""
    for text in made(expression, low, high):
        assert re.search(expression, text)
        assert accepted(expression, text)


@pytest.mark.parametrize(
    ("expression", "low", "high"),
    [
        (both("^abc$", "^abd$"), 0, None),
        (r"^(?=a)b", 0, None),
        (r"^(?!a)a", 0, None),
        (both("^a", "z$"), 0, 1),
        # More ways to go on than are looked at.
        (both("^(?:[a-z]{2,20}[0-9]{1,20}){1,5}$", "^.{50,}$"), 0, 100),
    ],
)
def test_ahead_in_vain(expression: str, low: int, high: int | None) -> None:
    """Where there is no text, or too much to look at, it is told at once and in short time."""
    walk = pattern(expression).walk
    assert walk is not None
    for _ in range(2):
        with pytest.raises(EmptyError):
            walk.make(1, low, high)


few = st.sampled_from(["a", "b", "[ab]", "a*", "(?:ab)+", "b{1,2}", "(?!aa)", "(?=b)", ".", "$"])


@given(st.lists(few, min_size=1, max_size=4), st.lists(few, min_size=1, max_size=4), keys)
@settings(max_examples=300, deadline=None)
def test_both(one: list[str], other: list[str], key: int) -> None:
    """A text has two expressions where any short text has them; else there is none."""
    expression = both("^" + "".join(one), "".join(other))
    walk = pattern(expression).walk
    assert walk is not None
    texts = ("".join(text) for size in range(4) for text in product("abc", repeat=size))
    if any(re.search(expression, text) for text in texts):
        assert re.search(expression, walk.make(key))
    else:
        with suppress(EmptyError):  # a longer one
            assert re.search(expression, walk.make(key))
