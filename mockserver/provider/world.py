"""A world of entities: what an id names is a pure function of the seed, the type and the id.

Nothing is stored. An entity is computed when somebody asks for it, the same by any worker on any
machine; the last ones asked for are kept. Its members agree with those of the entities that it
refers to, by the document's naming rule and its extensions (docs/contract.md).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mockserver.contract.pointer import join
from mockserver.provider.entities import LOCALE, Entities, Entity
from mockserver.provider.extensions import Extensions
from mockserver.provider.generator import START_ROOM, Generator, Maker, Property
from mockserver.provider.properties import Properties, Text
from mockserver.provider.record import Member, Record, show
from mockserver.provider.scalars import ids
from mockserver.provider.source import WORD, below, root, salt, split
from mockserver.provider.style import REALISTIC
from mockserver.provider.values import DEFAULT_LOCALE, Pools, known_locale

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence
    from datetime import datetime

    from mockserver.contract import Document, Operation, Shape
    from mockserver.provider.generator import Compute, Make
    from mockserver.provider.record import Kind

# How many records of a type are kept that few answers share: what leaves the cache is slow to reach, even to free it.
FEWEST_KEPT = 128
DRAWS_PER_ITEM = 8
# Of a larger population, one entity is seldom shown twice; a smaller one is kept whole.
SHARED_AT_MOST = 1000


class World:
    """The entities of *document* for one *seed*, and how their properties are computed.

    *locales* are those whose names are in it, all that the document has by default; dates lie
    around *now*; *user* is the id of the signed-in user. Raises UsageError for locales that there
    is nothing in, DocumentError for extensions that mean nothing.
    """

    def __init__(
        self, document: Document, *, seed: int, now: datetime, locales: Sequence[str] = (), user: int = 1
    ) -> None:
        self.document = document
        self.entities = Entities(document, locales)
        self._seed = seed
        self._locales = self._usual_locales(locales)
        self._finders: dict[str, Callable[[Any, int], Record | None]] = {}
        self._draws: dict[str, Callable[[int], Any]] = {}
        self._bases: dict[str, int] = {}
        pools = Pools()
        self.generator = Generator(document, REALISTIC, pools, now, self)
        extensions = Extensions(self.generator.texts, pools, now, self._locales[0])
        self._properties = Properties(self, extensions, now, user)

    def check(self) -> None:
        """Compile what has extensions; raises DocumentError for what means nothing, and for formulas in a circle."""
        for name, node in self.document.root.get("components", {}).get("schemas", {}).items():
            nodes = [node, *node.get("properties", {}).values()]
            if any(key.startswith("x-") for each in nodes for key in each):
                shape = self.document.component(name)
                if shape.kind == "object" and not self.generator.branches.of(shape):
                    self.generator.kind(shape)
        self._properties.needs.check()

    def show(self, name: str, number: Any) -> dict[str, Any] | None:
        """Return the entity of type *name* with the id *number* as JSON, None where there is none.

        It is shared: whoever wants another one copies it.
        """
        record = self.finder(self.entities.all[name])(number, START_ROOM)
        return None if record is None else show(record)

    def find(self, entity: Entity, number: Any) -> Record | None:
        """Return the *entity* with the id *number*, also one below 1: a request that names it means it."""
        found = self.finder(entity)(number, START_ROOM)
        if found is None and entity.shape is not None:
            return self._record_maker(entity, entity.shape)(number, START_ROOM)
        return found

    def finder(self, entity: Entity) -> Callable[[Any, int], Record | None]:
        """Return the function from id and room to a record: None for an id below 1, or without a row."""
        find = self._finders.get(entity.name)
        if find is None:
            find = self._rows(entity) if entity.shape is None else self._keeping(entity, entity.shape)
            self._finders[entity.name] = find
        return find

    def recurs(self, entity: Entity) -> bool:
        """Return whether how much of *entity* is shown hangs on how deep it stands."""
        return entity.shape is not None and self.generator.branches.leads_to_recursion(entity.shape)

    def key(self, entity: Entity, number: Any) -> int:
        """Return the key that all values of one entity are drawn from."""
        base = self._bases.get(entity.name)
        if base is None:
            base = self._bases[entity.name] = root(self._seed, entity.name)
        return split(base, number & WORD) if isinstance(number, int) else root(base, number)

    def draw_id(self, entity: Entity) -> Callable[[int], Any]:
        """Return the function from key to the id of one of the population, or of a row."""
        draw = self._draws.get(entity.name)
        if draw is None:
            draw = self._draws[entity.name] = entity.draw_row if entity.rows else self._numbering(entity)
        return draw

    def answering(self, operation: Operation, shape: Shape) -> Kind | None:
        """Return the kind of records that ``x-answer`` of *operation* describes; None without it.

        Its formulas see the answer's properties, and the entities that the request chooses.
        """
        declared = operation.node.get("x-answer")
        if declared is None:
            return None
        given = {}
        for name, formula in declared.items():
            pointer = join(operation.pointer, "x-answer", name)
            if name not in shape.properties:
                raise self.document.error(f"x-answer: the answer has no property {name!r}", pointer)
            place = Property(shape, name, shape.properties[name])
            given[name] = self._properties.computed(place, Text(formula, pointer, self.entities.all))
        chosen = {name: self._chosen(entity) for name, entity in self.entities.all.items()}
        return self.generator.kind_with(shape, given, chosen)

    # What follows is generator.Rules.

    @property
    def read_from_afar(self) -> Container[str]:
        """The names of members that other objects read, as far as they are known by now."""
        return self._properties.needs.read_from_afar

    def member(self, place: Property) -> Member | None:
        """Return how the property is computed; None where its schema alone says."""
        return self._properties.member(place)

    def hidden(self, owner: Shape) -> Mapping[str, Member]:
        """Return facts and referred entities of *owner*."""
        return self._properties.hidden(owner)

    def locale(self, owner: Shape) -> Callable[[Record], str]:
        """Return how a record of *owner* comes by its locale: its own, or that of what it stands in or refers to."""
        if self._properties.has_locale(owner):
            usual = self._locales[0]
            return lambda record: record[LOCALE] or usual
        references = [each for each in self.entities.references(owner) if LOCALE in each.entity.members.values()]
        source = self.entities.slot(owner, references[0]) if references else None

        def locale(record: Record) -> str:
            if record.owner is not None:
                return record.owner.locale
            referred = record[source] if source is not None else None
            return (referred and referred[LOCALE]) or self._drawn_locale(record.key)

        return locale

    def is_shared(self, shape: Shape) -> bool:
        """Return whether *shape* has few entities, which many answers show."""
        entity = self.entities.of(shape)
        return entity is not None and self._is_shared(entity)

    def entity(self, shape: Shape) -> Make | None:
        """Return how one of the entities of *shape* is drawn; None if they are no entities."""
        entity = self.entities.of(shape)
        if entity is None:
            return None
        draw, find, recurs = self.draw_id(entity), self.finder(entity), self.recurs(entity)
        return lambda key, scope: find(draw(key), scope.room if recurs else START_ROOM)

    def entities_of(self, shape: Shape) -> Callable[[int, int, Record], list[Any]] | None:
        """Return how several of them are drawn, each once; None if they are no entities."""
        entity = self.entities.of(shape)
        if entity is None:
            return None
        draw, find, recurs = self.draw_id(entity), self.finder(entity), self.recurs(entity)

        def several(key: int, count: int, scope: Record) -> list[Any]:
            numbers: dict[Any, None] = {}
            for index in range(count * DRAWS_PER_ITEM):
                if len(numbers) < count:
                    numbers.setdefault(draw(split(key, index)))
            return [find(number, scope.room if recurs else START_ROOM) for number in numbers]

        return several

    # Records.

    def _rows(self, entity: Entity) -> Callable[[Any, int], Record | None]:
        rows = {number: self.generator.nothing.entity(0, number, START_ROOM) for number in entity.rows}
        for number, row in entity.rows.items():
            rows[number].update(row)
        return lambda number, _room: rows.get(number)

    def _keeping(self, entity: Entity, shape: Shape) -> Callable[[Any, int], Record | None]:
        """Return the finder of an entity with a schema: compiled when first used, the last records kept."""
        makers: list[Callable[[Any, int], Record]] = []

        @lru_cache(entity.population if self._is_shared(entity) else FEWEST_KEPT)
        def find(number: Any, room: int) -> Record | None:
            if number is None or (isinstance(number, int) and number < 1):
                return None
            if not makers:
                makers.append(self._record_maker(entity, shape))
            return makers[0](number, room)

        return find

    def _record_maker(self, entity: Entity, shape: Shape) -> Callable[[Any, int], Record]:
        """Return the function from id and room to a new record: of one of the alternatives, where there are some."""
        branches = self.generator.branches.of(shape)
        kinds = [self.generator.kind(branch.shape, branch.tags) for branch in branches] or [self.generator.kind(shape)]
        sure = len(kinds) == 1 and self.generator.is_sure(shape)

        def make(number: Any, room: int) -> Record:
            key = self.key(entity, number)
            kind = kinds[below(split(key, 0), len(kinds))] if len(kinds) > 1 else kinds[0]
            if sure:
                return kind.entity(key, number, room)
            maker = Maker(lambda key, scope: kind.entity(key, number, scope.room), show)
            scope = self.generator.nothing.entity(0, None, room)
            record: Record = self.generator.checked(shape, maker).make(key, scope)
            return record

        return make

    def _is_shared(self, entity: Entity) -> bool:
        return entity.population <= SHARED_AT_MOST and self.entities.is_referred_to(entity)

    def _chosen(self, entity: Entity) -> Compute:
        find = self.finder(entity)
        return lambda record: find(record.chosen.get(entity.name), START_ROOM)

    def _numbering(self, entity: Entity) -> Callable[[int], Any]:
        """Return the function from key to the id of one of the population, as the key's schema has ids."""
        population = entity.population
        shape = entity.shape.properties.get(entity.key) if entity.shape is not None else None
        if shape is None:
            return lambda key: 1 + below(key, population)
        if shape.kind == "integer":
            # A row: what cannot identify is no key, unless x-entity says so, and then ids are as they come.
            row = ids(shape.node, population) or range(1, population + 1)
            first, step, count = row.start, row.step, len(row)
            return lambda key: first + below(key, count) * step
        # The nth of the population has an id of its own kind, such as a UUID.
        base = root(self._seed, entity.name, "ids")
        return lambda key: self.generator.value(shape, split(base, below(key, population)))

    # Locales.

    def _usual_locales(self, locales: Sequence[str]) -> list[str]:
        """Return the locales of what has none of its own: those of the table's rows, or those asked for."""
        table = next((entity for entity in self.entities.all.values() if LOCALE in entity.columns), None)
        if table is None:
            return [known_locale(locale) for locale in locales] or [DEFAULT_LOCALE]
        commonest = sorted(table.weights, key=lambda number: -table.weights[number])
        return [str(table.rows[number][LOCALE]) for number in commonest]

    def _drawn_locale(self, key: int) -> str:
        return self._locales[below(split(key, salt(LOCALE)), len(self._locales))]
