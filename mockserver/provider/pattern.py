"""Texts that a regular expression matches, of a length that is asked for.

Schemas hold regular expressions of ECMA-262 (OAS 3.0.3, Schema Object); those that Python reads
alike are made here, those that look ahead by `intersection`. What looks behind and word boundaries are
not: who asks checks the text and asks again.
"""

from __future__ import annotations

import importlib
import re
import string
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from mockserver.provider.intersection import (
    ANYTHING,
    EMPTY,
    END,
    START,
    EmptyError,
    Expression,
    Walk,
    alphabets,
    both,
    choice,
    letters,
    negated,
    repeated,
    sequence,
)
from mockserver.provider.source import below, split

if TYPE_CHECKING:
    from collections.abc import Sequence

# What `re` itself parses with (CPython has no public way to the tree of a regular expression).
parser: Any = importlib.import_module("re._parser")

UNBOUNDED = 1 << 16
SPREAD = 8
PRINTABLE = "".join(chr(code) for code in range(32, 127))
WORD = string.ascii_letters + string.digits + "_"
CATEGORIES = {
    "CATEGORY_DIGIT": string.digits,
    "CATEGORY_NOT_DIGIT": string.ascii_letters,
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": PRINTABLE[1:],
    "CATEGORY_WORD": WORD,
    "CATEGORY_NOT_WORD": " -.,;:",
}
ANCHORS = {"AT_BEGINNING": START, "AT_BEGINNING_STRING": START, "AT_END": END, "AT_END_STRING": END}
PROPERTIES = {"L": "a-zA-Z", "Lu": "A-Z", "Ll": "a-z", "N": "0-9", "Nd": "0-9", "P": ".,;:!?-", "Z": " ", "Zs": " "}


class PatternError(ValueError):
    """A regular expression that cannot be read."""


class Node(Protocol):
    """A part of a regular expression."""

    @property
    def low(self) -> int:
        """How many characters its texts have at least."""

    @property
    def high(self) -> int:
        """How many characters its texts have at most; :data:`UNBOUNDED` for any number."""

    def make(self, key: int, length: int, groups: dict[int, str]) -> str:
        """Return a text of about *length* characters, between low and high."""


@lru_cache(1024)
def pattern(text: str) -> Pattern:
    """Return the pattern that *text* is; raises PatternError if Python cannot read it."""
    translated = re.sub(r"\(\?<(?![=!])", "(?P<", text)
    translated = re.sub(r"\\k<(\w+)>", r"(?P=\1)", translated)
    translated = re.sub(r"(\[[^\]]*)?\\p\{(\w+)\}", _property, translated)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            tree = parser.parse(translated)
        node = _sequence(tree)
    except (re.error, KeyError, OverflowError, RecursionError) as error:
        raise PatternError(f"the pattern {text!r} cannot be read: {error}") from error
    if node.low >= UNBOUNDED:
        raise PatternError(f"the pattern {text!r} asks for a text of {UNBOUNDED} characters or more")
    last = list(tree)[-1:]
    open_ended = not (last and str(last[0][1]) in {"AT_END", "AT_END_STRING"})
    return Pattern(node, open_ended, _walk(tree) if "ASSERT" in str(tree) else None)


def _property(found: re.Match[str]) -> str:
    inside, letters = found[1] or "", PROPERTIES.get(found[2], "a-zA-Z")
    return f"{inside}{letters}" if inside else f"[{letters}]"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression as a maker of texts; an *open_ended* one may be followed by anything.

    One that looks ahead has a *walk*.
    """

    node: Node
    open_ended: bool
    walk: Walk | None = None

    def make(self, key: int, low: int = 0, high: int | None = None) -> str:
        """Return a text of *low* to *high* characters where the pattern has one; the same for the same *key*."""
        if self.walk is not None:
            with suppress(EmptyError):
                return self.walk.make(key, low, high)
        most = self.node.high if high is None else min(high, self.node.high)
        least = min(max(low, self.node.low), most)
        length = least + below(split(key, 1), min(most - least, SPREAD) + 1)
        text = self.node.make(split(key, 2), max(length, self.node.low), {})
        return text.ljust(low, "x") if self.open_ended else text


@dataclass(frozen=True, slots=True)
class _Letters:
    """One character of an alphabet."""

    alphabet: str
    low: int = 1
    high: int = 1

    def make(self, key: int, length: int, groups: dict[int, str]) -> str:  # noqa: ARG002 (Node)
        return self.alphabet[below(key, len(self.alphabet))]


@dataclass(frozen=True, slots=True)
class _Sequence:
    """Parts one after another; as a group, its text is kept under a number."""

    parts: Sequence[Node]
    group: int | None = None
    low: int = field(init=False)
    high: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", sum(part.low for part in self.parts))
        object.__setattr__(self, "high", min(UNBOUNDED, sum(part.high for part in self.parts)))

    def make(self, key: int, length: int, groups: dict[int, str]) -> str:
        text = "".join(
            part.make(split(key, 2 * index + 1), share, groups)
            for index, (part, share) in enumerate(zip(self.parts, _shares(key, length, self.parts), strict=True))
        )
        if self.group is not None:
            groups[self.group] = text
        return text


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of several; of those that can be as long as is asked for, if there are any."""

    options: Sequence[Node]
    low: int = field(init=False)
    high: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", min(option.low for option in self.options))
        object.__setattr__(self, "high", max(option.high for option in self.options))

    def make(self, key: int, length: int, groups: dict[int, str]) -> str:
        fitting = [option for option in self.options if option.low <= length <= option.high] or self.options
        option = fitting[below(split(key, 1), len(fitting))]
        return option.make(split(key, 2), min(max(length, option.low), option.high), groups)


