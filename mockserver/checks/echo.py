"""Ids that come back: the entity that a request names by its id is the one that the answer shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from mockserver.checks.subject import Subject
from mockserver.contract import Shape
from mockserver.contract.naming import key_property, normal, stem
from mockserver.contract.pointer import build, join
from mockserver.finding import Finding, Party, Rule, Severity

ECHO = Rule("echo.id", Party.PROVIDER, Severity.ERROR, "The answer shows the entity whose id the request names.")
SHOWN = Rule("echo.shown", Party.PROVIDER, Severity.WARNING, "The entity whose id the request names is there at all.")
RULES = (ECHO, SHOWN)
DEPTH_AT_MOST = 3


class Echo(NamedTuple):
    """Where an answer shows the entity that a request parameter or member *name* chooses.

    *path* leads to its key, which the document declares at *contract*.
    """

    name: str
    path: tuple[str, ...]
    contract: str


def echo(subject: Subject) -> Iterator[Finding]:
    """The id of the entity shown is the one asked for. An id below 1 asks for none."""
    if subject.shape is None or not subject.head.succeeds or not subject.head.knows("request"):
        return
    for name, path, contract in echoes_of(subject, subject.shape):
        asked = subject.asked.get(name)
        if not is_id(asked):
            continue
        answered = _at(subject.value, path)
        if answered is None and len(path) > 1:
            yield from _missing(subject, Echo(name, path, contract), asked)
        if isinstance(answered, int | str) and str(answered) != str(asked):
            pointer = build(path)
            if subject.is_hidden(pointer):
                continue
            yield ECHO.finding(
                f"{'.'.join(path)} is {answered}, though the request says {name} {asked}",
                part="response body",
                pointer=pointer,
                contract=subject.desk.place(contract),
                expected=str(asked),
                actual=str(answered),
            )


def _missing(subject: Subject, echo: Echo, asked: Any) -> Iterator[Finding]:
    """Yield a finding if the entity that *echo* is about is null: whoever asks for one by its id expects to see it."""
    *way, last, _ = echo.path
    holder = _at(subject.value, tuple(way))
    pointer = build((*way, last))
    if isinstance(holder, dict) and last in holder and holder[last] is None and not subject.is_hidden(pointer):
        yield SHOWN.finding(
            f"{'.'.join((*way, last))} is null, though the request says {echo.name} {asked}",
            part="response body",
            pointer=pointer,
            contract=subject.desk.place(echo.contract),
            expected=f"the entity {asked}",
            actual="null",
        )


def is_id(value: Any) -> bool:
    """Return whether *value* asks for an entity; an id below 1 asks for none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return False
    return value > 0 if isinstance(value, int) else bool(value)


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def echoes_of(subject: Subject, shape: Shape) -> tuple[Echo, ...]:
    """Return where answers of *shape* show what requests of the subject's operation choose."""
    key = ("echo", shape.pointer)
    known: tuple[Echo, ...] | None = subject.desk.compiled.get(key)
    if known is None:
        known = subject.desk.compiled[key] = tuple(_found(_names(subject), shape, subject.operation.path))
    return known


def _names(subject: Subject) -> dict[str, None]:
    """Return the names that a request may have, of parameters and members, that end like an id."""
    names = dict.fromkeys(each.name for each in subject.operation.parameters if each.location in ("path", "query"))
    for content in subject.operation.contents.values():
        if content.schema is not None:
            names |= dict.fromkeys(content.schema.shape.properties)
    return {name: None for name in names if stem(name) is not None}


def _found(names: dict[str, None], shape: Shape, path: str) -> Iterator[Echo]:
    shown = list(_entities(shape, ()))
    for name in names:
        fitting = [(where, key, each) for where, key, each in shown if _chooses(name, key, each, path, where)]
        least = min((len(where) for where, _, _ in fitting), default=0)
        nearest = [each for each in fitting if len(each[0]) == least]
        # Of several shown side by side (Person and InvitedPerson) the one called after its type is meant.
        named = [each for each in nearest if not each[0] or normal(each[0][-1]) == normal(each[2].name or "")]
        for where, key, each in nearest if len(nearest) == 1 else named[:1]:
            yield Echo(name, (*where, key), join(each.pointer, "properties", key))


def _chooses(name: str, key: str, shape: Shape, path: str, where: tuple[str, ...]) -> bool:
    """Return whether the request's *name* is the id of the entity *shape*; a plain ``id`` is that of the root."""
    if stem(name) == "":
        return not where and f"{{{name}}}" in path and path.endswith(f"{{{name}}}")
    return normal(name) in (normal(key), f"{normal(shape.name or '')}id")


def _entities(shape: Shape, where: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, Shape]]:
    """Yield the entities that values of *shape* show, not in arrays: path, key and shape."""
    if shape.kind != "object" or len(where) > DEPTH_AT_MOST:
        return
    key = shape.extension("x-entity", {}).get("key")
    if key is None and shape.name:
        key = key_property(shape.name, _scalars(shape))
    if key is not None:
        yield where, key, shape
    for name, member in shape.properties.items():
        if member.kind == "object":
            yield from _entities(member, (*where, name))


def _scalars(shape: Shape) -> Iterator[str]:
    return (name for name, member in shape.properties.items() if member.kind in ("string", "integer"))


CHECKS = (echo,)
