"""JSON bodies: what comes back, and what is refused with which words."""

from __future__ import annotations

import contextlib
import encodings.aliases
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.media import MalformedBody, UnknownCharset, json

INTEGERS = st.integers() | st.integers(min_value=-(10**300), max_value=10**300)
SCALARS = st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda child: st.lists(child) | st.dictionaries(st.text(), child), max_leaves=10)


def nested(levels: int) -> Any:
    value: Any = []
    for level in range(levels - 1):
        value = {"in": value} if level % 2 else [value]
    return value


@given(VALUES)
def test_round_trip(value: Any) -> None:
    """What is written is read as it was, integers with every digit and floats as floats."""
    again = json.decode(json.encode(value))
    assert again == value
    assert repr(again) == repr(value)


@pytest.mark.parametrize(
    "charset", ["utf-8", "UTF-8", "utf-16", "utf-16-be", "utf-32", "utf-8-sig", "iso-8859-1", "cp037", "cp1252"]
)
def test_charset_of_the_header(charset: str) -> None:
    """A body is read by the charset that it comes with, be it one where not even brackets are ASCII."""
    assert json.decode('{"å": [1, 12345678901234567890123]}'.encode(charset), charset) == {
        "å": [1, 12345678901234567890123]
    }


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_mark(encoding: str) -> None:
    """Without a charset, a byte order mark tells it."""
    assert json.decode('{"å": 1}'.encode(encoding)) == {"å": 1}
    assert json.decode('{"å": 1}'.encode("utf-8-sig"), "utf-8") == {"å": 1}


@pytest.mark.parametrize(
    "charset",
    ["nonsense", "hex", "rot13", "zip", "idna", "unicode_escape", "undefined", "a\x00b", "\ud800", "é", "x" * 300],
)
def test_unknown_charset(charset: str) -> None:
    """What names no charset is told by its name, on one line, with what to send instead."""
    with pytest.raises(UnknownCharset) as caught:
        json.decode(b"{}", charset)
    assert caught.value.charset == charset
    assert str(caught.value).endswith("is unknown; send utf-8")
    assert "\n" not in str(caught.value)


@given(
    st.sampled_from(sorted({*encodings.aliases.aliases, *encodings.aliases.aliases.values()})),
    st.binary() | st.sampled_from([b"+2AA-", b'"+2AA-"']),
)
def test_any_charset_and_bytes(charset: str, body: bytes) -> None:
    """Whatever bytes come in whatever charset, they are a value, or refused by one of two errors."""
    with contextlib.suppress(MalformedBody, UnknownCharset):
        json.decode(body, charset)


@given(st.text(alphabet='{}[]":,0123456789.eE+-tfn ') | st.binary())
def test_any_body(body: str | bytes) -> None:
    """Whatever a body holds, it is a value or malformed."""
    with contextlib.suppress(MalformedBody):
        json.decode(body if isinstance(body, bytes) else body.encode())


@pytest.mark.parametrize(
    ("body", "reason", "line", "column"),
    [
        pytest.param(b"", "it is empty", 0, 0, id="nothing"),
        pytest.param(b" \n", "it is empty", 0, 0, id="blank"),
        pytest.param(b'{"a": }', None, 1, 7, id="no value"),
        pytest.param(b'{\n "a": x\n}', None, 2, 7, id="no value, on the second line"),
        pytest.param(b"NaN", None, 1, 1, id="NaN"),
        pytest.param(b"[Infinity]", None, 1, 2, id="Infinity"),
        pytest.param(b"1e400", None, 1, 1, id="no double is that large"),
        pytest.param(b"1" * 5000, None, 1, 1, id="nor any integer that we take"),
        pytest.param(b"{} {}", None, 1, 4, id="two values"),
        pytest.param(b"{'a': 1}", None, 1, 2, id="single quotes"),
        pytest.param(b'"\xff"', "byte 0xff at offset 1 is not utf-8", 0, 0, id="not UTF-8"),
        pytest.param(b'"\\ud800"', None, 1, 2, id="half a character"),
    ],
)
def test_malformed(body: bytes, reason: str | None, line: int, column: int) -> None:
    """What is no JSON is told with its reason and place, on one line."""
    with pytest.raises(MalformedBody) as caught:
        json.decode(body)
    error = caught.value
    assert reason in (None, error.reason)
    assert (error.line, error.column) == (line, column)
    assert str(error).startswith("the body is not application/json: ")
    assert str(error).endswith(f" (line {line}, column {column})") == bool(line)


def test_half_a_character() -> None:
    """A charset that can tell half a character does not smuggle it in."""
    with pytest.raises(MalformedBody, match="is not utf-8"):
        json.decode(b'"+2AA-"', "utf-7")


def test_last_of_duplicates_counts() -> None:
    """Of several members with one name the last counts."""
    assert json.decode(b'{"a": 1, "a": 2}') == {"a": 2}


def test_depth() -> None:
    """A value may nest 128 levels deep, and not one more, however wide it is."""
    assert json.decode(json.encode(nested(128))) == nested(128)
    assert json.decode(json.encode([[]] * 1000)) == [[]] * 1000
    assert json.decode(json.encode("[" * 1000)) == "[" * 1000
    for body in (json.encode(nested(129)), b"[" * 200 + b"]" * 200):
        with pytest.raises(MalformedBody, match="it nests deeper than 128 levels"):
            json.decode(body)
    with pytest.raises(MalformedBody):
        json.decode(b"[" * 100_000)


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ({"å": [1, 150.0, None, True]}, '{"å":[1,150.0,null,true]}'.encode()),
        (2**64, b"18446744073709551616"),
        ("\ud800", b'"\\ud800"'),
        (float("nan"), b"null"),
    ],
)
def test_encode(value: Any, body: bytes) -> None:
    """JSON is written compactly, and what orjson refuses is written nonetheless."""
    assert json.encode(value) == body


def test_what_is_no_value_is_refused() -> None:
    """What JSON knows nothing of cannot be written."""
    with pytest.raises(TypeError):
        json.encode(object())


@given(st.dictionaries(st.text(), VALUES), st.text())
def test_shared_objects(members: dict[str, Any], name: str) -> None:
    """What many values share is written as any other object, each time."""
    shared = json.Shared(members)
    for _ in range(2):
        assert json.encode({name: [shared, shared]}) == json.encode({name: [members, members]})
    assert json.encode(shared) == json.encode(members)
