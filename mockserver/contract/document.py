"""An OpenAPI document as it was read: its nodes, what a reference means, and the line of a node."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson
import yaml

from mockserver.contract import pointer as pointers
from mockserver.contract.shape import Shape
from mockserver.errors import DocumentError

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
COMPONENT_SCHEMAS = "/components/schemas/"
REFERENCES_AT_MOST = 64
EXTERNAL = "x-external-documents"


class Document:
    """The tree of one OpenAPI document. *source* names it in messages, *text* is as read."""

    def __init__(self, root: dict[str, Any], source: str = "document", text: str = "") -> None:
        self.root = root
        self.source = source
        self.text = text
        self._shapes: dict[str, Shape] = {}

    @classmethod
    def read(cls, path: str | Path) -> Document:
        """Read a YAML or JSON file; files that it refers to are taken in.

        Raises DocumentError when a file cannot be read or parsed, or is not a mapping.
        """
        source = str(path)
        text = _text(Path(path), source)
        document = cls(_tree(text, source), source, text)
        _Bundler(document, Path(path)).bundle()
        return document

    def error(self, reason: str, pointer: str = "") -> DocumentError:
        """Return a DocumentError that points at *pointer*, with its line."""
        return DocumentError(self.source, reason, pointer, self.line(pointer))

    def at(self, pointer: str) -> Any:
        """Return the node at *pointer*; raises LookupError where there is none."""
        return pointers.resolve(self.root, pointer)

    def follow(self, node: Any, pointer: str) -> tuple[Mapping[str, Any], str, str | None]:
        """Return the node that *node* means, its pointer, and its name if it is a component schema.

        A chain of references is followed to its end; a node without ``$ref`` is returned as
        it is. Raises DocumentError for a reference that leads nowhere or in a circle.
        """
        place = pointer
        for _ in range(REFERENCES_AT_MOST):
            if not isinstance(node, dict):
                raise self.error(f"expected a mapping, found {type(node).__name__}", place)
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node, place, self.component_name(place)
            if not reference.startswith("#"):
                raise self.error(f"cannot follow the reference {reference!r}: only files and this document", place)
            target = unquote(reference[1:])
            try:
                node = self.at(target)
            except LookupError:
                raise self.error(f"the reference {reference!r} leads nowhere", place) from None
            place = target
        raise self.error("the reference leads in a circle", pointer)

    @staticmethod
    def component_name(pointer: str) -> str | None:
        """Return the component's name when *pointer* is that of a component schema."""
        if pointer.startswith(COMPONENT_SCHEMAS):
            name = pointer[len(COMPONENT_SCHEMAS) :]
            return None if "/" in name else name.replace("~1", "/").replace("~0", "~")
        return None

    def shape(self, node: Any, pointer: str) -> Shape:
        """Return the shape of the Schema Object *node*, which stands at *pointer*."""
        target, place, name = self.follow(node, pointer)
        shape = self._shapes.get(place)
        if shape is None:
            shape = self._shapes[place] = Shape(self, target, place, name)
        return shape

    def component(self, name: str) -> Shape:
        """Return the shape of the component schema *name*; raises DocumentError if there is none."""
        place = pointers.join("/components/schemas", name)
        try:
            return self.shape(self.at(place), place)
        except LookupError:
            raise self.error(f"there is no component schema {name!r}") from None

    @property
    def component_names(self) -> tuple[str, ...]:
        """The names of the component schemas, in the document's order."""
        return tuple(self.root.get("components", {}).get("schemas", {}))

    def line(self, pointer: str) -> int:
        """Return the line, from 1, on which the node at *pointer* begins; 0 if unknown."""
        node = self._marks
        if node is None:
            return 0
        line: int = node.start_mark.line + 1
        for token in pointers.split(pointer):
            child = _child(node, token)
            if child is None:
                break
            line, node = child
        return line

    @cached_property
    def _marks(self) -> Any:
        try:
            return yaml.compose(self.text, Loader=Loader) if self.text else None
        except yaml.YAMLError:
            return None


def _child(node: Any, token: str) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == token:
                return key.start_mark.line + 1, value
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge" and (found := _child(value, token)):
                return found
    elif isinstance(node, yaml.SequenceNode) and token.isdigit() and int(token) < len(node.value):
        item = node.value[int(token)]
        return item.start_mark.line + 1, item
    return None


def _text(path: Path, source: str) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError(source, "is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise DocumentError(source, f"cannot be read: {error.strerror}") from error


def _tree(text: str, source: str) -> dict[str, Any]:
    try:
        root = orjson.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader=Loader)  # noqa: S506 (a safe loader)
    except orjson.JSONDecodeError:
        root = _flow_yaml(text, source)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise DocumentError(source, f"is not YAML: {error.problem}", line=mark.line + 1 if mark else 0) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DocumentError(source, f"is not YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(root, dict):
        raise DocumentError(source, "is not an OpenAPI document: expected a mapping at the top")
    return _plain(root, source)


def _flow_yaml(text: str, source: str) -> Any:
    """A text that begins with a brace and is not JSON may still be YAML in flow style."""
    try:
        return yaml.load(text, Loader=Loader)  # noqa: S506 (a safe loader)
    except yaml.YAMLError:
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise DocumentError(source, f"is not JSON: {error.msg}", line=error.lineno) from error


def _plain(value: Any, source: str) -> Any:
    """Return *value* with keys as strings and dates as text, as JSON would have them."""
    if isinstance(value, dict):
        return {str(key): _plain(item, source) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, source) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


class _Bundler:
    """Takes the files that a document refers to into it, and turns those references inward."""

    def __init__(self, document: Document, path: Path) -> None:
        self.document = document
        self.path = path
        self.names: dict[Path, str] = {}

    def bundle(self) -> None:
        self._walk(self.document.root, self.path, "")

    def _walk(self, node: Any, path: Path, prefix: str) -> None:
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str):
                node["$ref"] = self._inward(reference, path, prefix)
            for value in node.values():
                self._walk(value, path, prefix)
        elif isinstance(node, list):
            for value in node:
                self._walk(value, path, prefix)

    def _inward(self, reference: str, path: Path, prefix: str) -> str:
        file, _, fragment = reference.partition("#")
        if not file:
            return f"#{prefix}{fragment}" if prefix else reference
        if "://" in file:
            message = f"refers to {reference}: only files are followed; download it and refer to the file"
            raise DocumentError(str(path), message)
        target = (path.parent / unquote(file)).resolve()
        if target == self.path.resolve():
            return f"#{fragment}"
        if target not in self.names:
            name = self.names[target] = str(len(self.names))
            tree = _tree(_text(target, str(target)), str(target))
            self.document.root.setdefault(EXTERNAL, {})[name] = tree
            self._walk(tree, target, f"/{EXTERNAL}/{name}")
        return f"#/{EXTERNAL}/{self.names[target]}{fragment}"
