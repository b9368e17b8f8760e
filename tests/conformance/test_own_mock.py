"""Our own mock passes our own check, whatever a document asks for: each makes the other's mistakes known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.conformance import Credential, Outcome, Settings, run
from mockserver.contract import Contract
from mockserver.judging import Judge
from mockserver.server.background import Background
from mockserver.server.settings import Settings as ServerSettings

Checked = Callable[..., Outcome]
TEXT = {"type": "string"}


@pytest.fixture
def checked(tmp_path: Path) -> Checked:
    """Serve a document with these paths, check it, and return what came of it."""

    def of(
        paths: dict[str, Any],
        root: dict[str, Any] | None = None,
        serving: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Outcome:
        document = {"openapi": "3.0.3", "info": {"title": "Own", "version": "1"}, **(root or {}), "paths": paths}
        path = tmp_path / "own.json"
        path.write_text(json.dumps(document))
        contract = Contract.load(path)
        with Background(ServerSettings(document=str(path), log=False, **(serving or {}))) as mock:
            judge = Judge(contract, base_path=contract.base_path).judge
            return run(contract, mock.url, Settings(**{"max_requests": 120, **settings}), judge=judge)

    return of


def answered(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "200": {"description": "told", "content": {"application/json": {"schema": schema}}},
        "default": {"description": "wrong"},
    }


def passes(outcome: Outcome) -> bool:
    """Whether there was nothing to find, and something that could have been."""
    groups = outcome.report.groups.items()
    assert {key: group.first[0].message for key, group in groups if group.severity != "note"} == {}
    return outcome.stopped is None and outcome.report.total > 0


ENCODED = {
    "/files/{path}": {
        "get": {
            "operationId": "file",
            "parameters": [
                {
                    "name": "path",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "enum": ["a/b", "c:d", "e%2Ff", "g h", "?", "å#"]},
                }
            ],
            "responses": answered({"type": "object", "required": ["path"], "properties": {"path": TEXT}}),
        }
    },
    "/tasks/{id}:cancel": {
        "post": {
            "operationId": "cancel",
            "x-writes": False,
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT, "example": "a/b"}],
            "responses": answered(TEXT),
        }
    },
}


def test_a_value_may_hold_what_a_path_is_made_of(checked: Checked):
    """A slash or a percent sign in a path parameter is encoded, and leads to the operation, below any base path."""
    outcome = checked(ENCODED, {"servers": [{"url": "/my%20api"}]})
    assert passes(outcome)
    answers = outcome.report.exchanges
    assert answers["file", 200] > 40
    assert answers["cancel", 200] > 40


KEYS = {
    "components": {
        "securitySchemes": {
            "Query": {"type": "apiKey", "in": "query", "name": "api key"},
            "Session": {"type": "apiKey", "in": "cookie", "name": "sid"},
            "Field": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "Basic": {"type": "http", "scheme": "basic"},
        }
    }
}
GIVEN = ("Query=qu3ry-s3cret&=", "sid=c00kie-s3cret", "X-Key=h3ader-s3cret")
LOCKED = {
    f"/{name}": {
        "get": {
            "operationId": name,
            "security": security,
            "parameters": [{"name": "a", "in": "cookie", "schema": {"type": "string", "enum": ["x", "y"]}}],
            "responses": {**answered(TEXT), "401": {"description": "who is there?"}},
        }
    }
    for name, security in {
        "query": [{"Query": []}],
        "cookie": [{"Session": []}],
        "either": [{"Query": []}, {"Field": []}],
        "both": [{"Basic": [], "Query": []}, {"Session": [], "Field": []}],
    }.items()
}


def test_keys_are_right_wrong_and_missing_wherever_they_are_sent(checked: Checked):
    """In the query, in a cookie or beside others: the mock takes those that it knows, alone or together."""
    serving = {"api_keys": GIVEN, "users": ("kari:p4ss-s3cret",)}
    locked = checked(LOCKED, KEYS, serving, api_keys=GIVEN, credentials=(Credential.basic("kari:p4ss-s3cret"),))
    assert passes(locked)
    for name in ("query", "cookie", "either", "both"):
        assert locked.report.exchanges[name, 200] > 30
        assert locked.report.exchanges[name, 401] > 8
    credentials = {case.says for share in locked.plan.shares for case in share.planned if case.operation == "both"}
    assert {"Basic and API key api key", "API key sid and API key X-Key", "no Basic", "no API key sid"} <= credentials


INTEGER = {"type": "integer"}
NUMBERS = {"type": "array", "items": INTEGER, "minItems": 1, "maxItems": 3}
COLOR = {"type": "object", "properties": {"R": INTEGER, "G": {"type": "integer", "minimum": 1, "maximum": 255}}}
KINDS = {"text": {"type": "string", "maxLength": 9}, "list": NUMBERS, "members": COLOR}
STYLES = {
    "query": [
        *(("form", each) for each in (True, False)),
        *((style, False) for style in ("spaceDelimited", "pipeDelimited")),
        ("deepObject", True),
    ],
    "path": [(style, each) for style in ("simple", "label", "matrix") for each in (True, False)],
    "header": [("simple", True), ("simple", False)],
    "cookie": [("form", False)],
}


def styled(location: str, style: str, explode: bool) -> dict[str, Any]:
    """Return an operation with a parameter of each kind that the style can tell (OAS 3.0.3, Style Values)."""
    kinds = {
        "deepObject": ("members",),
        "spaceDelimited": ("list",),
        "pipeDelimited": ("list",),
    }.get(style, tuple(KINDS))
    parameters = [
        {
            "name": f"{location}-{kind}",
            "in": location,
            "style": style,
            "explode": explode,
            "required": location == "path",
            "schema": KINDS[kind],
        }
        for kind in kinds
    ]
    return {
        "operationId": f"{location}-{style}-{explode}",
        "tags": [location, style],
        "parameters": parameters,
        "responses": answered({"type": "object", "properties": {"ok": {"type": "boolean"}}}),
    }


def path_of_styles(location: str, style: str, explode: bool) -> str:
    path = f"/{location}/{style}/{explode}"
    return path + "".join(f"/{{path-{kind}}}" for kind in KINDS) if location == "path" else path


EVERY_STYLE = {
    path_of_styles(location, style, explode): {"get": styled(location, style, explode)}
    for location, pairs in STYLES.items()
    for style, explode in pairs
}


@pytest.mark.parametrize("seed", [1, 2])
def test_parameters_of_every_style(checked: Checked, seed: int):
    """In the query, path, headers and cookies, exploded or not: texts, arrays and objects."""
    outcome = checked(EVERY_STYLE, seed=seed, workers=2, max_requests=60)
    assert passes(outcome)
    accepted = {name for name, status in outcome.report.exchanges if status == 200}
    assert accepted == {each["get"]["operationId"] for each in EVERY_STYLE.values()}
    families = {case.family for share in outcome.plan.shares for case in share.planned}
    assert {"parameter/optional", "parameter/bounds"} <= families


TERSE = {
    "/terse/{number}": {
        "get": {
            "operationId": "terse",
            "security": [{"Query": []}],
            "parameters": [{"name": "number", "in": "path", "required": True, "schema": INTEGER}],
            "responses": {"200": {"description": "told", "content": {"application/json": {"schema": INTEGER}}}},
        }
    },
    "/any": {
        "get": {
            "operationId": "any",
            "responses": {"default": {"description": "told", "content": {"application/xml": {"schema": COLOR}}}},
        }
    },
}


def test_a_document_need_not_tell_why_a_wrong_request_is_refused(checked: Checked):
    """400 and 401 are no surprise there; what is told of all statuses is told of the success that is not documented."""
    outcome = checked(TERSE, KEYS, {"api_keys": GIVEN}, api_keys=GIVEN, max_requests=150)
    assert passes(outcome)
    for status in (200, 400, 401):
        assert outcome.report.exchanges["terse", status] > 3
    assert outcome.report.exchanges["any", 200] > 40


JSON_IN = {"application/json": {"schema": {"type": "object", "properties": {"n": {"type": "integer", "maximum": 9}}}}}
EVERY_METHOD = {
    "/things/{id}": {
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": INTEGER},
            {"name": "filter", "in": "query", "content": JSON_IN},
        ],
        **{
            method: {
                "operationId": method,
                "tags": ["things", method],
                "responses": {
                    "204": {"description": "done"},
                    "400": {"description": "wrong", "content": {"text/plain": {"schema": TEXT}}},
                },
                **({"requestBody": {"content": JSON_IN}} if method in ("put", "post", "patch") else {}),
            }
            for method in ("get", "put", "post", "delete", "options", "head", "patch", "trace")
        },
    }
}


def test_every_method_with_parameters_that_are_documents(checked: Checked):
    """An operation of each method, its parameter JSON in the query, its errors texts."""
    outcome = checked(EVERY_METHOD, workers=2, max_requests=60, allow_writes=True)
    assert passes(outcome)
    assert {name for name, status in outcome.report.exchanges if status == 204} == set(EVERY_METHOD["/things/{id}"]) - {
        "parameters"
    }
    some = checked(EVERY_METHOD, operations=("put", "head"), max_requests=40, seed=3)
    assert passes(some)
    assert [share.operation for share in some.plan.shares] == ["put", "head"]
