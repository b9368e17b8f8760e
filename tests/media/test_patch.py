"""JSON Patch and JSON Merge Patch."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.media import PatchFailed, patch

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
NAMES = st.sampled_from(["a", "A", "b", "", "0", "-", "~", "/", "\n"])
VALUES = st.recursive(
    SCALARS, lambda child: st.lists(child, max_size=3) | st.dictionaries(NAMES, child, max_size=3), max_leaves=6
)
POINTERS = (
    st.lists(NAMES, max_size=3).map("/".join)
    | st.sampled_from(["", "/", "/a/0", "a", "/~2", "/00", "/-1", "/²"])
    | VALUES
)
OPERATIONS = st.fixed_dictionaries(
    {},
    optional={
        "op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]) | VALUES,
        "path": POINTERS,
        "from": POINTERS,
        "value": VALUES,
    },
)


def failure_of(operations: Any, document: Any) -> str:
    try:
        patch.apply(operations, document)
    except PatchFailed as error:
        return str(error)
    return ""


def one_case(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return values.filter(lambda value: "'A'" not in repr(value))


@pytest.mark.parametrize(
    ("document", "operations", "expected"),
    [
        # RFC 6902, appendix A.
        pytest.param(
            {"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"foo": "bar", "baz": "qux"}, id="A.1"
        ),
        pytest.param(
            {"foo": ["bar", "baz"]},
            [{"op": "add", "path": "/foo/1", "value": "qux"}],
            {"foo": ["bar", "qux", "baz"]},
            id="A.2",
        ),
        pytest.param({"baz": 1, "foo": 2}, [{"op": "remove", "path": "/baz"}], {"foo": 2}, id="A.3"),
        pytest.param({"foo": [1, 2, 3]}, [{"op": "remove", "path": "/foo/1"}], {"foo": [1, 3]}, id="A.4"),
        pytest.param(
            {"baz": 1, "foo": 2}, [{"op": "replace", "path": "/baz", "value": 3}], {"baz": 3, "foo": 2}, id="A.5"
        ),
        pytest.param(
            {"foo": {"bar": 1}, "qux": {}},
            [{"op": "move", "from": "/foo/bar", "path": "/qux/thud"}],
            {"foo": {}, "qux": {"thud": 1}},
            id="A.6",
        ),
        pytest.param(
            {"foo": [1, 2, 3]}, [{"op": "move", "from": "/foo/1", "path": "/foo/2"}], {"foo": [1, 3, 2]}, id="A.7"
        ),
        pytest.param({"foo": ["a", 2]}, [{"op": "test", "path": "/foo/1", "value": 2}], {"foo": ["a", 2]}, id="A.8"),
        pytest.param(
            {"foo": 1}, [{"op": "add", "path": "/child", "value": {"x": {}}}], {"foo": 1, "child": {"x": {}}}, id="A.10"
        ),
        pytest.param(
            {"foo": 1}, [{"op": "add", "path": "/baz", "value": 2, "xyz": 3}], {"foo": 1, "baz": 2}, id="A.11"
        ),
        pytest.param({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}, id="A.14"),
        pytest.param(
            {"foo": ["bar"]}, [{"op": "add", "path": "/foo/-", "value": ["abc"]}], {"foo": ["bar", ["abc"]]}, id="A.16"
        ),
        pytest.param({"foo": 1}, [{"op": "copy", "from": "/foo", "path": "/bar"}], {"foo": 1, "bar": 1}, id="copy"),
        pytest.param({"foo": 1}, [{"op": "replace", "path": "", "value": [1]}], [1], id="the whole document"),
        pytest.param(
            {"foo": 1}, [{"op": "test", "path": "/foo", "value": 1.0}], {"foo": 1}, id="numbers are equal by value"
        ),
        pytest.param({"foo": 1}, [], {"foo": 1}, id="no operation"),
        # What the real server takes besides.
        pytest.param(
            {"SaleId": 0}, [{"op": "replace", "path": "SaleId", "value": 703}], {"SaleId": 703}, id="no leading slash"
        ),
        pytest.param(
            {"SaleId": 0}, [{"op": "replace", "path": "/saleid", "value": 703}], {"SaleId": 703}, id="another case"
        ),
        pytest.param(
            {"SaleId": 0},
            [{"op": "add", "path": "saleId", "value": 703}],
            {"SaleId": 703},
            id="another case is no new member",
        ),
        pytest.param({"a": 0, "A": 1}, [{"op": "remove", "path": "/A"}], {"a": 0}, id="an exact name wins"),
        pytest.param(
            {"Sale": {"Ids": [1, 2]}},
            [{"op": "copy", "from": "sale/ids/1", "path": "SALE/ids/-"}],
            {"Sale": {"Ids": [1, 2, 2]}},
            id="another case, deep inside",
        ),
        pytest.param(
            {"a": 1}, [{"op": "add", "path": "/New", "value": 1}], {"a": 1, "New": 1}, id="a new name stays as it is"
        ),
        pytest.param(
            {"a": 1}, [{"op": "remove", "path": "/a", "from": 7}], {}, id="members without a meaning are ignored"
        ),
    ],
)
def test_apply(document: Any, operations: list[Any], expected: Any) -> None:
    """Operations do what RFC 6902 says, and take paths as the real server takes them."""
    assert patch.apply(operations, document) == expected


@pytest.mark.parametrize(
    ("operations", "index", "reason"),
    [
        pytest.param({"op": "add"}, None, "it is not an array of operations", id="an object"),
        pytest.param(None, None, "it is not an array of operations", id="null"),
        pytest.param([7], 0, "it is not an object", id="no object"),
        pytest.param([{}], 0, "`op` is none of add, remove, replace, move, copy, test", id="no op"),
        pytest.param([{"op": "frob", "path": "/a"}], 0, "`op` is none of", id="unknown op"),
        pytest.param([{"op": ["add"], "path": "/a"}], 0, "`op` is none of", id="op of another type"),
        pytest.param([{"op": "remove"}], 0, "`remove` needs `path`", id="no path"),
        pytest.param([{"op": "remove", "path": 7}], 0, "`path` is not a text", id="path of another type"),
        pytest.param([{"op": "remove", "path": "/~2"}], 0, "`path` is no JSON Pointer", id="broken escape"),
        pytest.param([{"op": "add", "path": "/a"}], 0, "`add` needs `value`", id="no value"),
        pytest.param([{"op": "move", "path": "/a"}], 0, "`move` needs `from`", id="no from"),
        pytest.param(
            [{"op": "copy", "path": "/a", "from": None}], 0, "`from` is not a text", id="from of another type"
        ),
        pytest.param([{"op": "remove", "path": "/nowhere"}], 0, "nowhere", id="no such member"),
        pytest.param([{"op": "add", "path": "/list/9", "value": 1}], 0, "outside of list", id="index too large"),
        pytest.param([{"op": "add", "path": "/list/01", "value": 1}], 0, "01", id="index with a zero before it"),
        pytest.param([{"op": "add", "path": "/n/x", "value": 1}], 0, "", id="inside a number"),
        pytest.param([{"op": "move", "from": "/o", "path": "/o/x"}], 0, "", id="into itself"),
        pytest.param(
            [{"op": "test", "path": "/n", "value": 1}, {"op": "test", "path": "/n", "value": 2}],
            1,
            "the value at /n is not the one asked for",
            id="the second test",
        ),
        pytest.param([{"op": "test", "path": "/n", "value": True}], 0, "the value at /n", id="true is not 1"),
        pytest.param([{"op": "test", "path": "", "value": {}}], 0, "the value at the root", id="the root"),
        pytest.param(
            [{"op": "test", "path": "/nowhere", "value": None}], 0, "the value at /nowhere", id="null is not nothing"
        ),
    ],
)
def test_failures(operations: Any, index: int | None, reason: str) -> None:
    """A patch that cannot be applied tells which operation is to blame, and why, on one line."""
    with pytest.raises(PatchFailed) as caught:
        patch.apply(operations, {"n": 1, "list": [1], "o": {}})
    assert caught.value.index == index
    assert reason in caught.value.reason
    assert str(caught.value).startswith(
        "the patch cannot" if index is None else f"operation {index} of the patch cannot"
    )
    assert "\n" not in str(caught.value)


@given(st.lists(OPERATIONS | VALUES, max_size=3) | VALUES, VALUES)
def test_any_patch(operations: Any, document: Any) -> None:
    """Whatever a patch holds, it is applied or it failed, and its arguments are as they were."""
    before = copy.deepcopy((operations, document))
    assert "\n" not in failure_of(operations, document)
    assert (operations, document) == before


def test_later_operations_leave_the_patch_alone() -> None:
    """What an operation put in place may be changed by the next one, without the patch itself being changed."""
    operations: list[Any] = [{"op": "add", "path": "/a", "value": {}}, {"op": "add", "path": "/a/b", "value": 1}]
    assert patch.apply(operations, {}) == {"a": {"b": 1}}
    assert operations[0]["value"] == {}


@pytest.mark.parametrize(
    ("document", "change", "expected"),
    [
        # RFC 7396, appendix A, in its order.
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        # What the real server takes besides.
        ({"SaleId": 0}, {"saleId": 703}, {"SaleId": 703}),
        ({"Sale": {"Name": "x"}}, {"sale": {"NAME": None}}, {"Sale": {}}),
    ],
)
def test_merge(document: Any, change: Any, expected: Any) -> None:
    """A merge patch does what RFC 7396 says; names match in any case."""
    assert patch.merge(change, document) == expected


@given(VALUES, VALUES)
def test_merge_changes_no_argument(change: Any, document: Any) -> None:
    """Merging leaves patch and document as they were."""
    before = copy.deepcopy((change, document))
    patch.merge(change, document)
    assert (change, document) == before


@given(one_case(VALUES), one_case(VALUES))
def test_merge_twice_is_merge_once(change: Any, document: Any) -> None:
    """A merge patch says how things shall be, so that applying it again makes no difference."""
    once = patch.merge(change, document)
    assert patch.merge(change, once) == once


@pytest.mark.parametrize("path", ["/a/b", "/SaleId/b"])
def test_a_path_to_nowhere(path: str) -> None:
    """The reason tells the path, and nothing of how this program keeps values."""
    with pytest.raises(PatchFailed, match=f"^operation 0 of the patch cannot be applied: {path} leads to no place"):
        patch.apply([{"op": "remove", "path": path}], {"SaleId": 0})
