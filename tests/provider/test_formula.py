"""Formulas compute what they say, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.provider.formula import FormulaError, Outcome, compile_formula

NOW = datetime(2026, 1, 15, 9, 30)  # noqa: DTZ001 (a wall clock)
CONSTANTS = {"now": NOW, "user": 1, "unset": None}


class Members(dict[str, Any]):
    """Stands for a record: members by name, None for the others."""

    def __init__(self, *, key: int = 1 << 63, owner: Members | None = None, **members: Any) -> None:
        super().__init__(members)
        self.key = key
        self.owner = owner

    def __missing__(self, name: str) -> None:
        return None


COUNTRY = Members(Phone="+47 ## ##")
SALE = Members(
    Amount=1250.5,
    Probability=40,
    Title="Øl & Brød",
    Empty="",
    Start=NOW,
    Contact=Members(Country=COUNTRY, Domain="acme.example"),
    owner=Members(City="Oslo", owner=Members(City="Bergen")),
)


def value(formula: object) -> Any:
    return compile_formula(formula, "test", CONSTANTS).evaluate(SALE)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("0", 0),
        (7, 7),
        ("'it''s'", "its"),
        ("None", None),
        ("True and not False", True),
        ("Amount", 1250.5),
        ("Nobody", None),
        ("Amount * Probability / 100", 500.2),
        ("round(Amount * Probability / 100, 1)", 500.2),
        ("round(2.5)", 2),
        ("7 // 2 - 1 + 7 % 4", 5),
        ("-Probability", -40),
        ("+Probability", 40),
        ("Probability if Amount > 1000 else 0", 40),
        ("10 < Probability <= 40 != 3", True),
        ("Probability in (40, 50) and Title not in ['x']", True),
        ("Nobody is None", True),
        ("Amount is not None", True),
        ("Empty or Title", "Øl & Brød"),
        ("Contact.Domain", "acme.example"),
        ("Contact.Country.Phone", "+47 ## ##"),
        ("Nobody.Country.Phone", None),
        ("Contact.Nothing.Phone", None),
        ("Title.Phone", None),
        ("owner.City", "Oslo"),
        ("owner.owner.City", "Bergen"),
        ("owner.owner.owner.City", None),
        ("f'{Title}: {Probability} %'", "Øl & Brød: 40 %"),
        ("f'{Nobody}|{Amount:.1f}|{Probability:04d}'", "|1250.5|0040"),
        ("f'{{{Probability}}}'", "{40}"),
        ("f'{now}'", "2026-01-15T09:30:00"),
        ("text(Nobody) + text(user)", "1"),
        ("min(3, Probability) + max(1, 2) + abs(-1) + len(Title) + int('5')", 3 + 2 + 1 + 9 + 5),
        ("lower(Title) + upper(Title)", "øl & brødØL & BRØD"),
        ("ascii(Title)", "Ol & Brod"),
        ("slug(Title)", "ol-brod"),
        ("upper(initials(Title))", "Ø&B"),
        ("slug(Nobody)", None),
        ("date(now)", datetime(2026, 1, 15)),  # noqa: DTZ001
        ("Start + days(1) + hours(2) + minutes(30)", datetime(2026, 1, 16, 12)),  # noqa: DTZ001
        ("Start + minutes(10) * 3", datetime(2026, 1, 15, 10)),  # noqa: DTZ001
        ("now < Start + days(1)", True),
        ("day(now) + month(now)", 16),
        ("weekday(now)", "Thursday"),
        ("draw(10)", 2),
        ("pick('a', 'b', 'c')", "a"),
        ("digits(Contact.Country.Phone)", "+47 24 61"),
        # What cannot be computed is nothing.
        ("1 + None", None),
        ("Amount / 0", None),
        ("weekday(Title)", None),
        ("date(3)", None),
        ("int('x')", None),
        ("now + days(10000000)", None),
        ("draw(0)", None),
        ("pick()", None),
    ],
)
def test_values(formula: object, expected: Any) -> None:
    """A formula computes what the same expression is in Python, where nothing leads to nothing."""
    assert value(formula) == expected


@pytest.mark.parametrize(
    "formula",
    [
        "'a' * 999999999",
        "[1] * 999999999",
        "'%999999999d' % 5",
        "round(1, -999999999)",
        "round(1, 999999999)",
        "digits('#' * 99999999)",
        "int('9' * 99999)",
    ],
)
def test_bombs(formula: str) -> None:
    """What would fill the memory is nothing."""
    assert value(formula) is None


def test_growth() -> None:
    """Values that feed on each other stop growing."""
    double, square = (compile_formula(text, "x", {}).evaluate for text in ("f'{A}{A}'", "A * A"))
    text: Any = "twelve signs"
    number: Any = 2**40
    for _ in range(40):
        text, number = double(Members(A=text)), square(Members(A=number))
    assert (text, number) == ("", None)


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("9**9**9", "Pow"),
        ("1 << 99", "LShift"),
        ("A @ B", "MatMult"),
        ("().__class__", "only names can be dotted"),
        ("''.join", "only names can be dotted"),
        ("A.__class__", "'__class__' is not allowed"),
        ("__builtins__", "'__builtins__' is not allowed"),
        ("A.B.__globals__", "'__globals__' is not allowed"),
        ("record", None),
        ("now.year", "'now' has no members"),
        ("A.upper()", "is not allowed"),
        ("A['b']", "is not allowed"),
        ("open('x')", "there is no function 'open'"),
        ("__import__('os')", "there is no function"),
        ("eval('1')", "there is no function"),
        ("print", None),
        ("lambda: 1", "is not allowed"),
        ("[a for a in A]", "is not allowed"),
        ("(a := 1)", "is not allowed"),
        ("max(*A)", "is not allowed"),
        ("round(1, ndigits=2)", "is not allowed"),
        ("{'a': 1}", "is not allowed"),
        ("b'a'", "is not allowed"),
        ("1j", "is not allowed"),
        ("...", "is not allowed"),
        ("1e999", "inf is not allowed"),
        ("~1", "is not allowed"),
        ("await A", "is not allowed"),
        ("yield 1", "is not an expression"),
        ("f'{A!r}'", "conversions"),
        ("f'{A:999999999}'", "format"),
        ("f'{A:{B}}'", "format"),
        ("A B", "is not an expression"),
        ("", "is not an expression"),
        ("A = 1", "is not an expression"),
        ("import os", "is not an expression"),
        ("1" + "+1" * 900, "nested"),
        ("(" * 300 + "1" + ")" * 300, "is not an expression|nested"),
        ("-" * 1500 + "1", "nested"),
        ("A" * 2001, "at most 2000 characters"),
        ("A\0", "null"),
    ],
)
def test_refused(formula: str, says: str | None) -> None:
    """What is no allowed expression is refused; a name is never more than a member's."""
    if says is None:
        assert value(formula) is None
    else:
        with pytest.raises(FormulaError, match=says):
            compile_formula(formula, "test", CONSTANTS)


