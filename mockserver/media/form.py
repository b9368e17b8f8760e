"""Form data: ``application/x-www-form-urlencoded`` (WHATWG URL Standard, section 5)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from mockserver.media.body import codec, text_of
from mockserver.media.errors import MalformedBody

if TYPE_CHECKING:
    from collections.abc import Iterator

MEDIA_TYPE = "application/x-www-form-urlencoded"


def decode(body: bytes, charset: str | None = None) -> dict[str, Any]:
    """Return text by name, and a list of texts for a name that occurs several times.

    Blank values are kept; names are kept as they are, dots and brackets included. Raises
    MalformedBody and UnknownCharset.
    """
    encoding = codec(charset) if charset else "utf-8"
    text = text_of(body, charset, MEDIA_TYPE)
    try:
        pairs = parse_qsl(text, keep_blank_values=True, encoding=encoding, errors="strict")
    except UnicodeError as error:
        raise MalformedBody(MEDIA_TYPE, f"a percent-encoded text is not {encoding}") from error
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def encode(value: Any) -> bytes:
    """Return the members of an object as form data; any other value is a field without a name.

    A list repeats its name; objects inside are JSON (OAS 3.0.3, section 4.7.15); null is blank.
    """
    members = value.items() if isinstance(value, dict) else [("", value)]
    pairs = [(name, text) for name, member in members for text in _texts(member)]
    return urlencode(pairs, errors="replace").encode()


def _texts(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if item is None:
            yield ""
        else:
            yield item if isinstance(item, str) else json.dumps(item)
