"""Formulas of a document: a small subset of Python expressions, compiled into functions.

A formula is text from a document, so from anybody. It is parsed, never evaluated: each node of its
tree is matched against what is allowed here and written anew, with access to a record's members as
the only access there is. Results stay small: no powers, no repetition of texts, bounded sizes.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from mockserver.provider import words
from mockserver.provider.source import below, salt, split

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST_FORMULA = 2000
LONGEST_TEXT = 100_000
MOST_BITS = 256
FORMAT_SPEC = re.compile(r"[<>^]?[+]?0?\d{0,2},?(\.\d{1,2})?[dfs%]?")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# A value that does not fit, a division by zero, a member that is not there: the formula yields nothing.
REFUSALS = (TypeError, ValueError, ArithmeticError, LookupError)

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled formula.

    *evaluate* takes a record and returns the value: None where something that it needs is absent
    or does not fit. *paths* are the dotted names that it reads. *is_constant* tells that it reads
    no record at all.
    """

    text: str
    evaluate: Callable[[Any], Any]
    paths: tuple[Path, ...]
    is_constant: bool


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
        raise FormulaError(f"{source!r} is not an expression: {error.msg}") from error
    except (ValueError, MemoryError, RecursionError) as error:
        raise FormulaError("is not an expression: nested too deeply, or holds a null character") from error
    writer = _Writer(purpose, constants)
    body = writer.write(tree.body)
    function = _function(body, writer.values, outcome)
    return Formula(source, function, tuple(dict.fromkeys(writer.paths)), writer.is_constant)


FRAME = """
def formula(record):
    try:
        value = None
    except REFUSALS:
        value = None
"""
ABSENT = "    if value is None: return absent(record)\n"
FIT = "    if value.__class__ is not kind: return fit(value)\n"


def _function(body: ast.expr, values: Mapping[str, Any], outcome: Outcome | None) -> Callable[[Any], Any]:
    """Return the function with *body* for the value, which sees *values* and no builtins."""
    namespace: dict[str, Any] = {"__builtins__": {}, "REFUSALS": REFUSALS, **values}
    frame = FRAME
    if outcome is not None:
        frame += ABSENT + (FIT if outcome.fit else "")
        namespace |= {"absent": outcome.absent, "kind": outcome.type, "fit": outcome.fit}
    module = ast.parse(frame + "    return value\n")
    placeholder = next(node for node in ast.walk(module) if isinstance(node, ast.Assign))
    placeholder.value = body
    # Only nodes that _Writer wrote are in it: see the module's docstring.
    exec(compile(ast.fix_missing_locations(module), "<formula>", "exec"), namespace)  # noqa: S102
    formula: Callable[[Any], Any] = namespace["formula"]
    return formula


