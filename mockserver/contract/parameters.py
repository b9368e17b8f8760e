"""Parameters as they stand in a message, turned into values (OAS 3.0.3, Parameter Object, Style Values)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from mockserver.contract.coercion import from_text

if TYPE_CHECKING:
    from mockserver.contract.operation import Parameter
    from mockserver.contract.shape import Shape

ABSENT: Any = object()
DELIMITERS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|", "simple": ","}


def query_value(parameter: Parameter, pairs: Sequence[tuple[str, str]]) -> Any:
    """Return what the decoded query *pairs* hold for *parameter*, as a value; ABSENT where they hold nothing."""
    shape = parameter.schema.shape
    if parameter.style == "deepObject":
        prefix = parameter.name + "["
        members = {name[len(prefix) : -1]: text for name, text in pairs if name.startswith(prefix) and name[-1] == "]"}
        return from_text(members, shape) if members else ABSENT
    if shape.kind == "object" and parameter.explode and parameter.media_type is None:
        members = {name: text for name, text in pairs if name in shape.properties}
        return from_text(members, shape) if members else ABSENT
    texts = [text for name, text in pairs if name == parameter.name]
    if not texts:
        return ABSENT
    if shape.kind == "array" and (parameter.explode or len(texts) > 1) and parameter.media_type is None:
        return from_text(texts, shape)
    return text_value(parameter, texts[-1])


def text_value(parameter: Parameter, text: str) -> Any:
    """Return the value that *text* spells for *parameter*; what it cannot spell comes back as text."""
    shape = parameter.schema.shape
    if parameter.media_type is not None:
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return text
    prefix = {"label": ".", "matrix": f";{parameter.name}="}.get(parameter.style, "")
    text = text.removeprefix(prefix)
    delimiter = DELIMITERS.get(parameter.style, ",")
    if parameter.explode and parameter.style in ("label", "matrix"):
        delimiter = prefix
    if shape.kind == "array":
        return from_text(text.split(delimiter) if text else [], shape)
    if shape.kind == "object":
        return from_text(_members(text, delimiter, explode=parameter.explode), shape)
    return from_text(text, shape)


def _members(text: str, delimiter: str, *, explode: bool) -> dict[str, str]:
    parts = text.split(delimiter)
    if explode:
        return dict(part.partition("=")[::2] for part in parts)
    return dict(zip(parts[::2], parts[1::2], strict=False))


def is_free(shape: Shape) -> bool:
    """Whether any text at all is a value of *shape*."""
    limits = {"enum", "pattern", "format", "minLength", "maxLength", "anyOf", "oneOf", "not"}
    return shape.kind == "string" and not limits & shape.node.keys()


def single_value(parameter: Parameter, values: Mapping[str, str]) -> Any:
    """Return the value of a path, header or cookie parameter, found by name in *values*; ABSENT if it is not there."""
    text = values.get(parameter.name)
    return ABSENT if text is None else text_value(parameter, text)
