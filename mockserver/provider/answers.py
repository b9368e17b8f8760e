"""What a provider that keeps the contract would answer to a request, as a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mockserver.contract import Schema
from mockserver.contract.pointer import join
from mockserver.errors import UsageError
from mockserver.provider.entities import as_id
from mockserver.provider.generator import START_ROOM
from mockserver.provider.record import Record, show
from mockserver.provider.sample import Sample
from mockserver.provider.source import WORD, root, salt, split
from mockserver.provider.style import STYLES
from mockserver.provider.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mockserver.contract import Answer, Contract, Operation, Shape
    from mockserver.provider.entities import Entity
    from mockserver.provider.record import Kind

NOW = "2026-01-15T09:00:00"
BODILESS = frozenset({204, 205, 304})
SUCCESS = 200
SET_BY_SERVER = frozenset({"content-type", "content-length", "vary", "date"})


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: *value* is JSON, shared, not to be changed; *shape* is its form.

    *media_types* are those documented for the status, in the document's order; none for an
    answer without a body. *headers* are documented ones that a value is known for.
    """

    status: int
    media_types: tuple[str, ...] = ()
    value: Any = None
    shape: Shape | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Provider:
    """Answers the operations of *contract*: the same to the same request, whatever came before.

    *seed* chooses the world, *locales* whose names are in it (the document's mix by default);
    *style* is ``realistic`` or ``sample``; *now* is the wall clock that dates lie around; *user*
    is the id of the signed-in user. Raises UsageError or DocumentError for what cannot be.
    """

    def __init__(
        self,
        contract: Contract,
        *,
        seed: int = 1,
        locales: Sequence[str] = (),
        style: str = "realistic",
        now: str | datetime = NOW,
        user: int = 1,
    ) -> None:
        if style not in STYLES:
            raise UsageError(f"there is no style {style!r}; there are {', '.join(STYLES)}")
        self._contract = contract
        self._seed = seed
        self._world: World | Sample
        if style == "sample":
            self._world = Sample(contract.document, locales=locales, now=_moment(now))
        else:
            self._world = World(contract.document, seed=seed, locales=locales, now=_moment(now), user=user)
            self._world.check()
        self._responses: dict[tuple[str, int | None], _Response] = {}

    def answer(
        self,
        operation: Operation,
        chosen: Mapping[str, Any],
        *,
        status: int | None = None,
        example: str | None = None,
        dynamic: bool = False,
    ) -> Reply:
        """Return the answer of *operation* to a request whose names have the values *chosen*.

        *chosen* are parameters and top-level members of the body, as the document spells them.
        Without a *status*, the lowest documented success. A documented *example* is answered by
        name; or unasked where the request chooses no entity and ``x-answer`` says nothing, unless
        *dynamic*. Raises UsageError for an unknown example.
        """
        response = self._responses.get((operation.id, status))
        if response is None:
            response = self._responses[operation.id, status] = self._response(operation, status)
        return response.reply(chosen, example, dynamic=dynamic)

    def _response(self, operation: Operation, status: int | None) -> _Response:
        code = _usual_status(operation) if status is None else status
        answer = operation.answer_for(code)
        return _Response(self._world, operation, code, answer, root(self._seed, operation.id, code))


class _Response:
    """One documented response of an operation, compiled."""

    def __init__(
        self, world: World | Sample, operation: Operation, status: int, answer: Answer | None, key: int
    ) -> None:
        self._world = world
        self._operation = operation
        self._key = key
        contents = [] if answer is None or status in BODILESS else list(answer.contents.values())
        schema = next((content.schema for content in contents if content.schema is not None), None)
        self._schema = schema
        self._shape = None if schema is None else schema.shape
        self._examples = {name: value for each in contents for name, value in each.examples.items()}
        self._entity = world.entities.of(self._shape) if self._shape is not None else None
        self._kind = self._answering_kind() if status // 100 == SUCCESS // 100 else None
        self._choosing: dict[tuple[str, ...], dict[str, Entity]] = {}
        self._parameters = {each.name: each.location for each in operation.parameters}
        self._blank = Reply(
            status,
            tuple(each.media_type for each in contents),
            "" if contents else None,
            self._shape,
            {} if answer is None else dict(self._headers(answer)),
        )

    def reply(self, chosen: Mapping[str, Any], example: str | None, *, dynamic: bool) -> Reply:
        blank = self._blank
        if example is not None:
            return self._with(self._example(example))
        if not blank.media_types:
            return blank
        entities = self._entities(chosen)
        if self._examples and not (dynamic or entities or self._kind):
            return self._with(next(iter(self._examples.values())))
        return blank if self._shape is None else self._with(self._value(self._shape, entities, chosen))

    def _with(self, value: Any) -> Reply:
        blank = self._blank
        return Reply(blank.status, blank.media_types, value, blank.shape, blank.headers)

    def _example(self, name: str) -> Any:
        if name not in self._examples:
            known = ", ".join(self._examples) or "none"
            raise UsageError(f"{self._operation.id} has no example {name!r} for this status; there are: {known}")
        return self._examples[name]

    def _entities(self, chosen: Mapping[str, Any]) -> dict[str, int | str]:
        """Return the ids that the request chooses, by the entity's name."""
        names = tuple(chosen)
        choosing = self._choosing.get(names)
        if choosing is None:
            choosing = self._world.entities.choosing(names, self._operation.path, self._shape)
            self._choosing[names] = choosing
        found = {entity.name: as_id(entity, chosen[name]) for name, entity in choosing.items()}
        return {name: number for name, number in found.items() if number is not None}

    def _value(self, shape: Shape, entities: Mapping[str, int | str], chosen: Mapping[str, Any]) -> Any:
        key = self._key
        for name in sorted(entities):
            key = _below(key, name, entities[name])
        scope = self._world.generator.nothing.entity(key, None, START_ROOM)
        scope.chosen = entities
        if self._kind is not None:
            number = entities.get(self._entity.name) if self._entity else None
            record = self._kind.entity(key, number, START_ROOM)
            record.chosen = entities
            return show(record)
        maker = self._world.generator.maker(shape)
        raw = self._found(key, entities) or maker.make(key, scope)
        value = raw if maker.show is None or raw is None else maker.show(raw)
        repeated = self._repeated(shape, entities, chosen)
        if not repeated or not isinstance(raw, Record | list):
            return value
        changed = self._changed(raw, repeated)
        return changed if self._schema is None or self._schema.is_valid(changed) else value
