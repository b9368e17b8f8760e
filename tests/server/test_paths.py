"""Percent-encoded paths (RFC 3986, section 2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Api = Callable[..., Callable[..., httpx.Response]]

PATHS: dict[str, Any] = {
    "/files/{path}": {
        "parameters": [{"name": "path", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": {
            "responses": {
                "200": {
                    "description": "",
                    "content": {"application/json": {"schema": {"properties": {"path": {"type": "string"}}}}},
                }
            }
        },
    },
    "/a%20b": {"get": {"responses": {"204": {"description": ""}}}},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a%2Fb", "a/b"),
        ("a%2fb%2Fc", "a/b/c"),
        ("%C3%A5%20b", "å b"),
        ("a%252Fb", "a%2Fb"),
        ("100%", "100%"),
        ("%%34%31", "%41"),
    ],
)
def test_encoded_slash(api: Api, path: str, value: str) -> None:
    """An encoded slash is part of a segment."""
    assert api(PATHS)("GET", f"/files/{path}").json()["path"] == value
    assert api(PATHS)("POST", f"/files/{path}").headers["Allow"] == "GET, HEAD, OPTIONS"


def test_slash(api: Api) -> None:
    """One that is not encoded parts segments."""
    assert api(PATHS)("GET", "/files/a/b").status_code == 404
    assert "/files%2Fa" in api(PATHS)("GET", "/files%2Fa").json()["detail"]


def test_path_of_the_document(api: Api) -> None:
    """A document writes its paths encoded, as the client does."""
    assert api(PATHS)("GET", "/a%20b").status_code == 204


def test_base_path(api: Api) -> None:
    """So does whoever names a base path; an error leads to what is there."""
    send = api(PATHS, base_path="/x%20y")
    assert send("GET", "/a%20b").status_code == 204
    assert send("GET", "/").status_code == 200
    assert send("GET", "/nothing").json()["detail"] == "nothing is served at /x y/nothing; GET /x%20y/ lists what is"


def test_one_template_twice(api: Api) -> None:
    """Paths that differ in the names of their parameters are told apart by method, as vendors mean them."""

    def item(name: str, schema: Any) -> Any:
        parameter = {"name": name, "in": "path", "required": True, "schema": schema}
        return {"parameters": [parameter], "responses": {"204": {"description": ""}}}

    number, text = item("id", {"type": "integer"}), item("key", {"type": "string", "enum": ["a"]})
    ask = api({"/things/{id}": {"get": number}, "/things/{key}": {"delete": text}})
    statuses = [ask(method, path).status_code for method in ("GET", "DELETE") for path in ("/things/1", "/things/a")]
    assert statuses == [204, 400, 400, 204]
    assert ask("PUT", "/things/1").headers["Allow"] == "GET, DELETE, HEAD, OPTIONS"
