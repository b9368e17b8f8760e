"""The checks that go with the vendor's dialect: ``$select``, time zone and language kept as asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from mockserver.checks import Head, Manners, Narrowing, Subject
from mockserver.checks.bodies import ERROR_AS_SUCCESS
from mockserver.checks.memory import NOTHING_HIDDEN, Hidden
from mockserver.checks.places import Found, Places
from mockserver.contract import Shape
from mockserver.contract.pointer import texts_in
from mockserver.contract.structs import Dates
from mockserver.contract.violation import shown
from mockserver.finding import Finding, Party, Rule, Severity
from mockserver.superoffice import localization, selection, texts, timezones
from mockserver.superoffice.dialect import Dialect, Options
from mockserver.superoffice.faults import RequestError
from mockserver.superoffice.timezones import CODES, DATE_TIME, NAMES, Presentation

PROVIDER, ERROR, WARNING = Party.PROVIDER, Severity.ERROR, Severity.WARNING
BODY = "response body"

SELECT = Rule("select.kept", PROVIDER, ERROR, "What $select leaves out is null.")
OFFSET = Rule(
    "timezone.offset", PROVIDER, ERROR, "Dates are told with the offset that SO-TimeZone asks for, or without."
)
ZONE_HEADER = Rule("timezone.header", PROVIDER, WARNING, "The SO-TimeZone of the answer is the one asked for.")
ZONE_UNKNOWN = Rule("request.time-zone", Party.CONSUMER, WARNING, "SO-TimeZone is a documented code or id.")
LANGUAGE = Rule("language.told", PROVIDER, ERROR, "Texts are told in the language asked for, and not raw.")
LANGUAGE_HEADER = Rule("language.header", PROVIDER, WARNING, "The Content-Language of the answer is the one asked for.")
RULES = (SELECT, OFFSET, ZONE_HEADER, ZONE_UNKNOWN, LANGUAGE, LANGUAGE_HEADER)

DATES = Places(timezones.is_date)
DIALECT = Dialect()
RAW = re.compile(r"\[SR_[A-Z0-9_]+\]")
# What a raw text looks like inside JSON and XML; an escape may hide it.
RAW_MARKS = (b"[SR_", b':\\"', b':"', b":&quot;", b"\\u00")
RAW_MARKS_OF_JSON = (b"[SR_", b':\\"', b"\\u00")
# .NET's DateTime.MinValue is "not set", and its MaxValue "no end".
SPECIAL_YEARS = ("0001", "9999")
SHORTEST = len("2026-01-15T09:00:00")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks of its answer; *time_zone_error* is why its SO-TimeZone cannot be understood."""

    options: Options
    language_is_known: bool = False
    time_zone_error: str = ""


def asked(head: Head) -> Asked:
    """Return what the request asks of its answer."""
    headers = head.request.headers
    error = ""
    try:
        options: Options = DIALECT.prepare(headers, head.request.query)
    except RequestError as unknown:
        error = str(unknown)
        kept = {name: value for name, value in headers.items() if name != "so-timezone"}
        options = DIALECT.prepare(kept, head.request.query)
    header = headers.get("so-language", headers.get("accept-language", ""))
    return Asked(options, localization.knows(header), error)


def _options(subject: Subject) -> Options | None:
    found: Asked | None = subject.head.options
    return None if found is None else found.options


def time_zone_known(head: Head) -> Iterator[Finding]:
    """The time zone asked for is a documented one; the vendor has more of them than it documents."""
    found: Asked | None = head.options
    if found is not None and found.time_zone_error:
        yield ZONE_UNKNOWN.finding(
            found.time_zone_error,
            part="request header SO-TimeZone",
            contract=head.desk.place(head.operation.pointer),
            expected="a documented code or id",
            actual=head.request.headers.get("so-timezone", ""),
        )


def hidden(subject: Subject) -> Hidden:
    """Return what ``$select`` leaves out, null or not, by its pointer."""
    options = _options(subject)
    if options is None or options.selection is None or subject.shape is None or not subject.head.succeeds:
        return NOTHING_HIDDEN
    known = subject.body.hidden
    if options.selection not in known:
        known[options.selection] = Hidden(selection.left_out(subject.value, options.selection, subject.shape))
    return known[options.selection]


def selected(subject: Subject) -> Iterator[Finding]:
    """What ``$select`` leaves out is null."""
    if any(finding.rule == ERROR_AS_SUCCESS.id for finding in subject.findings):
        return
    for pointer, value in subject.hidden.items():
        if value is not None:
            yield SELECT.finding(
                f"$select leaves this out, and it is {shown(value)}",
                part=BODY,
                pointer=pointer,
                contract=subject.desk.place(subject.operation.pointer),
                expected="null",
                actual=shown(value),
            )


