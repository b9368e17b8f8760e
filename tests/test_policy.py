from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import UsageError
from mockserver.finding import Finding, Party, Severity
from mockserver.policy import Baseline, Ignore, Policy, ignores
from mockserver.report import Judged, Key, Report, Tally

RULES = ("response.schema", "response.status", "drift.property")


def finding(rule: str = "response.schema", pointer: str | None = "/Sale/SaleId", operation: str = "get") -> Finding:
    return Finding(rule, Severity.ERROR, Party.PROVIDER, "wrong", pointer=pointer, operation=operation)


def report(*findings: Finding) -> Report:
    tally = Tally()
    tally.add(Judged("get", 200, findings))
    return tally.report()


@pytest.mark.parametrize(
    ("ignore", "covers"),
    [
        (Ignore(), True),
        (Ignore("response.schema"), True),
        (Ignore("response.*"), True),
        (Ignore("drift.*"), False),
        (Ignore(operation="get"), True),
        (Ignore(operation="put"), False),
        (Ignore(pointer="/Sale/SaleId"), True),
        (Ignore(pointer="/Sale/*"), True),
        (Ignore(pointer="/*"), False),
        (Ignore(pointer="/**"), True),
        (Ignore(pointer="/**/SaleId"), True),
        (Ignore(pointer="/Sale/**/SaleId"), True),
        (Ignore(pointer="/Sale/S*Id"), True),
        (Ignore(pointer="/Sale"), False),
        (Ignore(pointer="/sale/SaleId"), False),
        (Ignore("response.status", pointer="/**"), False),
    ],
)
def test_ignore(ignore: Ignore, *, covers: bool) -> None:
    """An ignore is about a rule, an operation and a place, each of them a pattern."""
    assert ignore.covers(finding()) is covers


def test_no_place_is_no_pointer() -> None:
    """An ignore of places leaves alone what is about none."""
    assert not Ignore(pointer="/**").covers(finding(pointer=None))
    assert Ignore(pointer="/**").covers(finding(pointer=""))
    assert Ignore().covers(finding(pointer=None))


def test_policy() -> None:
    """What is selected counts, but for what is ignored, and counts for as much as the user says."""
    policy = Policy(("response.*",), (Ignore("response.status"),), (("*.schema", Severity.NOTE),))
    counting, ignored = policy.apply([finding(rule) for rule in RULES])
    assert [(each.rule, each.severity) for each in counting] == [("response.schema", Severity.NOTE)]
    assert ignored == (finding("response.status"), finding("drift.property"))


def test_open_policy() -> None:
    """Without a word from the user every finding counts as it is."""
    assert Policy().apply([finding()]) == ((finding(),), ())


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (Policy(("response.shema",)), "--select response.shema: there is no such rule; near it are response.schema"),
        (Policy(ignores=(Ignore("drift"),)), "--ignore drift: there is no such rule; near it are "),
        (Policy(severities=(("x.*", Severity.NOTE),)), "severities x.*: there is no such rule; near it are "),
    ],
)
def test_misspelt_rules(policy: Policy, message: str) -> None:
    """A pattern that fits no rule is an error that names the nearest ones."""
    with pytest.raises(UsageError, match="^" + message.replace("*", r"\*")):
        policy.check(RULES)
    Policy(("response.*",), (Ignore("*"),)).check(RULES)


def test_ignores_of_the_command_line() -> None:
    """``--ignore`` takes a rule, or a rule with a place."""
    assert list(ignores(["drift.*", "response.schema:/Sale/*", ":/Links/**"])) == [
        Ignore("drift.*"),
        Ignore("response.schema", pointer="/Sale/*"),
        Ignore(pointer="/Links/**"),
    ]
    with pytest.raises(UsageError, match="a pointer begins with /"):
        list(ignores(["response.schema:Sale"]))


texts = st.text(max_size=8)
keys = st.builds(Key, texts, texts, texts, st.none() | texts)


@given(st.frozensets(keys, max_size=8))
def test_baseline_in_a_file(tmp_path_factory: pytest.TempPathFactory, known: frozenset[Key]) -> None:
    """What is written is what is read, whatever is in it."""
    path = tmp_path_factory.mktemp("baseline") / "baseline.json"
    Baseline(known).write(path)
    assert Baseline.read(path) == Baseline(known)


def test_baseline_reads_well_in_a_diff(tmp_path: Path) -> None:
    """A baseline is sorted, has a place a line, and says nothing that it does not know."""
    path = tmp_path / "baseline.json"
    Baseline.of(report(finding(pointer="/b/0"), finding(pointer="/b/7"), finding("response.status", None))).write(path)
    assert path.read_text("utf-8") == (
        "{\n"
        '  "version": 1,\n'
        '  "known": [\n'
        '    {"rule":"response.schema","operation":"get","pointer":"/b/*"},\n'
        '    {"rule":"response.status","operation":"get"}\n'
        "  ]\n"
        "}\n"
    )


def test_compared_with_a_baseline() -> None:
    """What is known is accepted, what is new is not, and what has gone is said."""
    baseline = Baseline.of(report(finding(), finding("drift.property")))
    now = report(finding(), finding(), finding(pointer="/Title"))
    assert [key.pointer for key in baseline.new(now).groups] == ["/Title"]
    assert [key.rule for key in baseline.gone(now)] == ["drift.property"]
    assert baseline.new(now).total == now.total


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file or directory; --update-baseline writes it"),
        ("{", "is no baseline; name one, or a new file for --update-baseline"),
        ("[" * 100_000, "is no baseline"),
        ("[]", "is no baseline"),
        ('{"version": 1, "known": [{}]}', "is no baseline"),
        ('{"version": 1, "known": [{"rule": 7}]}', "is no baseline"),
        ('{"version": 2, "known": []}', "has version 2; this one reads 1"),
    ],
)
def test_no_baseline(tmp_path: Path, content: str | None, message: str) -> None:
    """A file that is no baseline is an error that says what to do."""
    path = tmp_path / "baseline.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UsageError, match=message):
        Baseline.read(path)


def test_baseline_that_cannot_be_written(tmp_path: Path) -> None:
    """A folder that is not there is an error that says so."""
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        Baseline().write(tmp_path / "nowhere" / "baseline.json")
