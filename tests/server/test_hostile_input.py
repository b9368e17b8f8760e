"""Whatever a client sends, it gets an answer, and never a look inside."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

Serving = Callable[..., str]

PATH = b"/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
AUTHORIZATION = b"Basic dGplMDpUamUw"
# Those that the document names, and those of routing (RFC 9110 section 15.5).
STATUSES = {200, 204, 400, 401, 404, 405, 406, 413, 415}
MEDIA_TYPES = [
    "application/json",
    "text/json",
    "application/xml",
    "text/xml",
    "application/x-www-form-urlencoded",
    "application/json-patch+json",
    "application/merge-patch+json",
    "text/plain",
    "",
]
CHARSETS = ["", "utf-8", "utf-16", "utf-7", "iso-8859-1", "hex", "idna", "utf_8_sig", "cp037", "shift_jis", "\x80"]
HEADERS = [
    "Accept",
    "Accept-Language",
    "SO-Language",
    "SO-Culture",
    "SO-TimeZone",
    "SO-AppToken",
    "X-XSRF-TOKEN",
    "Cookie",
    "Authorization",
    "Content-Type",
    "Prefer",
    "Origin",
    "Access-Control-Request-Method",
]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]

# What may stand in a header's value (RFC 9110 section 5.5), with more of what means something.
visible = st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f")
meaningful = st.sampled_from(list(' ,;="/*-:[]%+.0189qQ\t'))
values = st.text(visible | meaningful, max_size=60).map(str.strip)
targets = st.binary(max_size=40).map(lambda raw: bytes(byte for byte in raw if 0x20 < byte < 0x7F and byte != 0x23))

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
names = st.sampled_from(["SaleId", "saleid", "op", "path", "value", "/SaleId", ""]) | st.text(max_size=10)
jsons = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4), max_leaves=12
).map(lambda value: json.dumps(value).encode())
pieces = [*'<>/&;"=! aSID?[]-x', "<SaleId>", "</SaleId>", "<![CDATA[", "xsi:nil", "<!--", "<?xml"]
markups = st.lists(st.sampled_from(pieces), max_size=40).map("".join)
bodies = st.binary(max_size=300) | jsons | markups.map(str.encode)


def request(method: str, target: bytes, headers: list[tuple[str, str]], body: bytes) -> bytes:
    lines = [b"%s %s HTTP/1.1" % (method.encode(), target), b"Host: x", b"Content-Length: %d" % len(body)]
    lines += [f"{name}: {value}".encode("latin-1") for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def answered(url: str, method: str, sent: bytes) -> tuple[HTTPResponse, bytes]:
    """Return the answer to the bytes *sent*; fails where there is none within ten seconds."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(sent)
        response = HTTPResponse(connection, method=method)
        response.begin()
        return response, response.read()


def check(url: str, method: str, sent: bytes) -> int:
    response, body = answered(url, method, sent)
    assert response.status in STATUSES, (response.status, body)
    assert b"Traceback" not in body
    assert b'File "' not in body
    return response.status


def typed(media_type: str, charset: str) -> list[tuple[str, str]]:
    content_type = media_type + (f"; charset={charset}" if charset else "")
    return [("Authorization", AUTHORIZATION.decode()), ("Content-Type", content_type)]


@settings(max_examples=400)
@given(st.sampled_from(MEDIA_TYPES), st.sampled_from(CHARSETS), bodies)
@example("application/json", "", b"[" * 100_000)
@example("application/json", "", b'{"SaleId":' + b"9" * 5_000 + b"}")
@example("application/json", "", b'{"SaleId":"' + b"9" * 5_000 + b'"}')
@example("application/json", "", b'{"SaleId":1e400}')
@example("application/json", "", b'{"\\ud800": "\\ud800", "SaleId": "\\ud800"}')
@example("application/x-www-form-urlencoded", "", b"SaleId=" + b"9" * 5_000)
@example("application/x-www-form-urlencoded", "", b"SaleId=1&" * 5_000)
@example("text/xml", "", b"<a xmlns:x='y' x:nil='true'/>")
@example("text/xml", "", b"<?xml version='1.0' encoding='klingon'?><a/>")
@example("application/json-patch+json", "", b'[{"op":"add","path":"/-","value":1}]')
@example("application/json-patch+json", "", b'[{"op":"add","path":"","value":[]}]')
@example("application/json-patch+json", "", b'[{"op":"replace","path":"","value":null}]')
@example("application/json-patch+json", "", b'[{"op":"add","path":"/SaleId/0/0","value":1}]')
def test_bodies(serving: Serving, media_type: str, charset: str, body: bytes) -> None:
    """A body of any bytes, said to be anything, gets an answer or a reason."""
    check(serving(), "POST", request("POST", PATH, typed(media_type, charset), body))


