"""What a check asks of a SuperOffice server, as data: the forms that the vendor's headers and ``$select`` take."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

from mockserver.contract.shape import Shape
from mockserver.superoffice.texts import PREFIXES
from mockserver.superoffice.timezones import ZONES

Fields = tuple[tuple[str, str], ...]
SELECTED_TOGETHER = 8
DEPTH = 3
MANY = 130  # names, in a list of some 1,500 characters


@dataclass(frozen=True, slots=True)
class Variation:
    """Header fields and a raw query that go with an otherwise plain request."""

    says: str
    fields: Fields = ()
    query: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What the fields and the parameter are called."""
        return (*(name for name, _ in self.fields), unquote(self.query.partition("=")[0]))


@dataclass(frozen=True, slots=True)
class Family:
    """Variations of one kind; *says* is what they try."""

    name: str
    says: str
    variations: tuple[Variation, ...]


def families(shape: Shape) -> tuple[Family, ...]:
    """Return the families of :data:`TOLD` for an operation that answers with values of *shape*."""
    variations: dict[str, Iterable[Variation]] = {
        "time-zone/code": _headers(TIME_ZONE, [f"{code},includeTZOffset" for _, code, _ in ZONES]),
        "time-zone/number": _headers(TIME_ZONE, [f"{number},includeTZOffset" for number, _, _ in ZONES]),
        "time-zone/form": _headers(TIME_ZONE, TIME_ZONE_FORMS),
        "time-zone/unknown": _headers(TIME_ZONE, UNKNOWN_ZONES),
        "language/code": _languages(),
        "language/vendor": _headers(LANGUAGE, [each for each in PREFIXES.values() if each.lower() not in PREFIXES]),
        "language/form": LANGUAGE_FORMS,
        "language/off": _headers(LANGUAGE, ["*", "x", "-", ""]),
        "language/unknown": _headers(LANGUAGE, ["xx", "tlh", "1", "en;q=0", "a-" * 60 + "b"]),
        "culture": _cultures(),
        "select/form": _select_forms(shape),
        "select/members": _select_members(shape),
        "select/nested": _select_nested(shape),
        "select/told": _select_told(shape),
    }
    return tuple(Family(name, says, tuple(variations[name])) for name, says in TOLD)


TOLD = (
    ("time-zone/code", "each documented code, with offsets"),
    ("time-zone/number", "each documented number, with offsets"),
    ("time-zone/form", "other spellings, orders and blanks"),
    ("time-zone/unknown", "codes and numbers that are not documented"),
    ("language/code", "each language, and every other one in Accept-Language as well"),
    ("language/vendor", "the vendor's own two letters where they are not the language's"),
    ("language/form", "weights, regions, other spellings, both headers at once"),
    ("language/off", "what switches translation off"),
    ("language/unknown", "languages that nobody knows"),
    ("culture", "cultures beside a language, alone, and in a zone"),
    ("select/form", "lists in every spelling"),
    ("select/members", "all members of the answer, some at a time"),
    ("select/nested", "members of members, down to the third level"),
    ("select/told", "selected members in a zone and a language"),
)
TIME_ZONE = "SO-TimeZone"
LANGUAGE = "SO-Language"
TIME_ZONE_FORMS = [
    "NO",
    "UTC",
    "261",
    "US-NY",
    "no",
    "us-ny",
    "Us-Ca",
    "utc,includetzoffset",
    "UTC,INCLUDETZOFFSET",
    "includeTZOffset",
    "includeTZOffset,AU-NSW",
    " DK , includeTZOffset ",
    "NO,NO",
    "FR,",
    ",",
    "",
]
UNKNOWN_ZONES = [
    "Nowhere",
    "0",
    "-1",
    "99999",
    "2147483648",
    "NO,US-NY",
    "Europe/Nowhere",
    "UTC+1",
    "NO;includeTZOffset",
]
LANGUAGE_FORMS = tuple(
    Variation(says, fields)
    for says, fields in (
        ("upper case", ((LANGUAGE, "NO"),)),
        ("a region", ((LANGUAGE, "nb-NO"),)),
        ("an underscore", ((LANGUAGE, "de_DE"),)),
        ("weights", (("Accept-Language", "de;q=0.5, no;q=0.9, en;q=0.1"),)),
        ("an unknown one before a known one", (("Accept-Language", "xx, sv;q=0.3"),)),
        ("any", (("Accept-Language", "*"),)),
        ("weights that are none", (("Accept-Language", "fr;q=two, ;;, da"),)),
        ("both headers", ((LANGUAGE, "fr"), ("Accept-Language", "de"))),
        ("switched off beside a language", ((LANGUAGE, "x"), ("Accept-Language", "de"))),
        ("nothing beside a language", ((LANGUAGE, ""), ("Accept-Language", "de"))),
    )
)
CULTURES = ("sv", "en-US", "nb-NO", "ja", "xx-XX", "*", "")


