"""Whether a request carries credentials. Their values are never looked at, and never told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.exchange import Request, api_key_of

Requirement = Mapping[str, Sequence[str]]
Schemes = Mapping[str, Mapping[str, Any]]


def is_anonymous(request: Request, security: Sequence[Requirement], schemes: Schemes) -> bool:
    """Return whether *request* meets no requirement of *security*, as far as one can see.

    OAS 3.0.3, Security Requirement Object: one of several is enough. An empty requirement, or none at
    all, asks for nothing.
    """
    if not security or any(not requirement for requirement in security):
        return False
    return not any(all(_carries(request, schemes[name]) for name in requirement) for requirement in security)


def _carries(request: Request, scheme: Mapping[str, Any]) -> bool:
    if scheme["type"] == "apiKey":
        return bool(api_key_of(scheme["in"], scheme["name"], request.headers, request.query))
    authorization = request.headers.get("authorization", "").strip()
    word, _, credential = authorization.partition(" ")
    if not credential:
        # One word: what stood there was masked, or it is a credential without its scheme.
        return bool(authorization)
    return bool(word.lower() == str(scheme.get("scheme", "bearer")).lower())
