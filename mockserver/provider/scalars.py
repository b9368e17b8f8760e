"""Texts, numbers and booleans that keep the keywords of a Schema Object (OAS 3.0.3, Data Types)."""

from __future__ import annotations

import base64
import math
import re
import string
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from mockserver.contract.naming import normal
from mockserver.provider.pattern import PatternError, pattern
from mockserver.provider.source import below, split, unit
from mockserver.provider.style import BIRTHDAYS, FORMAT_HINTS, RANGE_HINTS, birthdays
from mockserver.provider.words import slug

if TYPE_CHECKING:
    from mockserver.provider.record import Record
    from mockserver.provider.style import Style
    from mockserver.provider.values import Pools

Make = Callable[[int, "Record"], Any]
Show = Callable[[Any], Any]

BITS = {"int32": 31, "int64": 63}
DATES = frozenset({"date", "date-time", "iso-date-time"})
WHOLE_RANGE = 10_000_000
LONGEST_TEXT = 1_000_000
SHORTEST_HINTED = 40
LETTERS = string.ascii_lowercase
LABEL = 63
LOCAL_PART = 64


class UnmakeableError(ValueError):
    """No value can keep these keywords, or none that we know how to make."""


class Scalar(NamedTuple):
    """How a value is made and, where it is not JSON yet, shown; *certain* when it need not be checked."""

    make: Make
    show: Show | None = None
    certain: bool = True


class Range(NamedTuple):
    """Numbers from *low* to *high*, both inside, at a distance of *step* (0: any)."""

    low: Fraction
    high: Fraction
    step: Fraction


def boolean() -> Scalar:
    """Return how a boolean is made: the highest bit of the key."""
    return Scalar(lambda key, _scope: key >= 1 << 63)


def integer(node: Mapping[str, Any], name: str, style: Style) -> Scalar:
    """Return how an integer is made that keeps the keywords of *node*."""
    choice = _whole(_range(node, RANGE_HINTS.get(normal(name), style.integers), whole=True))
    if not choice:
        raise UnmakeableError("no integer lies within its bounds")
    first, step, count = choice.start, choice.step, len(choice)
    return Scalar(lambda key, _scope: first + below(key, count) * step)


def ids(node: Mapping[str, Any], population: int) -> range:
    """Return the first *population* integers from 1 on that keep the keywords of *node*; fewer where it has fewer."""
    least = max(1, math.ceil(Fraction(str(node.get("minimum", 1)))))
    excluded = node.get("exclusiveMinimum", False) and least == node.get("minimum")
    step = int(Fraction(str(node.get("multipleOf", 1))).numerator)
    window = least, least + population * step
    bounded = {**node, "minimum": least, "exclusiveMinimum": excluded}
    return _whole(_range(bounded, window, whole=True))[:population]


def _whole(numbers: Range) -> range:
    low, high, step = numbers
    return range(math.ceil(low / step) * int(step), math.floor(high) + 1, int(step))


def number(node: Mapping[str, Any], name: str, style: Style) -> Scalar:
    """Return how a number is made that keeps the keywords of *node*: a float, rounded where it may be."""
    low, high, step = _range(node, RANGE_HINTS.get(normal(name), style.numbers), whole=False)
    if step:
        first, count = math.ceil(low / step), math.floor(high / step) - math.ceil(low / step) + 1
        if count < 1:
            raise UnmakeableError("no number lies within its bounds")
        return Scalar(lambda key, _scope: float((first + below(key, count)) * step), certain=False)
    least, most, places = float(low), float(high), style.decimals

    def make(key: int, _scope: Record) -> float:
        share = unit(key)
        # A weighted mean of two numbers that are close may lie a bit beside them.
        value = min(max(least * (1 - share) + most * share, least), most)
        rounded = round(value, places)
        return rounded if least < rounded < most else value

    # An end may be excluded, and is hit by chance or where both are one.
    return Scalar(make, certain=not (node.get("exclusiveMinimum") or node.get("exclusiveMaximum")))


