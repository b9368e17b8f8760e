"""The vendor's dialect as one value: who may enter, what a request asks of an answer, how errors look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from mockserver.contract import Document, Shape
from mockserver.superoffice import faults, localization, selection, timezones
from mockserver.superoffice.authorization import Gate, Identity, Refusal
from mockserver.superoffice.faults import RequestError
from mockserver.superoffice.localization import Localization
from mockserver.superoffice.selection import Selection
from mockserver.superoffice.timezones import Presentation

VARY = "Accept, Accept-Language, SO-Language, SO-Culture, SO-TimeZone, Prefer"


@dataclass(frozen=True, slots=True)
class Options:
    """What a request asks of its answer; None each where it asks for nothing."""

    selection: Selection | None = None
    presentation: Presentation | None = None
    localization: Localization | None = None


@dataclass(eq=False)
class Unauthorized(RequestError):
    """A request is refused at the gate."""

    refusal: Refusal
    status = 401

    def __str__(self) -> str:
        """Return why."""
        return self.refusal.message

    @property
    def headers(self) -> Mapping[str, str]:
        """What the answer says besides: the schemes that would do (RFC 9110 section 11.6.1)."""
        return {"WWW-Authenticate": ", ".join(self.refusal.challenges)}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a SuperOffice server with this gate speaks; *zone* is its own time zone."""

    lenient: ClassVar[bool] = True  # names of request members in any case, integers as texts
    fault_types: ClassVar[Mapping[str, str]] = {name: name for name in faults.MEDIA_TYPES}

    gate: Gate = field(default_factory=Gate)
    zone: tzinfo = field(default_factory=lambda: timezones.zone_named("Europe/Oslo"))

    def admit(self, headers: Mapping[str, str]) -> Identity | Refusal:
        """Return who sends a request with *headers* (found by name in any case), or why nobody does."""
        return self.gate.admit(headers)

    def verify(self, scheme: Mapping[str, Any], headers: Mapping[str, str], query: str) -> bool:  # noqa: ARG002 (the gate sees all schemes at once)
        """Return True for a request that is let in; raises Unauthorized for any other.

        Whichever *scheme* is asked for: one of those that the document has is enough, and what is
        sent decides which.
        """
        verdict = self.admit(headers)
        if isinstance(verdict, Refusal):
            raise Unauthorized(verdict)
        return True

    def stranger(self) -> Unauthorized:
        """Return the error for who shows no credential, whether or not one is asked for."""
        return Unauthorized(self.gate.stranger)

    def entry(self, schemes: Mapping[str, Mapping[str, Any]]) -> Mapping[str, str]:  # noqa: ARG002 (the gate knows)
        """Return header fields that let a client in."""
        return self.gate.entry

    def prepare(self, headers: Mapping[str, str], query: str) -> Options:
        """Return what *headers* and the raw *query* ask of an answer; raises RequestError."""
        return _options(
            _selected(query) if query else None,
            headers.get("so-language"),
            headers.get("accept-language"),
            headers.get("so-culture"),
            headers.get("so-timezone"),
        )

    def present(self, value: Any, shape: Shape, options: Options) -> Any:
        """Return *value*, an instance of *shape*, as *options* ask; the same object where they ask nothing.

        The three steps do not touch each other's ground, so the one that leaves least goes first.
        """
        if options.selection is not None:
            value = selection.select(value, options.selection, shape)
        if options.localization is not None:
            value = localization.translate(value, shape, options.localization)
        if options.presentation is not None:
            value = timezones.convert(value, shape, options.presentation, self.zone)
        return value

    def response_headers(self, options: Options) -> tuple[tuple[str, str], ...]:
        """Return the headers of an answer that was presented: what it varies by, its zone and language."""
        return _response_headers(options.presentation, options.localization, self.zone)

    def fault(self, status: int, message: str) -> dict[str, Any]:
        """Return the body of an error answer."""
        return faults.fault(status, message)

    def fault_shape(self, document: Document) -> Shape:
        """Return the form of an error's body, as *document* has it; raises DocumentError if it has none."""
        return document.component(faults.ERROR_NAME)


@lru_cache(maxsize=256)
def _selected(query: str) -> str:
    """Return the ``$select`` of a query; given more than once, its values add up."""
    return ",".join(text for name, text in parse_qsl(query, keep_blank_values=True) if name.lower() == "$select")


@lru_cache(maxsize=512)
def _options(
    select: str | None,
    so_language: str | None,
    accept_language: str | None,
    so_culture: str | None,
    so_timezone: str | None,
) -> Options:
    return Options(
        Selection.parse(select),
        timezones.parse(so_timezone),
        localization.choose(so_language, accept_language, so_culture),
    )


@lru_cache(maxsize=512)
def _response_headers(
    presentation: Presentation | None, language: Localization | None, zone: tzinfo
) -> tuple[tuple[str, str], ...]:
    code = presentation.code if presentation and presentation.code else timezones.code_of(zone)
    headers = (("Vary", VARY), ("SO-TimeZone", code))
    return (*headers, ("Content-Language", language.content_language)) if language else headers
