"""How each property of a world is computed: what its extensions say, and what its name does.

The rules are tried in one order: the key, the column of a table, the extensions, the naming rule
(an id refers, ``TName`` repeats, a property of schema ``T`` shows), and what is left undescribed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mockserver.contract.naming import normal
from mockserver.contract.pointer import join
from mockserver.provider.branches import judge
from mockserver.provider.derived import remembered
from mockserver.provider.entities import LOCALE
from mockserver.provider.extensions import CONSTRAINTS, Extensions
from mockserver.provider.formula import OWNER, Formula, FormulaError, Outcome, compile_formula
from mockserver.provider.generator import MOST_INSIDE, START_ROOM, Maker, Property, made
from mockserver.provider.needs import Needs
from mockserver.provider.record import Member, Record, constant, show
from mockserver.provider.source import WORD, salt, split
from mockserver.provider.style import FORMAT_HINTS
from mockserver.provider.words import slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from mockserver.contract import Shape
    from mockserver.provider.entities import Entity, Reference
    from mockserver.provider.generator import Compute
    from mockserver.provider.program import Program
    from mockserver.provider.world import World

NOBODY: Mapping[str, Entity] = {}
# What the parts of somebody's name are called, and the whole.
NAMES = (("firstname", "givenname"), ("lastname", "surname", "familyname"))
FULL_NAMES = frozenset({"fullname", "displayname", "name"})
# What formulas give and schemas may want otherwise.
FITTING: dict[str, tuple[type[Any], Callable[[Any], Any]]] = {"integer": (int, int), "string": (str, str)}


class Text(NamedTuple):
    """A formula as it stands in the document at *pointer*; *known* are entities that it may name beside siblings."""

    formula: Any
    pointer: str
    known: Mapping[str, Entity] = NOBODY


NO_RECORD = Record()


class Properties:
    """The rules for the properties of *world*; *user* is the id of the signed-in user."""

    def __init__(self, world: World, extensions: Extensions, now: datetime, user: int) -> None:
        self._world = world
        self._entities = world.entities
        self._generator = world.generator
        self._extensions = extensions
        self._unset: Mapping[str, Any] = world.document.root.get("x-unset", {})
        unset = extensions.moment(self._unset["date"]) if "date" in self._unset else None
        self._constants = {"now": now, "user": user, "unset": unset}
        self.needs = Needs(world.entities)

    def member(self, place: Property) -> Member | None:
        """Return how the property is computed; None where its schema alone says."""
        shape = place.shape
        for inner in (shape, shape.items) if shape.kind == "array" else (shape,):
            self.needs.encloses(place.owner, inner)
        member = self._row(place) or self._ruled(place)
        sibling = shape.node.get("x-not-before")
        return member if member is None or sibling is None else self._not_before(place, member, sibling)

    def hidden(self, owner: Shape) -> Mapping[str, Member]:
        """Return facts and referred entities of *owner*: what formulas may name beside its properties."""
        members: dict[str, Member] = {}
        for reference in self._entities.references(owner):
            member = self._referred(reference)
            for name in (self._entities.slot(owner, reference), reference.entity.name):
                if name not in owner.properties:
                    members.setdefault(name, member)
                    self.needs.note(owner, name, [(reference.name,)])
        for name, node in owner.extension("x-facts", {}).items():
            fact = Property(owner, name, self._world.document.shape(node, join(owner.pointer, "x-facts", name)))
            members[name] = self.member(fact) or self._generated(fact)
        return members

    def computed(self, place: Property, text: Text) -> Member:
        """Return the member that the formula *text* computes; for a property that shows an entity, the entity."""
        entity = self._entities.of(place.shape)
        if entity is not None:
            return self._showing(place, entity, self._formula(place, text, None))
        turn = self._extensions.show(place.shape)
        kind, fit = FITTING.get(place.shape.kind if turn is None else "", (object, None))
        formula = self._formula(place, text, Outcome(self._absent(place), kind, fit))
        reads = None if formula.draws or not self._is_absent_constant(place) else formula.paths
        return Member(formula.evaluate, turn, constant=formula.is_constant, reads=reads, write=formula.write)

    def has_locale(self, owner: Shape) -> bool:
        """Return whether records of *owner* have a locale of their own."""
        entity = self._entities.of(owner)
        declared = owner.node.get("properties", {}).get(LOCALE, {})
        described = "x-values" in declared or "x-formula" in declared or LOCALE in owner.extension("x-facts", {})
        return described or (entity is not None and LOCALE in entity.columns)

    # The rules for one property, each returning None where it does not speak.

    def _ruled(self, place: Property) -> Member | None:
        said = (self._key, self._described)
        named = (self._reference, self._repeated, self._shown)
        rest = (self._undescribed, self._somebody)
        return next((member for rule in (*said, *named, *rest) if (member := rule(place)) is not None), None)

    def _key(self, place: Property) -> Member | None:
        entity = self._entities.of(place.owner)
        if entity is None or place.name != entity.key:
            return None
        draw = self._world.draw_id(entity)
        return Member(
            lambda record: draw(record.key) if record.id is None else record.id,
            write=lambda program: f"{program.name(draw)}(key) if record.id is None else record.id",
        )

    def _row(self, place: Property) -> Member | None:
        """A column gives the property its value; an id without a row leaves it to the other rules."""
        entity, name = self._entities.of(place.owner), place.name
        if entity is None or name not in entity.columns or name == entity.key:
            return None
        values = {
            number: self._extensions.raw(place.shape, row[name]) for number, row in entity.rows.items() if name in row
        }
        other = self._ruled(place) or self._generated(place)
        compute = other.compute
        return Member(
            lambda record: values[record.id] if record.id in values else compute(record),
            self._extensions.show(place.shape) or other.show,
        )

    def _described(self, place: Property) -> Member | None:
        node = place.shape.node
        if "x-faker" in node and self.has_locale(place.owner):
            self.needs.note(place.owner, place.name, [(LOCALE,)])
        if "x-formula" in node:
            return self.computed(place, Text(node["x-formula"], place.shape.pointer))
        if "x-items" in node:
            return self._items(place)
        return self._extensions.member(place.name, place.shape)

    def _reference(self, place: Property) -> Member | None:
        """An id of one of the entities that it refers to: that of the request, if it chose one."""
        reference = next((each for each in self._entities.references(place.owner) if each.name == place.name), None)
        if reference is None:
            return None
        entity, bits = reference.entity.name, salt(place.name)
        draw, valid = self._world.draw_id(reference.entity), judge(place.shape).is_valid
        if not (valid(draw(0)) and valid(draw(WORD))):
            return None
        share = place.shape.node.get("x-share")
        if share is not None:
            limit, lot = int(float(share) * (WORD + 1)), salt(f"{place.name}?")
            return Member(
                lambda record: draw(split(record.key, bits)) if split(record.key, lot) < limit else 0,
                write=lambda program: (
                    f"{program.name(draw)}({program.draw(bits)}) if {program.draw(lot)} < {limit} else 0"
                ),
            )

        def compute(record: Record) -> Any:
            chosen = record.chosen
            if entity in chosen and valid(chosen[entity]):
                return chosen[entity]
            return draw(split(record.key, bits))

        return Member(
            compute,
            write=lambda program: (
                f"{program.name(compute)}(record) if chosen else {program.name(draw)}({program.draw(bits)})"
            ),
        )

    def _repeated(self, place: Property) -> Member | None:
        """What the entity that a sibling refers to has under the rest of the name."""
        found = self._entities.repeated(place.owner, place.name)
        if found is None:
            return None
        reference, member = found
        slot, absent = self._entities.slot(place.owner, reference), self._absent(place)
        trusted = _same_constraints(place.shape, reference.entity, member)
        valid, turn = judge(place.shape).is_valid, self._extensions.show(place.shape)
        self.needs.note(place.owner, place.name, [(slot, member)])

        def fits(value: Any) -> bool:
            return value is not None and (trusted or valid(value if turn is None else turn(value)))

        def compute(record: Record) -> Any:
            referred = record[slot]
            value = None if referred is None else referred[member]
            return value if fits(value) else absent(record)

        def write(program: Program) -> str:
            referred = program.member(slot)
            value = program.let(f"None if {referred} is None else {referred}[{member!r}]")
            check = f"{value} is not None" if trusted else f"{program.name(fits)}({value})"
            return f"{value} if {check} else {program.name(absent)}(record)"

        return Member(compute, turn, write=write)

    def _shown(self, place: Property) -> Member | None:
        """The entity that the property shows: siblings say which, or the request, or one is drawn."""
        entity = self._entities.of(place.shape)
        if entity is None or self._generator.branches.height(place.shape) is None:
            return None
        declared = place.shape.node.get("x-shows")
        if declared is not None:
            return self._showing(place, entity, self._formula(place, Text(declared, place.shape.pointer), None))
        source, paths = self._source(place, entity)
        self.needs.note(place.owner, place.name, paths)
        return self._found(place, entity, source)

    def _undescribed(self, place: Property) -> Member | None:
        """What a property holds that nothing describes (``x-unset``), if the schema takes it."""
        shape = place.shape
        if not self._unset or (shape.kind == "object" and not shape.is_dictionary):
            return None
        names = shape.node.get("enum") or shape.node.get("x-flags")
        value = names[0] if names else self._unset.get("date" if self._extensions.show(shape) else shape.kind)
        if value is None or not judge(shape).is_valid(value):
            return None
        return self._extensions.constant(shape, place.name, value)

    def _somebody(self, place: Property) -> Member | None:
        """The full name and the mailbox of somebody whose first and last names stand beside them."""
        by_normal = {normal(name): name for name in place.owner.properties}
        first, last = (next((by_normal[each] for each in names if each in by_normal), None) for names in NAMES)
        if first is None or last is None or place.shape.kind != "string" or _constrained(place.shape) - {"format"}:
            return None
        wanted = normal(place.name)
        if wanted in FULL_NAMES:
            write: Callable[[str, str], str] = "{} {}".format
        elif FORMAT_HINTS.get(wanted) == "email" or place.shape.node.get("format") == "email":
            write = _mailbox
        else:
            return None
        self.needs.note(place.owner, place.name, [(first,), (last,)])
        return Member(lambda record: write(record[first] or "", record[last] or ""))

    def _not_before(self, place: Property, member: Member, sibling: str) -> Member:
        if sibling not in place.owner.properties:
            raise self._world.document.error(f"x-not-before: there is no property {sibling!r}", place.shape.pointer)
        self.needs.note(place.owner, place.name, [(sibling,)])
        if member.constant and self._is_never_before(place.owner, sibling, member):
            return member
        compute = member.compute

        def later(record: Record) -> Any:
            value, other = compute(record), record[sibling]
            return other if value is None or (other is not None and value < other) else value

        def write(program: Program) -> str:
            value, other = program.let(program.written(member)), program.member(sibling)
            is_early = f"{value} is None or ({other} is not None and {value} < {other})"
            return f"{other} if {is_early} else {value}"

        reads = None if member.reads is None and not member.constant else (*(member.reads or ()), (sibling,))
        return Member(later, self._extensions.show(place.shape), reads=reads, write=write)

    def _is_never_before(self, owner: Shape, sibling: str, member: Member) -> bool:
        """Whether the constant *member* is at or after what *sibling* always is."""
        shape = owner.properties[sibling]
        other = None if "x-not-before" in shape.node else self._ruled(Property(owner, sibling, shape))
        return other is not None and other.constant and other.compute(NO_RECORD) <= member.compute(NO_RECORD)

    def _absent(self, place: Property) -> Compute:
        """Return what a property holds when its rule yields nothing."""
        if place.shape.nullable:
            return lambda _record: None
        return (self._undescribed(place) or self._generated(place)).compute

    def _is_absent_constant(self, place: Property) -> bool:
        described = None if place.shape.nullable else self._undescribed(place)
        return place.shape.nullable or (described is not None and described.constant)

    def _generated(self, place: Property) -> Member:
        return made(self._generator.maker(place.shape, place.name), place.name)

    # Formulas.

    def _formula(self, place: Property, text: Text, outcome: Outcome | None) -> Formula:
        document = self._world.document
        try:
            formula = compile_formula(text.formula, place.name, self._constants, outcome)
        except FormulaError as error:
            raise document.error(str(error), text.pointer) from error
        for path in formula.paths:
            reason = self.needs.fault(place.owner, path, text.known)
            if reason is not None:
                raise document.error(f"the formula {formula.text!r}: {reason}", text.pointer)
        self.needs.note(place.owner, place.name, formula.paths)
        return formula

    def _items(self, place: Property) -> Member:
        """How many items there are, or what they hold: formulas over the object around the array."""
        declared, shape = place.shape.node["x-items"], place.shape
        if declared in (0, []):
            nothing: list[Any] = []
            return constant(nothing)
        if isinstance(declared, int):
            declared = [declared, declared]
        if all(isinstance(each, int) for each in declared):
            if not 0 <= declared[0] <= declared[-1] <= MOST_INSIDE:
                reason = f"x-items: write a number or [low, high], up to {MOST_INSIDE}"
                raise self._world.document.error(reason, shape.pointer)
            return made(self._generator.list_of(shape, place.name, declared[0], declared[-1]), place.name)
        listed = self._listed(place, shape.items, declared, join(shape.pointer, "x-items"))
        return remembered(made(listed, place.name))

    def _listed(self, place: Property, items: Shape, declared: list[Any], pointer: str) -> Maker:
        """Return how a list is made of the items *declared* one by one, each a list or a mapping."""
        makers = []
        for index, each in enumerate(declared):
            inner, at = place._replace(name=f"{place.name}.{index}"), join(pointer, index)
            listed = isinstance(each, list)
            makers.append(self._listed(inner, items.items, each, at) if listed else self._item(inner, items, each, at))
        return Maker(
            lambda key, scope: [maker.make(split(key, index), scope) for index, maker in enumerate(makers)],
            lambda raws: [maker.show(raw) for maker, raw in zip(makers, raws, strict=True) if maker.show],
            _together(makers),
        )

    def _item(self, place: Property, items: Shape, declared: Mapping[str, Any], pointer: str) -> Maker:
        given = {}
        for name, formula in declared.items():
            shape = items.properties.get(name)
            if shape is None:
                raise self._world.document.error(f"x-items: the item has no property {name!r}", pointer)
            inner = Property(place.owner, f"{place.name}.{name}", shape)
            member = self.computed(inner, Text(formula, join(pointer, name)))
            given[name] = member if member.constant else _of_owner(member)
        self.needs.encloses(place.owner, items)
        kind = self._generator.kind_with(items, given)
        return Maker(kind.open, show, kind.needed if kind.is_whole else None)

    # Entities that a record refers to, or shows.

    def _referred(self, reference: Reference) -> Member:
        name, find, recurs = reference.name, self._world.finder(reference.entity), self._world.recurs(reference.entity)
        return Member(
            lambda record: find(record[name], record.room if recurs else START_ROOM),
            write=lambda program: (
                f"{program.name(find)}({program.member(name)}, {'record.room' if recurs else START_ROOM})"
            ),
        )

    def _showing(self, place: Property, entity: Entity, formula: Formula) -> Member:
        """Return the member that shows the *entity* whose id *formula* gives."""
        if formula.is_constant and place.shape.nullable and (formula.evaluate(None) or 0) < 1:
            return constant(None)
        found = self._found(place, entity, _Source(formula.evaluate, formula.write))
        recurs = self._world.recurs(entity)
        if formula.is_constant and not recurs and entity.has(formula.evaluate(NO_RECORD)):
            return remembered(found._replace(reads=()))
        return found

    def _found(self, place: Property, entity: Entity, source: _Source) -> Member:
        """Return the member that is the entity whose id *source* gives; another one where there has to be one."""
        world, nullable, bits = self._world, place.shape.nullable, salt(place.name)
        draw, find, recurs = world.draw_id(entity), world.finder(entity), world.recurs(entity)

        def compute(record: Record) -> Any:
            room = record.room if recurs else START_ROOM
            if nullable and room <= 0:
                return None
            found = find(source.compute(record), room)
            if found is None and not nullable:
                found = find(draw(split(record.key, bits)), room)
            return found

        def write(program: Program) -> str:
            found = program.let(f"{program.name(find)}({source.write(program)}, {START_ROOM})")
            return found if nullable else f"{program.name(compute)}(record) if {found} is None else {found}"

        return Member(compute, show, write=None if recurs else write)

    def _source(self, place: Property, entity: Entity) -> tuple[_Source, list[tuple[str, ...]]]:
        """Return how a record says which *entity* it shows, and what it reads for that."""
        own = self._entities.own_reference(place.owner, place.name, entity)
        if own is not None:
            name = own.name
            return _Source(lambda record: record[name], lambda program: program.member(name)), [(name,)]
        siblings = self._entities.siblings(place.owner, place.name, entity)
        ways = [(each.entity.name, each.name, each.reference.name) for each in siblings]
        draw, bits, wanted = self._world.draw_id(entity), salt(place.name), entity.name

        def source(record: Record) -> Any:
            chosen = record.chosen
            if wanted in chosen:
                return chosen[wanted]
            if not ways:
                return draw(split(record.key, bits))
            _, shower, reference = ways[0]
            for shown_there, name, its_reference in ways:
                if shown_there in chosen:
                    shower, reference = name, its_reference
                    break
            shown = record[shower]
            return None if shown is None else shown[reference]

        def write(program: Program) -> str:
            """Write one question for what a request may choose, the last of them first."""
            last = program.draw(bits) if not ways else _reached(program, *ways[0][1:])
            expression = last if ways else f"{program.name(draw)}({last})"
            for shown_there, name, reference in reversed(ways):
                expression = f"{_reached(program, name, reference)} if {shown_there!r} in chosen else {expression}"
            return program.let(f"chosen[{wanted!r}] if {wanted!r} in chosen else {expression}")

        return _Source(source, write), [(each.name, each.reference.name) for each in siblings]


class _Source(NamedTuple):
    """How a record says which entity it shows, and how a program does."""

    compute: Compute
    write: Callable[[Program], str]


def _reached(program: Program, name: str, member: str) -> str:
    """Return an expression for the *member* of what the record has under *name*."""
    shown = program.member(name)
    return f"(None if {shown} is None else {shown}[{member!r}])"


def _together(makers: Iterable[Maker]) -> tuple[tuple[str, ...], ...] | None:
    """Return what all of *makers* need together; None if one of them draws."""
    needed: list[tuple[str, ...]] = []
    for maker in makers:
        if maker.needed is None:
            return None
        needed.extend(maker.needed)
    return tuple(dict.fromkeys(needed))


def _of_owner(member: Member) -> Member:
    compute, reads = member.compute, member.reads
    return member._replace(
        compute=lambda record: compute(record.owner) if record.owner is not None else None,
        write=None,
        reads=None if reads is None else tuple((OWNER, *path) for path in reads),
    )


def _mailbox(first: str, last: str) -> str:
    return f"{slug(first)}.{slug(last)}@example.com"


def _constrained(shape: Shape) -> set[str]:
    return {keyword for keyword in CONSTRAINTS if keyword in shape.node}


def _same_constraints(shape: Shape, entity: Entity, member: str) -> bool:
    """Whether all values of the *entity*'s *member* are sure to be values of *shape*."""
    other = entity.shape.properties.get(member) if entity.shape is not None else None
    if other is None:
        return shape.kind in ("string", "any") and not _constrained(shape)
    same = all(shape.node[keyword] == other.node.get(keyword) for keyword in _constrained(shape))
    return same and shape.kind == other.kind and (shape.nullable or not other.nullable)
