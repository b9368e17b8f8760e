"""What the provider did, bodies aside: status, media type, headers, challenge, length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from mockserver.checks.fields import COMMON
from mockserver.checks.head import ERRORS, SERVER_ERRORS, Head
from mockserver.checks.memory import NAMES
from mockserver.checks.requests import is_conditional
from mockserver.checks.subject import Subject
from mockserver.contract import Parameter, Schema
from mockserver.contract.parameters import text_value
from mockserver.contract.pointer import join
from mockserver.contract.violation import shown
from mockserver.finding import Finding, Party, Rule, Severity
from mockserver.media import negotiation

PROVIDER, ERROR, WARNING, NOTE = Party.PROVIDER, Severity.ERROR, Severity.WARNING, Severity.NOTE

STATUS = Rule("status.documented", PROVIDER, ERROR, "The status is one that the operation documents.")
STATUS_FITS = Rule("status.fits", PROVIDER, ERROR, "405, 406 and 415 answer requests that deserve them alone.")
SERVER_ERROR = Rule("status.server-error", PROVIDER, ERROR, "The server does not fail.")
CONTENT_TYPE_MISSING = Rule("content-type.missing", PROVIDER, ERROR, "A body has a Content-Type.")
CONTENT_TYPE = Rule("content-type.documented", PROVIDER, ERROR, "The media type is one that the status documents.")
CONTENT_TYPE_TRUE = Rule("content-type.true", PROVIDER, ERROR, "The body is written as Content-Type says.")
ACCEPT = Rule("accept.honoured", PROVIDER, ERROR, "The answer is of a media type that the client accepts.")
HEADER = Rule("header.value", PROVIDER, ERROR, "A documented header keeps its schema.")
HEADER_MISSING = Rule("header.missing", PROVIDER, ERROR, "Required headers are there.")
CREDENTIALS = Rule("credentials.demanded", PROVIDER, ERROR, "A request without credentials is refused.")
UNSEEN = Rule(
    "recording.credentials", Party.RECORDING, WARNING, "A recording tells which requests carried credentials."
)
UNSEEN_CREDENTIALS = (
    "no credentials were recorded; recorders of this kind may leave them out, so whether there were any is not judged"
)
CHALLENGE = Rule(
    "credentials.challenge",
    PROVIDER,
    ERROR,
    "401 names the schemes that would do (WWW-Authenticate); a warning where it names others alone.",
)
LENGTH = Rule("recording.length", Party.RECORDING, WARNING, "The recorded body is as long as Content-Length says.")
DRIFT_STATUS = Rule("drift.status", PROVIDER, NOTE, "Statuses that servers in between answer are in the contract.")
DRIFT_HEADER = Rule("drift.header", PROVIDER, NOTE, "Response headers are known to the contract.")
DRIFT_BODY = Rule("drift.body", PROVIDER, NOTE, "An answer that is documented without a body has none.")

RULES = (
    STATUS,
    STATUS_FITS,
    SERVER_ERROR,
    CONTENT_TYPE_MISSING,
    CONTENT_TYPE,
    CONTENT_TYPE_TRUE,
    ACCEPT,
    HEADER,
    HEADER_MISSING,
    CREDENTIALS,
    UNSEEN,
    CHALLENGE,
    LENGTH,
    DRIFT_STATUS,
    DRIFT_HEADER,
    DRIFT_BODY,
)

# Whatever stands between client and server answers these, for any operation: RFC 9110, RFC 6585, RFC 7725, RFC 8470.
ON_THE_WAY = frozenset({407, 408, 421, 425, 429, 431, 451, 502, 503, 504, 511})
BOTCHED = (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
COMMON_PREFIXES = ("access-control-", "cf-", "sec-", "x-amz-", "x-envoy-", "x-ms-")


def status(subject: Subject) -> Iterator[Finding]:
    """The status is documented, and fits the request."""
    head = subject.head
    code, documented = head.status, head.answer
    if documented is not None and code < SERVER_ERRORS and code not in BOTCHED:
        return
    if code == HTTPStatus.METHOD_NOT_ALLOWED and head.request.method not in ("", head.operation.method):
        return  # frameworks answer HEAD so where the document has GET alone
    expected = ", ".join(head.operation.answers)
    facts = {
        "part": "response status",
        "contract": head.desk.place(join(head.operation.pointer, "responses")),
        "expected": expected,
        "actual": str(code),
    }
    if code in BOTCHED and not subject.is_wrong and head.knows("request", "request headers", "request body"):
        yield STATUS_FITS.finding(f"{code} answers a request that gives no reason for it", **facts)
    elif code in ON_THE_WAY and (documented is None or documented.status == "default"):
        message = f"{code} is not among {expected}; servers in between answer it too"
        yield DRIFT_STATUS.finding(message, **facts)
    elif code >= SERVER_ERRORS and (documented is None or documented.status == "default"):
        yield SERVER_ERROR.finding(f"the server failed with {code}", **facts)
    elif documented is None and not _is_excused(subject):
        yield STATUS.finding(f"{code} is not among {expected}", **facts)


def _is_excused(subject: Subject) -> bool:
    """Whether an undocumented status is no surprise: an error for a wrong request, or nothing new."""
    code = subject.head.status
    if code == HTTPStatus.NOT_MODIFIED:
        return is_conditional(subject.head)
    return ERRORS <= code < SERVER_ERRORS and subject.is_wrong


def content_type(subject: Subject) -> Iterator[Finding]:
    """A body says what it is, is of a documented media type, and is what it says."""
    head = subject.head
    if not subject.exchange.response.body or head.has_no_body or not head.knows("response body", "response headers"):
        return
    is_one = not head.media_type or head.is_labelled
    if is_one and head.content is not None and subject.body.family == head.family:
        return
    documented = () if head.answer is None else tuple(head.answer.contents)
    facts = {
        "part": "response header Content-Type",
        "contract": None if head.answer is None else head.desk.place(head.answer.pointer),
        "expected": ", ".join(documented),
    }
    if not head.media_type:
        yield CONTENT_TYPE_MISSING.finding("the body has no Content-Type", actual="absent", **facts)
    elif not is_one:
        told = head.response.headers["content-type"]
        message = f"{shown(told)} is not one media type (RFC 9110, section 8.3)"
        yield CONTENT_TYPE.finding(message, actual=told, **facts)
    elif documented and head.content is None:
        message = f"{head.media_type} is not among {', '.join(documented)}"
        yield CONTENT_TYPE.finding(message, actual=head.media_type, **facts)
    elif head.answer is not None and not documented:
        message = f"the contract knows no body for status {head.answer.status}"
        yield DRIFT_BODY.finding(message, actual=head.media_type, **facts)
    label, found = head.family, subject.body.family
    if label is not None and found != label and subject.body.error is None and found is not None:
        message = f"the body is labelled {head.media_type}, but is {NAMES[found]}"
        yield CONTENT_TYPE_TRUE.finding(message, actual=NAMES[found], **{**facts, "expected": head.media_type})


def accept(head: Head) -> Iterator[Finding]:
    """An answer of success is of a media type that the client accepts."""
    if head.accept is None or not head.succeeds or not head.is_labelled or not head.has_body:
        return
    answered = head.response.headers.get("content-type", "")
    if negotiation.choose(head.accept, (answered,)) is None:
        # RFC 9110, section 12.5.1: a server that cannot please its client may pass over what it asked for.
        severity = ERROR if head.is_acceptable else WARNING
        message = f"the answer is {head.media_type}, which Accept: {shown(head.accept)} does not take"
        yield _graded(
            ACCEPT.finding(message, part="response header Content-Type", expected=head.accept, actual=answered),
            severity,
        )


def headers(head: Head) -> Iterator[Finding]:
    """Documented headers keep their schemas, and required ones are there."""
    answer = head.answer
    if answer is None or not answer.headers or not head.knows("response headers"):
        return
    for name, schema in answer.headers.items():
        text = head.response.headers.get(name)
        if text is None:
            # A challenge has a rule of its own.
            if name in answer.required and name.lower() != "www-authenticate":
                facts = _facts_of_header(head, name, schema)
                yield HEADER_MISSING.finding(f"the header {name} is missing", actual="absent", **facts)
            continue
        value = text_value(Parameter(name, "header", schema, style="simple", explode=False), text)
        if not schema.is_valid(value):
            facts = _facts_of_header(head, name, schema)
            for each in schema.violations(value):
                message = f"the header {name}: {each.message}"
                yield HEADER.finding(message, expected=each.expected, actual=each.actual, **facts)


def _facts_of_header(head: Head, name: str, schema: Schema) -> dict[str, Any]:
    """Return what is told of the header *name* in any case."""
    return {"part": f"response header {name}", "contract": head.desk.place(schema.pointer)}


def credentials(head: Head) -> Iterator[Finding]:
    """A request without credentials is not answered as if it had some."""
    if head.is_anonymous and head.status < ERRORS:
        names = ", ".join(dict.fromkeys(name for requirement in head.operation.security for name in requirement))
        yield CREDENTIALS.finding(
            f"a request without credentials ({names}) was answered with {head.status}",
            part="response status",
            contract=head.desk.place(head.operation.pointer),
            expected="401",
            actual=str(head.status),
        )
    elif head.shows_no_credentials and not head.knows("request credentials"):
        yield UNSEEN.finding(UNSEEN_CREDENTIALS, part="request headers")


def challenge(head: Head) -> Iterator[Finding]:
    """A 401 says how to be let in (RFC 9110, section 15.5.2)."""
    if head.status != HTTPStatus.UNAUTHORIZED or not head.knows("response headers"):
        return
    told = head.response.headers.get("www-authenticate", "").strip()
    facts = {
        "part": "response header WWW-Authenticate",
        "contract": head.desk.place(head.operation.pointer if head.answer is None else head.answer.pointer),
    }
    named, due = negotiation.challenged(told), _schemes(head)
    if not told:
        message = "401 without WWW-Authenticate: the client is not told which credentials would do"
        yield CHALLENGE.finding(message, expected="a challenge", actual="absent", **facts)
    elif not named:
        yield CHALLENGE.finding(f"{shown(told)} is no challenge", expected="a challenge", actual=told, **facts)
    elif due and due.isdisjoint(named):
        # Not an error: a server may take more than its document tells, Negotiate for one.
        schemes = ", ".join(sorted(due))
        message = f"{shown(told)} names none of the schemes that would do: {schemes}"
        yield _graded(CHALLENGE.finding(message, expected=schemes, actual=told, **facts), WARNING)


def _schemes(head: Head) -> set[str]:
    """Return the schemes of HTTP, in lower case, that the operation takes without an API key.

    OAS 3.0.3, Security Scheme Object. HTTP has no scheme for keys, which may be all that is missing beside another.
    """
    of_type = {"oauth2": "bearer", "openIdConnect": "bearer", "apiKey": ""}
    found: set[str] = set()
    for requirement in head.operation.security:
        schemes = [head.desk.schemes[name] for name in requirement]
        told = {str(each.get("scheme", "")).lower() or of_type.get(each["type"], "") for each in schemes}
        found |= set() if "" in told else told
    return found


def length(subject: Subject) -> Iterator[Finding]:
    """The body was recorded whole."""
    announced, actual = subject.announced, len(subject.exchange.response.body)
    if announced is not None and announced != actual and subject.head.knows("response body", "response headers"):
        yield LENGTH.finding(
            f"Content-Length announces {announced} bytes, and {actual} were recorded",
            part="response header Content-Length",
            expected=str(announced),
            actual=str(actual),
        )


def header_names(head: Head) -> Iterator[Finding]:
    """Headers that neither the contract nor everybody knows are worth a note."""
    if not head.knows("response headers"):
        return
    documented = {name.lower() for name in head.answer.headers} if head.answer is not None else set()
    for name in head.response.headers:
        if name in COMMON or name in documented or name in head.desk.manners.headers:
            continue
        if not name.startswith(COMMON_PREFIXES):
            message = f"the contract does not know the header {name}"
            yield DRIFT_HEADER.finding(message, part=f"response header {name}", actual=name)


def _graded(finding: Finding, severity: Severity) -> Finding:
    return finding if finding.severity is severity else replace(finding, severity=severity)


HEAD_CHECKS = (accept, headers, credentials, challenge, header_names)
CHECKS = (status, content_type, length)
