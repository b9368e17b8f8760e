"""The value that a form holds, as its schema and Encoding Objects read it (OAS 3.0.3, Media Type Object)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver import media
from mockserver.contract import Content, Encoding, Shape
from mockserver.contract.coercion import from_text, json_in
from mockserver.contract.parameters import ABSENT, claims, query_value
from mockserver.contract.pointer import join
from mockserver.errors import MockserverError
from mockserver.media import negotiation
from mockserver.media.body import text_of
from mockserver.media.multipart import Part

AS_IT_IS = Encoding()


def of_fields(fields: Mapping[str, Any], content: Content, shape: Shape) -> dict[str, Any]:
    """Return the value of a urlencoded form, whose *fields* are texts and lists of texts by name.

    A property with a style is read as a query parameter is; one whose media type is JSON is JSON.
    """
    left = dict(fields)
    found: dict[str, Any] = {}
    for name, encoding in content.encoding.items():
        if encoding.parameter is not None:
            pairs = [(each, text) for each in left for text in _listed(left[each])]
            value = query_value(encoding.parameter, pairs)
            if value is not ABSENT:
                found[name] = value
                left = {each: text for each, text in left.items() if not claims(encoding.parameter, each)}
        elif isinstance(left.get(name), str) and "json" in map(media.family, encoding.media_types):
            found[name] = json_in(left.pop(name))
    return {**from_text(left, shape), **found}


def _listed(texts: Any) -> list[str]:
    return texts if isinstance(texts, list) else [texts]


def of_parts(parts: Iterable[Part], content: Content, shape: Shape, reasons: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the value of a form in *parts*; why a part has none goes to *reasons*, with its pointer.

    What is no text becomes a text with a character for each byte. Parts of one name are an array.
    """
    found: dict[str, list[Any]] = {}
    for part in parts:
        declared = shape.properties.get(part.name) or shape.additional
        encoding = content.encoding.get(part.name, AS_IT_IS)
        try:
            value = _value(part, declared, encoding)
        except MockserverError as error:
            reasons.append((join("", part.name), str(error)))
        else:
            found.setdefault(part.name, []).append(value)
    return {name: _gathered(values, shape.properties.get(name)) for name, values in found.items()}


def _gathered(values: list[Any], declared: Shape | None) -> Any:
    if len(values) > 1:
        return values
    # A whole array may be sent as one part of JSON.
    is_array = declared is not None and declared.kind == "array"
    return values if is_array and not isinstance(values[0], list) else values[0]


def _value(part: Part, declared: Shape | None, encoding: Encoding) -> Any:
    """Return what *part* holds for *declared*, in the media type that it names, or that the document does."""
    allowed = encoding.media_types
    if part.content_type and allowed and not negotiation.choose(", ".join(allowed), (part.content_type,)):
        raise media.UnsupportedMediaType(negotiation.essence(part.content_type), allowed)
    media_type = part.content_type or (allowed[0] if len(allowed) == 1 else "")
    shape = declared.items if declared is not None and declared.kind == "array" else declared
    family, charset = media.family(media_type), negotiation.charset_of(media_type)
    if family in ("json", "xml"):
        return media.decode(media_type, part.body, shape, charset)
    if (media_type and family is None) or (shape is not None and shape.node.get("format") == "binary"):
        return part.body.decode("latin-1")
    text = text_of(part.body, charset, media_type or "text/plain")
    return text if shape is None else from_text(text, shape)
