"""A fixed list of requests to the SuperOffice contract, right and wrong: what any run would send, in small."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import orjson

from mockserver.exchange import Headers, Request
from mockserver.superoffice.authorization import default_bearer, default_ticket

PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
BASIC = "Basic dGplMDpUamUw"
TYPES = (
    "application/json",
    "text/json",
    "application/xml",
    "text/xml",
    "application/json-patch+json",
    "application/merge-patch+json",
)
LONG = ",".join(f"Sale/{name}" for name in ("SaleId", "Title", "Amount", "Status") for _ in range(40))


def ask(body: bytes | int = 703, *, select: str | None = None, method: str = "POST", **fields: str | None) -> Request:
    """Return a request: for the sale *body*, or with these bytes; ``_`` in a header's name stands for a hyphen."""
    sent = b'{"SaleId": %d}' % body if isinstance(body, int) else body
    headers = {"authorization": BASIC, "content-type": "application/json", "content-length": str(len(sent))}
    given = headers | {name.replace("_", "-"): value for name, value in fields.items()}
    query = "" if select is None else urlencode({"$select": select})
    return Request(
        method, PATH, query, Headers((name, value) for name, value in given.items() if value is not None), sent
    )


def requests(seed: int = 1) -> Iterator[Request]:
    """Yield the requests for a server with *seed*."""
    yield from map(ask, (0, 1, -1, 2**31 - 1, -(2**31), 2**24 + 1, 70000))
    yield from _bodies()
    yield from _media_types()
    yield from _credentials(seed)
    yield from _selections()
    yield from _zones()
    yield from _languages()
    yield from _edges(seed)
    yield ask(method="GET", content_type=None)
    for method in ("OPTIONS", "HEAD", "TRACE", "PUT"):
        yield ask(b"", method=method, content_type=None)
    yield from map(ask, range(2, 41))
    yield from _rarities(seed)


def _bodies() -> Iterator[Request]:
    for body in (b"", b"{}", b'{"SaleId":', b"[]", b"null", b"<a", b'{"SaleId": null}', b'{"SaleId": "x"}', b"\xff"):
        yield ask(body)
    yield ask(b'{"SaleId": 2147483648}')
    yield ask(b'{"saleId": "703", "Nobody": 1}')
    yield ask(b"SaleId=703", content_type="application/x-www-form-urlencoded")
    request = b"<CreateDefaultReOpenAppointmentRequest><SaleId>703</SaleId></CreateDefaultReOpenAppointmentRequest>"
    for media_type in ("application/xml", "text/xml"):
        yield ask(request, content_type=media_type)
        yield ask(request[:50], content_type=media_type)
    yield ask(b'{"SaleId": 703}', content_type="application/merge-patch+json")
    patch = orjson.dumps([{"op": "replace", "path": "/SaleId", "value": 703}])
    yield ask(patch, content_type="application/json-patch+json")
    yield ask(content_length=None, transfer_encoding="chunked")
    yield ask(content_type="text/json; charset=utf-8")
    yield ask(content_type="text/csv")
    yield ask(content_type="text/plain")
    yield ask(content_type="")


def _edges(seed: int) -> Iterator[Request]:
    """Yield what parsers of requests read in different ways, and credentials that are nearly right."""
    for body in (
        b' {"SaleId": 703}',
        b'{"SaleId": 703, "Nobody": {"": "\xc3\xa6"}}',
        b'{"SaleId": 1, "SaleId": 703}',
        b'\xef\xbb\xbf{"SaleId": 703}',
        b'{"SaleId": 703,}',
        b'{"SaleId": /* 7 */ 703}',
        b"{'SaleId': 703}",
        b"{SaleId: 703}",
        b'{"SaleId": 703}x',
        b'{"SaleId": 703, "Nobody": NaN}',
        b'{"SaleId": 703.5}',
        b'{"SaleId": true}',
    ):
        yield ask(body)
    bare = b"<CreateDefaultReOpenAppointmentRequest><SaleId>703</SaleId></CreateDefaultReOpenAppointmentRequest>"
    yield ask(b"<!DOCTYPE any>" + bare, content_type="application/xml")
    yield ask(b"SaleId=703&SaleId=704", content_type="application/x-www-form-urlencoded")
    yield ask(content_type='application/json; charset="UTF-8"')
    yield ask(content_type="multipart/form-data; boundary=x")
    for accept in ("text/html, application/xml;q=0.9, */*;q=0.8", "nonsense", "application/json;q=2", "*/*;q=0.1"):
        yield ask(accept=accept)
    for password in ("", "tJE0", "Tje", "Tje0x"):
        yield ask(authorization=f"Basic {b64encode(f'tje0:{password}'.encode()).decode()}")
    token = default_bearer(seed)
    for authorization in (f"Bearer {token[:-1]}", f"Bearer {token}x", f"NoSuchScheme {token}"):
        yield ask(authorization=authorization)
    for number in (2**20 + 5, 2**27 + 3):
        yield ask(number)
    for zone in ("US-HI", "AU-QLD", "AU-NSW", "AU-SA"):
        yield from (ask(number, so_timezone=f"{zone},includeTZOffset") for number in range(1, 9))
    yield ask(so_timezone="")
    yield ask(so_timezone="NO", so_language="de")
    yield ask(so_language="a-" * 60 + "b")
    yield ask(so_language="DE")
    yield ask(authorization="Basic !")
    yield ask(select="Description", accept="application/merge-patch+json")
    yield ask(select="Sale/SaleId,Sale/SaleId")
    yield ask(select="*")
    yield ask(select="Sale/")
    yield replace(ask(), query="%24select=Description")
    yield replace(ask(), query="$select=Description&$select=Location")


