from __future__ import annotations

import json
import pickle
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.exchange import Exchange, Headers, Request, Response
from mockserver.finding import Finding, Party, Severity
from mockserver.redaction import Redactor

BLANK = Exchange(Request("POST", "/api"), Response(200))
REDACTOR = Redactor(["Kennwort"])

# Marked, so that it stands nowhere by chance; with what is special in each of the places.
secrets = st.text("ab1+/=", min_size=6, max_size=20).map(lambda text: f"S3cr{text}t")
awkward = st.text("ab\"'\\&<>é +%=", min_size=2, max_size=12).map(lambda text: f"S3cr{text}t")
names = st.sampled_from(["token", "access_token", "Api-Key", "clientSecret", "PASSWORD", "kennwort", "sig", "Ticket"])
words = st.text("abcxyz ", min_size=1, max_size=8)
leaves = words | st.integers(-999, 999) | st.booleans() | st.none()


def asked(**changes: Any) -> Exchange:
    """Return an exchange whose request has *changes*."""
    return replace(BLANK, request=replace(BLANK.request, **changes))


def header(name: str, value: str) -> Exchange:
    """Return an exchange whose request has one header."""
    return asked(headers=Headers([(name, value)]))


def body(content: bytes | str, content_type: str = "application/json") -> Exchange:
    """Return an exchange whose response has a body."""
    content = content.encode() if isinstance(content, str) else content
    return replace(BLANK, response=Response(200, Headers([("Content-Type", content_type)]), content))


def nested(name: str, secret: str) -> str:
    inner = {"b": 1.50, name: secret, "c": [True, None]}
    return json.dumps({"a": [inner], "Credentials": {"user": secret, "n": [secret]}})


PARTS = '--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n--b--\r\n'
PLACES: list[Callable[[str, str], Exchange]] = [
    lambda name, secret: header("Authorization", f"Bearer {secret}"),
    lambda name, secret: header("authorization", secret),
    lambda name, secret: header("Proxy-Authorization", "Basic " + b64encode(f"user:{secret}".encode()).decode()),
    lambda name, secret: header("SO-AppToken", secret),
    lambda name, secret: header(f"X-{name}-Token", secret),
    lambda name, secret: header("Cookie", f"a=9; session={quote(secret)}"),
    lambda name, secret: header("Referer", f"https://a.example.com/?{name}={quote(secret, '')}&x=1"),
    lambda name, secret: header("Referer", f"https://user:{quote(secret, '')}@a.example.com/"),
    lambda name, secret: asked(query=f"x=1&{urlencode({name: secret})}&y"),
    lambda name, secret: body(nested(name, secret)),
    lambda name, secret: body(json.dumps({"next": f"https://a.example.com/?{urlencode({name: secret})}"})),
    lambda name, secret: body(json.dumps(json.loads(nested(name, secret)), indent=2, ensure_ascii=False)),
    lambda name, secret: body(nested(name, secret).encode("utf-16-le")),
    lambda name, secret: body(f"<a><{name}>{escape(secret)}</{name}><b {name}={quoteattr(secret)}/></a>", "text/xml"),
    lambda name, secret: body(f'<input name="{name}" value={quoteattr(secret)}>', "text/html"),
    lambda name, secret: body(f"<credentials><x><y>{escape(secret)}</y></x></credentials>", "application/xml"),
    lambda name, secret: body(f"x=1&{urlencode({name: secret})}", "application/x-www-form-urlencoded"),
    lambda name, secret: body(PARTS % (name, secret), "multipart/form-data; boundary=b"),
    # Of the last one, only the beginning of the secret stands.
    lambda name, secret: body(nested(name, secret)[: nested(name, secret).rindex("S3cr") + 5]),
]


def forms(secret: str) -> list[bytes]:
    """Return the ways in which *secret* could stand in an exchange."""
    plain = [secret, quote(secret, safe=""), json.dumps(secret)[1:-1], escape(secret)]
    return [form for each in plain for form in (each.encode(), each.encode("utf-16-le"))]


def wire(exchange: Exchange) -> bytes:
    """Return all that *exchange* holds."""
    request, response = exchange.request, exchange.response
    texts = [request.path, request.query, *map(str, (*request.headers.fields, *response.headers.fields))]
    return "\n".join(texts).encode() + request.body + response.body


@given(place=st.sampled_from(PLACES), name=names, secret=secrets | awkward)
def test_no_secret_comes_out(place: Callable[[str, str], Exchange], name: str, secret: str) -> None:
    """Whatever place a secret stands in, under whatever name, it stands nowhere in what comes out."""
    redacted = REDACTOR.exchange(place(name, secret))
    assert not any(form in wire(redacted) for form in forms(secret))
    assert REDACTOR.exchange(redacted) == redacted


