"""Responses of HTTP clients as exchanges, so that any test can say ``assert_conforms(response)``.

Clients are known by what their responses have: none of them is imported.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from mockserver.contract import Contract
from mockserver.documents import bundled
from mockserver.errors import UsageError
from mockserver.exchange import Exchange, Headers, Part, Request, Response, path_of, server_of
from mockserver.finding import Finding, Severity
from mockserver.judging import Judge

JUDGES: WeakKeyDictionary[Contract, Judge] = WeakKeyDictionary()


def assert_conforms(
    response: Any,
    contract: Contract | Judge | str | Path | None = None,
    *,
    fail_on: Severity | str = Severity.ERROR,
) -> None:
    """Raise AssertionError, with every finding, unless *response* and the request to it keep the *contract*.

    *response* is one of requests, httpx, Playwright or urllib3, or an Exchange; the contract is the
    SuperOffice one by default. Findings less grave than *fail_on* do not count. Nor does a response conform
    that belongs to no operation of the contract.
    """
    __tracebackhide__ = True
    exchange = exchange_of(response)
    judged = _judge(contract).judge(exchange)
    least = Severity(fail_on).rank
    findings = [each for each in judged.findings if each.severity.rank <= least]
    if judged.operation is None:
        findings = list(judged.findings)
    if findings or judged.operation is None:
        request = exchange.request
        head = f"{request.method} {request.path} -> {judged.status}, {judged.operation or 'no operation'}:"
        raise AssertionError("\n".join([head, *(f"  {_line(each)}" for each in findings)]))


def _line(finding: Finding) -> str:
    """Return *finding* as one line: how grave, rule, place, what, and where the contract says so."""
    place = finding.part if finding.pointer is None else f"{finding.part} {finding.pointer or '(root)'}"
    contract = f" (contract line {finding.contract.line})" if finding.contract and finding.contract.line else ""
    return f"{finding.severity} {finding.rule}: {place}: {finding.message}{contract}"


def _judge(contract: Contract | Judge | str | Path | None) -> Judge:
    if isinstance(contract, Judge):
        return contract
    if not isinstance(contract, Contract):
        return _judge_of(str(contract or bundled()))
    judge = JUDGES.get(contract)
    if judge is None:
        judge = JUDGES[contract] = Judge(contract)
    return judge


@lru_cache(maxsize=8)
def _judge_of(path: str) -> Judge:
    return Judge(Contract.load(path))


def exchange_of(response: Any) -> Exchange:
    """Return what a client's *response*, and the request that it keeps, say; the body is read if it was not yet.

    Raises UsageError for what is no response that we know.
    """
    if isinstance(response, Exchange):
        return response
    if hasattr(response, "status_code") and hasattr(response, "request"):
        return _of_httpx(response) if hasattr(response.headers, "multi_items") else _of_requests(response)
    if hasattr(response, "all_headers") and hasattr(response, "request"):
        asked, answered = _awaited(response.request.all_headers()), _awaited(response.all_headers())
        return _of_pages(response, asked, answered, _awaited(response.body()))
    if hasattr(response, "headers_array"):
        return _of_fetched(response, _awaited(response.body()))
    if hasattr(response, "status") and hasattr(response, "data") and hasattr(response, "headers"):
        url = getattr(response, "url", None) or response.geturl() or ""
        return _without_request(url, response.status, _fields(response.headers), response.data)
    kind = type(response)
    message = f"{kind.__module__}.{kind.__name__} is no response of requests, httpx, Playwright or urllib3"
    hint = "await exchange_of_async(response)" if hasattr(response, "request_info") else "make an Exchange of it"
    raise UsageError(f"{message}; {hint}")


async def exchange_of_async(response: Any) -> Exchange:
    """Return the same of a response whose parts have to be awaited: of an asynchronous Playwright, or of aiohttp.

    What aiohttp sent as the body it does not keep. Raises UsageError for what is no response that we know.
    """
    if hasattr(response, "all_headers") and hasattr(response, "request"):
        asked, answered = await response.request.all_headers(), await response.all_headers()
        return _of_pages(response, asked, answered, await response.body())
    if hasattr(response, "headers_array"):
        return _of_fetched(response, await response.body())
    if hasattr(response, "request_info") and hasattr(response, "raw_headers"):
        return _of_aiohttp(response, await response.read())
    return exchange_of(response)


def _of_httpx(response: Any) -> Exchange:
    request = response.request
    unread = getattr(request, "_content", None) is None  # a body that was streamed is gone
    body = b"" if unread else request.content
    told = Response(response.status_code, Headers(response.headers.multi_items()), response.content)
    url = request.url
    fields = Headers(request.headers.multi_items())
    server = server_of(url.scheme, url.netloc.decode("latin-1"))
    sent = Request(request.method, url.path, url.query.decode("latin-1"), fields, body, server)
    seconds = response.elapsed.total_seconds() if hasattr(response, "_elapsed") else 0.0
    return Exchange(sent, told, seconds, unrecorded=_unrecorded(streamed=unread))


def _of_requests(response: Any) -> Exchange:
    request = response.request
    body = request.body
    streamed = body is not None and not isinstance(body, str | bytes)
    raw = getattr(response.raw, "headers", None)
    told = Response(response.status_code, Headers(_fields(raw or response.headers)), response.content)
    sent = _request(request.method, request.url, request.headers, b"" if body is None or streamed else body)
    return Exchange(sent, told, response.elapsed.total_seconds(), unrecorded=_unrecorded(streamed=streamed))


def _of_pages(response: Any, asked: Mapping[str, str], answered: Mapping[str, str], body: bytes) -> Exchange:
    """Return the exchange of a *response* to a page of Playwright, which knows its request."""
    request = response.request
    told = Response(response.status, Headers(_fields(answered)), body)
    sent = _request(request.method, request.url, asked, request.post_data_buffer or b"")
    seconds, started = _timed(request)
    return Exchange(sent, told, seconds, started=started)


def _of_fetched(response: Any, body: bytes) -> Exchange:
    """Return the exchange of a *response* to Playwright's own request."""
    pairs = ((each["name"], each["value"]) for each in response.headers_array)
    seconds, started = _timed(response)
    return replace(_without_request(response.url, response.status, pairs, body), seconds=seconds, started=started)


