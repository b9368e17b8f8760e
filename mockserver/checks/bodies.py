"""The response body: that it is there, can be read, and keeps its schema to the last member."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from mockserver.checks.head import ERRORS, Head
from mockserver.checks.hidden import is_right_where_shown, keep
from mockserver.checks.memory import ABSENT, BLANKS
from mockserver.checks.responses import ON_THE_WAY
from mockserver.checks.subject import Subject
from mockserver.contract import Schema, Shape, Violation
from mockserver.contract.pointer import join
from mockserver.contract.violation import shown
from mockserver.finding import Finding, Party, Rule, Severity
from mockserver.media.json import UTF_8

PROVIDER, ERROR, WARNING, NOTE = Party.PROVIDER, Severity.ERROR, Severity.WARNING, Severity.NOTE
BODY = "response body"

MISSING = Rule("body.missing", PROVIDER, ERROR, "An answer that is documented with a body has one.")
UNEXPECTED = Rule("body.unexpected", PROVIDER, ERROR, "An answer that cannot have a body has none: 204, 304, to HEAD.")
MALFORMED = Rule("body.malformed", PROVIDER, ERROR, "The body can be read as what it says it is.")
ENCODING = Rule(
    "body.encoding",
    PROVIDER,
    WARNING,
    "JSON is UTF-8 without a byte order mark (RFC 8259, section 8.1), XML in the encoding that it declares.",
)
DUPLICATE = Rule("body.duplicate-member", PROVIDER, WARNING, "Names of members are unique (RFC 8259, section 4).")
TYPE = Rule("body.type", PROVIDER, ERROR, "A value is of the type that the schema says.")
NULL = Rule("body.null", PROVIDER, ERROR, "Null stands only where the schema takes it, or $select left something out.")
REQUIRED = Rule("body.required", PROVIDER, ERROR, "Required members are there.")
ENUM = Rule("body.enum", PROVIDER, ERROR, "A value is among those that the schema lists.")
FORMAT = Rule("body.format", PROVIDER, ERROR, "A text has the format or pattern that the schema says.")
RANGE = Rule("body.range", PROVIDER, ERROR, "A number, or the size of a value, is within its bounds.")
UNDECLARED = Rule("body.undeclared", PROVIDER, ERROR, "Members are declared, where the schema takes no others.")
WRITE_ONLY = Rule(
    "body.write-only", PROVIDER, ERROR, "Members that the schema has for requests alone (writeOnly) are not told."
)
CHOICE = Rule("body.choice", PROVIDER, ERROR, "A value is in keeping with the alternatives that the schema gives.")
ERROR_AS_SUCCESS = Rule("error.as-success", PROVIDER, ERROR, "An error is not told with a status of success.")
ERROR_SHAPE = Rule("error.shape", PROVIDER, WARNING, "Undocumented errors have the form of documented ones.")
DRIFT_PROPERTY = Rule("drift.property", PROVIDER, NOTE, "Members of the body are known to the contract.")

RULES = (
    MISSING,
    UNEXPECTED,
    MALFORMED,
    ENCODING,
    DUPLICATE,
    TYPE,
    NULL,
    REQUIRED,
    ENUM,
    FORMAT,
    RANGE,
    UNDECLARED,
    WRITE_ONLY,
    CHOICE,
    ERROR_AS_SUCCESS,
    ERROR_SHAPE,
    DRIFT_PROPERTY,
)

BY_KEYWORD = {
    "type": TYPE,
    "required": REQUIRED,
    "enum": ENUM,
    "format": FORMAT,
    "pattern": FORMAT,
    "minimum": RANGE,
    "maximum": RANGE,
    "exclusiveMinimum": RANGE,
    "exclusiveMaximum": RANGE,
    "multipleOf": RANGE,
    "minLength": RANGE,
    "maxLength": RANGE,
    "minItems": RANGE,
    "maxItems": RANGE,
    "uniqueItems": RANGE,
    "minProperties": RANGE,
    "maxProperties": RANGE,
    "additionalProperties": UNDECLARED,
}
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def presence(subject: Subject) -> Iterator[Finding]:
    """There is a body where one is documented, and none where there cannot be one."""
    head = subject.head
    if not head.knows("response body"):
        return
    body = subject.exchange.response.body
    if head.has_no_body:
        if body:
            message = f"the answer cannot have a body, and has one of {len(body)} bytes"
            yield UNEXPECTED.finding(message, part=BODY, pointer="", expected="nothing", actual=f"{len(body)} bytes")
    elif not body.strip(BLANKS) and head.answer is not None and head.answer.contents:
        place = head.desk.place(head.answer.pointer)
        documented = ", ".join(head.answer.contents)
        message = f"the body is empty; documented is {documented}"
        yield MISSING.finding(message, part=BODY, pointer="", contract=place, expected=documented, actual="nothing")


def syntax(subject: Subject) -> Iterator[Finding]:
    """The body can be read; JSON is as every reader of JSON reads it."""
    body, raw = subject.body, subject.exchange.response.body
    if body.error is not None:
        if not subject.is_truncated and raw.strip(BLANKS):
            yield MALFORMED.finding(
                str(body.error), part=BODY, pointer="", expected=subject.head.media_type, actual=shown(_start(raw))
            )
    elif body.family == "json":
        yield from _json(subject, raw)
    elif body.family == "xml":
        yield from _xml(subject, raw)


def _xml(subject: Subject, raw: bytes) -> Iterator[Finding]:
    from mockserver.media.xml import misdeclared  # noqa: PLC0415 (few answers are XML: see media)

    found = misdeclared(raw, subject.head.charset)
    if found is not None:
        declared, actual = found
        message = f"XML declares that it is {declared}, and is {actual}"
        yield ENCODING.finding(message, part=BODY, pointer="", expected=actual, actual=declared)


def _json(subject: Subject, raw: bytes) -> Iterator[Finding]:
    charset = subject.head.charset
    if charset not in UTF_8 or raw.startswith((codecs.BOM_UTF8, *UTF_16_MARKS)):
        actual = charset if charset not in UTF_8 else "a byte order mark"
        message = f"JSON is UTF-8 without a byte order mark, not {actual}"
        yield ENCODING.finding(message, part=BODY, pointer="", expected="utf-8", actual=str(actual))
    elif not subject.body.is_whole:
        for pointer, name in _duplicates(raw):
            message = f"member {name!r} stands there more than once: which one counts depends on the reader"
            yield DUPLICATE.finding(message, part=BODY, pointer=pointer, expected="one", actual="several")


class _Object(dict[str, Any]):
    """An object with the names that it had more than once."""

    twice: tuple[str, ...] = ()


def _duplicates(raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield pointer and name of each member whose name occurred before in the same object."""

    def made(pairs: list[tuple[str, Any]]) -> _Object:
        found = _Object(pairs)
        if len(found) < len(pairs):
            found.twice = tuple(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        return found

    def walk(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
        if isinstance(value, _Object):
            yield from ((join(pointer, name), name) for name in value.twice)
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(item, dict | list):
                yield from walk(item, join(pointer, key))

    whole = json.loads(raw, object_pairs_hook=made)
    return walk(whole if isinstance(whole, dict | list) else [], "")


def _start(raw: bytes) -> str:
    return raw[:80].decode("utf-8", "replace")


def schema(subject: Subject) -> Iterator[Finding]:
    """The value keeps the schema of its status, but for what the client asked not to see; members are known."""
    content, value = subject.body.content, subject.value
    if value is ABSENT or content is None or content.schema is None or is_right_where_shown(subject, content.schema):
        return
    if subject.body.keeps_schema:
        if not subject.hidden:
            keep(subject, value)
        return
    if not content.schema.is_valid(value):
        broken = list(_broken(subject, content.schema, value))
        if broken and _is_error(subject, value):
            place = subject.desk.place(content.schema.pointer)
            message = f"the body is an error, told with status {subject.head.status}"
            broken = [ERROR_AS_SUCCESS.finding(message, part=BODY, pointer="", contract=place, actual=shown(value))]
        yield from broken
        if broken and broken[0].rule == ERROR_AS_SUCCESS.id:
            return
    yield from _kept_back(subject, content.schema.shape, value)
    yield from _drifting(subject, content.schema.shape, value)


def _kept_back(subject: Subject, shape: Shape, value: Any) -> Iterator[Finding]:
    """Yield the members that are for requests alone; null shows nothing of them."""
    for pointer, member in dict(_write_only(value, shape, "")).items():
        name = pointer.rpartition("/")[2]
        place = subject.desk.place(shape.pointer)
        message = f"member {name!r} is for requests alone (writeOnly)"
        yield WRITE_ONLY.finding(message, part=BODY, pointer=pointer, contract=place, expected="absent", actual=member)


def _write_only(value: Any, shape: Shape, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield the pointer of each member of *value* that *shape* marks as writeOnly, and the kind of what is there."""
    for choice in shape.choices:
        yield from _write_only(value, choice, pointer)
    if isinstance(value, list):
        for index, item in enumerate(value if shape.kind == "array" else ()):
            yield from _write_only(item, shape.items, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for name, member in value.items():
            declared = shape.properties.get(name) or shape.additional
            if declared is not None and declared.node.get("writeOnly") is True and member is not None:
                yield join(pointer, name), type(member).__name__
            elif declared is not None:
                yield from _write_only(member, declared, join(pointer, name))


def _broken(subject: Subject, schema: Schema, value: Any) -> Iterator[Finding]:
    for each in schema.violations(value):
        if not subject.is_hidden(each.pointer):
            yield rule_of(each).finding(
                each.message,
                part=BODY,
                pointer=each.pointer,
                contract=subject.desk.place(each.contract),
                expected=each.expected,
                actual=each.actual,
            )


def rule_of(violation: Violation) -> Rule:
    """Return the rule that *violation* breaks, by its keyword."""
    if violation.actual == "null":
        return NULL
    return BY_KEYWORD.get(violation.keyword, CHOICE)


def _is_error(subject: Subject, value: Any) -> bool:
    """Return whether *value*, the body of a success, has the form that documented errors have."""
    fault = subject.desk.fault
    return (
        subject.head.succeeds
        and isinstance(value, dict)
        and fault is not None
        and fault.schema is not None
        and bool(fault.schema.shape.required)
        and fault.schema.is_exact(value)
    )


def _drifting(subject: Subject, shape: Shape, value: Any) -> Iterator[Finding]:
    for pointer, owner, member in undeclared(value, shape, ""):
        if subject.is_hidden(pointer):
            continue
        name = pointer.rpartition("/")[2]
        message = f"the contract does not know the member {name!r} of {owner.name or 'the object'}"
        place = subject.desk.place(owner.pointer)
        yield DRIFT_PROPERTY.finding(message, part=BODY, pointer=pointer, contract=place, actual=shown(member))


def undeclared(value: Any, shape: Shape, pointer: str) -> Iterator[tuple[str, Shape, Any]]:
    """Yield each member that *shape* neither declares nor speaks of: pointer, shape of its owner, value."""
    if isinstance(value, list):
        if shape.kind == "array":
            for index, item in enumerate(value):
                yield from undeclared(item, shape.items, f"{pointer}/{index}")
        return
    if not isinstance(value, dict):
        return
    if shape.choices:
        yield from _undeclared_in_all(value, shape, pointer)
        return
    is_open = not shape.properties or "additionalProperties" in shape.node
    additional = shape.additional
    for name, member in value.items():
        declared = shape.properties.get(name) or (additional if is_open else None)
        if declared is not None:
            if isinstance(member, dict | list):
                yield from undeclared(member, declared, join(pointer, name))
        elif not is_open:
            yield join(pointer, name), shape, member


def _undeclared_in_all(value: dict[str, Any], shape: Shape, pointer: str) -> Iterator[tuple[str, Shape, Any]]:
    """Yield what is undeclared for the alternative that leaves least so."""
    own = {*shape.properties}
    found = [
        [each for each in undeclared(value, choice, pointer) if each[0].rpartition("/")[2] not in own]
        for choice in shape.choices
    ]
    yield from min(found, key=len)


def error_shape(subject: Subject) -> Iterator[Finding]:
    """An error of an undocumented status looks like the documented ones."""
    head: Head = subject.head
    fault = head.desk.fault
    if head.answer is not None or head.status < ERRORS or head.status in ON_THE_WAY or fault is None:
        return
    value = subject.value
    if fault.schema is None or not head.knows("response body") or head.has_no_body or subject.body.error is not None:
        return
    if value is not ABSENT and subject.body.family == "xml":
        # The schema of the documented ones tells what is a number: of its own status there is none.
        value = head.desk.body(subject.exchange.response.body, "xml", fault, head.charset).value
    if value is ABSENT or not fault.schema.is_valid(value):
        why = "it is not there" if value is ABSENT else fault.schema.violations(value)[0].message
        message = f"the error does not have the documented form ({fault.schema.shape.name}): {why}"
        place = head.desk.place(fault.schema.shape.pointer)
        yield ERROR_SHAPE.finding(message, part=BODY, pointer="", contract=place, actual=head.media_type or "nothing")


CHECKS = (presence, syntax, schema, error_shape)
