from __future__ import annotations

import base64
import contextlib
import gzip
import io
import json
import os
import zipfile
import zlib
from pathlib import Path
from typing import Any

import brotli
import fsspec
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.exchange import Exchange, Part
from mockserver.finding import Finding, Severity
from mockserver.recordings import Shard, Source, UnknownFormat, read, shards

from .conftest import Recording

BODY = '{"AppointmentId": 0, "Description": "Ærlig talt"}'.encode()


def har(*, creator: str = "Playwright", **changes: Any) -> bytes:
    """Return a HAR of one entry; *changes* by the names of its members, None leaves a member out."""
    request = {"method": "POST", "url": "https://a.example.com/api/x?y=1", "headers": [], **changes.pop("request", {})}
    response = {"status": 200, "headers": [], "content": {"size": 2, "text": "{}"}, **changes.pop("response", {})}
    entry = {"request": request, "response": response, "time": 12.5, **changes}
    for part in (entry, request, response):
        for name in [name for name, value in part.items() if value is None]:
            del part[name]
    log = {"version": "1.2", "creator": {"version": "1", "name": creator}, "entries": [entry]}
    return json.dumps({"log": log}).encode()


def one(content: bytes, recording: Recording) -> Exchange:
    """Return the only exchange of *content*."""
    (exchange,) = recording(content)
    assert isinstance(exchange, Exchange), exchange
    return exchange


@pytest.mark.parametrize(
    ("request_", "response", "unrecorded"),
    [
        ({}, {}, set()),
        ({}, {"content": {"size": 8793, "mimeType": "application/json"}}, {"response body"}),
        ({}, {"content": {"size": 8793, "text": ""}}, {"response body"}),
        ({}, {"content": None}, {"response body"}),
        ({}, {"content": {"size": -1}}, {"response body"}),
        ({}, {"content": {"size": 0}}, set()),
        ({}, {"content": {"size": 0}, "headers": [{"name": "Content-Length", "value": "9"}]}, {"response body"}),
        ({}, {"content": None, "status": 204}, set()),
        ({"method": "HEAD"}, {"content": {"size": 99}}, set()),
        ({"bodySize": 14}, {}, {"request body"}),
        ({"bodySize": -1}, {}, set()),
        ({"headers": [{"name": "Content-Length", "value": "14"}]}, {}, {"request body"}),
        ({"bodySize": 14, "postData": {"mimeType": "application/json", "text": ""}}, {}, {"request body"}),
        ({"bodySize": 0, "postData": {"mimeType": "application/json", "text": ""}}, {}, set()),
        ({"postData": {"mimeType": "multipart/form-data", "params": [{"name": "a"}]}}, {}, {"request body"}),
        ({"headers": None}, {}, {"request headers"}),
        ({}, {"headers": None}, {"response headers"}),
    ],
)
def test_what_is_not_recorded_is_known(
    request_: Any, response: Any, unrecorded: set[Part], recording: Recording
) -> None:
    """A body that was left out is not an empty body."""
    assert one(har(request=request_, response=response), recording).unrecorded == unrecorded


@pytest.mark.parametrize(
    ("creator", "name", "unrecorded"),
    [
        ("WebInspector", "accept", {"request credentials"}),
        ("WebInspector", "Authorization", set()),
        ("WebInspector", "cookie", set()),
        ("A proxy", "accept", {"request credentials"}),
        ("Playwright", "accept", set()),
        ("mitmproxy", "accept", set()),
        ("mockserver", "accept", set()),
    ],
)
def test_credentials_that_were_left_out(creator: str, name: str, unrecorded: set[Part], recording: Recording) -> None:
    """Chrome exports without them, others write what was sent."""
    exchange = one(har(creator=creator, request={"headers": [{"name": name, "value": "x"}]}), recording)
    assert exchange.unrecorded == unrecorded


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("deflate", zlib.compress(BODY)),
        ("br", brotli.compress(BODY)),
        ("zstd", zstd.compress(BODY)),
        ("deflate, gzip", gzip.compress(zlib.compress(BODY), mtime=0)),
        ("gzip", BODY),
        ("br", BODY),
        ("identity", BODY),
        ("unheard-of", BODY),
    ],
)
def test_a_coding_that_was_left_is_removed(coding: str, packed: bytes, recording: Recording) -> None:
    """Some tools keep the bytes of the wire, most do not: the header is the same."""
    content = {"size": len(packed), "text": base64.b64encode(packed).decode(), "encoding": "base64"}
    headers = [{"name": "Content-Encoding", "value": coding}]
    exchange = one(har(response={"content": content, "headers": headers}), recording)
    assert exchange.response.body == BODY


