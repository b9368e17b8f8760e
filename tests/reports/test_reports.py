"""Laws of every format: any report goes through, whatever strangers wrote into its texts."""

from __future__ import annotations

import io
import json
import re
import warnings
from collections.abc import Callable
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif
from rich.console import Console

from mockserver.exchange import Origin
from mockserver.finding import Finding, Party, Place, Rule, Severity
from mockserver.report import Judged, Key, Report, Tally
from mockserver.reports import FORMATS, Baseline, Coverage, Run, Skipped, render, show
from mockserver.reports.github import summary

HOSTILE = [
    "",
    "\x1b[31mred\x1b[0m \x9b2J\x07",
    "\x1b]8;;http://a.invalid\x07link",
    "a\u202eb\u2066c\u200b",
    "\ud800 half",
    "\ufffe\uffff\x00\x0b",
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"'><b>&amp;&#10;",
    "]]>--><!--",
    "::error::x\n::add-mask::y\r##[group]z ##vso[task.setvariable]",
    "%0A::warning::%",
    "[click](javascript:alert(1)) {0} $title ${x}",
    "[bold]rich[/bold] :smile: | cell `tick`",
    "line\nline\ttab\r\nline\u2028line\u0085line",
    "日本語 naïve 👩‍👩‍👧",
    "x" * 5000,
]
ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
SCHEMA = json.loads(resources.files("mockserver.reports").joinpath("schema.json").read_text("utf-8"))

texts = st.sampled_from(HOSTILE) | st.text(st.characters(), max_size=12)
rules = st.builds(Rule, texts, st.sampled_from(Party), st.sampled_from(Severity), texts)
pointers = st.none() | st.sampled_from(["", "/a/0/b", "/a/1/b"]) | texts.map(lambda text: f"/{text}")
keys = st.builds(Key, texts, texts, texts, pointers)
findings = st.builds(
    Finding,
    rule=texts,
    severity=st.sampled_from(Severity),
    party=st.sampled_from(Party),
    message=texts,
    part=texts,
    pointer=pointers,
    expected=texts,
    actual=texts,
    operation=texts,
    contract=st.none() | st.builds(Place, texts, st.integers(0, 99)),
    origin=st.builds(Origin, texts, st.just(0), st.integers(0, 99), st.sampled_from(["entry", "line"])),
    excerpt=texts,
)
judged = st.builds(Judged, st.none() | texts, st.sampled_from([200, 404]), st.lists(findings, max_size=4).map(tuple))


@st.composite
def reports(draw: st.DrawFn) -> tuple[Report, Run]:
    """Draw a report with its run; the baseline may know some of its groups."""
    tally = Tally()
    for each in draw(st.lists(judged, max_size=5)):
        tally.add(each)
    report = tally.report()
    known = st.frozensets(st.sampled_from(sorted(report.groups, key=repr)) if report.groups else keys, max_size=3)
    lists = st.lists(texts, max_size=3).map(tuple)
    run = st.builds(
        Run,
        command=st.sampled_from(["validate", "check"]),
        judged=lists,
        document=texts,
        title=texts,
        fail_on=st.sampled_from(Severity),
        rules=st.lists(rules, max_size=3, unique_by=lambda rule: rule.id).map(tuple),
        ignored=st.dictionaries(texts, st.integers(1, 9), max_size=2),
        baseline=st.none() | st.builds(Baseline, texts, known, st.lists(keys, max_size=2).map(tuple)),
        skipped=st.lists(st.builds(Skipped, texts, texts), max_size=2).map(tuple),
        coverage=st.lists(st.builds(Coverage, texts, lists, lists), max_size=2).map(tuple),
        facts=st.dictionaries(texts, texts, max_size=2),
        stopped=texts,
        seconds=st.none() | st.floats(0, 1e6),
        docs=st.sampled_from(["docs/checks.md", "https://checks.invalid/rules"]),
    )
    return report, draw(run)


def judge_json(output: bytes) -> None:
    """The report keeps its schema."""
    Draft202012Validator(SCHEMA).validate(json.loads(output))


def judge_ndjson(output: bytes) -> None:
    """Each line is a finding of the schema."""
    validator = Draft202012Validator({"$ref": f"{SCHEMA['$id']}#/$defs/finding", "$defs": {"report": SCHEMA}})
    for line in output.split(b"\n")[:-1]:
        validator.validate(json.loads(line))


def judge_junit(output: bytes) -> None:
    """The elements, attributes and numbers are those of the xUnit plugin's junit-10.xsd."""
    attributes = {
        "testsuites": ({"name", "tests", "failures", "errors", "time"}, {"testsuite"}),
        "testsuite": ({"name", "tests", "failures", "errors", "skipped", "time"}, {"testcase"}),
        "testcase": ({"name", "classname", "time"}, {"failure", "error", "skipped", "system-out"}),
        "failure": ({"message", "type"}, set()),
        "error": ({"message", "type"}, set()),
        "skipped": ({"message"}, set()),
        "system-out": (set(), set()),
    }
    root = ET.fromstring(output)
    assert root.tag == "testsuites"
    for element in root.iter():
        own, children = attributes[element.tag]
        assert set(element.attrib) == own
        assert {child.tag for child in element} <= children
    for element in [root, *root]:
        assert int(element.get("tests", "")) == len(list(element.iter("testcase")))
        assert int(element.get("failures", "")) == len(list(element.iter("failure")))
        assert int(element.get("errors", "")) == len(list(element.iter("error")))
        assert re.fullmatch(r"[0-9]+\.[0-9]{3}", element.get("time", ""))
    assert all(int(suite.get("skipped", "")) == len(list(suite.iter("skipped"))) for suite in root)


