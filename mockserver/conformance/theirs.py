"""Schemathesis's own checks (4.32) as rules: what each says, in our words."""

from __future__ import annotations

from types import MappingProxyType

from mockserver.finding import Party, Rule, Severity

CHECKS = MappingProxyType(
    {
        "not_a_server_error": "The server does not fail.",
        "status_code_conformance": "The status is one that the operation documents.",
        "content_type_conformance": "The media type is one that the operation documents.",
        "response_headers_conformance": "Documented headers are there, and keep their schemas.",
        "response_schema_conformance": "The body keeps its schema.",
        "negative_data_rejection": "What was made to break the contract is refused.",
        "positive_data_acceptance": "What was made to keep the contract is accepted.",
        "missing_required_header": "A request without a required header is refused.",
        "unsupported_method": "A method that the path does not document is answered 405, with Allow.",
        "allow_header_conformance": "Allow names the methods that the path documents.",
        "use_after_free": "What was deleted is gone.",
        "ensure_resource_availability": "What was created is there.",
        "ignored_auth": "Missing and wrong credentials are refused.",
        "object_level_authorization": "Nobody reads what another created.",
        "max_response_time": "The answer comes in time.",
    }
)
THEIRS = MappingProxyType(
    {name: Rule(f"schemathesis.{name}", Party.PROVIDER, Severity.ERROR, says) for name, says in CHECKS.items()}
)


def rule_of(check: str) -> Rule:
    """Return the rule of *check*; one that a user's own hooks brought gets a rule by its name."""
    return THEIRS.get(check) or Rule(f"schemathesis.{check}", Party.PROVIDER, Severity.ERROR, "")