def _range(node: Mapping[str, Any], window: tuple[float, float], *, whole: bool) -> Range:
    """Return the range that *node* allows: all of a small one, and what lies in *window* of a vast one."""
    step = Fraction(str(node["multipleOf"])) if "multipleOf" in node else Fraction(int(whole))
    if whole and step:
        step = Fraction(step.numerator)  # the integers among the multiples of n/d are the multiples of n
    low, high = _bounds(node, step)
    start, stop = (Fraction(str(end)) for end in window)
    if low is not None and high is not None and (high - low <= WHOLE_RANGE or not (whole or step)):
        return Range(low, high, step)
    span = max(stop - start, 100 * step)
    if low is not None and low > start:
        start, stop = low, low + span
    if high is not None and high < stop:
        start, stop = max(high - span, low if low is not None else high - span), high
    return Range(start, stop, step)


def _bounds(node: Mapping[str, Any], step: Fraction) -> tuple[Fraction | None, Fraction | None]:
    low, high = (Fraction(str(node[end])) if end in node else None for end in ("minimum", "maximum"))
    if low is not None and node.get("exclusiveMinimum") and step:
        low = (math.floor(low / step) + 1) * step
    if high is not None and node.get("exclusiveMaximum") and step:
        high = (math.ceil(high / step) - 1) * step
    bits = BITS.get(node.get("format", ""))
    if bits and node.get("type") == "integer":
        least, most = Fraction(-(1 << bits)), Fraction((1 << bits) - 1)
        low, high = max(low, least) if low is not None else least, min(high, most) if high is not None else most
    return low, high


class Texts:
    """Makes the texts of one style, out of the pools of *pools*; dates lie around *now*."""

    def __init__(self, style: Style, pools: Pools, now: datetime) -> None:
        self._style = style
        self._pools = pools
        self._moments = style.moments(now)
        self._birthdays = birthdays(now)

    def _formatted(
        self, write: Callable[[int, int, int], str], node: Mapping[str, Any], low: int, high: int | None
    ) -> Scalar:
        roomy = 1 << 16 if high is None else high
        if "pattern" not in node:
            return Scalar(lambda key, _scope: write(key, low, roomy), certain=not low and high is None)
        # A text of the format may match the pattern, or one of the pattern have the format: both are tried.
        other = self._patterned(node["pattern"], low, high).make
        return Scalar(lambda key, scope: other(key, scope) if below(key, 2) else write(key, low, roomy), certain=False)

    def text(self, node: Mapping[str, Any], name: str) -> Scalar:
        """Return how a string is made that keeps the keywords of *node*."""
        low, high = int(node.get("minLength", 0)), node.get("maxLength")
        if high is not None and high < low:
            raise UnmakeableError("maxLength is below minLength")
        if low > LONGEST_TEXT:
            raise UnmakeableError(f"its texts have more than {LONGEST_TEXT} characters")
        kind = node.get("format") or (FORMAT_HINTS.get(normal(name)) if _is_open(node) else None)
        certain = not ("pattern" in node or low or high is not None)
        moments = self._moment(kind, name)
        if moments is not None:
            return moments if certain else self._fitted(moments, node, low, high)
        if certain and kind in ("email", "idn-email"):
            return Scalar(self._mailbox)
        if kind in FORMATS:
            return self._formatted(FORMATS[kind], node, low, high)
        if "pattern" in node:
            return self._patterned(node["pattern"], low, high)
        method = self._style.method(name)
        if method and _is_open(node):
            return Scalar(self._drawn(method, high))
        return Scalar(self._words(low, high))

    def _fitted(self, moments: Scalar, node: Mapping[str, Any], low: int, high: int | None) -> Scalar:
        """Return *moments*, written as the lengths and the pattern of *node* ask."""
        show, form = moments.show or str, _found(node.get("pattern"))
        roomy = LONGEST_TEXT if high is None else high

        def write(moment: datetime) -> str:
            usual: str = show(moment)
            if low <= len(usual) <= roomy and form(usual):
                return usual
            fitting = (text for text in _spellings(usual, low) if low <= len(text) <= roomy and form(text))
            return next(fitting, usual)

        return Scalar(moments.make, write, certain=False)

    def words(self, key: int, scope: Record) -> str:
        """Return a few words."""
        least, most = self._style.words
        draw = self._pools.pool("word", self._style.word_locale or scope.locale)
        count = least + below(split(key, 1), most - least + 1)
        return " ".join(str(draw(split(key, 2 + index))) for index in range(count))

    def _words(self, low: int, high: int | None) -> Make:
        if not low and high is None:
            return self.words
        most = 1 << 16 if high is None else high

        def make(key: int, scope: Record) -> str:
            text = self.words(key, scope)[:most].strip()
            return text if len(text) >= low else text + _letters(split(key, 1), low - len(text))

        return make

    def _drawn(self, method: str, high: int | None) -> Make:
        pools = self._pools

        def make(key: int, scope: Record) -> str:
            return str(pools.pool(method, scope.locale)(key))[:high].strip()

        return make

    def _patterned(self, expression: str, low: int, high: int | None) -> Scalar:
        try:
            made = pattern(expression)
        except PatternError as error:
            raise UnmakeableError(str(error)) from error
        return Scalar(lambda key, _scope: made.make(key, low, high), certain=False)

    def _mailbox(self, key: int, scope: Record) -> str:
        """Return the address of somebody at a domain that is nobody's (RFC 2606)."""
        first, last = (self._pools.pool(method, scope.locale) for method in ("first_name", "last_name"))
        return f"{slug(first(split(key, 1)))}.{slug(last(split(key, 2)))}@example.com"

    def _moment(self, kind: str | None, name: str) -> Scalar | None:
        if kind not in DATES:
            return None
        moments = self._birthdays if normal(name) in BIRTHDAYS else self._moments
        return Scalar(lambda key, _scope: moments(key), self.show_moment(kind))

    def show_moment(self, kind: str | None) -> Show:
        """Return how a datetime is written under the format *kind*."""
        show = self._style.show
        if kind == "date":
            return lambda moment: moment.date().isoformat()
        offset = kind == "date-time"
        if show(PLAIN, offset) == PLAIN.isoformat():
            return datetime.isoformat
        return lambda moment: show(moment, offset)


