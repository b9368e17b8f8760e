"""Which representation a client asked for (RFC 9110, sections 8.3, 12.4.2 and 12.5.1).

Every answer is remembered, as a server is asked the same few questions again and again.
Nothing here raises, whatever the text: headers come from strangers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"  # RFC 9110, section 5.6.2: token
QUOTED = r'"(?:[^"\\]|\\.)*+"'  # section 5.6.4
PARAMETER = rf"({WORD})[ \t]*+=[ \t]*+({WORD}|{QUOTED})"  # section 5.6.6

# Possessive quantifiers, as a pattern that could backtrack could be made to hang.
MEDIA_TYPE = re.compile(rf"[ \t]*+(?:({WORD})/({WORD})|\*)")
# One at a time: Python before 3.11.5 loses what a repeated possessive group has matched.
NEXT_PARAMETER = re.compile(rf"[ \t]*+;[ \t]*+(?:{PARAMETER})?", re.DOTALL)
ELEMENT = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*+(?:"|\\?\Z))++', re.DOTALL)
QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)

# Section 12.4.2, and `.2` besides: Java's HttpURLConnection sends it.
WEIGHT = re.compile(r"0?\.[0-9]++|0\.?|1(?:\.0*+)?")
# Sections 11.2 and 11.6.1: a scheme with what it has to say, or more of that.
CHALLENGE = re.compile(
    rf"[ \t]*+(?:{PARAMETER}|({WORD})(?:[ \t]++(?:{PARAMETER}|[A-Za-z0-9._~+/-]++=*+))?)?[ \t]*+", re.DOTALL
)
WEIGHTED = re.compile(rf"[ \t]*+({WORD})[ \t]*+(?:;[ \t]*+[qQ][ \t]*+=[ \t]*+({WORD})[ \t]*+)?")


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type or media range, in lower case but for the values of its parameters (section 8.3.1)."""

    type: str
    subtype: str
    parameters: tuple[tuple[str, str], ...] = ()

    @staticmethod
    @lru_cache(maxsize=512)
    def parse(text: str) -> MediaType | None:
        """Return the media type that *text* spells, or None; a bare ``*`` means ``*/*``."""
        found = MEDIA_TYPE.match(text)
        if found is None:
            return None
        parameters, end = list[tuple[str, str]](), found.end()
        while each := NEXT_PARAMETER.match(text, end):
            end = each.end()
            if each[1]:
                parameters.append((each[1].lower(), _unquoted(each[2])))
        if text[end:].strip(" \t"):
            return None
        return MediaType((found[1] or "*").lower(), (found[2] or "*").lower(), tuple(parameters))

    @property
    def essence(self) -> str:
        """Type and subtype, without parameters."""
        return f"{self.type}/{self.subtype}"

    def parameter(self, name: str) -> str | None:
        """Return the value of the first parameter *name* (in lower case), or None."""
        return next((value for key, value in self.parameters if key == name), None)


@dataclass(frozen=True, slots=True)
class Range:
    """A media range that a client takes, and how gladly: *q* from 0, not at all, to 1."""

    media_type: MediaType
    q: float


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """Return the one of *offered* media types that *accept* likes best, or None if it likes none.

    The most specific range that matches a media type weighs it; of equals the first offered
    is taken, which is also the answer without *accept*, or when there is no sense in it. A
    parameter that an offered media type does not have hinders no match, nor does a charset.
    """
    return _choose(accept, tuple(offered))


def described(media_type: str, documented: Iterable[str]) -> str | None:
    """Return which of the *documented* media types and ranges describes *media_type* best, or None.

    Parameters do not count. An exact name goes before ``text/*``, and that before ``*/*``.
    """
    return _described(media_type, tuple(documented))


@lru_cache(maxsize=512)
def _described(media_type: str, documented: tuple[str, ...]) -> str | None:
    wanted = essence(media_type)
    named = {essence(name): name for name in documented}
    return next((named[each] for each in (wanted, f"{wanted.partition('/')[0]}/*", "*/*") if each in named), None)


