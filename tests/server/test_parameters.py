"""Parameters that may be empty (OAS 3.0.3, Parameter Object, allowEmptyValue)."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

Api = Callable[..., Callable[..., httpx.Response]]


@pytest.mark.parametrize(("query", "status"), [("a=", 204), ("a", 204), ("a=5", 204), ("a=x", 400), ("b=", 400)])
def test_empty(api: Api, query: str, status: int) -> None:
    """A parameter may be empty where the document says so."""
    entry = {"in": "query", "schema": {"type": "integer"}}
    parameters = [{**entry, "name": "a", "allowEmptyValue": True}, {**entry, "name": "b"}]
    send = api({"/a": {"get": {"parameters": parameters, "responses": {"204": {"description": ""}}}}})
    assert send("GET", f"/a?{query}").status_code == status
