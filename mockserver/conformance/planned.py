"""Planned requests: what a document and its dialect call for, without chance (docs/check.md lists the families)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from mockserver import media
from mockserver.conformance import spellings
from mockserver.conformance.case import Case, Expected, joined, with_header
from mockserver.conformance.credentials import AND, Credential, admits, almost, combinations, empty, spelled, wrong
from mockserver.conformance.expectation import offers, success_of, turns
from mockserver.conformance.profile import SAFE, Profile
from mockserver.conformance.simplest import ABSENT, bounds_of, sample_of, simplest
from mockserver.conformance.styles import is_filled, with_value, without
from mockserver.contract import Contract, Operation, Parameter, Shape
from mockserver.exchange import Request
from mockserver.reading import MERGE, PATCH
from mockserver.redaction.names import kinds
from mockserver.superoffice import planned as superoffice

INTEGERS = (0, 1, -1, 2**31 - 1, -(2**31), 2**31, -(2**31) - 1, 2**63, 1.5, "1", "one", "", True, None)
RANGES = (
    "*/*",
    "application/*",
    "text/*",
    "text/*;q=0.5, application/xml;q=0.9",
    "*",
    "application/json; charset=utf-8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",  # a browser's
    "*/*;q=0.1",
    "",
)
LONGEST = 2**63 - 1
BARE = (*SAFE, "TRACE")
MALFORMED_RANGES = ("nonsense", ";;", "application/json;q=2")
REPEATED = 12
LONGEST_SAID = 40
UNKNOWN_TYPES = ("text/plain", "image/png", "application/octet-stream", "multipart/form-data; boundary=x", "nonsense")
BROKEN = (
    ("a lone brace", b"{"),
    ("a lone angle bracket", b"<"),
    ("bytes that are no UTF-8", b"\xff\xfe\xfd"),
)
# Values of Authorization that hold no credential, or none that anybody has.
UNREADABLE = ("", "Basic", "Basic !", "Basic bm9uZQ==", "Nonsense nonsense", "Bearer", f"Bearer {'x' * 4000}")
NOT_OBJECTS = ("[]", '"text"', "1", "null", "[{}]")
COMBINED = 0.5
KNOWN = 8
ENDINGS = 100
ASKED_AGAIN = 0.5
ABOUT_THE_ANSWER = ("time-zone", "language", "culture", "select", "accept/offered")
# Each zone and media type is compared with another for sure, and one record told in languages and without any.
OF_KNOWN_RECORDS = ("time-zone/code", "time-zone/form", "accept/offered", "select/members")
IN_LANGUAGES = "language/vendor"


@dataclass(frozen=True, slots=True)
class Ground:
    """What the planned requests to one operation are made from; *plain* is the simplest good request."""

    contract: Contract
    operation: Operation
    profile: Profile
    credentials: tuple[Credential, ...]
    plain: Request
    value: Any = ABSENT

    def case(self, family: str, says: str, request: Request, expected: Expected = Expected.READING) -> Case:
        """Return a case of this operation."""
        return Case(family, self.operation.id, request, says, expected=expected)

    def together(self, credential: Credential) -> Iterator[tuple[Credential, ...]]:
        """Yield *credential* with those given that the operation asks for beside it, for each requirement with it."""
        return combinations(credential, self.operation.security, self.contract.security_schemes, self.credentials)

    def admits(self, credentials: Iterable[Credential]) -> bool:
        """Whether *credentials* are all that one requirement of the operation asks for."""
        return admits(self.operation.security, self.contract.security_schemes, credentials)

    def with_body(self, media_type: str, body: bytes) -> Request:
        """Return the plain request with another body."""
        return with_header(replace(self.plain, body=body), "Content-Type", media_type)

    def with_parameter(self, parameter: Parameter, value: Any) -> Request | None:
        """Return the plain request with *value* for *parameter*, in place of what it has; None where none can be."""
        return None if value is ABSENT else with_value(self.plain, self.operation, parameter, value)

    def encoded(self, media_type: str, value: Any) -> bytes | None:
        """Return *value* as a body of *media_type*, None where nobody can write it."""
        if media.family(media_type) is None:
            return None
        content = self.operation.contents[media_type]
        if media_type == PATCH and isinstance(value, dict):
            value = [{"op": "replace", "path": f"/{name}", "value": member} for name, member in value.items()]
        return media.encode(media_type, value, content.schema.shape if content.schema else None)

    @property
    def shape(self) -> Shape | None:
        """The form of the documented success."""
        answer = success_of(self.operation)
        contents = answer.contents.values() if answer else ()
        return next((each.schema.shape for each in contents if each.schema), None)


@dataclass(frozen=True, slots=True)
class Family:
    """Planned requests of one kind; *says* is what they try."""

    name: str
    says: str
    cases: Callable[[Ground], Iterable[Case]]


def ground(
    contract: Contract, operation: Operation, profile: Profile, credentials: tuple[Credential, ...] = ()
) -> Ground | None:
    """Return what planned requests to *operation* are made from; None where no good request can be made up."""
    start = Ground(contract, operation, profile, credentials, Request(operation.method, operation.path))
    for parameter in operation.parameters:
        if parameter.required:
            request = start.with_parameter(parameter, sample_of(parameter))
            if request is None:
                return None
            start = replace(start, plain=request)
    if not is_filled(start.plain):
        return None
    return _with_value(start) if operation.contents else start


def _with_value(start: Ground) -> Ground | None:
    """Return *start* with a good body in the first media type that we can write."""
    for media_type, content in start.operation.contents.items():
        value = next(iter(content.examples.values()), ABSENT)
        if value is ABSENT and content.schema is not None:
            value = simplest(content.schema)
        body = None if value is ABSENT else start.encoded(media_type, value)
        if body is not None:
            return replace(start, plain=start.with_body(media_type, body), value=value)
    return None if start.operation.body_required else start


def planned(start: Ground, most: int, seed: int) -> list[Case]:
    """Return at most *most* cases in the order of the families, chosen evenly where there are more.

    *seed* chooses the ids that are asked for where any will do, and the combinations that fill up
    what the families leave of :data:`COMBINED` of *most*.
    """
    chance = Random(f"{seed} {start.operation.id}")  # noqa: S311 (chooses cases)
    families = [each for each in FAMILIES if start.profile.reason_not_sent(each.name) is None]
    cases = [case for family in families for case in family.cases(start)]
    records = _Records(start.value, chance)
    if start.profile.new_ids:
        cases = [_of_another_id(case, start, records) for case in cases]
    if start.profile.reason_not_sent("combination") is None:
        room = max(0, round(most * COMBINED) - len(cases))
        cases += itertools.islice(_combinations(start, chance, records), room)
    return evenly(_in_turns(cases, start), most)


def evenly(cases: list[Case], most: int) -> list[Case]:
    """Return *most* of *cases* at even distances, or all."""
    return cases if len(cases) <= most else [cases[index * len(cases) // most] for index in range(most)]


def _in_turns(cases: list[Case], start: Ground) -> list[Case]:
    """Return *cases* with an ``Accept`` each, in turns, where they have none: every type is answered in."""
    offered = turns(start.operation)
    if not offered:
        return cases
    order = itertools.cycle(offered)
    return [
        case
        if "accept" in case.request.headers or case.family == "accept/none"
        else replace(case, request=with_header(case.request, "Accept", next(order)))
        for case in cases
    ]


class _Records:
    """Bodies like *value*, about other records: half of them of a few, asked for again and again in other words."""

    def __init__(self, value: Any, chance: Random) -> None:
        self._value = value
        self._chance = chance
        self._endings = itertools.cycle(chance.sample(range(ENDINGS), ENDINGS))
        self._known = [self._new() for _ in range(KNOWN)]

    def another(self, *, again: bool = False) -> Any:
        """Return the next; *again* makes sure that it is a known one."""
        if again or self._chance.random() < ASKED_AGAIN:
            return self._chance.choice(self._known)
        return self._new()

    def _new(self) -> Any:
        if not isinstance(self._value, dict):
            return self._value
        return {name: self._new_id() if type(member) is int else member for name, member in self._value.items()}

    def _new_id(self) -> int:
        """Return an id of any magnitude, each as likely: what goes wrong above 16 or 24 bits is met, too.

        The last digits of larger ones take turns, so that what goes wrong with one id in 25 is met for sure.
        """
        number = self._chance.randrange(1, 2 ** self._chance.randint(4, 31))
        return number if number < 2 * ENDINGS else (number // ENDINGS - 1) * ENDINGS + next(self._endings)


def _of_another_id(case: Case, start: Ground, records: _Records) -> Case:
    """Return *case* about another record, where it is not about the body: each answer shows other values."""
    if case.request.body != start.plain.body or not case.family.startswith(ABOUT_THE_ANSWER):
        return case
    if case.family == IN_LANGUAGES:
        return case
    again = case.family in OF_KNOWN_RECORDS
    media_type = case.request.headers.get("content-type", "")
    body = start.encoded(media_type, records.another(again=again)) if media_type in start.operation.contents else None
    return case if body is None else replace(case, request=replace(case.request, body=body))


def _combinations(start: Ground, chance: Random, records: _Records) -> Iterator[Case]:
    """Yield requests without end that ask for several things at once, of any id."""
    variations = [each for family in _variations(start) if "unknown" not in family.name for each in family.variations]
    types = [each for each in start.operation.contents if start.encoded(each, start.value) is not None]
    while True:
        request = start.plain
        if types:
            media_type = chance.choice(types)
            request = start.with_body(media_type, start.encoded(media_type, records.another()) or b"")
        for variation in chance.sample(variations, min(2, len(variations))):
            request = _varied(request, variation)
        yield start.case("combination", "several things at once", request)


def _varied(request: Request, variation: superoffice.Variation) -> Request:
    for name, value in variation.fields:
        request = with_header(request, name, value)
    # A second $select would add to the first.
    query = request.query if "select" in request.query.lower() else joined(request.query, variation.query)
    return replace(request, query=query)


def _variations(start: Ground) -> tuple[superoffice.Family, ...]:
    if start.contract.document.root.get("x-dialect") != "superoffice" or start.shape is None:
        return ()
    return superoffice.families(start.shape)


def _dialect(name: str) -> Callable[[Ground], Iterator[Case]]:
    def cases(start: Ground) -> Iterator[Case]:
        for family in _variations(start):
            if family.name == name:
                for each in family.variations:
                    yield start.case(name, each.says, _varied(start.plain, each))

    return cases


def _example(start: Ground) -> Iterator[Case]:
    yield start.case("example", "the plain request", start.plain)
    for media_type, content in start.operation.contents.items():
        for name, value in (content.examples or {"": start.value}).items():
            body = None if value is ABSENT else start.encoded(media_type, value)
            request = start.plain if body is None else start.with_body(media_type, body)
            if request != start.plain:
                yield start.case("example", f"{name or 'the same'} as {media_type}", request)


def _body_written(start: Ground) -> Iterator[Case]:
    for index, (media_type, body) in enumerate(_bodies(start)):
        written = (media_type.upper(), f"{media_type}; charset=utf-8", f'{media_type};charset="UTF-8"')[index % 3]
        yield start.case("body/written", written, start.with_body(written, body))


def _body_spelled(start: Ground) -> Iterator[Case]:
    for media_type, says, body, expected in _respelled(start, spellings.GOOD):
        yield start.case("body/spelled", f"{says} as {media_type}", start.with_body(media_type, body), expected)


def _respelled(start: Ground, spelled: spellings.Table) -> Iterator[tuple[str, str, bytes, Expected]]:
    """Yield a good body in each of the spellings *spelled*: families take turns, and media types of one family.

    A server that takes XML for a stranger's is so asked for JSON, too, before the run gives up.
    """
    written: dict[str, list[tuple[str, bytes]]] = {}
    for media_type, body in _bodies(start) if isinstance(start.value, dict) else ():
        if media_type != PATCH:
            written.setdefault(media.family(media_type) or "", []).append((media_type, body))
    columns = (zip(spelled.get(family, ()), itertools.cycle(bodies)) for family, bodies in written.items())
    for row in itertools.zip_longest(*columns):
        for spelling, (media_type, body) in filter(None, row):
            yield media_type, spelling.says, spelling.spell(body), spelling.expected


def _bodies(start: Ground) -> Iterator[tuple[str, bytes]]:
    """Yield each media type that we can write, with a good body."""
    for media_type in start.operation.contents if start.value is not ABSENT else ():
        body = start.encoded(media_type, start.value)
        if body is not None:
            yield media_type, body


def _body_broken(start: Ground) -> Iterator[Case]:
    for media_type in {media.family(each): each for each, _ in _bodies(start)}.values():
        for says, body in BROKEN:
            yield start.case("body/broken", f"{says} as {media_type}", start.with_body(media_type, body))
    for media_type, says, body, expected in _respelled(start, spellings.BROKEN):
        yield start.case("body/broken", f"{says} as {media_type}", start.with_body(media_type, body), expected)


def _body_truncated(start: Ground) -> Iterator[Case]:
    for media_type, body in _bodies(start):
        cut = len(body) - 1 - len(body) // 4
        yield start.case("body/truncated", f"{cut} bytes of {media_type}", start.with_body(media_type, body[:cut]))


def _body_empty(start: Ground) -> Iterator[Case]:
    for media_type in start.operation.contents:
        yield start.case("body/empty", media_type, start.with_body(media_type, b""))


def _body_foreign(start: Ground) -> Iterator[Case]:
    for media_type in UNKNOWN_TYPES if start.operation.contents else ():
        yield start.case("body/foreign", media_type, start.with_body(media_type, start.plain.body))
    for media_type, body in itertools.islice(_bodies(start), 1):
        yield start.case("body/foreign", "an unknown charset", start.with_body(f"{media_type}; charset=x-none", body))


def _body_form(start: Ground) -> Iterator[Case]:
    written = [each for each in start.operation.contents if media.family(each) == "json" and each != PATCH]
    for media_type in written[:1]:
        for text in NOT_OBJECTS:
            yield start.case("body/form", f"{text} as {media_type}", start.with_body(media_type, text.encode()))
    if isinstance(start.value, dict):
        for media_type in (each for each in start.operation.contents if each == MERGE):
            for name in start.value:
                body = json.dumps({name: None}).encode()
                yield start.case("body/form", f"{name} removed", start.with_body(media_type, body))


def _another(value: Any) -> Any:
    """Return a value like *value* that is another one, where it is a number."""
    return value + 1 if type(value) in (int, float) else value


def _body_patch(start: Ground) -> Iterator[Case]:
    if PATCH not in start.operation.contents or not isinstance(start.value, dict):
        return
    for name, value in start.value.items():
        path = f"/{name}"
        for operations in (
            [{"op": "add", "path": path, "value": value}],
            [{"op": "replace", "path": path.lower(), "value": value}],
            [{"op": "replace", "path": name, "value": value}],
            [
                {"op": "add", "path": path, "value": _another(value)},
                {"op": "replace", "path": path, "value": value},
                {"op": "test", "path": path, "value": value},
            ],
            [{"op": "test", "path": path, "value": "other"}],
            [{"op": "remove", "path": path}],
            [{"op": "add", "path": "/No/Such", "value": value}],
            [{"op": "replace", "path": path}],
            [{"op": "no", "path": path, "value": value}],
            [],
        ):
            text = json.dumps(operations)
            yield start.case("body/patch", text, start.with_body(PATCH, text.encode()))


def _body_chunked(start: Ground) -> Iterator[Case]:
    for media_type, body in _bodies(start):
        request = with_header(start.with_body(media_type, body), "Transfer-Encoding", "chunked")
        yield start.case("body/chunked", media_type, request)


def _integer(start: Ground) -> Iterator[Case]:
    media_type = next((each for each, _ in _bodies(start)), None)
    if media_type is not None and isinstance(start.value, dict):
        for name in (name for name, value in start.value.items() if type(value) is int):
            for value in INTEGERS:
                body = start.encoded(media_type, {**start.value, name: value})
                if body is not None:
                    request = start.with_body(media_type, body)
                    yield start.case("integer", f"{name} {value}", request, _expected(value))
    for parameter in start.operation.parameters:
        for value in INTEGERS if parameter.schema.shape.kind == "integer" else ():
            if value == "" and parameter.location == "path":
                continue  # another path
            # Many servers take a parameter without a value for none.
            expected = Expected.ANYTHING if value == "" else _expected(value)
            yield from _valued(start, "integer", parameter, value, expected)


def _expected(value: Any) -> Expected:
    """Return what is expected of an integer: no document says how many digits a server can hold, but none may fail."""
    return Expected.ANYTHING if type(value) is int and value > LONGEST else Expected.READING


def _valued(
    start: Ground, family: str, parameter: Parameter, value: Any, expected: Expected = Expected.READING
) -> Iterator[Case]:
    """Yield the case with *value* for *parameter*, if it can be written."""
    request = start.with_parameter(parameter, value)
    if request is not None:
        yield start.case(family, f"{parameter.name} {_short(value)}", request, expected)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= LONGEST_SAID else f"{text[:LONGEST_SAID]}… ({len(text)} characters)"


def _parameter_listed(start: Ground) -> Iterator[Case]:
    for parameter in start.operation.parameters:
        shape = parameter.schema.shape
        values = shape.node.get("enum", ())
        if shape.kind == "array" and parameter.media_type is None:
            values = values or [[each] for each in shape.items.node.get("enum", ())]
        for value in values:
            yield from _valued(start, "parameter/listed", parameter, value)


def _parameter_optional(start: Ground) -> Iterator[Case]:
    """Yield each with its value alone, and all others without it: the plain request has none."""
    everything = start
    optional = [each for each in _untried(start) if not each.required]
    for parameter in optional:
        yield from _valued(start, "parameter/optional", parameter, sample_of(parameter))
        request = everything.with_parameter(parameter, sample_of(parameter))
        everything = everything if request is None else replace(everything, plain=request)
    for parameter in optional if len(optional) > 1 else ():
        yield start.case("parameter/optional", f"all but {parameter.name}", without(everything.plain, parameter))


def _untried(start: Ground) -> Iterator[Parameter]:
    """Yield the parameters that are in no words of the vendor's, and tell not who asks."""
    is_secret = kinds(name for _, name in start.contract.api_keys)
    names = {name.lower() for each in _variations(start) for one in each.variations for name in one.names}
    for parameter in start.operation.parameters:
        if parameter.name.lower() not in names and is_secret(parameter.name) is None:
            yield parameter


