"""What of a contract was sent and seen in a run, and what never."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from mockserver import media
from mockserver.checks import Memory
from mockserver.contract import Contract, Operation, Shape
from mockserver.errors import MockserverError
from mockserver.exchange import Exchange, Response
from mockserver.media import negotiation

KINDS = (
    "request media type",
    "parameter",
    "status",
    "response media type",
    "response header",
    "property",
    "value",
)
SHOWN = 20


class Item(NamedTuple):
    """Something that a contract has: a *kind* of :data:`KINDS`, the operation or schema that it is of, its name."""

    kind: str
    owner: str
    name: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often each item of a contract was met, 0 for never."""

    counts: Mapping[Item, int]

    def totals(self) -> dict[str, tuple[int, int]]:
        """Return how many items of each kind were met, and how many there are."""
        totals = dict.fromkeys(KINDS, (0, 0))
        for item, count in self.counts.items():
            met, there = totals[item.kind]
            totals[item.kind] = met + bool(count), there + 1
        return {kind: total for kind, total in totals.items() if total[1]}

    def never(self, kind: str) -> list[Item]:
        """Return the items of *kind* that were never met, in the contract's order."""
        return [item for item, count in self.counts.items() if item.kind == kind and not count]

    def lines(self) -> Iterator[str]:
        """Yield the coverage as people read it."""
        for kind, (met, there) in self.totals().items():
            missing = [f"{item.owner} {item.name}" for item in self.never(kind)]
            more = f", and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
            never = f"; never: {', '.join(missing[:SHOWN])}{more}" if missing else ""
            yield f"{kind}: {met} of {there}{never}"

    def to_json(self) -> list[dict[str, Any]]:
        """Return the items as JSON, in the contract's order."""
        return [{**item._asdict(), "count": count} for item, count in self.counts.items()]


class Counting:
    """Counts what exchanges with *operations* of *contract* meet."""

    def __init__(self, contract: Contract, operations: Iterable[str]) -> None:
        self._counts: Counter[Item] = Counter()
        self._nodes: dict[str, _Node] = {}
        self._memory = Memory()
        self._items: dict[Item, None] = {}
        self._contract = contract
        for name in operations:
            self._declare(contract.operation(name))

    def coverage(self) -> Coverage:
        """Return what was met so far."""
        return Coverage({item: self._counts[item] for item in self._items})

    def add(self, operation: Operation, exchange: Exchange) -> None:
        """Count one exchange with *operation*."""
        name, request, response = operation.id, exchange.request, exchange.response
        if request.body:
            essence = negotiation.essence(request.headers.get("content-type", ""))
            self._counts[Item("request media type", name, essence)] += 1
        queries = {each for each, _ in parse_qsl(request.query, keep_blank_values=True)} if request.query else set()
        for parameter in operation.parameters:
            given = parameter.location == "path" or (
                parameter.name in queries if parameter.location == "query" else parameter.name in request.headers
            )
            if given:
                self._counts[Item("parameter", name, f"{parameter.location} {parameter.name}")] += 1
        self._answered(operation, response)

    def _answered(self, operation: Operation, response: Response) -> None:
        name, answer = operation.id, operation.answer_for(response.status)
        if answer is None:
            return
        essence = negotiation.essence(response.headers.get("content-type", ""))
        self._counts[Item("status", name, answer.status)] += 1
        self._counts[Item("response media type", name, f"{answer.status} {essence}")] += 1
        for header in answer.headers:
            if header in response.headers:
                self._counts[Item("response header", name, f"{answer.status} {header}")] += 1
        content = answer.contents.get(essence)
        # The same members show in JSON, at a twentieth of the cost.
        dear = media.family(essence) == "xml" and any(media.family(each) == "json" for each in answer.contents)
        if content is not None and content.schema is not None and not dear:
            shape, body = content.schema.shape, response.body
            self._counts.update(self._memory.of(body, (essence, shape), lambda: self._shown(essence, body, shape)))

    def _shown(self, essence: str, body: bytes, shape: Shape) -> list[Item]:
        """Return what *body*, written as *essence*, shows of *shape*; nothing if it cannot be read: the judge tells."""
        met: list[Item] = []
        try:
            value = media.decode(essence, body, shape)
        except MockserverError:
            return met
        self._node(shape).gather(value, met)
        return met

    def _declare(self, operation: Operation) -> None:
        name = operation.id
        items = [Item("request media type", name, each) for each in operation.contents]
        items += [Item("parameter", name, f"{each.location} {each.name}") for each in operation.parameters]
        for status, answer in operation.answers.items():
            items.append(Item("status", name, status))
            items += [Item("response media type", name, f"{status} {each}") for each in answer.contents]
            items += [Item("response header", name, f"{status} {each}") for each in answer.headers]
            for content in answer.contents.values():
                if content.schema is not None:
                    items += self._node(content.schema.shape).items(set())
        self._items.update(dict.fromkeys(items))

    def _node(self, shape: Shape) -> _Node:
        return _node(shape, self._nodes)


class _Node:
    """One shape, compiled for counting; *shows* is whether there is anything to count in a value."""

    __slots__ = ("listed", "members", "others", "shows", "within")

    def __init__(self) -> None:
        self.members: tuple[tuple[str, Item, _Node], ...] = ()
        self.listed: dict[Any, Item] = {}
        self.within: _Node | None = None
        self.others: _Node | None = None
        self.shows = True

    def gather(self, value: Any, met: list[Item]) -> None:
        """Add to *met* what *value* shows; null shows nothing."""
        if isinstance(value, dict):
            self._members(value, met)
        elif isinstance(value, list):
            if self.within is not None:
                for member in value:
                    self.within.gather(member, met)
        elif isinstance(value, str) and value in self.listed:
            met.append(self.listed[value])

    def _members(self, value: dict[str, Any], met: list[Item]) -> None:
        for name, item, node in self.members:
            member = value.get(name)
            if member is not None:
                met.append(item)
                if node.shows:
                    node.gather(member, met)
        if self.others is not None:
            for member in value.values():
                self.others.gather(member, met)

    def items(self, seen: set[int]) -> Iterator[Item]:
        """Yield every item that values can show."""
        if id(self) in seen:
            return
        seen.add(id(self))
        yield from self.listed.values()
        for _, item, node in self.members:
            yield item
            yield from node.items(seen)
        for child in (self.within, self.others):
            if child is not None:
                yield from child.items(seen)


def _node(shape: Shape, known: dict[str, _Node], owner: str = "") -> _Node:
    """Return the node of *shape*, one for each place in the document, so that recursion ends."""
    node = known.get(shape.pointer)
    if node is not None:
        return node
    node = known[shape.pointer] = _Node()
    name = shape.name or owner or shape.pointer
    node.listed = {each: Item("value", name, each) for each in shape.node.get("enum", ()) if isinstance(each, str)}
    node.members = tuple(
        (member, Item("property", name, member), _node(child, known, f"{name}.{member}"))
        for member, child in shape.properties.items()
    )
    if shape.kind == "array":
        node.within = _node(shape.items, known, name)
    if shape.is_dictionary and shape.additional is not None:
        node.others = _node(shape.additional, known, name)
    node.shows = bool(node.members or node.listed or node.within or node.others)
    return node
