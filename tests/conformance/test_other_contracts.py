"""Contracts that are nobody's dialect: a correct server of theirs passes with no finding, and each fault is found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest

from mockserver.conformance import Settings, run
from mockserver.contract import Contract, Document
from mockserver.exchange import Headers, Request, Response
from mockserver.judging import Judge

Serve = Callable[[Callable[[Request], Response | None]], str]
Fault = Callable[[Request, Response], Response]
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
NUMBER = {"type": "number", "minimum": 0, "maximum": 1000}


def shape(kind: str, size: str) -> dict[str, Any]:
    properties = {"kind": {"type": "string", "enum": [kind]}, size: NUMBER}
    return {"type": "object", "required": ["kind", size], "properties": properties}


def answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "told", "content": {"application/json": {"schema": schema}}}


def query(name: str, schema: dict[str, Any], **style: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **style}


PROBLEM = {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}}
SHAPE = {
    "oneOf": [{"$ref": "#/components/schemas/Circle"}, {"$ref": "#/components/schemas/Square"}],
    "discriminator": {
        "propertyName": "kind",
        "mapping": {"circle": "#/components/schemas/Circle", "square": "#/components/schemas/Square"},
    },
}
TOTAL = {"X-Total": {"required": True, "schema": {"type": "integer", "minimum": 0}}}
DRAWINGS: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Drawings", "version": "1"},
    "servers": [{"url": "/v2"}],
    "components": {
        "schemas": {"Circle": shape("circle", "radius"), "Square": shape("square", "side")},
        "securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}},
    },
    "paths": {
        "/shapes": {
            "get": {
                "operationId": "shapes",
                "parameters": [
                    query("page", {"type": "integer", "minimum": 1, "maximum": 100}),
                    query("kinds", {"type": "array", "items": {"type": "string", "enum": ["circle", "square"]}}),
                    query(
                        "size",
                        {"type": "object", "properties": {"least": {"type": "integer"}}},
                        style="deepObject",
                        explode=True,
                    ),
                ],
                "responses": {
                    "200": answer({"type": "array", "items": SHAPE}) | {"headers": TOTAL},
                    "default": answer(PROBLEM),
                },
            }
        },
        "/area": {
            "post": {
                "operationId": "area",
                "x-writes": False,
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": SHAPE, "example": {"kind": "circle", "radius": 2}}},
                },
                "responses": {
                    "200": answer({"type": "object", "required": ["area"], "properties": {"area": {"type": "number"}}}),
                    "default": answer(PROBLEM),
                },
            }
        },
        "/shapes/{number}": {
            "delete": {
                "operationId": "remove",
                "x-writes": True,
                "security": [{"Key": []}],
                "parameters": [
                    {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}, "example": 7}
                ],
                "responses": {
                    "204": {"description": "gone"},
                    "401": {"description": "no key"},
                    "default": answer(PROBLEM),
                },
            }
        },
    },
}
METHODS = {"/v2/shapes": "GET, HEAD", "/v2/area": "POST", "/v2/shapes/": "DELETE"}
JSON = ("Content-Type", "application/json")


def told(status: int, value: Any, *fields: tuple[str, str]) -> Response:
    return Response(status, Headers([JSON, *fields]), json.dumps(value).encode())


def good(request: Request) -> Response:
    """Answer as a server that keeps the contract, and no more: it takes HEAD, and looks at no Accept."""
    path = re.sub(r"(?<=/shapes/).+", "", request.path)
    if path not in METHODS:
        return told(404, {"title": "nothing is there"})
    if request.method not in METHODS[path]:
        return told(405, {"title": "not so"}, ("Allow", METHODS[path]))
    return {"/v2/shapes": _listed, "/v2/area": _measured, "/v2/shapes/": _removed}[path](request)


def _listed(request: Request) -> Response:
    asked = parse_qsl(request.query, keep_blank_values=True)
    for name, value in asked:
        number = INTEGER.fullmatch(value)
        wrong = {
            "page": number is None or not 1 <= int(value) <= 100,
            "kinds": value not in ("circle", "square"),
            "size[least]": number is None,
        }
        if wrong.get(name):
            return told(400, {"title": f"{name} is wrong"})
    return told(200, [{"kind": "circle", "radius": 1}, {"kind": "square", "side": 2.5}], ("X-Total", "2"))


def _measured(request: Request) -> Response:
    content_type = request.headers.get("content-type", "application/json")
    if content_type.partition(";")[0].strip().lower() != "application/json" or "x-none" in content_type:
        return told(415, {"title": "JSON alone"})
    try:
        value = json.loads(request.body, parse_constant=_refused)
    except (ValueError, RecursionError):
        return told(400, {"title": "no JSON"})
    kind = value.get("kind") if isinstance(value, dict) else None
    size = value.get({"circle": "radius", "square": "side"}.get(str(kind), "")) if isinstance(kind, str) else None
    if type(size) not in (int, float) or not 0 <= size <= 1000:
        return told(400, {"title": "no shape"})
    return told(200, {"area": float(size) ** 2})


def _refused(name: str) -> None:
    raise ValueError(name)


def _removed(request: Request) -> Response:
    if request.headers.get("x-api-key") != "sesame":
        return Response(401, Headers([("WWW-Authenticate", "Key")]))
    if INTEGER.fullmatch(request.path.rpartition("/")[2]) is None:
        return told(400, {"title": "no number"})
    return Response(204)


def on(path: str, change: Fault, status: int = 200) -> Fault:
    """Return a fault in the answers of *status* for *path*."""
    return lambda request, response: (
        change(request, response) if request.path.startswith(path) and response.status == status else response
    )


def body(text: bytes) -> Fault:
    return lambda _, response: replace(response, body=text)


FAULTS: dict[str, tuple[str, Fault]] = {
    "a kind that is none": ("body.choice", on("/v2/shapes", body(b'[{"kind": "oval", "radius": 1}]'))),
    "the size of another kind": ("body.required", on("/v2/shapes", body(b'[{"kind": "circle", "side": 1}]'))),
    "null in the array": ("body.null", on("/v2/shapes", body(b"[null]"))),
    "no total": ("header.missing", on("/v2/shapes", lambda _, response: replace(response, headers=Headers([JSON])))),
    "an area as a text": ("body.type", on("/v2/area", body(b'{"area": "4"}'))),
    "any shape will do": (
        "conformance.refusal",
        on("/v2/area", lambda _, __: told(200, {"area": 1}), 400),
    ),
    "any kinds will do": (
        "conformance.refusal",
        lambda request, response: (
            told(200, [], ("X-Total", "0")) if "kinds" in request.query and response.status == 400 else response
        ),
    ),
    "a crash on a deep object": (
        "status.server-error",
        lambda request, response: Response(500) if "size" in request.query else response,
    ),
    "nobody needs a key": ("credentials.demanded", on("/v2/shapes/", lambda _, __: Response(204), 401)),
    "any key will do": (
        "conformance.credentials",
        lambda request, response: Response(204) if "x-api-key" in request.headers else response,
    ),
    "200 for a 204": ("body.required", on("/v2/shapes/", lambda _, __: told(200, {}), 204)),
    "another answer each time": (
        "conformance.repeatable",
        on("/v2/area", lambda request, _: told(200, {"area": id(request) % 997})),
    ),
}


GENERATED = ("any kinds will do", "a crash on a deep object")


@pytest.fixture(scope="module")
def drawings() -> Contract:
    """A contract with a discriminator, arrays and objects in queries, a key for some, 204, and default answers."""
    return Contract(Document(DRAWINGS))


def found(contract: Contract, url: str, seed: int = 1, *, writes: bool = True, generate: bool = True) -> dict[str, str]:
    """Return the first message of each rule that a run finds broken."""
    settings = Settings(
        seed=seed, max_requests=200, allow_writes=writes, generate=generate, headers=(("X-Api-Key", "sesame"),)
    )
    outcome = run(contract, f"{url}/v2", settings, judge=Judge(contract, base_path="/v2").judge)
    assert outcome.stopped is None
    return {key.rule: f"{group.first[0].message} ({key.operation})" for key, group in outcome.report.groups.items()}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_correct_server_passes(drawings: Contract, serve: Serve, seed: int):
    assert found(drawings, serve(good), seed) == {}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found(drawings: Contract, serve: Serve, name: str):
    """By a rule that fits; by the planned requests alone, but for what no example and no list tells how to ask."""
    rule, fault = FAULTS[name]
    url = serve(lambda request: fault(request, good(request)))
    writes = rule != "conformance.repeatable"  # nothing is compared where something may be written
    rules = found(drawings, url, writes=writes, generate=name in GENERATED)
    assert rule in rules, rules
