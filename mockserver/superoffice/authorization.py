"""Who may enter: Basic, SoTicket or Bearer credentials, or the XSRF token of a browser's session."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Literal
from urllib.parse import unquote

from mockserver.exchange import cookies

Mode = Literal["strict", "any", "off"]
Installation = Literal["onsite", "online"]

DEFAULT_USERS = MappingProxyType({"tje0": "Tje0"})
REALM = "SuperOffice WebAPI"
# RFC 9110 section 11.4: a scheme, blanks, and what goes with it.
CREDENTIALS = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+) +(\S+)\s*")
COOKIE = "XSRF-TOKEN"

MISSING = (
    "X-XSRF-TOKEN HTTP header missing. Send it with the value of the XSRF-TOKEN cookie,"
    " or send an Authorization header: {schemes}."
)
XSRF_DIFFERS = "The X-XSRF-TOKEN HTTP header does not have the value of the XSRF-TOKEN cookie."
MALFORMED = "The Authorization header is not understood. Send one of: {schemes}."
NO_BASIC = "The Basic scheme is not for Online installations. Send one of: {schemes}."
WRONG_USER = "The user name or the password is wrong."
NOT_BASIC = "The Basic credentials are not the base64 form of name:password."
WRONG_TICKET = "The ticket is unknown or has expired."
NO_APP_TOKEN = "A ticket needs the SO-AppToken HTTP header in Online installations, with the token of the application."  # noqa: S105 (a message)
WRONG_BEARER = "The access token is unknown or has expired."


@dataclass(frozen=True, slots=True)
class Identity:
    """Who was let in: by which scheme, and the user's name where the credentials tell it."""

    scheme: Literal["Basic", "SoTicket", "Bearer", "XSRF", "none"]
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nobody was let in, and the values of ``WWW-Authenticate`` that go with it."""

    message: str
    challenges: tuple[str, ...]
    status: int = 401


@dataclass(frozen=True)
class Gate:
    """The credentials that a server takes.

    *mode* ``any`` takes every well-formed credential, ``off`` asks for none. *installation*
    ``online`` knows no Basic, and wants an application's token beside a ticket: one of
    *app_tokens*, or any if there are none.
    """

    mode: Mode = "strict"
    installation: Installation = "onsite"
    users: Mapping[str, str] = field(default_factory=lambda: DEFAULT_USERS)
    tickets: frozenset[str] = frozenset()
    bearers: frozenset[str] = frozenset()
    app_tokens: frozenset[str] = frozenset()

    def admit(self, headers: Mapping[str, str]) -> Identity | Refusal:
        """Return who sends a request with *headers* (found by name in any case), or why that is not told.

        An Authorization header decides alone; only without one does the XSRF token count.
        """
        if self.mode == "off":
            return NOBODY
        authorization = headers.get("authorization", "")
        if authorization.strip():
            return self._verdict(authorization, headers.get("so-apptoken", ""))
        return self._session(headers.get("x-xsrf-token", "").strip(), headers)

    @property
    def schemes(self) -> tuple[str, ...]:
        """The names of the schemes that this installation knows."""
        return ("SoTicket", "Bearer") if self.installation == "online" else ("Basic", "SoTicket", "Bearer")

    @property
    def stranger(self) -> Refusal:
        """Why somebody who shows nothing is not let in, in any mode."""
        return self._refusal(MISSING)

    @property
    def entry(self) -> dict[str, str]:
        """Header fields that let a client in: Basic on site, else a ticket with an application's token."""
        if self.mode == "off":
            return {}
        if self.installation == "onsite" and self.users:
            user, password = next(iter(self.users.items()))
            return {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}
        ticket = min(self.tickets, default="7T:any")
        token = min(self.app_tokens, default="any")
        online = {"SO-AppToken": token} if self.installation == "online" else {}
        return {"Authorization": f"SoTicket {ticket}", **online}

    @cached_property
    def _verdict(self) -> Callable[[str, str], Identity | Refusal]:
        return lru_cache(maxsize=1024)(self._judge)

    def _judge(self, authorization: str, app_token: str) -> Identity | Refusal:
        match = CREDENTIALS.fullmatch(authorization)
        scheme, credential = (match[1].lower(), match[2]) if match else ("", "")
        if scheme == "basic":
            return self._basic(credential)
        if scheme == "soticket":
            return self._ticket(credential, app_token)
        if scheme == "bearer":
            return self._bearer(credential)
        return self._refusal(MALFORMED)

    def _basic(self, credential: str) -> Identity | Refusal:
        if self.installation == "online":
            return self._refusal(NO_BASIC)
        try:
            user, colon, password = _decoded(credential).partition(":")
        except ValueError:
            user = colon = password = ""
        if not colon:
            return self._refusal(NOT_BASIC)
        if self.mode == "any" or (_same(self.users.get(user, ""), password) and user in self.users):
            return Identity("Basic", user)
        return self._refusal(WRONG_USER)

    def _ticket(self, ticket: str, app_token: str) -> Identity | Refusal:
        if self.mode == "strict" and not _among(self.tickets, ticket):
            return self._refusal(WRONG_TICKET)
        if self.installation == "online" and not self._knows_app(app_token.strip()):
            return self._refusal(NO_APP_TOKEN)
        return Identity("SoTicket")

    def _knows_app(self, token: str) -> bool:
        return _among(self.app_tokens, token) if self.mode == "strict" and self.app_tokens else bool(token)

    def _bearer(self, token: str) -> Identity | Refusal:
        if self.mode == "strict" and not _among(self.bearers, token):
            return self._refusal(WRONG_BEARER, ', error="invalid_token"')
        return Identity("Bearer")

    def _session(self, token: str, headers: Mapping[str, str]) -> Identity | Refusal:
        if not token:
            return self.stranger
        cookie = cookies(headers).get(COOKIE)
        if cookie is not None and _same(unquote(cookie), unquote(token)):
            return Identity("XSRF")
        return self._refusal(XSRF_DIFFERS)

    def _refusal(self, message: str, bearer_error: str = "") -> Refusal:
        # RFC 7617 section 2 (charset) and RFC 6750 section 3 (error).
        parameters = {"Basic": ', charset="UTF-8"', "Bearer": bearer_error}
        challenges = tuple(f'{scheme} realm="{REALM}"{parameters.get(scheme, "")}' for scheme in self.schemes)
        return Refusal(message.format(schemes=", ".join(self.schemes)), challenges)


NOBODY = Identity("none")


def default_ticket(seed: int) -> str:
    """Return the ticket that servers with *seed* take by default."""
    return "7T:" + base64.b64encode(_digest("ticket", seed)).decode().rstrip("=")


def default_bearer(seed: int) -> str:
    """Return the access token that servers with *seed* take by default."""
    return "8A:Cust12345." + _digest("bearer", seed).hex()[:32]


def _digest(purpose: str, seed: int) -> bytes:
    return hashlib.sha256(f"{purpose} {seed}".encode()).digest()


def _decoded(credential: str) -> str:
    """Return the text of a base64 form, with or without its padding; raises ValueError."""
    bare = credential.rstrip("=")
    return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode()


def _among(known: frozenset[str], given: str) -> bool:
    return any(_same(one, given) for one in known)


def _same(one: str, other: str) -> bool:
    """Whether two texts are the same, found in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
