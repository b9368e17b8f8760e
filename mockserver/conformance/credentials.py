"""Who asks: credentials that are sent, named, and never shown."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote

from mockserver.contract.security import Scheme, api_key
from mockserver.errors import UsageError
from mockserver.exchange import Headers, Request, cookies

WRONG = "no-such-credential"
OTHER_SCHEME = "NoSuchScheme"
AND = " and "
# RFC 6265, section 4.1.1: a cookie-octet.
COOKIE_VALUE = re.compile(r"[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]*")
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Credential:
    """What lets a client in: header *fields*, parameters of the *query*, *cookies*; *name* is what people may read."""

    name: str
    fields: Fields = field(default=(), repr=False)
    query: Fields = field(default=(), repr=False)
    cookies: Fields = field(default=(), repr=False)

    @classmethod
    def basic(cls, text: str) -> Credential:
        """Return the credential of ``NAME:PASSWORD`` (RFC 7617); raises UsageError."""
        name, colon, _ = text.partition(":")
        if not (name and colon):
            raise UsageError("--user is written NAME:PASSWORD")
        return cls("Basic", (("Authorization", f"Basic {base64.b64encode(text.encode()).decode()}"),))

    @classmethod
    def bearer(cls, token: str) -> Credential:
        """Return the credential of an access token (RFC 6750)."""
        return cls("Bearer", (("Authorization", f"Bearer {printable('--bearer', token)}"),))

    @classmethod
    def ticket(cls, ticket: str) -> Credential:
        """Return the credential of a SuperOffice ticket."""
        return cls("SoTicket", (("Authorization", f"SoTicket {printable('--ticket', ticket)}"),))

    @classmethod
    def header(cls, text: str) -> Credential:
        """Return the credential ``Name: value``; raises UsageError."""
        name, colon, value = text.partition(":")
        if not (colon and name.strip()):
            raise UsageError("--header is written 'Name: value'")
        name = printable("--header", name.strip())
        return cls(f"header {name}", ((name, printable("--header", value.strip())),))

    @classmethod
    def key(cls, scheme: Scheme, value: str) -> Credential:
        """Return *value* as the API key of the Security Scheme Object *scheme*; raises UsageError."""
        name, place = scheme["name"], scheme["in"]
        says = f"API key {name}"
        if place == "query":
            return cls(says, query=((name, value),))
        if place == "header":
            return cls(says, ((name, printable("--api-key", value)),))
        if not COOKIE_VALUE.fullmatch(value):
            raise UsageError(f"--api-key {name}: no cookie holds such a value; percent-encode it as the server does")
        return cls(says, cookies=((name, value),))

    @classmethod
    def together(cls, credentials: Iterable[Credential]) -> Credential:
        """Return all *credentials* as one."""
        each = tuple(credentials)
        return cls(
            AND.join(one.name for one in each),
            tuple(field for one in each for field in one.fields),
            tuple(pair for one in each for pair in one.query),
            tuple(pair for one in each for pair in one.cookies),
        )

    def lacking(self, request: Request) -> Credential:
        """Return what of this *request* has nothing in place of."""
        names = {name for name, _ in parse_qsl(request.query, keep_blank_values=True)} if self.query else ()
        own = cookies(request.headers) if self.cookies else ()
        return Credential(
            self.name,
            tuple(each for each in self.fields if each[0] not in request.headers),
            tuple(each for each in self.query if each[0] not in names),
            tuple(each for each in self.cookies if each[0] not in own),
        )

    def on(self, request: Request) -> Request:
        """Return *request* with this, but for what *request* itself has of these names."""
        added = self.lacking(request)
        fields = [*request.headers.fields, *added.fields]
        if added.cookies:
            given = [value for name, value in fields if name.lower() == "cookie"]
            value = "; ".join([*given, *(f"{name}={value}" for name, value in added.cookies)])
            fields = [*(each for each in fields if each[0].lower() != "cookie"), ("Cookie", value)]
        pairs = [f"{quote(name, '')}={quote(value, '')}" for name, value in added.query]
        query = "&".join(filter(None, (request.query, *pairs)))
        return replace(request, headers=Headers(fields), query=query)

    def is_on(self, request: Request) -> bool:
        """Whether *request* has all of this."""
        own = cookies(request.headers)
        asked = parse_qsl(request.query, keep_blank_values=True)
        return (
            all(request.headers.get(name) == value for name, value in self.fields)
            and all(pair in asked for pair in self.query)
            and all(own.get(name) == value for name, value in self.cookies)
        )

    def off(self, request: Request) -> Request:
        """Return *request* without anything of this."""
        known = {(name.lower(), value) for name, value in self.fields}
        fields = [each for each in request.headers.fields if (each[0].lower(), each[1]) not in known]
        if self.cookies:
            fields = [each for field in fields for each in self._less_cookies(*field)]
        pairs = request.query.split("&") if self.query else [request.query]
        query = "&".join(each for each in pairs if not set(parse_qsl(each, keep_blank_values=True)) & set(self.query))
        return replace(request, headers=Headers(fields), query=query)

    def _less_cookies(self, name: str, value: str) -> Iterator[tuple[str, str]]:
        """Yield the header field without the cookies of this; nothing where nothing else is in it."""
        if name.lower() != "cookie":
            yield name, value
            return
        known = {f"{name}={value}" for name, value in self.cookies}
        left = [each for each in map(str.strip, value.split(";")) if each not in known]
        if left:
            yield name, "; ".join(left)

    def fits(self, scheme: Scheme) -> bool:
        """Whether this is a credential of the Security Scheme Object *scheme*, right or wrong."""
        if scheme["type"] != "apiKey":
            word = scheme.get("scheme", "bearer").lower()
            return any(given.lower() == word for _, given, _ in _authorization(self))
        name, headers = scheme["name"], Headers(self.fields)
        if scheme["in"] == "header":
            return name in headers
        return name in dict(self.query if scheme["in"] == "query" else (*self.cookies, *cookies(headers).items()))


def signed_in(
    *,
    user: str | None = None,
    bearer: str | None = None,
    ticket: str | None = None,
    app_token: str | None = None,
    headers: Iterable[str] = (),
) -> tuple[tuple[Credential, ...], Fields]:
    """Return the credentials, and the further header fields, that a user's options or variables tell.

    *headers* are written ``Name: value``. Raises UsageError, without the secret, for what cannot be sent.
    """
    makers = ((Credential.basic, user), (Credential.bearer, bearer), (Credential.ticket, ticket))
    credentials = [make(text) for make, text in makers if text]
    fields = [("SO-AppToken", printable("--app-token", app_token))] if app_token else []
    for credential in map(Credential.header, headers):
        if credential.fields[0][0].lower() == "authorization":
            credentials.append(credential)
        else:
            fields += credential.fields
    return tuple(credentials), tuple(fields)


def keys_of(given: Iterable[str], schemes: Mapping[str, Scheme]) -> Iterator[Credential]:
    """Yield the API keys that are *given* as ``NAME=VALUE``, each for all of *schemes* called so; raises UsageError."""
    for text in given:
        value, found = api_key(text, schemes)
        yield from (Credential.key(scheme, value) for scheme in found)


def key_in(field: tuple[str, str], schemes: Iterable[Scheme]) -> Credential | None:
    """Return the API key of one of *schemes* that the header *field* is, None for any other field."""
    credential = Credential(f"header {field[0]}", (field,))
    if field[0].lower() == "cookie":
        credential = replace(credential, fields=(), cookies=tuple(cookies(Headers([field])).items()))
    is_key = any(scheme["type"] == "apiKey" and credential.fits(scheme) for scheme in schemes)
    return credential if is_key else None


def combinations(
    credential: Credential,
    security: Iterable[Iterable[str]],
    schemes: Mapping[str, Scheme],
    given: Iterable[Credential],
) -> Iterator[tuple[Credential, ...]]:
    """Yield *credential* with those of *given* that are needed beside it, for each requirement of *security* with it.

    OAS 3.0.3, Security Requirement Object: all schemes of one requirement are needed.
    """
    known = tuple(given)
    for requirement in security:
        names = tuple(requirement)
        own = [name for name in names if credential.fits(schemes[name])]
        others = [next((each for each in known if each.fits(schemes[name])), None) for name in names if name not in own]
        if own and None not in others:
            yield credential, *(each for each in dict.fromkeys(others) if each is not None)


def admits(security: Iterable[Iterable[str]], schemes: Mapping[str, Scheme], given: Iterable[Credential]) -> bool:
    """Whether *given* are credentials of all schemes of one requirement of *security*."""
    known = tuple(given)
    return any(all(any(each.fits(schemes[name]) for each in known) for name in names) for names in security)


def printable(option: str, text: str) -> str:
    """Return *text*; raises UsageError, without telling it, where no header field could hold it."""
    if not text.isprintable() or not text.isascii():
        raise UsageError(f"{option}: a header field holds printable ASCII alone")
    return text


def spelled(credential: Credential) -> Iterator[Credential]:
    """Yield *credential* in other spellings that are as right: a scheme may be in any case (RFC 9110, section 11.1)."""
    for name, scheme, rest in _authorization(credential):
        if scheme != scheme.lower():
            yield Credential(f"{credential.name} in lower case", ((name, f"{scheme.lower()} {rest}"),))


def almost(credential: Credential) -> Iterator[Credential]:
    """Yield what is nearly *credential*, and wrong: a server that looks at half of it lets them in."""
    for place in ("fields", "query", "cookies"):
        for name, value in getattr(credential, place):
            if name.lower() not in ("authorization", "cookie"):
                for says, text in _almost_token(value).items():
                    yield Credential(f"{credential.name} {says}", **{place: ((name, text),)})
    for name, scheme, rest in _authorization(credential):
        written = _almost_basic(rest) if scheme.lower() == "basic" else _almost_key(rest)
        for says, text in written.items():
            if text != rest:
                yield Credential(f"{credential.name} {says}", ((name, f"{scheme} {text}"),))
        yield Credential(f"{credential.name} under another scheme", ((name, f"{OTHER_SCHEME} {rest}"),))


def _authorization(credential: Credential) -> Iterator[tuple[str, str, str]]:
    """Yield the name of the field, the scheme and the rest of *credential*, if it is of Authorization."""
    for name, value in credential.fields:
        scheme, _, rest = value.partition(" ")
        if name.lower() == "authorization" and rest:
            yield name, scheme, rest


def _almost_basic(text: str) -> dict[str, str]:
    try:
        user, _, password = base64.b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        return {}
    passwords = {
        "with another password": WRONG,
        "without a password": "",
        "with the password in another case": password.swapcase(),
        **_almost_token(password),
    }
    return {says: base64.b64encode(f"{user}:{each}".encode()).decode() for says, each in passwords.items()}


def _almost_token(text: str) -> dict[str, str]:
    return {"without its last character": text[:-1], "with a character more": f"{text}x"}


def _almost_key(text: str) -> dict[str, str]:
    return {**_almost_token(text), "in another case": text.swapcase()}


def wrong(scheme: Scheme) -> Credential:
    """Return a credential of the Security Scheme Object *scheme* that nobody has.

    OAS 3.0.3, Security Scheme Object; OAuth 2 and OpenID Connect carry a bearer token.
    """
    if scheme["type"] == "apiKey":
        return Credential.key(scheme, WRONG)
    kind = scheme.get("scheme", "bearer")
    if kind.lower() == "basic":
        return Credential.basic(f"{WRONG}:{WRONG}")
    return Credential(kind, (("Authorization", f"{kind[:1].upper()}{kind[1:]} {WRONG}"),))


def empty(scheme: Scheme) -> Credential | None:
    """Return an API key of *scheme* that is empty; None for other schemes."""
    return Credential.key(scheme, "") if scheme["type"] == "apiKey" else None
