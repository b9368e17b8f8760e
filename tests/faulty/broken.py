"""The words that faults are told in: what changes, where, and when."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from faulty.fault import Answer, Ask, Deliver, as_answered, as_asked, whole
from mockserver import media
from mockserver.contract.pointer import split
from mockserver.exchange import Headers, Request, Response
from mockserver.media.negotiation import essence
from mockserver.server.gateway import Receive, Send

Value = Callable[[Any], Any]
Text = Callable[[str], str]
When = Callable[[Request], bool]
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
HTML = b"<!DOCTYPE html><html><head><title>Runtime Error</title></head><body>Server Error.</body></html>"
ERROR = {"Error": True, "ErrorType": "ArgumentException", "Message": "no", "ErrorSource": "SuperOffice.Services.WebApi"}


# Messages.


def with_body(response: Response, body: bytes, content_type: str | None = None) -> Response:
    """Return *response* with another body and its length, and another Content-Type where one is given."""
    changed = with_field(replace(response, body=body), "content-length", str(len(body)))
    return changed if content_type is None else with_field(changed, "content-type", content_type)


def with_field(response: Response, name: str, value: str | None) -> Response:
    """Return *response* with the header field *name* set to *value*, or without it."""
    return replace(response, headers=_set(response.headers, name, value))


def _set(headers: Headers, name: str, value: str | None) -> Headers:
    fields = [field for field in headers.fields if field[0].lower() != name.lower()]
    return Headers(fields if value is None else [*fields, (name, value)])


# Where: pointers into the answer's value. A place that an answer does not have is left alone.


def put(pointer: str, value: Any) -> Value:
    """Return a change that puts *value* at *pointer*."""
    return at(pointer, lambda _: value)


def at(pointer: str, change: Value) -> Value:
    """Return a change of what is at *pointer*."""
    return _at(pointer, lambda holder, key: _assign(holder, key, change(holder[key])))


def drop(pointer: str) -> Value:
    """Return a change that takes away what is at *pointer*."""
    return _at(pointer, lambda holder, key: holder.pop(key))


def _at(pointer: str, act: Callable[[Any, Any], object]) -> Value:
    *way, last = split(pointer)

    def change(value: Any) -> Any:
        holder = value
        for name in way:
            holder = _below(holder, name)
        if _below(holder, last) is not None:
            act(holder, int(last) if isinstance(holder, list) else last)
        return value

    return change


def _below(holder: Any, name: str) -> Any:
    if isinstance(holder, dict):
        return holder.get(name)
    return holder[int(name)] if isinstance(holder, list) and int(name) < len(holder) else None


def _assign(holder: Any, key: Any, value: Any) -> None:
    holder[key] = value


# What: an answer whose value, text or bytes changed; only good ones (200), only of a kind.


def is_good(response: Response, family: str) -> bool:
    """Return whether *response* is a 200 of the *family* of media types."""
    return response.status == 200 and media.family(response.headers.get("content-type", "")) == family


def entity(change: Value) -> Answer:
    """Return an answer whose JSON value changed."""

    def answer(_: Request, response: Response) -> Response:
        if not is_good(response, "json"):
            return response
        return with_body(response, orjson.dumps(change(orjson.loads(response.body))))

    return answer


def bytes_of(change: Callable[[bytes], bytes], family: str = "json") -> Answer:
    """Return an answer whose body changed."""
    return lambda _, response: with_body(response, change(response.body)) if is_good(response, family) else response


def xml(change: Text) -> Answer:
    """Return an answer whose XML text changed."""
    return bytes_of(lambda body: change(body.decode()).encode(), "xml")


def text(change: Text) -> Answer:
    """Return a good answer whose text changed, in whatever media type."""

    def answer(_: Request, response: Response) -> Response:
        return with_body(response, change(response.body.decode()).encode()) if response.status == 200 else response

    return answer


def either(*answers: Answer) -> Answer:
    """Return an answer with the changes of all *answers*: one for each way that it may be written, say."""

    def answer(request: Request, response: Response) -> Response:
        for each in answers:
            response = each(request, response)
        return response

    return answer


def dates(change: Text) -> Answer:
    """Return a good answer with every date changed, unset ones as well."""
    return text(lambda body: DATE.sub(lambda found: change(found[0]), body))


def real_dates(change: Text) -> Answer:
    """Return a good answer with every date changed that is one: neither unset nor endless."""
    return dates(lambda date: date if date.startswith(("0001-", "9999-")) else change(date))


def swap(old: str, new: str) -> Text:
    """Return a change of the first *old*, a regular expression, into *new*."""
    pattern = re.compile(old, re.DOTALL)
    return lambda text: pattern.sub(new, text, count=1)


def labelled(content_type: str | None, family: str | None = None) -> Answer:
    """Return a good answer with another Content-Type, or none."""

    def answer(_: Request, response: Response) -> Response:
        fits = response.status == 200 if family is None else is_good(response, family)
        return with_field(response, "content-type", content_type) if fits else response

    return answer


def instead(status: int, body: Any = HTML, content_type: str = "text/html", **fields: str) -> Answer:
    """Return an answer with *status* and *body* (bytes, or JSON); ``_`` in a header's name stands for a hyphen."""
    sent = body if isinstance(body, bytes) else orjson.dumps(body)
    named = [(name.replace("_", "-"), value) for name, value in fields.items()]
    head = Headers([("content-type", content_type), ("content-length", str(len(sent))), *named])
    return lambda _, __: Response(status, head, sent)


