"""An OpenAPI document as it was read: its nodes, what a reference means, and the line of a node."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from mockserver.contract import pointer as pointers
from mockserver.contract.discriminator import SCHEMAS
from mockserver.contract.references import read_source, take_in_files
from mockserver.contract.shape import Shape
from mockserver.contract.source import Source
from mockserver.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mockserver.contract.discriminator import Discriminator

COMPONENT_PREFIX = f"{SCHEMAS}/"
REFERENCES_AT_MOST = 64


class Document:
    """The tree of one OpenAPI document. *source* names it in messages, *text* is as read.

    Files that it refers to stand in the tree, below ``x-external-documents``; *files* are the
    paths of all that were read.
    """

    def __init__(self, root: dict[str, Any], source: str = "document", text: str = "") -> None:
        self.root = root
        self.source = source
        self.text = text
        self.files: Sequence[Path] = ()
        self.sources = {"": Source(source, text)}
        self.validators: dict[tuple[str, str], Any] = {}
        self.scalars: dict[str, Any] = {}
        self.discriminators: dict[str, Discriminator | None] = {}
        self._shapes: dict[str, Shape] = {}

    @classmethod
    def read(cls, path: str | Path) -> Document:
        """Read a YAML or JSON file; files that it refers to are taken in.

        Raises DocumentError when a file cannot be read or parsed, or is not a mapping.
        """
        source = read_source(Path(path))
        document = cls(source.tree(), source.name, source.text)
        document.files = (Path(path), *take_in_files(document, Path(path)))
        return document

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs: all but what is compiled when it is first asked for."""
        return {**self.__dict__, "validators": {}, "scalars": {}, "discriminators": {}, "_shapes": {}}

    def error(self, reason: str, pointer: str = "") -> DocumentError:
        """Return a DocumentError that points at *pointer*, with file and line."""
        source, inner = self._place(pointer)
        return DocumentError(source.name, reason, inner, source.line(inner))

    def line(self, pointer: str) -> int:
        """Return the line, from 1, on which the node at *pointer* begins in its file; 0 if unknown."""
        source, inner = self._place(pointer)
        return source.line(inner)

    def _place(self, pointer: str) -> tuple[Source, str]:
        """Return the file in which the node at *pointer* stands, and its pointer there."""
        prefix = pointers.build(pointers.split(pointer)[:2])
        return (self.sources[prefix], pointer[len(prefix) :]) if prefix in self.sources else (self.sources[""], pointer)

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
                return node, place, component_name(place)
            node, place = self._target(reference, place)
        raise self.error("the reference leads in a circle", pointer)

    def _target(self, reference: str, pointer: str) -> tuple[Any, str]:
        if not reference.startswith("#"):
            raise self.error(f"cannot follow the reference {reference!r}: only files and this document", pointer)
        place = unquote(reference[1:])
        try:
            return self.at(place), place
        except LookupError:
            raise self.error(f"the reference {self._as_written(place)!r} leads nowhere", pointer) from None

    def _as_written(self, place: str) -> str:
        source, inner = self._place(place)
        return f"{source.name if source.name != self.source else ''}#{inner}"

    def shape(self, node: Any, pointer: str) -> Shape:
        """Return the shape of the Schema Object *node*, which stands at *pointer*."""
        target, place, name = self.follow(node, pointer)
        shape = self._shapes.get(place)
        if shape is None:
            shape = self._shapes[place] = Shape(self, target, place, name)
        return shape

    def component(self, name: str) -> Shape:
        """Return the shape of the component schema *name*; raises DocumentError if there is none."""
        place = pointers.join(SCHEMAS, name)
        try:
            node = self.at(place)
        except LookupError:
            raise self.error(f"there is no component schema {name!r}") from None
        return self.shape(node, place)

    @property
    def component_names(self) -> tuple[str, ...]:
        """The names of the component schemas, in the document's order."""
        return tuple(self.root.get("components", {}).get("schemas", {}))


def component_name(pointer: str) -> str | None:
    """Return the component's name when *pointer* is that of a component schema."""
    if not pointer.startswith(COMPONENT_PREFIX):
        return None
    # Most pointers lead elsewhere, and large documents ask for many.
    name = pointer[len(COMPONENT_PREFIX) :]
    return None if "/" in name else pointers.split(pointer)[-1]