def _rarities(seed: int) -> Iterator[Request]:
    """Yield what few clients send: no credentials in other forms, dates without offsets, and what hides in bodies."""
    element = b"<CreateDefaultReOpenAppointmentRequest%s><SaleId>%s</SaleId>%s</CreateDefaultReOpenAppointmentRequest>"
    written = element % (b"", b"703", b"")
    yield ask(written, content_type="application/xml", authorization=None)
    yield ask(b"SaleId=703", content_type="application/x-www-form-urlencoded", authorization=None)
    yield ask(accept="text/xml", authorization=None)
    yield ask(authorization=None, x_xsrf_token="", cookie="XSRF-TOKEN=")
    for authorization in (f"SoTicket {default_ticket(seed).swapcase()}", "Basic bm9uZQ==", f"Bearer {'x' * 4000}"):
        yield ask(authorization=authorization)
    for member in (rb'"\ud800"', rb'"\u0000"', b"[" * 120 + b"]" * 120):
        yield ask(b'{"SaleId": 703, "Nobody": %s}' % member)
    yield ask(b'{"SaleId": ""}')
    yield ask(b" " * 30_000 + b'{"SaleId": 703}')
    for parts in ((b"", b"<![CDATA[703]]>", b""), (b' xmlns="urn:none"', b"703", b"")):
        yield ask(element % parts, content_type="application/xml")
    yield ask(element % (b"", b"703", b"<a>" * 120 + b"</a>" * 120), content_type="application/xml")
    yield ask(select=",".join([LONG] * 9)[:1500])
    for zone in ("US-CA", "US-NY", "UTC"):
        yield ask(703, so_timezone=zone)


def _media_types() -> Iterator[Request]:
    for accept in (*TYPES, "*/*", "text/*", "application/pdf", "application/json;q=0, application/xml", ""):
        yield ask(accept=accept)
    for number in range(1, 5):
        yield ask(number, accept="application/xml")
        yield ask(number, accept="text/json")


def _credentials(seed: int) -> Iterator[Request]:
    right = f"Bearer {default_bearer(seed)}", f"SoTicket {default_ticket(seed)}", "basic dGplMDpUamUw"
    for authorization in (None, "", "Basic dGplMDp3cm9uZw==", "Bearer wrong", "SoTicket 7T:wrong", "nonsense", *right):
        yield ask(authorization=authorization)
    yield ask(authorization=None, x_xsrf_token="a", cookie="XSRF-TOKEN=a")
    yield ask(authorization=None, x_xsrf_token="a", cookie="XSRF-TOKEN=b")


def _selections() -> Iterator[Request]:
    for select in (
        "AppointmentId,Description",
        "appointmentid, sale/saleid",
        "DESCRIPTION",
        "Contact/Name,Contact/Address/Street/City",
        "Associate",
        "Participants/PersonId,VisibleFor",
        "nonsense",
        "Nonsense/Name,StartDate",
        "",
        " , ",
        "Sale/SaleId",
        "Associate/FullName, HasAlarm",
        LONG,
    ):
        yield ask(select=select)
        yield ask(select=select, accept="application/xml", so_language="en", so_timezone="NO,includeTZOffset")


def _zones() -> Iterator[Request]:
    for zone in ("NO", "UTC", "261", "no", "US-NY", "AU1", "BD", "US-HI"):
        yield ask(so_timezone=zone)
        for number in range(1, 6):
            yield ask(number, so_timezone=f"{zone},includeTZOffset")
    yield ask(so_timezone="includeTZOffset")
    yield ask(so_timezone="nowhere")
    yield ask(so_timezone="nowhere,includeTZOffset")


def _languages() -> Iterator[Request]:
    for language in ("en", "no", "de", "sv", "nb-NO", "tlh", "*", "x", ""):
        yield ask(so_language=language)
        yield ask(accept_language=language, accept="application/xml")
    yield ask(so_language="de", accept_language="en")
    yield ask(accept_language="fr;q=0.5, da")
    yield ask(so_language="en", so_culture="no")
