from __future__ import annotations

import asyncio
import io
import json
from typing import Any

import pytest

from mockserver.contract import Contract, Document
from mockserver.problems import Plain
from mockserver.server.access_log import AccessLog
from mockserver.server.faults import Faults
from mockserver.server.front import Front
from mockserver.server.gateway import App, Receive, Scope, Send
from mockserver.server.refusal import Refused

CONTRACT = Contract(Document({"openapi": "3.0.3", "info": {"title": "", "version": ""}, "paths": {}}))
START = {"type": "http.response.start", "status": 200, "headers": []}


def answered(app: App, kind: str = "http") -> tuple[list[Any], str]:
    """Return the events that a request to *app* behind the front gets, and the log."""
    stream, events = io.StringIO(), []
    log = AccessLog(stream)
    dialect = Plain()
    shape = dialect.fault_shape(CONTRACT.document)
    front = Front(app, CONTRACT, Faults(CONTRACT, dialect, shape, {}), base_path="", pages={}, log=log)
    scope: Scope = {"type": kind, "method": "GET", "path": "/a", "headers": [], "client": None}

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(event: Any) -> None:
        events.append(event)

    asyncio.run(front(scope, receive, send))
    log.flush()
    return events, stream.getvalue()


def failing(error: Exception, *before: Any) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for event in before:
            await send(event)
        raise error

    return app


def test_a_mistake_of_ours() -> None:
    """A mistake of ours is a 500 that tells its kind and no more; the trace is in the log."""
    (start, body), log = answered(failing(ZeroDivisionError("secret detail")))
    assert start["status"] == 500
    assert json.loads(body["body"]) == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "the mock server failed: ZeroDivisionError",
    }
    assert "Traceback" in log
    assert log.splitlines()[-1].endswith("the mock server failed: ZeroDivisionError")


@pytest.mark.parametrize("error", [ZeroDivisionError(), Refused(400, "late")])
def test_an_answer_that_has_begun(error: Exception) -> None:
    """After the start of an answer no other one is begun."""
    events, log = answered(failing(error, START))
    assert events == [START]
    assert " 200 0 B " in log


def test_a_refusal() -> None:
    """A refusal is answered with its status, its words and its fields, and logged with its reason."""
    (start, body), log = answered(failing(Refused(418, "short and stout", {"X-Pot": "tea"})))
    assert start["status"] == 418
    assert (b"x-pot", b"tea") in start["headers"]
    assert json.loads(body["body"])["detail"] == "short and stout"
    assert log.endswith(" ms short and stout\n")


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
def test_other_events(kind: str) -> None:
    """What is no request is left alone."""
    assert answered(failing(ZeroDivisionError()), kind) == ([], "")
