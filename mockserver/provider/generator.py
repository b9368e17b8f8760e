"""Schemas compiled into functions from a key to a value that the schema accepts (OAS 3.0.3, Schema Object)."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import orjson

from mockserver.errors import MockserverError
from mockserver.provider import scalars
from mockserver.provider.branches import UNIONS, Branch, Branches, judge, own_tags
from mockserver.provider.derived import needed_of_owner, remembered
from mockserver.provider.record import LEAN, Kind, Member, Record, constant, plan, show
from mockserver.provider.source import below, salt, split
from mockserver.provider.style import REALISTIC
from mockserver.provider.values import DEFAULT_LOCALE

if TYPE_CHECKING:
    from datetime import datetime

    from mockserver.contract import Document, Shape
    from mockserver.provider.style import Style
    from mockserver.provider.values import Pools

START_ROOM = 3
TRIES = 200
MOST_INSIDE = 10_000
LEAN_AFTER = 20
# One or two of each JSON type: what rules values out seldom rules out all of them.
PLAIN: tuple[Any, ...] = ("", "a", 0, 1, -1, 0.5, True, False, [], {})

Compute = Callable[[Record], Any]
Make = Callable[[int, Record], Any]
Show = Callable[[Any], Any]


@dataclass(eq=False)
class UnsatisfiableSchemaError(MockserverError):
    """No value was found that a schema accepts."""

    source: str
    pointer: str
    reason: str

    def __str__(self) -> str:
        """Return the place and what may help."""
        place = f"{PurePath(self.source).name}: no value keeps the schema at {self.pointer or '/'}"
        return f"{place}: {self.reason}; give it an example"


class Maker(NamedTuple):
    """How a value is made from a key inside a record, and shown where it is not JSON yet.

    *needed* are the record's paths that all of it follows from, None where it draws.
    """

    make: Make
    show: Show | None = None
    needed: tuple[tuple[str, ...], ...] | None = None


class _Items(NamedTuple):
    """How a number of items is made, and a list of them shown."""

    make: Callable[[int, int, Record], list[Any]]
    show: Show | None


class Property(NamedTuple):
    """A property of objects of the schema *owner*."""

    owner: Shape
    name: str
    shape: Shape


class Rules(Protocol):
    """What a world knows of objects beyond their schemas."""

    @property
    def read_from_afar(self) -> Container[str]:
        """The names of members that other objects read, as far as they are known by now."""

    def member(self, place: Property) -> Member | None:
        """Return how the property is computed; None where its schema alone says."""

    def hidden(self, owner: Shape) -> Mapping[str, Member]:
        """Return how members are computed that no answer shows, by name."""

    def locale(self, owner: Shape) -> Callable[[Record], str]:
        """Return how a record of *owner* comes by its locale."""

    def is_shared(self, shape: Shape) -> bool:
        """Return whether *shape* has few entities, which many answers show."""

    def entity(self, shape: Shape) -> Make | None:
        """Return how one of the entities of *shape* is drawn; None if there are none."""

    def entities_of(self, shape: Shape) -> Callable[[int, int, Record], list[Any]] | None:
        """Return how several of them are drawn, each once; None if there are none."""


class Generator:
    """Makes values of a document's schemas, in one style; the same for the same key."""

    def __init__(
        self, document: Document, style: Style, pools: Pools, now: datetime, rules: Rules | None = None
    ) -> None:
        self.document = document
        self.branches = Branches()
        self.texts = scalars.Texts(style, pools, now)
        self._style = style
        self._rules = rules
        self._makers: dict[tuple[str, bool, str], Maker] = {}
        self._kinds: dict[tuple[str, tuple[tuple[str, str], ...]], Kind] = {}
        nothing = plan({})
        self.nothing = Kind("", {}, nothing, nothing, nothing, lambda _record: DEFAULT_LOCALE)
        self.top = self.nothing.entity(0, None, START_ROOM)

    def value(self, shape: Shape, key: int) -> Any:
        """Return the JSON value of *shape* for *key*; raises UnsatisfiableSchemaError if none is found."""
        make, turn, _ = self.maker(shape)
        raw = make(key, self.top)
        return raw if turn is None or raw is None else turn(raw)

    def maker(self, shape: Shape, name: str = "") -> Maker:
        """Return how values of *shape* are made; *name* is the property's, as a hint."""
        place = (shape.pointer, shape.nullable, name)
        known = self._makers.get(place)
        if known is None:
            later = _Later()
            self._makers[place] = Maker(later.make, later.show)
            known = self._makers[place] = later.maker = self._compiled(shape, name)
        return known

    def kind(self, shape: Shape, tags: Mapping[str, str] | None = None) -> Kind:
        """Return the kind of records of the object *shape*; *tags* are the discriminator's."""
        tags = own_tags(shape) if tags is None else tags
        place = (shape.pointer, tuple(tags.items()))
        kind = self._kinds.get(place)
        if kind is None:
            given = {name: constant(tag) for name, tag in tags.items()}
            kind = self._kinds[place] = self.kind_with(shape, given)
        return kind

    def is_sure(self, shape: Shape) -> bool:
        """Return whether records of the object *shape* keep it without being checked."""
        return self._has_room(shape) and "not" not in shape.node and not _is_merged(shape)

    def checked(self, shape: Shape, maker: Maker) -> Maker:
        """Return *maker*, but its values are held against the schema and made anew until one keeps it."""
        schema = judge(shape)
        make, turn = maker.make, maker.show

        def sure(key: int, scope: Record) -> Any:
            for attempt in range(TRIES):
                inside = scope if attempt < LEAN_AFTER or attempt % 2 else _within(scope, LEAN)
                raw = make(split(key, attempt) if attempt else key, inside)
                if schema.is_valid(raw if turn is None or raw is None else turn(raw)):
                    return raw
            for value in self._apart(shape, key, scope):
                if schema.is_valid(value):
                    return value
            return self._documented(shape, f"{TRIES} were made in vain")

        return Maker(sure, turn)

    def _compiled(self, shape: Shape, name: str) -> Maker:
        try:
            maker, certain = self._made(shape, name)
        except scalars.UnmakeableError as error:
            reason = str(error)
            return Maker(lambda _key, _scope: self._documented(shape, reason))
        if not certain or "not" in shape.node or _is_merged(shape):
            maker = self.checked(shape, maker)
        if shape.nullable and self.branches.leads_to_recursion(shape):
            make, turn = maker.make, maker.show
            return Maker(lambda key, scope: make(key, scope) if scope.room > 0 else None, turn)
        return maker

    def _made(self, shape: Shape, name: str) -> tuple[Maker, bool]:
        """Return how values are made, and whether they are sure to keep the schema."""
        node = shape.node
        if "enum" in node:
            return self._enum(shape), True
        if self.branches.height(shape) is None:
            raise scalars.UnmakeableError("every value of it would have to hold another one")
        entity = self._rules.entity(shape) if self._rules else None
        if entity is not None:
            return Maker(entity, show), True
        if branches := self.branches.of(shape):
            return self._union(branches), not any(keyword in node for keyword in UNIONS)
        kind = _kind(shape)
        if kind == "object":
            return self._record(shape), self.is_sure(shape)
        if kind == "array":
            return self._array(shape, name), not node.get("uniqueItems")
        return self._exemplary(shape) or self._drawn(shape, kind, name)

    def _exemplary(self, shape: Shape) -> tuple[Maker, bool] | None:
        example = shape.node.get("example")
        if self._style is not REALISTIC or example is None or not judge(shape).is_valid(example):
            return None
        return Maker(lambda _key, _scope: example), True

    def _drawn(self, shape: Shape, kind: str, name: str) -> tuple[Maker, bool]:
        made = self._scalar(shape, kind, name)
        return Maker(made.make, made.show), made.certain

    def _record(self, shape: Shape) -> Maker:
        if shape.node.get("minProperties", 0) > MOST_INSIDE:
            raise scalars.UnmakeableError(f"its objects have more than {MOST_INSIDE} members")
        return Maker(self._object(shape, own_tags(shape)), show)

    def _scalar(self, shape: Shape, kind: str, name: str) -> scalars.Scalar:
        if kind == "boolean":
            return scalars.boolean()
        if kind == "integer":
            return scalars.integer(shape.node, name, self._style)
        if kind == "number":
            return scalars.number(shape.node, name, self._style)
        return self.texts.text(shape.node, name)

    def _enum(self, shape: Shape) -> Maker:
        schema = judge(shape)
        options = [option for option in shape.node["enum"] if schema.is_valid(option)]
        choice = [option for option in options if option is not None] or options
        if not choice:
            raise scalars.UnmakeableError("no value of its enum keeps its other keywords")
        return Maker(lambda key, _scope: choice[below(key, len(choice))])

    def _union(self, branches: tuple[Branch, ...]) -> Maker:
        makers = [self._branch(branch) for branch in branches]
        heights = [self.branches.height(branch.shape) for branch in branches]
        smallest = min(range(len(branches)), key=lambda index: _or_endless(heights[index]))

        def make(key: int, scope: Record) -> Any:
            index = below(split(key, 0), len(makers)) if scope.room > 0 else smallest
            maker = makers[index]
            raw = maker.make(split(key, 1), scope)
            return raw if isinstance(raw, Record) else _turned(maker, raw)

        return Maker(make, lambda raw: show(raw) if isinstance(raw, Record) else raw)

    def _apart(self, shape: Shape, key: int, scope: Record) -> Iterator[dict[str, Any]]:
        """Yield objects that keep one alternative alone, where what keeps it may keep the others too.

        Vendors write ``oneOf`` of objects that require nothing. A member that only the others declare, and of
        a type that they do not take, rules them out; whoever reads the one alternative passes over it.
        """
        branches = self.branches.of(shape) if "oneOf" in shape.node else ()
        first = below(split(key, 2), len(branches) or 1)
        for branch in (*branches[first:], *branches[:first]):
            value = _turned(maker := self._branch(branch), maker.make(key, scope))
            if not isinstance(value, dict):
                continue
            spoilt: dict[str, Any] = {}
            for other in branches:
                strange = {name: each for name, each in other.shape.properties.items() if name not in value}
                misfits = ((name, _misfit(each)) for name, each in strange.items())
                spoilt |= dict(islice((found for found in misfits if found[1] is not None), 1))
            yield {**value, **spoilt}

    def _branch(self, branch: Branch) -> Maker:
        shape, tags = branch.shape, branch.tags
        if not tags or _kind(shape) != "object" or self.branches.of(shape):
            return self.maker(shape)
        entity = self._rules.entity(shape) if self._rules else None
        if entity is None:
            return Maker(self._object(shape, tags), show)

        def make(key: int, scope: Record) -> Record:
            found = entity(key, scope)
            return self.kind(shape, tags).entity(found.key, found.id, scope.room)

        return Maker(make, show)

    def _array(self, shape: Shape, name: str) -> Maker:
        low, high = int(shape.node.get("minItems", 0)), shape.node.get("maxItems", 1 << 16)
        if high < low:
            raise scalars.UnmakeableError("maxItems is below minItems")
        if low > MOST_INSIDE:
            raise scalars.UnmakeableError(f"its arrays have more than {MOST_INSIDE} items")
        usual_low, usual_high = self._style.items
        least = max(low, min(usual_low, high))
        return self.list_of(shape, name, least, max(least, min(usual_high, high)))

    def list_of(self, shape: Shape, name: str, least: int, most: int) -> Maker:
        """Return how arrays of *shape* with *least* to *most* items are made; as few as may be where recursion ends."""
        items, spread = self._items(shape, name), most - least + 1
        recursive, fewest = self.branches.leads_to_recursion(shape), int(shape.node.get("minItems", 0))
        nests = self.branches.is_nest(shape)

        def make(key: int, scope: Record) -> list[Any]:
            count = fewest if recursive and scope.room <= 0 else least + below(split(key, 0), spread)
            return items.make(split(key, 1), count, _within(scope, scope.room - 1) if nests else scope)

        return Maker(make, items.show)

    def _items(self, shape: Shape, name: str) -> _Items:
        entities = self._rules.entities_of(shape.items) if self._rules else None
        if entities is not None:
            return _Items(entities, _each(show))
        maker = self.maker(shape.items, name)
        if shape.node.get("uniqueItems") and _is_drawn(shape.items):
            # Every item would be the example.
            maker = self.checked(shape.items, self._drawn(shape.items, _kind(shape.items), name)[0])
        make, turn = maker.make, maker.show
        if shape.node.get("uniqueItems"):
            return _Items(lambda key, count, scope: _distinct(maker, key, count, scope), turn and _each(turn))
        return _Items(
            lambda key, count, scope: [make(split(key, index), scope) for index in range(count)], turn and _each(turn)
        )

    def _object(self, shape: Shape, tags: Mapping[str, str]) -> Make:
        kinds: list[Kind] = []

        def make(key: int, scope: Record) -> Record:
            if not kinds:
                kinds.append(self.kind(shape, tags))
            return kinds[0].open(key, scope)

        return make

    def kind_with(self, shape: Shape, given: Mapping[str, Member], more: Mapping[str, Compute] | None = None) -> Kind:
        """Return a new kind of records of *shape*: *given* members replace its own, *more* are never shown."""
        names = dict(self._named(shape))
        members = {
            name: given[name]._replace(optional=name not in shape.required)
            if name in given
            else self._member(shape, name, child)
            for name, child in names.items()
        }
        rules, top = self._rules, self.top
        asked = {name: Member(compute) for name, compute in (more or {}).items()}
        everything = {**asked, **(rules.hidden(shape) if rules else {}), **members}
        needed = needed_of_owner(members)
        kept = rules.read_from_afar if rules else ()
        full, closing, lean = (plan(dict(_kept(members, shape, level)), everything, kept) for level in range(3))
        return Kind(
            name=shape.name or shape.pointer,
            computes={name: member.compute for name, member in everything.items()},
            full=full,
            closing=closing,
            lean=lean,
            locale=rules.locale(shape) if rules else lambda _record: top.locale,
            levels=int(self.branches.recursive(shape)),
            is_whole=not shape.extension("x-facts") and not more,
            needed=needed,
            is_shared=not more and (needed is not None or (rules is not None and rules.is_shared(shape))),
        )

    def _member(self, owner: Shape, name: str, shape: Shape) -> Member:
        member = self._rules.member(Property(owner, name, shape)) if self._rules else None
        member = member or self._same(shape) or self._following(shape)
        if member is None:
            member = made(self.maker(shape, name), name)
        recurs = self.branches.leads_to_recursion(shape)
        return member._replace(optional=name not in owner.required, recurs=recurs)

    def _same(self, shape: Shape) -> Member | None:
        """Return the member that is one and the same object everywhere, where all that it holds is constant."""
        if not self._is_plain_object(shape):
            return None
        kind = self.kind(shape)
        if kind.full.plain or kind.full.shown or not kind.is_whole:
            return None
        record = kind.entity(0, None, START_ROOM)
        return Member(lambda _record: record, show, constant=True)

    def _following(self, shape: Shape) -> Member | None:
        """Return the member that follows from its owner's other members, where nothing in it is drawn."""
        if not self._is_plain_object(shape):
            return None
        kind = self.kind(shape)
        if kind.needed is None or not kind.is_whole:
            return None
        return remembered(Member(lambda record: kind.open(0, record), show, reads=kind.needed))

    def _is_plain_object(self, shape: Shape) -> bool:
        """Return whether values of *shape* are objects of one kind, of no endless depth, that need no second try."""
        if _kind(shape) != "object" or shape.nullable or self.branches.of(shape) or not self.is_sure(shape):
            return False
        return not self.branches.leads_to_recursion(shape)

    def _named(self, shape: Shape) -> Iterable[tuple[str, Shape]]:
        """Yield the names that a value of *shape* has, with their shapes: no writeOnly ones, enough of the others."""
        declared = shape.properties
        count = 0
        for name, child in declared.items():
            # OAS 3.0.3, Schema Object: a writeOnly property is not sent as part of a response.
            sent = child.node.get("writeOnly") is not True
            if sent and (name in shape.required or self.branches.height(child) is not None):
                count += 1
                yield name, child
        if shape.additional is None:
            return
        missing = [name for name in sorted(shape.required) if name not in declared]
        for name in missing:
            yield name, shape.additional
        wanted = self._entries(shape) - count - len(missing)
        records = _kind(shape.additional) == "object"
        for name in self._style.key_names(_last(shape.pointer), max(0, wanted), records):
            if name not in declared:
                yield name, shape.additional

    def _entries(self, shape: Shape) -> int:
        """Return how many members there shall be where the schema lets names be added."""
        low = int(shape.node.get("minProperties", 0))
        if not shape.is_dictionary or shape.additional is None:
            return low
        usual = 1 if _kind(shape.additional) == "object" else 2
        return max(low, min(usual, int(shape.node.get("maxProperties", usual))))

    def _has_room(self, shape: Shape) -> bool:
        """Whether the numbers of members that *shape* allows are sure to be kept."""
        least, most = shape.node.get("minProperties", 0), shape.node.get("maxProperties")
        return shape.additional is not None and (most is None or most >= max(least, len(shape.required)))

    def _documented(self, shape: Shape, reason: str) -> Any:
        """Return the example or default of *shape*; raises UnsatisfiableSchemaError if there is none that fits."""
        schema = judge(shape)
        for keyword in ("example", "default"):
            if keyword in shape.node and schema.is_valid(shape.node[keyword]):
                return shape.node[keyword]
        for value in PLAIN:
            if schema.is_valid(value):
                return value
        raise UnsatisfiableSchemaError(self.document.source, shape.pointer, reason)