def _headers(name: str, values: list[str]) -> tuple[Variation, ...]:
    return tuple(Variation(f"{name}: {value}", ((name, value),)) for value in values)


def _languages() -> tuple[Variation, ...]:
    codes = list(PREFIXES)
    return (*_headers(LANGUAGE, codes), *_headers("Accept-Language", codes[::2]))


def _cultures() -> tuple[Variation, ...]:
    beside = [((LANGUAGE, "no"), ("SO-Culture", culture)) for culture in CULTURES]
    alone = [(("SO-Culture", culture),) for culture in CULTURES[:3]]
    zones = (("US-NY,includeTZOffset", "de", "sv"), ("NO", "en", "nb-NO"))
    there = [((TIME_ZONE, zone), (LANGUAGE, language), ("SO-Culture", culture)) for zone, language, culture in zones]
    return tuple(Variation(f"SO-Culture: {fields[-1][1]}", fields) for fields in (*beside, *alone, *there))


def selected(*names: str) -> str:
    """Return the raw query that selects *names*."""
    return f"$select={quote(','.join(names), safe=',/')}"


def _selection(says: str, *names: str) -> Variation:
    return Variation(says, (), selected(*names))


def _select_forms(shape: Shape) -> Iterator[Variation]:
    names = list(shape.properties)
    if not names:
        return
    first, last = names[0], names[-1]
    yield _selection("one member", first)
    yield _selection("two members", last, first)
    yield _selection("lower case", first.lower())
    yield _selection("upper case", last.upper())
    yield _selection("every member", *names)
    yield _selection("an unknown member", "NoSuchMember")
    yield _selection("an unknown member beside a known one", "No'Such\"Mæmber", last)
    yield _selection("the page's example", "name", "department", "category/id")
    yield _selection("a member twice", first, first)
    yield _selection("blanks", f" {first} ", f"\t{last}")
    yield _selection("empty places", "", first, "", "")
    yield _selection("slashes at the ends", f"/{first}/")
    leaf = next((name for name, member in shape.properties.items() if member.kind not in ("object", "array")), last)
    yield _selection("below a leaf", f"{leaf}/{first}")
    yield Variation("nothing", (), "$select=")
    yield Variation("no sign", (), "$select")
    yield Variation("commas alone", (), "$select=,,,")
    yield Variation("commas escaped", (), f"$select={first}%2C{last}")
    yield Variation("the sign escaped", (), f"%24select={first}")
    yield Variation("the parameter twice", (), f"$select={first}&$select={last}")
    yield Variation("the parameter in upper case", (), f"$SELECT={first}")
    yield Variation("a star", (), "$select=*")
    yield Variation("blanks as plus signs", (), f"$select=+{first}+,+{last}")
    yield _selection("a long list", *itertools.islice(itertools.cycle(names), MANY))


def _select_members(shape: Shape) -> Iterator[Variation]:
    names = list(shape.properties)
    for start in range(0, len(names), SELECTED_TOGETHER):
        together = names[start : start + SELECTED_TOGETHER]
        yield _selection(f"{together[0]} to {together[-1]}", *together)


def _select_nested(shape: Shape) -> Iterator[Variation]:
    for path in _paths(shape, DEPTH):
        yield _selection(path, path)
    records = [path for path in _paths(shape, 1) if "/" in path]
    if records:
        parent = records[0].partition("/")[0]
        yield _selection("a member and all of it", records[0], parent)
        yield _selection("below what has no members", f"{records[0]}/Nothing")
        yield _selection("mixed case", records[0].swapcase())


def _paths(shape: Shape, depth: int, above: str = "") -> Iterator[str]:
    """Yield one path into each record of *shape*, and into the first record of each record, *depth* levels down."""
    for name, member in shape.properties.items():
        record = member.items if member.kind == "array" else member
        if record.properties:
            inner = next(iter(record.properties))
            deeper = list(_paths(record, depth - 1, f"{above}{name}/")) if depth > 1 else []
            yield deeper[0] if deeper else f"{above}{name}/{inner}"


def _select_told(shape: Shape) -> Iterator[Variation]:
    names = list(shape.properties)
    if names:
        dates = [name for name, member in shape.properties.items() if member.node.get("format") == "iso-date-time"]
        query = selected(*(dates[:3] or names[:3]))
        yield Variation("dates in a zone", ((TIME_ZONE, "US-NY,includeTZOffset"),), query)
        yield Variation("members in a language", ((LANGUAGE, "de"),), selected(*names[::5]))
        yield Variation("nothing known, in a zone", ((TIME_ZONE, "UTC,includeTZOffset"),), selected("NoSuchMember"))
