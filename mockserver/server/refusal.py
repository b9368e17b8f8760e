"""Requests that get no answer of the provider's: which status, which message, which header fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mockserver.errors import MockserverError
from mockserver.media import MalformedBody, PatchFailed, UnknownCharset, UnsupportedMediaType
from mockserver.reading import BadRequest


@dataclass(eq=False)
class Refused(MockserverError):
    """A request is answered with an error *status*; *headers* go with it."""

    status: int
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the message."""
        return self.message


STATUSES: Mapping[type[MockserverError], int] = {
    BadRequest: 400,
    MalformedBody: 400,
    PatchFailed: 400,
    UnsupportedMediaType: 415,
    UnknownCharset: 415,
}


def refused_by_all(errors: Iterable[MockserverError]) -> Refused:
    """Return one refusal (401) for those of several security schemes, with all their challenges.

    One credential would do, so what each of them asks for is told (RFC 9110, section 11.6.1).
    """
    refusals = [refused(error) for error in errors]
    challenges = dict.fromkeys(each.headers.get("WWW-Authenticate", "") for each in refusals)
    message = "; or ".join(dict.fromkeys(each.message for each in refusals))
    return Refused(401, message, {"WWW-Authenticate": ", ".join(filter(None, challenges))})


def refused(error: MockserverError) -> Refused:
    """Return *error* as a refusal; an error that the request did not cause is a 500."""
    if isinstance(error, Refused):
        return error
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), None)
    if status is None:
        status = getattr(error, "status", 500)
    headers = dict(getattr(error, "headers", {}))
    if isinstance(error, UnsupportedMediaType) and error.supported:
        headers["Accept"] = ", ".join(error.supported)  # RFC 9110, section 15.5.16
    return Refused(status, str(error), headers)
