"""Habits that servers get from their frameworks, caches and parsers, and that no test of theirs looks at."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import orjson

from faulty.broken import (
    DATE,
    ERROR,
    HTML,
    Text,
    When,
    accepts,
    asking,
    at,
    body,
    bytes_of,
    either,
    entity,
    has,
    header,
    instead,
    is_good,
    lacks,
    named,
    of_status,
    put,
    real_dates,
    sale,
    selected,
    selects,
    sends,
    swap,
    text,
    when,
    with_body,
    with_field,
    xml,
)
from faulty.fault import Answer, Ask, Deliver, Fault, answering, hearing, whole
from mockserver import media
from mockserver.exchange import Headers, Request, Response
from mockserver.server.gateway import Receive, Send
from mockserver.superoffice import default_bearer

CRASH = "status.server-error conformance.crash"
REFUSED = "conformance.acceptance"
TAKEN = "conformance.refusal"
SAME = "conformance.same"
LET_IN = "conformance.credentials credentials.demanded"
NO = instead(400, ERROR, "application/json")


# Bodies: what a parser of the same make reads, and no other.


def _coded(change: Callable[[bytes], bytes]) -> Answer:
    def answer(_: Request, response: Response) -> Response:
        coded = with_body(response, change(response.body))
        return with_field(coded, "content-encoding", "gzip") if response.status == 200 else response

    return answer


def _in_charset(charset: str) -> Answer:
    def answer(_: Request, response: Response) -> Response:
        if not is_good(response, "json"):
            return response
        written = response.body.decode().encode(charset, "replace")
        return with_body(response, written, f"application/json; charset={charset}")

    return answer


def _with(old: bytes, new: bytes) -> Answer:
    return bytes_of(lambda written: written.replace(old, new, 1))


COLOUR = b'"ColorIndex":0'
BODIES: dict[str, dict[str, Answer]] = {
    "body.encoding body.malformed": {
        "a byte order mark": bytes_of(lambda written: b"\xef\xbb\xbf" + written),
        "UTF-16 without a mark or a charset": bytes_of(lambda written: written.decode().encode("utf-16-le")),
        "UTF-16 with a charset": _in_charset("utf-16"),
        "Latin-1 with a charset": _in_charset("iso-8859-1"),
    },
    "body.malformed": {
        "half of a pair of surrogates": _with(b'"Location":""', rb'"Location":"\ud800"'),
        "-Infinity for a number": _with(COLOUR, b'"ColorIndex":-Infinity'),
        "hexadecimal for a number": _with(COLOUR, b'"ColorIndex":0x0'),
        "undefined": _with(COLOUR, b'"ColorIndex":undefined'),
        "a callback around it": bytes_of(lambda written: b"callback(" + written + b");"),
        "base64": bytes_of(base64.b64encode),
        "a warning of the interpreter before it": bytes_of(lambda written: b"<b>Warning</b>: x\n" + written),
        "two lines of JSON": bytes_of(lambda written: written + b"\n" + written),
        "zeros behind it": bytes_of(lambda written: written + b"\0\0"),
        "compressed twice, and told once": _coded(lambda written: gzip.compress(gzip.compress(written))),
    },
    "body.malformed body.range body.type": {
        "a number beyond any float": _with(COLOUR, b'"ColorIndex":1e999'),
    },
    "body.type": {"an int with an exponent": _with(COLOUR, b'"ColorIndex":1e2')},
    "body.duplicate-member": {
        "a member twice, deep inside": _with(b'"AssociateId":', b'"AssociateId":1,"AssociateId":')
    },
    "body.required": {"a name with a blank at its end": _with(b'"Description":', b'"Description ":')},
}

LEAVES = {
    "body.format": {
        "flags without their blank": put("/Recurrence/WeekPattern/Weekdays", "Monday,Tuesday"),
        "eight digits of a second": put("/StartDate", "2026-02-10T09:00:00.12345678"),
        "a small t in a date": put("/StartDate", "2026-02-10t09:00:00"),
        "a leap second": put("/StartDate", "2026-06-30T23:59:60"),
        "a date in weeks": put("/StartDate", "2026-W07-2T09:00:00"),
        "the year 10000": put("/EndDate", "10000-01-01T00:00:00"),
    },
    "body.null": {
        "null at the end of an array": at("/Participants", lambda items: [*items, None]),
        "null in a dictionary": put("/CustomFields/SuperOffice:2", None),
    },
    "body.type": {
        "a boolean in a dictionary of texts": at("/CustomFields/SuperOffice:2", bool),
        "an array in an array": at("/Participants", lambda items: [items]),
        "a word for an int": put("/MotherId", "undefined"),
    },
    "body.enum": {"a blank behind an enum value": at("/Type", lambda value: f"{value} ")},
    "body.range": {
        "an int64 in an item of an array": put("/Participants/0/PersonId", 2**40),
        "a text of a megabyte": put("/Description", "x" * 1_000_000),
    },
    "body.required body.choice": {
        "{} for nobody": lambda value: value | {"InvitedPerson": {}},
    },
}

MARKUP: dict[str, dict[str, Text]] = {
    "body.enum": {"an enum value that is none, deep in XML": swap(r"(<Associate>.*?<Type>)[^<]*<", r"\1Robot<")},
    "body.type": {"a number with its thousands marked": swap("<AppointmentId>[^<]*<", "<AppointmentId>1,000<")},
    "body.type body.null xml.structure": {
        "nil that is not empty": swap("<Location></Location>", '<Location xsi:nil="true">x</Location>'),
        "markup in a text": swap("<Location></Location>", "<Location><b>x</b></Location>"),
    },
    "xml.namespace": {"a namespace for all": swap("<AppointmentEntity", '<AppointmentEntity xmlns="urn:super"')},
    "body.required xml.structure": {
        "an attribute for an element": lambda markup: swap(
            "<AppointmentEntity", '<AppointmentEntity AppointmentId="0"'
        )(swap("<AppointmentId>[^<]*</AppointmentId>", "")(markup)),
    },
    "body.required body.choice body.type": {
        "an empty element for nil": lambda markup: re.sub(r'<UpdatedBy xsi:nil="true"\s*/>', "<UpdatedBy/>", markup),
    },
}


# Connections.


def _raw(pieces: Callable[[Response], Iterable[bytes]], condition: When = lambda _: True) -> Deliver:
    """Return a delivery that writes *pieces* on the socket, and closes it."""

    async def deliver(request: Request, response: Response, receive: Receive, send: Send) -> None:
        if request.method != "POST" or response.status != 200 or not condition(request):
            await whole(request, response, receive, send)
            return
        transport = receive.__self__.transport  # type: ignore[attr-defined]
        for piece in pieces(response):
            transport.write(piece)
        transport.close()

    return deliver


def _head(response: Response, *fields: bytes, without: str = "") -> bytes:
    told = [f"{name}: {value}".encode("latin-1") for name, value in response.headers.fields if name.lower() != without]
    return b"\r\n".join([b"HTTP/1.1 200 OK", *told, *fields]) + b"\r\n\r\n"


def _chunked(size: bytes, end: bytes = b"0\r\n\r\n") -> Callable[[Response], Iterable[bytes]]:
    def pieces(response: Response) -> Iterator[bytes]:
        yield _head(response, b"transfer-encoding: chunked", without="content-length")
        yield size + b"\r\n" + response.body + b"\r\n" + end

    return pieces


def _endless(response: Response) -> Iterator[bytes]:
    yield _head(response, without="content-length") + response.body
    yield from [b" " * 2**20] * 70


WIRES: dict[str, Deliver] = {
    "a chunk that is longer than it says": _raw(_chunked(b"7")),
    "chunks without an end": _raw(_chunked(b"fffff", b"")),
    "a length of a chunk that is no number": _raw(_chunked(b"zz")),
    "another protocol": _raw(lambda _: [b"SSH-2.0-OpenSSH_9.6\r\n"]),
    "a first line that is none": _raw(lambda _: [b"HTTP/1.1 OK\r\n\r\n"]),
    "a header of 100 kB": _raw(lambda response: [_head(response, b"x-big: " + b"a" * 100_000), response.body]),
    "a body without end": _raw(_endless, sale(lambda number: number == 1)),
}


# Statuses.

STATUSES: dict[str, dict[str, Answer]] = {
    "status.documented": {
        "302 to a page to sign in, for all": instead(302, b"", Location="/login"),
        "302 to itself": lambda request, response: instead(302, b"", Location=request.path)(request, response),
        "307 to TLS": instead(307, b"", Location="https://127.0.0.1/"),
        "304 for a POST": of_status(200, instead(304, b"")),
        "422 for a 400": of_status(400, instead(422, ERROR, "application/json")),
        "404 for missing credentials": of_status(401, instead(404, ERROR, "application/json")),
    },
    "credentials.demanded content-type.documented": {
        "200 with a page to sign in for a 401": of_status(401, instead(200, HTML))
    },
    "error.as-success body.required": {
        "200 and success: false for a 400": of_status(400, instead(200, {"success": False}, "application/json")),
    },
    "credentials.challenge": {
        "no challenge for a wrong ticket": when(
            has("authorization", "soticket"),
            of_status(401, lambda _, response: with_field(response, "www-authenticate", None)),
        ),
    },
}


# Requests: right ones that are refused, and wrong ones that are taken.


def _names(request: Request) -> set[str]:
    try:
        value = orjson.loads(request.body)
    except ValueError:
        return set()
    return set(value) if isinstance(value, dict) else set()


def _is_json(request: Request) -> bool:
    return media.family(request.headers.get("content-type", "")) == "json"


def _written(change: Callable[[bytes], bytes]) -> Ask:
    """Return a request whose JSON is read so leniently."""
    return asking(_is_json, lambda request: replace(request, body=change(request.body)))


def _blank(request: Request) -> bool:
    return request.body[:1].isspace()


def _camel(request: Request) -> bool:
    return "saleId" in _names(request)


REFUSALS: dict[str, Answer] = {
    "a member that nobody knows": when(
        lambda request: bool({name.lower() for name in _names(request)} - {"saleid"}), NO
    ),
    "names in camel case": when(_camel, NO),
    "blanks around JSON": when(_blank, NO),
    "XML without a declaration": when(lambda request: request.body.startswith(b"<Create"), NO),
    "a browser's Accept": when(accepts("text/html"), instead(406, ERROR, "application/json")),
    "a charset in quotes": when(has("content-type", 'charset="'), instead(415, ERROR, "application/json")),
    "XML, for its credentials": when(
        lambda request: "xml" in request.headers.get("content-type", ""),
        of_status(200, instead(401, ERROR, "application/json", WWW_Authenticate="Basic")),
    ),
    "an Accept with weights": when(accepts("*/*;q=0."), instead(406, ERROR, "application/json")),
}
LENIENT: dict[str, Ask] = {
    "a comma before the last brace": _written(lambda written: re.sub(rb",\s*}", b"}", written)),
    "a comment": _written(lambda written: re.sub(rb"/\*.*?\*/", b"", written)),
    "single quotes": _written(lambda written: written.replace(b"'", b'"')),
    "names without quotes": _written(lambda written: re.sub(rb"([{,]\s*)(\w+)\s*:", rb'\1"\2":', written)),
    "more behind the last brace": _written(lambda written: written[: written.find(b"}") + 1] or written),
    "NaN": _written(lambda written: written.replace(b"NaN", b"null")),
    "a fraction, which is cut off": _written(lambda written: re.sub(rb"(\d)\.\d+", rb"\1", written)),
    "true for 1": _written(lambda written: written.replace(b"true", b"1")),
    "an array for its first item": _written(lambda written: b"{}" if written.startswith(b"[") else written),
    "null for an empty object": _written(lambda written: b"{}" if written == b"null" else written),
    "an int over int32, which is cut": _written(lambda written: re.sub(rb"\d{10,}", b"7", written)),
    "text/plain for JSON": asking(sends("text/plain"), header("content-type", "application/json")),
    "no body": asking(
        body(lambda sent: not sent),
        lambda request: header("content-type", "application/json")(replace(request, body=b"{}")),
    ),
    "GET for POST": asking(
        lambda request: request.method == "GET",
        lambda request: header("content-type", "application/json")(replace(request, method="POST", body=b"{}")),
    ),
}


# Credentials: half of one is enough.


def _basic(condition: Callable[[str, str], bool]) -> When:
    def holds(request: Request) -> bool:
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(rest, validate=True).decode().partition(":")
        except ValueError:
            return False
        return scheme.lower() == "basic" and user == "tje0" and condition(password, "Tje0")

    return holds


def _bearer(condition: Callable[[str, str], bool]) -> When:
    token = default_bearer(1)

    def holds(request: Request) -> bool:
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and condition(rest, token)

    return holds


def _as(scheme: str, condition: When) -> Ask:
    entry = {"Basic": "Basic dGplMDpUamUw", "Bearer": f"Bearer {default_bearer(1)}"}
    return asking(condition, header("authorization", entry[scheme]))


HALVES: dict[str, Ask] = {
    "any password of a user that there is": _as("Basic", _basic(lambda _, __: True)),
    "an empty password": _as("Basic", _basic(lambda given, _: not given)),
    "a password in any case": _as("Basic", _basic(lambda given, right: given.lower() == right.lower())),
    "the beginning of a password": _as("Basic", _basic(lambda given, right: bool(given) and right.startswith(given))),
    "a password with something behind it": _as("Basic", _basic(lambda given, right: given.startswith(right))),
    "the beginning of a token": _as("Bearer", _bearer(lambda given, right: len(given) > 8 and right.startswith(given))),
    "a token with something behind it": _as("Bearer", _bearer(lambda given, right: given.startswith(right))),
    "a token under any scheme": _as(
        "Bearer", lambda request: request.headers.get("authorization", "").endswith(default_bearer(1))
    ),
}
STRICT: dict[str, Ask] = {
    "a scheme in lower case is refused": asking(
        lambda request: request.headers.get("authorization", "")[:1].islower(), header("authorization", "no")
    ),
}


# Members and forms that are asked for, and zones and languages.


def _in_zone(condition: When, change: Text) -> Answer:
    return when(lambda request: has("so-timezone", "includetz")(request) and condition(request), real_dates(change))


def _moved(**by: int) -> Text:
    """Return a change of a date-time to another moment, its offset kept."""

    def change(date: str) -> str:
        if DATE.fullmatch(date) is None or date[19:20] not in ("+", "-"):
            return date
        return (datetime.fromisoformat(date[:19]) + timedelta(**by)).isoformat() + date[19:]

    return change


def _turned(date: str) -> str:
    sign = {"+": "-", "-": "+"}.get(date[-6:-5])
    return date if sign is None else f"{date[:-6]}{sign}{date[-5:]}"


def _nulls(wanted: str, instead_of_null: Any) -> Answer:
    def change(value: Any) -> Any:
        return {
            name: instead_of_null if each is None and name.endswith(wanted) else each for name, each in value.items()
        }

    return when(selects(), entity(change))


SELECTED: dict[str, dict[str, Ask]] = {
    "body.null select.kept": {
        "takes ten names at most": selected(lambda names: ",".join(names.split(",")[:10])),
        "goes two levels down": named(lambda name: "/".join(name.split("/")[:2])),
        "takes the last part of a name": named(lambda name: name.rpartition("/")[2]),
        "is not decoded": lambda request: replace(request, query=request.query.replace("%2C", "-").replace("%20", "-")),
        "is not found where its sign is escaped": lambda request: replace(
            request, query=request.query.replace("%24", "no")
        ),
    },
    "select.kept": {
        "gives all where a name is unknown": selected(lambda names: "" if "no" in names.lower() else names),
        "is ignored in merge patches": asking(accepts("merge-patch"), selected(lambda _: "")),
        "is ignored beside a time zone": asking(has("so-timezone"), selected(lambda _: "")),
    },
}
NULLED = {
    "select.kept": {
        "gives unset dates for null": _nulls("Date", "0001-01-01T00:00:00"),
        "gives 0 for null": _nulls("Id", 0),
        "gives {} for null": _nulls("Associate", {}),
    },
}
ZONES = {
    "timezone.offset": {
        "half hours are rounded": _in_zone(lambda _: True, lambda date: re.sub(r":30$", ":00", date)),
        "the sign is turned": _in_zone(lambda _: True, _turned),
        "no summer in the south": _in_zone(
            lambda request: request.headers["so-timezone"].upper().startswith("AU"),
            lambda date: date.replace("+11:00", "+10:00"),
        ),
    },
    "timezone.offset body.format": {
        "-00:00": _in_zone(lambda _: True, lambda date: re.sub(r"(Z|\+00:00)$", "-00:00", date))
    },
}
HEARD = {
    "language.told": {
        "regions are not known": asking(has("so-language", "-"), header("so-language", None)),
        "capitals are not known": asking(
            lambda request: request.headers.get("so-language", "").isupper(), header("so-language", None)
        ),
    },
}
HEARD_IN_A_RUN: dict[str, dict[str, Ask]] = {
    "conformance.language": {
        "texts are told though no language was asked for": asking(
            lacks("so-language", "accept-language"), header("so-language", "en")
        ),
    },
    "conformance.language language.header": {
        "texts are told though translation is off": asking(
            lambda request: request.headers.get("so-language") in ("*", "x", "-", ""), header("so-language", "en")
        ),
    },
}
TOLD_OTHERWISE: dict[str, dict[str, Answer]] = {
    SAME: {
        "an hour late in one zone": _in_zone(has("so-timezone", "us-hi"), _moved(hours=1)),
        "a day late in another": _in_zone(has("so-timezone", "au-qld"), _moved(days=1)),
        "another text in XML": xml(swap("<Description>", "<Description>Not ")),
        "a selected text is cut": when(selects(), entity(at("/Description", lambda value: value and value[:3]))),
        "another flag in text/json": when(accepts("text/json"), entity(at("/HasAlarm", lambda value: not value))),
    },
}


# The echo, and what an answer depends on.


def _sale(markup: str) -> str:
    return re.sub("<Sale>.*?</Sale>", '<Sale xsi:nil="true"/>', markup, flags=re.DOTALL)


NOBODY = either(entity(put("/Sale", None)), xml(_sale))
WRONG = either(entity(put("/MotherId", "0")), xml(swap("<MotherId>[^<]*<", "<MotherId>x<")))
ECHOES = {
    "echo.id": {
        "cut to 20 bits, but for the largest": when(
            sale(lambda number: 2**20 < number < 2**31 - 2),
            text(
                lambda written: re.sub(
                    r'SaleId(">|>|":)(\d+)', lambda found: f"SaleId{found[1]}{int(found[2]) % 2**20}", written
                )
            ),
        ),
        "another sale in XML alone": xml(
            lambda markup: re.sub(r"<SaleId>(\d+)<", lambda found: f"<SaleId>{int(found[1]) + 1}<", markup)
        ),
    },
    "echo.shown": {
        "no sale where one was asked for": NOBODY,
        "no sale for odd ids": when(sale(lambda number: number % 2 == 1), NOBODY),
    },
    "body.type": {
        "a wrong leaf for large ids": when(sale(lambda number: 10**6 < number < 2**31 - 2), WRONG),
        "a wrong leaf with a zone and a language": when(
            lambda request: "so-timezone" in request.headers and "so-language" in request.headers, WRONG
        ),
        "a wrong leaf with a culture": when(has("so-culture"), WRONG),
        "a wrong leaf where anything is accepted": when(
            lambda request: request.headers.get("accept", "*/*") in ("*/*", "*"), WRONG
        ),
    },
}


def _kept(*names: str, query: bool = True) -> Answer:
    """Return the answers of a cache that looks at these header fields, and at the query, alone."""
    known: dict[Hashable, Response] = {}

    def answer(request: Request, response: Response) -> Response:
        fields = tuple(request.headers.get(name) for name in names)
        key = request.method, request.body, fields, request.query if query else ""
        return known.setdefault(key, response) if response.status == 200 else known.get(key, response)

    return answer


def _counting() -> Answer:
    numbers = count()
    return entity(lambda value: value | {"ActiveLinks": next(numbers)})


TOLD_BY = ("accept", "authorization", "content-type", "so-timezone", "so-language", "accept-language", "so-culture")
STATES = {
    f"accept.honoured body.malformed {SAME} {TAKEN}": {"a cache that forgets Accept": _kept(*TOLD_BY[1:])},
    LET_IN: {"a cache that forgets who asks": _kept(*TOLD_BY[:1], *TOLD_BY[2:])},
    f"select.kept body.null {TAKEN}": {"a cache that forgets $select": _kept(*TOLD_BY, query=False)},
    f"timezone.offset timezone.header {TAKEN}": {"a cache that forgets the zone": _kept(*TOLD_BY[:3], *TOLD_BY[4:])},
    f"{SAME} conformance.repeatable": {"a counter in the answer": _counting()},
}


# Crashes.

CRASHES: dict[str, When] = {
    "on a member that nobody knows": lambda request: bool({name.lower() for name in _names(request)} - {"saleid"}),
    "on an object in the body": lambda request: request.body.count(b"{") > 1,
    "on letters outside ASCII in the body": lambda request: not request.body.isascii(),
    "on a member twice": lambda request: request.body.lower().count(b'"saleid"') > 1,
    "on a byte order mark": body(lambda sent: sent.startswith(b"\xef\xbb\xbf")),
    "on XML without a declaration": body(lambda sent: sent.startswith(b"<Create")),
    "on a document type": body(lambda sent: sent.startswith(b"<!DOCTYPE")),
    "on a name twice in a form": lambda request: request.body.count(b"SaleId=") > 1,
    "on a name twice in $select": selects(lambda names: len(set(names.lower().split(","))) < len(names.split(","))),
    "on a slash at the end of a name": selects(lambda names: names.endswith("/")),
    "on a star in $select": selects(lambda names: "*" in names),
    "on $select twice": lambda request: request.query.lower().count("select=") > 1,
    "on an Accept that is none": lambda request: request.headers.get("accept") in ("nonsense", ";;"),
    "on a weight of 2": accepts("q=2"),
    "on an Accept without a value": lambda request: request.headers.get("accept") == "",
    "on a zone without a value": lambda request: request.headers.get("so-timezone") == "",
    "on a language that is very long": lambda request: len(request.headers.get("so-language", "")) > 100,
    "on Basic that is no base64": has("authorization", "basic !"),
    "on OPTIONS": lambda request: request.method == "OPTIONS",
    "on HEAD": lambda request: request.method == "HEAD" and "Appointment" in request.path,
    "on parts of a form": has("content-type", "multipart"),
}
METHODS: dict[str, dict[str, Answer]] = {
    "conformance.allow schemathesis.unsupported_method": {
        "405 allows nothing": of_status(405, lambda _, response: with_field(response, "allow", None)),
        "405 allows what it does not": of_status(405, lambda _, response: with_field(response, "allow", "GET, PUT")),
    },
    TAKEN: {
        "TRACE is answered": when(
            lambda request: request.method == "TRACE",
            lambda _, __: Response(200, Headers([("content-type", "message/http"), ("content-length", "2")]), b"TR"),
        ),
    },
}


def _texts(table: dict[str, dict[str, Text]]) -> dict[str, dict[str, Answer]]:
    return {rules: {name: xml(change) for name, change in changes.items()} for rules, changes in table.items()}


FAULTS = (
    *answering("message", BODIES, alone=False),
    *answering(
        "schema", {rules: {name: entity(change) for name, change in each.items()} for rules, each in LEAVES.items()}
    ),
    *answering("XML", _texts(MARKUP)),
    *(Fault("wire", name, "conformance.answer", deliver=deliver, alone=False) for name, deliver in WIRES.items()),
    *answering("status", STATUSES, alone=False),
    *answering(
        "request",
        {f"{REFUSED} status.fits": {f"{name} is refused": each for name, each in REFUSALS.items()}},
        alone=False,
    ),
    *hearing("request", {TAKEN: {f"{name} is taken": each for name, each in LENIENT.items()}}, alone=False),
    *hearing("credentials", {LET_IN: {f"{name} does": each for name, each in HALVES.items()}}, alone=False),
    *hearing("credentials", {REFUSED: STRICT}, alone=False),
    *hearing("$select", SELECTED, alone=False),
    *answering("$select", NULLED),
    *answering("time zone", ZONES, alone=False),
    *hearing("language", HEARD, alone=False),
    *hearing("language", HEARD_IN_A_RUN, alone=False),
    *answering("sameness", TOLD_OTHERWISE, alone=False),
    *answering("echo", ECHOES, alone=False),
    *answering("state", STATES, alone=False),
    *answering("crash", {CRASH: {name: when(each, instead(500)) for name, each in CRASHES.items()}}, alone=False),
    *answering("method", METHODS, alone=False),
)
