"""What is left of a failing request still fails, and is no larger."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mockserver.conformance.case import Case
from mockserver.conformance.shrinking import shrunk, smaller
from mockserver.exchange import Headers, Request

JSON = ("Content-Type", "application/json")


def case(query: str = "", fields: tuple[tuple[str, str], ...] = (), body: object = None) -> Case:
    text = b"" if body is None else json.dumps(body).encode()
    return Case("example", "op", Request("POST", "/", query, Headers([JSON, *fields]), text))


def test_only_what_matters_is_left():
    """A fault that hangs on one header, one selected member and a large id comes down to these."""

    def fails(case: Case) -> bool:
        body = json.loads(case.request.body or b"{}")
        return "SO-Language" in case.request.headers and "StartDate" in case.request.query and body.get("SaleId", 0) > 1

    start = case(
        "a=1&$select=Name,StartDate,Contact,Person",
        (("Accept", "text/xml"), ("SO-Language", "no"), ("SO-Culture", "sv")),
        {"SaleId": 4711, "Other": ["x" * 10, 12]},
    )
    found = shrunk(start, fails)
    assert found.request.query == "$select=StartDate"
    assert found.request.headers.fields == (JSON, ("SO-Language", "no"))
    assert json.loads(found.request.body) == {"SaleId": 2}


def test_a_body_too_deep_to_be_read_stays():
    deep = replace(case(), request=Request("POST", "/", "", Headers([JSON]), b"[" * 5000 + b"]" * 5000))
    assert shrunk(deep, lambda _: True).request.body == deep.request.body


def test_the_search_ends_with_the_budget():
    sent = []

    def fails(case: Case) -> bool | None:
        sent.append(case)
        return None if len(sent) > 2 else False

    start = case("a=1&b=2&c=3")
    assert shrunk(start, fails) is start
    assert len(sent) == 3


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(values, st.lists(st.sampled_from(["a=1", "$select=A,B,C", "b"]), max_size=3), st.integers(0, 5))
def test_a_search_ends_and_its_result_fails(value: object, pairs: list[str], modulus: int):
    def fails(case: Case) -> bool:
        return len(case.request.body) % 6 >= modulus

    start = case("&".join(pairs), (("Accept", "*/*"),), value)
    found = shrunk(start, fails)
    assert found is start or fails(found)
    assert not any(fails(each) for each in smaller(found))
