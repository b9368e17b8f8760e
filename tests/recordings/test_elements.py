from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.recordings.blocks import Blocks
from mockserver.recordings.elements import Elements
from mockserver.recordings.rules import Unusable

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
# Few names, so that what stands between two elements stands within them too.
objects = st.dictionaries(st.sampled_from(["a", "b", '},{"a"', "\\"]), values, max_size=3)


class Dripping:
    """A file that gives at most *size* bytes at a time."""

    def __init__(self, content: bytes, size: int) -> None:
        self._file = io.BytesIO(content)
        self._size = size

    def read(self, size: int, /) -> bytes:
        """Return a few bytes."""
        return self._file.read(min(size, self._size))


def elements(text: bytes, *path: str, size: int = 1 << 20) -> list[Any]:
    """Return the elements at *path* of *text*, read *size* bytes at a time; why one is unusable as a text."""
    blocks = Blocks("", Dripping(text, size))
    found = Elements(blocks, path, dict[str, Any])
    return [each.message if isinstance(each, Unusable) else each for each in found]


@given(
    items=st.lists(objects, max_size=12),
    around=st.dictionaries(st.sampled_from(["a", "log", "pages"]), values, max_size=2),
    indent=st.sampled_from([None, 0, 2]),
    size=st.sampled_from([1, 7, 64, 1 << 20]),
)
def test_elements_are_those_of_the_text(
    items: list[Any], around: dict[str, Any], indent: int | None, size: int
) -> None:
    """However it is written and however it arrives, the text has the elements that a parser of it finds."""
    whole = {**around, "log": {"version": "1.2", "entries": items, "comment": [{"a": 1}, {"a": 2}]}}
    text = json.dumps(whole, indent=indent, ensure_ascii=False).encode(errors="replace")
    assert elements(text, "log", "entries", size=size) == json.loads(text)["log"]["entries"]


@given(items=st.lists(objects, min_size=1, max_size=6), end=st.floats(0, 1, exclude_max=True))
def test_what_is_cut_off_begins_as_the_whole(items: list[Any], end: float) -> None:
    """Of a text that breaks off come the elements before, then the reason."""
    text = json.dumps(items).encode()
    *before, reason = elements(text[: 1 + int(end * (len(text) - 1))])
    assert before == items[: len(before)]
    assert reason.startswith("the file ends ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'[{"a":1},{"a":2},{"a":x},{"a":4},{"a":5}]', [{"a": 1}, {"a": 2}, str, {"a": 4}, {"a": 5}]),
        (b'[{"a":1},{"a":2},{"a":"},{"a":4},{"a":5}]', [{"a": 1}, {"a": 2}, str, {"a": 4}, {"a": 5}]),
        (b'[{"a":1},{"a":2},{"a":[},{"a":4},{"a":5}]', [{"a": 1}, {"a": 2}, str, {"a": 4}, {"a": 5}]),
        (b'[{"a":1},{"a":2}, ?? ,{"a":4}]', [{"a": 1}, {"a": 2}, str]),
        (b'[{"a":1},7,null,"x",[{}],{"a":2}]', [{"a": 1}, str, str, str, str, {"a": 2}]),
        (b'[{"a":1},{"b":2},{"a":3}]', [{"a": 1}, {"b": 2}, {"a": 3}]),
        (b"[]", []),
        (b"", [str]),
        (b"[", [str]),
        (b'[{"a":1}', [{"a": 1}, str]),
        (b"{}", [str]),
    ],
)
def test_what_is_broken_takes_nothing_with_it(text: bytes, expected: list[Any]) -> None:
    """A broken element is told in its place, and those behind it are found again by what stands between them."""
    found = elements(text)
    assert [str if isinstance(each, str) else each for each in found] == expected


def test_the_list_ends_where_it_ends() -> None:
    """What looks like a separator behind the list is none, also if the last element is broken."""
    text = b'{"log":{"entries":[{"a":1},{"a":2},{"a":x}],"other":[{"a":3},{"a":4},{"a":5}]}}'
    assert [each for each in elements(text, "log", "entries") if isinstance(each, dict)] == [{"a": 1}, {"a": 2}]


def test_names_count_only_where_the_path_leads() -> None:
    """Members of other objects may have the same names."""
    text = b'{"entries":[{"a":0}],"x":{"log":{"entries":[{"a":1}]}},"log":{"log":{"entries":[]},"entries":[{"a":2}]}}'
    assert elements(text, "log", "entries") == [{"a": 2}]
