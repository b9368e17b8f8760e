"""Recorded exchanges to measure with: a sale of its own each, an answer of some 10 KB, as a browser's HAR has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from mockserver.contract import Contract
from mockserver.documents import bundled
from mockserver.provider import Provider

OPERATION = "CreateDefaultReOpenAppointment"
HOST = "https://online.example.com"
PATH = f"/api/v1/Agents/Appointment/{OPERATION}"
REQUEST_HEADERS = {
    "Authorization": "Basic dGplMDpUamUw",
    "Accept": "application/json; charset=utf-8",
    "Content-Type": "application/json; charset=utf-8",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140 Safari/537.36",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Host": "online.example.com",
    "Connection": "keep-alive",
}
RESPONSE_HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Vary": "Accept, Accept-Language, SO-Language, SO-Culture, SO-TimeZone",
    "Date": "Thu, 15 Jan 2026 08:00:00 GMT",
    "Cache-Control": "no-cache",
}


def answers(count: int) -> Iterator[tuple[int, bytes]]:
    """Yield *count* sale ids with the JSON of their answers."""
    contract = Contract.load(bundled())
    provider, operation = Provider(contract), contract.operation(OPERATION)
    for sale in range(1, count + 1):
        yield sale, orjson.dumps(provider.answer(operation, {"SaleId": sale}).value)


def write_har(path: Path, count: int) -> None:
    """Write a HAR 1.2 of *count* entries, one after another: it may be larger than the memory."""
    creator = {"name": "benchmark", "version": "1"}
    with path.open("wb") as file:
        file.write(b'{"log":{"version":"1.2","creator":' + orjson.dumps(creator) + b',"entries":[')
        for sale, body in answers(count):
            file.write((b"," if sale > 1 else b"") + orjson.dumps(_entry(sale, body.decode())))
        file.write(b"]}}")


def write_ndjson(path: Path, count: int) -> None:
    """Write *count* lines of our own format."""
    request, response = _fields(REQUEST_HEADERS), _fields(RESPONSE_HEADERS)
    with path.open("wb") as file:
        for sale, body in answers(count):
            line = {
                "request": {"method": "POST", "url": PATH, "headers": request, "body": f'{{"SaleId":{sale}}}'},
                "response": {"status": 200, "headers": response, "body": body.decode()},
                "seconds": 0.012,
            }
            file.write(orjson.dumps(line) + b"\n")


def write_large_ndjson(path: Path, size: int) -> int:
    """Write lines until the file has *size* bytes, some hundred different ones in turn; return how many."""
    small = path.with_suffix(".small")
    write_ndjson(small, 500)
    lines = small.read_bytes().splitlines(keepends=True)
    return _repeated(path, size, lines, b"", b"")


def write_large_har(path: Path, size: int) -> int:
    """Write entries until the file has *size* bytes, some hundred different ones in turn; return how many."""
    entries = [b"," + orjson.dumps(_entry(sale, body.decode())) for sale, body in answers(500)]
    first = b'{"log":{"version":"1.2","creator":{"name":"benchmark","version":"1"},"entries":[' + entries[0][1:]
    return 1 + _repeated(path, size, entries, first, b"]}}")


def _repeated(path: Path, size: int, parts: list[bytes], first: bytes, last: bytes) -> int:
    count = 0
    with path.open("wb") as file:
        file.write(first)
        while file.tell() < size:
            file.write(parts[count % len(parts)])
            count += 1
        file.write(last)
    return count


def _fields(headers: dict[str, str]) -> list[list[str]]:
    return [[name, value] for name, value in headers.items()]


def _entry(sale: int, body: str) -> dict[str, Any]:
    asked = f'{{"SaleId":{sale}}}'
    return {
        "startedDateTime": "2026-01-15T08:00:00.000Z",
        "time": 12.5,
        "request": {
            "method": "POST",
            "url": HOST + PATH,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": name, "value": value} for name, value in REQUEST_HEADERS.items()],
            "queryString": [],
            "postData": {"mimeType": "application/json; charset=utf-8", "text": asked},
            "headersSize": -1,
            "bodySize": len(asked),
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": name, "value": value} for name, value in RESPONSE_HEADERS.items()],
            "content": {"size": len(body.encode()), "mimeType": "application/json; charset=utf-8", "text": body},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(body.encode()),
        },
        "cache": {},
        "timings": {"blocked": -1, "dns": -1, "connect": -1, "send": 0.1, "wait": 12, "receive": 0.4},
    }
