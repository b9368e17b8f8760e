"""One exchange, one set of findings: what two judges say of the same fault counts once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import MappingProxyType

from mockserver.finding import Finding

# A finding of the rule on the left is left out beside one whose rule begins as on the right.
DOUBLES = MappingProxyType(
    {
        "conformance.crash": ("status.server-error", "status.documented"),
        "conformance.credentials": ("credentials.demanded",),
        "conformance.refusal": ("credentials.demanded", "accept.honoured", "status."),
        "conformance.acceptance": ("status.",),
        "schemathesis.not_a_server_error": ("conformance.crash", "status."),
        "schemathesis.status_code_conformance": ("conformance.", "status."),
        "schemathesis.content_type_conformance": ("conformance.crash", "content-type.", "accept.honoured", "status."),
        "schemathesis.response_headers_conformance": ("header.", "credentials.challenge"),
        "schemathesis.missing_required_header": ("conformance.refusal", "credentials.demanded"),
        "schemathesis.allow_header_conformance": ("conformance.allow",),
        "schemathesis.unsupported_method": ("conformance.allow", "conformance.refusal", "conformance.crash", "status."),
        "schemathesis.ignored_auth": ("conformance.credentials", "credentials.demanded"),
    }
)


def without_doubles(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return *findings* in their order, less those that repeat another.

    What stands for one that is left out is as grave as that: a recording may have lost the
    credentials that a request had, so the judge only warns; a run knows what it sent.
    """
    known = list(findings)
    told: dict[int, Finding] = dict(enumerate(known))
    for index, finding in enumerate(known):
        others = DOUBLES.get(finding.rule, ())
        standing = [place for place, other in enumerate(known) if place != index and other.rule.startswith(others)]
        if not standing:
            continue
        del told[index]
        for place in standing:
            other = told.get(place)
            if other is not None and finding.severity.rank < other.severity.rank:
                told[place] = replace(other, severity=finding.severity)
    return tuple(_first(told.values()))


def _first(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield each finding once; one is the same as another if all that it says is."""
    seen: set[Finding] = set()
    for finding in findings:
        if finding not in seen:
            seen.add(finding)
            yield finding
