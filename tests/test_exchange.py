from __future__ import annotations

from dataclasses import FrozenInstanceError
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.exchange import (
    Exchange,
    Headers,
    Origin,
    Request,
    Response,
    cookies,
    in_a_segment,
    path_of,
    raw_path,
)

FIELDS = [("Accept", "a/b"), ("X-A", "1"), ("accept", "c/d"), ("x-a", "2")]
names = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters=":"), min_size=1)


class TestHeaders:
    """Header fields of a message (RFC 9110 section 5)."""

    def test_names_in_any_case(self) -> None:
        """A field is found by its name in any case."""
        headers = Headers(FIELDS)
        assert headers["X-a"] == headers["x-A"] == "1, 2"
        assert "ACCEPT" in headers
        assert headers.get("Cookie") is None

    def test_several_lines_are_one_value(self) -> None:
        """Lines of one name read as one value, and stay apart where that matters."""
        headers = Headers(FIELDS)
        assert dict(headers) == {"accept": "a/b, c/d", "x-a": "1, 2"}
        assert headers.fields == tuple(FIELDS)
        assert len(headers) == 2

    def test_nothing(self) -> None:
        """A message may have none."""
        assert dict(Headers()) == {}
        with pytest.raises(KeyError):
            Headers()["Accept"]

    def test_repr(self) -> None:
        """What is shown is what was given."""
        assert repr(Headers([("A", "b")])) == "Headers([('A', 'b')])"

    @given(st.lists(st.tuples(names, st.text())))
    def test_every_line_is_in_its_value(self, fields: list[tuple[str, str]]) -> None:
        """No line is lost, whatever the case of its name."""
        headers = Headers(iter(fields))
        for name, value in fields:
            assert value in headers[name.swapcase()]
        assert sum(len(headers[name]) - 2 * (len(lines) - 1) for name, lines in self.grouped(fields).items()) == sum(
            len(value) for _, value in fields
        )

    @staticmethod
    def grouped(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
        """Return the values of the lines by name in lower case."""
        groups: dict[str, list[str]] = {}
        for name, value in fields:
            groups.setdefault(name.lower(), []).append(value)
        return groups


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("a=1", {"a": "1"}),
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1;b=2,c=3", {"a": "1", "b": "2", "c": "3"}),
        ("a=1, b=2", {"a": "1", "b": "2"}),
        ("a=x,y; b=R,1,G,2", {"a": "x,y", "b": "R,1,G,2"}),
        ('a="1"; b=x=y==', {"a": "1", "b": "x=y=="}),
        ("a=1; a=2", {"a": "1"}),
        ("a; =; ;;b=2", {"": "", "b": "2"}),
        ('odd name={"é"}; b=2', {"odd name": '{"é"}', "b": "2"}),
    ],
)
def test_cookies(text: str, found: dict[str, str]) -> None:
    """Cookies are found by name, whatever stands beside them (RFC 6265)."""
    assert cookies(Headers([("Cookie", text)])) == found


def test_no_cookies() -> None:
    """A message may have none."""
    assert cookies(Headers()) == {}


def test_messages_are_values() -> None:
    """Messages are compared by what they hold, and never change."""
    request = Request("GET", "/a")
    assert request == Request("GET", "/a", "", request.headers, b"")
    assert Response(204) != Response(200)
    with pytest.raises(FrozenInstanceError):
        request.method = "PUT"  # type: ignore[misc]


def test_exchange() -> None:
    """An exchange needs no more than its two messages."""
    exchange = Exchange(Request("GET", "/a"), Response(200))
    assert (exchange.seconds, exchange.origin, exchange.unrecorded) == (0.0, Origin(), frozenset())


@pytest.mark.parametrize(
    ("origin", "text"),
    [
        (Origin(), ""),
        (Origin("a.json"), "a.json"),
        (Origin("a.har", number=3), "a.har entry 3"),
        (Origin("a.ndjson", number=3, unit="line"), "a.ndjson:3"),
    ],
)
def test_origin(origin: Origin, text: str) -> None:
    """Where an exchange was recorded is told as an editor understands it."""
    assert str(origin) == text


def test_origins_in_order() -> None:
    """Origins sort as the exchanges stand in a file: entry 10 after entry 9."""
    assert Origin("a", number=9) < Origin("a", number=10) < Origin("a", 100, 1) < Origin("b")


class TestPath:
    """The path of a request (RFC 3986, section 3.3)."""

    @pytest.mark.parametrize(
        ("raw", "path", "written"),
        [
            ("/a%20b", "/a b", "/a%20b"),
            ("/%C3%A5/%7Ea", "/å/~a", "/%C3%A5/~a"),
            ("/a%2fb/c%3Ad", "/a%2Fb/c:d", "/a%2Fb/c:d"),
            ("/a%252Fb", "/a%252Fb", "/a%252Fb"),
            ("/100%/%zz", "/100%25/%25zz", "/100%25/%25zz"),
            ("/a?b#c", "/a?b#c", "/a%3Fb%23c"),
        ],
    )
    def test_slashes_and_percent_signs_stay_encoded(self, raw: str, path: str, written: str) -> None:
        """All else means the same encoded and not."""
        assert path_of(raw) == path
        assert raw_path(path) == written

    @given(st.text(), st.text())
    def test_segments(self, one: str, other: str) -> None:
        """Whatever stands in two segments, a path has just these two, on its way to a server and back."""
        path = f"/{in_a_segment(one)}/{in_a_segment(other)}"
        assert path_of(raw_path(path)) == path_of(path) == path
        assert [unquote(each) for each in path.split("/")] == ["", one, other]
