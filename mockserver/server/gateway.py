"""Connexion: routes a request to its operation and asks for credentials, before a handler answers.

The only module that imports connexion. What was measured of it, and why its request validation
is not in the stack, is in docs/architecture.md.
"""

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from itertools import count
from typing import Any
from urllib.parse import unquote

from mockserver.contract import Contract
from mockserver.contract.operation import TEMPLATE, openness, path_parameters
from mockserver.errors import MockserverError
from mockserver.exchange import path_of
from mockserver.server.deferral import deferred
from mockserver.server.heads import known_of
from mockserver.server.refusal import refused_by_all

# Connexion imports these for its test client, its command line, Flask applications, OAuth token
# introspection and Jinja templates in documents: two thirds of its import time, and none of it used here.
DEFERRED = ("starlette.testclient", "httpx", "jinja2", "requests", "werkzeug", "werkzeug.local")
with deferred(*DEFERRED), warnings.catch_warnings():
    # It also imports names that jsonschema and Starlette have deprecated: no matter of our users'.
    warnings.simplefilter("ignore", DeprecationWarning)
    from connexion.exceptions import OAuthProblem
    from connexion.middleware import ConnexionMiddleware
    from connexion.middleware.abstract import ROUTING_CONTEXT
    from connexion.middleware.main import API
    from connexion.middleware.routing import RoutingMiddleware
    from connexion.middleware.security import SecurityMiddleware
    from connexion.resolver import Resolver
    from connexion.security import NO_VALUE
    from connexion.spec import OpenAPISpecification, Specification
    from starlette.exceptions import HTTPException

