"""A fault, and an ASGI application that has it: the good server with one thing broken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mockserver.exchange import Exchange, Headers, Request, Response
from mockserver.server.gateway import App, Receive, Scope, Send

Ask = Callable[[Request], Request]
Answer = Callable[[Request, Response], Response]
Deliver = Callable[[Request, Response, Receive, Send], Awaitable[None]]


class Unanswered(Exception):
    """A request came to its end without a whole answer."""


def as_asked(request: Request) -> Request:
    """Return what a good server is asked: *request* itself."""
    return request


def as_answered(request: Request, response: Response) -> Response:
    """Return what a good server answers: *response* itself."""
    return response


async def whole(request: Request, response: Response, receive: Receive, send: Send) -> None:
    """Send *response* as it is."""
    fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.fields]
    await send({"type": "http.response.start", "status": response.status, "headers": fields})
    await send({"type": "http.response.body", "body": response.body})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing broken: *ask* changes what the good server hears, *answer* what it says, *deliver* how that is sent.

    *rules* are the ids of those that fit, with blanks between them: one of them must be found. *alone*
    says that one exchange is enough to tell; otherwise it takes a run, which knows what it sent on
    purpose, sees a broken connection, and compares.
    """

    family: str
    name: str
    rules: str
    answer: Answer = as_answered
    ask: Ask = as_asked
    deliver: Deliver = whole
    alone: bool = True

    def found_in(self, rules: Iterable[str]) -> bool:
        """Return whether one of *rules* fits."""
        return not set(self.rules.split()).isdisjoint(rules)

    def __str__(self) -> str:
        """Return ``family: name``."""
        return f"{self.family}: {self.name}"


def answering(family: str, table: Mapping[str, Mapping[str, Answer]], *, alone: bool = True) -> Iterator[Fault]:
    """Yield the faults of *table*: by the rules that fit, then by name, what is answered instead."""
    for rules, answers in table.items():
        for name, answer in answers.items():
            yield Fault(family, name, rules, answer=answer, alone=alone)


def hearing(family: str, table: Mapping[str, Mapping[str, Ask]], *, alone: bool = True) -> Iterator[Fault]:
    """Yield the faults of *table*: by the rules that fit, then by name, what is heard instead."""
    for rules, asked in table.items():
        for name, ask in asked.items():
            yield Fault(family, name, rules, ask=ask, alone=alone)


GOOD = Fault("none", "the good server", "")


class Faulty:
    """An ASGI application over a good one, with one fault."""

    def __init__(self, app: App, fault: Fault) -> None:
        self.app = app
        self.fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = await heard(scope, receive)
        response = await answered(self.app, self.fault.ask(request))
        await self.fault.deliver(request, self.fault.answer(request, response), receive, send)


async def heard(scope: Scope, receive: Receive) -> Request:
    """Return the request in *scope* with its whole body."""
    body, more = bytearray(), True
    while more:
        event: Any = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    return Request(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers, bytes(body))


async def answered(app: App, request: Request) -> Response:
    """Return what *app* answers; a body with a transfer coding comes in two pieces. Raises Unanswered."""
    middle = len(request.body) // 2 if "transfer-encoding" in request.headers else 0
    pieces = [
        *([{"type": "http.request", "body": request.body[:middle], "more_body": True}] if middle else []),
        {"type": "http.request", "body": request.body[middle:], "more_body": False},
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return pieces.pop(0) if pieces else {"type": "http.disconnect"}

    async def send(event: Any) -> None:
        sent.append(event)

    await app(scope_of(request), receive, send)
    if len(sent) < 2 or sent[-1].get("more_body"):
        raise Unanswered(f"{request.method} {request.path}")
    headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in sent[0]["headers"])
    return Response(sent[0]["status"], headers, b"".join(event.get("body", b"") for event in sent[1:]))


def scope_of(request: Request) -> Scope:
    """Return *request* as an ASGI scope."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "raw_path": quote(request.path).encode(),
        "root_path": "",
        "query_string": request.query.encode("latin-1"),
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.fields
        ],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
    }


class Remembered:
    """An ASGI application that asks a good one each question once."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.known: dict[Any, Response] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = await heard(scope, receive)
        key = request.method, request.path, request.query, request.headers.fields, request.body
        if key not in self.known:
            self.known[key] = await answered(self.app, request)
        await whole(request, self.known[key], receive, send)


def exchanges(app: App, requests: Iterable[Request]) -> Iterator[Exchange]:
    """Yield each request with the answer of *app*, in their order, without a socket."""
    with asyncio.Runner() as runner:
        for request in requests:
            yield Exchange(request, runner.run(answered(app, request)))
