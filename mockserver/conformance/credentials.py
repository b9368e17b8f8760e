"""Who asks: credentials that are sent, named, and never shown."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mockserver.errors import UsageError
from mockserver.exchange import Headers

WRONG = "no-such-credential"
OTHER_SCHEME = "NoSuchScheme"
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Credential:
    """Header fields that let a client in; *name* is what people may read of them."""

    name: str
    fields: Fields = field(repr=False)

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


def key_names(schemes: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Yield the names, in lower case, of the header fields in which API keys of *schemes* are sent."""
    for scheme in schemes:
        if scheme["type"] == "apiKey" and scheme["in"] in ("header", "cookie"):
            yield scheme["name"].lower() if scheme["in"] == "header" else "cookie"


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
    for name, scheme, rest in _authorization(credential):
        written = _almost_basic(rest) if scheme.lower() == "basic" else _almost_token(rest)
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


def carried(headers: Mapping[str, str], fields: Iterable[tuple[str, str]]) -> bool:
    """Whether *headers* hold all *fields*, found by name in any case."""
    return all(headers.get(name) == value for name, value in fields)


def wrong(scheme: Mapping[str, str]) -> tuple[Fields, str]:
    """Return header fields and a query with a credential of the Security Scheme Object *scheme* that nobody has.

    OAS 3.0.3, Security Scheme Object; OAuth 2 and OpenID Connect carry a bearer token.
    """
    if scheme["type"] == "apiKey":
        name, place = scheme["name"], scheme["in"]
        if place == "query":
            return (), f"{name}={WRONG}"
        return ((("Cookie", f"{name}={WRONG}") if place == "cookie" else (name, WRONG)),), ""
    kind = scheme.get("scheme", "bearer")
    if kind.lower() == "basic":
        return Credential.basic(f"{WRONG}:{WRONG}").fields, ""
    return (("Authorization", f"{kind[:1].upper()}{kind[1:]} {WRONG}"),), ""


def without(headers: Headers, fields: Iterable[tuple[str, str]]) -> Headers:
    """Return *headers* less the lines that are among *fields*."""
    known = {(name.lower(), value) for name, value in fields}
    return Headers(each for each in headers.fields if (each[0].lower(), each[1]) not in known)
