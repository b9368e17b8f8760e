"""XML answers: the root, the namespaces and the elements are those that the schema's XML Objects say."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.checks.subject import Subject
from mockserver.finding import Finding, Party, Rule, Severity

ROOT = Rule("xml.root", Party.PROVIDER, Severity.ERROR, "The root element is named as the schema says.")
NAMESPACE = Rule(
    "xml.namespace", Party.PROVIDER, Severity.ERROR, "Elements are in the namespaces that the schema says."
)
STRUCTURE = Rule(
    "xml.structure", Party.PROVIDER, Severity.ERROR, "Elements are named, nested, nil and written as the schema says."
)
RULES = (ROOT, NAMESPACE, STRUCTURE)
BY_KIND = {"root": ROOT, "namespace": NAMESPACE, "structure": STRUCTURE}


def form(subject: Subject) -> Iterator[Finding]:
    """The document is written as its schema says, beyond what a lenient reader needs."""
    body = subject.body
    if body.family != "xml" or body.error is not None or body.is_exact or subject.shape is None:
        return
    from mockserver.media.conformity import departures  # noqa: PLC0415 (its patterns take long to compile)

    for each in departures(subject.exchange.response.body, subject.shape, subject.head.charset):
        yield BY_KIND[each.kind].finding(
            each.message,
            part="response body",
            pointer=each.pointer,
            contract=subject.desk.place(subject.shape.pointer),
            expected=each.expected,
            actual=each.actual,
        )


CHECKS = (form,)
