"""What a run is started with."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from mockserver.conformance.case import Case
from mockserver.conformance.credentials import Credential, Fields, almost, spelled
from mockserver.errors import UsageError
from mockserver.exchange import path_of

RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:/(s|m|h))?")
SECONDS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Settings:
    """Every choice of a user about a run.

    *max_requests* are those of one operation, all phases together. *rate* is in requests a second,
    *time_limit* and *timeout* (of one request) are in seconds. The first of *credentials* goes with
    every request, the others are tried; *headers* go with every request besides, but for those called as in
    *keys* (lower case, told by the document): they let a client in, and are left out where nobody signs in.
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
    keys: frozenset[str] = frozenset()
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

    @property
    def credential(self) -> Fields:
        """The header fields of the credential that goes with every request that is to be let in."""
        return self.credentials[0].fields if self.credentials else ()

    @property
    def secrets(self) -> Fields:
        """All header fields that are sent and shown nowhere."""
        return (*self.credential, *self.headers)

    @property
    def sign_in(self) -> Fields:
        """Those of :attr:`secrets` that let a client in."""
        return (*self.credential, *(each for each in self.headers if each[0].lower() in self.keys))

    @property
    def known(self) -> dict[str, Credential]:
        """The credentials by name, with other spellings of them, and with what is almost one of them."""
        return {each.name: each for one in self.credentials for each in (one, *spelled(one), *almost(one))}

    def added(self, case: Case) -> Fields:
        """Return the header fields that go with the request of *case*."""
        if case.authorized:
            return self.secrets
        own = self.known[case.credential].fields if case.credential else ()
        return (*own, *(each for each in self.headers if each[0].lower() not in self.keys))


def rate(text: str) -> float:
    """Return the requests a second that ``20/s``, ``100/m`` or ``20`` mean; raises UsageError."""
    found = RATE.fullmatch(text.strip().lower())
    if found is None or not float(found[1]):
        raise UsageError(f"--rate {text!r} is not a rate: write 20/s, 100/m or 1000/h")
    return float(found[1]) / SECONDS[found[2] or "s"]


def checked(url: str) -> tuple[str, str]:
    """Return *url* without a slash at its end, and its path, decoded; raises UsageError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise UsageError(f"{url!r} is not the URL of a server: write it like https://crm.example.com/Cust12345")
    if parts.username or parts.password:
        raise UsageError("the URL holds credentials: give them with --user, so that they are shown nowhere")
    return url.rstrip("/"), path_of(parts.path).rstrip("/")
