"""Why a value breaks a schema: a validator's errors, told for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from mockserver.contract import pointer as pointers
from mockserver.contract.discriminator import DISCRIMINATED, Discriminator, discriminator, target
from mockserver.contract.shape import NULL_ONLY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import jsonschema_rs

SHOWN_AT_MOST = 80

# What a value should be, by the keyword that it breaks; the names in braces are facts of the validator's error.
EXPECTED = {
    "minimum": "at least {limit}",
    "maximum": "at most {limit}",
    "exclusiveMinimum": "more than {limit}",
    "exclusiveMaximum": "less than {limit}",
    "minLength": "at least {limit} characters long",
    "maxLength": "at most {limit} characters long",
    "minItems": "at least {limit} items long",
    "maxItems": "at most {limit} items long",
    "minProperties": "at least {limit} members large",
    "maxProperties": "at most {limit} members large",
    "multipleOf": "a multiple of {multiple_of}",
    "pattern": "of the form {pattern}",
    "format": "a valid {format}",
    "uniqueItems": "free of repeated items",
    "anyOf": "in keeping with any of the alternatives",
    "oneOf": "in keeping with exactly one of the alternatives",
    "not": "free of what the schema rules out",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One reason why a value breaks a schema.

    *pointer* leads into the value, *contract* to the keyword in the document; *expected*
    and *actual* are texts for people.
    """

    pointer: str
    message: str
    keyword: str
    expected: str
    actual: str
    contract: str

    def __str__(self) -> str:
        """Return the message with its place."""
        return f"{self.pointer or '(root)'}: {self.message}"


def violations(root: Any, value: Any, errors: Iterable[jsonschema_rs.ValidationError]) -> list[Violation]:
    """Return the reasons that *errors* of *value* have, each once, in the order of the value.

    Their schema paths lead into the document *root*. Of what has the wrong type nothing else is said.
    """
    found = [reason for error in errors for reason in _reasons(root, error)]
    mistyped = {each.pointer for each in found if each.keyword == "type"}
    told = [each for each in found if each.keyword == "type" or each.pointer not in mistyped]
    once: dict[tuple[str, str], Violation] = {}
    for each in told:
        once.setdefault((each.pointer, each.message), each)
    return sorted(once.values(), key=lambda each: _order(value, each.pointer))


def _order(value: Any, pointer: str) -> list[int]:
    """Return where in *value* the pointer leads, as something to sort by; members that are absent come last."""
    order = []
    for token in pointers.split(pointer):
        if isinstance(value, list):
            place, value = int(token), value[int(token)]
        else:
            place, value = next((at for at, name in enumerate(value) if name == token), len(value)), value.get(token)
        order.append(place)
    return order


def _reasons(root: Any, error: jsonschema_rs.ValidationError) -> Iterator[Violation]:
    """Yield the reasons of *error*; of a union, those of the branch that was meant."""
    branches: list[list[jsonschema_rs.ValidationError]] = error.kind.as_dict().get("context", [])
    unnamed = _unnamed(root, error) if branches else None
    if unnamed is not None:
        yield unnamed
        return
    meant = _meant(root, error, branches) if branches and all(branches) else None
    if meant is None:
        yield from _told(root, error)
    else:
        for inner in meant:
            yield from _reasons(root, inner)


def _meant(
    root: Any, error: jsonschema_rs.ValidationError, branches: list[list[jsonschema_rs.ValidationError]]
) -> list[jsonschema_rs.ValidationError] | None:
    """Return the errors of the branch that the value was meant for; None if it fits none in the least.

    That is the branch that the discriminator names, the only one that takes more than null, or
    the one that the value came closest to.
    """
    named = _discriminated(root, error)
    if named is not None:
        return branches[named]
    depth = len(error.instance_path)
    real = [branch for branch in branches if not _is_formal(branch, depth)]
    if len(real) == 1:
        return real[0]
    closest = min(real or branches, key=lambda branch: _distance(branch, depth))
    return None if _distance(closest, depth)[0] else closest


def _is_formal(branch: list[jsonschema_rs.ValidationError], depth: int) -> bool:
    """Return whether the branch is one that takes null alone, or a Reference Object."""
    facts = [each.kind.as_dict() for each in branch if len(each.instance_path) == depth]
    return any(each.get("options") == NULL_ONLY or each.get("property") == "$ref" for each in facts)


def _distance(branch: list[jsonschema_rs.ValidationError], depth: int) -> tuple[bool, int, int]:
    """Return how far a value is from *branch*: of another type, without its marks, and by how many errors."""
    is_other = any(len(each.instance_path) == depth and each.kind.name in ("type", "enum") for each in branch)
    marks = sum(
        (len(each.instance_path), each.kind.name) in ((depth, "required"), (depth + 1, "enum")) for each in branch
    )
    return is_other, marks, len(branch)


