"""The style of the vendor's page: each value drawn on its own, but for ids that the request chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.provider.entities import LOCALE, Entities
from mockserver.provider.extensions import Extensions
from mockserver.provider.generator import Generator, Property
from mockserver.provider.record import Member, Record, show
from mockserver.provider.source import below, salt, split
from mockserver.provider.style import SAMPLE
from mockserver.provider.values import DEFAULT_LOCALE, Pools, known_locale

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence
    from datetime import datetime

    from mockserver.contract import Document, Operation, Shape
    from mockserver.provider.entities import Entity
    from mockserver.provider.generator import Make
    from mockserver.provider.record import Kind


class Sample:
    """Values without a world: Faker's where the document says so, no entity but the one that was asked for."""

    read_from_afar: Container[str] = frozenset()

    def __init__(self, document: Document, *, locales: Sequence[str], now: datetime) -> None:
        self.entities = Entities(document)
        self._locales = [known_locale(locale) for locale in locales] or [DEFAULT_LOCALE]
        pools = Pools()
        self.generator = Generator(document, SAMPLE, pools, now, self)
        self._extensions = Extensions(self.generator.texts, pools, now, self._locales[0])

    def answering(self, _operation: Operation, _shape: Shape) -> Kind | None:
        """Return None: ``x-answer`` is about a world."""
        return None

    def find(self, _entity: Entity, _number: Any) -> Record | None:
        """Return None: nothing is found by its id."""
        return None

    # What follows is generator.Rules.

    def member(self, place: Property) -> Member | None:
        """Return how the property is computed where more than its schema is known."""
        _, name, shape = place
        if "x-faker" in shape.node:
            return self._extensions.member(name, shape)
        if "x-not-before" in shape.node:
            return self._not_before(name, shape)
        return self._echoing(name, shape) if self.entities.of(shape) else None

    def hidden(self, _owner: Shape) -> Mapping[str, Member]:
        """Return nothing: nothing is known that is not shown."""
        return {}

    def locale(self, _owner: Shape) -> Callable[[Record], str]:
        """Return one of the locales that were asked for, drawn for each object on its own."""
        locales, bits = self._locales, salt(LOCALE)
        return lambda record: locales[below(split(record.key, bits), len(locales))]

    def is_shared(self, _shape: Shape) -> bool:
        """Return False: no object stands in two answers."""
        return False

    def entity(self, _shape: Shape) -> Make | None:
        """Return None: an object is drawn like any other value."""
        return None

    def entities_of(self, _shape: Shape) -> Callable[[int, int, Record], list[Any]] | None:
        """Return None, as above."""
        return None

    def _echoing(self, name: str, shape: Shape) -> Member | None:
        """An object of the type that the request chose has the id that it asked for."""
        entity = self.entities.of(shape)
        make, bits = self.generator.maker(shape, name).make, salt(name)

        def compute(record: Record) -> Any:
            made = make(split(record.key, bits), record)
            if made is not None and entity is not None and entity.name in record.chosen:
                made[entity.key] = record.chosen[entity.name]
            return made

        return Member(compute, show)

    def _not_before(self, name: str, shape: Shape) -> Member:
        maker, bits, sibling = self.generator.maker(shape, name), salt(name), shape.node["x-not-before"]
        return Member(
            lambda record: max(maker.make(split(record.key, bits), record), record[sibling]),
            maker.show,
        )
