"""A report as one HTML page that needs no network: totals, groups, filter, the message with its place marked."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from mockserver.excerpt import MARK
from mockserver.finding import Finding, Severity
from mockserver.report import Group, Key, Report
from mockserver.reports.run import Coverage, Run, Verdict
from mockserver.reports.text import counted, place, reason
from mockserver.reports.visible import visible

TEMPLATES = Path(__file__).parent / "templates"
# A browser shows some thousands of details without delay; nobody reads more.
GROUPS = 1000
NAMES = 200
CLASSES = {Verdict.FAILS: "fails", Verdict.CONFORMS: "conforms", Verdict.NOTHING: "nothing"}


def render(report: Report, run: Run) -> bytes:
    """Return the report as a page; of more than :data:`GROUPS` groups the gravest, and a note that says so."""
    verdict = run.verdict(report)
    style, script = _template("report.css"), _template("report.js")
    groups = report.ordered()[:GROUPS]
    page = Template(_template("report.html")).substitute(
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        title=_text(run.title or run.document or "Report"),
        verdict=_text(str(verdict).capitalize()),
        verdict_class=CLASSES[verdict],
        reason=_text(reason(report, run)),
        tiles="\n".join(_tiles(report, run)),
        toolbar=_toolbar(groups) if groups else "<p>Nothing was found.</p>\n",
        groups="\n".join(_groups(groups, len(report.groups), run)),
        sections="\n".join(_sections(report, run)),
        version=_text(run.version),
        command=_text(run.command),
        fail_on=run.fail_on,
    )
    return page.encode()


@cache
def _template(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def _hash(text: str) -> str:
    """Return the hash by which the page's policy lets *text* run, and nothing else (CSP 3, section 2.3.1)."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _text(text: str) -> str:
    return escape(visible(text))


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>" if text else ""


def _tiles(report: Report, run: Run) -> Iterator[str]:
    yield _tile("", report.total, "exchange judged" if report.total == 1 else "exchanges judged")
    for severity, count in report.counts.items():
        yield _tile(severity, count, f"{severity}{'s' * (count != 1)}")
    if run.baseline is not None:
        known = sum(run.knows(key) for key in report.groups)
        new, gone = len(report.groups) - known, len(run.baseline.gone)
        yield _tile("", new, f"{'group is' if new == 1 else 'groups are'} new, {known:,} known, {gone:,} gone")


def _tile(kind: str, count: int, words: str) -> str:
    return f'<li class="{kind}"><b>{count:,}</b> {words}</li>'


def _toolbar(groups: list[tuple[Key, Group]]) -> str:
    present = {group.severity for _, group in groups}
    boxes = "".join(
        f'<label><input type="checkbox" name="severity" value="{each}" checked> {each}s</label>'
        for each in Severity
        if each in present
    )
    return (
        '<form class="toolbar" role="search" aria-label="Filter findings">'
        '<label class="search">Text (press / to search)<input type="search" id="search" autocomplete="off"></label>'
        f"{_choice('operation', 'Operation', (key.operation for key, _ in groups))}"
        f"{_choice('rule', 'Rule', (key.rule for key, _ in groups))}"
        f"<fieldset><legend>Severity</legend>{boxes}</fieldset>"
        '<button type="button" id="expand" aria-pressed="false">Open all</button>'
        '<p id="shown" role="status"></p></form>\n'
    )


def _choice(name: str, label: str, values: Iterable[str]) -> str:
    options = "".join(
        f'<option value="{_text(value)}">{_text(value) or "(of no operation)"}</option>'
        for value in sorted(set(values))
    )
    return f'<label>{label}<select id="{name}"><option>All</option>{options}</select></label>'


def _groups(groups: list[tuple[Key, Group]], total: int, run: Run) -> Iterator[str]:
    if total > len(groups):
        yield (
            f'<p class="cap">The {len(groups):,} gravest of {total:,} groups are shown here; '
            "<code>--report json=report.json</code> has all of them.</p>"
        )
    for number, (key, group) in enumerate(groups):
        yield _group(key, group, run, opened=number == 0)


def _group(key: Key, group: Group, run: Run, *, opened: bool) -> str:
    first = group.first[0].message if group.first else ""
    known = ' <span class="soft">(known)</span>' if run.knows(key) else ""
    more = group.count - len(group.first)
    rest = f'<p class="soft">… {more:,} more</p>' if more else ""
    examples = "".join(_example(finding) for finding in group.first)
    return (
        f'<details class="group" data-severity="{group.severity}" data-operation="{_text(key.operation)}" '
        f'data-rule="{_text(key.rule)}"{" open" * opened}>'
        f'<summary><span class="badge {group.severity}">{group.severity}</span>'
        f'<span class="head"><b>{_text(key.rule)}</b> {_text(key.operation)} {_code(place(key))}{known}'
        f'<span class="first">{_text(first)}</span></span>'
        f'<span class="count">× {group.count:,}</span></summary>'
        f'<div class="inside">{_about(key, group, run)}<ol class="examples">{examples}</ol>'
        f"{rest}</div></details>"
    )


