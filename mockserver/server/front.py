"""The outermost application: service pages, errors in one shape, a log line for each request."""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping
from http import HTTPStatus

import orjson

from mockserver.contract import Contract
from mockserver.errors import MockserverError
from mockserver.exchange import path_of
from mockserver.server.access_log import AccessLog
from mockserver.server.faults import Faults
from mockserver.server.gateway import App, HTTPException, Receive, Scope, Send
from mockserver.server.handler import content_type
from mockserver.server.messages import REFUSAL, Answer, Sent, fields, headers_of
from mockserver.server.pages import Page
from mockserver.server.refusal import Refused, refused

DESCRIBED = (content_type("application/json"),)


class Front:
    """Answers every request, whatever happens behind it."""

    def __init__(
        self,
        app: App,
        contract: Contract,
        faults: Faults,
        *,
        base_path: str,
        pages: Mapping[str, Page],
        log: AccessLog,
        describes: bool = False,
    ) -> None:
        self.app = app
        self.contract = contract
        self.faults = faults
        self.base_path = base_path
        self.pages = pages
        self.log = log
        self.describes = describes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; lifespan and other events are left to the server."""
        if scope["type"] != "http":
            return
        asked = scope
        if b"%" in scope.get("raw_path", b""):
            scope = {**scope, "path": path_of(scope["raw_path"].decode("ascii"))}
        started = time.perf_counter()
        sent = Sent(send)
        reason = ""
        try:
            answer = self._before(scope)
            if answer is None:
                await self.app(scope, receive, sent)
            else:
                await answer.send(sent)
        except HTTPException:  # Connexion's router raises no other than 405
            reason = await self._refuse(scope, self._not_allowed(scope), sent)
        except MockserverError as error:
            reason = await self._refuse(scope, refused(error), sent)
        except Exception as error:  # noqa: BLE001 (every request is answered, and no trace leaves the server)
            self.log.note(traceback.format_exc())
            reason = await self._refuse(scope, Refused(500, f"the mock server failed: {type(error).__name__}"), sent)
        self.log.line(asked, sent.status, sent.size, time.perf_counter() - started, reason)

    def _before(self, scope: Scope) -> Answer | None:
        """Return the answer to what is no matter of the document's: a service page, a question for methods."""
        path, method = scope["path"], scope["method"]
        if REFUSAL in scope:
            raise Refused(*scope[REFUSAL])
        if path in self.pages and not self.contract.methods(self._below(path) or ""):
            if method in ("GET", "HEAD"):
                return self.pages[path](scope)
            if method != "OPTIONS":
                raise self._not_allowed(scope)
        if self.describes and method in ("GET", "HEAD") and (described := self._described(path)):
            return Answer(200, DESCRIBED, orjson.dumps(described))
        if method == "OPTIONS":
            allowed = self._allowed(path)
            if path == "*" or (allowed and not self._documents(path, "OPTIONS")):
                return Answer(204, fields(("Allow", ", ".join(allowed or ["OPTIONS"]))))
        return None

    def _described(self, path: str) -> dict[str, str]:
        """Return what each method of *path* does, by its name; nothing for a path that takes GET."""
        below = self._below(path) or ""
        found = {method: self.contract.find(method, below) for method in self.contract.methods(below)}
        return {} if "GET" in found else {method: match.operation.summary for method, match in found.items() if match}

    def _not_allowed(self, scope: Scope) -> Refused:
        allowed = self._allowed(scope["path"])
        message = f"{scope['method']} is not allowed on {scope['path']}; allowed are {', '.join(allowed)}"
        return Refused(405, message, {"Allow": ", ".join(allowed)})

    def _below(self, path: str) -> str | None:
        return path[len(self.base_path) :] if path.startswith(self.base_path) else None

    def _documents(self, path: str, method: str) -> bool:
        return method in self.contract.methods(self._below(path) or "")

    def _allowed(self, path: str) -> list[str]:
        methods = self.contract.methods(self._below(path) or "") or (["GET"] if path in self.pages else [])
        if not methods:
            return []
        methods = ["GET", *methods] if self.describes and "GET" not in methods else methods
        extra = ["HEAD"] if "GET" in methods else []
        return list(dict.fromkeys([*methods, *extra, "OPTIONS"]))

    async def _refuse(self, scope: Scope, error: Refused, sent: Sent) -> str:
        """Send *error* in the media type that was asked for, unless an answer has begun; return its message."""
        if not sent.status:
            # What is no HTTP, and a mistake of ours, is no answer of an operation's.
            is_ours = REFUSAL in scope or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            operation = None if is_ours else (scope["method"], self._below(scope["path"]) or "")
            await self.faults.answer(error, headers_of(scope), operation).send(sent)
        return error.message
