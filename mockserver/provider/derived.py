"""Values that follow from their record's members alone: computed once for each of those members' values.

An appointment's recurrence follows from its start. Many records share a start; so they share the
recurrence, which nobody changes once it is made.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from mockserver.provider.formula import OWNER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mockserver.provider.formula import Path
    from mockserver.provider.program import Program
    from mockserver.provider.record import Member, Record

KEPT = 4096


def remembered(member: Member) -> Member:
    """Return *member*, computing anew only for values of what it reads that it has not met."""
    compute, show, reads = member.compute, member.show, member.reads
    if reads is None or member.constant:
        return member
    inputs = _inputs(reads)
    known: dict[tuple[Any, ...], Any] = {}

    def met(key: tuple[Any, ...]) -> Any:
        try:
            return known.get(key)
        except TypeError:  # an object or a list is among what is read
            return None

    def recall(record: Record) -> Any:
        key = inputs(record)
        try:
            if key in known:
                return known[key]
        except TypeError:
            return compute(record)
        value = compute(record)
        if show is not None and value is not None:
            show(value)  # what is shown needs its owner no more
        if len(known) >= KEPT:
            known.clear()
        known[key] = value
        return value

    if any(OWNER in path for path in reads):
        return member._replace(compute=recall, write=None)
    return member._replace(compute=recall, write=partial(_write, reads=reads, met=met, recall=recall))


def _write(
    program: Program, reads: Iterable[Path], met: Callable[[tuple[Any, ...]], Any], recall: Callable[[Record], Any]
) -> str:
    """Return an expression for what was *met* for the values that *reads* lead to, or else is computed."""
    values = [program.at(path) for path in reads]
    key = "".join(f"{value}, " for value in (*values, *(f"{value}.__class__" for value in values)))
    return f"{program.name(met)}(({key})) or {program.name(recall)}(record)"


def needed_of_owner(members: Mapping[str, Member]) -> tuple[Path, ...] | None:
    """Return the paths from its owner that an object with *members* follows from; None if it draws, or reads more."""
    needed: dict[Path, None] = {}
    for member in members.values():
        if member.constant:
            continue
        if member.reads is None:
            return None
        for path in member.reads:
            if path[0] == OWNER and len(path) > 1:
                needed[path[1:]] = None
            elif path[0] not in members:
                return None
    return tuple(needed)


def _inputs(paths: Iterable[Path]) -> Callable[[Record], tuple[Any, ...]]:
    """Return the function from a record to the values at *paths*, each with its class: 1 is not 1.0."""
    reach = [_value_at(path) for path in paths]

    def inputs(record: Record) -> tuple[Any, ...]:
        values = [each(record) for each in reach]
        return (*values, *[value.__class__ for value in values])

    return inputs


def _value_at(path: Path) -> Callable[[Record], Any]:
    if len(path) == 1:
        name = path[0]
        return lambda record: record.owner if name == OWNER else record[name]

    def value(record: Record) -> Any:
        reached: Any = record
        for name in path:
            if not isinstance(reached, dict):
                return reached
            reached = reached.owner if name == OWNER and hasattr(reached, OWNER) else reached[name]  # type: ignore[attr-defined]
        return reached

    return value