def made(maker: Maker, name: str) -> Member:
    """Return the member *name* that *maker* makes."""
    make, bits = maker.make, salt(name)
    return Member(
        lambda record: make(split(record.key, bits), record),
        maker.show,
        reads=maker.needed,
        write=lambda program: f"{program.name(make)}({program.draw(bits)}, record)",
    )


class _Later:
    """Stands for a maker while it is compiled: a schema that recurs in itself meets it there."""

    maker: Maker

    def make(self, key: int, scope: Record) -> Any:
        return self.maker.make(key, scope)

    def show(self, raw: Any) -> Any:
        return _turned(self.maker, raw)


def _turned(maker: Maker, raw: Any) -> Any:
    return raw if maker.show is None or raw is None else maker.show(raw)


def _each(turn: Show) -> Show:
    return lambda raws: [None if raw is None else turn(raw) for raw in raws]


def _or_endless(height: int | None) -> int:
    return 1 << 16 if height is None else height


def _is_merged(shape: Shape) -> bool:
    """Whether *shape* is several schemas that all hold: merging them may have lost a keyword."""
    node = judge(shape).node
    parts = node.get("allOf", ())
    return len(parts) > 1 or (bool(parts) and any(key in node for key in ("properties", "required", "enum", "pattern")))


def _kind(shape: Shape) -> str:
    """Return the JSON type of *shape*; without one, the type that its keywords are about."""
    if shape.kind != "any":
        return shape.kind
    node = shape.node
    if any(keyword in node for keyword in ("required", "minProperties", "maxProperties")):
        return "object"
    if any(keyword in node for keyword in ("minItems", "maxItems", "uniqueItems")):
        return "array"
    if any(keyword in node for keyword in ("minimum", "maximum", "multipleOf")):
        return "number"
    return "string"