@pytest.mark.parametrize(
    ("coding", "packed", "rule"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)[:-9], "recording.readable"),
        ("zstd", zstd.compress(BODY)[:-5], "recording.readable"),
        ("gzip", gzip.compress(bytes(65 << 20), 1), "recording.bounded"),
        ("zstd", zstd.compress(bytes(65 << 20)), "recording.bounded"),
        ("br", brotli.compress(bytes(65 << 20), quality=1), "recording.bounded"),
    ],
)
def test_a_coding_that_cannot_be_removed_is_told(coding: str, packed: bytes, rule: str, recording: Recording) -> None:
    """A body that breaks off, or that is a bomb, is a finding."""
    content = {"size": len(packed), "text": base64.b64encode(packed).decode(), "encoding": "base64"}
    headers = [{"name": "Content-Encoding", "value": coding}]
    (finding,) = recording(har(response={"content": content, "headers": headers}))
    assert isinstance(finding, Finding)
    assert finding.rule == rule


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"response": {"status": 0, "_error": "net::ERR_FAILED"}}, "it has no answer: net::ERR_FAILED"),
        ({"response": {"status": -1, "_failureText": "refused"}}, "it has no answer: refused"),
        ({"request": {"url": "wss://a.example.com/push"}}, "it is no exchange over HTTP, but over wss:"),
        ({"request": {"url": "data:text/plain,x"}}, "it is no exchange over HTTP, but over data:"),
        ({"request": {"url": "chrome-extension://abc/x.js"}}, "but over chrome-extension:"),
        ({"_webSocketMessages": []}, "but over a WebSocket"),
    ],
)
def test_what_is_no_exchange_is_a_note(changes: Any, message: str, recording: Recording) -> None:
    """Browsers record more than exchanges over HTTP."""
    (finding,) = recording(har(**changes))
    assert isinstance(finding, Finding)
    assert finding.severity is Severity.NOTE
    assert message in finding.message


def test_names_of_http_2(recording: Recording) -> None:
    """``:authority`` is Host, the other pseudo-headers stand in the request line."""
    headers = [
        {"name": ":authority", "value": "b.example.com"},
        {"name": ":path", "value": "/"},
        {"name": "a", "value": "1"},
    ]
    exchange = one(har(request={"headers": headers}), recording)
    assert exchange.request.headers.fields == (("Host", "b.example.com"), ("a", "1"))


def test_place_and_time(recording: Recording) -> None:
    """The path is decoded, the query is not; the host without a header is that of the URL; time is in seconds."""
    exchange = one(har(request={"url": "https://u:p@a.example.com:8443/Cust1/a%20b?q=%20#frag"}), recording)
    assert exchange.request.path == "/Cust1/a b"
    assert exchange.request.query == "q=%20"
    assert exchange.request.headers["host"] == "a.example.com:8443"
    assert exchange.seconds == 0.0125
    assert str(exchange.origin).endswith(" entry 1")


def test_forms_of_methods_and_base64(recording: Recording) -> None:
    """A method in small letters is that method; base64 may be broken into lines."""
    content = {"size": 2, "text": "e3\r\n0=\n", "encoding": "base64"}
    exchange = one(har(request={"method": "post"}, response={"content": content}), recording)
    assert (exchange.request.method, exchange.response.body) == ("POST", b"{}")


def test_form_without_text(recording: Recording) -> None:
    """The fields of a form are its body."""
    data = {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a b", "value": "1&2"}]}
    assert one(har(request={"postData": data}), recording).request.body == b"a+b=1%262"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"request": {"url": None}}, "Object missing required field `url` at `request`"),
        ({"response": {"status": "200"}}, "Expected `int`, got `str` at `response.status`"),
        ({"request": {"headers": [{"value": "x"}]}}, "its headers cannot be read"),
        ({"response": {"content": {"text": "a", "encoding": "base64"}}}, "the response body is not base64"),
        ({"response": {"content": {"text": "%%%%", "encoding": "base64"}}}, "the response body is not base64"),
    ],
)
def test_a_broken_entry_says_why(changes: Any, reason: str, recording: Recording) -> None:
    """The reason names the member."""
    (finding,) = recording(har(**changes))
    assert isinstance(finding, Finding)
    assert reason in finding.message
    assert finding.severity is Severity.ERROR


