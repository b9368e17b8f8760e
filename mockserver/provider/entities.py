"""Which schemas are entities, by the document's own names, and which properties refer to them.

A component schema ``T`` with a property ``TId`` (or, in other styles of naming, ``t_id`` or plain
``id``) is an entity. A property ``TId`` elsewhere refers to it. ``x-entities`` and ``x-rows`` are
tables of entities that are known one by one.
"""

from __future__ import annotations

import re
from bisect import bisect
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from mockserver.contract.naming import ID, key_names, key_property, normal, stem
from mockserver.contract.pointer import join
from mockserver.provider.branches import constraints, judge
from mockserver.provider.scalars import ids
from mockserver.provider.source import unit
from mockserver.provider.values import known_locale, locales

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mockserver.contract import Document, Shape

POPULATION = 1000
LOCALE = "Locale"
WEIGHT = "weight"


@dataclass(frozen=True)
class Entity:
    """A type of entities.

    *key* is the property that holds the id, *population* how many ids others draw from. An entity
    of a table has *rows* by id, with *weights* for drawing; one without a schema has no *shape*.
    """

    name: str
    key: str
    shape: Shape | None
    population: int
    rows: Mapping[Any, Mapping[str, Any]]
    weights: Mapping[Any, float]

    @cached_property
    def draw_row(self) -> Callable[[int], Any]:
        """Return the function from key to the id of a row, each as often as its weight says."""
        return weighted(list(self.weights), list(self.weights.values()))

    def has(self, number: Any) -> bool:
        """Return whether *number* is the id of one."""
        return number in self.rows if self.rows else isinstance(number, int) and number >= 1

    @cached_property
    def takes(self) -> Callable[[Any], bool]:
        """Return the function that tells whether a value can be the id of one, by the key's schema."""
        if self.shape is None:
            return lambda number: number in self.rows
        return judge(self.shape.properties[self.key]).is_valid

    @cached_property
    def columns(self) -> frozenset[str]:
        """The names that a row has."""
        return frozenset(name for row in self.rows.values() for name in row if name != WEIGHT)

    @cached_property
    def members(self) -> Mapping[str, str]:
        """What the world knows of such an entity: property, fact or column by its normal name."""
        names = {*self.columns}
        if self.shape is not None:
            names |= {*self.shape.properties, *self.shape.extension("x-facts", {})}
        return {normal(name): name for name in sorted(names)}


@dataclass(frozen=True, slots=True)
class Reference:
    """A property that holds the id of an *entity*; *prefix* is its name without ``Id``."""

    prefix: str
    name: str
    entity: Entity


@dataclass(frozen=True, slots=True)
class Sibling:
    """A property that shows an *entity*, one of whose own references names another entity."""

    name: str
    entity: Entity
    reference: Reference


def weighted(values: Sequence[Any], weights: Sequence[float]) -> Callable[[int], Any]:
    """Return a function from key to one of *values*, each as often as its weight says."""
    if len(set(weights)) == 1:
        choice, count = tuple(values), len(values)
        return lambda key: choice[key * count >> 64]
    ends = list(accumulate(weights))
    total, last = ends[-1], len(values) - 1
    return lambda key: values[min(bisect(ends, unit(key) * total), last)]