PLAIN = datetime(2000, 1, 1)  # noqa: DTZ001 (a wall clock, as the format has it)


def _is_open(node: Mapping[str, Any]) -> bool:
    """Whether a string may be as its name suggests: of no given form, and long enough."""
    lengths = node.get("minLength", 0) <= 1 and node.get("maxLength", SHORTEST_HINTED) >= SHORTEST_HINTED
    return lengths and "pattern" not in node and "format" not in node


def _letters(key: int, count: int) -> str:
    return "".join(LETTERS[below(split(key, index), 26)] for index in range(count))


def _length(key: int, low: int, high: int, usual: int) -> int:
    """Return a length within the bounds: *usual* or a few more where they leave the choice."""
    least = max(low, min(usual, high))
    return least + below(split(key, 0), min(high - least, 4) + 1)


def _free(key: int, low: int, high: int) -> str:
    return _letters(key, _length(key, low, high, 8))


def _email(key: int, low: int, high: int) -> str:
    domain = "example.com" if high >= len("a@example.com") else "a.io"
    length = _length(key, low - len(domain) - 1, high - len(domain) - 1, 6)
    # RFC 5321, section 4.5.3.1.1: 64 before the at. What is more is of the domain, two at least: a label and a dot.
    more = max(0, length - LOCAL_PART)
    more += more == 1
    sub = _labels(_letters(split(key, 1), more - 1)) + "." if more else ""
    return f"{_letters(key, length - more)}@{sub}{domain}"


def _uri(key: int, low: int, high: int) -> str:
    start = "https://www.example.com/" if high >= len("https://www.example.com/a") else "a:"
    return start + _letters(key, max(0, _length(key, low - len(start), high - len(start), 6)))


def _hostname(key: int, low: int, high: int) -> str:
    end = ".example.com" if high >= len("a.example.com") else ""
    rest = max(1, _length(key, low - len(end), high - len(end), 6))
    return _labels(_letters(key, rest)) + end


