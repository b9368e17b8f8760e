"""A report as JUnit XML, as Jenkins (``junit-10.xsd`` of its xUnit plugin) and GitLab read it.

A suite for each operation, a case for each rule. What makes the run fail is a ``failure``, or an ``error`` where the
recording or the document is to blame, so that nothing could be judged; what the baseline knows is ``skipped``;
what else was found stands in the case's output.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as ET

from mockserver.finding import Party
from mockserver.report import Group, Key, Report
from mockserver.reports.run import Run
from mockserver.reports.text import counted, place
from mockserver.reports.visible import visible

Groups = list[tuple[Key, Group]]
NO_OPERATION = "(of no operation)"
BROKEN = {Party.RECORDING, Party.DOCUMENT}


def render(report: Report, run: Run) -> bytes:
    """Return the report as JUnit XML."""
    root = ET.Element("testsuites", name=f"mockserver {run.command}")
    for operation, cases in sorted(_cases(report, run).items()):
        root.append(_suite(operation, cases, run))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", f"{run.seconds or 0:.3f}")
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _cases(report: Report, run: Run) -> dict[str, dict[str, Groups]]:
    """Return the groups by operation and rule; none for a rule that was kept.

    Where no operation is known no rule was judged, so none is said to be kept.
    """
    cases: dict[str, dict[str, Groups]] = {}
    for operation in {operation for operation, _ in report.exchanges if operation}:
        cases[operation] = {rule.id: [] for rule in run.rules}
    for key, group in report.ordered():
        cases.setdefault(key.operation, {}).setdefault(key.rule, []).append((key, group))
    return cases


def _suite(operation: str, cases: Mapping[str, Groups], run: Run) -> ET.Element:
    name = visible(operation) or NO_OPERATION
    suite = ET.Element("testsuite", name=name)
    for rule, groups in sorted(cases.items()):
        suite.append(_case(name, rule, groups, run))
    told = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}
    for attribute, path in (told | {"skipped": "testcase/skipped"}).items():
        suite.set(attribute, str(len(suite.findall(path))))
    suite.set("time", "0.000")
    return suite


def _case(operation: str, rule: str, groups: Groups, run: Run) -> ET.Element:
    case = ET.Element("testcase", name=visible(rule), classname=operation, time="0.000")
    failing = [(key, group) for key, group in groups if run.fails(key, group)]
    known = any(run.knows(key) and group.severity.rank <= run.fail_on.rank for key, group in groups)
    if failing:
        broken = all(group.party in BROKEN for _, group in failing)
        told = ET.SubElement(case, "error" if broken else "failure", message=_message(failing), type=visible(rule))
        told.text = _text(failing, run)
    elif known:
        ET.SubElement(case, "skipped", message="known in the baseline")
    others = [(key, group) for key, group in groups if (key, group) not in failing]
    if others:
        ET.SubElement(case, "system-out").text = _text(others, run)
    return case


def _message(groups: Groups) -> str:
    _, group = groups[0]
    count = sum(group.count for _, group in groups)
    first = visible(group.first[0].message) if group.first else ""
    return first if count == 1 else f"{counted(count, 'finding')}: {first}"


def _text(groups: Iterable[tuple[Key, Group]], run: Run) -> str:
    lines = []
    for key, group in groups:
        lines.append(f"{group.severity} × {group.count:,} {visible(place(key))}".rstrip())
        for finding in group.first:
            where = visible(" ".join(filter(None, (str(finding.origin), finding.pointer or ""))))
            lines.append(f"  {where}: {visible(finding.message)}" if where else f"  {visible(finding.message)}")
            if finding.contract is not None:
                lines.append(
                    f"    contract {visible(run.document)}:{finding.contract.line} {visible(finding.contract.pointer)}"
                )
    return "\n".join(lines)