def _about(key: Key, group: Group, run: Run) -> str:
    node = next((each.contract for each in group.first if each.contract), None)
    contract = f"{run.document}:{node.line}" if node and node.line else run.document if node else ""
    told = {
        "rule": _text(run.says(key.rule)),
        "operation": _code(key.operation),
        "party": _text(group.party),
        "contract": " ".join((_code(contract), _code(node.pointer))) if node else "",
        "explained": _code(run.explained(key.rule)),
        "leave out": _code(f"--ignore {key.rule}"),
    }
    return _facts(told)


def _example(finding: Finding) -> str:
    told = {
        "exchange": _code(str(finding.origin)),
        "pointer": _code(finding.pointer or ""),
        "expected": _code(finding.expected),
        "actual": _code(finding.actual),
    }
    return f'<li><p class="message">{_text(finding.message)}</p>{_facts(told)}{_excerpt(finding.excerpt)}</li>'


def _facts(told: dict[str, str]) -> str:
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in told.items() if value)
    return f"<dl>{rows}</dl>" if rows else ""


def _excerpt(text: str) -> str:
    """Return the excerpt with the lines to blame marked; their ``>`` stays, for paper and for those who listen."""
    if not text:
        return ""
    lines = (
        f"<mark>{_text(line)}</mark>" if line.startswith(MARK) else f"<span>{_text(line) or ' '}</span>"
        for line in text.split("\n")[:NAMES]
    )
    return f'<pre tabindex="0" role="group" aria-label="Excerpt">{"".join(lines)}</pre>'


def _sections(report: Report, run: Run) -> Iterator[str]:
    yield _section("Judged", _run(run))
    rows = [
        (_code(operation) or "(of no operation)", str(status), f"{count:,}")
        for (operation, status), count in sorted(report.exchanges.items(), key=lambda item: (not item[0][0], item[0]))
    ]
    yield _table("Exchanges", ("Operation", "Status", "Exchanges"), rows[:GROUPS], len(rows))
    yield _table("Coverage", ("Kind", "Met", "Never met"), [_coverage(each) for each in run.coverage], 0)
    skipped = [(_code(file.path), _text(file.reason)) for file in run.skipped]
    yield _table("Not judged", ("File", "Reason"), skipped[:GROUPS], len(skipped))
    ignored = [(_code(rule), f"{count:,}") for rule, count in sorted(run.ignored.items())]
    yield _table("Left out by --ignore", ("Rule", "Findings"), ignored[:GROUPS], len(ignored))
    gone = [] if run.baseline is None else run.baseline.gone
    keys = [(_code(key.rule), _code(key.operation), _code(place(key))) for key in gone]
    yield _table("Gone from the baseline", ("Rule", "Operation", "Where"), keys[:GROUPS], len(keys))


def _run(run: Run) -> str:
    more = len(run.judged) - NAMES
    told = {
        "judged": "<br>".join(
            [_code(path) for path in run.judged[:NAMES]] + ([f"… {more:,} more"] if more > 0 else [])
        ),
        "against": _code(run.document),
        "baseline": _code(run.baseline.path) if run.baseline else "",
        "stopped early": _text(run.stopped),
        "took": "" if run.seconds is None else f"{run.seconds:,.1f} s",
    }
    return _facts(told | {_text(name): _text(fact) for name, fact in run.facts.items()})


def _coverage(each: Coverage) -> tuple[str, str, str]:
    more = len(each.never) - NAMES
    never = " ".join(_code(name) for name in each.never[:NAMES]) + (f" … {more:,} more" if more > 0 else "")
    return _text(each.name), f"{len(each.seen):,} of {len(each.seen) + len(each.never):,}", never


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]], total: int) -> str:
    """Return a section with a table, empty without rows; numbers stand to the right."""
    if not rows:
        return ""
    numbers = {"Status", "Exchanges", "Findings", "Met"}
    kinds = [' class="number"' if name in numbers else "" for name in head]
    heads = "".join(f'<th scope="col"{kind}>{name}</th>' for name, kind in zip(head, kinds, strict=True))
    body = "".join(
        f'<tr><th scope="row">{first}</th>'
        + "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(rest, kinds[1:], strict=True))
        + "</tr>"
        for first, *rest in rows
    )
    more = f'<p class="soft">… {counted(total - len(rows), "more row")}</p>' if total > len(rows) else ""
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return _section(title, f'<div class="scroll" tabindex="0">{table}</div>{more}')


def _section(title: str, inside: str) -> str:
    return f"<section><h2>{title}</h2>{inside}</section>" if inside else ""
