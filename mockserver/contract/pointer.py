"""JSON Pointers (RFC 6901)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

INDEX = re.compile(r"0|[1-9][0-9]*")


def join(pointer: str, *tokens: str | int) -> str:
    """Return *pointer* with *tokens* appended, each escaped."""
    for token in tokens:
        text = str(token)
        if "~" in text or "/" in text:
            text = text.replace("~", "~0").replace("/", "~1")
        pointer = f"{pointer}/{text}"
    return pointer


def build(tokens: Iterable[str | int]) -> str:
    """Return the pointer made of *tokens*."""
    return join("", *tokens)


def split(pointer: str) -> list[str]:
    """Return the tokens of *pointer*, unescaped."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def index(token: str) -> int | None:
    """Return the place in an array that *token* names (section 4); None for any other text."""
    return int(token) if INDEX.fullmatch(token) else None


def texts_in(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text in *value*, which stands at *pointer*, with its pointer; names of members are none."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from texts_in(item, join(pointer, name))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from texts_in(item, f"{pointer}/{place}")


def resolve(root: Any, pointer: str) -> Any:
    """Return the value at *pointer* in *root*; raises LookupError where there is none."""
    if pointer and not pointer.startswith("/"):
        raise LookupError(pointer)
    value = root
    for token in split(pointer):
        place: Any = index(token) if isinstance(value, list) else token
        if place is None or not isinstance(value, list | dict):
            raise LookupError(pointer)
        value = value[place]
    return value
