"""What the consumer did: parameters, headers, credentials and body of the request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from mockserver import media
from mockserver.checks.head import ERRORS, Head
from mockserver.checks.subject import Subject
from mockserver.contract import Shape
from mockserver.contract.naming import normal
from mockserver.contract.pointer import join
from mockserver.contract.violation import shown
from mockserver.finding import Finding, Party, Rule, Severity
from mockserver.reading import BODY, PATCH, Reason

PARAMETER = Rule("request.parameter", Party.CONSUMER, Severity.ERROR, "A parameter keeps its schema.")
PARAMETER_MISSING = Rule("request.parameter-missing", Party.CONSUMER, Severity.ERROR, "Required parameters are sent.")
QUERY_UNKNOWN = Rule(
    "request.query-unknown", Party.CONSUMER, Severity.WARNING, "Query parameters are those of the contract."
)
HEADER_MISSPELT = Rule(
    "request.header-misspelt", Party.CONSUMER, Severity.WARNING, "Headers are spelt as in the contract."
)
CREDENTIALS = Rule(
    "request.credentials",
    Party.CONSUMER,
    Severity.ERROR,
    "A request carries the credentials that the contract asks for.",
)
ACCEPT = Rule("request.accept", Party.CONSUMER, Severity.WARNING, "The client accepts something that is offered.")
MEDIA_TYPE = Rule(
    "request.media-type", Party.CONSUMER, Severity.ERROR, "The body's media type and charset are among the documented."
)
BODY_MISSING = Rule("request.body-missing", Party.CONSUMER, Severity.ERROR, "A required body is sent.")
BODY_MALFORMED = Rule("request.body-malformed", Party.CONSUMER, Severity.ERROR, "The body is what its media type says.")
BODY_SCHEMA = Rule("request.body", Party.CONSUMER, Severity.ERROR, "The body keeps its schema, as the server reads it.")
MEMBER_UNKNOWN = Rule(
    "request.member-unknown", Party.CONSUMER, Severity.WARNING, "Members of the body are those of the contract."
)

RULES = (
    PARAMETER,
    PARAMETER_MISSING,
    QUERY_UNKNOWN,
    HEADER_MISSPELT,
    CREDENTIALS,
    ACCEPT,
    MEDIA_TYPE,
    BODY_MISSING,
    BODY_MALFORMED,
    BODY_SCHEMA,
    MEMBER_UNKNOWN,
)


def parameters(head: Head) -> Iterator[Finding]:
    """Required parameters are there, and each keeps its schema."""
    if not head.knows("request"):
        return
    for reason in head.reasons:
        is_head = reason.part.partition(" ")[0] in ("header", "cookie")
        if is_head and not head.knows("request headers"):
            continue
        place = head.desk.place(reason.contract)
        if reason.violation is None:
            if reason.part.startswith("cookie") and not head.knows("request credentials"):
                continue
            message = f"the {_spoken(reason.part)} is required, and was not sent"
            yield PARAMETER_MISSING.finding(
                message, part=_part(reason.part), contract=place, expected="a value", actual="absent"
            )
        else:
            each = reason.violation
            inner = f" at {each.pointer}" if each.pointer else ""
            message = f"the {_spoken(reason.part)}{inner}: {each.message}"
            yield PARAMETER.finding(
                message, part=_part(reason.part), contract=place, expected=each.expected, actual=each.actual
            )


def _part(part: str) -> str:
    """Return the part of a message that *part* of a Reason is."""
    return f"request {part}" if part.startswith(("header", "cookie")) else part


def _spoken(part: str) -> str:
    location, _, name = part.partition(" ")
    return f"{location} parameter {name}"


def query(head: Head) -> Iterator[Finding]:
    """Every query parameter is one that the operation knows."""
    if not head.request.query or not head.knows("request"):
        return
    declared = [each for each in head.operation.parameters if each.location == "query"]
    names = {each.name for each in declared} | {
        scheme["name"] for scheme in head.desk.schemes.values() if scheme.get("in") == "query"
    }
    deep = tuple(f"{each.name}[" for each in declared if each.style == "deepObject")
    for each in declared:
        if each.schema.shape.kind == "object" and each.explode and each.style == "form":
            names |= {*each.schema.shape.properties}
    sent = dict.fromkeys(name for name, _ in parse_qsl(head.request.query, keep_blank_values=True))
    for name in sent:
        if name in names or (deep and name.startswith(deep)):
            continue
        known = ", ".join(sorted(names)) or "none"
        message = f"the query parameter {name!r} is unknown; known: {known}"
        yield QUERY_UNKNOWN.finding(
            message,
            part=f"query {name}",
            contract=head.desk.place(head.operation.pointer),
            expected=known,
            actual=name,
        )


def header_names(head: Head) -> Iterator[Finding]:
    """No header differs from a declared one by hyphens alone."""
    if not head.knows("request headers"):
        return
    exact, declared = head.desk.header_names, head.desk.header_spellings
    for name in head.request.headers:
        meant = None if name in exact else declared.get(normal(name))
        if meant is not None:
            message = f"the header {name} is unknown; {meant} was probably meant"
            yield HEADER_MISSPELT.finding(message, part=f"request header {name}", expected=meant, actual=name)


def credentials(head: Head) -> Iterator[Finding]:
    """A refused request does not lack credentials; one that was answered all the same is the server's matter."""
    if head.is_anonymous and head.status >= ERRORS:
        names = ", ".join(dict.fromkeys(name for requirement in head.operation.security for name in requirement))
        yield CREDENTIALS.finding(
            f"the request has none of the credentials that the operation asks for: {names}",
            part="request headers",
            contract=head.desk.place(_security(head)),
            expected=names,
            actual="none",
        )


