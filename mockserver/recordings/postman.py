"""Postman collections 2.1 (and 2.0): the responses saved beside each request, in folders of any depth.

What Newman tells of a run as JSON is read too: every request as it was sent, with the answer to it. A
collection may stand in an object of its own, as Postman's API has it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from mockserver.exchange import Exchange, Headers, Origin, Part, Request, Response
from mockserver.finding import Finding
from mockserver.recordings.blocks import Blocks
from mockserver.recordings.elements import NOT_JSON, reason
from mockserver.recordings.message import BODILESS, REQUEST, decoded, headers_of, lacks_credentials, target, to_bytes
from mockserver.recordings.rules import ANSWERED, BOUNDED, DEPTH_AT_MOST, READABLE, Unusable
from mockserver.recordings.variables import resolved, resolved_url
from mockserver.recordings.whole import whole


def read(blocks: Blocks, source: str) -> Generator[Exchange | Finding, None, int]:
    """Yield the saved responses of the collection in *blocks* in its order; return how many there are."""
    try:
        collection = msgspec.json.decode(text := whole(blocks))
    except NOT_JSON as error:
        broken = Unusable(READABLE, blocks.problem or f"the collection cannot be read: {reason(error)}")
        yield broken.finding(Origin(source))
        return 0
    del text
    given = collection if isinstance(collection, dict) else {}
    inner = given.get("collection", collection)
    variables = _variables(inner)
    number = 0
    for number, item in enumerate(_run(given["run"]) if "run" in given else _saved(inner, 0), 1):
        origin = Origin(source, 0, number)
        try:
            yield exchange(item, variables, origin)
        except Unusable as unusable:
            yield unusable.finding(origin)
    if not number:
        yield Unusable(ANSWERED, "no response is saved in it: send its requests, and save the answers").finding(
            Origin(source)
        )
    return number


def _saved(item: Any, depth: int) -> Iterator[Any]:
    """Yield each saved response below *item* with the request that it is saved for, or why it cannot be."""
    if depth > DEPTH_AT_MOST:
        yield Unusable(BOUNDED, f"its folders are nested more than {DEPTH_AT_MOST} deep")
        return
    for each in _list(item, "item"):
        yield from _saved(each, depth + 1)
    if isinstance(item, dict):
        yield from ((item.get("request"), response) for response in _list(item, "response"))


def _run(run: Any) -> Iterator[Any]:
    """Yield each request of a run of Newman with the answer to it, or why there is none."""
    for each in _list(run, "executions"):
        asked, answered = (each.get("request"), each.get("response")) if isinstance(each, dict) else (None, None)
        if isinstance(asked, dict) and isinstance(answered, dict):
            # Its headers are those that were sent, credentials too.
            sent = {name: value for name, value in asked.items() if name != "auth"}
            yield asked, {**answered, "originalRequest": sent, "body": answered.get("stream")}
        else:
            error = each.get("requestError") if isinstance(each, dict) else None
            why = f": {_text(error.get('code'))}" if isinstance(error, dict) else ""
            yield Unusable(ANSWERED, f"it has no answer{why}")


def _list(owner: Any, name: str) -> list[Any]:
    value = owner.get(name) if isinstance(owner, dict) else None
    return value if isinstance(value, list) else []


def _variables(owner: Any) -> dict[str, str]:
    pairs = [each for each in _list(owner, "variable") if isinstance(each, dict)]
    return {str(each.get("key", each.get("id"))): _text(each.get("value")) for each in pairs}


def exchange(item: Any, variables: dict[str, str], origin: Origin) -> Exchange:
    """Return *item*, a saved response with its request, as an exchange; raises Unusable.

    Without ``originalRequest`` the request as it stands in the collection today tells the method and
    path, and nothing else of what was sent.
    """
    if isinstance(item, Unusable):
        raise item
    current, answered = item
    if not isinstance(answered, dict):
        raise Unusable(READABLE, "it is no object")
    code = answered.get("code")
    if not isinstance(code, int) or code <= 0:
        raise Unusable(ANSWERED, "it has no status code")
    unrecorded: set[Part] = set()
    original = answered.get("originalRequest")
    if not original:
        unrecorded |= REQUEST - {"request"}
    request = _request(original or current, variables, unrecorded)
    headers = headers_of(_fields(answered.get("header"), {}))
    if answered.get("header") is None:
        unrecorded.add("response headers")
    body = answered.get("body")
    if body is None and request.method != "HEAD" and code not in BODILESS:
        unrecorded.add("response body")
    response = Response(code, headers, decoded(_bytes(body), headers))
    return Exchange(request, response, _seconds(answered.get("responseTime")), origin, frozenset(unrecorded))


def _request(given: Any, variables: dict[str, str], unrecorded: set[Part]) -> Request:
    asked = {"url": given, "method": "GET"} if isinstance(given, str) else given
    if not isinstance(asked, dict):
        raise Unusable(READABLE, "it has no request that can be read")
    path, query, authority, server = target(_url(asked.get("url"), variables))
    headers = headers_of(_fields(asked.get("header"), variables), authority)
    body = _body(asked.get("body"), variables)
    if body and "content-type" not in headers and (media_type := _media_type(asked["body"])):
        headers = Headers([*headers.fields, ("Content-Type", media_type)])
    if body is None:
        unrecorded.add("request body")
    # Postman adds credentials as it sends: they are in no list of headers.
    if asked.get("auth"):
        unrecorded.add("request headers")
    elif lacks_credentials(headers):
        unrecorded.add("request credentials")
    return Request(_text(asked.get("method") or "GET").upper(), path, query, headers, body or b"", server)


def _url(url: Any, variables: dict[str, str]) -> str:
    own = {**variables, **{f":{name}": value for name, value in _variables(url).items()}}
    raw = url if isinstance(url, str) else url.get("raw") if isinstance(url, dict) else None
    if not isinstance(raw, str):
        raw = _composed(url)
    head, mark, query = resolved_url(raw, own).partition("?")
    parts = [quote(own[part], "") if part.startswith(":") and part in own else part for part in head.split("/")]
    return "/".join(parts) + mark + query


def _composed(url: Any) -> str:
    """Return the URL of one that comes in pieces (Postman collection 2.1.0, Url)."""
    if not isinstance(url, dict):
        raise Unusable(READABLE, "it has no URL that can be read")
    host, path = url.get("host", ""), url.get("path", "")
    host = ".".join(map(_text, host)) if isinstance(host, list) else _text(host)
    path = "/".join(map(_text, path)) if isinstance(path, list) else _text(path)
    shown = [each for each in _list(url, "query") if isinstance(each, dict) and not each.get("disabled")]
    query = "&".join(f"{_text(each.get('key'))}={_text(each.get('value'))}" for each in shown)
    port = f":{_text(url['port'])}" if url.get("port") else ""
    return f"{url.get('protocol') or 'http'}://{host}{port}/{path.lstrip('/')}" + (f"?{query}" if query else "")


def _fields(headers: Any, variables: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the headers of a list of objects, or of a text with a header a line."""
    if isinstance(headers, str):
        pairs = [line.partition(":") for line in headers.splitlines()]
        yield from ((name.strip(), value.strip()) for name, colon, value in pairs if colon)
        return
    for each in headers if isinstance(headers, list) else ():
        if isinstance(each, dict) and not each.get("disabled"):
            yield resolved(_text(each.get("key")), variables), resolved(_text(each.get("value")), variables)


