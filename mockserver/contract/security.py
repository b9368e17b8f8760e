"""API keys, by the names that a document has for them (OAS 3.0.3, Security Scheme Object)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.errors import UsageError

Scheme = Mapping[str, Any]


def api_key(text: str, schemes: Mapping[str, Scheme]) -> tuple[str, tuple[Scheme, ...]]:
    """Return the value of an option ``NAME=VALUE``, and those of *schemes* of which it is an API key.

    The name is what a scheme is called in the document, or what its header field, parameter or cookie is called.
    Raises UsageError, without the value, for what no scheme is called.
    """
    known = {name: scheme for name, scheme in schemes.items() if scheme["type"] == "apiKey"}
    name, sign, value = text.partition("=")
    if not (sign and name and value):
        raise UsageError("--api-key is written NAME=VALUE")
    found = tuple(scheme for called, scheme in known.items() if name in (called, scheme["name"]))
    if not found:
        names = ", ".join(str(scheme["name"]) for scheme in known.values()) or "none"
        raise UsageError(f"--api-key {name}: the document has no API key of that name; there is {names}")
    return value, found
