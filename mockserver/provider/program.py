"""A plan's members written as one function of Python: for kinds of records that are shown again and again.

A record asks its members one by one, each a closure that splits the key, looks up what it reads, and
calls what it was made of. Most of an answer's time went into these calls. A program says the same in
one body: all draws are made at once, what a member reads is a local variable, and what is the same in every
record is computed while it is written.

The text is made of names that are given out here, of ``repr()``, and of what formula.py has checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.provider.source import splits

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from mockserver.provider.record import Member, Record

OWNER = "owner"


class Program:
    """Writes a function from record to its members as JSON; *example* is one such record.

    *members* are all that a record has, *names* those that are shown, *template* is the object that they
    are filled into. The record keeps what was computed under the names *kept*; *show* shows a record.
    """

    def __init__(
        self,
        members: Mapping[str, Member],
        template: Mapping[str, Any],
        names: Iterable[str],
        example: Record,
        kept: Container[str],
        show: Callable[[Record], Any],
    ) -> None:
        self.example = example
        self._members = members
        self._template = dict(template)
        self._names = dict.fromkeys(names)
        self._kept = kept
        self._show_record = show
        self._lines: list[str] = []
        self._seen: dict[str, Any] = {"__builtins__": {}, "isinstance": isinstance, "dict": dict}
        self._given: dict[int, str] = {}
        self._locals: dict[str, str] = {}
        self._words: dict[int, str] = {}
        self._fixed: dict[str, bool] = {}

    def function(self) -> Callable[[Record], dict[str, Any]]:
        """Return the function."""
        for name in self._names:
            self.member(name)
        copy = self.name(self._template.copy)
        begin = ["def function(record):", "key = record.key", "chosen = record.chosen", f"value = {copy}()"]
        if self._words:
            begin.append(f"{', '.join(self._words.values())}, = {self.name(splits([*self._words]))}(key)")
        exec("\n    ".join([*begin, *self._lines, "return value"]), self._seen)  # noqa: S102 (see the module's docstring)
        function: Callable[[Record], dict[str, Any]] = self._seen["function"]
        return function

    # What members are written with.

    def line(self, text: str) -> None:
        """Write one statement, or a part of one."""
        self._lines.append(text)

    def let(self, expression: str) -> str:
        """Return the name of a new local variable that holds *expression*."""
        name = f"v{len(self._lines)}"
        self._lines.append(f"{name} = {expression}")
        return name

    def name(self, value: Any) -> str:
        """Return the name by which the function sees *value*."""
        name = self._given.get(id(value))
        if name is None:
            name = self._given[id(value)] = f"g{len(self._given)}"
            self._seen[name] = value
        return name

    def see(self, values: Mapping[str, Any]) -> None:
        """Let the function see *values* by their own names."""
        self._seen.update(values)

    def draw(self, bits: int) -> str:
        """Return the name of the variable that holds ``split(record.key, bits)``."""
        return self._words.setdefault(bits, f"w{len(self._words)}")

    def written(self, member: Member) -> str:
        """Return an expression for what *member* is in the record."""
        return f"{self.name(member.compute)}(record)" if member.write is None else member.write(self)

    def member(self, name: str) -> str:
        """Return the name of the variable that holds ``record[name]``; what is shown of it is filled in on the way."""
        known = self._locals.get(name)
        if known is None:
            # Who reads a member while it is computed asks the record, as always.
            self._locals[name] = f"record[{name!r}]"
            known = self._locals[name] = self._computed(name)
            if name in self._names:
                self._show(name, known)
        return known

    def at(self, path: tuple[str, ...]) -> str:
        """Return an expression for what the record has at *path*, as far as it leads through objects."""
        reached = self.member(path[0])
        for name in path[1:]:
            reached = self.let(f"{reached}[{name!r}] if isinstance({reached}, dict) else {reached}")
        return reached

    def is_fixed(self, name: str) -> bool:
        """Return whether the member *name* has the same value in every record."""
        known = self._fixed.get(name)
        if known is None:
            self._fixed[name] = False
            member = self._members.get(name)
            known = self._fixed[name] = member is not None and (member.constant or self.are_fixed(member.reads))
        return known

    def are_fixed(self, paths: Iterable[tuple[str, ...]] | None) -> bool:
        """Return whether what *paths* lead to is the same for every record; None leads to draws."""
        return paths is not None and all(path[0] != OWNER and self.is_fixed(path[0]) for path in paths)

    # The parts of the function.

    def _computed(self, name: str) -> str:
        member = self._members.get(name)
        if member is None:
            return "None"
        if self.is_fixed(name):
            return self.name(self.example[name])
        raw = self.written(member)
        raw = raw if raw.isidentifier() else self.let(raw)
        if name in self._kept:
            self.line(f"record[{name!r}] = {raw}")
        return raw

    def _show(self, name: str, raw: str) -> None:
        turn = self._members[name].show
        if self.is_fixed(name):
            value = self.example[name]
            self._template[name] = value if turn is None or value is None else turn(value)
        elif turn is None:
            self.line(f"value[{name!r}] = {raw}")
        else:
            # Most records that a record shows are shown already.
            shown = f"{raw}.shown or " if turn is self._show_record else ""
            self.line(f"value[{name!r}] = None if {raw} is None else {shown}{self.name(turn)}({raw})")