class Entities:
    """The entities of a document; *chosen* locales limit which rows of a table are drawn."""

    def __init__(self, document: Document, chosen: Sequence[str] = ()) -> None:
        self.document = document
        self.all = {entity.name: entity for entity in self._read(chosen)}
        self._by_normal = {normal(name): entity for name, entity in self.all.items()}
        self._references: dict[str, tuple[Reference, ...]] = {}

    def named(self, name: str) -> Entity | None:
        """Return the entity that *name* means, in any style of writing."""
        return self._by_normal.get(normal(name))

    def of(self, shape: Shape) -> Entity | None:
        """Return the entity whose schema *shape* is, with nothing asked of it beyond that."""
        entity = self.all.get(shape.name or "")
        if entity is None or entity.shape is None:
            return None
        return entity if constraints(shape.node) == constraints(entity.shape.node) else None

    def references(self, owner: Shape) -> tuple[Reference, ...]:
        """Return the properties and facts of *owner* that refer to entities, in the document's order."""
        known = self._references.get(owner.pointer)
        if known is None:
            known = self._references[owner.pointer] = tuple(self._referring(owner))
        return known

    def is_referred_to(self, entity: Entity) -> bool:
        """Return whether other entities refer to *entity*."""
        return entity.name in self._referred_to

    @cached_property
    def _referred_to(self) -> frozenset[str]:
        shapes = [self.document.component(name) for name in self.document.component_names]
        return frozenset(each.entity.name for shape in shapes for each in self.references(shape))

    def slot(self, owner: Shape, reference: Reference) -> str:
        """Return the name under which a record of *owner* keeps the entity that *reference* names.

        The prefix, which formulas use too, unless a property is called so.
        """
        return f"@{reference.name}" if reference.prefix in owner.properties else reference.prefix

    def repeated(self, owner: Shape, name: str) -> tuple[Reference, str] | None:
        """Return the reference of *owner* whose entity's property *name* repeats, with that property's name.

        ``SaleTypeName`` repeats the Name of a SaleType rather than the TypeName of a Sale.
        """
        wanted = normal(name)
        for reference in sorted(self.references(owner), key=lambda each: -len(each.prefix)):
            start = normal(reference.prefix)
            member = reference.entity.members.get(wanted[len(start) :]) if wanted.startswith(start) else None
            if member is not None and name != reference.name:
                return reference, member
        return None

    def own_reference(self, owner: Shape, name: str, entity: Entity) -> Reference | None:
        """Return the sibling id that names the entity shown as *name*: ``customerId`` beside ``customer``."""
        fitting = [each for each in self.references(owner) if each.entity is entity]
        named = [each for each in fitting if normal(each.prefix) == normal(name)]
        return next(iter(named or fitting), None)

    def siblings(self, owner: Shape, name: str, entity: Entity) -> list[Sibling]:
        """Return the entities shown beside *name* that refer to *entity*, those that refer to most first.

        Not those that *entity* itself leads to: they would wait for each other.
        """
        found = []
        for sibling, shape in owner.properties.items():
            other = self.of(shape)
            if other is None or other is entity or sibling == name or self._leads(entity, other):
                continue
            references = self.references(shape)
            first = next((each for each in references if each.entity is entity), None)
            if first is not None:
                found.append((len(references), Sibling(sibling, other, first)))
        return [sibling for _, sibling in sorted(found, key=lambda each: -each[0])]

    def choosing(self, names: Iterable[str], path: str, answer: Shape | None) -> dict[str, Entity]:
        """Return the entity that each of a request's *names* chooses, where it does.

        *path* is the operation's: a plain ``id`` is that of the entity that the path names
        (``/products/{id}``), or else of the one that the *answer* shows.
        """
        found = {}
        for name in names:
            chosen = stem(name)
            if chosen is None:
                continue
            entity = (
                self.named(chosen) if chosen else self._on_path(path, name) or (self.of(answer) if answer else None)
            )
            if entity is not None:
                found[name] = entity
        return found

    def _leads(self, start: Entity, goal: Entity) -> bool:
        """Return whether references lead from *start* to *goal*."""
        seen, waiting = {start.name}, [start]
        while waiting:
            shape = waiting.pop().shape
            for reference in self.references(shape) if shape is not None else ():
                if reference.entity is goal:
                    return True
                if reference.entity.name not in seen:
                    seen.add(reference.entity.name)
                    waiting.append(reference.entity)
        return False

    def _on_path(self, path: str, name: str) -> Entity | None:
        """Return the entity that the segment before ``{name}`` of *path* names, in the plural or not."""
        before, _, _ = path.partition("/{" + name + "}")
        segment = before.rsplit("/", 1)[-1]
        candidates = (segment, segment.removesuffix("s"), segment.removesuffix("es"), re.sub("ies$", "y", segment))
        return next((entity for entity in map(self.named, candidates) if entity is not None), None)

    def _referring(self, owner: Shape) -> Iterator[Reference]:
        facts = owner.extension("x-facts", {})
        own = self.of(owner)
        for name, node in {**owner.node.get("properties", {}), **facts}.items():
            referred = stem(name)
            declared = node.get("x-refers")
            if declared is not None:
                entity = self.all.get(declared)
                if entity is None:
                    reason = f"x-refers: there is no entity {declared!r}; there are {', '.join(self.all)}"
                    raise self.document.error(reason, join(owner.pointer, "properties", name))
            elif own is not None and name == own.key:
                continue
            else:
                entity = self.named(referred) if referred else None
            if entity is not None:
                yield Reference(ID.sub("", name) or name, name, entity)

    def _read(self, chosen: Sequence[str]) -> Iterator[Entity]:
        for name, table in self.document.root.get("x-entities", {}).items():
            rows = self._rows(table.get("rows", []), table["key"], join("/x-entities", name))
            yield self._entity(name, table["key"], None, rows, chosen)
        for name in self.document.component_names:
            shape = self.document.component(name)
            key = _key(name, shape) if shape.kind == "object" else None
            if key is not None and key not in shape.properties:
                raise self.document.error(f"x-entity: there is no property {key!r}", shape.pointer)
            if key is not None:
                rows = self._rows(shape.extension("x-rows", []), key, join(shape.pointer, "x-rows"))
                yield self._entity(name, key, shape, rows, chosen)

    def _entity(
        self, name: str, key: str, shape: Shape | None, rows: Mapping[Any, Mapping[str, Any]], chosen: Sequence[str]
    ) -> Entity:
        declared = shape.extension("x-entity", {}) if shape is not None else {}
        population = len(rows) or int(declared.get("population", POPULATION))
        weights = {number: row.get(WEIGHT, 1) for number, row in rows.items()}
        if chosen and any(LOCALE in row for row in rows.values()):
            wanted = {known_locale(locale, _locales(rows)) for locale in chosen}
            weights = {number: 1 for number, row in rows.items() if row.get(LOCALE) in wanted}
        drawn = {number: weight for number, weight in weights.items() if weight} or dict.fromkeys(rows, 1)
        return Entity(name, key, shape, population, rows, drawn)

    def _rows(self, rows: list[dict[str, Any]], key: str, pointer: str) -> dict[Any, Mapping[str, Any]]:
        for index, row in enumerate(rows):
            if key not in row:
                raise self.document.error(f"the row lacks its key {key!r}", join(pointer, index))
            if row.get(LOCALE, locales()[0]) not in locales():
                raise self.document.error(f"{row[LOCALE]!r} is no locale of Faker", join(pointer, index))
        return {row[key]: row for row in rows}