def as_status(status: int, of: int = 200) -> Answer:
    """Return the answer with another status where it was *of*."""
    return lambda _, response: replace(response, status=status) if response.status == of else response


def of_status(status: int, answer: Answer) -> Answer:
    """Return *answer* where a good server answers *status*."""
    return lambda request, response: answer(request, response) if response.status == status else response


# When: what must be so for a fault to show.


def when(condition: When, answer: Answer) -> Answer:
    """Return *answer* to the requests that *condition* holds for; the good one to all others."""
    return lambda request, response: (answer if condition(request) else as_answered)(request, response)


def asking(condition: When, ask: Ask) -> Ask:
    """Return *ask* for the requests that *condition* holds for."""
    return lambda request: (ask if condition(request) else as_asked)(request)


def sends(content_type: str) -> When:
    """Return whether a request's body is of *content_type*."""
    return lambda request: essence(request.headers.get("content-type", "")) == content_type


def accepts(text: str) -> When:
    """Return whether *text* is in a request's Accept."""
    return lambda request: text in request.headers.get("accept", "")


def has(name: str, text: str = "") -> When:
    """Return whether a request has the header *name*, with *text* (a lower-case one) in it."""
    return lambda request: name in request.headers and text in request.headers[name].lower()


def lacks(*names: str) -> When:
    """Return whether a request has none of the headers *names*."""
    return lambda request: not any(name in request.headers for name in names)


def sale(condition: Callable[[int], bool]) -> When:
    """Return whether a request's SaleId is one for which *condition* holds."""
    pattern = re.compile(rb"""["<]?SaleId["=>]*:? *"?(-?[0-9]+)""", re.IGNORECASE)

    def holds(request: Request) -> bool:
        found = pattern.search(request.body)
        return found is not None and condition(int(found[1]))

    return holds


def body(condition: Callable[[bytes], bool]) -> When:
    """Return whether a request's body is one for which *condition* holds."""
    return lambda request: request.method == "POST" and condition(request.body)


def selects(condition: Callable[[str], bool] = bool) -> When:
    """Return whether a request has a ``$select`` for which *condition* holds."""
    return lambda request: any(
        name == "$select" and condition(value) for name, value in parse_qsl(request.query, keep_blank_values=True)
    )


# Asked: what the good server hears instead.


def header(name: str, value: str | None) -> Ask:
    """Return a request with the header *name* set to *value*, or without it."""
    return lambda request: replace(request, headers=_set(request.headers, name, value))


def spoken(name: str, change: Text) -> Ask:
    """Return a request whose header *name* changed, where it has one."""
    return lambda request: header(name, change(request.headers[name]))(request) if name in request.headers else request


def selected(change: Text) -> Ask:
    """Return a request whose ``$select`` changed."""

    def ask(request: Request) -> Request:
        pairs = parse_qsl(request.query, keep_blank_values=True)
        changed = [(name, change(value) if name == "$select" else value) for name, value in pairs]
        return replace(request, query=urlencode(changed))

    return ask


def named(change: Text) -> Ask:
    """Return a request whose ``$select`` has each name changed; blanks stay with the names."""
    return selected(lambda text: ",".join(map(change, text.split(","))))


# Delivered: what can go wrong after all was said.


def hung_up(condition: When) -> Deliver:
    """Return a delivery that closes the connection instead of answering, where *condition* holds."""

    async def deliver(request: Request, response: Response, receive: Receive, send: Send) -> None:
        if not condition(request):
            await whole(request, response, receive, send)
            return
        # Uvicorn answers 500 for an application that says nothing: only its transport can hang up.
        receive.__self__.transport.abort()  # type: ignore[attr-defined]
        await asyncio.sleep(0)

    return deliver


async def cut_short(request: Request, response: Response, receive: Receive, send: Send) -> None:
    """Send the head and half of the body of *response*, then close the connection."""
    fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.fields]
    await send({"type": "http.response.start", "status": response.status, "headers": fields})
    half = response.body[: len(response.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})


def late(seconds: float, condition: When) -> Deliver:
    """Return a delivery that takes *seconds*, where *condition* holds."""

    async def deliver(request: Request, response: Response, receive: Receive, send: Send) -> None:
        if condition(request):
            await asyncio.sleep(seconds)
        await whole(request, response, receive, send)

    return deliver
