from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract import pointer as pointers

# The document and the pointers of RFC 6901, section 5.
DOCUMENT = {"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, 'k"l': 6, " ": 7, "m~n": 8}
EVALUATED = [
    ("", DOCUMENT),
    ("/foo", ["bar", "baz"]),
    ("/foo/0", "bar"),
    ("/", 0),
    ("/a~1b", 1),
    ("/c%d", 2),
    ("/e^f", 3),
    ("/g|h", 4),
    ("/i\\j", 5),
    ('/k"l', 6),
    ("/ ", 7),
    ("/m~0n", 8),
]


@pytest.mark.parametrize(("pointer", "value"), EVALUATED)
def test_examples_of_the_standard(pointer: str, value: Any) -> None:
    """A pointer leads to what RFC 6901 says it leads to."""
    assert pointers.resolve(DOCUMENT, pointer) == value


@pytest.mark.parametrize(
    "pointer", ["/nowhere", "/foo/2", "/foo/-", "/foo/01", "/foo/²", "/foo/bar", "/foo/0/1", "foo"]
)
def test_nowhere(pointer: str) -> None:
    """What leads nowhere, or is no pointer, is a LookupError."""
    with pytest.raises(LookupError):
        pointers.resolve(DOCUMENT, pointer)


@given(st.lists(st.text()))
def test_tokens_round_trip(tokens: list[str]) -> None:
    """A pointer made of any names comes apart into the same names."""
    assert pointers.split(pointers.build(tokens)) == tokens


@given(st.recursive(st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_every_node_has_a_pointer(value: Any) -> None:
    """Whatever the names, the pointer that is joined on the way down leads to each node."""

    def walk(node: Any, pointer: str) -> None:
        assert pointers.resolve(value, pointer) is node
        for key, child in node.items() if isinstance(node, dict) else enumerate(node or ()):
            walk(child, pointers.join(pointer, key))

    walk(value, "")
