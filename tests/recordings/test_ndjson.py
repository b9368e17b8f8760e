from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.exchange import NOWHERE, Exchange, Headers, Origin, Part, Request, Response
from mockserver.finding import Finding
from mockserver.recordings import Shard, Source, read, shards, writer
from mockserver.report import offsets, renumbered

from .conftest import Recording

SCHEMA = json.loads(files("mockserver.recordings").joinpath("exchange.schema.json").read_text())
JUDGE = jsonschema.Draft202012Validator(SCHEMA)
LINE = b'{"request":{"method":"GET","url":"/%d"},"response":{"status":200,"body":"%b"}}\n'

names = st.text("abcXYZ-", min_size=1, max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=8)
# Without Content-Encoding: a body under it is unpacked.
headers = st.lists(st.tuples(names, texts), max_size=4).map(Headers)
bodies = st.binary(max_size=30) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(str.encode)
# Decoded, but for a percent sign itself, which would be taken for the beginning of an escape.
paths = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(lambda path: "/" + path.replace("%", "%25"))
queries = st.text("abc=&$,/%2", max_size=12)
parts = st.sampled_from(["request headers", "request body", "response headers", "response body"])
servers = st.sampled_from(["", "https://crm.example.com", "http://127.0.0.1:8080", "https://[::1]:8443"])
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1990, 1, 1), timezones=zones).map(datetime.isoformat)  # noqa: DTZ001 (zones beside it)
exchanges = st.builds(
    Exchange,
    st.builds(Request, st.sampled_from(["GET", "POST"]), paths, queries, headers, bodies, servers),
    st.builds(Response, st.integers(200, 599), headers, bodies),
    st.floats(0, 1000),
    st.just(NOWHERE),
    st.frozensets(parts),
    st.none() | moments,
    st.booleans(),
)


def written(recorded: list[Exchange], format_: str = "ndjson") -> bytes:
    """Return *recorded* as a recording."""
    file = io.BytesIO()
    with writer(file, "har" if format_ == "har" else "ndjson") as recording:
        for each in recorded:
            recording.write(each)
    return file.getvalue()


@given(recorded=st.lists(exchanges, max_size=3))
def test_what_is_written_is_read(recorded: list[Exchange], recording: Recording) -> None:
    """An exchange goes through a line and comes out as it was; the line keeps the schema that is published."""
    content = written(recorded)
    for line in content.splitlines():
        JUDGE.validate(json.loads(line))
    back = recording(content, format_="ndjson")
    assert [replace(each, origin=NOWHERE) for each in back if isinstance(each, Exchange)] == list(map(hosted, recorded))


def hosted(exchange: Exchange) -> Exchange:
    """Return *exchange* with a Host as its URL says, where it has a URL and no Host."""
    request = exchange.request
    if not request.server or "host" in request.headers:
        return exchange
    fields = (*request.headers.fields, ("Host", request.server.partition("//")[2]))
    return replace(exchange, request=replace(request, headers=Headers(fields)))


@given(
    exchange=exchanges,
    host=st.sampled_from(["crm.example.com", "127.0.0.1:8080", "not a host"]),
)
def test_har_is_read_as_it_was_written(exchange: Exchange, host: str, recording: Recording) -> None:
    """The same through a HAR, which speaks of milliseconds and of whole URLs."""
    fields = tuple(pair for pair in exchange.request.headers.fields if pair[0].lower() != "host")
    request = replace(exchange.request, headers=Headers((*fields, ("Host", host))))
    # HAR has no word for an empty body that is not there.
    unrecorded: frozenset[Part] = exchange.unrecorded
    server = request.server or f"http://{host if ' ' not in host else 'localhost'}"
    exchange = replace(exchange, request=replace(request, server=server))
    (back,) = recording(written([exchange], "har"), format_="har")
    assert isinstance(back, Exchange)
    assert back.seconds == pytest.approx(exchange.seconds)
    assert replace(back, origin=NOWHERE, seconds=exchange.seconds) == replace(exchange, unrecorded=unrecorded)


@given(recorded=st.lists(exchanges, max_size=3))
def test_har_becomes_a_recording_of_ours_and_har_again(recorded: list[Exchange], recording: Recording) -> None:
    """The second HAR holds what the first one held: when, where, how long, and the messages."""
    first = written(recorded, "har")
    ours = written([each for each in recording(first) if isinstance(each, Exchange)])
    again = written([each for each in recording(ours, format_="ndjson") if isinstance(each, Exchange)], "har")
    assert [approximate(each) for each in entries(again)] == [approximate(each) for each in entries(first)]


