"""Errors that a document tells its own way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockserver.contract import Document, Schema

Api = Callable[..., Callable[..., httpx.Response]]
SCHEMAS: dict[str, dict[str, Any]] = {
    "title": {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}},
    "code": {"type": "object", "required": ["code"], "properties": {"code": {"type": "integer", "minimum": 7}}},
    "text": {"type": "string"},
    "none": {},
}


def paths(kind: str, *media_types: str, status: str = "400") -> dict[str, Any]:
    """Return an operation whose errors of *status* are of the schema *kind*, in *media_types*."""
    content = {each: {"schema": SCHEMAS[kind]} if SCHEMAS[kind] else {} for each in media_types}
    parameter = {"name": "n", "in": "query", "required": True, "schema": {"type": "integer"}}
    responses = {"200": {"description": ""}, status: {"description": "", "content": content}}
    return {"/a": {"get": {"parameters": [parameter], "responses": responses}}}


@pytest.mark.parametrize("status", ["400", "4XX", "default"])
@pytest.mark.parametrize(("kind", "says_why"), [("title", True), ("code", False), ("text", True), ("none", True)])
@pytest.mark.parametrize("media_type", ["application/json", "application/vnd.error+json"])
def test_form(api: Api, status: str, kind: str, says_why: bool, media_type: str) -> None:
    """An error is of the documented media type and schema, and says why wherever these let it."""
    response = api(paths(kind, media_type, status=status))("GET", "/a")
    assert response.status_code == 400
    assert response.headers["Content-Type"].startswith(media_type)
    assert Schema(Document({}), SCHEMAS[kind], "").is_valid(response.json())
    assert ("required" in response.text) is says_why


@pytest.mark.parametrize(
    ("accept", "told"),
    [("*/*", "text/plain"), ("application/xml", "application/xml"), ("image/png", "text/plain")],
)
def test_media_type(api: Api, accept: str, told: str) -> None:
    """It is one of the documented, the client's where it takes one of these."""
    response = api(paths("text", "text/plain", "application/xml"))("GET", "/a", headers={"Accept": accept})
    assert (response.status_code, response.headers["Content-Type"]) == (400, f"{told}; charset=utf-8")
    assert "is required" in response.text


def test_challenge(api: Api) -> None:
    """Header fields of the error stay."""
    document = paths("text", "text/plain", status="401")
    document["/a"]["get"]["security"] = [{"Key": []}]
    schemes = {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    response = api(document, components={"securitySchemes": schemes})("GET", "/a?n=1")
    assert (response.status_code, response.text) == (401, "send header X-Key")
    assert "X-Key" in response.headers["WWW-Authenticate"]


def test_other_statuses(api: Api) -> None:
    """What the document says nothing of is a problem (RFC 9457)."""
    response = api(paths("code", "application/json", status="404"))("GET", "/a")
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json; charset=utf-8")