def _discriminated(root: Any, error: jsonschema_rs.ValidationError) -> int | None:
    """Return the index of the branch that the value names; without a name, of the schema that others extend."""
    choice = _choice(root, error)
    if choice is None:
        return None
    found, place, alternatives = choice
    named = found.targets.get(_name(found, error), place)
    return alternatives.index(named) if named in alternatives else None


def _unnamed(root: Any, error: jsonschema_rs.ValidationError) -> Violation | None:
    """Return the reason that a value names none of the schemas it could be meant for; None if that is not so."""
    choice = _choice(root, error)
    if choice is None:
        return None
    found, place, alternatives = choice
    name = _name(found, error)
    if name is None or name in found.targets or not all(alternatives):
        return None
    pointer, contract = pointers.build([*error.instance_path, found.name]), pointers.join(place, "discriminator")
    options, actual = ", ".join(map(shown, found.targets)), shown(name)
    message = f"{actual} names no schema; those that can be named are {options}"
    return Violation(pointer, message, "discriminator", f"one of {options}", actual, contract)


def _name(found: Discriminator, error: jsonschema_rs.ValidationError) -> Any:
    """Return the text by which the value names a schema, or None."""
    name = error.instance.get(found.name) if isinstance(error.instance, dict) else None
    return name if isinstance(name, str) else None


def _choice(root: Any, error: jsonschema_rs.ValidationError) -> tuple[Discriminator, str, list[str]] | None:
    """Return the discriminator of a union, its place and the pointer of each branch (blank for what none can name)."""
    *owner, keyword = error.schema_path
    place = pointers.build(owner)
    if place.startswith(f"{DISCRIMINATED}/"):
        place = pointers.split(place)[-1]
        found = discriminator(root, _node(root, pointers.split(place)), place)
        return None if found is None else (found, place, found.alternatives)
    union = _node(root, owner)
    found = discriminator(root, union, place)
    if found is None:
        return None
    return found, place, [_alternative(each) for each in union[str(keyword)]]


def _alternative(branch: Mapping[str, Any]) -> str:
    if "$ref" in branch:
        return target(branch)
    return "null" if branch.get("enum") == NULL_ONLY else ""


def _node(root: Any, path: Iterable[str | int]) -> dict[str, Any]:
    """Return the Schema Object at *path*; an empty one for a schema that stands in no document."""
    try:
        node = pointers.resolve(root, pointers.build(path))
    except LookupError:
        return {}
    return node if isinstance(node, dict) else {}


def _told(root: Any, error: jsonschema_rs.ValidationError) -> Iterator[Violation]:
    keyword, facts, instance = error.kind.name, error.kind.as_dict(), cast("Any", error.instance)
    pointer, contract = pointers.build(error.instance_path), pointers.build(error.schema_path)
    if keyword == "required":
        name = facts["property"]
        message = f"required member {name!r} is missing"
        yield Violation(pointers.join(pointer, name), message, keyword, f"a member {name!r}", "absent", contract)
    elif keyword == "additionalProperties":
        for name in facts["unexpected"]:
            message, actual = f"member {name!r} is not declared", shown(instance[name])
            yield Violation(pointers.join(pointer, name), message, keyword, "no undeclared member", actual, contract)
    elif keyword == "type":
        expected, actual = " or ".join(_types(facts["types"])), typed(instance)
        yield Violation(pointer, f"expected {expected}, found {actual}", keyword, expected, actual, contract)
    elif keyword == "enum":
        options, actual = ", ".join(map(shown, facts["options"])), shown(instance)
        yield Violation(pointer, f"{actual} is not among {options}", keyword, f"one of {options}", actual, contract)
    else:
        expected, actual = _expected(root, error), shown(instance)
        yield Violation(pointer, f"{actual} is not {expected}", keyword, expected, actual, contract)


def _types(types: list[str]) -> list[str]:
    """Return *types*, null behind the others."""
    return sorted(types, key=lambda name: name == "null")


def _expected(root: Any, error: jsonschema_rs.ValidationError) -> str:
    keyword = error.kind.name
    if keyword == "pattern":
        owner = _node(root, error.schema_path[:-1])
        # Some patterns stand for what has a better name.
        if "x-flags" in owner:
            return f"made of {', '.join(owner['x-flags'])}"
        if "format" in owner:
            return f"a valid {owner['format']}"
    return EXPECTED.get(keyword, f"in keeping with {keyword}").format_map(error.kind.as_dict())


def typed(value: Any) -> str:
    """Return *value* short enough for a message, its JSON type told."""
    names = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return f"{names[type(value)]} {shown(value)}" if type(value) in names else shown(value)


def shown(value: Any) -> str:
    """Return *value* short enough for a message: large values by their size alone."""
    if isinstance(value, dict):
        return f"an object of {len(value)}" if value else "{}"
    if isinstance(value, list):
        return f"an array of {len(value)}" if value else "[]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN_AT_MOST else text[: SHOWN_AT_MOST - 1] + "…"
