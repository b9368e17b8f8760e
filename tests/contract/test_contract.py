from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract import Contract, Document

DOCUMENTS = Path(__file__).parents[2] / "fixtures" / "documents"
OK: dict[str, Any] = {"responses": {"200": {"description": "Fine."}}}


def contract(paths: Any, **more: Any) -> Contract:
    return Contract(Document({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths, **more}))


def at(*names: str) -> list[Any]:
    """Return declarations of the path parameters *names*."""
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def routes() -> Contract:
    return contract(
        {
            "/users/{id}": {
                "get": OK | {"operationId": "user", "parameters": at("id")},
                "delete": OK | {"parameters": at("id")},
            },
            "/users/me": {"get": OK | {"operationId": "me"}},
            "/users/{id}/files/{name}.{kind}": {
                "parameters": at("id", "name", "kind"),
                "get": OK | {"operationId": "file"},
            },
            "/users/{id}/files/{file}": {"parameters": at("id", "file"), "get": OK | {"operationId": "any"}},
            "/users/{id}/files/latest": {"parameters": at("id"), "get": OK | {"operationId": "latest"}, "head": OK},
            "/a.b": {"get": OK | {"operationId": "dot"}},
            "/": {"get": OK | {"operationId": "root"}},
            "/nothing": {"description": "No operation."},
            "x-path": {"get": 5},
        }
    )


FOUND = [
    ("GET", "/users/7", "user", {"id": "7"}),
    ("GET", "/users/me", "me", {}),
    ("DELETE", "/users/me", "DELETE /users/{id}", {"id": "me"}),
    ("GET", "/users/7/files/a.txt", "any", {"id": "7", "file": "a.txt"}),
    ("GET", "/users/7/files/latest", "latest", {"id": "7"}),
    ("GET", "/users/a b{}ü/files/x", "any", {"id": "a b{}ü", "file": "x"}),
    ("GET", "/a.b", "dot", {}),
    ("GET", "/", "root", {}),
]


class TestFinding:
    """Operations by method and path (OAS 3.0.3, Paths Object, Path Templating Matching)."""

    @pytest.mark.parametrize(("method", "path", "name", "values"), FOUND)
    def test_found(self, method: str, path: str, name: str, values: dict[str, str]) -> None:
        """A path without parameters wins over one with them; of those, the one that leaves less open."""
        match = routes().find(method, path)
        assert match is not None
        assert (match.operation.id, match.path_parameters) == (name, values)

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/users"),
            ("GET", "/users/"),
            ("GET", "/users/7/"),
            ("GET", "/Users/7"),
            ("GET", "/users/7/8"),
            ("GET", "/axb"),
            ("GET", "/nothing"),
            ("GET", "x-path"),
            ("POST", "/users/7"),
            ("get", "/users/7"),
        ],
    )
    def test_not_found(self, method: str, path: str) -> None:
        """Paths and methods are found as they are written, and a parameter is never empty nor has a slash."""
        assert routes().find(method, path) is None

    @pytest.mark.parametrize(
        ("path", "methods"),
        [
            ("/users/7", ["GET", "DELETE"]),
            ("/users/me", ["GET", "DELETE"]),
            ("/users/7/files/latest", ["GET", "HEAD"]),
            ("/nothing", []),
            ("/nowhere", []),
        ],
    )
    def test_methods(self, path: str, methods: list[str]) -> None:
        """A path takes the methods of every template that it fits."""
        assert routes().methods(path) == methods

    @given(
        st.lists(
            st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1),
            min_size=2,
            max_size=2,
        )
    )
    def test_values(self, values: list[str]) -> None:
        """Whatever stands in a segment is the parameter's value."""
        match = contract({"/a/{x}/b/{y}": {"parameters": at("x", "y"), "get": OK}}).find(
            "GET", "/a/{}/b/{}".format(*values)
        )
        assert match is not None
        assert list(match.path_parameters.values()) == values

    def test_operation_ids(self) -> None:
        """Operations come in the document's order; one without an id is called by its method and path."""
        ids = routes().operation_ids
        assert ids[:3] == ("user", "DELETE /users/{id}", "me")
        assert [each.id for each in routes().operations] == list(ids)

    def test_operations_are_compiled_once(self) -> None:
        """An operation is the same however it is asked for."""
        found = routes()
        match = found.find("GET", "/a.b")
        assert match is not None
        assert found.operation("dot") is match.operation

    def test_unknown_operation(self) -> None:
        """An id that the document has not is a LookupError."""
        with pytest.raises(LookupError):
            routes().operation("nobody")


