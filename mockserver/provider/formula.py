"""Formulas of a document: a small subset of Python expressions, compiled into functions.

A formula is text from a document, so from anybody. It is parsed, never evaluated: each node of its
tree is matched against what is allowed here and written anew, with access to a record's members as
the only access there is. Results stay small: no powers, no repetition of texts, bounded sizes.
"""

from __future__ import annotations

import ast
import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import mod
from typing import TYPE_CHECKING, Any

from mockserver.provider import words
from mockserver.provider.source import below, salt, split

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mockserver.provider.program import Program

OWNER = "owner"
LONGEST_FORMULA = 2000
SHOWN_AT_MOST = 80
DEEPEST_FORMULA = 50
LONGEST_TEXT = 100_000
MOST_BITS = 256
FORMAT_SPEC = re.compile(r"[<>^]?[+]?0?\d{0,2},?(\.\d{1,2})?[dfs%]?")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# A value that does not fit, a division by zero, a member that is not there: the formula yields nothing.
REFUSALS = (TypeError, ValueError, ArithmeticError, LookupError)

NUMBERS = frozenset({bool, int, float})

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled formula.

    *evaluate* takes a record and returns the value: None where something that it needs is absent
    or does not fit; *write* writes the same for a program. *paths* are the dotted names that it reads.
    *is_constant* tells that it reads no record at all, *draws* that it draws from the record's key.
    """

    text: str
    evaluate: Callable[[Any], Any]
    write: Callable[[Program], str]
    paths: tuple[Path, ...]
    is_constant: bool
    draws: bool


class FormulaError(Exception):
    """A text is no formula; ``str()`` tells why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a formula's value: *absent* stands in for nothing, *fit* turns what is no *type* into one."""

    absent: Callable[[Any], Any]
    type: type[Any] = object
    fit: Callable[[Any], Any] | None = None


def compile_formula(
    text: object, purpose: str, constants: Mapping[str, Any], outcome: Outcome | None = None
) -> Formula:
    """Return the formula that *text* is; raises FormulaError if it is none.

    *purpose* names what the formula computes: its draws hang on that name. *constants* are names
    with values that hold for all records.
    """
    source = str(text)
    if len(source) > LONGEST_FORMULA:
        raise FormulaError(f"a formula has at most {LONGEST_FORMULA} characters")
    try:
        tree = ast.parse(source.strip(), mode="eval")
    except SyntaxError as error:
        raise FormulaError(f"{source[:SHOWN_AT_MOST]!r} is not an expression: {error.msg}") from error
    except (ValueError, MemoryError, RecursionError) as error:
        raise FormulaError("the formula is nested too deeply, or holds a null character") from error
    if _depth(tree) > DEEPEST_FORMULA:
        raise FormulaError(f"a formula is nested at most {DEEPEST_FORMULA} deep")
    writer = _Writer(purpose, constants)
    function = _function(writer.write(tree.body), writer.values, outcome)

    def write(program: Program) -> str:
        inside = _Writer(purpose, constants, program)
        return _written(inside.write(ast.parse(source.strip(), mode="eval").body), inside.values, outcome, program)

    return Formula(source, function, write, tuple(dict.fromkeys(writer.paths)), writer.is_constant, writer.draws)


FRAME = """
def formula(record):
    try:
        value = {expression}
    except REFUSALS:
        value = None
{outcome}    return value
"""
ABSENT = "    if value is None: return absent(record)\n"
FIT = "    if value.__class__ is not kind: return fit(value)\n"


def _function(expression: str, values: Mapping[str, Any], outcome: Outcome | None) -> Callable[[Any], Any]:
    """Return the function that computes *expression*, which sees *values* and no builtins."""
    namespace: dict[str, Any] = {"__builtins__": {}, "REFUSALS": REFUSALS, **values}
    after = ""
    if outcome is not None:
        after = ABSENT + (FIT if outcome.fit else "")
        namespace |= {"absent": outcome.absent, "kind": outcome.type, "fit": outcome.fit}
    # The expression is all _Writer's own: see the module's docstring.
    exec(FRAME.format(expression=expression, outcome=after), namespace)  # noqa: S102
    formula: Callable[[Any], Any] = namespace["formula"]
    return formula


def _written(expression: str, values: Mapping[str, Any], outcome: Outcome | None, program: Program) -> str:
    """Return the variable of *program* that holds what *expression* comes to."""
    program.see({"REFUSALS": REFUSALS, **values})
    if expression.isidentifier():
        value = program.let(expression)
    else:
        value = program.let("None")
        program.line(f"try: {value} = {expression}")
        program.line("except REFUSALS: pass")
    if outcome is not None:
        program.line(f"if {value} is None: {value} = {program.name(outcome.absent)}(record)")
        if outcome.fit:
            kind, fit = program.name(outcome.type), program.name(outcome.fit)
            program.line(f"elif {value}.__class__ is not {kind}: {value} = {fit}({value})")
    return value


