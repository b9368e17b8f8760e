"""Whether a tree is an OpenAPI 3.0 document: a fast yes, and the reason after a no."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson

from mockserver.contract.pointer import build, join

if TYPE_CHECKING:
    from mockserver.contract.document import Document

VERSION = re.compile(r"3\.0\.\d+(-.+)?")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def check_document(document: Document) -> None:
    """Raise DocumentError, with place and reason, unless *document* is a valid OpenAPI 3.0 document.

    The schema of OAS 3.0 is the one that openapi-spec-validator ships. It is compiled here, in
    milliseconds: importing that package takes longer than all the rest of a start.
    """
    root = document.root
    version = root.get("openapi")
    if not isinstance(version, str) or not VERSION.fullmatch(version):
        found = f"openapi: {version}" if version else f"swagger: {root['swagger']}" if "swagger" in root else "no version"
        raise document.error(f"is not an OpenAPI 3.0 document (found {found}); convert it to 3.0.3", "/openapi" if version else "")
    if not _specification().is_valid(root):
        pointer, reason = _reason(root)
        raise document.error(f"is not a valid OpenAPI 3.0 document: {reason}", pointer)
    for pointer, reason in _faults(document):
        raise document.error(reason, pointer)


@cache
def _specification() -> jsonschema_rs.Draft4Validator:
    # find_spec does not run the package.
    package = importlib.util.find_spec("openapi_spec_validator")
    if package is None or package.origin is None:  # pragma: no cover (a declared dependency)
        raise ImportError("openapi_spec_validator")
    path = Path(package.origin).parent / "resources" / "schemas" / "v3.0" / "schema.json"
    return jsonschema_rs.Draft4Validator(orjson.loads(path.read_bytes()))


def _reason(root: dict[str, Any]) -> tuple[str, str]:
    """Return pointer and text of the most telling error that the schema of OAS finds in *root*."""
    error = max(_specification().iter_errors(root), key=lambda each: len(each.instance_path))
    while branches := getattr(error.kind, "context", None):
        # A Reference Object is an alternative everywhere: the other branch is the one that was meant.
        meant = min(branches, key=lambda branch: (_wants_reference(branch), -_depth(branch)))
        error = max(meant, key=lambda each: len(each.instance_path))
    return build(error.instance_path), error.message.splitlines()[0][:300]


def _wants_reference(branch: list[jsonschema_rs.ValidationError]) -> bool:
    return any(getattr(error.kind, "property", None) == "$ref" for error in branch)


def _depth(branch: list[jsonschema_rs.ValidationError]) -> int:
    return max((len(error.instance_path) for error in branch), default=0)


def _faults(document: Document) -> Iterator[tuple[str, str]]:
    """Yield what the schema of OAS cannot see: references, ids that occur twice, undeclared path parameters."""
    yield from _dangling(document, document.root, "")
    seen: dict[str, str] = {}
    for path, item in document.root["paths"].items():
        if not path.startswith("/"):
            continue
        item, place, _ = document.follow(item, join("/paths", path))
        for method in METHODS:
            if method not in item:
                continue
            pointer = join(place, method)
            name = item[method].get("operationId")
            if name in seen and seen[name] != pointer:
                yield pointer, f"operationId {name!r} occurs twice: it names {seen[name]} too"
            if name:
                seen[name] = pointer
            declared = _path_parameters(document, item, place, item[method], pointer)
            for parameter in re.findall(r"\{([^}]*)\}", path):
                if parameter not in declared:
                    yield pointer, f"path parameter {parameter!r} of {path} is not declared"


def _path_parameters(document: Document, item: Any, place: str, node: Any, pointer: str) -> set[str]:
    names = set()
    for owner, at in ((item, place), (node, pointer)):
        for index, entry in enumerate(owner.get("parameters", ())):
            target, _, _ = document.follow(entry, join(at, "parameters", index))
            if target.get("in") == "path":
                names.add(target["name"])
    return names


LITERAL_KEYS = {"example", "examples", "default", "enum"}


def _dangling(document: Document, node: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            document.follow(node, pointer)
            return
        for key, value in node.items():
            if key not in LITERAL_KEYS and not key.startswith("x-") and isinstance(value, dict | list):
                yield from _dangling(document, value, join(pointer, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            if isinstance(value, dict | list):
                yield from _dangling(document, value, join(pointer, index))