def offsets(subject: Subject) -> Iterator[Finding]:
    """Each date has the offset of the zone asked for, or none where offsets are not asked for.

    Without SO-TimeZone the vendor's own sources disagree: recordings have no offsets, the page's sample has one
    on each date. So there either all have one, or none.
    """
    options = _options(subject)
    if options is None or subject.shape is None or not subject.head.succeeds or subject.head.options.time_zone_error:
        return
    if not (options.presentation is not None and options.presentation.with_offsets) and _are_short(subject):
        return
    dates = [each for each in DATES.of(subject.value, subject.shape) if type(each.value) is str]
    if options.selection is not None:
        dates = [each for each in dates if not subject.is_hidden(each.pointer)]
    if options.presentation is None:
        yield from _mixed(subject, dates)
    elif options.presentation.with_offsets:
        zone = _zone(subject.head, options.presentation)
        for each in dates:
            reason = _wrong_offset(each.value, each.shape.extension("x-time", "instant"), zone)
            if reason is not None:
                yield _told(subject, each, *reason)
    else:
        for each in dates:
            if has_offset(each.value) and not _may_be_utc(each):
                yield _told(subject, each, f"{each.value} has an offset, and SO-TimeZone asks for none", "no offset")


def _are_short(subject: Subject) -> bool:
    """Whether no date of the answer is longer than one without fraction and offset: a quick yes for most answers."""
    if subject.shape is None:
        return True
    for wanted, owner in DATES.owners(subject.value, subject.shape):
        for name, _ in wanted:
            text = owner.get(name)
            if type(text) is str and len(text) > SHORTEST:
                return False
    return True


def _mixed(subject: Subject, dates: list[Found]) -> Iterator[Finding]:
    """Yield the dates with an offset where others have none. Dates that are not set do not count."""
    with_offset = [each for each in dates if has_offset(each.value) and not _may_be_utc(each)]
    if not with_offset:
        return
    if any(not has_offset(each.value) and not each.value.startswith(SPECIAL_YEARS) for each in dates):
        for each in with_offset:
            yield _told(subject, each, f"{each.value} has an offset, and other dates have none", "no offset")


def _told(subject: Subject, found: Found, message: str, expected: str) -> Finding:
    return OFFSET.finding(
        message,
        part=BODY,
        pointer=found.pointer,
        contract=subject.desk.place(found.shape.pointer),
        expected=expected,
        actual=found.value,
    )


def has_offset(text: str) -> bool:
    """Return whether the date-time *text* ends with ``Z``, ``+02:00`` or the like."""
    return text[-1:] == "Z" or (text[-6:-5] in ("+", "-") and len(text) > SHORTEST)


def _may_be_utc(found: Found) -> bool:
    """Whether a date may say Z without being asked to: versions differ in those of UTC, and in those not set."""
    is_utc = found.shape.extension("x-time") == "utc" or found.value.startswith(SPECIAL_YEARS)
    return is_utc and bool(found.value.endswith("Z"))


def _zone(head: Head, presentation: Presentation) -> tzinfo | None:
    """Return the zone asked for; without one the server's own, as the answer names it; None if it does not."""
    if presentation.code is not None:
        return timezones.zone_named(presentation.code)
    code = CODES.get(head.response.headers.get("so-timezone", "").strip().lower())
    return None if code is None else timezones.zone_named(NAMES[code])


@lru_cache(maxsize=4096)
def _wrong_offset(text: str, kind: str, zone: tzinfo | None) -> tuple[str, str] | None:
    """Return why the offset of *text* is none that a date of *kind* can have in *zone*, and what it should be."""
    match = DATE_TIME.fullmatch(text)
    if match is None:
        return None  # no date at all, as body.format says
    given = match["offset"]
    if given is None:
        return f"{text} has no offset, and SO-TimeZone asks for one", "an offset"
    if given == "Z" and (kind == "utc" or match["wall"].startswith(SPECIAL_YEARS)):
        return None
    if zone is None:
        return None
    possible = _possible(match["wall"], given, zone)
    if possible is None or _delta(given) in possible:
        return None
    due = " or ".join(map(_spelled, possible))
    return f"{text} has the offset {given}, which {zone} does not have then: {due}", due


def _possible(wall: str, given: str, zone: tzinfo) -> list[timedelta] | None:
    """Return the offsets of *zone* at the instant of *wall* and *given*, and at the wall clock itself."""
    try:
        moment = datetime.fromisoformat(wall)
        if moment.year not in timezones.KNOWN_YEARS:
            return [timezones.standard_offset(zone)]
        instant = (moment - _delta(given)).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return list(dict.fromkeys([timezones.offset_at(zone, instant)]))


def _delta(given: str) -> timedelta:
    if given == "Z":
        return timedelta()
    return timedelta(hours=int(given[:3]), minutes=int(given[0] + given[4:]))


def _spelled(offset: timedelta) -> str:
    minutes = round(abs(offset).total_seconds() / 60)
    return f"{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"


