"""The extensions that give one property its values: constants, lists, ranges, days, Faker's methods."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mockserver.provider.branches import judge
from mockserver.provider.entities import weighted
from mockserver.provider.record import Member, constant, drawn
from mockserver.provider.scalars import DATES
from mockserver.provider.source import below, salt, split, unit
from mockserver.provider.style import workdays
from mockserver.provider.values import UnknownMethodError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mockserver.contract import Shape
    from mockserver.errors import DocumentError
    from mockserver.provider.record import Record
    from mockserver.provider.scalars import Show, Texts
    from mockserver.provider.values import Pools

SEGMENTS = 64
CONSTRAINTS = ("minLength", "maxLength", "pattern", "enum", "minimum", "maximum", "multipleOf", "format")


class Extensions:
    """Reads the extensions of properties; *texts* write dates, which lie around *now*; *locale* is a usual one."""

    def __init__(self, texts: Texts, pools: Pools, now: datetime, locale: str) -> None:
        self._locale = locale
        self._texts = texts
        self._pools = pools
        self._now = now
        self._readers: dict[str, Callable[[Shape, str, Any], Member]] = {
            "x-value": self.constant,
            "x-values": self._values,
            "x-range": self._range,
            "x-days": self._days,
            "x-faker": self._faker,
        }

    def member(self, name: str, shape: Shape) -> Member | None:
        """Return the member that the extensions of the property *name* describe; None if they do not."""
        for extension, read in self._readers.items():
            if extension in shape.node:
                return read(shape, name, shape.node[extension])
        return None

    def show(self, shape: Shape) -> Show | None:
        """Return how a datetime of *shape* is written; None where values are JSON as they are."""
        kind = shape.node.get("format")
        return self._texts.show_moment(kind) if kind in DATES else None

    def raw(self, shape: Shape, value: Any) -> Any:
        """Return the JSON *value* as formulas see it: a date's text as a datetime."""
        return self.moment(value) if shape.node.get("format") in DATES and isinstance(value, str) else value

    @staticmethod
    def moment(text: str) -> datetime:
        """Return the wall clock that *text* tells: formulas compare dates without offsets."""
        return datetime.fromisoformat(text).replace(tzinfo=None)

    def constant(self, shape: Shape, _name: str, value: Any) -> Member:
        """Return the member that is always *value*; formulas see a date's text as a datetime."""
        if value is None and shape.nullable:
            return constant(None)
        if not judge(shape).is_valid(value):
            raise _error(shape, f"x-value: the schema does not take {value!r}")
        if shape.node.get("format") in DATES:
            moment = self.moment(value)
            return Member(lambda _record: moment, lambda _moment: value, constant=True)
        return constant(value)

    def _values(self, shape: Shape, name: str, value: Any) -> Member:
        choice = value if isinstance(value, dict) else dict.fromkeys(range(len(value)), 1)
        options = [_typed(shape, key) for key in value] if isinstance(value, dict) else list(value)
        schema = judge(shape)
        for option in options:
            if not (schema.is_valid(option) or (option is None and shape.nullable)):
                raise _error(shape, f"x-values: the schema does not take {option!r}")
        if not options or min(choice.values()) < 0 or not any(choice.values()):
            raise _error(shape, "x-values: give at least one value, with a weight above 0")
        raws = [self.raw(shape, option) for option in options]
        pick, bits = weighted(raws, list(choice.values())), salt(name)
        return drawn(pick, bits, self.show(shape))

    def _range(self, shape: Shape, name: str, value: Any) -> Member:
        low, high = _ends(shape, "x-range", value)
        bits = salt(name)
        if shape.extension("x-log"):
            if low <= 0:
                raise _error(shape, "x-log: both ends of the range must be above 0")
            scale = _growing(low, high)
        else:
            scale = _even(low, high)
        if shape.kind == "integer":
            whole, count = math.ceil(low), math.floor(high) - math.ceil(low) + 1
            if shape.extension("x-log"):
                return drawn(lambda word: int(scale(unit(word))), bits)
            return drawn(lambda word: whole + below(word, count), bits)
        places = shape.extension("x-decimals", 2)
        return drawn(lambda word: round(scale(unit(word)), places), bits)

    def _days(self, shape: Shape, name: str, value: Any) -> Member:
        first, last = (int(end) for end in _ends(shape, "x-days", value))
        moment, bits = workdays(self._now, first, last), salt(name)
        return drawn(moment, bits, self.show(shape))

    def _faker(self, shape: Shape, name: str, value: Any) -> Member:
        arguments = dict(value) if isinstance(value, dict) else {"method": value}
        method, bits, pools = str(arguments.pop("method", "")), salt(name), self._pools
        constrained = any(keyword in shape.node for keyword in CONSTRAINTS)
        fits = judge(shape).is_valid if constrained else None
        opened: dict[str, Any] = {}

        def pool(locale: str) -> Any:
            if fits is None:
                return pools.pool(method, locale, arguments)
            return pools.open(method, locale, arguments, fits)

        def compute(record: Record) -> Any:
            locale = record.locale
            draw = opened.get(locale)
            if draw is None:
                draw = opened[locale] = pool(locale)
            return draw(split(record.key, bits))

        try:
            self._pools.check(method, self._locale)
            if arguments:
                self._pools.pool(method, self._locale, arguments)(0)
        except UnknownMethodError as error:
            raise _error(shape, f"x-faker: {error}") from error
        return Member(compute, self.show(shape))


def _error(shape: Shape, reason: str) -> DocumentError:
    return shape.document.error(reason, shape.pointer)


def _ends(shape: Shape, extension: str, value: Any) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(end, int | float) for end in value):  # noqa: PLR2004
        low, high = value
        if low <= high:
            return low, high
    raise _error(shape, f"{extension}: write [low, high], not {value!r}")


def _typed(shape: Shape, text: str) -> Any:
    """Return the key *text* of a mapping as the schema has it: mappings of a document have texts for keys."""
    if shape.kind == "integer":
        return int(text)
    return float(text) if shape.kind == "number" else text


def _even(low: float, high: float) -> Callable[[float], float]:
    return lambda share: low * (1 - share) + high * share


def _growing(low: float, high: float) -> Callable[[float], float]:
    """Return the function from share to a number that is log-uniform, in straight pieces.

    Roots and products alone: their last bit is the same everywhere (IEEE 754), that of ``exp``
    and ``pow`` is up to the C library.
    """
    ratio = high / low
    for _ in range(SEGMENTS.bit_length() - 1):
        ratio = math.sqrt(ratio)
    ends = [low]
    for _ in range(SEGMENTS):
        ends.append(ends[-1] * ratio)

    def scale(share: float) -> float:
        segment = int(share * SEGMENTS)
        rest = share * SEGMENTS - segment
        return min(high, ends[segment] * (1 - rest) + ends[segment + 1] * rest)

    return scale