@settings(max_examples=400)
@given(st.lists(st.tuples(st.sampled_from(HEADERS), values), max_size=6))
@example([("SO-TimeZone", "\xb2")])
@example([("Prefer", "code=\xb2")])
@example([("Prefer", "code=" + "9" * 5_000)])
@example([("Accept", "*/*;q=" + "9" * 5_000)])
@example([("Cookie", "XSRF-TOKEN=\xe5"), ("X-XSRF-TOKEN", "\xe5")])
@example([("Authorization", "Basic " + "=" * 100)])
@example([("SO-Culture", "../../etc/passwd"), ("SO-Language", "no")])
@example([("SO-Culture", "en_US_POSIX_x_y_z"), ("SO-Language", "en")])
@example([("SO-Language", "a" * 5_000)])
def test_headers(serving: Serving, headers: list[tuple[str, str]]) -> None:
    """Headers of any text, given several times, do no harm."""
    body = b'{"SaleId": 703}'
    check(serving(), "POST", request("POST", PATH, headers, body))
    given = [
        ("Authorization", AUTHORIZATION.decode()),
        *((name, value) for name, value in headers if name != "Authorization"),
    ]
    check(serving(), "POST", request("POST", PATH, given, body))


@settings(max_examples=300)
@given(targets, values.map(lambda text: text.encode("latin-1")))
@example(b"$select=" + b"/" * 5_000, b"")
@example(b"$select=" + b"a/" * 2_000, b"")
@example(b"%24select=%ff%fe,%00", b"")
@example(b"&".join([b"$select=Sale"] * 500), b"")
@example(b"%", b"")
def test_queries(serving: Serving, query: bytes, more: bytes) -> None:
    """So do queries, encoded well or not."""
    selects = bytes(byte for byte in more if 0x20 < byte < 0x7F and byte != 0x23)
    body, headers = b"{}", typed("application/json", "")
    for asked in (query, b"$select=" + selects, query + b"&$select=" + selects):
        status = check(serving(), "POST", request("POST", PATH + b"?" + asked, headers, body))
        assert status == 200


@settings(max_examples=300)
@given(st.sampled_from(METHODS), targets | targets.map(b"/".__add__))
@example("GET", b"/ui/../../../etc/passwd")
@example("GET", b"//evil.example/%2e%2e")
@example("GET", b"/ui")
@example("OPTIONS", b"*")
@example("GET", b"http://other.example/")
def test_targets(serving: Serving, method: str, path: bytes) -> None:
    """Paths lead somewhere, or are told to lead nowhere."""
    response, body = answered(serving(), method, request(method, path or b"/", [], b""))
    assert response.status in STATUSES | {307}, (response.status, body)
    assert b"Traceback" not in body
    assert b"root:" not in body


@pytest.mark.parametrize("piece", [1, 3, 50])
def test_in_pieces(serving: Serving, piece: int) -> None:
    """A request that trickles in is one request."""
    address = urlsplit(serving())
    sent = request("POST", PATH, typed("application/json", ""), b'{"SaleId": 703}')
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(sent), piece):
            connection.sendall(sent[at : at + piece])
        response = HTTPResponse(connection)
        response.begin()
        assert response.status == 200
        assert json.loads(response.read())["Sale"]["SaleId"] == 703


def test_one_after_the_other_on_one_connection(serving: Serving) -> None:
    """Requests that do not wait for answers are answered in order (RFC 9112 section 9.3.2)."""
    address = urlsplit(serving())
    bodies = [b'{"SaleId": 1}', b"{", b'{"SaleId": 2}']
    sent = b"".join(request("POST", PATH, typed("application/json", ""), body) for body in bodies)
    seen: list[Any] = []
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(sent)
        reader = connection.makefile("rb")
        for _ in bodies:
            status = int(reader.readline().split()[1])
            length = 0
            while (line := reader.readline().strip()) != b"":
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            answer = json.loads(reader.read(length))
            seen.append((status, answer.get("Sale") and answer["Sale"]["SaleId"]))
    assert seen == [(200, 1), (400, None), (200, 2)]


def test_a_client_that_goes_away(serving: Serving) -> None:
    """A client that leaves in the middle of its body harms nobody."""
    address = urlsplit(serving())
    sent = request("POST", PATH, typed("application/json", ""), b'{"SaleId": 703}')
    for _ in range(5):
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.sendall(sent[:-5])
    assert check(serving(), "POST", sent) == 200