def _kept(members: Mapping[str, Member], shape: Shape, level: int) -> Iterable[tuple[str, Member]]:
    """Yield the members that are shown: all (level 0), those where recursion ends (1), the required ones (2)."""
    least, most = shape.node.get("minProperties", 0), shape.node.get("maxProperties", len(members))
    spare = most - sum(not member.optional for member in members.values())
    wanted = least - sum(not member.optional for member in members.values())
    for name, member in members.items():
        if not member.optional:
            yield name, member
            continue
        left_out = (level > 0 and member.recurs) or (level > 1 and wanted <= 0)
        if spare > 0 and not left_out:
            spare -= 1
            wanted -= 1
            yield name, member


def _within(scope: Record, room: int) -> Record:
    """Return *scope* as a place with other *room*."""
    copy = scope.kind.open(scope.key, scope)
    copy.update(scope)
    copy.owner, copy.room, copy.id = scope.owner, room, scope.id
    return copy


def _distinct(maker: Maker, key: int, count: int, scope: Record) -> list[Any]:
    """Return up to *count* items that differ as JSON."""
    found: dict[bytes, Any] = {}
    for index in range(count * TRIES):
        raw = maker.make(split(key, index), scope)
        shown = _turned(maker, raw)
        # 1 and 1.0 are the same number (JSON Schema, uniqueItems).
        same = int(shown) if isinstance(shown, float) and shown.is_integer() else shown
        found.setdefault(orjson.dumps(same, option=orjson.OPT_SORT_KEYS), raw)
        if len(found) == count:
            break
    return list(found.values())


def _misfit(shape: Shape) -> Any:
    """Return a plain value that *shape* does not take; None if it takes them all."""
    return next((value for value in PLAIN if not judge(shape).is_valid(value)), None)


def _is_drawn(shape: Shape) -> bool:
    """Whether *shape* has an example in the place of values that could be drawn."""
    return "example" in shape.node and "enum" not in shape.node and _kind(shape) not in ("object", "array")


def _last(pointer: str) -> str:
    return pointer.rsplit("/", 1)[-1]
