"""The bodies of one exchange, for excerpts of what findings are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from mockserver import media
from mockserver.errors import MockserverError
from mockserver.excerpt import excerpt
from mockserver.exchange import Exchange, Headers
from mockserver.finding import Finding
from mockserver.media import negotiation
from mockserver.redaction import Redactor

EXCERPTS = 1000


class Bodies:
    """Values of the bodies of *exchange*, which holds nothing that may not be told."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def excerpted(self, finding: Finding) -> Finding:
        """Return *finding* with what stands around its pointer; as it is, where it has none or is in no body."""
        if finding.pointer is None or finding.excerpt:
            return finding
        value = self._request if finding.part.startswith("request") else self._response
        return finding if value is None else replace(finding, excerpt=excerpt(value, finding.pointer))

    @cached_property
    def _request(self) -> Any:
        request = self._exchange.request
        return _value(request.headers, request.body)

    @cached_property
    def _response(self) -> Any:
        response = self._exchange.response
        return _value(response.headers, response.body)


def told(redactor: Redactor, exchange: Exchange, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the *findings* of *exchange* without what may not be told, each with an excerpt of its body.

    Where very much is wrong, the first show what it is: the place of each has to be looked for in the body.
    """
    redacted = tuple(redactor.finding(each, exchange) for each in findings)
    if not any(each.pointer for each in redacted):
        return redacted
    bodies = Bodies(redactor.exchange(exchange))
    excerpted = (bodies.excerpted(each) for each in redacted[:EXCERPTS])
    return (*excerpted, *redacted[EXCERPTS:])


def _value(headers: Headers, body: bytes) -> Any:
    """Return the value of *body*; None where it cannot be told."""
    content_type = headers.get("content-type", "application/json")
    try:
        return media.decode(negotiation.essence(content_type), body, None, negotiation.charset_of(content_type))
    except MockserverError:
        return None
