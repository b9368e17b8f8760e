"""One exchange, one set of findings: what two judges say of the same fault counts once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
        "schemathesis.unsupported_method": ("conformance.refusal", "conformance.crash", "status."),
        "schemathesis.ignored_auth": ("conformance.credentials", "credentials.demanded"),
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