def judge_sarif(output: bytes) -> None:
    """The log keeps the schema of SARIF 2.1.0, and names of rules and places lead somewhere."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the models predate the newest pydantic
        log = Sarif.model_validate_json(output)
    (run,) = json.loads(output)["runs"]
    told = run["tool"]["driver"]["rules"]
    assert log.version is not None
    for result in run["results"]:
        assert told[result["ruleIndex"]]["id"] == result["ruleId"]
        assert re.fullmatch("[0-9a-f]{32}", result["partialFingerprints"]["mockserver/v1"])


class Page(HTMLParser):
    """The tags that a browser would see, and what it would run or fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.active: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag; a handler, an address or a foreign element is active."""
        if tag not in {"meta", "link", "input", "br"}:
            self.open.append(tag)
        self.active += [tag] if tag in {"script", "img", "iframe", "object", "svg", "base", "a"} else []
        self.active += [name for name, _ in attrs if name.startswith("on") or name in {"src", "srcset", "style"}]

    def handle_endtag(self, tag: str) -> None:
        """Every tag closes the one opened last."""
        assert self.open.pop() == tag


def judge_html(output: bytes) -> None:
    """The page is well-nested, and all that is active in it is its own script and its own link."""
    page = Page(output.decode())
    assert page.open == []
    assert page.active == ["a", "script"]


def judge_github(output: bytes) -> None:
    """Each line is a command of ours with properties of ours, or no command at all."""
    for line in output.decode().split("\n"):
        if line.startswith("::"):
            found = re.fullmatch(r"::(error|warning|notice) ((?:file|line|title)=[^,:]*,?)+::.*", line)
            assert found, line
        else:
            assert "##[" not in line
            assert not re.search("::", line)


def judge_text(output: bytes) -> None:
    """No line may be taken for a command by the runner of a workflow."""
    for line in output.decode().split("\n"):
        assert not line.strip().startswith("::")
        assert "##[" not in line
        assert "##vso[" not in line


JUDGES: dict[str, Callable[[bytes], None]] = {
    "json": judge_json,
    "ndjson": judge_ndjson,
    "junit": judge_junit,
    "sarif": judge_sarif,
    "html": judge_html,
    "github": judge_github,
    "text": judge_text,
}


@settings(max_examples=50)
@given(reports())
def test_any_report(drawn: tuple[Report, Run]) -> None:
    """Any report comes out in every format, twice the same, and with nothing in it that acts on a terminal."""
    report, run = drawn
    for name, judge in JUDGES.items():
        output = render(name, report, run)
        judge(output)
        assert not ACTING.search(output.decode())
        assert output == render(name, report, run)


@pytest.mark.parametrize("name", FORMATS)
def test_sample(name: str, report: Report, run: Run, outputs: dict[str, Path]) -> None:
    """The sample's outputs are those of fixtures/reports, to the byte; an HTML page is looked at instead."""
    output = render(name, report, run)
    JUDGES[name](output)
    if name in outputs:
        assert output.decode() == outputs[name].read_text("utf-8")


@settings(max_examples=30)
@given(reports(), st.sampled_from([20, 80, 200]))
def test_any_report_on_a_terminal(drawn: tuple[Report, Run], width: int) -> None:
    """On a terminal only our own colours are obeyed, and no line is wider than it."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    file = Terminal()
    show(*drawn, file, {"TERM": "xterm-256color", "COLUMNS": str(width)})
    bare = re.sub("\x1b\\[[0-9;]*m", "", file.getvalue())
    assert not ACTING.search(bare)
    console = Console(width=width)
    assert width == 20 or all(console.measure(line).maximum <= width for line in bare.split("\n"))


@settings(max_examples=30)
@given(reports())
def test_any_summary(drawn: tuple[Report, Run]) -> None:
    """The summary of a step is a table whose cells hold no sign that Markdown or HTML would take for its own."""
    lines = summary(*drawn).decode().split("\n")
    assert not ACTING.search("\n".join(lines))
    for line in lines[6:]:
        assert line.count("|") in {0, 7}
        assert not re.search(r"[<>`\[\]]|&(?!#[0-9]+;)", line)


def test_same_findings_in_another_order(report: Report, run: Run) -> None:
    """A report that was counted in another order comes out the same."""
    other = Report(dict(reversed(report.exchanges.items())), dict(reversed(report.groups.items())), report.lines)
    assert [render(name, report, run) for name in FORMATS] == [render(name, other, run) for name in FORMATS]


def test_json_tells_all(report: Report, run: Run) -> None:
    """Nothing of the report gets lost in JSON."""
    told: dict[str, Any] = json.loads(render("json", report, run))
    for group in told["groups"]:
        group.pop("new")
    assert {name: told[name] for name in report.to_json()} == report.to_json()
    assert told["run"] == run.to_json()