def zone_header(head: Head) -> Iterator[Finding]:
    """The zone that the answer names is the one asked for."""
    found: Asked | None = head.options
    told = head.response.headers.get("so-timezone", "").strip()
    if found is None or found.options.presentation is None or not told or not head.succeeds:
        return
    wanted = found.options.presentation.code
    if wanted is not None and CODES.get(told.lower(), told) != wanted:
        yield ZONE_HEADER.finding(
            f"the answer says SO-TimeZone: {told}, and {wanted} was asked for",
            part="response header SO-TimeZone",
            expected=wanted,
            actual=told,
        )


def language(subject: Subject) -> Iterator[Finding]:
    """No text is raw where a language was asked for that the vendor knows."""
    found: Asked | None = subject.head.options
    if found is None or found.options.localization is None or not found.language_is_known:
        return
    if not subject.head.succeeds or subject.shape is None or not _may_be_raw(subject):
        return
    wanted = found.options.localization.language
    for pointer, text in texts_in(subject.value):
        if not _is_raw(text) or subject.is_hidden(pointer):
            continue
        yield LANGUAGE.finding(
            f"{shown(text)} is raw, and the language {wanted} was asked for",
            part=BODY,
            pointer=pointer,
            contract=subject.desk.place(subject.shape.pointer),
            expected=f"a text in {wanted}",
            actual=shown(text),
        )


def _may_be_raw(subject: Subject) -> bool:
    """Return whether the bytes of the body could hold a raw text: a quick no for nearly all."""
    marks = RAW_MARKS_OF_JSON if subject.body.family == "json" else RAW_MARKS
    raw = subject.exchange.response.body
    return subject.head.charset not in (None, "utf-8") or any(mark in raw for mark in marks)


def _is_raw(text: str) -> bool:
    return bool(RAW.search(text) or ('"' in text and texts.MULTI_LANGUAGE.fullmatch(text)))


def language_header(head: Head) -> Iterator[Finding]:
    """The language that the answer names is the one asked for."""
    found: Asked | None = head.options
    told = head.response.headers.get("content-language", "")
    if found is None or not told or not head.succeeds:
        return
    if found.options.localization is None and "so-language" in head.request.headers:
        yield LANGUAGE_HEADER.finding(
            f"the answer says Content-Language: {told}, and SO-Language switches translation off",
            part="response header Content-Language",
            expected="absent",
            actual=told,
        )
    if found.options.localization is None or not found.language_is_known:
        return
    wanted = found.options.localization.language
    tags = [tag.strip().lower().replace("_", "-").partition("-")[0] for tag in told.split(",")]
    if wanted not in {localization.LANGUAGES.get(tag, tag) for tag in tags}:
        yield LANGUAGE_HEADER.finding(
            f"the answer says Content-Language: {told}, and {wanted} was asked for",
            part="response header Content-Language",
            expected=wanted,
            actual=told,
        )


def narrowing(head: Head) -> Narrowing | None:
    """Return what makes an answer in the plainest form right: all of it, its offsets, no raw text if none is wanted."""
    found: Asked | None = head.options
    if found is None or found.time_zone_error or found.options.selection is not None:
        return None
    is_told = found.options.localization is not None and found.language_is_known
    marks = RAW_MARKS_OF_JSON if is_told else ()
    presentation = found.options.presentation
    if presentation is None or not presentation.with_offsets:
        return Narrowing(Dates(timezones.DATE_FORMATS), marks=marks)
    zone = _zone(head, presentation)
    if zone is None or head.content is None or head.content.schema is None:
        return None
    is_right = _having_right_offset(zone, head.content.schema.shape)
    return Narrowing(Dates(timezones.DATE_FORMATS, with_offset=True), is_right, marks)


@lru_cache(maxsize=256)
def _having_right_offset(zone: tzinfo, shape: Shape) -> Callable[[str, str], bool]:
    """Return whether a member of values of *shape*, by name and text, is a date-time with an offset of *zone*."""
    utc = _utc_members(shape)
    return lambda name, text: _wrong_offset(text, "utc" if name in utc else "instant", zone) is None


@lru_cache(maxsize=256)
def _utc_members(shape: Shape) -> frozenset[str]:
    """Return the names of members in values of *shape* that are dates in UTC wherever they stand: these may say Z."""
    kinds: dict[str, set[bool]] = {}
    for each in shape.within():
        for name, member in each.properties.items():
            kinds.setdefault(name, set()).add(timezones.is_date(member) and member.extension("x-time") == "utc")
    return frozenset(name for name, are_utc in kinds.items() if are_utc == {True})


MANNERS = Manners(
    rules=RULES,
    request_head_checks=(time_zone_known,),
    head_checks=(zone_header, language_header),
    checks=(selected, offsets, language),
    lenient=Dialect.lenient,
    # The first is on every answer that presents dates, the second was seen in the vendor's tests.
    headers=frozenset({"so-timezone", "x-db-stats"}),
    options=asked,
    narrowing=narrowing,
    hidden=hidden,
)
