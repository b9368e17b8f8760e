"""Records: the objects of a world while they are computed, member by member, each when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from mockserver.media.json import Shared
from mockserver.provider.program import Program
from mockserver.provider.source import split

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

NOTHING_CHOSEN: Mapping[str, Any] = {}
LEAN = -1000
# Writing a program takes as long as some dozens of records.
PROGRAM_AFTER = 64


class Record(dict[str, Any]):
    """The members of one object that have been computed so far, by name; the others follow on demand.

    Beside the properties of the schema it holds what no answer shows: facts, and the entities that
    its ids refer to. Values are as formulas want them: dates are datetimes, objects are records.

    *owner* is the enclosing record, None for an entity; *chosen* the ids of entities that a request
    names; *room* how many more levels of a recursive schema fit in.
    """

    __slots__ = ("chosen", "id", "key", "kind", "owner", "room", "shown")

    kind: Kind
    key: int
    owner: Record | None
    id: Any
    room: int
    chosen: Mapping[str, Any]
    shown: dict[str, Any] | None

    def __missing__(self, name: str) -> Any:
        """Compute the member *name* and keep it; None for a name that the kind does not know."""
        compute = self.kind.computes.get(name)
        if compute is None:
            return None
        value = self[name] = compute(self)
        return value

    def __bool__(self) -> bool:
        """Return True: a record is something, whatever has been computed of it."""
        return True

    @property
    def locale(self) -> str:
        """The Faker locale of the record's names."""
        return self.kind.locale(self)


class Member(NamedTuple):
    """How a member is computed, and *show*n where its value is not JSON yet.

    *reads* are the dotted names that it follows from, None where it draws from its record's key too.
    *write* writes the same for a program and returns an expression; without it, *compute* is called.
    *constant* members have the same value in every record; *optional* ones may be left out, and
    *recurs* tells which of them are where a recursive schema has to end.
    """

    compute: Callable[[Record], Any]
    show: Callable[[Any], Any] | None = None
    constant: bool = False
    reads: tuple[tuple[str, ...], ...] | None = None
    optional: bool = False
    recurs: bool = False
    write: Callable[[Program], str] | None = None


def constant(value: Any) -> Member:
    """Return the member that is *value* in every record."""
    return Member(lambda _record: value, constant=True)


@dataclass(slots=True)
class Plan:
    """How a record becomes JSON: a copy of *template* with the computed members filled in.

    *plain* members are JSON as they are computed, *shown* ones have a function that turns them into it.
    *program* returns a function that does the same, for records of which nothing is computed yet; it is
    written when enough of them have been shown.
    """

    template: dict[str, Any]
    plain: tuple[tuple[str, Callable[[Record], Any]], ...]
    shown: tuple[tuple[str, Callable[[Record], Any], Callable[[Any], Any]], ...]
    program: Callable[[Record], Callable[[Record], dict[str, Any]]]
    function: Callable[[Record], dict[str, Any]] | None = None
    shows: int = 0

    def noted(self, record: Record) -> None:
        """Count that *record* was shown member by member, and write the program when that has become too often."""
        self.shows += 1
        if self.shows == PROGRAM_AFTER:
            self.function = self.program(record)


@dataclass(slots=True)
class Kind:
    """A schema of objects, compiled: how each member is computed, and which are shown.

    *full* shows all, *closing* leaves out optional members that would recurse, *lean* all that
    are optional. *levels* is what a record takes from its owner's room. A record that *is_whole*
    needs its owner no more once it has been shown. *needed* are the paths from its owner that all
    of it follows from, None where it draws. A kind that *is_shared* has few records, each in many answers.
    """

    name: str
    computes: Mapping[str, Callable[[Record], Any]]
    full: Plan
    closing: Plan
    lean: Plan
    locale: Callable[[Record], str]
    levels: int = 0
    is_whole: bool = False
    needed: tuple[tuple[str, ...], ...] | None = None
    is_shared: bool = False

    def open(self, key: int, owner: Record) -> Record:
        """Return a new record inside *owner*."""
        record = Record()
        record.kind = self
        record.key = key
        record.owner = owner
        record.id = None
        record.room = owner.room - self.levels
        record.chosen = owner.chosen
        record.shown = None
        return record

    def entity(self, key: int, number: Any, room: int) -> Record:
        """Return a new record that stands by itself: the entity with the id *number*."""
        record = Record()
        record.kind = self
        record.key = key
        record.owner = None
        record.id = number
        record.room = room - self.levels
        record.chosen = NOTHING_CHOSEN
        record.shown = None
        return record


def plan(
    members: Mapping[str, Member], everything: Mapping[str, Member] | None = None, kept: Container[str] = ()
) -> Plan:
    """Return the plan that shows *members*, in their order.

    *everything* are all members of a record, these and others; *kept* the names that are worth keeping in it.
    """
    nobody = Record()
    template = {
        name: _lasting(_shown(member, member.compute(nobody))) if member.constant else None
        for name, member in members.items()
    }
    computed = {name: member for name, member in members.items() if not member.constant}
    plain = tuple((name, member.compute) for name, member in computed.items() if member.show is None)
    shown = tuple((name, member.compute, member.show) for name, member in computed.items() if member.show is not None)

    def program(example: Record) -> Callable[[Record], dict[str, Any]]:
        return Program(everything or members, template, computed, example, kept, show).function()

    return Plan(template, plain, shown, program)


def drawn(function: Callable[[int], Any], bits: int, show: Callable[[Any], Any] | None = None) -> Member:
    """Return the member that *function* makes of the key below a record's for *bits*."""
    return Member(
        lambda record: function(split(record.key, bits)),
        show,
        write=lambda program: f"{program.name(function)}({program.draw(bits)})",
    )


def _lasting(value: Any) -> Any:
    """Return *value*; an object that holds something, as one that is spelled once."""
    return Shared(value) if value.__class__ is dict and value else value


def _shown(member: Member, value: Any) -> Any:
    return value if member.show is None or value is None else member.show(value)


def show(record: Record) -> dict[str, Any]:
    """Return *record* as JSON, with the members of its schema in the document's order; made once."""
    value = record.shown
    if value is not None:
        return value
    kind, room = record.kind, record.room
    how = kind.full if room > 0 else kind.closing if room > LEAN else kind.lean
    if len(record):
        value = _one_by_one(record, how)
    elif how.function is None:
        value = _one_by_one(record, how)
        how.noted(record)
    else:
        value = how.function(record)
    record.shown = value = Shared(value) if kind.is_shared else value
    if kind.is_whole:
        # Nothing is left to compute, and without its owner it is no part of a reference cycle.
        record.owner = None
    return value


def _one_by_one(record: Record, how: Plan) -> dict[str, Any]:
    value = how.template.copy()
    # What record[name] does, without its calls.
    for name, compute in how.plain:
        if name in record:
            value[name] = record[name]
        else:
            value[name] = record[name] = compute(record)
    for name, compute, turn in how.shown:
        if name in record:
            raw = record[name]
        else:
            raw = record[name] = compute(record)
        value[name] = None if raw is None else turn(raw)
    return value