@dataclass(frozen=True, slots=True)
class _Repeat:
    """A part *least* to *most* times."""

    part: Node
    least: int
    most: int
    low: int = field(init=False)
    high: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", min(UNBOUNDED, self.part.low * self.least))
        object.__setattr__(self, "high", min(UNBOUNDED, self.part.high * self.most))

    def make(self, key: int, length: int, groups: dict[int, str]) -> str:
        fewest = max(self.least, -(-length // self.part.high) if self.part.high else 0)
        most = min(self.most, max(self.least, length // self.part.low) if self.part.low else fewest + 1)
        count = fewest + below(split(key, 1), most - fewest + 1) if most > fewest else most
        return _Sequence([self.part] * count).make(split(key, 2), length, groups)


@dataclass(frozen=True, slots=True)
class _Back:
    """The text of an earlier group once more."""

    group: int
    low: int = 0
    high: int = UNBOUNDED

    def make(self, key: int, length: int, groups: dict[int, str]) -> str:  # noqa: ARG002 (Node)
        return groups.get(self.group, "")


def _shares(key: int, length: int, parts: Sequence[Node]) -> list[int]:
    """Return a length for each of *parts*, in its bounds, with *length* for a sum where that can be."""
    spare = length - sum(part.low for part in parts)
    rest = sum(part.high - part.low for part in parts)
    shares = []
    for index, part in enumerate(parts):
        room = part.high - part.low
        rest -= room
        least, most = max(0, min(spare - rest, room)), max(0, min(spare, room))
        extra = least + below(split(key, 2 * index), most - least + 1)
        spare -= extra
        shares.append(part.low + extra)
    return shares


def _sequence(tree: Any, group: int | None = None) -> Node:
    return _Sequence([_node(name.name, value) for name, value in tree], group)


def _node(name: str, value: Any) -> Node:  # noqa: C901, PLR0911 (a table of what a regular expression has)
    match name:
        case "LITERAL":
            return _Letters(chr(value))
        case "NOT_LITERAL":
            return _Letters(PRINTABLE.replace(chr(value), ""))
        case "ANY":
            return _Letters(WORD + " ")
        case "IN":
            return _Letters(_alphabet(value))
        case "BRANCH":
            return _Choice([_sequence(option) for option in value[1]])
        case "SUBPATTERN":
            return _sequence(value[-1], value[0])
        case "ATOMIC_GROUP":
            return _sequence(value)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _Repeat(_sequence(value[2]), int(value[0]), min(int(value[1]), UNBOUNDED))
        case "GROUPREF":
            return _Back(value)
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return _Sequence([])
    raise KeyError(name)


def _walk(tree: Any) -> Walk:
    """Return the texts that have the regular expression *tree* anywhere in them."""
    found = frozenset(PRINTABLE).union(*alphabets(_expression(tree, frozenset(PRINTABLE), EMPTY)))
    return Walk(sequence([ANYTHING, _expression(tree, found, ANYTHING)]))


def _expression(tree: Any, every: frozenset[str], rest: Expression) -> Expression:
    """Return the regular expression *tree* over the letters *every*, followed by *rest*."""
    for name, value in reversed(list(tree)):
        rest = _followed(name.name, value, every, rest)
    return rest


def _followed(name: str, value: Any, every: frozenset[str], rest: Expression) -> Expression:  # noqa: PLR0911 (as _node)
    match name:
        case "ASSERT" | "ASSERT_NOT" if value[0] > 0:
            # What looks ahead holds beside all that follows.
            ahead = _expression(value[1], every, ANYTHING)
            return both([ahead if name == "ASSERT" else negated(ahead), rest])
        case "ASSERT" | "ASSERT_NOT" | "GROUPREF":
            return rest
        case "AT":
            return sequence([ANCHORS.get(value.name, EMPTY), rest])
        case "BRANCH":
            return choice(_expression(option, every, rest) for option in value[1])
        case "SUBPATTERN":
            return _expression(value[-1], every, rest)
        case "ATOMIC_GROUP":
            return _expression(value, every, rest)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            most = None if int(value[1]) >= UNBOUNDED else int(value[1])
            part = _expression(value[2], every, EMPTY)
            endless = (part, value[0], most) == (letters(every), 0, None)
            return sequence([ANYTHING if endless else repeated(part, value[0], most), rest])
    return sequence([letters(_letters_of(name, value, every)), rest])


def _letters_of(name: str, value: Any, every: frozenset[str]) -> frozenset[str]:
    node = _node(name, value)
    return every if name == "ANY" or not isinstance(node, _Letters) else frozenset(node.alphabet)


def _alphabet(items: Sequence[Any]) -> str:
    """Return the characters of a class such as ``[a-z_]``, in a fixed order."""
    letters: dict[str, None] = {}
    negated = False
    for name, value in items:
        match name.name:
            case "NEGATE":
                negated = True
            case "LITERAL":
                letters[chr(value)] = None
            case "RANGE":
                # Enough of a wide range; the whole of Unicode would be a long list.
                letters |= dict.fromkeys(map(chr, range(value[0], min(value[1], value[0] + 255) + 1)))
            case "CATEGORY":
                letters |= dict.fromkeys(CATEGORIES[value.name])
    if negated:
        return "".join(letter for letter in PRINTABLE if letter not in letters) or "\u00e6"
    return "".join(letters)