@given(
    place=st.sampled_from(PLACES[:-1]),
    name=names,
    secret=secrets,
    cut=st.integers(4, 30),
    before=words,
    after=words,
)
def test_no_secret_is_told(
    place: Callable[[str, str], Exchange], name: str, secret: str, cut: int, before: str, after: str
) -> None:
    """A finding shows no secret of its exchange, cut short or not, and no other word of it is lost."""
    message = f"{before}: expected {secret!r} {after}"
    actual = f"{secret[:cut]}…" if cut < len(secret) else secret
    finding = Finding("a.b", Severity.ERROR, Party.CONSUMER, message, expected=secret, actual=actual)
    told = REDACTOR.finding(finding, place(name, secret))
    assert told.message == f"{before}: expected '[redacted]' {after}"
    assert told.expected == "[redacted]"
    assert told.actual in ("[redacted]", "[redacted]…")


values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3), max_leaves=4)


@given(members=st.dictionaries(words, values, max_size=4), indent=st.sampled_from([None, 1]))
def test_nothing_else_changes(members: dict[str, Any], indent: int | None) -> None:
    """Without secrets all comes out as it was, to the byte."""
    exchange = body(json.dumps(members, indent=indent))
    assert REDACTOR.exchange(exchange) == exchange


@given(members=st.dictionaries(words, values, max_size=3), name=names, secret=awkward)
def test_bodies_stay_valid(members: dict[str, Any], name: str, secret: str) -> None:
    """JSON stays JSON, XML stays XML, forms stay forms, and of them only the secret changes."""
    whole = {**members, name: secret}
    redacted = REDACTOR.exchange(body(json.dumps(whole))).response.body
    assert json.loads(redacted) == {**whole, name: "[redacted]"}
    xml = f"<a><x>é&amp;</x><{name}>{escape(secret)}</{name}></a>"
    root = ET.fromstring(REDACTOR.exchange(body(xml, "text/xml")).response.body)
    assert [child.text for child in root] == ["é&", "[redacted]"]
    form = urlencode({"x": "é&", name: secret})
    pairs = parse_qsl(REDACTOR.exchange(body(form, "application/x-www-form-urlencoded")).response.body.decode())
    assert pairs == [("x", "é&"), (name, "[redacted]")]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Authorization", "Basic dTpw", "Basic [redacted]"),
        ("Authorization", "SOTicket 7T:abc", "SOTicket [redacted]"),
        ("Authorization", "7T:abc", "[redacted]"),
        ("Cookie", "a=1x; XSRF-TOKEN=2x", "a=[redacted]; XSRF-TOKEN=[redacted]"),
        ("Set-Cookie", "a=1x; Path=/; HttpOnly", "a=[redacted]; Path=/; HttpOnly"),
        ("X-XSRF-TOKEN", "abc", "[redacted]"),
        ("X-Api-Key", "abc", "[redacted]"),
        ("Kennwort", "abc", "[redacted]"),
        ("WWW-Authenticate", "Negotiate abc=", "Negotiate [redacted]"),
        ("WWW-Authenticate", 'Basic realm="crm"', 'Basic realm="crm"'),
        ("Location", "/cb#access_token=abc&token_type=bearer", "/cb#access_token=[redacted]&token_type=bearer"),
        ("SO-TimeZone", "utc,includeTZOffset", "utc,includeTZOffset"),
    ],
)
def test_headers(name: str, value: str, expected: str) -> None:
    """The scheme of credentials and the names of cookies stay, and so does every other header."""
    assert REDACTOR.exchange(header(name, value)).request.headers.fields == ((name, expected),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"Ticket": {"TicketId": 5}, "x": 1}', '{"Ticket": {"TicketId": 5}, "x": 1}'),
        ('{"ticket" : "7T:abc"}', '{"ticket" : "[redacted]"}'),
        ('{"hasToken": true, "token": null, "secret": ""}', '{"hasToken": true, "token": null, "secret": ""}'),
        ('{"token_type": "bearer", "expires_in": 3600}', '{"token_type": "bearer", "expires_in": 3600}'),
        ('{"password": 12345678}', '{"password": 0}'),
        (r'{"p\u0061ssword": "abc"}', r'{"p\u0061ssword": "[redacted]"}'),
        ('{"a": "password", "b": ":x"}', '{"a": "password", "b": ":x"}'),
    ],
)
def test_json(text: str, expected: str) -> None:
    """What only looks like a secret stays; what is one keeps its type."""
    assert REDACTOR.exchange(body(text)).response.body.decode() == expected


def test_echo_of_a_secret() -> None:
    """A token that a header names is taken out wherever else it stands, in a path or a body of any kind."""
    exchange = replace(
        header("Authorization", "Bearer abcdefgh12"),
        response=Response(200, Headers([("X-Trace", "for abcdefgh12")]), b"\xffabcdefgh12\xff"),
    )
    redacted = REDACTOR.exchange(replace(exchange, request=replace(exchange.request, path="/by/abcdefgh12")))
    assert redacted.request.path == "/by/[redacted]"
    assert redacted.response.headers["x-trace"] == "for [redacted]"
    assert redacted.response.body == b"\xff[redacted]\xff"


