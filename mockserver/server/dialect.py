"""What a vendor's dialect is to the server: who may enter, how an answer is told, how an error looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mockserver.contract import Document, Shape
from mockserver.errors import MockserverError


class Dialect(Protocol):
    """One value handed to the server; every method is pure and quick."""

    @property
    def lenient(self) -> bool:
        """Whether requests are read as the real server reads them, see ``reading.Reader``."""

    def verify(self, scheme: Mapping[str, Any], headers: Mapping[str, str], query: str) -> bool:
        """Return whether a request carries what the Security Scheme Object *scheme* asks for; may raise."""

    def stranger(self) -> MockserverError:
        """Return the error for who shows no credential, whether or not one is asked for."""

    def entry(self, schemes: Mapping[str, Mapping[str, Any]]) -> Mapping[str, str]:
        """Return header fields that let a client in, for the Security Scheme Objects *schemes* by name."""

    def prepare(self, headers: Mapping[str, str], query: str) -> Any:
        """Return how the client wants its answer told; raises a MockserverError with a ``status``."""

    def present(self, value: Any, shape: Shape, options: Any) -> Any:
        """Return *value* told as *options* ask, *value* itself unchanged."""

    def response_headers(self, options: Any) -> Sequence[tuple[str, str]]:
        """Return the header fields that go with such an answer."""

    def fault(self, status: int, message: str) -> Any:
        """Return the body of an error."""

    def fault_shape(self, document: Document) -> Shape:
        """Return the form of an error's body: what it is called, and its members."""

    @property
    def fault_types(self) -> Mapping[str, str]:
        """The media type of an error by the one that a client asks for; the first is for those that do not say."""
