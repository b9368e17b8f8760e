from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockserver.exchange import Origin
from mockserver.finding import Finding, Party, Place, Severity
from mockserver.report import EXAMPLES, Judged, Key, Report, Tally, pattern

origins = st.builds(
    Origin, st.sampled_from(["a.ndjson", "b.har"]), st.just(0), st.integers(1, 50), st.sampled_from(["line", "entry"])
)
findings = st.builds(
    Finding,
    rule=st.sampled_from(["response.schema", "response.status"]),
    severity=st.sampled_from(Severity),
    party=st.sampled_from([Party.PROVIDER, Party.CONSUMER]),
    message=st.sampled_from(["wrong", "very wrong"]),
    part=st.sampled_from(["response body", ""]),
    pointer=st.sampled_from([None, "", "/Links/0/Name", "/Links/1/Name", "/Sale/0a"]),
    expected=st.sampled_from(["", "integer"]),
    operation=st.sampled_from(["", "get"]),
    contract=st.sampled_from([None, Place("/paths"), Place("/paths", 3)]),
    origin=origins,
    excerpt=st.sampled_from(["", "> 1"]),
)
batches = st.lists(
    st.builds(
        Judged,
        st.sampled_from([None, "get", "put"]),
        st.sampled_from([200, 404]),
        st.lists(findings, max_size=4).map(tuple),
    ),
    max_size=12,
)


def report(batch: list[Judged]) -> Report:
    """Return the report of *batch*."""
    tally = Tally()
    for judged in batch:
        tally.add(judged)
        tally.ignored(judged.findings[1:])
    return tally.report()


def finding(pointer: str | None = "", severity: Severity = Severity.ERROR, number: int = 1) -> Finding:
    """Return a finding in the entry *number* of a recording."""
    origin = Origin("a.har", number=number)
    return Finding("a.b", severity, Party.PROVIDER, "wrong", pointer=pointer, operation="get", origin=origin)


@given(batches, batches)
def test_whole_is_sum_of_parts(one: list[Judged], two: list[Judged]) -> None:
    """However a recording is cut, its report comes out the same."""
    assert report(one + two) == report(one) + report(two)


@given(batches, batches)
def test_order_of_parts_does_not_matter(one: list[Judged], two: list[Judged]) -> None:
    """Whichever shard is ready first, the sum is the same."""
    assert report(one) + report(two) == report(two) + report(one)


@given(batches)
def test_every_finding_is_counted(batch: list[Judged]) -> None:
    """No finding and no exchange is lost, and a group shows the first of its own."""
    whole = report(batch)
    found = [each for judged in batch for each in judged.findings]
    assert whole.total == len(batch)
    assert sum(whole.counts.values()) == len(found)
    for key, group in whole.groups.items():
        own = [each for each in found if each.rule == key.rule and each.operation == key.operation]
        assert len(group.first) == min(EXAMPLES, group.count)
        assert set(group.first) <= set(own)
        assert group.severity == min((each.severity for each in own if _key(each) == key), key=lambda one: one.rank)


def _key(each: Finding) -> Key:
    return Key(each.rule, each.operation, each.part, None if each.pointer is None else pattern(each.pointer))


def test_indexes_are_one_place() -> None:
    """Items of an array are counted together; names that begin with digits are names."""
    whole = report([Judged("get", 200, (finding("/Links/0/1st"), finding("/Links/12/1st"), finding("/1st")))])
    assert {key.pointer: group.count for key, group in whole.groups.items()} == {"/Links/*/1st": 2, "/1st": 1}


def test_first_examples() -> None:
    """The examples are those that stand first in the recording, however many follow."""
    whole = report([Judged("get", 200, (finding(number=number),)) for number in (9, 10, 2, 30, 1)])
    (group,) = whole.groups.values()
    assert [each.origin.number for each in group.first] == [1, 2, 9]


def test_gravest_first() -> None:
    """Groups are told in the order of their gravity, then of their number."""
    notes = [Judged("get", 200, (finding("/a", Severity.NOTE),))] * 3
    errors = [Judged("get", 200, (finding("/b"), finding("/c"))), Judged("get", 200, (finding("/c"),))]
    assert [key.pointer for key, _ in report([*notes, *errors]).ordered()] == ["/c", "/b", "/a"]


def test_fails() -> None:
    """A report fails at the severity asked for, and at graver ones."""
    whole = report([Judged("get", 200, (finding("", Severity.WARNING),))])
    assert [whole.fails(each) for each in Severity] == [False, True, True]


def test_lines_of_shards() -> None:
    """Lines of a later shard are counted on from the shards before it, once all are in."""
    later = Finding("a.b", Severity.ERROR, Party.PROVIDER, "wrong", origin=Origin("a.ndjson", 500, 2, "line"))
    tally = Tally()
    tally.add(Judged("get", 200, (later,)))
    tally.read("a.ndjson", 500, 40)
    whole = tally.report() + Report(lines={("a.ndjson", 0): 11, ("b.ndjson", 0): 7})
    (group,) = whole.numbered().groups.values()
    assert str(group.first[0].origin) == "a.ndjson:13"


def test_json() -> None:
    """As JSON a report has its counts and its groups, each with its first findings."""
    told = report([Judged(None, 404), Judged("get", 200, (finding("/a/0"),))]).to_json()
    assert told["exchanges"] == 2
    assert told["operations"] == [
        {"operation": None, "status": 404, "exchanges": 1},
        {"operation": "get", "status": 200, "exchanges": 1},
    ]
    assert told["findings"] == {"error": 1, "warning": 0, "note": 0}
    (group,) = told["groups"]
    assert (group["rule"], group["pointer"], group["count"]) == ("a.b", "/a/*", 1)
    assert group["first"][0]["exchange"] == "a.har entry 1"