def entries(har: bytes) -> list[dict[str, Any]]:
    """Return the entries of *har*, each with a Host as its URL says."""
    found: list[dict[str, Any]] = json.loads(har)["log"]["entries"]
    for each in found:
        headers, host = each["request"]["headers"], each["request"]["url"].split("/")[2]
        if not any(header["name"].lower() == "host" for header in headers):
            headers.append({"name": "Host", "value": host})
    return found


def approximate(entry: dict[str, Any]) -> dict[str, Any]:
    """Return *entry* with a time that may differ in its last digits: it goes from milliseconds to seconds and back."""
    return {**entry, "time": pytest.approx(entry["time"]), "timings": None}


@given(sizes=st.lists(st.integers(0, 90), max_size=20), size=st.integers(1, 400), broken=st.sets(st.integers(0, 19)))
def test_shards_side_by_side_give_each_line_once(
    sizes: list[int], size: int, broken: set[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """However a file is cut, the exchanges and findings are the same, and so are their lines once they are added up."""
    path = tmp_path_factory.getbasetemp() / "cut.ndjson"
    lines = [LINE % (n, b"x" * length) for n, length in enumerate(sizes)]
    path.write_bytes(b"".join(b"nonsense\n" if n in broken else line for n, line in enumerate(lines)))
    whole = list(read(Shard(str(path), "ndjson")))
    found: list[Exchange | Finding] = []
    counts: Counter[tuple[str, int]] = Counter()
    for shard in shards(Source(str(path)), format="ndjson", size=size):
        reading = read(shard)
        found += reading
        counts[shard.source, shard.start] = reading.lines
    before = offsets(counts)
    assert sum(counts.values()) == len(sizes)
    assert [numbered(each, before) for each in found] == [each.origin.number for each in whole]
    assert [_bare(each) for each in found] == [_bare(each) for each in whole]


def numbered(each: Exchange | Finding, before: dict[tuple[str, int], int]) -> int:
    origin = each.origin
    if isinstance(each, Finding):
        return renumbered(each, before).origin.number
    return origin.number + before[origin.source, origin.start] if origin.start else origin.number


def _bare(each: Exchange | Finding) -> Exchange | Finding:
    return replace(each, origin=NOWHERE)


def test_a_shard_is_cut_only_where_bytes_are_what_they_seem(tmp_path: Path) -> None:
    """Behind a byte order mark, or compressed, no byte stands where it is counted."""
    path = tmp_path / "a.ndjson"
    content = LINE % (1, b"x") * 20
    path.write_bytes(content)
    assert len(shards(Source(str(path)), size=100)) > 1
    path.write_bytes(b"\xef\xbb\xbf" + content)
    assert len(shards(Source(str(path)), size=100)) == 1


def test_a_file_that_grows_is_read_as_far_as_it_stood(tmp_path: Path) -> None:
    """Lines that are written while we read are not ours: reading must end."""
    path = tmp_path / "growing.ndjson"
    path.write_bytes(LINE % (0, b"x" * 70_000) * 40)
    reading = read(Shard(str(path), "ndjson"))
    with path.open("ab") as file:
        for _ in reading:
            file.write(LINE % (1, b"x" * 70_000) * 2)
            file.flush()
    assert reading.lines == 40


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "it is not JSON"),
        (b"[]", "Expected `object`, got `array`"),
        (b'{"request":{"method":"GET"},"response":{"status":200}}', "required field `url` - at `request`"),
        (b'{"request":{"method":"GET","url":"/"},"response":{"status":"200"}}', "at `response.status`"),
        (b'{"version":2,"request":{"method":"GET","url":"/"},"response":{"status":200}}', "at `version`"),
        (b'{"request":{"method":"GET","url":"/"},"response":{"status":200,"base64":"a"}}', "is not base64"),
        (
            b'{"request":{"method":"GET","url":"/","headers":[["a"]]},"response":{"status":200}}',
            "headers cannot be read",
        ),
        (b'{"request":{"method":"GET","url":"http://[/"},"response":{"status":200}}', "its URL cannot be read"),
    ],
)
def test_a_broken_line_says_why(line: bytes, reason: str, recording: Recording) -> None:
    """The reason names what is wrong, the place is the line."""
    good = LINE % (0, b"")
    _, finding, _ = recording(good + line + b"\n" + good, format_="ndjson")
    assert isinstance(finding, Finding)
    assert reason.replace(" - at", " at") in finding.message
    assert finding.origin.number == 2
    assert finding.origin.unit == "line"


def test_empty_lines_are_nothing(recording: Recording) -> None:
    """They count as lines, and are no breach."""
    (exchange,) = recording(b"\n \r\n" + LINE % (0, b"") + b"\n", format_="ndjson")
    assert exchange.origin == Origin(exchange.origin.source, 0, 3, "line")
