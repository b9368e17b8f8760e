"""Form data."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.media import MalformedBody, UnknownCharset, form

LISTS = st.lists(st.text(), min_size=2)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"", {}),
        (b"SaleId=703", {"SaleId": "703"}),
        (b"a=1&b=2&a=3", {"a": ["1", "3"], "b": "2"}),
        (b"a=&b&=c", {"a": "", "b": "", "": "c"}),
        (b"a.b=1&c%5B0%5D=2&d[e]=3", {"a.b": "1", "c[0]": "2", "d[e]": "3"}),
        (b"a=x+y%2B%26%3D;z", {"a": "x y+&=;z"}),
        (b"a=%C3%A5", {"a": "å"}),
        ("å=å".encode(), {"å": "å"}),
        (b"a=%zz%", {"a": "%zz%"}),
        (b"&&a=1&", {"a": "1"}),
    ],
)
def test_decode(body: bytes, value: dict[str, Any]) -> None:
    """Texts come by their names, lists for names that repeat, blanks as they are."""
    assert form.decode(body) == value


def test_charset() -> None:
    """Raw and percent-encoded letters are both in the charset that the body comes with."""
    assert form.decode("å=%E5".encode("iso-8859-1"), "iso-8859-1") == {"å": "å"}


@pytest.mark.parametrize("body", [b"a=\xff", b"a=%FF"])
def test_malformed(body: bytes) -> None:
    """What is not in the charset is told, be it raw or percent-encoded."""
    with pytest.raises(MalformedBody, match=r"the body is not application/x-www-form-urlencoded: .* is not utf-8"):
        form.decode(body)


def test_unknown_charset() -> None:
    """A charset that nobody knows is told by its name."""
    with pytest.raises(UnknownCharset, match="'klingon' is unknown"):
        form.decode(b"a=b", "klingon")


@given(st.binary(), st.sampled_from([None, "utf-8", "utf-16", "utf-7", "cp037", "latin-1"]))
def test_any_body(body: bytes, charset: str | None) -> None:
    """Whatever a body holds, it is fields or malformed."""
    with contextlib.suppress(MalformedBody):
        form.decode(body, charset)


@given(st.dictionaries(st.text(), st.text() | LISTS))
def test_round_trip(value: dict[str, Any]) -> None:
    """Texts and lists of several texts are read as they were written."""
    assert form.decode(form.encode(value)) == value


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ({"a": 1, "b": True, "c": None, "d": [1, "x"]}, b"a=1&b=true&c=&d=1&d=x"),
        ({"a": {"b": [1]}}, b"a=%7B%22b%22%3A+%5B1%5D%7D"),
        ({"a": "\ud800"}, b"a=%3F"),
        ("text", b"=text"),
    ],
)
def test_encode(value: Any, body: bytes) -> None:
    """Values other than texts are written as JSON would, null as a blank."""
    assert form.encode(value) == body
