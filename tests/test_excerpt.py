from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.excerpt import WIDTH, excerpt

SALE = {"SaleId": 703, "Heading": 'Say "hi"', "Amount": 1.5, "Contact": {"Name": "Ada"}, "Sold": None, "Links": [1, 2]}
bodies = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@pytest.mark.parametrize(
    ("pointer", "lines"),
    [
        (
            "/SaleId",
            ["  {", '>   "SaleId": 703', '    "Heading": "Say \\"hi\\""', '    "Amount": 1.5', "  … 3 after }"],
        ),
        ("/Links", ["  { … 3 before", '    "Contact": {…}', '    "Sold": null', '>   "Links": […]', "  }"]),
        ("/Contact/Name", ["  {", '>   "Name": "Ada"', "  }"]),
        ("/Links/1", ["  [", "    1", ">   2", "  ]"]),
        ("/Contact/Phone", None),
        ("/Links/2", None),
        ("/Links/x", None),
    ],
)
def test_beside(pointer: str, lines: list[str] | None) -> None:
    """The member that the pointer names is marked among its neighbours; of a missing one, what should hold it."""
    text = excerpt(SALE, pointer)
    assert text.split("\n") == lines if lines else text == excerpt(SALE, pointer.rpartition("/")[0])


@pytest.mark.parametrize(
    ("value", "text"),
    [(703, "> 703"), (None, "> null"), (True, "> true"), ({}, "> {}"), ([], "> []"), ([1], "> [\n    1\n  ]")],
)
def test_whole(value: Any, text: str) -> None:
    """Of the whole body its beginning is shown."""
    assert excerpt(value, "") == text


def test_whole_is_cut_short() -> None:
    """A large body is told by its first members."""
    assert excerpt(list(range(100)), "").endswith("\n    4\n    … 95 more\n  ]")


@given(
    bodies,
    st.lists(st.sampled_from(["", "0", "1", "a", "~0", "~1", "99999999999"])).map(
        lambda way: "".join(f"/{step}" for step in way)
    ),
)
def test_any(value: Any, pointer: str) -> None:
    """Whatever the body and wherever the pointer leads, one line is marked and the text stays small."""
    lines = excerpt(value, pointer).split("\n")
    assert sum(line.startswith("> ") for line in lines) == 1
    assert all(line.startswith(("> ", "  ")) for line in lines)
    assert len(lines) <= 8
    assert max(map(len, lines)) <= 5 * WIDTH


@pytest.mark.parametrize(
    "value", [10**9000, "x" * 10**6, {"k" * 10**6: "\\" * 10**6}], ids=["digits", "text", "member"]
)
def test_huge(value: Any) -> None:
    """Huge values do not make huge texts."""
    assert len(excerpt(value, "")) < 1000


def test_the_last_of_many() -> None:
    """However far at the end it stands, only what is beside it is written out."""
    many = [{"a": n} for n in range(100_000)]
    assert excerpt(many, "/99999").splitlines() == ["  [ … 99997 before", "    {…}", "    {…}", ">   {…}", "  ]"]
    members = {f"a{n}": n for n in range(100_000)}
    assert excerpt(members, "/a99999").splitlines()[-2:] == ['>   "a99999": 99999', "  }"]
