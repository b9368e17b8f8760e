from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.exchange import Exchange
from mockserver.finding import Finding, Severity
from mockserver.recordings import Bare
from mockserver.recordings.messages import joined

from .conftest import Recording


def exchanges(text: str, recording: Recording, format_: str = "http") -> list[Exchange]:
    """Return the exchanges of *text*."""
    return [each for each in recording(text.encode(), format_=format_) if isinstance(each, Exchange)]


TWO = [("GET", "/a", b"", 200, b"x"), ("GET", "/b", b"", 404, b"")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("GET /a\n\nHTTP/1.1 200 OK\n\nx", [("GET", "/a", b"", 200, b"x")]),
        ("GET /a HTTP/1.1\nHost: b\n\nHTTP/2 204\n", [("GET", "/a", b"", 204, b"")]),
        ("POST /a\nA: 1\n\n{\n\n}\n\nHTTP/1.1 200 OK\nB: 2\n\n<x/>\n\n", [("POST", "/a", b"{\n\n}", 200, b"<x/>")]),
        ("POST /a\r\nA: 1\r\n\r\nx\r\nHTTP/1.1 200 OK\r\n\r\ny\r\n", [("POST", "/a", b"x", 200, b"y")]),
        ("https://a.example.com/b\n\nHTTP/1.1 200 OK\n", [("GET", "/b", b"", 200, b"")]),
        ("# c\n// d\n\nGET /a\n\nHTTP/1.1 200 OK\n", [("GET", "/a", b"", 200, b"")]),
        ("GET /a\n\nHTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\n\nx", [("GET", "/a", b"", 200, b"x")]),
        ("GET /a\n\nHTTP/1.1 200 OK\n\nx\n###\nGET /b\n\nHTTP/1.1 404 No\n", TWO),
        ("GET /a HTTP/1.1\n\nHTTP/1.1 200 OK\n\nx\n\nGET /b HTTP/1.1\n\nHTTP/1.1 404 No\n", TWO),
        ("@h = http://a.example.com/c\nGET {{h}}/a\n\nHTTP/1.1 200 OK\n", [("GET", "/c/a", b"", 200, b"")]),
        ("GET /a\nX: 1\n 2\n\nHTTP/1.1 200 OK\n", [("GET", "/a", b"", 200, b"")]),
        ("POST /a\n{}\nHTTP/1.1 200 OK\n", [("POST", "/a", b"{}", 200, b"")]),
    ],
)  # fmt: skip
def test_files(text: str, told: list[tuple[str, str, bytes, int, bytes]], recording: Recording) -> None:
    """A request is answered by the response behind it; what parts them, comments and variables are understood."""
    found = [
        (each.request.method, each.request.path, each.request.body, each.response.status, each.response.body)
        for each in exchanges(text, recording)
    ]
    assert found == told


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('6|{"Sale|9;ext=1|Id": 703}|0||', b'{"SaleId": 703}'),
        ("2|{}|0", b"{}"),
        ("02 |{}|0|X-Trailer: a|X-Other: b||", b"{}"),
        ("0||", b""),
        ("2|{}", None),
        ("4|{}|0||", None),
        ("2|{}|zero||", None),
        ("2|{}|0||and more", None),
        ("703", None),
        ("{}", None),
        ("", None),
    ],
)
def test_chunks_are_joined(body: str, told: bytes | None, end: str, recording: Recording) -> None:
    """Of both bodies; what is not in chunks to its end was shown without them, and stays."""
    body = body.replace("|", end)
    head = end.join(["Transfer-Encoding: chunked", "", ""])
    text = f"POST /a HTTP/1.1{end}{head}{body}{end}{end}HTTP/1.1 200 OK{end}{head}{body}{end}"
    (exchange,) = exchanges(text, recording)
    expected = body.strip("\r\n").encode() if told is None else told
    assert (exchange.request.body, exchange.response.body) == (expected, expected)


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=5))
def test_what_was_cut_is_joined(chunks: list[bytes]) -> None:
    """Whatever bytes stand in the chunks, line ends too."""
    cut = b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in chunks)
    assert joined(cut + b"0\r\n\r\n") == b"".join(chunks)


