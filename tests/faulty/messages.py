"""Bodies that are not what their heads say, statuses that nobody documents, media types that nobody asked for."""

from __future__ import annotations

import codecs
import gzip

from faulty.broken import (
    ERROR,
    HTML,
    When,
    accepts,
    as_status,
    asking,
    body,
    bytes_of,
    cut_short,
    has,
    header,
    hung_up,
    instead,
    labelled,
    late,
    of_status,
    sale,
    selects,
    sends,
    when,
    with_field,
)
from faulty.fault import Deliver, Fault, answering, hearing
from mockserver import media

CRASH = "status.server-error conformance.crash"
PROBLEM = {"type": "about:blank", "title": "Bad Request", "status": 400}
SHORT = {"Error": True, "ErrorType": "ArgumentException"}


def _with_twins(text: bytes) -> bytes:
    return text[:-1] + b',"AppointmentId":1}'


BODIES = {
    "body.malformed": {
        "half a body": bytes_of(lambda text: text[: len(text) // 2]),
        "the last brace missing": bytes_of(lambda text: text[:-1]),
        "a bracket after the end": bytes_of(lambda text: text + b"]"),
        "the answer twice": bytes_of(lambda text: text + text),
        "a comma before the last brace": bytes_of(lambda text: text[:-1] + b",}"),
        "a comment": bytes_of(lambda text: b"/* AppointmentEntity */" + text),
        "single quotes": bytes_of(lambda text: text.replace(b'"', b"'")),
        "NaN for a number": bytes_of(lambda text: text.replace(b'"ColorIndex":0', b'"ColorIndex":NaN')),
        "a zero before a number": bytes_of(lambda text: text.replace(b'"ColorIndex":0', b'"ColorIndex":007')),
        "a raw line break in a text": bytes_of(lambda text: text.replace(b'"Location":""', b'"Location":"a\nb"')),
        "a name without quotes": bytes_of(lambda text: text.replace(b'"AppointmentId":', b"AppointmentId:")),
        "Latin-1 that says it is UTF-8": bytes_of(lambda text: text.decode().encode("latin-1", "replace")),
        "a byte of no text": bytes_of(lambda text: text.replace(b'"Location":""', b'"Location":"\xff"')),
        "compressed and not told": bytes_of(gzip.compress),
        "an anti-hijacking prefix": bytes_of(lambda text: b")]}',\n" + text),
    },
    "body.missing": {
        "no body": bytes_of(lambda _: b""),
        "blanks for a body": bytes_of(lambda _: b" \r\n"),
    },
    "body.duplicate-member": {
        "a member twice": bytes_of(_with_twins),
    },
    "body.encoding body.malformed": {
        "UTF-16 that says it is UTF-8": bytes_of(lambda text: text.decode().encode("utf-16")),
        "two byte order marks": bytes_of(lambda text: codecs.BOM_UTF8 * 2 + text),
    },
    "body.malformed content-type.true": {
        "HTML that says it is JSON": bytes_of(lambda _: HTML),
    },
}

TYPES = {
    "content-type.missing": {"no Content-Type": labelled(None)},
    "content-type.documented content-type.true": {
        "text/html for JSON": labelled("text/html; charset=utf-8", "json"),
        "text/plain for JSON": labelled("text/plain; charset=utf-8", "json"),
        "octet-stream for everything": labelled("application/octet-stream"),
        "a Content-Type that is none": labelled("json"),
        "an undocumented JSON type": labelled("application/hal+json", "json"),
    },
    "content-type.true": {
        "JSON that says it is XML": labelled("application/xml; charset=utf-8", "json"),
        "XML that says it is JSON": labelled("application/json; charset=utf-8", "xml"),
    },
    "body.malformed content-type.true": {
        "a charset that is none": labelled("application/json; charset=klingon", "json"),
    },
}

LENGTHS = {
    "recording.length conformance.answer": {
        "a Content-Length that is too small": lambda _, response: with_field(response, "content-length", "5"),
        "a Content-Length that is too large": lambda _, response: with_field(response, "content-length", "99999"),
    },
}

STATUSES = {
    "status.documented": {
        "201 for 200": as_status(201),
        "202 for 200": as_status(202),
        "206 for 200": as_status(206),
        "299 for 200": as_status(299),
        "404 for everything": instead(404, ERROR, "application/json"),
        "418 for everything": instead(418, ERROR, "application/json"),
        "403 for valid credentials": of_status(200, instead(403, ERROR, "application/json")),
    },
    "status.documented body.unexpected": {"204 with a body": as_status(204)},
    "status.documented status.fits": {"405 for POST": instead(405, ERROR, "application/json", Allow="GET")},
    "status.documented credentials.demanded": {
        "302 to a page to sign in": of_status(401, instead(302, b"", Location="/login?ReturnUrl=%2f")),
    },
    "status.server-error": {
        "500 with HTML for everything": instead(500),
        "500 with an error for everything": instead(500, ERROR, "application/json"),
        "501 for another media type": of_status(415, instead(501, ERROR, "application/json")),
    },
}

FAILURES = {
    "content-type.documented content-type.true body.malformed error.shape": {
        "HTML for a 400": of_status(400, instead(400)),
        "a bare text for a 400": of_status(400, instead(400, b"SaleId is wrong", "text/plain")),
        "XML that says it is JSON for a 406": of_status(406, instead(406, b"<ErrorInfo/>", "application/json")),
    },
    "body.missing": {"no body for a 415": of_status(415, instead(415, b"", "application/json"))},
    "body.malformed": {"half a body for a 406": of_status(406, instead(406, b'{"Error":', "application/json"))},
    "body.required error.shape": {
        "an empty object for a 400": of_status(400, instead(400, {}, "application/json")),
        "another dialect's error for a 400": of_status(400, instead(400, PROBLEM, "application/json")),
        "an error without its message": of_status(400, instead(400, SHORT, "application/json")),
    },
    "body.type": {
        "an error with a wrong leaf": of_status(400, instead(400, {**ERROR, "Error": "yes"}, "application/json")),
    },
}

REFUSALS = {
    "status.fits conformance.acceptance": {
        f"406 to {name}": when(accepts(name), instead(406, ERROR, "application/json"))
        for name in ("text/xml", "*/*", "merge-patch")
    }
    | {
        f"415 to {name}": of_status(200, when(sends(name), instead(415, ERROR, "application/json")))
        for name in ("application/x-www-form-urlencoded", "application/merge-patch+json", "text/xml")
    },
}

NEGOTIATION = {
    "accept.honoured": {
        "ignores Accept": header("accept", "application/json"),
        "always XML": header("accept", "application/xml"),
        "never 406": asking(accepts("pdf"), header("accept", "*/*")),
        "takes q=0 for a wish": asking(accepts("q=0"), header("accept", "application/json")),
    },
}

CRASHES: dict[str, When] = {
    "on SaleId 0": sale(lambda number: number == 0),
    "on a SaleId of -1": sale(lambda number: number == -1),
    "on the largest int32": sale(lambda number: number == 2**31 - 1),
    "on the smallest int32": sale(lambda number: number == -(2**31)),
    "on an int over int32": sale(lambda number: number > 2**31 - 1),
    "on an empty body": body(lambda text: text == b""),
    "on an empty object": body(lambda text: text == b"{}"),
    "on a body cut short": body(lambda text: text.startswith(b"{") and not text.rstrip().endswith(b"}")),
    "on an array": body(lambda text: text.startswith(b"[")),
    "on null": body(lambda text: b":null" in text.replace(b" ", b"")),
    "on malformed XML": body(lambda text: text.startswith(b"<") and not text.rstrip().endswith(b">")),
    "on a media type that nobody knows": lambda request: media.family(request.headers.get("content-type", "")) is None,
    "on a Content-Type of text/plain": sends("text/plain"),
    "on a long $select": selects(lambda text: len(text) > 200),
    "on a chunked body": has("transfer-encoding"),
    "on an Accept that nothing meets": accepts("pdf"),
    "on a time zone that nobody knows": has("so-timezone", "nowhere"),
    "on a language that nobody knows": has("so-language", "tlh"),
    "on malformed credentials": has("authorization", "nonsense"),
    "once in 25 sales": sale(lambda number: number % 25 == 13),
}

WIRES: dict[str, Deliver] = {
    "hangs up on a negative SaleId": hung_up(sale(lambda number: number < 0)),
    "hangs up on a body cut short": hung_up(CRASHES["on a body cut short"]),
    "cuts every answer short": cut_short,
    "waits too long on SaleId 0": late(5, sale(lambda number: number == 0)),
}

FAULTS = (
    *answering("message", BODIES),
    *answering("message", TYPES),
    *answering("length", LENGTHS),
    *answering("status", STATUSES),
    *answering("error", FAILURES),
    *answering("media type", REFUSALS),
    *hearing("media type", NEGOTIATION),
    *answering("crash", {CRASH: {name: when(condition, instead(500)) for name, condition in CRASHES.items()}}),
    *(Fault("wire", name, "conformance.answer", deliver=deliver, alone=False) for name, deliver in WIRES.items()),
)