# OAS 3.0.3, Server Object: URL, variables, and the path below which all paths stand.
SERVERS = [
    (None, ""),
    ([], ""),
    ([{"url": "/"}], ""),
    ([{"url": "https://api.example"}], ""),
    ([{"url": "https://api.example/"}], ""),
    ([{"url": "https://api.example:8443/v1/"}], "/v1"),
    ([{"url": "/v1"}, {"url": "/v2"}], "/v1"),
    ([{"url": "v1/beta"}], "/v1/beta"),
    ([{"url": "/my%20api/"}], "/my api"),
    (
        [
            {
                "url": "https://{host}/{tenant}/api",
                "variables": {"host": {"default": "x.example"}, "tenant": {"default": "Cust1"}},
            }
        ],
        "/Cust1/api",
    ),
]


@pytest.mark.parametrize(("servers", "path"), SERVERS)
def test_base_path(servers: Any, path: str) -> None:
    """The base path is that of the first server; variables have their defaults."""
    more = {} if servers is None else {"servers": servers}
    assert contract({}, **more).base_path == path


OPERATION: dict[str, Any] = {
    "/things/{id}": {
        "parameters": [
            *at("id"),
            {"name": "limit", "in": "query", "schema": {"type": "integer"}},
            {"name": "limit", "in": "header", "schema": {"type": "string"}},
        ],
        "post": {
            "parameters": [
                {"name": "limit", "in": "query", "required": True, "schema": {"type": "integer", "maximum": 5}},
                {"$ref": "#/components/parameters/Filter"},
                {"name": "ids", "in": "query", "style": "pipeDelimited", "schema": {"type": "array", "items": {}}},
                {"name": "session", "in": "cookie", "explode": False, "schema": {"type": "string"}},
                *({"name": name, "in": "header", "schema": {}} for name in ("accept", "Content-Type", "AUTHORIZATION")),
            ],
            "requestBody": {"$ref": "#/components/requestBodies/Thing"},
            "responses": {
                "200": {
                    "description": "Fine.",
                    "headers": {"X-Count": {"$ref": "#/components/headers/Count"}, "Content-Type": {"schema": {}}},
                    "content": {
                        "application/json": {"example": {"a": 1}, "schema": {"type": "object"}},
                        "Text/Plain": {
                            "examples": {
                                "b": {"value": "B"},
                                "c": {"$ref": "#/components/examples/C"},
                                "d": {"externalValue": "d.txt"},
                            }
                        },
                    },
                },
                "4XX": {"$ref": "#/components/responses/Bad"},
                "default": {"description": "Else."},
                "x-note": "Nothing.",
            },
            "security": [{}],
        },
        "get": OK | {"parameters": at("id")},
    }
}
COMPONENTS: dict[str, Any] = {
    "parameters": {
        "Filter": {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}}
    },
    "requestBodies": {
        "Thing": {"required": True, "content": {"application/JSON": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    },
    "responses": {"Bad": {"description": "Bad.", "content": {"application/json": {}}}},
    "headers": {"Count": {"schema": {"type": "integer"}}},
    "examples": {"C": {"value": "C"}},
    "schemas": {
        "Thing": {
            "type": "object",
            "required": ["id", "name"],
            "properties": {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string"}},
        }
    },
    "securitySchemes": {
        "key": {"type": "apiKey", "in": "query", "name": "k"},
        "also": {"$ref": "#/components/securitySchemes/key"},
    },
}


class TestOperation:
    """What an operation takes and answers."""

    @pytest.fixture
    def found(self) -> Contract:
        """A contract whose operations say all that can be said."""
        return contract(OPERATION, components=COMPONENTS, security=[{"key": []}])

    def test_parameters(self, found: Contract) -> None:
        """An operation overrides its path's parameters by name and place; styles have their defaults."""
        parameters = {(each.location, each.name): each for each in found.operation("POST /things/{id}").parameters}
        described = {
            place: (each.style, each.explode, each.required, each.media_type) for place, each in parameters.items()
        }
        assert described == {
            ("path", "id"): ("simple", False, True, None),
            ("query", "limit"): ("form", True, True, None),
            ("header", "limit"): ("simple", False, False, None),
            ("query", "filter"): ("form", True, False, "application/json"),
            ("query", "ids"): ("pipeDelimited", False, False, None),
            ("cookie", "session"): ("form", False, False, None),
        }
        limit, filtered = parameters["query", "limit"].schema, parameters["query", "filter"].schema
        assert (limit.is_valid(6), limit.pointer) == (False, "/paths/~1things~1{id}/post/parameters/0/schema")
        assert filtered.pointer == "/components/parameters/Filter/content/application~1json/schema"

    def test_headers_that_are_no_parameters(self, found: Contract) -> None:
        """Accept, Content-Type and Authorization are ignored as parameters (OAS 3.0.3, Parameter Object)."""
        headers = [each.name for each in found.operation("POST /things/{id}").parameters if each.location == "header"]
        assert headers == ["limit"]

    def test_body(self, found: Contract) -> None:
        """Media types are found in lower case; what is read-only need not be sent."""
        operation = found.operation("POST /things/{id}")
        assert (list(operation.contents), operation.body_required) == (["application/json"], True)
        schema = operation.contents["application/json"].schema
        assert schema is not None
        assert schema.is_valid({"name": "a"})
        assert not schema.is_valid({"id": 1})
        assert (found.operation("GET /things/{id}").contents, found.operation("GET /things/{id}").body_required) == (
            {},
            False,
        )

    def test_answers(self, found: Contract) -> None:
        """Answers come with contents, schemas, headers and examples; a header Content-Type is none."""
        answers = found.operation("POST /things/{id}").answers
        assert list(answers) == ["200", "4XX", "default"]
        ok = answers["200"]
        assert list(ok.headers) == ["X-Count"]
        assert not ok.headers["X-Count"].is_valid("many")
        assert {name: dict(content.examples) for name, content in ok.contents.items()} == {
            "application/json": {"example": {"a": 1}},
            "text/plain": {"b": "B", "c": "C"},
        }
        assert ok.contents["text/plain"].schema is None

    @pytest.mark.parametrize(("status", "answer"), [(200, "200"), (404, "4XX"), (201, "default"), (500, "default")])
    def test_answer_for(self, found: Contract, status: int, answer: str) -> None:
        """A status is answered for by itself, then by its class, then by the default (OAS 3.0.3, Responses Object)."""
        operation = found.operation("POST /things/{id}")
        assert operation.answer_for(status) is operation.answers[answer]
        assert found.operation("GET /things/{id}").answer_for(201) is None

    def test_security(self, found: Contract) -> None:
        """An operation's own security counts, else the document's; schemes are found by name."""
        assert found.operation("POST /things/{id}").security == [{}]
        assert found.operation("GET /things/{id}").security == [{"key": []}]
        assert found.security_schemes["also"] == found.security_schemes["key"] == COMPONENTS["securitySchemes"]["key"]
        assert contract({}).security_schemes == {}

    def test_place(self, found: Contract) -> None:
        """An operation knows where it stands."""
        operation = found.operation("POST /things/{id}")
        assert found.document.at(operation.pointer) is operation.node
        assert (operation.method, operation.path, found.title) == ("POST", "/things/{id}", "T")

    def test_path_in_another_place(self) -> None:
        """A path may be a reference."""
        paths = {"/a": {"$ref": "#/paths/~1b"}, "/b": {"get": OK}}
        found = contract(paths)
        match = found.find("GET", "/a")
        assert match is not None
        assert (match.operation.id, match.operation.pointer) == ("GET /a", "/paths/~1b/get")


@pytest.mark.parametrize(("name", "base_path", "operations"), [("shop.yaml", "/v1", 7), ("weather.json", "", 2)])
def test_other_documents(name: str, base_path: str, operations: int) -> None:
    """Documents that are nothing like the shipped one load as well, in YAML and in JSON."""
    found = Contract.load(DOCUMENTS / name)
    assert (found.base_path, len(list(found.operations))) == (base_path, operations)


@pytest.mark.parametrize("name", ["shop.yaml", "weather.json"])
def test_contract_travels(name: str) -> None:
    """A contract can be sent to another process, whatever was compiled of it, and says the same there."""
    here = Contract.load(DOCUMENTS / name)
    for operation in here.operations:
        for answer in operation.answers.values():
            assert all(content.schema is None or content.schema.shape for content in answer.contents.values())
            assert all(content.schema is None or content.schema.violations(7) for content in answer.contents.values())
    there = pickle.loads(pickle.dumps(here))
    assert there.operation_ids == here.operation_ids
    assert there.document.root == here.document.root
    assert there.document.line("/paths") == here.document.line("/paths") > 0
    assert there.document.files == here.document.files
