"""JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7396), as lenient as the real server is.

Names in a patch match in any case the members that a document has; an exact match wins.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from mockserver.media.errors import PatchFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# RFC 6902, section 4: the members that each operation must have beside `op` and `path`.
OPERATIONS = {
    "add": ("value",),
    "remove": (),
    "replace": ("value",),
    "move": ("from",),
    "copy": ("from",),
    "test": ("value",),
}
POINTERS = ("path", "from")

# RFC 6901, sections 3 and 4: a tilde begins an escape; an index has no leading zero.
BROKEN_ESCAPE = re.compile(r"~(?![01])")
INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def apply(operations: Any, document: Any) -> Any:
    """Return *document* as the *operations* leave it; the slash that begins a path may be left out.

    Neither argument is changed. Raises PatchFailed with the first operation that fails.
    """
    if not isinstance(operations, list):
        raise PatchFailed(None, "it is not an array of operations")
    document = copy.deepcopy(document)
    for index, operation in enumerate(operations):
        fault = next(_faults(operation), None)
        if fault is not None:
            raise PatchFailed(index, fault)
        document = _applied(index, operation, document)
    return document


def merge(patch: Any, document: Any) -> Any:
    """Return *document* with the members of *patch* in place of its own, and without those that are null there.

    Neither argument is changed.
    """
    return _merged(copy.deepcopy(patch), copy.deepcopy(document))


def _merged(patch: Any, document: Any) -> Any:
    # RFC 7396, section 2: the function MergePatch.
    if not isinstance(patch, dict):
        return patch
    merged = document if isinstance(document, dict) else {}
    for given, value in patch.items():
        name = _spelling(given, merged)
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merged(value, merged.get(name))
    return merged


def _faults(operation: Any) -> Iterator[str]:
    """Yield what *operation* lacks of all that RFC 6902 asks for."""
    if not isinstance(operation, dict):
        yield "it is not an object"
        return
    name = operation.get("op")
    if not isinstance(name, str) or name not in OPERATIONS:
        yield f"`op` is none of {', '.join(OPERATIONS)}"
        return
    for member in ("path", *OPERATIONS[name]):
        if member not in operation:
            yield f"`{name}` needs `{member}`"
        elif member in POINTERS:
            yield from _faults_of_pointer(member, operation[member])


def _faults_of_pointer(member: str, pointer: Any) -> Iterator[str]:
    if not isinstance(pointer, str):
        yield f"`{member}` is not a text"
    elif BROKEN_ESCAPE.search(pointer):
        yield f"`{member}` is no JSON Pointer: a tilde is not followed by 0 or 1"


def _applied(index: int, operation: Mapping[str, Any], document: Any) -> Any:
    import jsonpatch  # noqa: PLC0415 (17 ms to import, and most runs see no patch)

    located = {**operation}
    for member in ("path", *OPERATIONS[operation["op"]]):
        if member in POINTERS:
            located[member] = _located(operation[member], document)
    try:
        return jsonpatch.JsonPatch([located]).apply(document, in_place=True)
    except jsonpatch.JsonPatchTestFailed as error:
        raise PatchFailed(index, f"the value at {_shown(located['path'])} is not the one asked for") from error
    except jsonpatch.JsonPointerException as error:
        raise PatchFailed(index, f"{_shown(operation['path'])} leads to no place in the document") from error
    except jsonpatch.JsonPatchException as error:
        raise PatchFailed(index, " ".join(str(error).split())) from error


def _shown(pointer: str) -> str:
    return " ".join(pointer.split()) or "the root"


def _located(pointer: str, document: Any) -> str:
    """Return *pointer* with its slash, and with names as *document* spells them."""
    from mockserver.contract import pointer as pointers  # noqa: PLC0415 (the contract is heavier than all of this room)

    tokens = pointers.split(pointer if pointer.startswith("/") or not pointer else f"/{pointer}")
    place = document
    for level, token in enumerate(tokens):
        if isinstance(place, dict):
            tokens[level] = _spelling(token, place)
            place = place.get(tokens[level])
        elif isinstance(place, list) and INDEX.fullmatch(token) and int(token) < len(place):
            place = place[int(token)]
        else:
            break
    return pointers.build(tokens)


def _spelling(name: str, members: Mapping[str, Any]) -> str:
    """Return how *members* spells *name*: the exact name, else the first that differs in case alone."""
    if name in members:
        return name
    folded = name.lower()
    return next((member for member in members if member.lower() == folded), name)
