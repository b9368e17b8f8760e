"""Parameters as they stand in a message, turned into values (OAS 3.0.3, Parameter Object, Style Values)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.contract.coercion import from_text, json_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


def claims(parameter: Parameter, name: str) -> bool:
    """Return whether a query's *name* tells something of *parameter*, see :func:`query_value`."""
    shape = parameter.schema.shape
    if parameter.style == "deepObject":
        return name.startswith(f"{parameter.name}[")
    if shape.kind == "object" and parameter.explode:
        return name in shape.properties
    return name == parameter.name


def text_value(parameter: Parameter, text: str) -> Any:
    """Return the value that *text* spells for *parameter*; what it cannot spell comes back as text."""
    shape = parameter.schema.shape
    if parameter.media_type is not None:
        return json_in(text) if parameter.media_type.lower().endswith("json") else from_text(text, shape)
    if shape.kind == "array":
        return from_text(_parts(parameter, text), shape)
    if shape.kind == "object":
        members = _members(parameter, text)
        return text if members is None else from_text(members, shape)
    return from_text(_bare(parameter, text), shape)


def _bare(parameter: Parameter, text: str) -> str:
    """Return *text* without what the style puts before a value (OAS 3.0.3, Style Examples)."""
    if parameter.style == "matrix":
        return text.removeprefix(f";{parameter.name}").removeprefix("=")
    return text.removeprefix(".") if parameter.style == "label" else text


def _parts(parameter: Parameter, text: str) -> list[str]:
    """Return the items of an array, or names and values of an object."""
    bare = _bare(parameter, text)
    if not bare:
        return []
    if parameter.style == "matrix" and parameter.explode:
        return [part.removeprefix(f"{parameter.name}=") for part in text.removeprefix(";").split(";")]
    if parameter.style == "label":
        # OAS 3.0.3 puts dots between items, OAS 3.0.4 and RFC 6570 commas unless exploded.
        return bare.split("," if "," in bare and not parameter.explode else ".")
    parts = bare.split(DELIMITERS.get(parameter.style, ","))
    # RFC 9110, section 5.6.1: white space round the items of a list means nothing.
    return [part.strip() for part in parts] if parameter.location == "header" else parts


def _members(parameter: Parameter, text: str) -> dict[str, str] | None:
    """Return the members of an object by name; None if *text* does not spell any."""
    parts = _parts(parameter, text)
    if parameter.explode:
        members = dict(part.partition("=")[::2] for part in parts)
        return members if all("=" in part for part in parts) else None
    return dict(zip(parts[::2], parts[1::2], strict=True)) if len(parts) % 2 == 0 else None


def is_free(shape: Shape) -> bool:
    """Whether any text at all is a value of *shape*."""
    limits = {"enum", "pattern", "format", "minLength", "maxLength", "anyOf", "oneOf", "not"}
    return shape.kind == "string" and not limits & shape.node.keys()


def single_value(parameter: Parameter, values: Mapping[str, str]) -> Any:
    """Return the value of a path, header or cookie parameter, found by name in *values*; ABSENT if it is not there."""
    text = values.get(parameter.name)
    return ABSENT if text is None or not text.startswith(_mark(parameter)) else text_value(parameter, text)


def _mark(parameter: Parameter) -> str:
    """Return what a text of the parameter begins with (OAS 3.0.3, Style Examples)."""
    if parameter.style != "matrix":
        return "." if parameter.style == "label" else ""
    has_names = parameter.explode and parameter.schema.shape.kind == "object"
    return ";" if has_names else f";{parameter.name}"
