"""The Reference Objects of a document (OAS 3.0.3), and of the files that it refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from mockserver.contract.discriminator import REFERENCE, SCHEMAS
from mockserver.contract.pointer import join
from mockserver.contract.source import Source
from mockserver.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mockserver.contract.document import Document

EXTERNAL = "x-external-documents"

# Under these keywords stand values, in which `$ref` is a member like any other.
LITERALS = frozenset({"example", "default", "enum", "value"})
# Under these keywords stand maps, whose keys are names and no keywords.
MAPS = frozenset(
    {
        "callbacks",
        "content",
        "encoding",
        "examples",
        "headers",
        "links",
        "parameters",
        "paths",
        "properties",
        "requestBodies",
        "responses",
        "schemas",
        "securitySchemes",
        "variables",
        EXTERNAL,
    }
)


def references(node: Any, pointer: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each Reference Object in *node* with its pointer; *node* stands at *pointer*."""
    return ((found, place) for found, place in objects(node, pointer) if isinstance(found.get("$ref"), str))


def mappings(nodes: Iterable[tuple[dict[str, Any], str]]) -> Iterator[tuple[dict[str, str], str]]:
    """Yield the mapping of each Discriminator Object in *nodes*, objects with their pointers, with its pointer."""
    for found, place in nodes:
        discriminator = found.get("discriminator")
        if isinstance(discriminator, dict) and isinstance(discriminator.get("mapping"), dict):
            yield discriminator["mapping"], join(place, "discriminator", "mapping")


def objects(node: Any, pointer: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each object in *node* with its pointer, but for values and names; within a Reference Object nothing."""
    # A large document has hundreds of thousands of nodes, most of them texts: those are never called for.
    waiting = [(node, pointer)]
    while waiting:
        node, pointer = waiting.pop()
        if isinstance(node, list):
            inside = [(item, f"{pointer}/{index}") for index, item in enumerate(node) if isinstance(item, dict | list)]
        elif isinstance(node, dict):
            yield node, pointer
            inside = [] if isinstance(node.get("$ref"), str) else list(_inside(node, pointer))
        else:
            continue
        waiting.extend(reversed(inside))


def _inside(node: dict[str, Any], pointer: str) -> Iterator[tuple[Any, str]]:
    for key, value in node.items():
        if not isinstance(value, dict | list):
            continue
        if key in MAPS and isinstance(value, dict):
            place = f"{pointer}/{key}"
            for name, item in value.items():
                if isinstance(item, dict | list):
                    yield item, join(place, name)
        elif key not in LITERALS and not key.startswith("x-"):
            yield value, join(pointer, key)


def take_in_files(document: Document, path: Path) -> Sequence[Path]:
    """Take the files that *document*, read from *path*, refers to into it; return their paths.

    The references are turned inward. Raises DocumentError, at the reference, for a file that is not to be had.
    """
    bundler = _Bundler(document, path.resolve())
    bundler.turn_inward(document.root, "", path.resolve())
    return list(bundler.names)


class _Bundler:
    def __init__(self, document: Document, path: Path) -> None:
        self.document = document
        self.path = path
        self.names: dict[Path, str] = {}

    def turn_inward(self, tree: Any, prefix: str, path: Path) -> None:
        """Make the references of *tree*, read from *path* and taken in at *prefix*, refer to the whole document."""
        found = list(objects(tree, prefix))
        for node, pointer in found:
            if isinstance(node.get("$ref"), str):
                node["$ref"] = self._inward(node["$ref"], pointer, prefix, path)
        for mapping, pointer in mappings(found):
            for value, reference in mapping.items():
                if isinstance(reference, str) and "://" not in reference and REFERENCE.search(reference):
                    mapping[value] = self._inward(reference, join(pointer, value), prefix, path)
                elif prefix and reference in tree.get("components", {}).get("schemas", {}):
                    mapping[value] = f"#{join(prefix + SCHEMAS, reference)}"

    def _inward(self, reference: str, pointer: str, prefix: str, path: Path) -> str:
        file, _, fragment = reference.partition("#")
        if not file:
            return f"#{prefix}{fragment}"
        if "://" in file:
            reason = f"refers to {reference}: only files are followed; download it and refer to the file"
            raise self.document.error(reason, pointer)
        target = (path.parent / unquote(file)).resolve()
        if target == self.path:
            return f"#{fragment}"
        if target not in self.names:
            self._take_in(target, reference, pointer)
        return f"#/{EXTERNAL}/{self.names[target]}{fragment}"

    def _take_in(self, target: Path, reference: str, pointer: str) -> None:
        try:
            source = read_source(target)
        except DocumentError as error:
            found = self.document.error(f"the reference {reference!r} leads nowhere: it {error.reason}", pointer)
            found.missing = str(target)
            raise found from error
        name = self.names[target] = str(len(self.names))
        place = join("", EXTERNAL, name)
        self.document.sources[place] = source
        self.document.root.setdefault(EXTERNAL, {})[name] = tree = source.tree()
        self.turn_inward(tree, place, target)


def read_source(path: Path) -> Source:
    """Return the text at *path*; raises DocumentError if it cannot be read."""
    try:
        return Source(str(path), path.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        raise DocumentError(str(path), "is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise DocumentError(str(path), f"cannot be read: {error.strerror}") from error
