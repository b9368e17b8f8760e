"""The dialect of documents that name none: credentials are asked for, errors are problem details (RFC 9457)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, ClassVar

from mockserver.contract import Document, Shape
from mockserver.errors import MockserverError
from mockserver.exchange import api_key_of

# RFC 9457, section 3.1 and appendix B: the members, and their form in XML.
PROBLEM = Document(
    {
        "components": {
            "schemas": {
                "problem": {
                    "type": "object",
                    "xml": {"name": "problem", "namespace": "urn:ietf:rfc:7807"},
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                    },
                }
            }
        }
    }
)

FAULT_TYPES = {
    **dict.fromkeys(("application/problem+json", "application/json", "text/json"), "application/problem+json"),
    **dict.fromkeys(("application/problem+xml", "application/xml", "text/xml"), "application/problem+xml"),
}


@dataclass(eq=False)
class Unauthorized(MockserverError):
    """A request carries no credential that fits the scheme asked for."""

    message: str
    challenge: str
    status: int = 401

    def __str__(self) -> str:
        """Return the message."""
        return self.message

    @property
    def headers(self) -> dict[str, str]:
        """The challenge (RFC 9110, section 11.6.1)."""
        return {"WWW-Authenticate": self.challenge}


@dataclass(frozen=True)
class Plain:
    """Takes any well-formed credential of the kind that an operation asks for, or those of the kind that are named.

    *users* are ``NAME:PASSWORD``, *api_keys* sets of values by what the keys are called in a request.
    """

    users: frozenset[str] = frozenset()
    bearers: frozenset[str] = frozenset()
    api_keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lenient: bool = False
    fault_types: ClassVar[Mapping[str, str]] = FAULT_TYPES

    def verify(self, scheme: Mapping[str, Any], headers: Mapping[str, str], query: str) -> bool:
        """Return True if the credential that *scheme* asks for is there; raises Unauthorized if not."""
        if scheme["type"] == "apiKey":
            key = api_key_of(scheme["in"], scheme["name"], headers, query)
            found = bool(key) and _is_among(key, self.api_keys.get(scheme["name"]))
            wanted, challenge = (
                f"{scheme['in']} {scheme['name']}",
                f'ApiKey realm="mockserver", name="{scheme["name"]}"',
            )
        else:
            wanted = str(scheme.get("scheme", "bearer"))
            given, _, credential = headers.get("authorization", "").partition(" ")
            found = given.lower() == wanted.lower() and self._takes(given.lower(), credential.strip())
            wanted, challenge = f"Authorization: {wanted.capitalize()}", f'{wanted.capitalize()} realm="mockserver"'
        if not found:
            raise Unauthorized(f"send {wanted}", challenge)
        return True

    def _takes(self, scheme: str, credential: str) -> bool:
        """Whether *credential* is one of *scheme*, in lower case: for Basic, a name and a password (RFC 7617, 2)."""
        if scheme != "basic":
            return bool(credential) and (scheme != "bearer" or _is_among(credential, self.bearers))
        try:
            login = b64decode(credential, validate=True).decode(errors="replace")
        except ValueError:
            return False
        return ":" in login and _is_among(login, self.users)

    def stranger(self) -> Unauthorized:
        """Return the error for who shows no credential, whether or not one is asked for."""
        return Unauthorized("send a credential", 'Basic realm="mockserver"')

    def entry(self, schemes: Mapping[str, Mapping[str, Any]]) -> Mapping[str, str]:
        """Return header fields with a credential for each of *schemes* that a header can carry, one Authorization."""
        fields: dict[str, str] = {}
        for scheme in schemes.values():
            if scheme["type"] != "apiKey":
                name = str(scheme.get("scheme", "bearer")).lower()
                known = {"basic": self.users, "bearer": self.bearers}.get(name)
                credential = min(known or ["any:any" if name == "basic" else "any"])
                credential = b64encode(credential.encode()).decode() if name == "basic" else credential
                fields.setdefault("Authorization", f"{name.capitalize()} {credential}")
                continue
            key = min(self.api_keys.get(scheme["name"], ["any"]))
            if scheme["in"] == "header":
                fields[scheme["name"]] = key
            elif scheme["in"] == "cookie":
                fields["Cookie"] = "; ".join(filter(None, (fields.get("Cookie"), f"{scheme['name']}={key}")))
        return fields

    def prepare(self, headers: Mapping[str, str], query: str) -> None:
        """Return None: a plain answer is told one way."""

    def present(self, value: Any, shape: Shape, options: None) -> Any:  # noqa: ARG002 (told one way)
        """Return *value*."""
        return value

    def response_headers(self, options: None) -> Sequence[tuple[str, str]]:  # noqa: ARG002 (told one way)
        """Return what the choice of an answer depends on."""
        return (("Vary", "Accept, Prefer"),)

    def fault(self, status: int, message: str) -> dict[str, Any]:
        """Return the members of a problem (RFC 9457, section 3.1)."""
        return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": message}

    def fault_shape(self, document: Document) -> Shape:  # noqa: ARG002 (the same for every document)
        """Return the form of a problem."""
        return PROBLEM.component("problem")


def _is_among(credential: str, known: Collection[str] | None) -> bool:
    """Whether *credential* is one of those that are *known*, if any are."""
    return not known or credential in known
