"""One exchange, one set of findings: what two judges say of the same fault counts once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from mockserver.finding import Finding

# A finding of the rule on the left is left out beside one whose rule begins as on the right.
DOUBLES = MappingProxyType(
    {
        "conformance.crash": ("response.status",),
        "conformance.credentials": ("security.", "response.status"),
        "conformance.refusal": ("security.", "response.status"),
        "conformance.acceptance": ("security.", "response.status"),
        "schemathesis.not_a_server_error": ("conformance.crash", "response.status"),
        "schemathesis.status_code_conformance": ("response.status", "conformance.crash"),
        "schemathesis.content_type_conformance": ("response.", "conformance.crash"),
        "schemathesis.response_headers_conformance": ("response.", "security."),
        "schemathesis.missing_required_header": ("conformance.refusal", "conformance.credentials"),
        "schemathesis.unsupported_method": ("conformance.refusal", "response.status"),
        "schemathesis.ignored_auth": ("conformance.credentials", "security."),
    }
)


def without_doubles(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return *findings* in their order, less those that repeat another."""
    known = list(findings)
    rules = {finding.rule for finding in known}
    return tuple(_first(finding for finding in known if not _is_double(finding, rules)))


def _is_double(finding: Finding, rules: set[str]) -> bool:
    return any(rule.startswith(DOUBLES.get(finding.rule, ())) for rule in rules - {finding.rule})


def _first(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield each finding once; one is the same as another if all that it says is."""
    seen: set[Finding] = set()
    for finding in findings:
        if finding not in seen:
            seen.add(finding)
            yield finding
