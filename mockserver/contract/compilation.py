"""Operation Objects compiled: references followed, defaults filled in, schemas ready to judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.contract.operation import Answer, Content, Encoding, Operation, Parameter
from mockserver.contract.pointer import join
from mockserver.contract.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mockserver.contract.document import Document

# OAS 3.0.3, Parameter Object: what `style` is where none is given, and headers that are no parameters.
STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
NO_PARAMETERS = {"accept", "content-type", "authorization"}


def compile_operation(document: Document, name: str, path: str, method: str) -> Operation:
    """Return the operation that stands under *path* and *method*, with the id *name*."""
    item, place, _ = document.follow(document.root["paths"][path], join("/paths", path))
    node, pointer = item[method], join(place, method)
    body, body_place, _ = document.follow(node.get("requestBody", {}), join(pointer, "requestBody"))
    return Operation(
        id=name,
        method=method.upper(),
        path=path,
        pointer=pointer,
        node=node,
        parameters=_parameters(document, (item, place), (node, pointer)),
        contents=_contents(document, body, body_place, "readOnly"),
        body_required=bool(body.get("required", False)),
        answers={status: _answer(document, status, *place) for status, *place in _responses(node, pointer)},
        security=node.get("security", document.root.get("security", [])),
    )


def _parameters(document: Document, *owners: tuple[Mapping[str, Any], str]) -> tuple[Parameter, ...]:
    """Return the parameters of a path and of an operation, which may override them."""
    found: dict[tuple[str, str], Parameter] = {}
    for owner, place in owners:
        for index, entry in enumerate(owner.get("parameters", ())):
            parameter = _parameter(document, *document.follow(entry, join(place, "parameters", index))[:2])
            if parameter.location != "header" or parameter.name.lower() not in NO_PARAMETERS:
                found[parameter.location, parameter.name] = parameter
    return tuple(found.values())


def _parameter(document: Document, node: Mapping[str, Any], place: str) -> Parameter:
    location = node["in"]
    style = node.get("style", STYLES[location])
    media_type, schema, at = None, node.get("schema", {}), join(place, "schema")
    for media_type, entry in node.get("content", {}).items():
        schema, at = entry.get("schema", {}), join(place, "content", media_type, "schema")
    return Parameter(
        name=node["name"],
        location=location,
        schema=Schema(document, schema, at),
        required=bool(node.get("required", False)),
        style=style,
        explode=bool(node.get("explode", style == "form")),
        media_type=media_type,
        allow_empty=location == "query" and node.get("allowEmptyValue") is True,
    )


def _responses(node: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Any, str]]:
    for status, entry in node["responses"].items():
        if not status.startswith("x-"):
            yield status, entry, join(pointer, "responses", status)


def _answer(document: Document, status: str, entry: Any, pointer: str) -> Answer:
    node, place, _ = document.follow(entry, pointer)
    headers, required = {}, set()
    for name, header in node.get("headers", {}).items():
        target, at, _ = document.follow(header, join(place, "headers", name))
        # OAS 3.0.3, Response Object: a header named Content-Type is no header.
        if name.lower() != "content-type":
            headers[name] = Schema(document, target.get("schema", {}), join(at, "schema"))
            required |= {name} if target.get("required") is True else set()
    return Answer(status, _contents(document, node, place, "writeOnly"), headers, frozenset(required), place)


def _contents(document: Document, node: Mapping[str, Any], place: str, optional: str) -> dict[str, Content]:
    contents = {}
    for media_type, entry in node.get("content", {}).items():
        pointer, name, schema = join(place, "content", media_type), media_type.lower(), None
        if "schema" in entry:
            schema = Schema(document, entry["schema"], join(pointer, "schema"), optional=optional)
        encoding = _encoding(entry, schema) if "encoding" in entry and schema is not None else {}
        examples = _examples(document, entry, pointer) or _example_of(schema)
        contents[name] = Content(name, schema, examples, encoding)
    return contents


def _encoding(entry: Mapping[str, Any], schema: Schema) -> dict[str, Encoding]:
    """Return the Encoding Objects of a media type by the properties that its schema declares."""
    found = {}
    for name, shape in schema.shape.properties.items():
        node = entry["encoding"].get(name, {})
        parameter = None
        if not {"style", "explode", "allowReserved"}.isdisjoint(node):
            style = node.get("style", "form")
            declared = Schema(schema.document, shape.node, shape.pointer)
            parameter = Parameter(name, "query", declared, style=style, explode=node.get("explode", style == "form"))
        media_types = tuple(each.strip() for each in node.get("contentType", "").split(",") if each.strip())
        found[name] = Encoding(media_types, parameter)
    return found


def _example_of(schema: Schema | None) -> dict[str, Any]:
    """Return the example that the Schema Object has itself, where it keeps the schema."""
    if schema is None:
        return {}
    node, _, _ = schema.document.follow(schema.node, schema.pointer)
    return {"example": node["example"]} if "example" in node and schema.is_valid(node["example"]) else {}


def _examples(document: Document, entry: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    if "example" in entry:
        return {"example": entry["example"]}
    examples = {}
    for name, example in entry.get("examples", {}).items():
        target, _, _ = document.follow(example, join(pointer, "examples", name))
        if "value" in target:
            examples[name] = target["value"]
    return examples