class _Writer:
    """Writes an allowed expression anew, so that it reads a record's members, null-safe."""

    def __init__(self, purpose: str, constants: Mapping[str, Any]) -> None:
        self._purpose = purpose
        self._constants = constants
        self._temporaries = 0
        self._draws = 0
        self.paths: list[Path] = []
        self.values: dict[str, Any] = {f"f_{name}": function for name, function in FUNCTIONS.items()}
        self.values |= {f"k_{name}": function for name, function in KEYED_FUNCTIONS.items()}
        self.values |= {"times": _times, "modulo": _modulo, "plus": _plus, "joined": _joined, "text": _text, "str": str}
        self.is_constant = True

    def write(self, node: ast.expr) -> ast.expr:  # noqa: C901, PLR0911 (a table of what is allowed)
        """Return *node* in terms of ``record``; raises FormulaError for what is not allowed."""
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name(id=name):
                return self._name(name)
            case ast.Attribute():
                return self._attribute(node)
            case ast.JoinedStr(values=parts):
                return _call("joined", [self._part(part) for part in parts])
            case ast.BinOp(left=left, op=operator, right=right):
                return self._arithmetic(self.write(left), operator, self.write(right))
            case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.UAdd() as operator, operand=operand):
                return ast.UnaryOp(operator, self.write(operand))
            case ast.BoolOp(op=operator, values=values):
                return ast.BoolOp(operator, [self.write(value) for value in values])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return ast.IfExp(self.write(test), self.write(body), self.write(orelse))
            case ast.Compare(left=left, ops=operators, comparators=others):
                return ast.Compare(self.write(left), operators, [self.write(other) for other in others])
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return ast.Tuple([self.write(item) for item in items], ast.Load())
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, arguments)
        raise FormulaError(f"{ast.unparse(node)!r} is not allowed in a formula")

    def _constant(self, node: ast.Constant) -> ast.expr:
        if node.value is None or isinstance(node.value, bool | int | float | str):
            return ast.Constant(node.value)
        raise FormulaError(f"{node.value!r} is not allowed in a formula")

    def _name(self, name: str) -> ast.expr:
        if name in self._constants:
            self.values[f"c_{name}"] = self._constants[name]
            return ast.Name(f"c_{name}", ast.Load())
        _allowed(name)
        self.is_constant = False
        self.paths.append((name,))
        record = ast.Name("record", ast.Load())
        return ast.Attribute(record, "owner", ast.Load()) if name == "owner" else _item(record, name)

    def _attribute(self, node: ast.Attribute) -> ast.expr:
        path = _dotted(node)
        if path is None:
            raise FormulaError(f"{ast.unparse(node)!r}: only names can be dotted")
        if path[0] in self._constants:
            raise FormulaError(f"{path[0]!r} has no members")
        value = self._name(path[0])
        above = ["owner"] if path[0] == "owner" else []
        for name in path[1:]:
            _allowed(name)
            kept = self._temporary()
            target = ast.Name(kept, ast.Load())
            # owner.owner leads on upwards; below a member, `owner` is a member like any other.
            if name == "owner" and above:
                reached: ast.expr = ast.Attribute(target, "owner", ast.Load())
            else:
                above, reached = [], _item(target, name)
            absent = ast.Compare(ast.NamedExpr(ast.Name(kept, ast.Store()), value), [ast.Is()], [ast.Constant(None)])
            value = ast.IfExp(absent, ast.Constant(None), reached)
        self.paths[-1] = path
        return value

    def _temporary(self) -> str:
        self._temporaries += 1
        return f"t{self._temporaries}"

    def _part(self, node: ast.expr) -> ast.expr:
        """Return one part of an f-string as an expression with a text for a value: nothing is ``''``."""
        if isinstance(node, ast.Constant):
            return node
        if not isinstance(node, ast.FormattedValue) or node.conversion != -1:
            raise FormulaError("conversions are not allowed in a formula")
        spec = "" if node.format_spec is None else ast.unparse(node.format_spec)[2:-1]
        if not FORMAT_SPEC.fullmatch(spec):
            raise FormulaError("this format is not allowed in a formula")
        value = self.write(node.value)
        if spec:
            return _call("text", [value, ast.Constant(spec)])
        # A text stands as it is, without a call.
        kept = self._temporary()
        is_text = ast.Compare(
            ast.Attribute(ast.NamedExpr(ast.Name(kept, ast.Store()), value), "__class__", ast.Load()),
            [ast.Is()],
            [ast.Name("str", ast.Load())],
        )
        return ast.IfExp(is_text, ast.Name(kept, ast.Load()), _call("text", [ast.Name(kept, ast.Load())]))

    def _arithmetic(self, left: ast.expr, operator: ast.operator, right: ast.expr) -> ast.expr:
        match operator:
            case ast.Mult():
                return _call("times", [left, right])
            case ast.Mod():
                return _call("modulo", [left, right])
            case ast.Add():
                return _call("plus", [left, right])
            case ast.Sub() | ast.Div() | ast.FloorDiv():
                return ast.BinOp(left, operator, right)
        raise FormulaError(f"{type(operator).__name__} is not allowed in a formula")

    def _call(self, name: str, arguments: list[ast.expr]) -> ast.expr:
        written = [self.write(argument) for argument in arguments]
        if name in FUNCTIONS:
            return _call(f"f_{name}", written)
        if name not in KEYED_FUNCTIONS:
            known = ", ".join(sorted({*FUNCTIONS, *KEYED_FUNCTIONS}))
            raise FormulaError(f"there is no function {name!r}; there are {known}")
        self.is_constant = False
        self._draws += 1
        key = ast.Attribute(ast.Name("record", ast.Load()), "key", ast.Load())
        return _call(f"k_{name}", [key, ast.Constant(salt(f"{self._purpose}:{self._draws}")), *written])


def _call(name: str, arguments: list[ast.expr]) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), arguments, [])


def _item(value: ast.expr, name: str) -> ast.expr:
    return ast.Subscript(value, ast.Constant(name), ast.Load())


def _allowed(name: str) -> None:
    if name.startswith("_"):
        raise FormulaError(f"{name!r} is not allowed in a formula")


def _dotted(node: ast.expr) -> Path | None:
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=value, attr=name):
            above = _dotted(value)
            return None if above is None else (*above, name)
    return None


def _number(value: Any) -> bool:
    return isinstance(value, int | float)


def _times(left: Any, right: Any) -> Any:
    if not (_number(left) and _number(right)) and not isinstance(left, timedelta):
        raise TypeError
    return _bounded(left * right)


def _modulo(left: Any, right: Any) -> Any:
    if not (_number(left) and _number(right)):
        raise TypeError
    return left % right


def _plus(left: Any, right: Any) -> Any:
    return _bounded(left + right)


def _joined(*parts: str) -> str:
    text: str = _bounded("".join(parts))
    return text


def _bounded(value: Any) -> Any:
    """Return *value*; raises ValueError when it has grown beyond what an answer could hold."""
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise ValueError
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
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


def _draw(key: int, salt: int, count: int) -> int:
    if count < 1:
        raise ValueError
    return below(split(key, salt), count)


def _digits(key: int, salt: int, pattern: str) -> str:
    return words.digits(split(key, salt), pattern)


def _pick(key: int, salt: int, *choice: Any) -> Any:
    return choice[below(split(key, salt), len(choice))]


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
KEYED_FUNCTIONS: dict[str, Callable[..., Any]] = {"draw": _draw, "digits": _digits, "pick": _pick}
