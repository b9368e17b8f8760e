from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.contract import Contract, Document
from mockserver.errors import DocumentError

HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"
GET = HEAD + "paths:\n  /a/{id}:\n    get:\n"
GOT = "/paths/~1a~1{id}/get"
SCHEMAS = HEAD + "paths: {}\ncomponents:\n  schemas:\n"
TO = "#/components/schemas"
OK = "responses: {'200': {description: Fine.}}"
PARAMETERS = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]"
TYPES = "'array', 'boolean', 'integer', 'number', 'object', 'string'"
CONVERT = "; convert it to 3.0.3"

# What is wrong, the document, the line that is to blame, the reason, and the place.
UNREADABLE = [
    ("not YAML", "openapi: 3.0.3\n\tpaths: {}\n", 2, "is not YAML: ", ""),
    ("no mapping", "- openapi\n", 0, "is not an OpenAPI document: expected a mapping at the top", ""),
    ("no version", "paths: {}\n", 1, "is not an OpenAPI 3.0 document (found no version)" + CONVERT, ""),
    (
        "Swagger 2",
        "paths: {}\nswagger: '2.0'\n",
        2,
        "is not an OpenAPI 3.0 document (found swagger: 2.0)" + CONVERT,
        "/swagger",
    ),
    (
        "OpenAPI 3.1",
        "info: {}\nopenapi: 3.1.0\n",
        2,
        "is not an OpenAPI 3.0 document (found openapi: 3.1.0)" + CONVERT,
        "/openapi",
    ),
    (
        "a number for a version",
        "openapi: 3.0\n",
        1,
        "is not an OpenAPI 3.0 document (found openapi: 3.0)" + CONVERT,
        "/openapi",
    ),
]
INVALID = [
    ("no info", "openapi: 3.0.3\npaths: {}\n", 1, "required member 'info' is missing", "/info"),
    ("no paths", HEAD, 1, "required member 'paths' is missing", "/paths"),
    ("an unknown member", HEAD + "paths: {}\nways: []\n", 4, "member 'ways' is not declared", "/ways"),
    (
        "no responses",
        GET + "      summary: A\n",
        5,
        "required member 'responses' is missing",
        f"{GOT}/responses",
    ),
    (
        "a response without description",
        GET + "      responses:\n        '200':\n          content: {}\n",
        7,
        "required member 'description' is missing",
        f"{GOT}/responses/200/description",
    ),
    (
        "an unknown type",
        SCHEMAS + "    A:\n      properties:\n        b: {items: {type: text}}\n",
        8,
        f"'text' is not among {TYPES}",
        "/components/schemas/A/properties/b/items/type",
    ),
    (
        "a list of types",
        SCHEMAS + "    A:\n      type: [string, 'null']\n",
        7,
        "expected string, found an array of 2",
        "/components/schemas/A/type",
    ),
    (
        "a text for a bound",
        SCHEMAS + "    A:\n      allOf:\n        - minimum: '3'\n",
        8,
        "expected number, found string '3'",
        "/components/schemas/A/allOf/0/minimum",
    ),
    (
        "a pattern that is none",
        SCHEMAS + "    A: {type: string, pattern: '(a'}\n",
        6,
        "'(a' is not a valid regex",
        "/components/schemas/A/pattern",
    ),
    (
        "an optional path parameter",
        GET + f"      parameters:\n        - {{name: id, in: path, schema: {{}}}}\n      {OK}\n",
        7,
        "required member 'required' is missing",
        f"{GOT}/parameters/0/required",
    ),
    (
        "a parameter without a name",
        GET + f"      parameters:\n        - in: query\n          schema: {{}}\n      {OK}\n",
        7,
        "required member 'name' is missing",
        f"{GOT}/parameters/0/name",
    ),
]
INCOHERENT = [
    (
        "an undeclared path parameter",
        GET + f"      {OK}\n",
        5,
        "path parameter 'id' of /a/{id} is not declared",
        GOT,
    ),
    (
        "an id that occurs twice",
        HEAD + f"paths:\n  /a:\n    get: {{operationId: x, {OK}}}\n  /b:\n    put:\n      operationId: x\n      {OK}\n",
        7,
        "operationId 'x' occurs twice: it names /paths/~1a/get too",
        "/paths/~1b/put",
    ),
    (
        "a path and method with two names",
        HEAD + f"paths:\n  /a/{{x}}:\n    parameters: [&x {{name: x, in: path, required: true, schema: {{}}}}]\n"
        f"    get:\n      {OK}\n  /a/{{y}}:\n    parameters: [{{<<: *x, name: y}}]\n    get:\n      {OK}\n",
        8,
        "/a/{y} is the path /a/{x} with other names, and both have GET",
        "/paths/~1a~1{y}",
    ),
    (
        "an operation's security scheme",
        HEAD + f"paths:\n  /a:\n    get:\n      security:\n        - key: []\n      {OK}\n",
        7,
        "security scheme 'key' is not declared",
        "/paths/~1a/get/security/0/key",
    ),
    (
        "the document's security scheme",
        HEAD + "paths: {}\nsecurity: [{key: []}]\n",
        4,
        "security scheme 'key' is not declared",
        "/security/0/key",
    ),
    (
        "a reference to nowhere",
        SCHEMAS + f"    A:\n      properties:\n        b: {{$ref: '{TO}/B'}}\n",
        8,
        f"the reference '{TO}/B' leads nowhere",
        "/components/schemas/A/properties/b",
    ),
    (
        "a property that is called example",
        SCHEMAS + "    A:\n      properties:\n        example: {$ref: '#/no'}\n",
        8,
        "the reference '#/no' leads nowhere",
        "/components/schemas/A/properties/example",
    ),
    (
        "a default response that leads nowhere",
        GET + f"      {PARAMETERS}\n      responses:\n        default:\n          $ref: '#/no'\n",
        8,
        "the reference '#/no' leads nowhere",
        f"{GOT}/responses/default",
    ),
    (
        "an example that leads nowhere",
        HEAD + "paths: {}\ncomponents:\n  examples:\n    a:\n      $ref: '#/no'\n",
        6,
        "the reference '#/no' leads nowhere",
        "/components/examples/a",
    ),
    (
        "references in a circle",
        SCHEMAS + f"    A: {{$ref: '{TO}/B'}}\n    B: {{$ref: '{TO}/A'}}\n",
        6,
        "the reference leads in a circle",
        "/components/schemas/A",
    ),
]
BROKEN = [
    *UNREADABLE,
    *((title, text, line, f"is not a valid OpenAPI 3.0 document: {why}", at) for title, text, line, why, at in INVALID),
    *INCOHERENT,
]