def attached(**changes: Any) -> bytes:
    """Return a HAR as Playwright writes it with ``content: "attach"``: its bodies stand in files."""
    data = {"mimeType": "application/json", "text": "", "params": [], "_file": "asked.json"}
    content = {"size": 25, "mimeType": "application/json", "_file": "answered.json", **changes}
    return har(request={"postData": data, "bodySize": 14}, response={"content": content})


def archive(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP archive of *members* by name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as packed:
        for name, content in members.items():
            packed.writestr(zipfile.ZipInfo(name), content, compression)
    return file.getvalue()


def encrypted(content: bytes) -> bytes:
    """Return the archive *content* with its last member marked as encrypted, in the directory at its end."""
    at = content.rfind(b"PK\x01\x02") + 8
    return content[:at] + b"\x01" + content[at + 1 :]


BODIES = {"asked.json": b'{"SaleId":703}', "answered.json": b'{"AppointmentId":0,"a":1}'}


def told(path: Path) -> tuple[list[Exchange], list[Finding]]:
    """Return what is read of the file *path*."""
    found = [each for shard in shards(Source(str(path))) for each in read(shard)]
    return [each for each in found if isinstance(each, Exchange)], [each for each in found if isinstance(each, Finding)]


class TestAttachedBodies:
    """Playwright keeps bodies in files of their own, in the archive of the HAR or in its folder."""

    @pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
    def test_in_an_archive(self, compression: int, recording: Recording) -> None:
        """The archive is a HAR whole."""
        exchange = one(archive({"har.har": attached(), **BODIES}, compression), recording)
        assert [exchange.request.body, exchange.response.body] == list(BODIES.values())
        assert not exchange.unrecorded

    def test_in_a_folder(self, tmp_path: Path) -> None:
        """So is the HAR with the files beside it, wherever we are."""
        (tmp_path / "a.har").write_bytes(attached())
        for name, body in BODIES.items():
            (tmp_path / name).write_bytes(body)
        (exchange,), findings = told(tmp_path / "a.har")
        assert [exchange.request.body, exchange.response.body] == list(BODIES.values())
        assert not findings

    def test_in_a_store(self) -> None:
        """And behind a URL."""
        system = fsspec.filesystem("memory")
        system.pipe({"/traffic/a.har": attached(), **{f"/traffic/{name}": body for name, body in BODIES.items()}})
        (shard,) = shards(Source("memory://traffic/a.har"))
        (exchange,) = read(shard)
        assert isinstance(exchange, Exchange)
        assert exchange.response.body == BODIES["answered.json"]

    @pytest.mark.parametrize("packed", [True, False], ids=["archive", "folder"])
    def test_missing(self, packed: bool, tmp_path: Path) -> None:
        """One that is not there is a warning, and known not to be recorded; the rest is read."""
        path = tmp_path / "a.har"
        path.write_bytes(archive({"har.har": attached()}) if packed else attached())
        (exchange,), findings = told(path)
        assert exchange.unrecorded == {"request body", "response body"}
        assert [(each.rule, each.severity) for each in findings] == [("recording.attached", Severity.WARNING)] * 2
        assert "'asked.json'" in findings[0].message

    @pytest.mark.parametrize(
        "name", ["../secret", "/etc/hostname", "..", "a\\b", "s3://a/b", "pipe", "folder", "x" * 300]
    )
    def test_names_of_other_places(self, name: str, tmp_path: Path) -> None:
        """A recording names no file but those beside it, and none that would have us wait."""
        folder = tmp_path / "here"
        folder.mkdir()
        (tmp_path / "secret").write_text("{}")
        (folder / "folder").mkdir()
        os.mkfifo(folder / "pipe")
        (folder / "a.har").write_bytes(attached(_file=name))
        (exchange,), findings = told(folder / "a.har")
        assert "response body" in exchange.unrecorded
        assert findings[-1].rule == "recording.attached"
        assert len(findings[-1].message) < 400

    @pytest.mark.parametrize("packed", [True, False], ids=["archive", "folder"])
    def test_a_bomb(self, packed: bool, tmp_path: Path) -> None:
        """A body that grows beyond measure is a finding, and takes no more memory than others."""
        path, bomb = tmp_path / "a.har", bytes(65 << 20)
        if packed:
            path.write_bytes(archive({"har.har": attached(), "asked.json": b"{}", "answered.json": bomb}))
        else:
            path.write_bytes(attached())
            (tmp_path / "asked.json").write_bytes(b"{}")
            (tmp_path / "answered.json").write_bytes(bomb)
        _, (finding,) = told(path)
        assert (finding.rule, finding.message) == (
            "recording.bounded",
            "the response body is larger than 64 MiB",
        )

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"PK\x03\x04 and so on", "its ZIP archive cannot be read: File is not a zip file"),
            (archive({}), "is no recording"),
            (archive({"a.txt": b"", "b.txt": b""}), "it holds 2 files, and not one; unpack it first"),
            (archive({"a.har": b"", "b/b.HAR": b""}), "it holds 2 HAR files, and not one; unpack it first"),
            (encrypted(archive({"a.har": b""})), "its ZIP archive cannot be read: it is encrypted; unpack it first"),
            (archive({"a.har": b"Dear all"}), "does not begin with a request or status line"),
        ],
    )
    def test_archives_of_something_else(self, content: bytes, reason: str, recording: Recording) -> None:
        """What cannot be read says why."""
        with pytest.raises(UnknownFormat) as caught:
            recording(content)
        assert reason in str(caught.value)

    def test_any_recording_alone(self, recording: Recording) -> None:
        """An archive of one file is that file: CI keeps them so."""
        line = b'{"request":{"method":"GET","url":"/"},"response":{"status":200}}\n'
        assert len(recording(archive({"logs/": b"", "logs/traffic.ndjson": line * 3, "__MACOSX/x": b""}))) == 3

    @pytest.mark.parametrize("at", range(0, 560, 7))
    def test_damage(self, at: int, recording: Recording) -> None:
        """A flipped byte or an early end is told, and never a fault of ours."""
        content = archive({"har.har": attached(), **BODIES})
        for broken in (content[:at], content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]):
            with contextlib.suppress(UnknownFormat):
                for each in recording(broken):
                    assert isinstance(each, Exchange | Finding)