@lru_cache(maxsize=256)
def parse_accept(value: str) -> tuple[Range, ...]:
    """Return the media ranges of an ``Accept`` field, in its order, without malformed ones."""
    found = (_range(element) for element in ELEMENT.findall(value))
    return tuple(each for each in found if each is not None)


@lru_cache(maxsize=256)
def parse_weighted(value: str) -> tuple[tuple[str, float], ...]:
    """Return the tokens of a field such as ``Accept-Language`` with their weights, the heaviest first.

    Equals stay in order; malformed elements are left out, those with weight 0 are not.
    """
    matches = (WEIGHTED.fullmatch(element) for element in value.split(","))
    weighed = [(found[1], _weight(found[2])) for found in matches if found]
    return tuple(sorted(((token, q) for token, q in weighed if q is not None), key=lambda pair: -pair[1]))


@lru_cache(maxsize=64)
def challenged(value: str) -> frozenset[str]:
    """Return the schemes, in lower case, that a ``WWW-Authenticate`` field names; none where it is malformed."""
    found = [CHALLENGE.fullmatch(element) for element in ELEMENT.findall(value)]
    return frozenset() if None in found else frozenset(each[3].lower() for each in found if each and each[3])


@lru_cache(maxsize=512)
def charset_of(content_type: str) -> str | None:
    """Return the charset that *content_type* names, in lower case, or None."""
    media_type = MediaType.parse(content_type)
    charset = media_type.parameter("charset") if media_type else None
    return charset.lower() if charset else None


@lru_cache(maxsize=512)
def essence(content_type: str) -> str:
    """Return type and subtype in lower case, without parameters; of nonsense, what stands before the semicolon."""
    return content_type.partition(";")[0].strip().lower()


@lru_cache(maxsize=256)
def _choose(accept: str | None, offered: tuple[str, ...]) -> str | None:
    ranges = parse_accept(accept) if accept else ()
    if not ranges:
        return offered[0] if offered else None
    weights = [_quality(MediaType.parse(each), ranges) for each in offered]
    best = max(weights, default=0.0)
    return offered[weights.index(best)] if best > 0 else None


def _quality(media_type: MediaType | None, ranges: tuple[Range, ...]) -> float:
    """Return how gladly *media_type* is taken: the weight of the most specific range that matches it."""
    if media_type is None:
        return 0.0
    matches = ((_specificity(each, media_type), each.q) for each in ranges)
    return max(((found, q) for found, q in matches if found is not None), default=((0,), 0.0))[1]


def _specificity(accepted: Range, offered: MediaType) -> tuple[int, ...] | None:
    """Return how closely *accepted* describes *offered* (greater is closer), or None if it does not match."""
    wanted = accepted.media_type
    if wanted.type not in ("*", offered.type) or wanted.subtype not in ("*", offered.subtype):
        return None
    agreeing = missing = 0
    for name, value in wanted.parameters:
        actual = offered.parameter(name)
        if actual is not None and actual.lower() == value.lower():
            agreeing += 1
        elif actual is None or name == "charset":
            missing += 1
        else:
            return None
    if missing and accepted.q == 0:
        # `text/html;level=2;q=0` refuses level 2, and not every text/html.
        return None
    return (wanted.type != "*") + (wanted.subtype != "*"), agreeing, -missing


def _range(element: str) -> Range | None:
    media_type = MediaType.parse(element)
    if media_type is None or (media_type.type == "*" and media_type.subtype != "*"):
        return None
    # Section 12.5.1: a parameter named q is the weight, wherever it stands.
    q = _weight(media_type.parameter("q"))
    if q is None:
        return None
    parameters = tuple((name, value) for name, value in media_type.parameters if name != "q")
    return Range(MediaType(media_type.type, media_type.subtype, parameters), q)


def _weight(text: str | None) -> float | None:
    """Return the weight that *text* spells: 1 without a text, None for nonsense."""
    if not text:
        return 1.0 if text is None else None
    return float(text) if WEIGHT.fullmatch(text) else None


def _unquoted(value: str) -> str:
    return QUOTED_PAIR.sub(r"\1", value[1:-1]) if value.startswith('"') else value
