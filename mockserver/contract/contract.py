"""An OpenAPI document compiled once into operations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mockserver.contract.document import Document
from mockserver.contract.operation import Answer, Content, Operation, Parameter
from mockserver.contract.pointer import join
from mockserver.contract.schema import Schema
from mockserver.contract.validity import check_document

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
TEMPLATE = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Match:
    """An operation found for a path, with the raw texts of its path parameters."""

    operation: Operation
    path_parameters: Mapping[str, str]


class Contract:
    """The operations of a document: find one by method and path, judge values by their schemas."""

    def __init__(self, document: Document) -> None:
        check_document(document)
        self.document = document
        self._literal: dict[str, dict[str, tuple[str, str]]] = {}
        self._templated: list[tuple[re.Pattern[str], list[str], dict[str, tuple[str, str]]]] = []
        self._compiled: dict[str, Operation] = {}
        self._index: dict[str, tuple[str, str]] = {}
        self._read_paths()

    @classmethod
    def load(cls, path: str | Path) -> Contract:
        """Read and compile the document at *path*; raises DocumentError with the place and the reason."""
        return cls(Document.read(path))

    @property
    def title(self) -> str:
        """The document's title."""
        return str(self.document.root["info"]["title"])

    @property
    def security_schemes(self) -> Mapping[str, Mapping[str, Any]]:
        """The security schemes by name."""
        schemes = self.document.root.get("components", {}).get("securitySchemes", {})
        return {
            name: self.document.follow(node, join("/components/securitySchemes", name))[0]
            for name, node in schemes.items()
        }

    @cached_property
    def base_path(self) -> str:
        """The path of the first server, without a slash at its end; variables take their defaults."""
        servers = self.document.root.get("servers") or [{"url": ""}]
        variables = servers[0].get("variables", {})
        url = TEMPLATE.sub(lambda found: str(variables.get(found[1], {}).get("default", "")), servers[0].get("url", ""))
        return urlsplit(url).path.rstrip("/")

    @property
    def operation_ids(self) -> tuple[str, ...]:
        """The operations' ids, in the document's order."""
        return tuple(self._index)

    @property
    def operations(self) -> Iterator[Operation]:
        """The operations, compiled as they are asked for."""
        return (self.operation(name) for name in self._index)

    def operation(self, name: str) -> Operation:
        """Return the operation with the id *name*; raises LookupError if there is none."""
        compiled = self._compiled.get(name)
        if compiled is None:
            compiled = self._compiled[name] = self._compile(name, *self._index[name])
        return compiled

    def find(self, method: str, path: str) -> Match | None:
        """Return the operation for *method* on *path* (below the base path), or None.

        A path without parameters wins over one with them (OAS 3.0.3, Paths Object).
        """
        for methods, values in self._matches(path):
            key = methods.get(method)
            if key is not None:
                return Match(self.operation(self._ids[key]), values)
        return None

    def methods(self, path: str) -> list[str]:
        """Return the methods that *path* takes, upper case, in the document's order; none for an unknown path."""
        return list(dict.fromkeys(method for methods, _ in self._matches(path) for method in methods))

    def schema(self, pointer: str) -> Schema:
        """Return the Schema Object at *pointer*; raises LookupError where there is none."""
        return Schema(self.document, self.document.at(pointer), pointer)

    @cached_property
    def _ids(self) -> dict[tuple[str, str], str]:
        return {place: name for name, place in self._index.items()}

    def _matches(self, path: str) -> Iterator[tuple[dict[str, tuple[str, str]], dict[str, str]]]:
        if path in self._literal:
            yield self._literal[path], {}
        for pattern, names, methods in self._templated:
            found = pattern.fullmatch(path)
            if found:
                yield methods, dict(zip(names, found.groups(), strict=True))

    def _read_paths(self) -> None:
        templated = []
        for path, item in self.document.root["paths"].items():
            item, _, _ = self.document.follow(item, join("/paths", path))
            methods = {method.upper(): (path, method) for method in item if method in METHODS}
            for path_method in methods.values():
                self._index[self._operation_id(item, *path_method)] = path_method
            if "{" in path:
                templated.append((path, methods))
            else:
                self._literal[path] = methods
        # The fewer parameters and the longer the literal text, the more specific the template.
        for path, methods in sorted(templated, key=lambda entry: (entry[0].count("{"), -len(TEMPLATE.sub("", entry[0])))):
            pieces = TEMPLATE.split(path)
            pattern = "".join("([^/]+)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))
            self._templated.append((re.compile(pattern), pieces[1::2], methods))

    def _operation_id(self, item: Mapping[str, Any], path: str, method: str) -> str:
        declared = item[method].get("operationId")
        return str(declared) if declared else f"{method.upper()} {path}"

    def _compile(self, name: str, path: str, method: str) -> Operation:
        item, place, _ = self.document.follow(self.document.root["paths"][path], join("/paths", path))
        node, pointer = item[method], join(place, method)
        body, body_place = self._body(node, pointer)
        return Operation(
            id=name,
            method=method.upper(),
            path=path,
            pointer=pointer,
            node=node,
            parameters=tuple(self._parameters(item, place, node, pointer)),
            contents=self._contents(body, body_place),
            body_required=bool(body.get("required", False)),
            answers={str(status): self._answer(str(status), pointer, entry) for status, entry in node["responses"].items()},
            security=node.get("security", self.document.root.get("security", [])),
        )

    def _body(self, node: Mapping[str, Any], pointer: str) -> tuple[Mapping[str, Any], str]:
        if "requestBody" not in node:
            return {}, pointer
        body, place, _ = self.document.follow(node["requestBody"], join(pointer, "requestBody"))
        return body, place

    def _answer(self, status: str, pointer: str, entry: Any) -> Answer:
        node, place, _ = self.document.follow(entry, join(pointer, "responses", status))
        headers = {}
        for name, header in node.get("headers", {}).items():
            target, header_place, _ = self.document.follow(header, join(place, "headers", name))
            headers[name] = Schema(self.document, target.get("schema", {}), join(header_place, "schema"))
        return Answer(status, self._contents(node, place), headers)

    def _contents(self, node: Mapping[str, Any], place: str) -> dict[str, Content]:
        contents = {}
        for media_type, entry in node.get("content", {}).items():
            pointer = join(place, "content", media_type)
            schema = Schema(self.document, entry["schema"], join(pointer, "schema")) if "schema" in entry else None
            contents[media_type.lower()] = Content(media_type.lower(), schema, self._examples(entry, pointer))
        return contents

    def _examples(self, entry: Mapping[str, Any], pointer: str) -> dict[str, Any]:
        if "example" in entry:
            return {"example": entry["example"]}
        examples = {}
        for name, example in entry.get("examples", {}).items():
            target, _, _ = self.document.follow(example, join(pointer, "examples", name))
            if "value" in target:
                examples[name] = target["value"]
        return examples

    def _parameters(
        self, item: Mapping[str, Any], item_place: str, node: Mapping[str, Any], pointer: str
    ) -> Iterator[Parameter]:
        found: dict[tuple[str, str], Parameter] = {}
        for owner, place in ((item, item_place), (node, pointer)):
            for index, entry in enumerate(owner.get("parameters", ())):
                target, at, _ = self.document.follow(entry, join(place, "parameters", index))
                parameter = self._parameter(target, at)
                found[parameter.location, parameter.name] = parameter
        return iter(found.values())

    def _parameter(self, node: Mapping[str, Any], place: str) -> Parameter:
        location = node["in"]
        style = node.get("style", STYLES[location])
        media_type, schema, at = None, node.get("schema", {}), join(place, "schema")
        for media_type, entry in node.get("content", {}).items():
            schema, at = entry.get("schema", {}), join(place, "content", media_type, "schema")
        return Parameter(
            name=node["name"],
            location=location,
            schema=Schema(self.document, schema, at),
            required=bool(node.get("required", False)),
            style=style,
            explode=bool(node.get("explode", style == "form")),
            media_type=media_type,
        )
