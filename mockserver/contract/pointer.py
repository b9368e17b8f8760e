"""JSON Pointers (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def join(pointer: str, *tokens: str | int) -> str:
    """Return *pointer* with *tokens* appended, each escaped."""
    return pointer + "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def build(tokens: Iterable[str | int]) -> str:
    """Return the pointer made of *tokens*."""
    return join("", *tokens)


def split(pointer: str) -> list[str]:
    """Return the tokens of *pointer*, unescaped."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def resolve(root: Any, pointer: str) -> Any:
    """Return the value at *pointer* in *root*; raises LookupError where there is none."""
    value = root
    for token in split(pointer):
        if isinstance(value, list):
            if not token.isdigit():
                raise LookupError(pointer)
            value = value[int(token)]
        elif isinstance(value, dict):
            value = value[token]
        else:
            raise LookupError(pointer)
    return value
