"""What the vendor's words ask for and a server forgets: credentials, ``$select``, time zones, languages, the echo."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from itertools import count
from typing import Any

from faulty.broken import (
    ERROR,
    Text,
    accepts,
    asking,
    at,
    dates,
    either,
    entity,
    has,
    header,
    instead,
    lacks,
    named,
    of_status,
    put,
    real_dates,
    selected,
    selects,
    sends,
    spoken,
    when,
    with_field,
    xml,
)
from faulty.fault import Answer, Ask, answering, hearing
from mockserver.exchange import Request, Response

BASIC = "Basic dGplMDpUamUw"
NEGOTIATE = 'Basic realm="x"'
SELECT = "select.kept"
NULLED = "body.null"
REFUSED = "conformance.acceptance"


# Credentials.


def _challenge(value: str | None) -> Answer:
    return of_status(401, lambda _, response: with_field(response, "www-authenticate", value))


def _no_session(request: Request) -> bool:
    return lacks("authorization", "x-xsrf-token")(request)


ADMITTED = header("authorization", BASIC)
HEARD = {"credentials.demanded": {"nobody is asked": asking(_no_session, ADMITTED)}}
HEARD_IN_A_RUN = {
    "conformance.credentials": {
        "any password does": asking(has("authorization", "basic "), ADMITTED),
        "any access token does": asking(has("authorization", "bearer "), ADMITTED),
        "any ticket does": asking(has("authorization", "soticket "), ADMITTED),
        "any XSRF token does": asking(has("x-xsrf-token"), ADMITTED),
    },
    "conformance.credentials credentials.demanded": {
        "malformed ones do": asking(has("authorization", "nonsense"), ADMITTED),
        "an empty Authorization does": asking(lambda request: request.headers.get("authorization") == "", ADMITTED),
    },
}
ANSWERED = {
    "credentials.challenge": {
        "a 401 without a challenge": _challenge(None),
        "a 401 with an empty challenge": _challenge(""),
    },
    "content-type.documented body.malformed error.shape": {
        "a 401 as a page of HTML": of_status(401, instead(401, WWW_Authenticate=NEGOTIATE)),
        "a 401 with a stack trace": of_status(
            401, instead(401, b"at SuperOffice.Login()", "text/plain", WWW_Authenticate=NEGOTIATE)
        ),
    },
    "status.documented": {"403 for 401": of_status(401, instead(403, ERROR, "application/json"))},
    "credentials.demanded error.as-success": {"200 for 401": of_status(401, instead(200, ERROR, "application/json"))},
}


# $select.


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _unset(value: Any) -> Any:
    return {name: ("" if item is None else item) for name, item in value.items()} if isinstance(value, dict) else value


def _selecting(change: Callable[[Any], Any]) -> Answer:
    return when(selects(lambda text: bool(text.strip(" ,"))), entity(change))


SELECTED: dict[str, dict[str, Ask]] = {
    SELECT: {
        "is ignored": selected(lambda _: ""),
        "is ignored in XML": asking(accepts("xml"), selected(lambda _: "")),
        "is ignored where it is long": asking(selects(lambda text: len(text) > 80), selected(lambda _: "")),
        "reaches no deeper than the first name": named(lambda name: name.partition("/")[0]),
        "always shows ids": selected(lambda text: text and f"{text},AppointmentId"),
        "always shows the owner": selected(lambda text: text and f"{text},Associate/FullName"),
    },
    NULLED: {
        "takes names in their own case alone": named(lambda name: name if name[:1].isupper() else "-"),
        "gives nothing for a nested name": named(lambda name: "-" if "/" in name else name),
        "takes the first name alone": selected(lambda text: text.partition(",")[0]),
        "forgets the last name": selected(lambda text: text.rpartition(",")[0] or text),
        "takes no blanks": named(lambda name: "-" if name.startswith(" ") else name),
        "nulls everything where it is empty": selected(lambda text: text or "-"),
        "nulls what is selected, too": selected(lambda text: "-" if text.strip(" ,") else ""),
    },
}
SHOWN = {
    "body.required": {"leaves out what it should null": _selecting(_without_nulls)},
    SELECT: {"gives empty texts for null": _selecting(_unset)},
    "body.type": {"a selected leaf is wrong": _selecting(at("/AppointmentId", str))},
}
SHOWN_IN_A_RUN = {
    REFUSED: {
        "a name that nobody knows is refused": when(
            selects(lambda text: any(name.strip().lower().startswith("no") for name in text.split(","))),
            of_status(200, instead(400, ERROR, "application/json")),
        ),
    },
}


# Time zones.

OFFSET = re.compile(r"(Z|[+-]\d\d:\d\d)$")
OFFSETS = has("so-timezone", "includetzoffset")


def _offset(text: str) -> Text:
    return lambda date: OFFSET.sub("", date) + text


def _spelled(replacement: str) -> Text:
    return lambda date: re.sub(r"([+-]\d\d):(\d\d)$", replacement, date)


def _below_the_calendar(text: str) -> str:
    return "0000-12-31T23:00:00" + text[19:] if text.startswith("0001-01-01") else text


ZONES: dict[str, dict[str, Answer]] = {
    "timezone.offset": {
        "offsets are forgotten": when(OFFSETS, dates(_offset(""))),
        "an offset is forgotten in one member": when(OFFSETS, entity(at("/Recurrence/StartDate", _offset("")))),
        "an offset that nobody asked for, in one member": when(
            lacks("so-timezone"), entity(at("/Sale/NextDueDate", _offset("+01:00")))
        ),
        "offsets that were not asked for beside a zone": when(
            lambda request: has("so-timezone", "no")(request) and not OFFSETS(request),
            real_dates(_offset("+01:00")),
        ),
        "Z for all": when(OFFSETS, real_dates(_offset("Z"))),
        "no summer time": when(OFFSETS, real_dates(lambda text: text.replace("+02:00", "+01:00"))),
        "summer time all year": when(OFFSETS, real_dates(lambda text: text.replace("+01:00", "+02:00"))),
        "another zone's offset": when(OFFSETS, real_dates(_offset("+05:30"))),
    },
    "body.format": {
        "an offset without its colon": when(OFFSETS, real_dates(_spelled(r"\1\2"))),
        "an offset without its minutes": when(OFFSETS, real_dates(_spelled(r"\1"))),
        "a name for an offset": when(OFFSETS, real_dates(_offset(" CET"))),
        "unset dates leave the calendar": when(OFFSETS, dates(_below_the_calendar)),
    },
}
ZONES_HEARD: dict[str, dict[str, Ask]] = {
    "timezone.offset timezone.header": {
        "is ignored": header("so-timezone", None),
        "is ignored where offsets are asked for": asking(OFFSETS, header("so-timezone", None)),
        "the server's zone for every zone": asking(OFFSETS, header("so-timezone", "NO,includeTZOffset")),
        "one zone is taken for another": spoken("so-timezone", lambda text: text.replace("US-NY", "US-CA")),
    },
}
ZONES_HEARD_IN_A_RUN: dict[str, dict[str, Ask]] = {
    "conformance.refusal": {
        "one that nobody knows is taken": asking(has("so-timezone", "nowhere"), header("so-timezone", None)),
    },
}
ZONES_IN_A_RUN: dict[str, dict[str, Answer]] = {
    REFUSED: {
        "a number is refused": when(has("so-timezone", "261"), instead(400, ERROR, "application/json")),
        "a code in lower case is refused": when(
            lambda request: request.headers.get("so-timezone", "").startswith(("no", "us")),
            instead(400, ERROR, "application/json"),
        ),
    },
}


# Languages.


def _speaks(request: Request) -> bool:
    asked: str = request.headers.get("so-language", request.headers.get("accept-language", ""))
    return asked[:2].lower() in ("en", "no", "de", "sv")


def _silent(request: Request) -> Request:
    return header("accept-language", None)(header("so-language", None)(request))


def _in_french(_: Request, response: Response) -> Response:
    return with_field(response, "content-language", "fr") if response.status == 200 else response


LANGUAGES: dict[str, dict[str, Answer]] = {
    "language.told": {
        "a raw text is left": when(_speaks, entity(put("/Task/Value", 'US:"Follow-up";NO:"Oppfølging";'))),
        "a token is left": when(_speaks, entity(put("/VisibleFor/0/DisplayValue", "[SR_VFC_ALL]"))),
        "a token is left in a dictionary": when(
            _speaks, entity(put("/CustomFields/SuperOffice:4:DisplayText", "[SR_NO]"))
        ),
        "a token is left in an array of arrays": when(
            _speaks, entity(put("/Contact/Address/LocalizedAddress/0/0/Label", "[SR_AL_STREET]"))
        ),
        "a token is left inside a text": when(_speaks, entity(put("/Description", "Because: [SR_ACCESS_READONLY]."))),
    },
    "language.header": {"the answer says it is in another": when(has("so-language", "de"), _in_french)},
}
LANGUAGES_HEARD: dict[str, dict[str, Ask]] = {
    "language.told": {
        "is ignored": _silent,
        "Accept-Language is ignored": header("accept-language", None),
        "SO-Language is ignored": header("so-language", None),
        "is ignored in XML": asking(accepts("xml"), _silent),
        "is ignored beside a $select": asking(selects(), _silent),
    },
    "language.header": {
        "* does not switch it off": asking(has("so-language", "*"), header("so-language", "en")),
        "the weaker header wins": asking(has("accept-language"), header("so-language", None)),
    },
}
LANGUAGES_IN_A_RUN: dict[str, dict[str, Answer]] = {
    REFUSED: {
        "one that nobody knows is refused": when(
            has("so-language", "tlh"), of_status(200, instead(400, ERROR, "application/json"))
        ),
    },
}


# The echo.


def _float32(number: int) -> int:
    rounded: float = struct.unpack("f", struct.pack("f", number))[0]
    return min(int(rounded), 2**31 - 128)  # the largest int32 that a float32 holds


def _echo(change: Callable[[int], int]) -> Answer:
    element = re.compile("<SaleId>([0-9]+)<")
    return either(
        entity(at("/Sale/SaleId", change)),
        xml(lambda body: element.sub(lambda found: f"<SaleId>{change(int(found[1]))}<", body)),
    )


def _changing() -> Answer:
    titles = map("Sale {}".format, count(1))
    return entity(at("/Sale/Title", lambda _: next(titles)))


NEXT = _echo(lambda number: number + 1)
ECHOES: dict[str, dict[str, Answer]] = {
    "echo.id": {
        "another sale": NEXT,
        "always the same sale": _echo(lambda _: 703),
        "rounded as a float32": _echo(_float32),
        "cut to 16 bits": _echo(lambda number: number & 0xFFFF),
        "off by one for the largest id": _echo(lambda number: number - (number == 2**31 - 1)),
        "another sale once in 25 answers": _echo(lambda number: number + (number % 25 == 13)),
        "another sale after XML": when(lambda request: "xml" in request.headers.get("content-type", ""), NEXT),
        "another sale after a form": when(sends("application/x-www-form-urlencoded"), NEXT),
        "another sale in a merge patch": when(accepts("merge-patch"), NEXT),
    },
}
ECHOES_IN_A_RUN: dict[str, dict[str, Answer]] = {
    "conformance.repeatable": {"another answer each time": _changing()},
}

FAULTS = (
    *hearing("credentials", HEARD),
    *hearing("credentials", HEARD_IN_A_RUN, alone=False),
    *answering("credentials", ANSWERED),
    *hearing("$select", SELECTED),
    *answering("$select", SHOWN),
    *answering("$select", SHOWN_IN_A_RUN, alone=False),
    *answering("time zone", ZONES),
    *hearing("time zone", ZONES_HEARD),
    *hearing("time zone", ZONES_HEARD_IN_A_RUN, alone=False),
    *answering("time zone", ZONES_IN_A_RUN, alone=False),
    *answering("language", LANGUAGES),
    *hearing("language", LANGUAGES_HEARD),
    *answering("language", LANGUAGES_IN_A_RUN, alone=False),
    *answering("echo", ECHOES),
    *answering("echo", ECHOES_IN_A_RUN, alone=False),
)
