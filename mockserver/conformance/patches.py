"""JSON Patches (RFC 6902) that apply: what was made up by a schema, led to members that there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.contract import Shape
from mockserver.contract.pointer import build
from mockserver.reading import defaults

WRITING = ("add", "replace", "test")
NUMBERS = ("integer", "number")


def applicable(operations: list[Any], shape: Shape) -> list[Any]:
    """Return *operations* so that they apply to an empty value of *shape*, in order; what is no operation is left out.

    Paths become those of members, chosen by the paths that stood there; values fit their members.
    """
    names = list(shape.properties)
    if not names:
        return []
    return list(_applied(operations, names, shape, dict(defaults(shape))))


def _applied(operations: list[Any], names: list[str], shape: Shape, state: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operation in operations:
        if not isinstance(operation, dict) or operation.get("op") not in WRITING:
            continue
        name = names[sum(str(operation.get("path", "")).encode()) % len(names)]
        if operation["op"] == "test":
            value = state[name]
        else:
            value = state[name] = _fitting(operation.get("value"), shape.properties[name])
        yield {"op": operation["op"], "path": build([name]), "value": value}


def _fitting(value: Any, member: Shape) -> Any:
    """Return *value* if it is of the member's kind, else a value that is."""
    if member.kind in NUMBERS:
        number = value if isinstance(value, int) and not isinstance(value, bool) else len(str(value))
        least, most = member.node.get("minimum", number), member.node.get("maximum", number)
        return max(least, min(most, number))
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool}
    kind = kinds.get(member.kind)
    return value if kind is None or isinstance(value, kind) else kind()
