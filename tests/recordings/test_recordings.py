from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from backports import zstd

from mockserver.exchange import Exchange
from mockserver.finding import Finding, Severity
from mockserver.recordings import Bare, OperationNeeded, Shard, Source, UnknownFormat, read, shards

from .conftest import Recording

FIXTURES = Path(__file__).parents[2] / "fixtures"
RECORDINGS = FIXTURES / "recordings"
OPERATION = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
BARE = Bare("POST", OPERATION)

# file, format, what each exchange has of: path prefix, query, request body, status, response body (None: unrecorded)
FORMS = [
    ("chrome.har", "har", ("/Cust12345", "$select=AppointmentId,Sale/SaleId", b'{"SaleId": 703}', 200), 3, 2),
    ("playwright.har", "har", ("", "", b'{"SaleId":703}', 200), 1, 1),
    ("cassette.yaml", "vcr", ("", "$select=AppointmentId", b'{"SaleId": 703}', 200), 2, 0),
    ("cassette.json", "vcr", ("", "", b'{"SaleId": 703}', 200), 1, 0),
    ("nock.json", "nock", ("/Cust12345", "", b'{"saleId":703}', 200), 1, 0),
    ("traffic.ndjson", "ndjson", ("/Cust12345", "$select=AppointmentId", b'{"SaleId": 703}', 200), 2, 0),
    ("collection.json", "postman", ("/Cust12345", "", b'{"SaleId": 703}', 200), 2, 0),
    ("calls.http", "http", ("/Cust12345", "$select=AppointmentId", b'{\n  "SaleId": 703\n}', 200), 1, 1),
    ("body.json", "json", ("", "", b"", 200), 1, 0),
    ("body.xml", "xml", ("", "", b"", 200), 1, 0),
]


def everything(path: Path, format_: str | None = None) -> tuple[list[Exchange], list[Finding]]:
    """Return what is read of *path*."""
    read_ = [each for shard in shards(Source(str(path)), format=format_) for each in read(shard, BARE)]
    exchanges = [each for each in read_ if isinstance(each, Exchange)]
    return exchanges, [each for each in read_ if isinstance(each, Finding)]


@pytest.mark.parametrize(("name", "format_", "first", "exchanges", "notes"), FORMS)
def test_each_form_tells_the_same_call(name: str, format_: str, first: Any, exchanges: int, notes: int) -> None:
    """The format is found by content, the call comes out whole, and what is no exchange is a note."""
    (shard,) = shards(Source(str(RECORDINGS / name)))
    assert shard.format == format_
    found, findings = everything(RECORDINGS / name)
    prefix, query, body, status = first
    request, response = found[0].request, found[0].response
    assert (request.method, request.path, request.query) == ("POST", prefix + OPERATION, query)
    assert (request.body, response.status) == (body, status)
    assert b"AppointmentId" in response.body
    assert response.headers["content-type"].startswith("application/")
    assert len(found) == exchanges
    assert [each.severity for each in findings] == [Severity.NOTE] * notes


def test_fixtures_are_all_in_the_table() -> None:
    """No form is left out."""
    names = {path.name for path in RECORDINGS.iterdir()} - {"README.md"}
    assert names == {name for name, *_ in FORMS}


def test_page_of_the_documentation() -> None:
    """The sample exchange of the page, at the line of its request; lines that only mention a call are passed over."""
    exchanges, findings = everything(FIXTURES / "pages" / "CreateDefaultReOpenAppointment.md")
    assert not findings
    (exchange,) = exchanges
    assert json.loads(exchange.request.body) == {"SaleId": 703}
    assert len(json.loads(exchange.response.body)) == 57
    assert str(exchange.origin).endswith("CreateDefaultReOpenAppointment.md:115")


