"""A report as text: for people on a terminal (Rich) or in a log, the same words for both."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple, TextIO

from mockserver.finding import Finding
from mockserver.report import Group, Key, Report
from mockserver.reports.run import Run, Verdict
from mockserver.reports.visible import visible

GROUPS = 50
OPERATIONS = 20
NAMES = 12
HEAD, LABEL = 9, 11
COMMAND = re.compile(r"(##(?=(?:vso)?\[)|^\s*:(?=:[A-Za-z]))")
STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold cyan",
    "fails": "bold red reverse",
    "conforms": "bold green reverse",
    "nothing judged": "bold yellow reverse",
    "rule": "bold",
    "soft": "dim",
    "place": "cyan",
}


class Span(NamedTuple):
    """A piece of a line; *style* is a name of :data:`STYLES`."""

    text: str
    style: str = ""


class Line(NamedTuple):
    """A label in a column *width* wide, and what stands beside it."""

    label: Span
    width: int
    spans: tuple[Span, ...]


def render(report: Report, run: Run) -> bytes:
    """Return the report as plain text: no colour, no wrapping, a line feed after each line."""
    return plain(lines(report, run)).encode()


def show(report: Report, run: Run, file: TextIO, environ: Mapping[str, str] = os.environ) -> None:
    """Write the report for whoever looks at *file*: coloured and wrapped on a terminal, plain elsewhere.

    ``NO_COLOR``, ``FORCE_COLOR``, ``COLUMNS`` and ``TERM=dumb`` in *environ* are obeyed.
    """
    if lively(file, environ):
        _paint(lines(report, run), file, environ)
        return
    encoding = file.encoding or "utf-8"
    file.write(plain(lines(report, run)).encode(encoding, "backslashreplace").decode(encoding))


def lively(file: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether *file* is a terminal that can do more than print lines."""
    return (file.isatty() or bool(environ.get("FORCE_COLOR"))) and environ.get("TERM") not in {"dumb", "unknown"}


def plain(told: Iterable[Line]) -> str:
    """Return lines as text."""
    return "".join(f"{label.text:{width}}{_joined(spans)}".rstrip() + "\n" for label, width, spans in told)


def lines(report: Report, run: Run) -> Iterator[Line]:
    """Yield what is told: each group of findings, then the summary, the verdict last."""
    for key, group in report.ordered()[:GROUPS]:
        yield from _group(key, group, run)
        yield _line()
    if len(report.groups) > GROUPS:
        yield _line(
            Span(f"… {counted(len(report.groups) - GROUPS, 'more group')}; all of them: --report html=report.html")
        )
        yield _line()
    yield from _summary(report, run)
    yield from _hints(report, run)
    verdict = str(run.verdict(report))
    yield _fact(verdict.upper(), Span(reason(report, run)), style=verdict)


