"""Whether a tree is an OpenAPI 3.0 document: a fast yes, and the reason after a no."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson

from mockserver import packages
from mockserver.contract.operation import METHODS, TEMPLATE, path_parameters
from mockserver.contract.pointer import join
from mockserver.contract.references import references
from mockserver.contract.violation import violations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mockserver.contract.document import Document
    from mockserver.errors import DocumentError

VERSION = re.compile(r"3\.0\.\d+(-.+)?")


def check_document(document: Document) -> None:
    """Raise DocumentError, with place and reason, unless *document* is a valid OpenAPI 3.0 document."""
    _check_version(document)
    if not _specification().is_valid(document.root):
        raise _reason(document)
    for reference, pointer in references(document.root):
        document.follow(reference, pointer)
    _check_operations(document)


def _check_version(document: Document) -> None:
    version = document.root.get("openapi")
    if isinstance(version, str) and VERSION.fullmatch(version):
        return
    named = next((key for key in ("openapi", "swagger") if key in document.root), None)
    found = f"{named}: {document.root[named]}" if named else "no version"
    pointer = f"/{named}" if named else ""
    raise document.error(f"is not an OpenAPI 3.0 document (found {found}); convert it to 3.0.3", pointer)


@cache
def _specification() -> jsonschema_rs.Draft4Validator:
    """Return the schema of OAS 3.0 that openapi-spec-validator ships.

    It is compiled here, in milliseconds: importing that package takes longer than all the rest of a start.
    """
    # Of the formats that it names, only this one matters to whoever serves the document.
    return jsonschema_rs.Draft4Validator(
        _specification_tree(), validate_formats=True, formats=dict.fromkeys(("email", "uri", "uri-reference"), _any)
    )


def _any(_text: str) -> bool:
    return True


@cache
def _specification_tree() -> dict[str, Any]:
    path = packages.folder("openapi_spec_validator") / "resources" / "schemas" / "v3.0" / "schema.json"
    tree: dict[str, Any] = orjson.loads(path.read_bytes())
    return tree


def _reason(document: Document) -> DocumentError:
    """Return the first of the errors that the schema of OAS finds, in the order of the document."""
    first, *_ = violations(_specification_tree(), document.root, _specification().iter_errors(document.root))
    return document.error(f"is not a valid OpenAPI 3.0 document: {first.message}", first.pointer)


def _check_operations(document: Document) -> None:
    """Look for what the schema of OAS cannot see: ids that occur twice, and names of what is not declared."""
    seen: dict[str, str] = {}
    paths: dict[tuple[str, str], str] = {}
    _check_security(document, document.root, "")
    for path, item, place in _path_items(document):
        template = TEMPLATE.sub("{}", path)
        for method in (each for each in item if each in METHODS):
            # OAS 3.0.3, Paths Object: templates that differ in names alone are identical, and must not exist. Those
            # of vendors do (GitHub's), one for each method: a request tells them apart.
            other = paths.setdefault((template, method), path)
            if other != path:
                reason = f"{path} is the path {other} with other names, and both have {method.upper()}"
                raise document.error(reason, join("/paths", path))
            node, pointer = item[method], join(place, method)
            name = node.get("operationId")
            if seen.setdefault(name, pointer) != pointer and name is not None:
                raise document.error(f"operationId {name!r} occurs twice: it names {seen[name]} too", pointer)
            declared = {*_path_parameters(document, item, place), *_path_parameters(document, node, pointer)}
            for parameter in path_parameters(path):
                if parameter not in declared:
                    raise document.error(f"path parameter {parameter!r} of {path} is not declared", pointer)
            _check_security(document, node, pointer)


def _path_items(document: Document) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    for path, entry in document.root["paths"].items():
        if path.startswith("/"):
            item, place, _ = document.follow(entry, join("/paths", path))
            yield path, item, place


def _path_parameters(document: Document, owner: Mapping[str, Any], place: str) -> Iterator[str]:
    for index, entry in enumerate(owner.get("parameters", ())):
        parameter, _, _ = document.follow(entry, join(place, "parameters", index))
        if parameter["in"] == "path":
            yield parameter["name"]


def _check_security(document: Document, owner: Mapping[str, Any], place: str) -> None:
    declared = document.root.get("components", {}).get("securitySchemes", {})
    for index, requirement in enumerate(owner.get("security", ())):
        for name in requirement:
            if name not in declared:
                raise document.error(f"security scheme {name!r} is not declared", join(place, "security", index, name))