__all__ = ["App", "Gateway", "HTTPException", "Receive", "Scope", "Send", "Verify"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
REFUSALS = "mockserver.refusals"
ADMITTED = "admitted"
Verify = Callable[[Mapping[str, Any], Scope], bool]


class Gateway:
    """The ASGI application that hands each request to the handler of its operation.

    *handlers* are by operation id; a request to no operation goes to the handler under ``""``.
    *verify* tells whether a request carries the credential that one security scheme asks for,
    given the Security Scheme Object and the ASGI scope; it may raise. Without it everybody is let in.
    Method, path and credentials are all in the head of a request, so Connexion is asked once for each head.
    """

    def __init__(self, contract: Contract, base_path: str, verify: Verify | None, handlers: Mapping[str, App]) -> None:
        self.handlers = handlers
        self._names = {operation.id: path_parameters(operation.path) for operation in contract.operations}
        self.connexion = ConnexionMiddleware(
            self._dispatch,
            import_name=__name__,
            middlewares=[LiteralRouting] if verify is None else [LiteralRouting, Security],
            resolver=Resolver(handlers.__getitem__),
            security_map=None if verify is None else _security_map(contract, verify),
        )
        # What add_api does, but for holding the outline against the schema of OAS: that took a third of a large start.
        api = API(Outline(_outline(contract)), base_path=base_path, name=None, **vars(self.connexion.options))
        self.connexion.apis.append(api)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass the request on to its handler, or raise what Connexion or *verify* does."""
        found = known_of(scope).get(ADMITTED)
        if found is None or found[0] is not self:
            return self.connexion(scope, receive, send)  # type: ignore[no-any-return]
        _, handler, scope["path_params"] = found
        return handler(scope, receive, send)  # type: ignore[no-any-return]

    def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass on a request that Connexion let through, and the next ones with its head."""
        found = scope["extensions"][ROUTING_CONTEXT].get("operation_id") or ""
        given = scope.get("path_params") or {}
        names = self._names[found] if found else ()
        values = {name: unquote(given[f"p{position}"]) for position, name in enumerate(names)}
        handler, scope["path_params"] = self.handlers[found], values
        known_of(scope)[ADMITTED] = self, handler, values
        return handler(scope, receive, send)


class Outline(OpenAPISpecification):  # type: ignore[misc]
    """What Connexion sees of a document: valid as it is made."""

    @classmethod
    def _validate_spec(cls, spec: Any) -> None:
        pass


class LiteralRouting(RoutingMiddleware):  # type: ignore[misc]
    """Connexion's routing, with paths that have no parameters found at once.

    Starlette tries the patterns of all routes in turn, which is fine for ten and slow for 3,300.
    """

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.literal: dict[tuple[str, str], dict[str, str]] = {}

    def add_api(self, specification: Specification, base_path: str | None = None, **kwargs: Any) -> None:
        """Register the operations of *specification* below *base_path*."""
        super().add_api(specification, base_path=base_path, **kwargs)
        for router in (self.router, *(route.app for route in self.router.routes)):
            router.redirect_slashes = False  # a path with a slash at its end is another path
        base_path = base_path or ""
        for path, methods in specification["paths"].items():
            if "{" not in path:
                for method, operation in methods.items():
                    found = {"api_base_path": base_path, "operation_id": operation["operationId"]}
                    self.literal[method.upper(), base_path + path] = found

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass the request on, with its operation in the scope."""
        found = self.literal.get((scope.get("method", ""), scope.get("path", "")))
        if found is None:
            return super().__call__(scope, receive, send)  # type: ignore[no-any-return]
        scope.setdefault("extensions", {})[ROUTING_CONTEXT] = found
        return self.app(scope, receive, send)  # type: ignore[no-any-return]


class Security(SecurityMiddleware):  # type: ignore[misc]
    """Connexion's security, with the reasons of all schemes in one refusal where it picks one.

    It asks the function that Connexion compiled for the operation, with no more of a request around
    it than that function looks at: Connexion's own request wraps one of Starlette's.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or raise Refused."""
        found = scope["extensions"][ROUTING_CONTEXT]
        for api in self.apis.get(found.get("api_base_path"), ()):
            operation = api.operations.get(found.get("operation_id"))
            if operation is not None and operation.security:
                try:
                    await operation.verification_fn(_Asking(scope))
                except OAuthProblem:
                    raise refused_by_all(scope.get(REFUSALS, ())) from None
        await self.app(scope, receive, send)


class _Asking:
    """Who asks to be let in: the ASGI scope, and what Connexion notes of them."""

    __slots__ = ("context", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.context: dict[str, Any] = {}


def _outline(contract: Contract) -> dict[str, Any]:
    """Return the document as far as Connexion needs it: paths, ids and credentials.

    Path parameters are texts here, named by their positions: the contract judges their types and
    says what is wrong with them, where a router could only answer 404, and a router takes no
    names such as ``product-id``. The more specific a path, the earlier it is tried (OAS 3.0.3, Paths Object).
    """
    paths: dict[str, Any] = {}
    # Starlette's route for GET takes HEAD too, unless one of its own comes first.
    for operation in sorted(contract.operations, key=lambda each: (openness(each.path), each.method != "HEAD")):
        path = _by_position(operation.path)
        names = path_parameters(path)
        paths.setdefault(path, {})[operation.method.lower()] = {
            "operationId": operation.id,
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
            ],
            "security": list(operation.security),
            "responses": {"default": {"description": ""}},
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": contract.title, "version": ""},
        "paths": paths,
        "components": {"securitySchemes": dict(contract.security_schemes)},
    }


def _by_position(path: str) -> str:
    positions = count()
    pieces = TEMPLATE.split(path)
    return "".join(f"{{p{next(positions)}}}" if index % 2 else path_of(text) for index, text in enumerate(pieces))


def _security_map(contract: Contract, verify: Verify) -> dict[str, Any]:
    """Return Connexion's security handlers, one for each kind of scheme: all ask *verify*."""

    class Handler:
        def get_fn(self, scheme: Mapping[str, Any], _: list[str]) -> Callable[[Any], Any]:
            def admit(request: Any) -> Any:
                try:
                    return {} if verify(scheme, request.scope) else NO_VALUE
                except MockserverError as refusal:
                    request.scope.setdefault(REFUSALS, []).append(refusal)
                    return NO_VALUE

            return admit

    schemes = {str(scheme["scheme"]).lower() for scheme in contract.security_schemes.values() if "scheme" in scheme}
    return dict.fromkeys({"basic", "bearer", "apiKey", "oauth2", "openIdConnect", *schemes}, Handler)
