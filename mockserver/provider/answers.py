"""What a provider that keeps the contract would answer to a request, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from mockserver.contract.naming import normal
from mockserver.contract.operation import path_parameters
from mockserver.contract.pointer import join
from mockserver.errors import UsageError
from mockserver.provider.branches import judge
from mockserver.provider.entities import as_id
from mockserver.provider.generator import START_ROOM
from mockserver.provider.record import Record, show
from mockserver.provider.sample import Sample
from mockserver.provider.source import WORD, root, salt, split
from mockserver.provider.style import STYLES
from mockserver.provider.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mockserver.contract import Answer, Content, Contract, Operation, Shape
    from mockserver.provider.entities import Entity, Reference
    from mockserver.provider.generator import Generator
    from mockserver.provider.record import Kind

NOW = "2026-01-15T09:00:00"
PROBLEM = "application/problem+json"
PHRASES = {status.value: status.phrase for status in HTTPStatus}
BODILESS = frozenset({204, 205, 304})
# Dates lie decades around now, and a time zone moves them once more; none may leave the years 1 to 9999.
YEARS = range(1000, 9001)
SUCCESS = 2
FAILURE = 400
SET_BY_SERVER = frozenset({"content-type", "content-length", "vary", "date"})


class Reply(NamedTuple):
    """What is answered: *value* is JSON, shared, not to be changed; *shape* is its form.

    *media_types* are those documented for the status and this value, in the document's order; none
    for an answer without a body. *headers* are documented ones that a value is known for. A text
    that *is_example* may be the body itself, written in its media type.
    """

    status: int
    media_types: tuple[str, ...] = ()
    value: Any = None
    shape: Shape | None = None
    headers: Mapping[str, str] = MappingProxyType({})
    is_example: bool = False


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
        self._seed = seed
        self._world: World | Sample
        if style == "sample":
            self._world = Sample(contract.document, locales=locales, now=_moment(now))
        else:
            self._world = World(contract.document, seed=seed, locales=locales, now=_moment(now), user=user)
        self._responses: dict[tuple[str, int | None, str | None], _Response] = {}
        if isinstance(self._world, World):
            for operation in contract.operations:
                if "x-answer" in operation.node:
                    self._responses[operation.id, None, None] = self._response(operation, None, None)
            self._world.check()

    def answer(
        self,
        operation: Operation,
        chosen: Mapping[str, Any],
        *,
        status: int | None = None,
        example: str | None = None,
        dynamic: bool = False,
        media_type: str | None = None,
    ) -> Reply:
        """Return the answer of *operation* to a request whose names have the values *chosen*.

        *chosen* are parameters and top-level members of the body, as the document spells them.
        Without a *status*, the lowest documented success. A documented *example* is answered by
        name; or unasked where the request chooses no entity and ``x-answer`` says nothing, unless
        *dynamic*. Where values differ by *media_type*, a documented one, the first is answered unless
        one is given. Raises UsageError for an unknown example.
        """
        response = self._responses.get((operation.id, status, media_type))
        if response is None:
            response = self._response(operation, status, media_type)
            self._responses[operation.id, status, media_type] = response
        return response.reply(chosen, example, dynamic=dynamic)

    def _response(self, operation: Operation, status: int | None, media_type: str | None) -> _Response:
        code = usual_status(operation) if status is None else status
        answer = operation.answer_for(code)
        contents = [] if answer is None or code in BODILESS else _alike(answer, media_type)
        return _Response(self._world, operation, code, contents, root(self._seed, operation.id, code))


class _Named(NamedTuple):
    """What the names of a request mean: the entities that they choose, the properties that the answer repeats."""

    choosing: Mapping[str, Entity]
    repeated: tuple[tuple[str, str], ...]


class _Response:
    """One documented response of an operation, compiled; *contents* are the media types that hold the same value."""

    def __init__(
        self, world: World | Sample, operation: Operation, status: int, contents: Sequence[Content], key: int
    ) -> None:
        answer = operation.answer_for(status)
        schema = next((content.schema for content in contents if content.schema is not None), None)
        self._world = world
        self._operation = operation
        self._key = key
        self._schema = schema
        self._shape = None if schema is None else schema.shape
        self._examples = {name: value for each in contents for name, value in each.examples.items()}
        self._entity = None if self._shape is None else world.entities.of(self._shape)
        self._kind = None if schema is None or status // 100 != SUCCESS else world.answering(operation, schema.shape)
        # Bounded: a body may have members of any name.
        self._understood = lru_cache(256)(self._understand)
        headers = {} if answer is None else documented_headers(world.generator, operation, answer, key)
        self._blank = Reply(status, tuple(each.media_type for each in contents), None, self._shape, headers)

    def reply(self, chosen: Mapping[str, Any], example: str | None, *, dynamic: bool) -> Reply:
        """Return the answer to a request that has *chosen*."""
        if example is not None:
            return self._with(self._example(example), is_example=True)
        if self._shape is None and not self._examples:
            return self._blank
        named = self._understood(tuple(chosen))
        ids = {}
        for name, entity in named.choosing.items():
            number = as_id(entity, chosen[name])
            if number is not None:
                ids[entity.name] = number
        if self._kind is not None:
            return self._with(show(self._answering(self._kind, ids)))
        if self._shape is None or (self._usual and not dynamic and not ids):
            return self._with(next(iter(self._usual or self._examples.values())), is_example=True)
        failed = self._blank.status >= FAILURE
        repeated = self._problem if failed else {name: chosen[each] for each, name in named.repeated}
        return self._with(self._generated(self._shape, ids, repeated))

    def _with(self, value: Any, *, is_example: bool = False) -> Reply:
        status, media_types, _, shape, headers, _ = self._blank
        return Reply(status, media_types, value, shape, headers, is_example)

    def _example(self, name: str) -> Any:
        if name not in self._examples:
            known = ", ".join(self._examples) or "none"
            raise UsageError(f"{self._operation.id} has no example {name!r} for this status; documented: {known}")
        return self._examples[name]

    @cached_property
    def _usual(self) -> list[Any]:
        """The documented examples that are answered unasked: those that keep the schema, and texts of other media."""
        examples, schema = self._examples.values(), self._schema
        return [each for each in examples if schema is None or isinstance(each, str) or schema.is_valid(each)]

    def _understand(self, names: tuple[str, ...]) -> _Named:
        """Path parameters and members of the body are repeated where the answer has a property of their name."""
        choosing = self._world.entities.choosing(names, self._operation.path, self._shape)
        shapes = [] if self._shape is None else self._forms(self._shape)
        elsewhere = {each.name for each in self._operation.parameters if each.location != "path"}
        properties = {name: shape for each in reversed(shapes) for name, shape in each.properties.items()}
        by_normal = {normal(name): name for name, shape in properties.items() if not shape.node.get("readOnly")}
        if (
            len(shapes) > 1
            and "id" in by_normal
            and (own := path_parameters(self._operation.path)[-1:])
            and normal(own[0]).endswith("id")
        ):
            # What is one of several kinds has no name of its own by which an id could mean it.
            by_normal.setdefault(normal(own[0]), by_normal["id"])
        repeated = [(name, by_normal.get(normal(name))) for name in names if name not in elsewhere]
        return _Named(choosing, tuple((name, found) for name, found in repeated if found is not None))

    def _forms(self, shape: Shape) -> list[Shape]:
        """Return the forms of the objects that *shape* may be."""
        found = [branch.shape for branch in self._world.generator.branches.of(shape)] or [shape]
        return [each for each in found if each.kind == "object"]

    @cached_property
    def _problem(self) -> dict[str, Any]:
        """What the members of a problem say of the status itself (RFC 9457, section 3.1)."""
        status, properties = self._blank.status, {} if self._shape is None else self._shape.properties
        says: dict[str, Any] = {"status": status}
        if PROBLEM in self._blank.media_types and status in PHRASES:
            says["title"] = PHRASES[status]
        return {name: value for name, value in says.items() if name in properties}

    def _key_for(self, ids: Mapping[str, Any]) -> int:
        key = self._key
        for name in sorted(ids):
            number = ids[name]
            key = split(key ^ salt(name), number & WORD) if isinstance(number, int) else root(key, name, str(number))
        return key

    def _answering(self, kind: Kind, ids: Mapping[str, Any]) -> Record:
        """Return the record that ``x-answer`` describes."""
        number = ids.get(self._entity.name) if self._entity is not None else None
        record = kind.entity(self._key_for(ids), number, START_ROOM)
        record.chosen = ids
        return record

    def _generated(self, shape: Shape, ids: Mapping[str, Any], repeated: dict[str, Any]) -> Any:
        generator = self._world.generator
        forms = self._forms(shape)
        key = self._key_for(ids)
        if len(forms) > 1:
            key = root(key, *(f"{name}={value}" for name, value in repeated.items()))
        scope = generator.nothing.entity(key, None, START_ROOM)
        scope.chosen = ids
        maker = generator.maker(shape)
        raw = self._named_entity(ids) or maker.make(scope.key, scope)
        plain = raw if maker.show is None or raw is None else maker.show(raw)
        value: Any
        if isinstance(raw, Record):
            form = next((each for each in forms if judge(each).is_valid(plain)), shape) if len(forms) > 1 else shape
            given = {name: value for name, value in repeated.items() if name in form.properties}
            value = self._retold(raw, form, ids, given)
        elif isinstance(raw, list) and ids:
            value = [self._retold(each, shape.items, ids, {}) if isinstance(each, Record) else each for each in raw]
        else:
            return plain
        return value if self._schema is None or self._schema.is_valid(value) else plain

    def _named_entity(self, ids: Mapping[str, Any]) -> Record | None:
        """Return the entity that the request names, if it is the one that the answer shows."""
        if self._entity is None or self._entity.name not in ids:
            return None
        return self._world.find(self._entity, ids[self._entity.name])

    def _retold(self, record: Record, shape: Shape, ids: Mapping[str, Any], repeated: dict[str, Any]) -> dict[str, Any]:
        """Return *record* with what the request says of it: its own id, ids that it refers to, members."""
        given = {each.name: ids[each.entity.name] for each in self._references(shape) if each.entity.name in ids}
        entity = self._world.entities.of(shape)
        if entity is not None and entity is self._entity and entity.name in ids:
            given[entity.key] = ids[entity.name]
        given |= repeated
        given = {name: value for name, value in given.items() if judge(shape.properties[name]).is_valid(value)}
        if all(record[name] == value for name, value in given.items()):
            return show(record)
        fresh = record.kind.entity(record.key, record.id, START_ROOM)
        fresh.chosen = ids
        texts = {name: value for name, value in given.items() if not isinstance(record[name], Record | datetime | list)}
        fresh.update(texts)
        return {**show(fresh), **given}

    def _references(self, shape: Shape) -> Iterable[Reference]:
        properties = shape.properties
        return (each for each in self._world.entities.references(shape) if each.name in properties)


def documented_headers(generator: Generator, operation: Operation, answer: Answer, key: int) -> dict[str, str]:
    """Return the header fields that *answer* documents and a value is known for, or has to be.

    A text that may be anything, and need not be there, is left out.
    """
    document = generator.document
    place = join(operation.pointer, "responses", answer.status)
    node, place, _ = document.follow(operation.node["responses"][answer.status], place)
    found = {}
    for name in answer.headers:
        header, _, _ = document.follow(node["headers"][name], join(place, "headers", name))
        shape = answer.headers[name].shape
        says = shape.kind != "string" or not {"enum", "format", "pattern", "example", "default"}.isdisjoint(shape.node)
        if name.lower() in SET_BY_SERVER or not (says or header.get("required") or "example" in header):
            continue
        value = header["example"] if "example" in header else generator.value(shape, split(key, salt(name)))
        found[name] = _header_text(value)
    return found


def _header_text(value: Any) -> str:
    """Return *value* in the style ``simple`` (OAS 3.0.3, Style Values)."""
    if isinstance(value, list):
        return ",".join(_header_text(item) for item in value)
    if isinstance(value, dict):
        return ",".join(f"{name},{_header_text(item)}" for name, item in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)


def _alike(answer: Answer, media_type: str | None) -> list[Content]:
    """Return the contents of *answer* that hold the same value: all, or that of *media_type* (the first) alone."""
    contents = {name: answer.whole(content) for name, content in answer.contents.items()}
    if not answer.varies:
        return list(contents.values())
    return [contents[media_type] if media_type else next(iter(contents.values()))]


def usual_status(operation: Operation) -> int:
    """Return the lowest success that is documented; ``2XX`` and ``default`` mean 200; else the lowest status."""
    codes = sorted(int(each) for each in operation.answers if each.isdigit())
    for code in codes:
        if code // 100 == SUCCESS:
            return code
    if "2XX" in operation.answers or "default" in operation.answers or not codes:
        return 200
    return codes[0]


def _moment(text: str | datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else text
    except ValueError:
        raise UsageError(f"--now {text!r} is not a date and time; write it like {NOW}") from None
    if moment.tzinfo is not None:
        raise UsageError(f"--now {text} has an offset, and is the wall clock of --time-zone: write it like {NOW}")
    if moment.year not in YEARS:
        raise UsageError(f"--now {text} leaves no room for dates around it; take a year from {YEARS[0]} to {YEARS[-1]}")
    return moment
