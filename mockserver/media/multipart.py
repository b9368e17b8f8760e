"""Form data in parts: ``multipart/form-data`` (RFC 7578)."""

from __future__ import annotations

import logging
from typing import NamedTuple

from mockserver.media import negotiation
from mockserver.media.errors import MalformedBody

MEDIA_TYPE = "multipart/form-data"


class Part(NamedTuple):
    """One part: *content_type* as it was sent, blank where it was not."""

    name: str
    content_type: str
    body: bytes


def decode(content_type: str, body: bytes) -> list[Part]:
    """Return the parts of *body* in its order; raises MalformedBody, also where *content_type* has no boundary."""
    # Loaded late, as few bodies have parts.
    from python_multipart.exceptions import FormParserError  # noqa: PLC0415 (see above)
    from python_multipart.multipart import MultipartParser  # noqa: PLC0415 (see above)

    parsed = negotiation.MediaType.parse(content_type)
    boundary = parsed.parameter("boundary") if parsed else None
    if not boundary:
        raise MalformedBody(MEDIA_TYPE, "its Content-Type has no boundary parameter")
    found = _Parts()
    try:
        parser = MultipartParser(boundary.encode("latin-1", "replace"), found.callbacks)  # type: ignore[arg-type]
        # What is wrong is told to the client, and not to standard error besides.
        parser.logger.addHandler(logging.NullHandler())
        parser.write(body)
    except FormParserError as error:
        raise MalformedBody(MEDIA_TYPE, str(error)) from error
    if not found.is_whole:
        raise MalformedBody(MEDIA_TYPE, f"it does not end with the boundary --{boundary}--")
    return found.parts


class _Parts:
    """What the parser tells its events to: builds parts."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.is_whole = False
        self._headers: dict[str, str] = {}
        self._name, self._value, self._body = bytearray(), bytearray(), bytearray()
        self.callbacks = {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header,
            "on_part_data": lambda data, start, end: self._body.extend(data[start:end]),
            "on_part_end": self._part,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._headers = {}
        self._body = bytearray()

    def _header(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = self._value.decode("latin-1").strip()
        self._name, self._value = bytearray(), bytearray()

    def _part(self) -> None:
        from python_multipart.multipart import parse_options_header  # noqa: PLC0415 (loaded already)

        _, options = parse_options_header(self._headers.get("content-disposition", ""))
        if b"name" not in options:
            raise MalformedBody(MEDIA_TYPE, f"part {len(self.parts)} has no name in its Content-Disposition")
        name = options[b"name"].decode(errors="replace")
        self.parts.append(Part(name, self._headers.get("content-type", ""), bytes(self._body)))

    def _end(self) -> None:
        self.is_whole = True