def _parameter_bounds(start: Ground) -> Iterator[Case]:
    for parameter in _untried(start):
        known = [json.dumps(each) for each in INTEGERS] if parameter.schema.shape.kind == "integer" else []
        for value in bounds_of(parameter):
            if json.dumps(value) not in known:
                known.append(json.dumps(value))
                yield from _valued(start, "parameter/bounds", parameter, value)


def _parameter_missing(start: Ground) -> Iterator[Case]:
    for parameter in start.operation.parameters:
        if parameter.required and parameter.location != "path":
            yield start.case("parameter/missing", f"without {parameter.name}", without(start.plain, parameter))


def _query(start: Ground) -> Iterator[Case]:
    for query in ("no-such-parameter=1", "a=1&a=2&b", "%00=%ff", "=&&="):
        yield start.case("query", query, replace(start.plain, query=joined(start.plain.query, query)))


def _accept(start: Ground) -> Iterator[Case]:
    for value in (*offers(start.operation), *RANGES):
        yield start.case("accept/offered", value, with_header(start.plain, "Accept", value))
    for value in MALFORMED_RANGES:
        yield start.case("accept/offered", value, with_header(start.plain, "Accept", value), Expected.ANYTHING)


def _accept_none(start: Ground) -> Iterator[Case]:
    for value in ("image/png", "application/pdf, image/*", "*/*;q=0") if offers(start.operation) else ():
        yield start.case("accept/none", value, with_header(start.plain, "Accept", value))


