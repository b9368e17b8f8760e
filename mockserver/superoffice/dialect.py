"""The vendor's dialect as one value: who may enter, what a request asks of an answer, how errors look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from mockserver.contract.shape import Shape
from mockserver.superoffice import faults, localization, selection, timezones
from mockserver.superoffice.authorization import Gate, Identity, Refusal
from mockserver.superoffice.localization import Localization
from mockserver.superoffice.selection import Selection
from mockserver.superoffice.timezones import Presentation

VARY = "Accept, Accept-Language, SO-Language, SO-Culture, SO-TimeZone"


@dataclass(frozen=True, slots=True)
class Options:
    """What a request asks of its answer; None each where it asks for nothing."""

    selection: Selection | None = None
    presentation: Presentation | None = None
    localization: Localization | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a SuperOffice server with this gate speaks; *zone* is its own time zone."""

    gate: Gate = field(default_factory=Gate)
    zone: tzinfo = field(default_factory=lambda: timezones.zone_named("Europe/Oslo"))

    def admit(self, headers: Mapping[str, str]) -> Identity | Refusal:
        """Return who sends a request with *headers* (found by name in any case), or why nobody does."""
        return self.gate.admit(headers)

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
            value = localization.translate(value, options.localization)
        if options.presentation is not None:
            value = timezones.convert(value, shape, options.presentation, self.zone)
        return value

    def response_headers(self, options: Options) -> tuple[tuple[str, str], ...]:
        """Return the headers of an answer that was presented: what it varies by, its zone and language."""
        return _response_headers(options.presentation, options.localization, self.zone)

    def fault(self, status: int, message: str) -> dict[str, Any]:
        """Return the body of an error answer; its name in XML is :data:`faults.ERROR_NAME`."""
        return faults.fault(status, message)


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
