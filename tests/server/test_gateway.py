"""Connexion really routes and secures, and still is what we know of it."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import connexion
import pytest
from connexion.middleware import ConnexionMiddleware
from connexion.middleware.routing import RoutingMiddleware
from connexion.middleware.security import SecurityMiddleware

from mockserver.contract import Contract, Document
from mockserver.errors import UsageError
from mockserver.server import gateway as door
from mockserver.server.gateway import Gateway, HTTPException, Receive, Scope, Send
from mockserver.server.refusal import Refused

RESPONSES = {"responses": {"200": {"description": "fine"}}}
THING = {"name": "thing-id", "in": "path", "required": True, "schema": {"type": "integer"}}
CONTRACT = Contract(
    Document(
        {
            "openapi": "3.0.3",
            "info": {"title": "Things", "version": "1"},
            "paths": {
                "/things": {
                    "get": {"operationId": "list", **RESPONSES},
                    "post": {"operationId": "add", "security": [{"key": []}, {"Odd": []}], **RESPONSES},
                    "put": {"operationId": "both", "security": [{"key": [], "Odd": []}], **RESPONSES},
                    "patch": {"operationId": "maybe", "security": [{"key": []}, {}], **RESPONSES},
                },
                "/things/{thing-id}": {"get": {"operationId": "one", "parameters": [THING], **RESPONSES}},
            },
            "components": {
                "securitySchemes": {
                    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                    "Odd": {"type": "http", "scheme": "OddTicket"},
                }
            },
        }
    )
)
Verify = Callable[[Mapping[str, Any], Scope], bool]


async def receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


def routed(method: str, path: str, verify: Verify | None = None, base_path: str = "") -> tuple[str, Any]:
    """Return the operation that a request reaches ("" for none), and its path parameters."""
    seen: list[tuple[str, Any]] = []

    def handler(name: str) -> Any:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            seen.append((name, scope.get("path_params") or {}))

        return app

    async def send(event: Any) -> None:
        pytest.fail(f"Connexion answered by itself: {event}")

    handlers = {name: handler(name) for name in ["", *CONTRACT.operation_ids]}
    app = Gateway(CONTRACT, base_path, verify, handlers)
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [],
    }
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    (found,) = seen
    return found


class TestRouting:
    """Which handler a request reaches."""

    @pytest.mark.parametrize("base_path", ["", "/tenant", "/a/b"])
    def test_operations(self, base_path: str) -> None:
        """Literal and templated paths lead to their operations, path parameters as texts under their own names."""
        assert routed("GET", f"{base_path}/things", base_path=base_path) == ("list", {})
        assert routed("GET", f"{base_path}/things/7", base_path=base_path) == ("one", {"thing-id": "7"})
        assert routed("GET", f"{base_path}/things/a b", base_path=base_path) == ("one", {"thing-id": "a b"})

    @pytest.mark.parametrize("path", ["/", "/other", "/things/", "/things/7/", "/things/7/8", "//things"])
    def test_nowhere(self, path: str) -> None:
        """Every other path leads to the handler for those."""
        assert routed("GET", path)[0] == ""

    @pytest.mark.parametrize("path", ["/things", "/things/7"])
    def test_methods(self, path: str) -> None:
        """A method that a path does not take is Connexion's 405."""
        with pytest.raises(HTTPException) as caught:
            routed("DELETE", path)
        assert caught.value.status_code == 405

    def test_head(self) -> None:
        """Where GET is, HEAD is too."""
        assert routed("HEAD", "/things/7")[0] == "one"
        assert routed("HEAD", "/things")[0] == "list"