def _secured(start: Ground) -> bool:
    return bool(start.operation.security) and {} not in start.operation.security


def _credentials_right(start: Ground) -> Iterator[Case]:
    for each in _accompanied(start, lambda credential: [credential]):
        yield _with(each, start.case("credentials/right", "", start.plain, Expected.ACCEPTANCE))


def _credentials_spelled(start: Ground) -> Iterator[Case]:
    for each in _accompanied(start, spelled):
        yield _with(each, start.case("credentials/spelled", "", start.plain, Expected.ACCEPTANCE))


def _credentials_almost(start: Ground) -> Iterator[Case]:
    for each in _accompanied(start, almost):
        if not start.admits(each[1:]):
            yield _with(each, start.case("credentials/almost", "", start.plain, Expected.UNAUTHORIZED))


def _accompanied(
    start: Ground, variants: Callable[[Credential], Iterable[Credential]]
) -> Iterator[tuple[Credential, ...]]:
    """Yield the *variants* of each credential given, with those that are needed beside it; no set of them twice.

    A credential of no scheme that the document knows is tried alone, one of another operation's is not.
    """
    met: set[frozenset[str]] = set()
    for credential in start.credentials if _secured(start) else ():
        beside = min(start.together(credential), key=len, default=None)
        if beside is None and any(credential.fits(each) for each in start.contract.security_schemes.values()):
            continue
        for each in variants(credential):
            found = (each, *(beside or ())[1:])
            names = frozenset(one.name for one in found)
            if names not in met:
                met.add(names)
                yield found