@pytest.mark.parametrize("body", [b"1\n" * 100_000, b"0\n" + b"a\n" * 100_000 + b"\n\nx", b"f" * 100_000])
def test_what_seems_to_be_chunks_is_read_once(body: bytes) -> None:
    """A body that is made to be slow is not."""
    assert joined(body) == body


def test_bytes_that_are_no_text_come_out_as_they_went_in(recording: Recording) -> None:
    """A body may be anything."""
    (exchange,) = recording(b"GET /a\n\nHTTP/1.1 200 OK\n\n\xff\xfe\x00x", format_="http")
    assert isinstance(exchange, Exchange)
    assert exchange.response.body == b"\xff\xfe\x00x"


@pytest.mark.parametrize(
    "text",
    [
        "GET /a\nA:" + " b" * 50_000 + " " * 100_000 + "c\n\nHTTP/1.1 200 OK\n",
        "@a=" + "b" + " " * 100_000 + "c\nGET /a\n\nHTTP/1.1 200 OK\n",
        "GET /a\n\nHTTP/1.1 200 OK\n###\n" + "." * 100_000 + " b c\n",
        "GET /a\nA: b\n" + " c\n" * 200_000 + "\nHTTP/1.1 200 OK\n",
        "GET /a\n" + " ?a=b\n" * 200_000 + "\nHTTP/1.1 200 OK\n",
    ],
    ids=["field", "variable", "request", "folds", "URL"],
)
def test_what_is_made_to_be_slow_is_not(text: str, recording: Recording) -> None:
    """Each line is looked at once: with squares of lengths this would take minutes."""
    assert len(exchanges(text, recording)) == 1


def test_bytes_in_a_head_that_are_no_text(recording: Recording) -> None:
    """A head is text all the same: whoever judges or writes it need not know."""
    (exchange,) = recording(b"GET /\xe6 HTTP/1.1\nA: \xe6\n\nHTTP/1.1 200 OK\nB: \xc3\xa6\nC: \xff\n\n", format_="http")
    assert isinstance(exchange, Exchange)
    assert (exchange.request.path, exchange.request.headers["a"]) == ("/æ", "æ")
    assert dict(exchange.response.headers) == {"b": "æ", "c": "ÿ"}


def test_place_is_the_line_of_the_request(recording: Recording) -> None:
    """An editor can go there."""
    (exchange,) = exchanges("\n\nGET /a\n\nHTTP/1.1 200 OK\n", recording)
    assert str(exchange.origin).endswith(":3")


def test_response_alone(recording: Recording) -> None:
    """It answers what the caller says; if nobody says, it is told how."""
    text = b"HTTP/1.1 200 OK\n\n{}"
    (exchange,) = recording(text, bare=Bare("POST", "/x"))
    assert isinstance(exchange, Exchange)
    assert exchange.request.path == "/x"
    assert "request" in exchange.unrecorded
    (finding,) = recording(text)
    assert isinstance(finding, Finding)
    assert "--operation" in finding.message


def test_request_alone(recording: Recording) -> None:
    """It is a note, unless it is only mentioned."""
    (finding,) = recording(b"GET /a HTTP/1.1\nAccept: */*\n", format_="http")
    assert isinstance(finding, Finding)
    assert finding.severity is Severity.NOTE
    assert recording(b"GET /a\n", format_="http") == []


PAGE = """# Page

~~~http!
POST /a
A: 1

{"x": "```"}
~~~

Text about `HTTP/1.1 500`.

```json
{"not": "a message"}
```

````http_
HTTP/1.1 200 OK

```
y
```
````
"""


def test_pages(recording: Recording) -> None:
    """Fences of http, however long, with the vendor's marks behind the word; other fences are passed over."""
    (exchange,) = exchanges(PAGE, recording, "markdown")
    assert exchange.request.body == b'{"x": "```"}'
    assert exchange.response.body == b"```\ny\n```"
    assert str(exchange.origin).endswith(":4")