def _body(body: Any, variables: dict[str, str]) -> bytes | None:
    """Return the body of a request, None if the collection does not hold it (a file, a form with parts)."""
    if not isinstance(body, dict) or not body.get("mode") or body.get("disabled"):
        return b""
    match body["mode"]:
        case "raw":
            return to_bytes(resolved(_text(body.get("raw")), variables), "request body")
        case "urlencoded":
            return urlencode(list(_fields(body.get("urlencoded"), variables)), errors="replace").encode()
        case _:
            return None


def _bytes(body: Any) -> bytes:
    """Return the body of an answer: a text, or bytes as Node writes them (``{"type": "Buffer", "data": [123]}``)."""
    if isinstance(body, dict) and body.get("type") == "Buffer":
        try:
            return bytes(_list(body, "data"))
        except (TypeError, ValueError) as error:
            raise Unusable(READABLE, f"the response body is no list of bytes: {error}") from error
    return to_bytes(_text(body), "response body")


def _media_type(body: dict[str, Any]) -> str:
    """Return what Postman says of *body* by itself where no header does."""
    if body["mode"] == "urlencoded":
        return "application/x-www-form-urlencoded"
    options = body.get("options")
    raw = options.get("raw") if isinstance(options, dict) else None
    language = raw.get("language") if isinstance(raw, dict) else None
    return {"json": "application/json", "xml": "application/xml"}.get(_text(language), "")


def _seconds(milliseconds: Any) -> float:
    return max(float(milliseconds), 0.0) / 1000 if isinstance(milliseconds, int | float) else 0.0


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()