def _with(credentials: tuple[Credential, ...], case: Case) -> Case:
    """Return *case* with *credentials* alone."""
    names = AND.join(each.name for each in credentials)
    return replace(case, says=case.says or names, authorized=False, credential=names)


def _credentials_wrong(start: Ground) -> Iterator[Case]:
    schemes = start.contract.security_schemes
    for name in _scheme_names(start) if _secured(start) else ():
        credential = wrong(schemes[name])
        case = start.case("credentials/wrong", name, credential.on(start.plain), Expected.UNAUTHORIZED)
        beside = min(start.together(credential), key=len, default=())[1:]
        yield _with(() if start.admits(beside) else beside, case)


def _credentials_missing(start: Ground) -> Iterator[Case]:
    if not _secured(start):
        return
    case = replace(start.case("credentials/missing", "none", start.plain, Expected.UNAUTHORIZED), authorized=False)
    for says, request in _in_each_form(start):
        yield replace(case, request=request, says=f"none, {says}")
    for value in UNREADABLE:
        request = with_header(start.plain, "Authorization", value)
        yield replace(case, request=request, says=f"Authorization: {value[:40]}")
    for name in _scheme_names(start):
        key = empty(start.contract.security_schemes[name])
        if key is not None:
            yield replace(case, request=key.on(start.plain), says=f"{name} without a value")
    for credential in start.credentials:
        for _, *beside in start.together(credential):
            if beside and not start.admits(beside):
                yield _with(tuple(beside), replace(case, says=f"no {credential.name}"))


