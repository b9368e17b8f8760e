"""Bytes to value and back for each media type, and which media type a client asked for.

Importing this loads no parser but that of JSON: XML, whose patterns take 15 ms to compile, waits for its first body.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from mockserver.media import form, json, negotiation, patch
from mockserver.media.body import text_of
from mockserver.media.errors import MalformedBody, PatchFailed, UnknownCharset, UnsupportedMediaType

if TYPE_CHECKING:
    from mockserver.contract.shape import Shape

__all__ = [
    "Family",
    "MalformedBody",
    "PatchFailed",
    "UnknownCharset",
    "UnsupportedMediaType",
    "decode",
    "encode",
    "family",
    "form",
    "json",
    "negotiation",
    "patch",
]

Family = Literal["json", "xml", "form", "text"]


@lru_cache(maxsize=512)
def family(media_type: str) -> Family | None:
    """Return how a body of *media_type* is written, parameters aside, or None if we cannot tell (RFC 6838, 4.2.8)."""
    essence = negotiation.essence(media_type)
    main, _, sub = essence.partition("/")
    if essence == form.MEDIA_TYPE:
        return "form"
    if sub.endswith("+json") or essence in ("application/json", "text/json"):
        return "json"
    if sub.endswith("+xml") or essence in ("application/xml", "text/xml"):
        return "xml"
    return "text" if main == "text" and sub else None


def decode(media_type: str, body: bytes, shape: Shape | None = None, charset: str | None = None) -> Any:
    """Return the value that *body* holds; a patch comes back as it is, for the caller to apply.

    *shape* guides XML alone. Raises MalformedBody, UnknownCharset and UnsupportedMediaType.
    """
    match family(media_type):
        case "json":
            return json.decode(body, charset)
        case "xml":
            from mockserver.media import exact  # noqa: PLC0415 (see the module's docstring)

            return exact.read(body, shape, charset).value
        case "form":
            return form.decode(body, charset)
        case "text":
            return text_of(body, charset, media_type)
        case None:
            raise UnsupportedMediaType(media_type)


def encode(media_type: str, value: Any, shape: Shape | None = None) -> bytes:
    """Return *value* as a body of *media_type* in UTF-8; raises UnsupportedMediaType.

    *shape* guides XML alone. As text, a value that is not a string is written as JSON.
    """
    match family(media_type):
        case "json":
            return json.encode(value)
        case "xml":
            from mockserver.media import xml  # noqa: PLC0415 (see the module's docstring)

            return xml.encode(value, shape)
        case "form":
            return form.encode(value)
        case "text":
            return value.encode(errors="replace") if isinstance(value, str) else json.encode(value)
        case None:
            raise UnsupportedMediaType(media_type)