def counted(count: int, noun: str) -> str:
    """Return ``1 error`` or ``1,200 errors``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def found(report: Report) -> str:
    """Return the findings by severity as words."""
    told = [counted(count, str(severity)) for severity, count in report.counts.items() if count]
    return ", ".join(told) or "nothing"


def reason(report: Report, run: Run) -> str:
    """Return in one line why the verdict is what it is."""
    early = f", stopped early ({_safe(run.stopped)})" if run.stopped else ""
    exchanges = counted(report.total, "exchange") + early
    match run.verdict(report):
        case Verdict.NOTHING:
            return f"no exchange was judged{early}"
        case Verdict.CONFORMS:
            beside = f", {found(report)} beside" if report.groups else ""
            return f"{exchanges}, no finding that counts{beside} (--fail-on {run.fail_on})"
        case Verdict.FAILS:
            failing = Report(groups={key: group for key, group in report.groups.items() if run.fails(key, group)})
            new = "" if run.baseline is None else " not in the baseline"
            groups = counted(len(failing.groups), "group")
            return f"{found(failing)} in {groups}{new}, {exchanges} (--fail-on {run.fail_on})"


def place(key: Key) -> str:
    """Return which part of a message a group is about: ``response body /Links/*/Name``."""
    return " ".join(word for word in (key.part, key.pointer or "") if word)


def contract_place(finding: Finding, run: Run) -> str:
    """Return the place in the contract that was not kept: ``shop.yaml:12``, or by its pointer if no line is known."""
    if finding.contract is None:
        return ""
    if finding.contract.line:
        return f"{run.document}:{finding.contract.line}"
    return f"{run.document}#{finding.contract.pointer}"


def shortened(names: Iterable[str], limit: int = NAMES) -> str:
    """Return *names* as a list in words, those after *limit* as their number."""
    shown = list(names)
    more = [f"… {len(shown) - limit:,} more"] if len(shown) > limit else []
    return ", ".join([_safe(name) for name in shown[:limit]] + more)


def _group(key: Key, group: Group, run: Run) -> Iterator[Line]:
    about = [Span(_safe(key.rule), "rule"), Span(f"  {_safe(key.operation)}" if key.operation else "")]
    about += [Span(f"  × {group.count:,}", "soft"), Span("  known" if run.knows(key) else "", "soft")]
    yield Line(Span(str(group.severity), str(group.severity)), HEAD, tuple(about))
    if place(key):
        yield _under("in", Span(_safe(place(key)), "place"))
    for finding in group.first:
        yield _under("-", *_example(key, finding))
    if group.count > len(group.first):
        yield _under("", Span(f"… {group.count - len(group.first):,} more", "soft"))
    contract = next(filter(None, (contract_place(finding, run) for finding in group.first)), "")
    if contract:
        yield _under("see", Span(_safe(contract), "soft"))


def _example(key: Key, finding: Finding) -> Iterator[Span]:
    where = str(finding.origin)
    if finding.pointer and finding.pointer != key.pointer:
        where += f" {finding.pointer}"
    if where:
        yield Span(_safe(where.strip()) + ": ", "soft")
    yield Span(_safe(finding.message))


def _summary(report: Report, run: Run) -> Iterator[Line]:
    of = f" of {shortened(run.judged, 3)}" if run.judged else ""
    yield _fact("judged", Span(counted(report.total, "exchange") + of))
    if run.title or run.document:
        named = (
            f"{_safe(run.title)} ({_safe(run.document)})" if run.title and run.document else run.title or run.document
        )
        yield _fact("against", Span(_safe(named)))
    yield from _operations(report)
    groups = f" in {counted(len(report.groups), 'group')}" if report.groups else ""
    yield _fact("found", Span(found(report) + groups))
    yield from _left_out(report, run)
    for label, each in zip(_once("coverage"), run.coverage, strict=False):
        never = f", never {shortened(each.never)}" if each.never else ""
        yield _fact(label, Span(f"{_safe(each.name)}: {len(each.seen)} of {len(each.seen) + len(each.never)}{never}"))
    for name, fact in run.facts.items():
        yield _fact(_safe(name), Span(_safe(fact)))
    if run.seconds is not None:
        yield _fact("took", Span(f"{run.seconds:,.1f} s"))


def _operations(report: Report) -> Iterator[Line]:
    by_operation: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for (operation, status), count in sorted(report.exchanges.items(), key=lambda item: (not item[0][0], item[0])):
        by_operation[operation][status] = count
    names = {operation: _safe(operation) or "(of no operation)" for operation in by_operation}
    width = max((len(name) for name in islice(names.values(), OPERATIONS)), default=0)
    for operation, statuses in islice(by_operation.items(), OPERATIONS):
        told = "   ".join(f"{status} × {count:,}" for status, count in statuses.items())
        yield _fact("", Span(f"{names[operation]:{width}}   "), Span(told, "soft"))
    if len(by_operation) > OPERATIONS:
        yield _fact("", Span(f"… {counted(len(by_operation) - OPERATIONS, 'more operation')}", "soft"))


def _left_out(report: Report, run: Run) -> Iterator[Line]:
    if run.ignored:
        rules = shortened(f"{rule} × {count:,}" for rule, count in sorted(run.ignored.items()))
        yield _fact("ignored", Span(rules))
    if run.baseline is not None:
        known = sum(run.knows(key) for key in report.groups)
        gone = len(run.baseline.gone)
        new = len(report.groups) - known
        yield _fact("baseline", Span(f"{_safe(run.baseline.path)}: {known:,} known, {new:,} new, {gone:,} gone"))
        for key in run.baseline.gone[:NAMES]:
            words = [key.rule, key.operation, place(key)]
            yield _fact("", Span("gone  " + _safe("  ".join(filter(None, words))), "soft"))
    for label, file in zip(_once("skipped"), run.skipped[:NAMES], strict=False):
        yield _fact(label, Span(f"{_safe(file.path)}: {_safe(file.reason)}"))
    if len(run.skipped) > NAMES:
        yield _fact("", Span(f"… {counted(len(run.skipped) - NAMES, 'more file')}", "soft"))


def _hints(report: Report, run: Run) -> Iterator[Line]:
    failing = next((key for key, group in report.ordered() if run.fails(key, group)), None)
    if failing is not None:
        yield _fact("hints", Span(f"what the rule means   {_safe(run.explained(failing.rule))}", "soft"))
        yield _fact("", Span(f"leave it out          mockserver {run.command} --ignore {_safe(failing.rule)}", "soft"))
        if run.baseline is None:
            accept = f"mockserver {run.command} --baseline known.json --update-baseline"
            yield _fact("", Span(f"accept what is known  {accept}", "soft"))
    yield _line()


def _once(label: str) -> Iterator[str]:
    yield label
    while True:
        yield ""


def _fact(label: str, *spans: Span, style: str = "soft") -> Line:
    # A label that is too long for its column keeps a blank after it.
    return Line(Span(label if len(label) < LABEL else f"{label}  ", style), LABEL, spans)


def _under(word: str, *spans: Span) -> Line:
    """Return a line that stands below the head of its group, after a short word."""
    return Line(Span(f"{'':{HEAD}}{word}", "soft"), HEAD + 4, spans)


def _line(*spans: Span) -> Line:
    return Line(Span(""), 0, spans)


def _joined(spans: Iterable[Span]) -> str:
    return "".join(span.text for span in spans)


def _safe(text: str) -> str:
    """Return *text* so that no terminal obeys it, nor a runner (``::command::``, ``##[command]``, ``##vso[…]``)."""
    return COMMAND.sub(r"\1 ", visible(text))


def _paint(told: Iterable[Line], file: TextIO, environ: Mapping[str, str]) -> None:
    from rich.console import Console  # noqa: PLC0415 (30 ms, wanted on a terminal alone)
    from rich.text import Text  # noqa: PLC0415

    console = Console(file=file, highlight=False, markup=False, emoji=False, _environ=environ)
    for label, width, spans in told:
        first = Text.assemble((label.text, STYLES.get(label.style, "")))
        first.pad_right(width - first.cell_len)
        body = Text.assemble(*((span.text, STYLES.get(span.style, "")) for span in spans))
        wrapped = list(body.wrap(console, max(console.width - width, 20), overflow="fold"))
        for number, part in enumerate(wrapped or [Text()]):
            part.rstrip()
            console.print((first if number == 0 else Text(" " * width)) + part, soft_wrap=True)