def _scheme_names(start: Ground) -> dict[str, None]:
    return dict.fromkeys(name for each in start.operation.security for name in each)


def _in_each_form(start: Ground) -> Iterator[tuple[str, Request]]:
    """Yield the plain request in each media type that it may be sent in, and that may be asked for, in turns."""
    sent = [(each, start.with_body(each, body)) for each, body in _bodies(start)] or [("as it is", start.plain)]
    offered = offers(start.operation) or ("",)
    for index in range(max(len(sent), len(offered))):
        (media_type, request), accept = sent[index % len(sent)], offered[index % len(offered)]
        yield f"{media_type}, {accept}", with_header(request, "Accept", accept) if accept else request


def _method(start: Ground) -> Iterator[Case]:
    documented = start.contract.methods(start.plain.path)
    for method in start.profile.methods:
        if method not in documented:
            bare = Request(method, start.plain.path, start.plain.query)
            yield start.case("method", method, bare if method in BARE else replace(start.plain, method=method))


def _path(start: Ground) -> Iterator[Case]:
    for path in (f"{start.plain.path}NoSuch", f"{start.plain.path}/no/such"):
        if not start.contract.methods(path):
            yield start.case("path", path, replace(start.plain, path=path))


def may_write(operation: Operation) -> bool:
    """Whether *operation* may change what is known: the document says so, or its method does (RFC 9110, 9.2.1)."""
    return bool(operation.node.get("x-writes", operation.method not in SAFE))


