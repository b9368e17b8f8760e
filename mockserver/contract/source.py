"""A document's text: the tree of JSON values that it holds, and the line on which each of them begins.

OAS 3.0.3 (Format) asks for the rules of YAML 1.2, in which keys are texts and ``no``, ``12:30`` and
``2026-01-31`` are texts too; PyYAML goes by YAML 1.1. So its parser is used here, and none of its types.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson
import yaml

from mockserver.contract import pointer as pointers
from mockserver.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEPTH_AT_MOST = 200
REPEATS_AT_MOST = 1_000_000

# YAML 1.2.2, section 10.3.2 (core schema); `.inf` and `.nan` stay texts, for JSON has no such numbers.
NULL = re.compile(r"(?:null|Null|NULL|~)?")
BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
INTEGER = re.compile(r"[-+]?[0-9]+")
OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


class Source:
    """A file as it was read: *name* stands for it in messages."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    def __getstate__(self) -> dict[str, str]:
        """Return what another process needs: the lines are found anew where they are asked for."""
        return {"name": self.name, "text": self.text}

    def tree(self) -> dict[str, Any]:
        """Return the mapping that the text holds; raises DocumentError, with the line, where there is none."""
        root = self._json() if self.text.lstrip().startswith("{") else self._yaml()
        if not isinstance(root, dict):
            raise self._error("is not an OpenAPI document: expected a mapping at the top")
        return root

    def line(self, pointer: str) -> int:
        """Return the line, from 1, on which the node at *pointer* begins; 0 if unknown.

        Where there is no such node, it is the line of the last one on the way there.
        """
        node = self._marked
        if node is None:
            return 0
        line = node.line
        for token in pointers.split(pointer):
            found = _child(node, token)
            if found is None:
                break
            line, node = found
        return line

    @cached_property
    def _marked(self) -> _Node | None:
        try:
            return _Composer(self).compose() if self.text else None
        except DocumentError:
            return None

    def _json(self) -> Any:
        try:
            root = orjson.loads(self.text)
        except orjson.JSONDecodeError as error:
            # YAML in flow style begins with a brace too.
            try:
                return self._yaml()
            except DocumentError:
                raise self._error(f"is not JSON: {error.msg}", error.lineno) from error
        if depth_exceeds(root, DEPTH_AT_MOST):
            raise self._error(f"is nested more than {DEPTH_AT_MOST} deep")
        try:
            json.loads(self.text, object_pairs_hook=_unique)
        except KeyError as error:
            self._yaml()  # knows the lines
            raise self._error(f"has the key {error.args[0]!r} twice") from error
        return root

    def _yaml(self) -> Any:
        node = _Composer(self).compose()
        return None if node is None else _Grower(self).value(node, 0)

    def _error(self, reason: str, line: int = 0) -> DocumentError:
        return DocumentError(self.name, reason, line=line)


def _unique(members: list[tuple[str, Any]]) -> None:
    """Raise KeyError where a name occurs twice (RFC 8259, section 4): a parser would drop one without a word."""
    names = {name for name, _ in members}
    if len(names) != len(members):
        raise KeyError(next(name for name in names if sum(name == each for each, _ in members) > 1))


def depth_exceeds(root: Any, limit: int) -> bool:
    """Return whether the JSON value *root* has more than *limit* levels below it."""
    level = [root] if isinstance(root, dict | list) else []
    for _ in range(limit + 1):
        level = [child for node in level for child in _children(node) if isinstance(child, dict | list)]
        if not level:
            return False
    return True


def _children(node: Any) -> Any:
    return node.values() if isinstance(node, dict) else node


@dataclass(slots=True)
class _Scalar:
    line: int
    value: Any


@dataclass(slots=True)
class _Sequence:
    line: int
    items: list[_Node] = field(default_factory=list)


@dataclass(slots=True)
class _Mapping:
    """*own* has the line of the key beside each value, *merged* what stands under ``<<``."""

    line: int
    own: dict[str, tuple[int, _Node]] = field(default_factory=dict)
    merged: list[_Mapping] = field(default_factory=list)


_Node = _Scalar | _Sequence | _Mapping


def _child(node: _Node, token: str) -> tuple[int, _Node] | None:
    if isinstance(node, _Mapping):
        places = (node.own.get(token), *(_child(each, token) for each in node.merged))
        return next((place for place in places if place is not None), None)
    if isinstance(node, _Sequence) and (index := pointers.index(token)) is not None and index < len(node.items):
        return node.items[index].line, node.items[index]
    return None


