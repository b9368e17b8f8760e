"""What one operation takes and answers (OAS 3.0.3, Operation Object)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mockserver.contract.schema import Schema

# OAS 3.0.3, Path Item Object.
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# OAS 3.0.3, Path Templating: a parameter's name in braces; server URLs write variables so too.
TEMPLATE = re.compile(r"\{([^}]*)\}")


def path_parameters(path: str) -> list[str]:
    """Return the names of the parameters in the template *path*, in its order."""
    return TEMPLATE.findall(path)


def openness(path: str) -> tuple[int, int]:
    """Return how much the template *path* leaves open: parameters count most, then how little is fixed."""
    return len(path_parameters(path)), -len(TEMPLATE.sub("", path))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter beside the body; *location* is query, header, path or cookie."""

    name: str
    location: str
    schema: Schema
    required: bool = False
    style: str = "form"
    explode: bool = True
    media_type: str | None = None
    allow_empty: bool = False


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a property of a form is written: in one of *media_types*, or as *parameter* where a style is given."""

    media_types: tuple[str, ...] = ()
    parameter: Parameter | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A body of one media type: its schema, where there is one, documented examples and encodings by name."""

    media_type: str
    schema: Schema | None = None
    examples: Mapping[str, Any] = field(default_factory=dict)
    encoding: Mapping[str, Encoding] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A documented response: *status* as in the document (``200``, ``4XX``, ``default``).

    Of its *headers* those that are *required* are never left out.
    """

    status: str
    contents: Mapping[str, Content]
    headers: Mapping[str, Schema]
    required: frozenset[str] = frozenset()
    pointer: str = ""

    @property
    def varies(self) -> bool:
        """Whether the value hangs on the media type (OAS 3.0.3, Media Type Object: schema and example are of one)."""
        wholes = [self.whole(each) for each in self.contents.values()]
        told = [(each.schema and each.schema.node, each.examples) for each in wholes if each.schema or each.examples]
        return any(each != told[0] for each in told)

    def whole(self, content: Content) -> Content:
        """Return *content* with what it leaves unsaid, as another with the same schema, or beside none, says it.

        Texts are left alone, as they are written in another media type, unless their schema is one of texts.
        """
        if content.examples:
            return content
        for other in self.contents.values():
            schema = content.schema or other.schema
            if schema is None or other.schema is None or schema.node == other.schema.node:
                says = other.examples or (schema is not content.schema)
                if says and all(_is_portable(value, schema) for value in other.examples.values()):
                    return replace(content, schema=schema, examples=other.examples)
        return content


def _is_portable(value: Any, schema: Schema | None) -> bool:
    return not isinstance(value, str) or (schema is not None and schema.is_valid(value))


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: *path* is the template, *node* the Operation Object with its extensions."""

    id: str
    method: str
    path: str
    pointer: str
    node: Mapping[str, Any]
    parameters: tuple[Parameter, ...]
    contents: Mapping[str, Content]
    body_required: bool
    answers: Mapping[str, Answer]
    security: Sequence[Mapping[str, Sequence[str]]]

    @property
    def summary(self) -> str:
        """What it does, in a few words: its id where the document says nothing."""
        return str(self.node.get("summary", self.id))

    def answer_for(self, status: int) -> Answer | None:
        """Return what the operation documents for *status*: exact, then ``4XX``, then ``default``."""
        answers = self.answers
        return answers.get(str(status)) or answers.get(f"{status // 100}XX") or answers.get("default")