def _of_aiohttp(response: Any, body: bytes) -> Exchange:
    asked = response.request_info
    told = Response(response.status, Headers((_text(name), _text(value)) for name, value in response.raw_headers), body)
    sent = _request(asked.method, str(asked.url), asked.headers, b"")
    return Exchange(sent, told, unrecorded=_unrecorded(streamed=True))


def _timed(told: Any) -> tuple[float, str | None]:
    """Return how long it took, and when it was sent, as what Playwright *told* says (``timing``, in milliseconds)."""
    timing = getattr(told, "timing", None) or {}
    began, ended = timing.get("startTime", 0), timing.get("responseEnd", -1)
    started = datetime.fromtimestamp(began / 1000, UTC).isoformat() if began > 0 else None
    return max(ended, 0) / 1000, started


def _without_request(url: str, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Exchange:
    """Return the exchange of a response that does not know what it was asked: no more than the path."""
    sent = _request("", url, {}, b"")
    return Exchange(sent, Response(status, Headers(headers), body), unrecorded=frozenset({"request"}))


def _request(method: str, url: str, headers: Any, body: bytes | str) -> Request:
    parts = urlsplit(url)
    content = body.encode() if isinstance(body, str) else body
    server = server_of(parts.scheme, parts.netloc.rpartition("@")[2])
    return Request(method, path_of(parts.path) or "/", parts.query, Headers(_fields(headers)), content, server)


def _fields(headers: Any) -> Iterable[tuple[str, str]]:
    """Yield names and values; clients keep some of them as bytes."""
    for name, value in headers.items():
        yield _text(name), _text(value)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _unrecorded(*, streamed: bool) -> frozenset[Part]:
    return frozenset({"request body"}) if streamed else frozenset()


def _awaited(value: Any) -> Any:
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        raise UsageError(
            "a response of an asynchronous Playwright has to be awaited: await exchange_of_async(response)"
        )
    return value
