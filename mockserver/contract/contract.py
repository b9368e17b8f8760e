"""An OpenAPI document compiled once into operations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from mockserver.contract.compilation import compile_operation
from mockserver.contract.document import Document
from mockserver.contract.operation import METHODS, TEMPLATE, Operation, openness, path_parameters
from mockserver.contract.pointer import join
from mockserver.contract.validity import check_document
from mockserver.exchange import path_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Match:
    """An operation found for a path, with the texts of its path parameters."""

    operation: Operation
    path_parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Route:
    """A path of the document: the ids of its operations by method, in upper case."""

    path: str
    ids: Mapping[str, str]

    @property
    def names(self) -> list[str]:
        """The path parameters."""
        return path_parameters(self.path)

    @property
    def pattern(self) -> re.Pattern[str]:
        """What matches the path; a parameter has no slash in it (OAS 3.0.3, Path Templating)."""
        pieces = TEMPLATE.split(self.path)
        return re.compile(
            "".join("([^/]+)" if index % 2 else re.escape(path_of(text)) for index, text in enumerate(pieces))
        )


class Contract:
    """The operations of a document: find one by method and path, judge values by their schemas."""

    def __init__(self, document: Document) -> None:
        check_document(document)
        self.document = document
        self._places: dict[str, tuple[str, str]] = {}
        self._compiled: dict[str, Operation] = {}
        routes = list(self._read_routes())
        self._literal = {path_of(route.path): route for route in routes if not route.names}
        templated = sorted((route for route in routes if route.names), key=lambda route: openness(route.path))
        self._templated = [(route.pattern, route.names, route) for route in templated]

    def __reduce__(self) -> tuple[type[Contract], tuple[Document]]:
        """Return how another process makes this contract: from its document, files included."""
        return Contract, (self.document,)

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

    @property
    def api_keys(self) -> tuple[tuple[str, str], ...]:
        """Where API keys are sent, and what they are called there (``("query", "key")``)."""
        schemes = self.security_schemes.values()
        return tuple((scheme["in"], scheme["name"]) for scheme in schemes if scheme["type"] == "apiKey")

    @cached_property
    def base_path(self) -> str:
        """The path of the first server, decoded, without a slash at its end; variables take their defaults."""
        server = (self.document.root.get("servers") or [{"url": "/"}])[0]
        variables = server.get("variables", {})
        url = TEMPLATE.sub(lambda found: str(variables.get(found[1], {}).get("default", "")), server["url"])
        path = path_of(urlsplit(url).path).strip("/")
        return f"/{path}" if path else ""

    @property
    def operation_ids(self) -> tuple[str, ...]:
        """The operations' ids, in the document's order; ``GET /path`` where the document gives none."""
        return tuple(self._places)

    @property
    def operations(self) -> Iterator[Operation]:
        """The operations, compiled as they are asked for."""
        return (self.operation(name) for name in self._places)

    def operation(self, name: str) -> Operation:
        """Return the operation with the id *name*; raises LookupError if there is none."""
        compiled = self._compiled.get(name)
        if compiled is None:
            compiled = self._compiled[name] = compile_operation(self.document, name, *self._places[name])
        return compiled

    def find(self, method: str, path: str) -> Match | None:
        """Return the operation for *method* on *path* (below the base path, decoded as ``path_of`` does), or None.

        A path without parameters wins over one with them (OAS 3.0.3, Paths Object).
        """
        for route, values in self._routes_for(path):
            name = route.ids.get(method)
            if name is not None:
                return Match(self.operation(name), values)
        return None

    def methods(self, path: str) -> list[str]:
        """Return the methods that *path* takes, upper case, in the document's order; none for an unknown path."""
        return list(dict.fromkeys(method for route, _ in self._routes_for(path) for method in route.ids))

    def _routes_for(self, path: str) -> Iterator[tuple[_Route, dict[str, str]]]:
        if path in self._literal:
            yield self._literal[path], {}
        for pattern, names, route in self._templated:
            found = pattern.fullmatch(path)
            if found:
                yield route, dict(zip(names, map(unquote, found.groups()), strict=True))

    def _read_routes(self) -> Iterator[_Route]:
        for path, entry in self.document.root["paths"].items():
            if not path.startswith("/"):
                continue
            item, _, _ = self.document.follow(entry, join("/paths", path))
            ids = {}
            for method in (each for each in item if each in METHODS):
                ids[method.upper()] = name = item[method].get("operationId") or f"{method.upper()} {path}"
                self._places[name] = path, method
            yield _Route(path, ids)
