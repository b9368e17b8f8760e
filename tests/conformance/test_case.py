"""Cases are saved without loss and read back, and a file that is none is refused with the reason."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.conformance.case import Case, CasesError, Expected, Failure, joined, load, save, with_header
from mockserver.exchange import Headers, Request
from mockserver.finding import Finding, Party, Severity

FINDING = Finding("status.documented", Severity.ERROR, Party.PROVIDER, "500 is not documented")
texts = st.text(st.characters(codec="utf-8"), max_size=20)
cases = st.builds(
    Case,
    family=texts,
    operation=texts,
    request=st.builds(
        Request,
        method=texts,
        path=texts,
        query=texts,
        headers=st.lists(st.tuples(texts, texts), max_size=3).map(Headers),
        body=st.binary(max_size=20),
    ),
    says=texts,
    authorized=st.booleans(),
    expected=st.sampled_from(Expected),
)


def plain(case: Case) -> tuple[object, ...]:
    request = case.request
    fields = request.headers.fields
    sent = (request.method, request.path, request.query, fields, request.body)
    return (*sent, case.family, case.operation, case.says, case.authorized, case.expected)


@given(st.lists(cases, max_size=3))
def test_what_was_saved_is_read_back(tmp_path_factory: pytest.TempPathFactory, some: list[Case]):
    path = tmp_path_factory.mktemp("cases") / "cases.json"
    save(path, [Failure(FINDING, case, 500) for case in some])
    assert [plain(case) for case in load(path)] == [plain(case) for case in some]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2, "cases": []}', '{"version": 1, "cases": [{}]}', "\x00"]
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(CasesError, match="--replay"):
        load(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(CasesError, match="No such file"):
        load(tmp_path / "none.json")


def test_a_header_takes_the_place_of_its_name():
    request = Request("GET", "/", headers=Headers([("Accept", "a"), ("accept", "b"), ("X", "1")]))
    assert with_header(request, "ACCEPT", "c").headers.fields == (("X", "1"), ("ACCEPT", "c"))
    assert joined("", "a=1", "", "b=2") == "a=1&b=2"