class TestSecurity:
    """Who is asked for what."""

    @staticmethod
    def verifier(*good: str, asked: list[str] | None = None) -> Verify:
        """Return a function that lets in by the schemes of the types *good*, and notes which it was *asked* about."""

        def verify(scheme: Mapping[str, Any], scope: Scope) -> bool:
            if asked is not None:
                asked.append(scheme["type"])
            if scheme["type"] not in good:
                raise UsageError(f"no {scheme['type']}")
            return bool(scope["path"] == "/things")

        return verify

    @pytest.mark.parametrize(
        ("method", "good", "asked"),
        [
            ("GET", [], []),
            ("POST", ["apiKey"], ["apiKey"]),
            ("POST", ["http"], ["apiKey", "http"]),
            ("PUT", ["apiKey", "http"], ["apiKey", "http"]),
            ("PATCH", ["apiKey"], ["apiKey"]),
            ("PATCH", [], ["apiKey"]),
        ],
    )
    def test_let_in(self, method: str, good: list[str], asked: list[str]) -> None:
        """One of alternatives is enough, all of a group are needed, and none may be an alternative (OAS 3.0.3)."""
        noted: list[str] = []
        assert routed(method, "/things", self.verifier(*good, asked=noted))[0]
        assert noted == asked

    @pytest.mark.parametrize(
        ("method", "good", "message"),
        [
            ("POST", [], "no apiKey; or no http"),
            ("PUT", [], "no apiKey"),
            ("PUT", ["apiKey"], "no http"),
        ],
    )
    def test_refused(self, method: str, good: list[str], message: str) -> None:
        """What all of them miss is told at once."""
        with pytest.raises(Refused, match=f"^{message}$") as caught:
            routed(method, "/things", self.verifier(*good))
        assert caught.value.status == 401

    def test_refused_without_a_word(self) -> None:
        """A verdict without a reason is a refusal too."""
        with pytest.raises(Refused) as caught:
            routed("POST", "/things", lambda scheme, scope: False)
        assert caught.value.status == 401

    def test_nobody_asks(self) -> None:
        """Without a verifier everybody is let in."""
        assert routed("PUT", "/things")[0] == "both"


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    pytest.fail("nobody asked")


class TestConnexion:
    """What we use of Connexion; a test that fails here after an upgrade says what to look at."""

    def test_it_is_in_the_stack(self) -> None:
        """Its application is ours, its routing and its security are the middlewares."""
        handlers = dict.fromkeys(["", *CONTRACT.operation_ids], nothing)
        app = Gateway(CONTRACT, "", lambda scheme, scope: True, handlers).connexion
        assert isinstance(app, ConnexionMiddleware)
        bases = (RoutingMiddleware, SecurityMiddleware)
        kinds = [each if inspect.isclass(each) else each.func for each in app.middlewares]
        assert [issubclass(kind, base) for kind, base in zip(kinds, bases, strict=True)] == [True, True]

    def test_version(self) -> None:
        """The major and minor version that the gateway was written for."""
        assert version("connexion").startswith("3.3.")
        assert connexion.__name__ == "connexion"

    @pytest.mark.parametrize(
        ("function", "parameters"),
        [
            (ConnexionMiddleware.__init__, {"import_name", "middlewares", "resolver", "security_map"}),
            (ConnexionMiddleware.add_api, {"specification", "base_path"}),
            (RoutingMiddleware.add_api, {"specification", "base_path"}),
        ],
    )
    def test_parameters(self, function: Callable[..., Any], parameters: set[str]) -> None:
        """Functions still take what we give."""
        assert parameters <= set(inspect.signature(function).parameters)

    def test_deferred_modules(self) -> None:
        """Importing the gateway loads none of the modules kept away, and afterwards all of them are real."""
        script = """
import importlib, re, sys, pathlib
from mockserver.server import gateway
from mockserver.server.deferral import _Deferred
names = sorted(gateway.DEFERRED)
loaded = [name for name in names if name in sys.modules]
modules = [importlib.import_module(name) for name in names]
fake = [each.__name__ for each in modules if isinstance(each, _Deferred) or not pathlib.Path(each.__file__).exists()]
print(loaded, fake, gateway.RoutingMiddleware.__module__)
"""
        result = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=False
        )
        assert result.stderr == ""
        assert result.stdout.split("\n") == ["[] [] connexion.middleware.routing", ""]

    def test_only_one_module_imports_it(self) -> None:
        """Connexion has one door (docs/architecture.md)."""
        package = door.__file__.rpartition("/server/")[0]
        command = ["grep", "-RlE", r"^\s*(import|from) connexion", "--include=*.py", package]
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert [path.rpartition("/")[2] for path in found] == ["gateway.py"]