@pytest.mark.parametrize(
    ("text", "line", "reason", "pointer"), [each[1:] for each in BROKEN], ids=[each[0] for each in BROKEN]
)
def test_broken_documents(tmp_path: Path, text: str, line: int, reason: str, pointer: str) -> None:
    """A broken document is told in words, with the line and the place that are to blame."""
    path = tmp_path / "api.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(DocumentError) as caught:
        Contract.load(path)
    error = caught.value
    assert (error.source, error.line, error.pointer) == (str(path), line, pointer)
    assert error.reason.startswith(reason)
    assert "\n" not in str(error)


def test_two_mistakes(tmp_path: Path) -> None:
    """Of several mistakes the first is told."""
    path = tmp_path / "api.yaml"
    path.write_text(HEAD + "paths:\n  /a: {get: {responses: 5}}\n  /b: {get: {responses: {}}}\nx: 1\n", "utf-8")
    with pytest.raises(
        DocumentError, match=r"api.yaml:4: .* expected object, found integer 5 \(at /paths/~1a/get/responses\)"
    ):
        Contract.load(path)


def item(name: str, method: str) -> dict[str, Any]:
    """Return a path that takes one method."""
    parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    return {method: {"parameters": [parameter], "responses": {"200": {"description": name}}}}


ACCEPTED: list[dict[str, Any]] = [
    {"paths": {}},
    {"openapi": "3.0.0", "paths": {}},
    {"openapi": "3.0.4-rc1", "paths": {}},
    {"info": {"title": "T", "version": "1", "contact": {"email": "none", "url": "not a url"}}, "paths": {}},
    {"paths": {"/a": {"get": {"responses": {"default": {"description": ""}}}, "x-any": 5}, "x-paths": [1]}},
    {"paths": {}, "components": {"schemas": {"A": {"example": {"$ref": "#/nowhere"}, "x-b": {"$ref": "#/nowhere"}}}}},
    {"paths": {}, "components": {"schemas": {"A": {"allOf": [{"$ref": "#/components/schemas/A"}]}}}},
    {"paths": {f"/a/{{{name}}}": item(name, method) for name, method in (("x", "get"), ("y", "put"))}},
]


@pytest.mark.parametrize("root", ACCEPTED)
def test_accepted_documents(root: dict[str, Any]) -> None:
    """What the specification allows is not refused, nor what does no harm."""
    head = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}}
    assert Contract(Document(head | root)).title == "T"
