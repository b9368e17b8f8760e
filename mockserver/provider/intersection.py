"""Texts that keep a regular expression whose parts look ahead: several expressions at once.

A text keeps ``^(?=.*[0-9])(?=.*[a-z]).{8,}$`` when it keeps three expressions, and no single walk along
one of them finds it. The expression is followed by its derivatives instead (J. A. Brzozowski, "Derivatives
of Regular Expressions", JACM 1964): what is left to match after a letter is an expression again, of all
parts at once, and of what must not be. Word boundaries, what looks behind and references to groups are
taken to match, and what looks ahead within a repetition sees no more than one turn of it: who asks checks
the text.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any, NamedTuple

from mockserver.provider.source import below, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_STATES = 5_000
SPREAD = 8

Letters = frozenset[str]
# An expression is a tuple: its operator, then its parts. Equal expressions are equal tuples.
Expression = tuple[Any, ...]

NOTHING: Expression = ("nothing",)
EMPTY: Expression = ("empty",)
START: Expression = ("start",)
END: Expression = ("end",)
ANYTHING: Expression = ("not", NOTHING)


class EmptyError(ValueError):
    """No text was found that keeps an expression and is as long as is asked for."""


def letters(alphabet: Letters) -> Expression:
    """Return the expression of one character of *alphabet*."""
    return ("letters", alphabet) if alphabet else NOTHING


def sequence(parts: Iterable[Expression]) -> Expression:
    """Return the expression of *parts* one after another."""
    rest = EMPTY
    for part in reversed(list(parts)):
        rest = _then(part, rest)
    return rest


def choice(options: Iterable[Expression]) -> Expression:
    """Return the expression of what keeps one of *options*."""
    return _set("choice", options, NOTHING, ANYTHING)


def both(parts: Iterable[Expression]) -> Expression:
    """Return the expression of what keeps all of *parts*."""
    return _set("both", parts, ANYTHING, NOTHING)


def negated(part: Expression) -> Expression:
    """Return the expression of what does not keep *part*."""
    inner: Expression = part[1] if part[0] == "not" else ("not", part)
    return inner


def repeated(part: Expression, least: int, most: int | None) -> Expression:
    """Return the expression of *part* from *least* to *most* times (None: any number)."""
    if most == 0 or part == EMPTY:
        return EMPTY
    if part == NOTHING:
        return NOTHING if least else EMPTY
    return part if (least, most) == (1, 1) else ("repeat", part, least, most)


def _set(operator: str, parts: Iterable[Expression], neutral: Expression, ruling: Expression) -> Expression:
    found: set[Expression] = set()
    for part in parts:
        found |= part[1] if part[0] == operator else {part}
    found.discard(neutral)
    if ruling in found:
        return ruling
    return next(iter(found), neutral) if len(found) < 2 else (operator, frozenset(found))  # noqa: PLR2004


def _then(part: Expression, rest: Expression) -> Expression:
    if NOTHING in (part, rest):
        return NOTHING
    if part == EMPTY:
        return rest
    if part == END:
        # After the end comes what may be empty, and is.
        return END if _is_done(rest, at_start=True) else NOTHING
    if part[0] == "then":
        return _then(part[1], _then(part[2], rest))
    if part == rest == ANYTHING:
        return rest
    return part if rest == EMPTY else ("then", part, rest)


def _is_done(part: Expression, *, at_start: bool) -> bool:  # noqa: PLR0911 (a table of expressions)
    """Return whether nothing more need follow."""
    match part:
        case ("empty",) | ("end",):
            return True
        case ("start",):
            return at_start
        case ("not", inner):
            return not _is_done(inner, at_start=at_start)
        case ("then", first, rest):
            return _is_done(first, at_start=at_start) and _is_done(rest, at_start=at_start)
        case ("choice", options):
            return any(_is_done(each, at_start=at_start) for each in options)
        case ("both", parts):
            return all(_is_done(each, at_start=at_start) for each in parts)
        case ("repeat", inner, least, _):
            return least == 0 or _is_done(inner, at_start=at_start)
    return False


def _after(part: Expression, letter: str, *, at_start: bool) -> Expression:  # noqa: PLR0911 (the same)
    """Return what is left of *part* when *letter* was read: its derivative."""
    match part:
        case ("letters", alphabet):
            return EMPTY if letter in alphabet else NOTHING
        case ("not", inner):
            return negated(_after(inner, letter, at_start=at_start))
        case ("then", first, rest):
            left = [_then(_after(first, letter, at_start=at_start), rest)]
            if _is_done(first, at_start=at_start):
                left.append(_after(rest, letter, at_start=at_start))
            return choice(left)
        case ("choice", options):
            return choice(_after(each, letter, at_start=at_start) for each in options)
        case ("both", parts):
            return both(_after(each, letter, at_start=at_start) for each in parts)
        case ("repeat", inner, least, most):
            rest = repeated(inner, max(0, least - 1), None if most is None else most - 1)
            return _then(_after(inner, letter, at_start=at_start), rest)
    return NOTHING


def _started(part: Expression) -> Expression:  # noqa: PLR0911 (the same)
    """Return *part* where the start of the text lies behind."""
    match part:
        case ("start",):
            return NOTHING
        case ("not", inner):
            return negated(_started(inner))
        case ("then", first, rest):
            return _then(_started(first), _started(rest))
        case ("choice", options):
            return choice(map(_started, options))
        case ("both", parts):
            return both(map(_started, parts))
        case ("repeat", inner, least, most):
            return repeated(_started(inner), least, most)
    return part


def _inside(part: Expression) -> Iterator[Expression]:
    """Yield *part* and all that it is made of."""
    waiting = [part]
    while waiting:
        each = waiting.pop()
        yield each
        name, *parts = each
        if name in ("choice", "both"):
            waiting.extend(parts[0])
        else:
            waiting.extend(inner for inner in parts if isinstance(inner, tuple))


def alphabets(part: Expression) -> set[Letters]:
    """Return the alphabets that *part* chooses its letters from."""
    return {each[1] for each in _inside(part) if each[0] == "letters"}


class Walk:
    """Texts that keep *expression*, whose letters are those of its alphabets."""

    def __init__(self, expression: Expression) -> None:
        self._start = expression
        self._groups = _groups(alphabets(expression))
        self._steps: dict[tuple[Expression, bool], list[Expression]] = {}
        self._plans: dict[tuple[int, int | None], _Plan] = {}

    def make(self, key: int, low: int = 0, high: int | None = None) -> str:
        """Return a text of *low* to *high* characters, the same for the same *key*.

        Raises EmptyError if none is found.
        """
        if (low, high) not in self._plans:
            self._plans[low, high] = self._plan(low, high)
        plan = self._plans[low, high]
        if not plan.lengths:
            raise EmptyError
        length = plan.lengths[below(split(key, 0), len(plan.lengths))]
        state, text = self._start, ""
        for place in range(length):
            alive = plan.alive[length][place + 1]
            steps = self._next(state, at_start=place == 0)
            ways = [index for index, target in enumerate(steps) if target in alive]
            index = ways[below(split(key, 2 * place + 1), len(ways))]
            group = self._groups[index]
            text += group[below(split(key, 2 * place + 2), len(group))]
            state = steps[index]
        return text

    def _plan(self, low: int, high: int | None) -> _Plan:
        """Return the lengths that texts have, the least few of those asked for, and what leads to them."""
        layers: list[set[Expression]] = [{self._start}]
        lengths: list[int] = []
        states = 0
        while layers[-1] and len(lengths) <= SPREAD:
            length = len(layers) - 1
            if length >= low and any(_is_done(state, at_start=length == 0) for state in layers[-1]):
                lengths.append(length)
            if length == high:
                break
            reached = (each for state in layers[-1] for each in self._next(state, at_start=length == 0))
            layers.append(set(reached) - {NOTHING})
            states += len(layers[-1])
            if states > MOST_STATES:
                break
        return _Plan(lengths, {length: self._alive(layers, length) for length in lengths})

    def _alive(self, layers: Sequence[set[Expression]], length: int) -> list[set[Expression]]:
        """Return the states of each layer from which a text of *length* characters ends well."""
        ends = {state for state in layers[length] if _is_done(state, at_start=length == 0)}
        alive = [ends]
        for place in range(length - 1, -1, -1):
            after = alive[-1]
            alive.append(
                {state for state in layers[place] if not after.isdisjoint(self._next(state, at_start=place == 0))}
            )
        return alive[::-1]

    def _next(self, state: Expression, *, at_start: bool) -> list[Expression]:
        """Return what is left of *state* after a letter of each group."""
        known = self._steps.get((state, at_start))
        if known is None:
            steps = (_after(state, group[0], at_start=at_start) for group in self._groups)
            known = self._steps[state, at_start] = [_started(each) if at_start else each for each in steps]
        return known


class _Plan(NamedTuple):
    lengths: list[int]
    alive: dict[int, list[set[Expression]]]


def _groups(alphabets: Iterable[Letters]) -> list[str]:
    """Return the letters in groups that no alphabet tells apart, of each group the plainest."""
    kinds = sorted(alphabets, key=sorted)
    groups: dict[tuple[bool, ...], list[str]] = {}
    for letter in sorted(frozenset[str]().union(*kinds)):
        groups.setdefault(tuple(letter in kind for kind in kinds), []).append(letter)
    return [_plainest("".join(group)) for group in groups.values()]


def _plainest(group: str) -> str:
    for plain in (string.ascii_lowercase, string.ascii_letters, string.digits):
        if found := "".join(letter for letter in group if letter in plain):
            return found
    return group
