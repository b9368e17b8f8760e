"""What is looked at in one form alone, at one end alone, or now and then: the faults that a stranger plants."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from faulty.broken import (
    ERROR,
    When,
    accepts,
    as_status,
    asking,
    bytes_of,
    has,
    header,
    instead,
    lacks,
    of_status,
    real_dates,
    selects,
    swap,
    when,
    with_body,
    with_field,
    xml,
)
from faulty.fault import Answer, Ask, Fault, answering, hearing
from mockserver.exchange import Headers, Request, Response
from mockserver.superoffice import default_ticket

CRASH = "status.server-error conformance.crash"
LET_IN = "conformance.credentials credentials.demanded"
SAME = "conformance.same"
ADMITTED = header("authorization", "Basic dGplMDpUamUw")


# Clocks: dates without offsets say less, and are no less moved.


def _asks_for(zone: str) -> When:
    """Return whether a request asks for *zone*, in lower case, and for nothing else."""
    return lambda request: request.headers.get("so-timezone", "").strip().lower() == zone


def _an_hour_later(date: str) -> str:
    return (datetime.fromisoformat(date[:19]) + timedelta(hours=1)).isoformat() + date[19:]


def _a_day_later(date: str) -> str:
    return (datetime.fromisoformat(date[:19]) + timedelta(days=1)).isoformat() + date[19:]


def _told_as_asked(request: Request, response: Response) -> Response:
    zone = request.headers.get("so-timezone", "")
    return with_field(response, "so-timezone", zone) if response.status == 200 and zone else response


def _without_offsets(request: Request) -> bool:
    return request.headers.get("so-timezone", "").strip().lower() in ("us-ny", "us-ca", "utc")


# What an answer says of itself.


def _added(name: str, value: str) -> Answer:
    def answer(_: Request, response: Response) -> Response:
        fields = Headers([*response.headers.fields, (name, value)])
        return replace(response, headers=fields) if response.status == 200 else response

    return answer


def _on_401(challenge: str) -> Answer:
    return of_status(401, lambda _, response: with_field(response, "www-authenticate", challenge))


def _capitals(text: str) -> str:
    return re.sub(">(true|false)<", lambda found: f">{found[1].capitalize()}<", text)


def _declared(text: str) -> str:
    return re.sub('encoding="[^"]*"', 'encoding="iso-8859-1"', text, count=1)


def _of_errors(change: Callable[[bytes], bytes]) -> Answer:
    return lambda _, response: with_body(response, change(response.body)) if response.status >= 400 else response


SAID: dict[str, dict[str, Answer]] = {
    "content-type.documented": {"a second Content-Type": _added("content-type", "text/html")},
    "credentials.challenge": {
        "a challenge of a scheme that nobody takes": _on_401('Digest realm="x"'),
        "a challenge that is a sentence": _on_401("please, sign in!"),
    },
    "xml.structure": {"booleans in capitals": xml(_capitals)},
    "body.encoding": {"UTF-8 that declares Latin-1": xml(_declared)},
    "xml.root": {"errors under another root": _of_errors(lambda text: text.replace(b"ErrorInfo", b"Error"))},
    "body.enum": {"an error that is none": _of_errors(lambda text: text.replace(b'"Error":true', b'"Error":false'))},
}
CLOCKS: dict[str, dict[str, Answer]] = {
    SAME: {
        "an hour late without offsets": when(_asks_for("us-ny"), real_dates(_an_hour_later)),
        "a day late in one language": when(has("so-language", "de"), real_dates(_a_day_later)),
        "an entry of a dictionary lost in XML": xml(swap("<SuperOffice_x003A_2>[^<]*</SuperOffice_x003A_2>", "")),
        "an hour late in the server's own zone": when(_asks_for("includetzoffset"), real_dates(_an_hour_later)),
    },
}


# Credentials that one way in does not ask for.


def _is_nobody(request: Request) -> bool:
    return lacks("authorization", "x-xsrf-token")(request)


def _unasked(condition: When) -> Ask:
    return asking(lambda request: _is_nobody(request) and condition(request), ADMITTED)


def _is_ticket(request: Request) -> bool:
    given: str = request.headers.get("authorization", "")
    return given.lower() == f"soticket {default_ticket(1)}".lower()


DOORS: dict[str, Ask] = {
    "no credentials, in XML": _unasked(has("content-type", "xml")),
    "no credentials, for XML": _unasked(accepts("text/xml")),
    "no credentials, in a form": _unasked(has("content-type", "urlencoded")),
    "an empty XSRF token": asking(
        lambda request: request.headers.get("x-xsrf-token") == "" and "authorization" not in request.headers, ADMITTED
    ),
    "a ticket in any case": asking(_is_ticket, ADMITTED),
}


# Requests at the edges.

EDGES: dict[str, When] = {
    "on 200 levels of JSON": lambda request: request.body.count(b"[") > 100,
    "on 200 levels of XML": lambda request: request.body.count(b"<a>") > 100,
    "on half of a pair of surrogates": lambda request: b"\\ud800" in request.body,
    "on the character 0": lambda request: b"\\u0000" in request.body,
    "on an empty text for an int": lambda request: re.search(rb'SaleId": *""', request.body) is not None,
    "on a section of text": lambda request: b"<![CDATA[" in request.body,
    "on a namespace": lambda request: b"xmlns=" in request.body,
    "on a $select of a thousand characters": selects(lambda names: len(names) > 1000),
    "on Basic without a colon": has("authorization", "basic bm9uzq=="),
    "on a token of 4,000 characters": lambda request: len(request.headers.get("authorization", "")) > 4000,
}


# Now and then.


def _every(turns: int, answer: Answer) -> Answer:
    numbers = count(1)
    return when(lambda _: next(numbers) % turns == 0, answer)


def _late() -> Answer:
    """Return the answers of a server that gives each client what the one before asked for."""
    told: list[Response] = []

    def answer(_: Request, response: Response) -> Response:
        if response.status != 200:
            return response
        told.append(response)
        return told[-2] if len(told) > 1 else response

    return answer


def _sticky(name: str, text: str) -> Ask:
    """Return requests that have the header field *name* of the last one that had it with *text* in it."""
    known: list[str] = []

    def ask(request: Request) -> Request:
        if has(name, text)(request):
            known[:] = [request.headers[name]]
        return header(name, known[0])(request) if known else request

    return ask


SELDOM: dict[str, dict[str, Answer]] = {
    CRASH: {"every 40th answer is a crash": _every(40, instead(500))},
    "body.missing": {"every 40th answer is empty": _every(40, bytes_of(lambda _: b""))},
    "conformance.acceptance": {
        "every 25th client is sent away": _every(
            25, of_status(200, instead(401, ERROR, "application/json", WWW_Authenticate="Basic"))
        ),
    },
    "echo.id accept.honoured": {"each answer is one late": _late()},
}
STICKY: dict[str, dict[str, Ask]] = {
    f"timezone.header timezone.offset {SAME}": {"the zone of the client before": _sticky("so-timezone", "us-ny")},
    "conformance.language language.header": {"the language of the client before": _sticky("so-language", "de")},
}

FAULTS = (
    *answering("message", SAID, alone=False),
    *answering("sameness", CLOCKS, alone=False),
    Fault(
        "time zone", "is ignored without offsets, and told", SAME,
        answer=_told_as_asked, ask=asking(_without_offsets, header("so-timezone", None)), alone=False,
    ),
    *hearing("credentials", {LET_IN: {f"{name} let anybody in": each for name, each in DOORS.items()}}, alone=False),
    *answering("credentials", {LET_IN: {"400 for a 401": as_status(400, 401)}}, alone=False),
    *answering(
        "request",
        {
            "conformance.acceptance status.fits": {
                "64 kB are refused": when(
                    lambda request: len(request.body) > 20_000, instead(413, ERROR, "application/json")
                )
            }
        },
        alone=False,
    ),
    *answering("crash", {CRASH: {name: when(each, instead(500)) for name, each in EDGES.items()}}, alone=False),
    *answering("state", SELDOM, alone=False),
    *hearing("state", STICKY, alone=False),
)  # fmt: skip
