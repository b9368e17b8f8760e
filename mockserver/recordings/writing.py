"""Writers of recordings: one exchange at a time, to any binary file."""

from __future__ import annotations

from base64 import b64encode
from http import HTTPStatus
from typing import Any, BinaryIO, Literal, Protocol, Self
from urllib.parse import parse_qsl

import msgspec

from mockserver import __version__
from mockserver.exchange import Exchange, Headers, server_of
from mockserver.recordings import ndjson
from mockserver.recordings.moments import moment

WRITABLE: tuple[str, ...] = ("ndjson", "har")
EPOCH = "1970-01-01T00:00:00.000+00:00"
UNKNOWN = "http://localhost"


class Writer(Protocol):
    """Writes exchanges as they come; a HAR is whole only when it is closed. The file stays open."""

    def write(self, exchange: Exchange) -> None:
        """Write *exchange* and hand it to the operating system."""

    def close(self) -> None:
        """Write what ends the recording."""

    def __enter__(self) -> Self:
        """Return the writer."""

    def __exit__(self, *_: object) -> None:
        """Close."""


def writer(file: BinaryIO, format_: Literal["ndjson", "har"]) -> Writer:
    """Return a writer of *format_* to *file*; to one opened for appending, NDJSON goes on where it ends."""
    return NdjsonWriter(file) if format_ == "ndjson" else HarWriter(file)


class NdjsonWriter:
    """Writes a line for each exchange."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, exchange: Exchange) -> None:
        """Write one line."""
        self._file.write(ndjson.line_of(exchange))
        self._file.flush()

    def close(self) -> None:
        """Do nothing: each line is whole."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class HarWriter:
    """Writes the entries of a HAR, which wants a time: where nobody knows it, that of the answer's Date, else 1970."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        creator = msgspec.json.encode({"name": "mockserver", "version": __version__})
        self._file.write(b'{"log":{"version":"1.2","creator":%b,"entries":[' % creator)
        self._between = b"\n"

    def write(self, exchange: Exchange) -> None:
        """Write one entry."""
        self._file.write(self._between + msgspec.json.encode(_entry(exchange)))
        self._file.flush()
        self._between = b",\n"

    def close(self) -> None:
        """Write the brackets that end a HAR."""
        self._file.write(b"\n]}}\n")
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _entry(exchange: Exchange) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    server = request.server or server_of("http", request.headers.get("host", "")) or UNKNOWN
    milliseconds = exchange.seconds * 1000
    entry: dict[str, Any] = {
        "startedDateTime": moment(exchange.started) or _dated(response.headers) or EPOCH,
        "time": milliseconds,
        "request": {
            "method": request.method,
            "url": ndjson.url_of(request, server),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(request.headers),
            "queryString": [
                {"name": name, "value": value} for name, value in parse_qsl(request.query, keep_blank_values=True)
            ],
            "headersSize": -1,
            "bodySize": len(request.body),
        },
        "response": {
            "status": response.status,
            "statusText": HTTPStatus(response.status).phrase if response.status in _STATUSES else "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(response.headers),
            "content": {
                "size": len(response.body),
                "mimeType": response.headers.get("content-type", ""),
                **_text(response.body),
            },
            "redirectURL": response.headers.get("location", ""),
            "headersSize": -1,
            "bodySize": len(response.body),
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }
    if request.body:
        mime_type = request.headers.get("content-type", "")
        entry["request"]["postData"] = {"mimeType": mime_type, "params": [], **_text(request.body)}
    if exchange.unrecorded:
        entry["_unrecorded"] = sorted(exchange.unrecorded)
    if exchange.probe:
        entry["_probe"] = True
    return entry


_STATUSES = frozenset(HTTPStatus)


def _dated(headers: Headers) -> str | None:
    """Return when an answer was made (RFC 9110, section 6.6.1)."""
    return moment(headers.get("date"))


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.fields]


def _text(body: bytes) -> dict[str, str]:
    """Return *body* as HAR has it; ``encoding`` is its word for base64."""
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": b64encode(body).decode(), "encoding": "base64"}