def _repeat(start: Ground) -> Iterator[Case]:
    if not may_write(start.operation):
        values = offers(start.operation) or ("*/*",)
        for value in itertools.islice(itertools.cycle(values), REPEATED):
            yield start.case("repeat", value, with_header(start.plain, "Accept", value))


def _families() -> Iterator[Family]:
    yield Family("example", "the document's examples in each media type", _example)
    yield Family("body/written", "a good body in each media type, with a charset or in capitals", _body_written)
    yield Family("body/spelled", "a good body with other names, blanks, members and escapes", _body_spelled)
    yield Family("accept/offered", "each media type and range that is offered", _accept)
    yield Family("credentials/right", "each credential given", _credentials_right)
    yield Family("credentials/spelled", "each with its scheme in lower case", _credentials_spelled)
    yield Family("credentials/almost", "each with another password, or a character more or less", _credentials_almost)
    yield Family("credentials/wrong", "a wrong credential of each scheme", _credentials_wrong)
    yield Family(
        "credentials/missing", "no credential, in each media type, and none that can be read", _credentials_missing
    )
    for family in superoffice.TOLD:
        yield Family(*family, _dialect(family[0]))
    yield Family("integer", "0, 1, -1, the bounds of int32 and beyond, and what is no integer", _integer)
    yield Family("parameter/listed", "each value of a parameter's list", _parameter_listed)
    yield Family("parameter/optional", "each optional parameter alone, and all others without it", _parameter_optional)
    yield Family("parameter/bounds", "the least and largest values and lengths, and those beyond", _parameter_bounds)
    yield Family("parameter/missing", "without a required parameter", _parameter_missing)
    yield Family("body/patch", "JSON Patches that apply, and that do not", _body_patch)
    yield Family("body/form", "values of another form", _body_form)
    yield Family("body/broken", "bodies that are not of their media type", _body_broken)
    yield Family("body/truncated", "good bodies cut off", _body_truncated)
    yield Family("body/empty", "no body in each media type", _body_empty)
    yield Family("body/foreign", "media types and charsets that are not taken", _body_foreign)
    yield Family("body/chunked", "a good body in chunks", _body_chunked)
    yield Family("query", "parameters that are not documented", _query)
    yield Family("accept/none", "nothing that is offered", _accept_none)
    yield Family("method", "methods that the path does not document", _method)
    yield Family("path", "paths that the document does not have", _path)
    yield Family("repeat", "the same question again", _repeat)


FAMILIES = tuple(_families())