def zipped(content: bytes) -> bytes:
    """Return an archive of *content* alone."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("recording", content)
    return file.getvalue()


@pytest.mark.parametrize("name", [name for name, *_ in FORMS])
@pytest.mark.parametrize(
    "wrapped",
    [
        pytest.param(lambda content: b"\xef\xbb\xbf\r\n\n" + content, id="BOM and empty lines"),
        pytest.param(gzip.compress, id="gzip"),
        pytest.param(lambda content: gzip.compress(content[:100]) + gzip.compress(content[100:]), id="gzip members"),
        pytest.param(zstd.compress, id="zstd"),
        pytest.param(lambda content: zstd.compress(content[:100]) + zstd.compress(content[100:]), id="zstd frames"),
        pytest.param(zipped, id="ZIP"),
        pytest.param(lambda content: content.decode().encode("utf-16"), id="UTF-16"),
        pytest.param(lambda content: content.decode().encode("utf-16-be"), id="UTF-16 without BOM"),
        pytest.param(lambda content: gzip.compress(content.decode().encode("utf-16")), id="gzip of UTF-16"),
        pytest.param(lambda content: content.replace(b"\n", b"\r\n"), id="CRLF"),
    ],
)
def test_wrapping_changes_nothing(name: str, wrapped: Any, tmp_path: Path) -> None:
    """Compression, encoding and white space around a recording are nobody's business."""
    path = tmp_path / "recording"
    path.write_bytes(wrapped((RECORDINGS / name).read_bytes()))
    (shard,) = shards(Source(str(path)))
    plain, findings = everything(RECORDINGS / name)
    same, same_findings = everything(path)
    assert shard.format == {name: format_ for name, format_, *_ in FORMS}[name]
    assert len(same_findings) == len(findings)
    for one, other in zip(plain, same, strict=True):
        assert one.response.body.split() == other.response.body.split()
        assert one.request.headers.fields == other.request.headers.fields


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"Dear all,\n", "does not begin with a request or status line"),
        (b"\x00\x01\x02", "does not begin with { or ["),
        (b"<!doctype html><p>", "does not begin with a tag"),
        (b"key: value\n", "has no line that begins with interactions:"),
    ],
)
def test_what_is_no_recording_says_what_was_tried(content: bytes, reason: str, recording: Recording) -> None:
    """A file that was named must be a recording; the error lists why it is none."""
    with pytest.raises(UnknownFormat) as caught:
        recording(content)
    assert reason in str(caught.value)
    assert caught.value.exit_code == 2


def test_found_files_that_are_none_are_passed_over(tmp_path: Path) -> None:
    """In a folder stands much that is no recording, and any JSON would be a bare body."""
    (tmp_path / "notes.txt").write_text("Dear all,")
    (tmp_path / "package.json").write_text('{"name": "client"}')
    assert [shards(Source(str(path), "in folder")) for path in sorted(tmp_path.iterdir())] == [[], []]
    by_pattern = Source(str(tmp_path / "package.json"), "by pattern")
    assert [shard.format for shard in shards(by_pattern)] == ["json"]
    asked_for = Source(str(tmp_path / "package.json"), "in folder")
    assert [shard.format for shard in shards(asked_for, format="json")] == ["json"]


def test_a_body_alone_needs_an_operation() -> None:
    """Nobody else can tell which one it answers."""
    with pytest.raises(OperationNeeded, match="--operation ID"):
        list(read(Shard(str(RECORDINGS / "body.json"), "json")))


def test_what_a_body_alone_lacks() -> None:
    """Nothing was recorded but the body: nothing else can be judged."""
    (exchange,), _ = everything(RECORDINGS / "body.xml")
    assert exchange.unrecorded == {"request", "request headers", "request body", "response headers"}
    assert exchange.response.headers["content-type"] == "application/xml"


def test_unknown_format_by_name() -> None:
    """A format that is asked for must be one of ours."""
    with pytest.raises(UnknownFormat, match="is none of har, vcr"):
        shards(Source(str(RECORDINGS / "body.json")), format="pcap")
