"""A few lines of a body around the place that a finding is about."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

AROUND = 2
WIDTH = 72
MARK, PLAIN = "> ", "  "


def excerpt(value: Any, pointer: str, around: int = AROUND) -> str:
    """Return the lines round *pointer* (RFC 6901) in *value*, JSON as it is indented; those to blame begin with ``>``.

    Members beside it are shown, *around* before and after; what lies deeper is cut short, so the text
    is small however large the body. A pointer that leads nowhere shows the last node on its way.
    """
    parent, name, node = None, None, value
    for token in pointer.split("/")[1:]:
        key = _key(node, token.replace("~1", "/").replace("~0", "~"))
        if key is None:
            break
        parent, name, node = node, key, node[key]
    return "\n".join(_whole(node, around) if parent is None else _beside(parent, name, around))


def _key(node: Any, token: str) -> str | int | None:
    if isinstance(node, dict):
        return token if token in node else None
    inside = isinstance(node, list) and token.isascii() and token.isdigit() and int(token[:9]) < len(node)
    return int(token[:9]) if inside else None


def _whole(node: Any, around: int) -> Iterator[str]:
    """Yield a marked node, and of an object or array its first members."""
    if not isinstance(node, (dict, list)) or not node:
        yield MARK + _short(node)
        return
    opening, closing = "{}" if isinstance(node, dict) else "[]"
    shown = 2 * around + 1
    yield MARK + opening
    yield from (f"{PLAIN}  {line}" for line in _members(node, 0, shown))
    if len(node) > shown:
        yield f"{PLAIN}  … {len(node) - shown} more"
    yield PLAIN + closing


def _beside(parent: dict[str, Any] | list[Any], name: Any, around: int) -> Iterator[str]:
    """Yield the members of *parent* from *around* before to *around* after the one to blame, which is marked."""
    at = name if isinstance(parent, list) else list(parent).index(name)
    start, stop = max(at - around, 0), at + around + 1
    opening, closing = "{}" if isinstance(parent, dict) else "[]"
    yield PLAIN + opening + (f" … {start} before" if start else "")
    for place, line in enumerate(_members(parent, start, stop), start):
        yield (MARK if place == at else PLAIN) + "  " + line
    yield PLAIN + (f"… {len(parent) - stop} after " if len(parent) > stop else "") + closing


def _members(node: dict[str, Any] | list[Any], start: int, stop: int) -> Iterator[str]:
    if isinstance(node, dict):
        return (f"{_short(name)}: {_short(member)}" for name, member in islice(node.items(), start, stop))
    return (_short(member) for member in node[start:stop])


def _short(value: Any) -> str:
    """Return *value* as JSON on one line, at most about *WIDTH* wide."""
    match value:
        case None | True | False:
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            text = value[:WIDTH].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            return f'"{text}"' if len(value) <= WIDTH else f'"{text}…"'
        case dict():
            return "{…}" if value else "{}"
        case list():
            return "[…]" if value else "[]"
        case int() if abs(value) >= 1 << 256:  # the digits of a huge int take quadratic time
            return "…"
        case _:
            return str(value)[:WIDTH]
