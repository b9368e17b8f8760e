"""Errors as answers: as the document tells those of an operation, else in the dialect's own form."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver import media
from mockserver.contract import Contract, Shape
from mockserver.exchange import Headers
from mockserver.media import negotiation
from mockserver.server.dialect import Dialect
from mockserver.server.gateway import App
from mockserver.server.handler import Handler, content_type
from mockserver.server.messages import Answer, fields
from mockserver.server.refusal import Refused


class Faults:
    """Tells errors; *handlers* are by operation id, *shape* is that of the dialect's own errors."""

    def __init__(self, contract: Contract, dialect: Dialect, shape: Shape, handlers: Mapping[str, App]) -> None:
        self._contract = contract
        self._dialect = dialect
        self._shape = shape
        self._handlers = handlers

    def answer(self, error: Refused, headers: Headers, operation: tuple[str, str] | None) -> Answer:
        """Return *error* in a media type that *headers* ask for; *operation* is method and path of one, if known."""
        match = None if operation is None else self._contract.find(*operation)
        handler = None if match is None else self._handlers.get(match.operation.id)
        told = handler.refusal(error, headers) if isinstance(handler, Handler) else None
        return self._own(error, headers) if told is None else told

    def _own(self, error: Refused, headers: Headers) -> Answer:
        offered = tuple(self._dialect.fault_types)
        media_type = self._dialect.fault_types[negotiation.choose(headers.get("accept"), offered) or offered[0]]
        body = media.encode(media_type, self._dialect.fault(error.status, error.message), self._shape)
        head = (content_type(media_type), *fields(("Vary", "Accept"), *error.headers.items()))
        return Answer(error.status, head, body)