numbers = st.integers(-1000, 1000)
expressions = st.recursive(
    numbers.map(str) | st.sampled_from(["A", "B"]),
    lambda inner: st.tuples(inner, st.sampled_from("+-*<"), inner).map(lambda parts: f"({' '.join(parts)})"),
    max_leaves=6,
)


@given(expressions, numbers, numbers)
def test_law(expression: str, one: int, two: int) -> None:
    """Arithmetic over members is Python's."""
    computed = compile_formula(expression, "test", {}).evaluate(Members(A=one, B=two))
    assert computed == eval(expression, {"A": one, "B": two})


class TestDraws:
    """Functions that draw."""

    def test_repeatable(self) -> None:
        """A draw hangs on the record's key, what it is for, and its place in the formula."""
        formula = compile_formula("f'{draw(1000000)} {draw(1000000)}'", "Name", {}).evaluate
        other = compile_formula("f'{draw(1000000)} {draw(1000000)}'", "Title", {}).evaluate
        first, second = formula(Members()).split()
        assert first != second
        assert formula(Members()) == formula(Members())
        assert formula(Members(key=5)) != formula(Members())
        assert other(Members()) != formula(Members())


class TestFacts:
    """What a compiled formula tells."""

    @pytest.mark.parametrize(
        ("formula", "paths", "constant"),
        [
            ("1 + user", (), True),
            ("A.B.C + A + A", (("A", "B", "C"), ("A",)), False),
            ("owner.X if draw(2) else now", (("owner", "X"),), False),
            ("draw(2)", (), False),
        ],
    )
    def test_told(self, formula: str, paths: tuple[tuple[str, ...], ...], constant: bool) -> None:
        """A formula tells which names it reads, and whether it reads any record."""
        compiled = compile_formula(formula, "test", CONSTANTS)
        assert set(compiled.paths) == set(paths)
        assert compiled.is_constant == constant

    def test_outcome(self) -> None:
        """Nothing becomes what is given for it, and a value of another type is turned."""
        outcome = Outcome(absent=lambda record: record.key, type=str, fit=str)
        texts = [compile_formula(text, "test", {}, outcome).evaluate(Members(key=5)) for text in ("None", "'a'", "3")]
        assert texts == [5, "a", "3"]
