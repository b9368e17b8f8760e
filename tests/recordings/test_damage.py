"""Whatever happens to a recording, reading it ends, with exchanges and findings and nothing else."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from backports import zstd
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.errors import MockserverError
from mockserver.exchange import Exchange
from mockserver.finding import Finding, Party
from mockserver.recordings import FORMATS, Bare

from .conftest import Recording

FIXTURES = Path(__file__).parents[2] / "fixtures"
CONTENTS = {
    path.name: path.read_bytes() for path in sorted((FIXTURES / "recordings").iterdir()) if path.name != "README.md"
} | {"page.md": (FIXTURES / "pages" / "CreateDefaultReOpenAppointment.md").read_bytes()[:6000]}
CONTENTS |= {f"{name}.gz": gzip.compress(CONTENTS[name]) for name in ("traffic.ndjson", "chrome.har", "cassette.yaml")}
CONTENTS["traffic.ndjson.zst"] = zstd.compress(CONTENTS["traffic.ndjson"])
BARE = Bare("POST", "/")


def read_whatever(recording: Recording, content: bytes, format_: str | None = None) -> list[Exchange | Finding]:
    """Return what is read of *content*, nothing if it is no recording."""
    try:
        found = recording(content, format_=format_, bare=BARE)
    except MockserverError:
        return []
    assert all(isinstance(each, Exchange) or each.party is Party.RECORDING for each in found)
    return found


# What is read of these before a cut is what is read of the whole; texts may end early and be whole.
IN_ORDER = {"chrome.har": "har", "playwright.har": "har", "traffic.ndjson": "ndjson", "chrome.har.gz": "har"}
IN_ORDER |= {"traffic.ndjson.gz": "ndjson", "traffic.ndjson.zst": "ndjson", "cassette.json": "vcr", "nock.json": "nock"}


@pytest.mark.parametrize("name", IN_ORDER)
def test_what_stands_before_a_cut_is_read(name: str, recording: Recording) -> None:
    """A recording that breaks off gives what stands before, as it is in the whole, and says that it breaks off."""
    content = CONTENTS[name]
    whole = [each for each in read_whatever(recording, content) if isinstance(each, Exchange)]
    assert whole
    for end in range(0, len(content.rstrip()) - 1, max(1, len(content) // 150)):
        part = read_whatever(recording, content[:end], IN_ORDER[name])
        exchanges = [each for each in part if isinstance(each, Exchange)]
        assert exchanges == whole[: len(exchanges)]
        if end and len(exchanges) < len(whole) and not name.startswith("traffic"):
            assert any(isinstance(each, Finding) for each in part)


@pytest.mark.parametrize("name", CONTENTS)
def test_cut_anywhere(name: str, recording: Recording) -> None:
    """Wherever a recording ends, reading it does."""
    content = CONTENTS[name]
    for end in range(0, len(content), max(1, len(content) // 150)):
        read_whatever(recording, content[:end])


@given(
    name=st.sampled_from(sorted(CONTENTS)),
    changes=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_bytes_changed_anywhere(name: str, changes: list[tuple[int, int]], recording: Recording) -> None:
    """Whatever bytes are hit, what is read is exchanges and findings."""
    content = bytearray(CONTENTS[name])
    for place, byte in changes:
        content[place % len(content)] = byte
    read_whatever(recording, bytes(content))


@given(content=st.binary(max_size=300) | st.text(max_size=200).map(str.encode), format_=st.sampled_from(FORMATS))
@example(content=b"[", format_="har")
@example(content=b'{"log":{"entries":[', format_="har")
@example(content=b'{"log":{"entries":[}', format_="har")
@example(content=b'{"log":{"entries":[{"request":1}', format_="har")
@example(content=b"interactions:\n- &a [*a]\n", format_="vcr")
@example(content=b"interactions: [*b]\n", format_="vcr")
@example(content=b'- request: !!python/object/apply:os.system ["true"]\n', format_="vcr")
@example(content=b"[1]", format_="postman")
@example(content=b"HTTP/1.1 200\n \n", format_="http")
@example(content=b"GET / \n &", format_="http")
def test_anything_as_any_format(content: bytes, format_: str, recording: Recording) -> None:
    """A format that is asked for and is not there is told, and no more."""
    read_whatever(recording, content, format_)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"[" * 200_000, id="brackets"),
        pytest.param(b'{"a":' * 200_000, id="braces"),
        pytest.param(b'{"log":{"entries":[' + b"[" * 200_000, id="brackets in HAR"),
        pytest.param(b'{"info":{"schema":""},"item":[' + b'{"item":[' * 100_000, id="folders"),
        pytest.param(b"interactions:\n- " + b"- " * 20_000, id="YAML"),
        pytest.param(b"interactions: " + b"[" * 20_000, id="YAML in flow"),
        pytest.param(
            b'{"request":{"method":"GET","url":"/"},"response":{"status":' + b"9" * 100_000 + b"}}", id="number"
        ),
        pytest.param(b"\0" * 1000, id="NUL"),
        pytest.param(b"{{" * 50_000, id="variables"),
        pytest.param(b"GET {{a}}\n\n@a={{a}}{{a}}{{a}}\n{{a}}\nHTTP/1.1 200 OK\n\n{{a}}", id="variable of itself"),
    ],
)
def test_depth_and_size(content: bytes, format_: str, recording: Recording) -> None:
    """Nesting that would break a stack, and numbers without end, are findings."""
    assert all(isinstance(each, Finding | Exchange) for each in read_whatever(recording, content, format_))


def test_entries_before_and_behind_a_broken_one_are_read(recording: Recording) -> None:
    """One entry that is broken takes no other with it."""
    entry = b'{"startedDateTime":"","request":{"method":"GET","url":"/%d"},"response":{"status":200}}'
    entries = [entry % number for number in range(9)]
    entries[4] = entries[4].replace(b'"url":', b'"url:')
    found = recording(b'{"log":{"version":"1.2","entries":[' + b",".join(entries) + b"]}}")
    paths = [each.request.path for each in found if isinstance(each, Exchange)]
    assert paths == ["/0", "/1", "/2", "/3", "/5", "/6", "/7", "/8"]
    assert [str(each.origin)[-7:] for each in found if isinstance(each, Finding)] == ["entry 5"]


def test_invalid_utf_8_is_told_with_its_line(recording: Recording) -> None:
    """The line with the wrong byte is a finding, its neighbours are read."""
    line = b'{"request":{"method":"GET","url":"/"},"response":{"status":200,"body":"%b"}}\n'
    one, finding, three = recording(line % b"a" + line % b"\xff" + line % b"c")
    assert isinstance(one, Exchange)
    assert isinstance(three, Exchange)
    assert isinstance(finding, Finding)
    assert str(finding.origin).endswith(":2")
    assert "not UTF-8" in finding.message


def test_aliases_take_no_memory(recording: Recording) -> None:
    """A billion laughs are nine lines: an alias is the node itself."""
    bomb = b"a: &a0 [x, x]\n" + b"".join(b"b%d: &a%d [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 60))
    found = recording(
        bomb + b"interactions:\n- request: {method: GET, uri: /, headers: *a59}\n  response: {status: 200}\n"
    )
    assert [type(each) for each in found] == [Finding]


def test_tags_are_refused(recording: Recording) -> None:
    """Nothing is built of what a cassette says; the interaction behind it is read."""
    evil = b"- request: {method: GET, uri: !!python/object/apply:os.system [x]}\n  response: {status: 200}\n"
    good = b"- request: {method: GET, uri: /}\n  response: {status: 200}\n"
    finding, exchange = recording(b"interactions:\n" + evil + good)
    assert isinstance(finding, Finding)
    assert "os.system is refused (line 2)" in finding.message
    assert isinstance(exchange, Exchange)


def test_a_line_without_end_is_passed_over(recording: Recording) -> None:
    """70 MB on one line are a finding, and the next line is read."""
    line = b'{"request":{"method":"GET","url":"/"},"response":{"status":200}}\n'
    bomb = gzip.compress(b" " * (70 << 20) + b"\n" + line, compresslevel=1)
    finding, exchange = recording(bomb, format_="ndjson")
    assert isinstance(finding, Finding)
    assert finding.rule == "recording.bounded"
    assert isinstance(exchange, Exchange)
    assert str(exchange.origin).endswith(":2")


@pytest.mark.parametrize("format_", ["har", "postman", "http"])
def test_a_bomb_is_not_unpacked(format_: str, recording: Recording) -> None:
    """What is read as a whole may not be more than memory bears."""
    bomb = gzip.compress(b'{"log":{"entries":["' + b"a" * (70 << 20), compresslevel=1)
    (finding,) = recording(bomb, format_=format_, bare=BARE)
    assert isinstance(finding, Finding)
    assert finding.rule == "recording.bounded"