class _Writer:
    """Writes an allowed expression anew, so that it reads a record's members, null-safe.

    As part of a *program*, it reads them from the program's variables.
    """

    def __init__(self, purpose: str, constants: Mapping[str, Any], program: Program | None = None) -> None:
        self._program = program
        self._purpose = purpose
        self._constants = constants
        self._temporaries = 0
        self._draws = 0
        self.paths: list[Path] = []
        self.values = dict(VALUES)
        self.is_constant = True
        self.draws = False

    def write(self, node: ast.expr) -> str:  # noqa: C901, PLR0911 (a table of what is allowed)
        """Return *node* as an expression over ``record``; raises FormulaError for what is not allowed."""
        match node:
            case ast.Constant(value=value):
                return _literal(value)
            case ast.Name(id=name):
                return self._name(name)
            case ast.Attribute():
                return self._attribute(node)
            case ast.JoinedStr(values=parts):
                return f"joined({', '.join(self._part(part) for part in parts)})"
            case ast.BinOp(left=left, op=operator, right=right):
                return _arithmetic(self.write(left), operator, self.write(right))
            case ast.UnaryOp(op=operator, operand=operand) if type(operator) in UNARY:
                return f"({UNARY[type(operator)]} {self.write(operand)})"
            case ast.BoolOp(op=operator, values=values):
                word = " and " if isinstance(operator, ast.And) else " or "
                return f"({word.join(self.write(value) for value in values)})"
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return f"({self.write(body)} if {self.write(test)} else {self.write(orelse)})"
            case ast.Compare(left=left, ops=operators, comparators=others):
                compared = zip(operators, others, strict=True)
                rest = "".join(f" {COMPARISONS[type(each)]} {self.write(other)}" for each, other in compared)
                return f"({self.write(left)}{rest})"
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return f"({''.join(f'{self.write(item)}, ' for item in items)})"
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, [self.write(argument) for argument in arguments])
        raise FormulaError(f"{ast.unparse(node)!r} is not allowed in a formula")

    def _name(self, name: str) -> str:
        if name in self._constants:
            self.values[f"c_{name}"] = self._constants[name]
            return f"c_{name}"
        self.is_constant = False
        self.paths.append((name,))
        if name == OWNER:
            return "record.owner"
        place = f"record[{_member(name)}]"
        return place if self._program is None else self._program.member(name)

    def _attribute(self, node: ast.Attribute) -> str:
        path = _dotted(node)
        if path is None:
            raise FormulaError(f"{ast.unparse(node)!r}: only names can be dotted")
        if path[0] in self._constants:
            raise FormulaError(f"{path[0]!r} has no members")
        value = self._name(path[0])
        upwards = path[0] == OWNER
        for name in path[1:]:
            kept = self._temporary()
            # owner.owner leads on upwards; below a member, `owner` is a member like any other.
            upwards = upwards and name == OWNER
            reached = f"{kept}.owner" if upwards else f"{kept}[{_member(name)}]"
            value = f"(None if ({kept} := {value}) is None else {reached})"
        self.paths[-1] = path
        return value

    def _part(self, node: ast.expr) -> str:
        """Return one part of an f-string as an expression with a text for a value: nothing is ``''``."""
        if isinstance(node, ast.Constant):
            return _literal(node.value)
        if not isinstance(node, ast.FormattedValue) or node.conversion != -1:
            raise FormulaError("conversions are not allowed in a formula")
        spec = "" if node.format_spec is None else ast.unparse(node.format_spec)[2:-1]
        if not FORMAT_SPEC.fullmatch(spec):
            raise FormulaError("this format is not allowed in a formula")
        kept, value = self._temporary(), self.write(node.value)
        if spec:
            return f"text({value}, {spec!r})"
        # A text stands as it is, without a call.
        return f"({kept} if ({kept} := {value}).__class__ is str else text({kept}))"

    def _call(self, name: str, arguments: list[str]) -> str:
        if name in FUNCTIONS:
            return f"f_{name}({', '.join(arguments)})"
        if name not in KEYED_FUNCTIONS:
            known = ", ".join(sorted({*FUNCTIONS, *KEYED_FUNCTIONS}))
            raise FormulaError(f"there is no function {name!r}; there are {known}")
        self.is_constant = False
        self.draws = True
        self._draws += 1
        bits = salt(f"{self._purpose}:{self._draws}")
        word = f"split(record.key, {bits})" if self._program is None else self._program.draw(bits)
        return f"f_{name}({', '.join([word, *arguments])})"

    def _temporary(self) -> str:
        self._temporaries += 1
        return f"t{self._temporaries}"