def _security(head: Head) -> str:
    return join(head.operation.pointer, "security") if "security" in head.operation.node else "/security"


def accept(head: Head) -> Iterator[Finding]:
    """The client accepts something that the operation offers."""
    if head.accept is not None and not head.is_acceptable:
        offered = ", ".join(head.desk.offered)
        yield ACCEPT.finding(
            f"Accept: {shown(head.accept)} takes nothing that is offered; offered: {offered}",
            part="request header Accept",
            contract=head.desk.place(head.operation.pointer),
            expected=offered,
            actual=head.accept,
        )


def body(subject: Subject) -> Iterator[Finding]:
    """The body is there if it must be, can be read, and keeps its schema."""
    error = subject.unreadable
    request = subject.exchange.request
    # Without its head nobody knows what the body was meant to be: JSON was only a guess.
    if error is not None and ("content-type" in request.headers or subject.head.knows("request headers")):
        rule = BODY_MALFORMED
        if isinstance(error, media.UnsupportedMediaType | media.UnknownCharset):
            rule = MEDIA_TYPE
        elif isinstance(error, media.PatchFailed):
            rule = BODY_SCHEMA
        content_type = request.headers.get("content-type", "none")
        place = subject.desk.place(join(subject.operation.pointer, "requestBody"))
        yield rule.finding(
            str(error),
            part="request header Content-Type" if rule is MEDIA_TYPE else BODY,
            pointer=None if rule is MEDIA_TYPE else "",
            contract=place,
            expected=", ".join(subject.operation.contents),
            actual=content_type,
        )
    for reason in subject.reasons:
        yield _broken(subject, reason)


def _broken(subject: Subject, reason: Reason) -> Finding:
    place = subject.desk.place(reason.contract)
    each = reason.violation
    if each is None:
        return BODY_MISSING.finding(reason.message, part=BODY, pointer="", contract=place, actual="absent")
    return BODY_SCHEMA.finding(
        each.message, part=BODY, pointer=each.pointer, contract=place, expected=each.expected, actual=each.actual
    )


def members(subject: Subject) -> Iterator[Finding]:
    """The body has no member that the server does not know, and so passes over in silence."""
    sent = subject.sent
    if sent is None or sent.schema is None or sent.media_type == PATCH:
        return
    if _is_plain(sent.value, sent.schema.shape):
        return
    for pointer, value in _unknown(sent.value, sent.schema.shape, "", lenient=subject.desk.manners.lenient):
        name = pointer.rpartition("/")[2]
        message = f"member {name!r} is unknown, and will be ignored"
        yield MEMBER_UNKNOWN.finding(
            message,
            part=BODY,
            pointer=pointer,
            contract=subject.desk.place(sent.schema.shape.pointer),
            actual=shown(value),
        )


def _is_plain(value: Any, shape: Shape) -> bool:
    """Whether *value* is an object of declared members alone, with nothing below them: a quick yes for most."""
    return (
        type(value) is dict
        and value.keys() <= shape.properties.keys()
        and not any(isinstance(member, dict | list) for member in value.values())
    )


def _unknown(value: Any, shape: Shape, pointer: str, *, lenient: bool) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list) and shape.kind == "array":
        for index, item in enumerate(value):
            yield from _unknown(item, shape.items, f"{pointer}/{index}", lenient=lenient)
    if not isinstance(value, dict) or not shape.properties or "additionalProperties" in shape.node or shape.choices:
        return
    for name, member in value.items():
        declared = shape.members.get(name.lower()) if lenient else name
        known = shape.properties.get(name) or shape.properties.get(declared or "")
        if known is None:
            yield join(pointer, name), member
        else:
            yield from _unknown(member, known, join(pointer, name), lenient=lenient)


def is_conditional(head: Head) -> bool:
    """Whether the request asks for an answer only if something changed (RFC 9110, section 13.1)."""
    return any(name in head.request.headers for name in ("if-none-match", "if-modified-since"))


HEAD_CHECKS = (parameters, query, header_names, credentials, accept)
CHECKS = (body, members)