def _labels(letters: str) -> str:
    """Return *letters* with a dot in the place of each 64th, so that no label is longer (RFC 1035, section 2.3.4)."""
    end = len(letters) - 1
    # None is empty, the last one neither.
    dots = {place - (place == end) for place in range(LABEL, len(letters), LABEL + 1)}
    return "".join("." if place in dots else letter for place, letter in enumerate(letters))


def _uuid(key: int, _low: int, _high: int) -> str:
    """Version 4, variant 1 (RFC 9562, section 5.4)."""
    bits = split(key, 0) << 64 | split(key, 1)
    bits = bits & ~(0xF000 << 64) | 0x4000 << 64
    bits = bits & ~(0xC000 << 48) | 0x8000 << 48
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _base64(key: int, low: int, high: int) -> str:
    quads = _length(key, -(-low // 4), high // 4, 4)
    return base64.b64encode(_letters(key, quads * 3).encode()).decode()


def _ipv4(key: int, low: int, _high: int) -> str:
    """Return an address for documentation (RFC 5737); one of private networks where more digits are asked for."""
    host = 1 + below(key, 254)
    nets = ("192.0.2", "203.0.113", "198.51.100", "192.168.100")
    found = (f"{net}.{each}" for each in (host, 100 + below(key, 155)) for net in nets)
    return next((address for address in found if len(address) >= low), "192.168.100.100")


def _ipv6(key: int, low: int, high: int) -> str:
    """Return an address for documentation (RFC 3849), with zeros written where a longer one is asked for."""
    last = 1 + below(key, 0xFFFE)
    whole = f"2001:0db8:0000:0000:0000:0000:0000:{last:04x}"
    texts = (f"2001:db8::{last:x}", "::1", f"2001:db8:0:0:0:0:0:{last:x}", whole)
    return next((text for text in texts if low <= len(text) <= high), texts[-1])


def _time(key: int, low: int, high: int) -> str:
    time = f"{timedelta(minutes=480 + 15 * below(key, 32))}Z".rjust(9, "0")
    return next((text for text in _spellings(time, low) if low <= len(text) <= high), time)


def _duration(key: int, low: int, _high: int) -> str:
    """Return an ISO 8601 duration; leading zeros make a longer one."""
    text = f"PT{15 * (1 + below(key, 12))}M"
    return text[:2] + text[2:].rjust(low - len("PT"), "0")


def _spellings(moment: str, low: int) -> Iterator[str]:
    """Yield ways to write the *moment* (RFC 3339): with fractions of a second, an offset; one of *low* characters."""
    yield moment
    zones = ["Z", "+00:00"] if moment.endswith("Z") else [""]
    whole = moment.removesuffix("Z")
    if ":" not in whole:
        return
    for places in (0, 3, 6, 7, 9, None):
        for zone in zones:
            count = low - len(f"{whole}.{zone}") if places is None else places
            yield f"{whole}{'.' if count > 0 else ''}{'0' * count}{zone}"


def _found(pattern: str | None) -> Callable[[str], object]:
    """Return whether a text has *pattern*; every text has one that is none, or that Python cannot read."""
    try:
        return re.compile(pattern or "").search
    except re.error:
        return bool


def _path(key: int, low: int, high: int) -> str:
    return "/" + _letters(key, max(0, _length(key, low - 1, high - 1, 6)))


FORMATS: dict[str, Callable[[int, int, int], str]] = {
    "byte": _base64,
    "binary": _free,
    "password": _free,
    "email": _email,
    "idn-email": _email,
    "uuid": _uuid,
    "uri": _uri,
    "url": _uri,
    "iri": _uri,
    "uri-reference": _path,
    "iri-reference": _path,
    "uri-template": _uri,
    "json-pointer": _path,
    "relative-json-pointer": lambda key, low, high: "0" + _path(key, low - 1, high - 1),
    "hostname": _hostname,
    "idn-hostname": _hostname,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "time": _time,
    "duration": _duration,
    "regex": _free,
}