def _depth(tree: ast.AST) -> int:
    """Return how many levels *tree* has; without recursion, since it may have thousands."""
    levels, waiting = 0, [tree]
    while waiting:
        levels += 1
        waiting = [child for node in waiting for child in ast.iter_child_nodes(node)]
    return levels


def _literal(value: object) -> str:
    if value is None or isinstance(value, bool | int | str) or (isinstance(value, float) and math.isfinite(value)):
        return repr(value)
    raise FormulaError(f"{value!r} is not allowed in a formula")


def _member(name: str) -> str:
    if name.startswith("_"):
        raise FormulaError(f"{name!r} is not allowed in a formula")
    return repr(name)


def _dotted(node: ast.expr) -> Path | None:
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=value, attr=name):
            above = _dotted(value)
            return None if above is None else (*above, name)
    return None


def _arithmetic(left: str, operator: ast.operator, right: str) -> str:
    if type(operator) in CHECKED:
        return f"{CHECKED[type(operator)]}({left}, {right})"
    if type(operator) in UNCHECKED:
        return f"({left} {UNCHECKED[type(operator)]} {right})"
    raise FormulaError(f"{type(operator).__name__} is not allowed in a formula")


UNARY: dict[type[ast.unaryop], str] = {ast.Not: "not", ast.USub: "-", ast.UAdd: "+"}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "==", ast.IsNot: "!=",
}  # fmt: skip
# Those that can make large values of small ones are calls, which look at what they get.
CHECKED: dict[type[ast.operator], str] = {ast.Mult: "times", ast.Mod: "modulo", ast.Add: "plus"}
UNCHECKED: dict[type[ast.operator], str] = {ast.Sub: "-", ast.Div: "/", ast.FloorDiv: "//"}


def _times(left: Any, right: Any) -> Any:
    if not (left.__class__ in NUMBERS and right.__class__ in NUMBERS) and not isinstance(left, timedelta):
        raise TypeError
    return _bounded(left * right)


def _modulo(left: Any, right: Any) -> Any:
    if left.__class__ in NUMBERS and right.__class__ in NUMBERS:
        return mod(left, right)
    raise TypeError


def _plus(left: Any, right: Any) -> Any:
    return _bounded(left + right)


def _joined(*parts: str) -> str:
    text: str = _bounded("".join(parts))
    return text


def _bounded(value: Any) -> Any:
    """Return *value*; raises ValueError when it has grown beyond what an answer could hold."""
    kind = value.__class__
    if (kind is str and len(value) > LONGEST_TEXT) or (kind is int and value.bit_length() > MOST_BITS):
        raise ValueError
    return value


def _text(value: Any, spec: str = "") -> str:
    """Return *value* as people read it: nothing is ``''``, a date is in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    return format(value, spec)


def _round(value: Any, places: int = 0) -> Any:
    if not -15 <= places <= 15:  # noqa: PLR2004 (the digits of a double)
        raise ValueError
    return round(value, places) if places else round(value)


def _date(value: Any) -> datetime:
    moment = _moment(value)
    return datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 (a wall clock, as the document has it)


def _moment(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError
    return value


def _weekday(value: Any) -> str:
    if not isinstance(value, datetime):
        raise TypeError
    return WEEKDAYS[value.weekday()]


def _draw(word: int, count: int) -> int:
    if count < 1:
        raise ValueError
    return word * count >> 64


def _pick(word: int, *choice: Any) -> Any:
    return choice[below(word, len(choice))]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "round": _round,
    "abs": abs,
    "int": int,
    "len": len,
    "lower": lambda text: text.lower() if isinstance(text, str) else None,
    "upper": lambda text: text.upper() if isinstance(text, str) else None,
    "ascii": lambda text: words.plain(text) if isinstance(text, str) else None,
    "slug": lambda text: words.slug(text) if isinstance(text, str) else None,
    "initials": lambda text: words.initials(text) if isinstance(text, str) else None,
    "text": _text,
    "days": lambda count: timedelta(days=count),
    "hours": lambda count: timedelta(hours=count),
    "minutes": lambda count: timedelta(minutes=count),
    "date": _date,
    "day": lambda value: _moment(value).day,
    "month": lambda value: _moment(value).month,
    "weekday": _weekday,
}
KEYED_FUNCTIONS: dict[str, Callable[..., Any]] = {"draw": _draw, "digits": words.digits, "pick": _pick}
VALUES: dict[str, Any] = {
    **{f"f_{name}": function for name, function in {**FUNCTIONS, **KEYED_FUNCTIONS}.items()},
    "times": _times,
    "modulo": _modulo,
    "plus": _plus,
    "joined": _joined,
    "text": _text,
    "str": str,
    "split": split,
}
