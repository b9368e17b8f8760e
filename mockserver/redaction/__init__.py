"""Credentials, cookies, tokens and, where asked, people taken out of exchanges and of what is told about them."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b
from html import escape
from secrets import token_bytes
from urllib.parse import quote, quote_plus, unquote

from mockserver.encodings import guessed
from mockserver.exchange import Exchange, Headers, Request, Response
from mockserver.finding import Finding
from mockserver.redaction import texts
from mockserver.redaction.names import Kind, kinds

__all__ = ["REDACTED", "Redactor"]

REDACTED = "[redacted]"
MASK = re.compile(r"masked-[0-9a-f]{8}(?:@example\.com)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER = re.compile(r"[+0-9(][0-9\s()./-]*")
DIGIT = re.compile("[0-9]")
CREDENTIALS = frozenset({"authorization", "proxy-authorization"})
CHALLENGES = frozenset({"www-authenticate", "proxy-authenticate"})
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)([ \t]+)(.+)", re.DOTALL)
# RFC 4559: a challenge of Negotiate carries the server's half of the talk.
HANDSHAKE = re.compile(r"\b(Negotiate|NTLM|Kerberos)([ \t]+)([^\s,]+)", re.IGNORECASE)
COOKIE = re.compile(r"(?<![^=;,\s])([^=;,\s]++)(\s*+=\s*+)([^;]*)")
IN_URL = re.compile(r"([?&#;])([^=&?#;\s\"'<>]{1,80})=([^&#\s;,\"'<>\\]+)")
USERINFO = re.compile(r"(//)([^/@\s?#]+)(@)")
# Shorter ones are replaced only where they stand alone: they are parts of many words.
WORD = 4
# Shorter ones are not looked for where no name tells of them.
ECHO = 8
LONG = 1000
NOTHING = "(?!)"


class Redactor:
    """Takes out secrets: *names* are secret besides those that are known, *mask_pii* takes out people too.

    *keys* are API keys by where they are sent and the name there (``("query", "key")``): what is called so elsewhere
    is none.

    Secrets become ``[redacted]``, or 0 where a number stood. Of people, equal values become equal
    placeholders, within all redactors of one *salt*; without one, of this redactor and its copies.
    """

    def __init__(
        self,
        names: Iterable[str] = (),
        *,
        mask_pii: bool = False,
        salt: bytes = b"",
        keys: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.names = tuple(names)
        self.keys = tuple(keys)
        self.mask_pii = mask_pii
        self.salt = salt or token_bytes(16)
        self._kinds = kinds(self.names, people=mask_pii)
        self._in_query, self._in_headers = (
            kinds((*self.names, *(name for where, name in self.keys if where == place)), people=mask_pii)
            for place in ("query", "header")
        )
        self._last: tuple[Exchange, Exchange, dict[str, str]] | None = None

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to other processes as what it was made of."""
        return _redactor, (self.names, self.mask_pii, self.salt, self.keys)

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return *exchange* without secrets; whatever else it holds is as it was, but for the lengths of bodies."""
        redacted, found = self._redacted(exchange)
        echoes = {variant: new for value, new in found.items() if len(value) >= ECHO for variant in _variants(value)}
        return _measured(exchange, _without(redacted, echoes) if echoes else redacted)

    def finding(self, finding: Finding, exchange: Exchange) -> Finding:
        """Return *finding* without the secrets of the *exchange* that it is about, wherever they stood in it."""
        _, found = self._redacted(exchange)
        if not found:
            return finding
        message, expected, actual = (_told(text, found) for text in (finding.message, finding.expected, finding.actual))
        return replace(finding, message=message, expected=expected, actual=actual)

    def _redacted(self, exchange: Exchange) -> tuple[Exchange, dict[str, str]]:
        """Return *exchange* redacted by names, and what was taken out by what stands there now; the last is kept."""
        if self._last is None or self._last[0] is not exchange:
            self._last = exchange, *self._taken_out(exchange)
        return self._last[1:]

    def _taken_out(self, exchange: Exchange) -> tuple[Exchange, dict[str, str]]:
        found: dict[str, str] = {}

        def put(value: str, kind: Kind) -> str:
            new = self._placeholder(value) if kind == "person" else REDACTED
            if value not in ("", REDACTED, new):
                found[value] = new
                return new
            return value

        asked, answered = exchange.request, exchange.response
        request = replace(
            asked,
            query=texts.in_form(asked.query, self._in_query, put),
            headers=self._headers(asked.headers, put, found),
            body=self._body(asked.body, asked.headers, put),
            # What Host does not tell, the URL does not tell either.
            server="" if self._kinds("Host") else asked.server,
        )
        response = replace(
            answered,
            headers=self._headers(answered.headers, put, found),
            body=self._body(answered.body, answered.headers, put),
        )
        return replace(exchange, request=request, response=response), found

    def _placeholder(self, value: str) -> str:
        if MASK.fullmatch(value):
            return value
        if DATE.match(value):
            return "1970-01-01" + DIGIT.sub("0", value[10:])
        if NUMBER.fullmatch(value):
            return DIGIT.sub("0", value)
        digest = blake2b(value.encode(errors="replace"), digest_size=4, key=self.salt[:64]).hexdigest()
        return f"masked-{digest}@example.com" if "@" in value else f"masked-{digest}"

    def _headers(self, headers: Headers, put: texts.Replace, found: dict[str, str]) -> Headers:
        fields = tuple((name, self._field(name, value, put, found)) for name, value in headers.fields)
        return headers if fields == headers.fields else Headers(fields)

    def _field(self, name: str, value: str, put: texts.Replace, found: dict[str, str]) -> str:
        """Return *value* of the header *name*: of credentials the scheme stays, of cookies their names."""
        key = name.lower()
        if key in CREDENTIALS:
            return _credentials(value, put, found)
        if key in CHALLENGES:
            return HANDSHAKE.sub(lambda match: match[1] + match[2] + put(match[3], "secret"), value)
        if key in ("cookie", "set-cookie"):
            count = 1 if key == "set-cookie" else 0
            return COOKIE.sub(lambda match: match[1] + match[2] + put(match[3].strip(), "secret"), value, count=count)
        if (kind := self._in_headers(name)) in ("secret", "secret text"):
            return put(value, kind or "secret")
        value = USERINFO.sub(lambda match: match[1] + _login(match[2], match[2], put, found) + match[3], value)
        return self._urls(value, put)

    def _urls(self, text: str, put: texts.Replace) -> str:
        """Return *text* with the queries and fragments of the URLs in it redacted."""
        if "?" not in text and "#" not in text:
            return text
        return IN_URL.sub(lambda match: match[1] + texts.in_form(f"{match[2]}={match[3]}", self._in_query, put), text)

    def _body(self, body: bytes, headers: Headers, put: texts.Replace) -> bytes:
        if not body:
            return body
        encoding = _encoding(body)
        try:
            text = body.decode(encoding, errors="surrogateescape")
            redacted = self._text(text, headers.get("content-type", "").lower(), put)
            return body if redacted == text else redacted.encode(encoding, errors="surrogateescape")
        except UnicodeError:
            return body

    def _text(self, text: str, content_type: str, put: texts.Replace) -> str:
        first = text.lstrip("\ufeff \t\r\n")[:1]
        if "multipart/" in content_type:
            form = texts.in_multipart
        elif first in ("{", "[") or "json" in content_type:
            form = texts.in_json
        else:
            form = texts.in_xml if first == "<" else texts.in_form
        return self._urls(form(text, self._kinds, put), put)


def _redactor(names: tuple[str, ...], mask_pii: bool, salt: bytes, keys: tuple[tuple[str, str], ...]) -> Redactor:
    return Redactor(names, mask_pii=mask_pii, salt=salt, keys=keys)


def _credentials(value: str, put: texts.Replace, found: dict[str, str]) -> str:
    match = SCHEME.fullmatch(value.strip())
    if match is None:
        return put(value, "secret")
    plain = ""
    if match[1].lower() == "basic":
        try:
            plain = b64decode(match[3]).decode(errors="replace")
        except (Base64Error, ValueError):
            plain = ""
    return match[1] + match[2] + _login(match[3], plain, put, found)


def _login(value: str, plain: str, put: texts.Replace, found: dict[str, str]) -> str:
    """Return what stands for *value*, which is *plain*: a name and a password; what is told may show either half."""
    if value != REDACTED:
        found.update((each, REDACTED) for each in (plain, *plain.split(":", 1)) if each)
    return put(value, "secret")


def _encoding(body: bytes) -> str:
    """Return the Unicode encoding of *body* by its first bytes: a JSON text begins with ASCII, or with a mark."""
    encoding = guessed(body)
    if encoding == "utf-8" and body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16-le" if body.startswith(b"\xff") else "utf-16-be"
    return encoding


def _variants(value: str) -> Iterator[str]:
    """Yield the ways in which *value* may be written."""
    yield from {
        value: 0,
        unquote(value): 0,
        quote(value, safe="", errors="replace"): 0,
        quote_plus(value, errors="replace"): 0,
        json.dumps(value)[1:-1]: 0,
        json.dumps(value, ensure_ascii=False)[1:-1]: 0,
        repr(value)[1:-1]: 0,
        escape(value): 0,
    }


def _measured(before: Exchange, after: Exchange) -> Exchange:
    """Return *after* with each Content-Length that was right before telling the length that its body has now."""
    request = replace(after.request, headers=_length(before.request, after.request))
    return replace(
        after, request=request, response=replace(after.response, headers=_length(before.response, after.response))
    )


def _length(before: Request | Response, after: Request | Response) -> Headers:
    if len(before.body) == len(after.body) or before.headers.get("content-length") != str(len(before.body)):
        return after.headers
    length = str(len(after.body))
    fields = after.headers.fields
    return Headers([(name, length if name.lower() == "content-length" else value) for name, value in fields])


def _without(exchange: Exchange, echoes: dict[str, str]) -> Exchange:
    """Return *exchange* without *echoes*: a token that one field names may stand in others, and in the path."""
    # A pattern takes long to make of a long text: such a one is looked for as it is.
    whole = {each: new for each, new in echoes.items() if len(each) > LONG}
    parts = sorted(echoes.keys() - whole.keys(), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, parts)) or NOTHING)
    in_bytes = re.compile(pattern.pattern.encode(errors="surrogateescape"))

    plain = [each.encode(errors="surrogateescape") for each in echoes]

    def text(value: str) -> str:
        for each, new in whole.items():
            value = value.replace(each, new)
        return pattern.sub(lambda match: echoes[match[0]], value)

    def body(value: bytes) -> bytes:
        if not any(each in value for each in plain):
            return value
        for each, new in whole.items():
            value = value.replace(each.encode(errors="surrogateescape"), new.encode())
        return in_bytes.sub(lambda match: echoes[match[0].decode(errors="surrogateescape")].encode(), value)

    def headers(value: Headers) -> Headers:
        return Headers((name, text(each)) for name, each in value.fields)

    asked, answered = exchange.request, exchange.response
    return replace(
        exchange,
        request=replace(
            asked,
            path=text(asked.path),
            query=text(asked.query),
            headers=headers(asked.headers),
            body=body(asked.body),
            server=asked.server if text(asked.server) == asked.server else "",
        ),
        response=replace(answered, headers=headers(answered.headers), body=body(answered.body)),
    )


def _told(text: str, found: dict[str, str]) -> str:
    """Return *text* without what was *found*, cut short or not."""
    written = {variant: new for value, new in found.items() for variant in _variants(value) if variant}
    for variant in sorted(written, key=len, reverse=True):
        if variant in text:
            alone = re.escape(variant) if len(variant) >= WORD else rf"(?<!\w){re.escape(variant)}(?!\w)"
            text = re.sub(alone, written[variant].replace("\\", r"\\"), text)
    return _cut(text, written) if "…" in text or "..." in text else text


def _cut(text: str, written: dict[str, str]) -> str:
    for mark in ("…", "..."):
        pieces = text.split(mark)
        for index, piece in enumerate(pieces[:-1]):
            for variant, new in written.items():
                longest = min(len(piece), len(variant) - 1)
                size = next((size for size in range(longest, WORD - 1, -1) if piece.endswith(variant[:size])), 0)
                if size:
                    pieces[index] = piece[:-size] + new
                    break
        text = mark.join(pieces)
    return text
