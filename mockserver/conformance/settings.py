"""What a run is started with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from mockserver.conformance.case import Case
from mockserver.conformance.credentials import (
    AND,
    Credential,
    Fields,
    almost,
    key_in,
    keys_of,
    spelled,
)
from mockserver.contract.security import Scheme
from mockserver.errors import UsageError
from mockserver.exchange import path_of

RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:/(s|m|h))?")
LONGEST = 86_400
SECONDS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Settings:
    """Every choice of a user about a run.

    *max_requests* are those of one operation, all phases together. *rate* is in requests a second,
    *time_limit* and *timeout* (of one request) are in seconds. The first of *credentials* goes with
    every request, the others are tried; *headers* go with every request besides. *api_keys* are written
    ``NAME=VALUE``; the document tells what becomes of them (:meth:`known_to`): *keys*, which go beside the credential.
    *ca* is a file of certificates, *cert* one of a certificate with its key. *operations* are ids; none means all.
    *skip* are families of planned requests, or the beginning of their names, that are not sent.
    """

    seed: int = 1
    max_requests: int = 500
    rate: float | None = None
    time_limit: float | None = None
    workers: int = 1
    profile: str = "mock"
    allow_writes: bool = False
    operations: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    credentials: tuple[Credential, ...] = ()
    headers: Fields = field(default=(), repr=False)
    api_keys: tuple[str, ...] = field(default=(), repr=False)
    keys: tuple[Credential, ...] = ()
    timeout: float = 10.0
    verify: bool = True
    ca: str | None = None
    cert: str | None = None
    generate: bool = True

    def __post_init__(self) -> None:
        """Raise UsageError for what cannot be."""
        if self.max_requests < 1:
            raise UsageError("--max-requests is at least 1")
        if self.workers < 1:
            raise UsageError("--workers is at least 1")
        if not 0 < self.timeout <= LONGEST:
            raise UsageError(f"--timeout is more than 0 s, and at most {LONGEST} s")

    def known_to(self, schemes: Mapping[str, Scheme]) -> Settings:
        """Return these settings with the keys that are API keys of *schemes*, by name; raises UsageError.

        A header field in which a scheme sends a key is one: it is left out where nobody signs in.
        """
        keys = [*self.keys, *keys_of(self.api_keys, schemes)]
        headers = []
        for each in self.headers:
            key = key_in(each, schemes.values())
            if key is None:
                headers.append(each)
            else:
                keys.append(key)
        return replace(self, keys=tuple(keys), headers=tuple(headers), api_keys=())

    @property
    def sign_in(self) -> Credential:
        """What goes with every request that is to be let in."""
        return Credential.together((*self.credentials[:1], *self.keys))

    @property
    def secrets(self) -> Credential:
        """All that goes with such a request and is shown nowhere."""
        return Credential.together((self.sign_in, Credential("", self.headers)))

    @property
    def known(self) -> dict[str, Credential]:
        """The credentials by name, with other spellings of them, and with what is almost one of them."""
        given = (*self.credentials, *self.keys)
        return {each.name: each for one in given for each in (one, *spelled(one), *almost(one))}

    def unknown(self, case: Case) -> list[str]:
        """Return the names of the credentials of *case* that are not among these."""
        return [name for name in _names(case) if name not in self.known]

    def added(self, case: Case) -> Credential:
        """Return what goes with the request of *case*."""
        if case.authorized:
            return self.secrets
        own = [self.known[name] for name in _names(case)]
        return Credential.together((*own, Credential("", self.headers)))


def _names(case: Case) -> list[str]:
    return case.credential.split(AND) if case.credential else []


def rate(text: str) -> float:
    """Return the requests a second that ``20/s``, ``100/m`` or ``20`` mean; raises UsageError."""
    found = RATE.fullmatch(text.strip().lower())
    if found is None or not float(found[1]):
        raise UsageError(f"--rate {text!r} is not a rate: write 20/s, 100/m or 1000/h")
    return float(found[1]) / SECONDS[found[2] or "s"]


def checked(url: str) -> tuple[str, str]:
    """Return *url* without a slash at its end, and its path, decoded; raises UsageError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"{url!r} is not the URL of a server: {error}") from error
    if port == 0 or parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise UsageError(f"{url!r} is not the URL of a server: write it like https://crm.example.com/Cust12345")
    if parts.username or parts.password:
        raise UsageError("the URL holds credentials: give them with --user, so that they are shown nowhere")
    return url.rstrip("/"), path_of(parts.path).rstrip("/")