def _locales(rows: Mapping[Any, Mapping[str, Any]]) -> list[str]:
    return [row[LOCALE] for row in rows.values() if LOCALE in row]


def _key(name: str, shape: Shape) -> str | None:
    """Return the name of the property that holds the id of the component *name*; None if it is no entity."""
    declared = shape.extension("x-entity", {}).get("key")
    if declared is not None:
        return str(declared)
    # By name first: few properties are called so, and the shapes of the others are not needed yet.
    wanted = key_names(name)
    called = [each for each in shape.node.get("properties", ()) if each[-1:] in "dD" and normal(each) in wanted]
    return key_property(name, (each for each in called if _can_identify(shape.properties[each])))


def _can_identify(shape: Shape) -> bool:
    """Whether values of *shape* can be ids: texts that may differ, or numbers from 1 on."""
    if shape.nullable or "enum" in shape.node:
        return False
    # What a number must not be, or may be instead, leaves no row of ids.
    is_row = shape.kind == "integer" and not {"not", "oneOf", "anyOf"} & shape.node.keys()
    return shape.kind == "string" or (is_row and bool(ids(shape.node, 1)))


def as_id(entity: Entity, value: Any) -> int | str | None:
    """Return *value* as the entity's ids are written: an integer may come as digits; None if it is no id."""
    if value.__class__ is not int and value.__class__ is not str:
        return None
    if isinstance(value, str) and not entity.takes(value) and re.fullmatch(r"-?[0-9]{1,18}", value):
        value = int(value)
    return value if entity.takes(value) else None