@settings(max_examples=40)
@given(
    sizes=st.lists(st.integers(0, 250_000), min_size=1, max_size=14),
    size=st.integers(1, 1_500_000),
    odd=st.dictionaries(st.integers(0, 13), st.sampled_from(["no url", "no answer", "no JSON", "twins"]), max_size=2),
    ends=st.booleans(),
)
def test_shards_side_by_side_give_each_entry_once(
    sizes: list[int], size: int, odd: dict[int, str], ends: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """However a HAR is cut, its exchanges and findings are the same, each with the number of its entry."""
    path = tmp_path_factory.getbasetemp() / "cut.har"
    kinds = {
        "no url": b'{"startedDateTime":"","request":{},"response":{"status":200}}',
        "no answer": b'{"startedDateTime":"","request":{"method":"GET","url":"/"},"response":{"status":0}}',
        "no JSON": b'{"startedDateTime":"","request":{"method":"GET","url":"/},"response":{"status":0}}',
        "twins": b'{"startedDateTime":"},{\\"startedDateTime\\":","request":{"method":"GET","url":"/"},"response":{}}',
    }
    entry = b'{"startedDateTime":"","request":{"method":"GET","url":"/%d","headers":[]},"response":{"status":200,'
    entries = [
        kinds[odd[number]]
        if number in odd
        else entry % number + b'"content":{"size":1,"text":"%b"}}}' % (b"x" * length)
        for number, length in enumerate(sizes)
    ]
    text = b'{"log":{"creator":{"name":"Playwright"},"entries":[\n' + b",\n".join(entries) + b'],"pages":[{}]}}'
    path.write_bytes(text if ends else text[:-40])
    whole = list(read(Shard(str(path), "har")))
    assert [each for shard in shards(Source(str(path)), size=size) for each in read(shard)] == whole


def test_a_har_is_cut_where_it_may_be(tmp_path: Path) -> None:
    """Only one that is whole, and stands as it is; there are as many shards as its size asks for."""
    path = tmp_path / "a.har"
    one = json.loads(har(response={"content": {"size": 1, "text": "x" * 400_000}}))["log"]["entries"][0]
    text = json.dumps({"log": {"entries": [one] * 20}}).encode()

    def count(content: bytes) -> int:
        path.write_bytes(content)
        return len(shards(Source(str(path)), size=2_000_000))

    assert count(text) == 4
    assert count(text[:-3]) == count(text.replace(b"x]", b"x", 1)[:-100]) == 1
    assert count(b"\xef\xbb\xbf" + text) == count(text.decode().encode("utf-16-le")) == count(gzip.compress(text)) == 1
    assert len(shards(Source(str(path)))) == 1