class _Composer:
    """Puts the parser's events together, aliases shared and not yet repeated.

    PyYAML's own composer in C crashes the process on a text that is nested very deep.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.events: Iterator[Any] = yaml.parse(source.text, Loader=LOADER)
        self.anchors: dict[str, _Node] = {}

    def compose(self) -> _Node | None:
        """Return the root, or None for an empty text; raises DocumentError with the line for all else."""
        try:
            return self._document()
        except yaml.MarkedYAMLError as error:
            mark: Any = error.problem_mark
            raise self._error(f"is not YAML: {error.problem}", mark) from error
        except (yaml.YAMLError, ValueError) as error:
            raise self._error(f"is not YAML: {str(error).splitlines()[0]}") from error

    def _document(self) -> _Node | None:
        next(self.events)
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return None
        root = self._node(next(self.events), 0)
        next(self.events)
        following = next(self.events)
        if not isinstance(following, yaml.StreamEndEvent):
            raise self._error("holds more than one YAML document", following.start_mark)
        return root

    def _node(self, event: Any, depth: int) -> _Node:
        if depth > DEPTH_AT_MOST:
            raise self._error(f"is nested more than {DEPTH_AT_MOST} deep", event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise self._error(f"is not YAML: no anchor &{event.anchor} ends before its alias", event.start_mark)
            return self.anchors[event.anchor]
        line = event.start_mark.line + 1
        node: _Node
        if isinstance(event, yaml.ScalarEvent):
            node = _Scalar(line, _value(event))
        elif isinstance(event, yaml.SequenceStartEvent):
            node = _Sequence(line, list(self._items(depth)))
        else:
            node = self._mapping(line, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _items(self, depth: int) -> Iterator[_Node]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _mapping(self, line: int, depth: int) -> _Mapping:
        mapping = _Mapping(line)
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            mark: Any = event.start_mark
            if not isinstance(event, yaml.ScalarEvent):
                raise self._error("is not YAML: a key must be a text", mark)
            value = self._node(next(self.events), depth + 1)
            if event.value == "<<" and event.implicit[0]:
                mapping.merged.extend(self._merged(value, mark))
            elif event.value in mapping.own:
                first = mapping.own[event.value][0]
                raise self._error(f"has the key {event.value!r} twice: it stands on line {first} too", mark)
            else:
                mapping.own[event.value] = mark.line + 1, value
        return mapping

    def _merged(self, node: _Node, mark: Any) -> Iterator[_Mapping]:
        for each in node.items if isinstance(node, _Sequence) else (node,):
            if not isinstance(each, _Mapping):
                raise self._error("is not YAML: << takes a mapping, or a list of mappings", mark)
            yield each

    def _error(self, reason: str, mark: Any = None) -> DocumentError:
        return DocumentError(self.source.name, reason, line=mark.line + 1 if mark else 0)


def _value(event: Any) -> Any:
    """Return the value of a scalar; what is quoted or has an unknown tag is text."""
    text: str = event.value
    if event.tag is not None:
        return _tagged(text, event.tag)
    return plain_value(text) if event.implicit[0] else text


def plain_value(text: str) -> Any:
    """Return what YAML 1.2 takes *text* for where it stands without quotes."""
    if NULL.fullmatch(text):
        return None
    if BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if INTEGER.fullmatch(text):
        return int(text)
    if OTHER_BASE.fullmatch(text):
        return int(text, 0)
    return float(text) if NUMBER.fullmatch(text) else text


def _tagged(text: str, tag: str) -> Any:
    name = tag.removeprefix("tag:yaml.org,2002:")
    if name == "null":
        return None
    if name == "bool":
        return text.lower() == "true"
    return {"int": int, "float": float}.get(name, str)(text)


class _Grower:
    """Makes values of nodes, each alias a copy of its own, and refuses a text that grows without measure."""

    def __init__(self, source: Source) -> None:
        self.source = source
        # No text has more nodes than characters, so only repetition can use this up.
        self.left = len(source.text) + REPEATS_AT_MOST

    def value(self, node: _Node, depth: int) -> Any:
        self._count(node, depth)
        if isinstance(node, _Scalar):
            return node.value
        if isinstance(node, _Sequence):
            return [self.value(item, depth + 1) for item in node.items]
        return {name: self.value(child, depth + 1) for name, child in self._members(node, depth).items()}

    def _members(self, node: _Mapping, depth: int) -> dict[str, _Node]:
        """Return members by name: own ones win over merged ones, and of those the earlier over the later."""
        members: dict[str, _Node] = {}
        for each in reversed(node.merged):
            self._count(each, depth)
            members.update(self._members(each, depth + 1))
        members.update((name, child) for name, (_, child) in node.own.items())
        return members

    def _count(self, node: _Node, depth: int) -> None:
        self.left -= 1
        if depth > DEPTH_AT_MOST:
            raise DocumentError(self.source.name, f"is nested more than {DEPTH_AT_MOST} deep", line=node.line)
        if self.left < 0:
            reason = f"grows beyond measure: its aliases repeat more than {REPEATS_AT_MOST:,} nodes"
            raise DocumentError(self.source.name, reason, line=node.line)