def test_halves_of_basic_credentials_are_not_told() -> None:
    """Who was asked for may be told as text: neither the name nor the password is."""
    exchange = header("Authorization", "Basic " + b64encode(b"tje0:Tje0Tje0").decode())
    finding = Finding("a.b", Severity.ERROR, Party.PROVIDER, "tje0 with Tje0Tje0 was refused", actual="tje0:Tje0Tje0")
    told = REDACTOR.finding(finding, exchange)
    assert told.message == "[redacted] with [redacted] was refused"
    assert told.actual == "[redacted]"


PERSON = {
    "FirstName": "Kaci",
    "EMail": "kaci@example.org",
    "Phone": "+47 22 33",
    "DayOfBirth": 12,
    "BirthDate": "1980-05-06T07:08:09+02:00",
    "Deleted": False,
    "Address": {"Street": {"Address1": "Main St 1"}, "Lines": [None, "Oslo"]},
    "Rank": 7,
}


def test_people_are_masked() -> None:
    """Placeholders are of the same type, equal for equal values, and others with another salt."""
    redactor = Redactor(mask_pii=True, salt=b"salt")
    masked = redactor.exchange(body(json.dumps(PERSON)))
    value = json.loads(masked.response.body)
    assert value["FirstName"].startswith("masked-")
    assert value["EMail"].endswith("@example.com")
    assert value["Phone"] == "+00 00 00"
    assert value["DayOfBirth"] == 0
    assert value["BirthDate"] == "1970-01-01T00:00:00+00:00"
    assert (value["Deleted"], value["Rank"]) == (False, 7)
    assert "Main" not in masked.response.body.decode()
    assert value["Address"]["Lines"][0] is None
    assert redactor.exchange(masked) == masked
    same = pickle.loads(pickle.dumps(redactor)).exchange(body(json.dumps(PERSON)))
    assert same == masked
    assert Redactor(mask_pii=True).exchange(body(json.dumps(PERSON))) != masked


def test_people_are_not_told() -> None:
    """What is masked in a recording is masked in what is said of it."""
    finding = Finding("a.b", Severity.ERROR, Party.PROVIDER, "Kaci is no number", actual="Kaci")
    told = Redactor(mask_pii=True).finding(finding, body(json.dumps(PERSON)))
    assert "Kaci" not in told.message + told.actual


@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        ("text/plain", "QUJD" * 100_000),
        ("text/plain", ";" * 400_000),
        ("application/json", '{"ticket":{' * 50_000),
        ("application/json", '{"token": "%s"}' % ("s3cret" * 100_000)),
        ("application/xml", "<token a='" * 50_000),
        ("text/html", '<a b="c" ' * 50_000 + ">"),
    ],
    ids=["base64", "signs", "nested", "long secret", "broken tags", "attributes"],
)
def test_a_long_body_is_looked_at_once(content_type: str, text: str) -> None:
    """What has no secret at all, or only the beginnings of one, is done at once, not in squares of its length."""
    headers = Headers([("Content-Type", content_type), ("Cookie", "a" * 100_000)])
    exchange = Exchange(Request("POST", "/", text, headers), Response(200, headers, text.encode()))
    redacted = Redactor().exchange(exchange)
    assert b"s3cret" not in redacted.response.body
    assert "s3cret" not in redacted.request.query


def test_a_long_secret_is_found_elsewhere() -> None:
    """However long it is."""
    secret = "0123456789" * 500
    body = b'{"token": "%b"}' % secret.encode()
    exchange = Exchange(
        Request("GET", f"/{secret}/x", headers=Headers([("A", f"<{secret}>")])), Response(200, Headers(), body)
    )
    redacted = Redactor().exchange(exchange)
    assert (redacted.request.path, redacted.request.headers["a"]) == ("/[redacted]/x", "<[redacted]>")


def test_keys_are_secret_where_they_are_sent() -> None:
    """What is called as an API key is elsewhere is none, unless it is the same value."""
    redactor = pickle.loads(pickle.dumps(Redactor(keys=[("query", "code"), ("header", "X-Tenant")])))
    answer = Response(200, Headers([("Location", "/b?code=other-s3cret")]), b'{"code": "NO", "of": "qu3ry-s3cret"}')
    asked = Request(
        "GET", "/a", "code=qu3ry-s3cret&X-Tenant=7", Headers([("x-tenant", "h3ader-s3cret"), ("code", "NO")])
    )
    redacted = redactor.exchange(Exchange(asked, answer))
    assert redacted.request.query == "code=[redacted]&X-Tenant=7"
    assert redacted.request.headers.fields == (("x-tenant", "[redacted]"), ("code", "NO"))
    assert redacted.response.headers["location"] == "/b?code=[redacted]"
    assert json.loads(redacted.response.body) == {"code": "NO", "of": "[redacted]"}
