"""A world of entities: what an id names is a pure function of the seed, the type and the id.

Nothing is stored. An entity is computed when somebody asks for it, the same by any worker on any
machine; the last ones asked for are kept. Its members agree with those of the entities that it
refers to, by the document's naming rule and its extensions (docs/contract.md).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from mockserver.contract.pointer import join
from mockserver.provider.branches import judge
from mockserver.provider.entities import LOCALE, Entities, Entity, Reference
from mockserver.provider.extensions import Extensions
from mockserver.provider.formula import Formula, FormulaError, Outcome, compile_formula
from mockserver.provider.generator import START_ROOM, Generator, Maker
from mockserver.provider.needs import Needs
from mockserver.provider.record import Member, Record, show
from mockserver.provider.source import WORD, below, root, salt, split
from mockserver.provider.style import REALISTIC, normal
from mockserver.provider.values import DEFAULT_LOCALE, Pools, known_locale

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from mockserver.contract import Document, Operation, Shape
    from mockserver.provider.generator import Compute, Make
    from mockserver.provider.record import Kind

# How many records of one type are kept: fewer of large ones.
MEMBERS_KEPT, FEWEST_KEPT, MOST_KEPT = 100_000, 128, 2048


class _Sibling(NamedTuple):
    """An entity shown beside a property, whose own *reference* names the entity to show there."""

    name: str
    entity: Entity
    reference: Reference


class World:
    """The entities of *document* for one *seed*; *user* is the id of the signed-in one.

    Raises UsageError for *locales* that there is nothing in, DocumentError for extensions that
    mean nothing.
    """

    def __init__(self, document: Document, *, seed: int, locales: Sequence[str], now: datetime, user: int) -> None:
        self.document = document
        self.entities = Entities(document, locales)
        self._seed = seed
        self._locales = self._usual_locales(locales)
        pools = Pools()
        self.generator = Generator(document, REALISTIC, pools, now, self)
        self._extensions = Extensions(self.generator.texts, pools, now, self._locales[0])
        self._unset: Mapping[str, Any] = document.root.get("x-unset", {})
        self._constants = {"now": now, "user": user, "unset": self._unset_date()}
        self._needs = Needs(self.entities)
        self._finders: dict[str, Callable[[Any, int], Record | None]] = {}
        self._draws: dict[str, Callable[[int], Any]] = {}

    def check(self) -> None:
        """Compile every entity; raises DocumentError for extensions that mean nothing, or formulas in a circle."""
        for name in self.document.component_names:
            shape = self.document.component(name)
            if shape.kind == "object" and not self.generator.branches.of(shape):
                self.generator.kind(shape)
        self._needs.check()

    def show(self, name: str, number: Any) -> dict[str, Any] | None:
        """Return the entity of type *name* with the id *number* as JSON, None where there is none.

        It is shared: whoever wants another one copies it.
        """
        record = self.finder(self.entities.all[name])(number, START_ROOM)
        return None if record is None else show(record)

    def finder(self, entity: Entity) -> Callable[[Any, int], Record | None]:
        """Return the function from id and room to a record; None for an id that names nothing: below 1, or in no row."""
        find = self._finders.get(entity.name)
        if find is None:
            find = self._finders[entity.name] = self._rows(entity) if entity.shape is None else self._keeping(entity)
        return find

    def find(self, entity: Entity, number: Any) -> Record | None:
        """Return the *entity* with the id *number*, also one below 1: whoever names it means it."""
        found = self.finder(entity)(number, START_ROOM)
        if found is None and entity.shape is not None:
            kind = self.generator.kind(entity.shape)
            return kind.entity(self.key(entity, number), number, START_ROOM)
        return found

    def answering(self, operation: Operation, shape: Shape) -> Kind | None:
        """Return the kind of records that ``x-answer`` of *operation* describes; None without it.

        Its formulas see the answer's properties, and the entities that the request chooses.
        """
        declared = operation.node.get("x-answer")
        if declared is None:
            return None
        pointer = join(operation.pointer, "x-answer")
        given = {}
        for name, text in declared.items():
            if name not in shape.properties:
                raise self.document.error(f"x-answer: the answer has no property {name!r}", join(pointer, name))
            known = frozenset(self.entities.all)
            given[name] = self.computed(shape, name, shape.properties[name], text, join(pointer, name), known)
        chosen = {name: self._chosen(entity) for name, entity in self.entities.all.items()}
        return self.generator.kind_with(shape, given, chosen)

    def key(self, entity: Entity, number: Any) -> int:
        """Return the key of the stream that all values of one entity are drawn from."""
        base = root(self._seed, entity.name)
        return split(base, number & WORD) if isinstance(number, int) else root(base, number)

    def draw_id(self, entity: Entity) -> Callable[[int], Any]:
        """Return the function from key to the id of one of the population, or of a row."""
        draw = self._draws.get(entity.name)
        if draw is None:
            draw = self._draws[entity.name] = entity.draw_row if entity.rows else self._numbering(entity)
        return draw

    # What follows is generator.Rules.

    def member(self, owner: Shape, name: str, shape: Shape) -> Member | None:
        """Return how the property *name* of *owner* is computed; None where its schema alone says."""
        for inner in (shape, shape.items) if shape.kind == "array" else (shape,):
            self._needs.encloses(owner, inner)
        member = self._row(owner, name, shape) or self._ruled(owner, name, shape)
        later_than = shape.node.get("x-not-before")
        if member is None or later_than is None:
            return member
        return self._not_before(owner, name, member, later_than)

    def hidden(self, owner: Shape) -> Mapping[str, Compute]:
        """Return facts and referred entities of *owner*: what formulas may name beside its properties."""
        computes: dict[str, Compute] = {}
        for reference in self.entities.references(owner):
            compute = self._referred(reference)
            for name in (self.entities.slot(owner, reference), reference.entity.name):
                if name not in owner.properties:
                    computes.setdefault(name, compute)
                    self._needs.note(owner, name, [(reference.name,)])
        for name, node in owner.extension("x-facts", {}).items():
            computes[name] = self._fact(owner, name, node)
        return computes

    def locale(self, owner: Shape) -> Callable[[Record], str]:
        """Return how a record of *owner* comes by its locale: its own, or that of what it refers to or stands in."""
        if self._has_locale(owner):
            usual = self._locales[0]
            return lambda record: record[LOCALE] or usual
        references = self.entities.references(owner)
        source = next((self.entities.slot(owner, each) for each in references if LOCALE in each.entity.members.values()), None)

        def locale(record: Record) -> str:
            if record.owner is not None:
                return record.owner.locale
            referred = record[source] if source else None
            return (referred and referred[LOCALE]) or self._drawn_locale(record.key)

        return locale

    def entity(self, shape: Shape) -> Make | None:
        """Return how one of the entities of *shape* is drawn; None if they are no entities."""
        entity = self.entities.of(shape)
        if entity is None:
            return None
        draw, find, recurs = self.draw_id(entity), self.finder(entity), self._recurs(entity)
        return lambda key, scope: find(draw(key), scope.room if recurs else START_ROOM)

    def entities_of(self, shape: Shape) -> Callable[[int, int, Record], list[Any]] | None:
        """Return how several of them are drawn, each once; None if they are no entities."""
        entity = self.entities.of(shape)
        if entity is None:
            return None
        draw, find, recurs = self.draw_id(entity), self.finder(entity), self._recurs(entity)

        def several(key: int, count: int, scope: Record) -> list[Any]:
            numbers: dict[Any, None] = {}
            for index in range(count * 8):
                numbers.setdefault(draw(split(key, index)))
                if len(numbers) == count:
                    break
            return [find(number, scope.room if recurs else START_ROOM) for number in numbers]

        return several

    # The rules for one property, each returning None where it does not speak.

    def _ruled(self, owner: Shape, name: str, shape: Shape) -> Member | None:
        rules = (self._key, self._described, self._reference, self._repeated, self._shown, self._undescribed)
        return next((member for rule in rules if (member := rule(owner, name, shape)) is not None), None)

    def _key(self, owner: Shape, name: str, _shape: Shape) -> Member | None:
        entity = self.entities.of(owner)
        if entity is None or name != entity.key:
            return None
        draw = self.draw_id(entity)
        return Member(lambda record: draw(record.key) if record.id is None else record.id)

    def _row(self, owner: Shape, name: str, shape: Shape) -> Member | None:
        """A column gives the property its value; a row without it leaves it to the other rules."""
        entity = self.entities.of(owner)
        if entity is None or name not in entity.columns or name == entity.key:
            return None
        values = {number: row[name] for number, row in entity.rows.items() if name in row}
        other = self._ruled(owner, name, shape) or self._generated(name, shape)
        compute = other.compute
        return Member(
            lambda record: values[record.id] if record.id in values else compute(record),
            None if self._extensions.show(shape) else other.show,
        )

    def _described(self, owner: Shape, name: str, shape: Shape) -> Member | None:
        member = self._extensions.member(name, shape)
        if member is not None:
            if "x-faker" in shape.node and self._has_locale(owner):
                self._needs.note(owner, name, [(LOCALE,)])
            return member
        if "x-formula" in shape.node:
            return self.computed(owner, name, shape, shape.node["x-formula"], shape.pointer)
        return self._items(owner, name, shape) if "x-items" in shape.node else None

    def _reference(self, owner: Shape, name: str, shape: Shape) -> Member | None:
        reference = next((each for each in self.entities.references(owner) if each.name == name), None)
        if reference is None:
            return None
        entity, bits = reference.entity.name, salt(name)
        draw, valid = self.draw_id(reference.entity), judge(shape).is_valid
        if not valid(draw(0)):
            return None
        share = shape.node.get("x-share")
        if share is None:

            def compute(record: Record) -> Any:
                chosen = record.chosen
                if entity in chosen and valid(chosen[entity]):
                    return chosen[entity]
                return draw(split(record.key, bits))

            return Member(compute)
        limit, lot = int(float(share) * (WORD + 1)), salt(f"{name}?")
        return Member(lambda record: draw(split(record.key, bits)) if split(record.key, lot) < limit else 0)

    def _repeated(self, owner: Shape, name: str, shape: Shape) -> Member | None:
        found = self.entities.repeated(owner, name)
        if found is None:
            return None
        reference, member = found
        target, slot = reference.entity.shape, self.entities.slot(owner, reference)
        other = target.properties.get(member) if target is not None else None
        if other is not None and other.kind != shape.kind:
            return None
        self._needs.note(owner, name, [(slot, member)])
        absent = self._absent(name, shape)

        def compute(record: Record) -> Any:
            referred = record[slot]
            value = None if referred is None else referred[member]
            return absent(record) if value is None else value

        return Member(compute, self._extensions.show(shape))

    def _shown(self, owner: Shape, name: str, shape: Shape) -> Member | None:
        """The entity that the property shows: siblings say which, or the request, or one is drawn."""
        entity = self.entities.of(shape)
        if entity is None:
            return None
        return Member(self._showing(entity, shape, name, self._source(owner, name, shape, entity)), show)

    def _undescribed(self, _owner: Shape, name: str, shape: Shape) -> Member | None:
        """What a property holds that nothing describes (``x-unset``), if the schema takes it."""
        if shape.kind == "object" and not shape.is_dictionary:
            return None
        node = shape.node
        if "enum" in node:
            value = node["enum"][0]
        else:
            value = self._unset.get("date" if self._extensions.show(shape) else shape.kind)
        if not self._unset or value is None or not judge(shape).is_valid(value):
            return None
        return self._extensions.constant(shape, name, value)

    # Formulas.

    def computed(
        self, owner: Shape, name: str, shape: Shape, text: Any, pointer: str, known: frozenset[str] = frozenset()
    ) -> Member:
        """Return the member that the formula *text* computes; *known* are names beside those of *owner*."""
        entity = self.entities.of(shape)
        turn = self._extensions.show(shape)
        outcome = None if entity is not None else self._outcome(name, shape, fits=turn is None)
        formula = self._formula(owner, name, text, pointer, known, outcome)
        self._needs.note(owner, name, formula.paths)
        if entity is not None:
            return Member(self._showing(entity, shape, name, formula.evaluate), show)
        return Member(formula.evaluate, turn, constant=formula.is_constant)

    def _outcome(self, name: str, shape: Shape, *, fits: bool) -> Outcome:
        """Return what becomes of a formula's value: numbers and texts are turned into the schema's."""
        kind, fit = FITTING.get(shape.kind if fits else "", (object, None))
        return Outcome(self._absent(name, shape), kind, fit)

    def _formula(
        self, owner: Shape, name: str, text: Any, pointer: str, known: frozenset[str], outcome: Outcome | None
    ) -> Formula:
        try:
            formula = compile_formula(text, name, self._constants, outcome)
        except FormulaError as error:
            raise self.document.error(str(error), pointer) from error
        for path in formula.paths:
            reason = None if path[0] in known else self._needs.fault(owner, path)
            if reason:
                raise self.document.error(f"the formula {formula.text!r}: {reason}", pointer)
        return formula

    def _fact(self, owner: Shape, name: str, node: Any) -> Compute:
        shape = self.document.shape(node, join(owner.pointer, "x-facts", name))
        member = self.member(owner, name, shape) or self._generated(name, shape)
        return member.compute

    def _items(self, owner: Shape, name: str, shape: Shape) -> Member:
        """How many items there are, or what they hold: formulas over the object around the array."""
        declared = shape.node["x-items"]
        if isinstance(declared, int):
            declared = [declared, declared]
        if declared and all(isinstance(each, int) for each in declared):
            return _member(self.generator.list_of(shape, name, declared[0], declared[-1]), name)
        return _member(self._listed(owner, name, shape.items, declared, shape.pointer), name)

    def _listed(self, owner: Shape, name: str, items: Shape, declared: Any, pointer: str) -> Maker:
        """Return how a list is made of the items *declared* one by one, each a list or a mapping."""
        makers = []
        for index, each in enumerate(declared):
            place = join(pointer, "x-items", index)
            if isinstance(each, list):
                makers.append(self._listed(owner, f"{name}.{index}", items.items, each, place))
            else:
                makers.append(self._item(owner, f"{name}.{index}", items, each, place))
        return Maker(
            lambda key, scope: [maker.make(split(key, index), scope) for index, maker in enumerate(makers)],
            lambda raws: [maker.show(raw) for maker, raw in zip(makers, raws, strict=True) if maker.show],
        )

    def _item(self, owner: Shape, name: str, items: Shape, declared: Mapping[str, Any], pointer: str) -> Maker:
        given = {}
        for member, text in declared.items():
            shape = items.properties.get(member)
            if shape is None:
                raise self.document.error(f"x-items: {items.name or 'the item'} has no property {member!r}", pointer)
            computed = self.computed(owner, f"{name}.{member}", shape, text, pointer)
            given[member] = computed if computed.constant else computed._replace(compute=_of_owner(computed.compute))
        kind = self.generator.kind_with(items, given)
        self._needs.encloses(owner, items)
        return Maker(kind.open, show)

    def _not_before(self, owner: Shape, name: str, member: Member, sibling: str) -> Member:
        if sibling not in owner.properties:
            raise self.document.error(f"x-not-before: there is no property {sibling!r}", owner.pointer)
        self._needs.note(owner, name, [(sibling,)])
        compute = member.compute

        def later(record: Record) -> Any:
            value, other = compute(record), record[sibling]
            return other if value is None or (other is not None and value < other) else value

        return Member(later, self._extensions.show(owner.properties[name]))

    # Entities.

    def _rows(self, entity: Entity) -> Callable[[Any, int], Record | None]:
        rows = {}
        for number, row in entity.rows.items():
            rows[number] = self.generator.nothing.entity(0, None, START_ROOM)
            rows[number].update(row)
        return lambda number, _room: rows.get(number)

    def _keeping(self, entity: Entity) -> Callable[[Any, int], Record | None]:
        """Return the finder of an entity with a schema: compiled when first used, the last records kept."""
        makers: list[Callable[[Any, int], Record]] = []

        @lru_cache(max(FEWEST_KEPT, min(MOST_KEPT, MEMBERS_KEPT // (1 + len(entity.members)))))
        def find(number: Any, room: int) -> Record | None:
            if number is None or (isinstance(number, int) and number < 1):
                return None
            if not makers:
                makers.append(self._record_maker(entity))
            return makers[0](number, room)

        return find

    def _record_maker(self, entity: Entity) -> Callable[[Any, int], Record]:
        shape = entity.shape
        if shape is None:
            raise LookupError(entity.name)
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

    def _referred(self, reference: Reference) -> Compute:
        name, find = reference.name, self.finder(reference.entity)
        if self._recurs(reference.entity):
            return lambda record: find(record[name], record.room)
        return lambda record: find(record[name], START_ROOM)

    def _recurs(self, entity: Entity) -> bool:
        return entity.shape is not None and self.generator.branches.leads_to_recursion(entity.shape)

    def _chosen(self, entity: Entity) -> Compute:
        find = self.finder(entity)
        return lambda record: find(record.chosen.get(entity.name), START_ROOM)

    def _showing(self, entity: Entity, shape: Shape, name: str, source: Callable[[Record], Any]) -> Compute:
        draw, bits, nullable, find = self.draw_id(entity), salt(name), shape.nullable, self.finder(entity)
        recurs = self._recurs(entity)

        def compute(record: Record) -> Any:
            room = record.room if recurs else START_ROOM
            if nullable and room <= 0:
                return None
            found = find(source(record), room)
            if found is None and not nullable:
                found = find(draw(split(record.key, bits)), room)
            return found

        return compute

    def _source(self, owner: Shape, name: str, shape: Shape, entity: Entity) -> Callable[[Record], Any]:
        """Return how a record says which *entity* its property *name* shows."""
        if "x-shows" in shape.node:
            formula = self._formula(owner, name, shape.node["x-shows"], shape.pointer, frozenset(), None)
            self._needs.note(owner, name, formula.paths)
            return formula.evaluate
        own = self._own_reference(owner, name, entity)
        if own is not None:
            self._needs.note(owner, name, [(own.name,)])
            property_name = own.name
            return lambda record: record[property_name]
        siblings = self._siblings(owner, name, entity)
        self._needs.note(owner, name, [(each.name, each.reference.name) for each in siblings])
        draw, bits = self.draw_id(entity), salt(name)

        def source(record: Record) -> Any:
            chosen = record.chosen
            if entity.name in chosen:
                return chosen[entity.name]
            if not siblings:
                return draw(split(record.key, bits))
            first = next((each for each in siblings if each.entity.name in chosen), siblings[0])
            shown = record[first.name]
            return None if shown is None else shown[first.reference.name]

        return source

    def _own_reference(self, owner: Shape, name: str, entity: Entity) -> Reference | None:
        """Return the sibling id that names the entity shown as *name*: ``customerId`` beside ``customer``."""
        fitting = [each for each in self.entities.references(owner) if each.entity is entity]
        named = [each for each in fitting if normal(each.prefix) == normal(name)]
        return next(iter(named or fitting), None)

    def _siblings(self, owner: Shape, name: str, entity: Entity) -> list[_Sibling]:
        """Return the entities shown beside *name* that refer to *entity*, those that refer to most first.

        Not those that *entity* itself leads to: they would wait for each other.
        """
        found = []
        for sibling, shape in owner.properties.items():
            other = self.entities.of(shape)
            if other is None or other is entity or sibling == name or self._leads(entity, other):
                continue
            references = self.entities.references(shape)
            first = next((each for each in references if each.entity is entity), None)
            if first is not None:
                found.append((len(references), _Sibling(sibling, other, first)))
        return [sibling for _, sibling in sorted(found, key=lambda each: -each[0])]

    def _leads(self, start: Entity, goal: Entity) -> bool:
        """Return whether references lead from *start* to *goal*."""
        seen, waiting = {start.name}, [start]
        while waiting:
            shape = waiting.pop().shape
            for reference in self.entities.references(shape) if shape is not None else ():
                if reference.entity is goal:
                    return True
                if reference.entity.name not in seen:
                    seen.add(reference.entity.name)
                    waiting.append(reference.entity)
        return False

    def _numbering(self, entity: Entity) -> Callable[[int], Any]:
        """Return the function from key to the id of one of the population, as the key's schema has ids."""
        shape = entity.shape.properties[entity.key] if entity.shape is not None else None
        population = entity.population
        if shape is None:
            return lambda key: 1 + below(key, population)
        first = max(1, int(shape.node.get("minimum", 1)))
        valid = judge(shape).is_valid
        if valid(first) and valid(first + population - 1):
            return lambda key: first + below(key, population)
        # The nth of the population has an id of its own kind, such as a UUID.
        base = root(self._seed, entity.name, "ids")
        return lambda key: self.generator.value(shape, split(base, below(key, population)))

    # Small things.

    def _absent(self, name: str, shape: Shape) -> Compute:
        """Return what a property holds when its rule yields nothing."""
        if shape.nullable:
            return lambda _record: None
        member = self._undescribed(shape, name, shape) or self._generated(name, shape)
        return member.compute

    def _generated(self, name: str, shape: Shape) -> Member:
        return _member(self.generator.maker(shape, name), name)

    def _has_locale(self, owner: Shape) -> bool:
        entity = self.entities.of(owner)
        return LOCALE in owner.extension("x-facts", {}) or (entity is not None and LOCALE in entity.columns)

    def _usual_locales(self, locales: Sequence[str]) -> list[str]:
        """Return the locales of what has none of its own: those chosen, or that of the commonest row."""
        tables = [entity for entity in self.entities.all.values() if LOCALE in entity.columns]
        if tables:
            rows = sorted(tables[0].weights.items(), key=lambda each: -each[1])
            return [str(tables[0].rows[number][LOCALE]) for number, _ in rows]
        return [known_locale(locale) for locale in locales] or [DEFAULT_LOCALE]

    def _drawn_locale(self, key: int) -> str:
        return self._locales[below(split(key, salt(LOCALE)), len(self._locales))]

    def _unset_date(self) -> Any:
        from datetime import datetime  # noqa: PLC0415 (for annotations alone elsewhere)

        text = self._unset.get("date")
        return None if text is None else datetime.fromisoformat(text).replace(tzinfo=None)


def _member(maker: Maker, name: str) -> Member:
    make, bits = maker.make, salt(name)
    return Member(lambda record: make(split(record.key, bits), record), maker.show)


def _of_owner(compute: Compute) -> Compute:
    return lambda record: compute(record.owner) if record.owner is not None else None


FITTING: dict[str, tuple[type[Any], Callable[[Any], Any]]] = {"integer": (int, int), "string": (str, str)}
