"""Smaller requests that still fail: what is left of one is what matters."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from mockserver import media
from mockserver.conformance.case import Case
from mockserver.exchange import Headers

KEPT = ("content-type", "transfer-encoding")
LISTED = "$select="


def shrunk(case: Case, fails: Callable[[Case], bool | None]) -> Case:
    """Return the smallest case that is found to fail as *case* does.

    *fails* sends one; None means that no more may be sent, and ends the search.
    """
    while True:
        for candidate in smaller(case):
            failed = fails(candidate)
            if failed is None:
                return case
            if failed:
                case = candidate
                break
        else:
            return case


def smaller(case: Case) -> Iterator[Case]:
    """Yield cases with less in them, the boldest first."""
    request = case.request
    optional = [each for each in request.headers.fields if each[0].lower() not in KEPT]
    needed = [each for each in request.headers.fields if each[0].lower() in KEPT]
    if len(optional) > 1:
        yield replace(case, request=replace(request, headers=Headers(needed)))
    for field in optional:
        headers = Headers(each for each in request.headers.fields if each is not field)
        yield replace(case, request=replace(request, headers=headers))
    for query in _smaller_queries(request.query):
        yield replace(case, request=replace(request, query=query))
    for body in _smaller_bodies(request.headers.get("content-type", ""), request.body):
        yield replace(case, request=replace(request, body=body))


def _smaller_queries(query: str) -> Iterator[str]:
    pairs = query.split("&") if query else []
    if len(pairs) > 1:
        yield ""
    for index, pair in enumerate(pairs):
        yield "&".join(pairs[:index] + pairs[index + 1 :])
        if pair.startswith(LISTED) and "," in pair:
            names = pair.removeprefix(LISTED).split(",")
            half = len(names) // 2
            for part in (names[:half], names[half:]):
                yield "&".join([*pairs[:index], LISTED + ",".join(part), *pairs[index + 1 :]])


def _smaller_bodies(content_type: str, body: bytes) -> Iterator[bytes]:
    if media.family(content_type) != "json" or not body:
        return
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return  # no JSON, or a depth that no server is asked for twice
    for each in _smaller_values(value):
        yield json.dumps(each).encode()


def _smaller_values(value: Any) -> Iterator[Any]:
    """Yield values with less in them: members left out, then made smaller one by one."""
    if isinstance(value, dict):
        for name in value:
            yield {other: member for other, member in value.items() if other != name}
        for name, member in value.items():
            yield from ({**value, name: less} for less in _smaller_values(member))
    elif isinstance(value, list):
        for index in range(len(value)):
            yield value[:index] + value[index + 1 :]
        for index, member in enumerate(value):
            yield from ([*value[:index], less, *value[index + 1 :]] for less in _smaller_values(member))
    else:
        yield from _smaller_scalars(value)


def _smaller_scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, str) and value:
        yield value[: len(value) // 2]
    elif type(value) is int and abs(value) > 1:
        yield value // abs(value)
        yield int(value / 2)
