"""Requests go out as they are written, and a server that does not answer is told from one that is gone."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from http.client import IncompleteRead
from pathlib import Path

import pytest
import urllib3

from conformance.raw import talking
from mockserver.conformance import Case, Credential, Settings
from mockserver.conformance.client import Client, NoAnswer, ServerGone, reason_of, whole
from mockserver.conformance.settings import checked
from mockserver.errors import UsageError
from mockserver.exchange import Headers, Request, Response

Serve = Callable[[Callable[[Request], Response | None]], str]
SETTINGS = Settings(credentials=(Credential.bearer("one"),), headers=(("SO-AppToken", "two"),), timeout=2)


def case(method: str = "POST", path: str = "/a", *, authorized: bool = True, **parts: object) -> Case:
    return Case("example", "op", Request(method, path, **parts), authorized=authorized)  # type: ignore[arg-type]


def test_what_is_written_is_what_arrives(serve: Serve):
    """Method, path, query, fields and body arrive as the exchange says, with the credentials."""
    met: list[Request] = []

    def answer(request: Request) -> Response:
        met.append(request)
        return Response(201, Headers([("X-Answer", "1"), ("X-Answer", "2")]), b"\xffbody")

    client = Client(serve(answer) + "/Cust1/", SETTINGS)
    fields = Headers([("SO-Language", ""), ("Content-Type", "text/xml")])
    exchange = client.send(case("PATCH", "/æ b", query="$select=a,%20b&&", headers=fields, body=b"\x00<a/>"))
    (arrived,) = met
    sent = exchange.request
    assert (arrived.method, arrived.path, arrived.query) == ("PATCH", "/Cust1/æ b", "$select=a,%20b&&")
    assert (sent.method, sent.path, sent.query) == ("PATCH", "/Cust1/æ b", "$select=a,%20b&&")
    assert arrived.body == sent.body == b"\x00<a/>"
    for name, value in sent.headers.fields:
        assert arrived.headers[name] == value
    assert (arrived.headers["Authorization"], arrived.headers["SO-AppToken"]) == ("Bearer one", "two")
    assert exchange.response.status == 201
    assert exchange.response.headers["x-answer"] == "1, 2"
    assert exchange.response.body == b"\xffbody"
    assert 0 < exchange.seconds < 2


def test_a_case_may_go_without_credentials_or_with_its_own(serve: Serve):
    client = Client(
        serve(lambda request: Response(200, Headers(), request.headers.get("authorization", "-").encode())), SETTINGS
    )
    assert client.send(case(authorized=False)).response.body == b"-"
    own = case(headers=Headers([("Authorization", "Basic x")]))
    assert client.send(own).response.body == b"Basic x"


def test_a_body_goes_in_chunks_where_the_case_says_so(serve: Serve):
    client = Client(serve(lambda request: Response(200, Headers(), request.body)), SETTINGS)
    exchange = client.send(case(headers=Headers([("Transfer-Encoding", "chunked")]), body=b"in chunks"))
    assert exchange.response.body == b"in chunks"
    assert exchange.request.headers["transfer-encoding"] == "chunked"


def test_redirects_are_answers(serve: Serve):
    client = Client(serve(lambda _: Response(302, Headers([("Location", "/elsewhere")]))), SETTINGS)
    assert client.send(case()).response.status == 302


def test_a_server_that_hangs_up_did_not_answer_and_is_not_gone(serve: Serve):
    client = Client(serve(lambda request: None if request.method == "POST" else Response(404)), SETTINGS)
    with pytest.raises(NoAnswer):
        client.send(case())


def test_a_server_that_thinks_too_long_did_not_answer(serve: Serve):
    def answer(request: Request) -> Response:
        time.sleep(1 if request.method == "POST" else 0)
        return Response(200)

    client = Client(serve(answer), Settings(timeout=0.2))
    with pytest.raises(NoAnswer, match="timed out"):
        client.send(case())


EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def said(head: bytes, *pieces: bytes | float) -> Callable[[int, bytes], list[bytes | float]]:
    """Return a script that says this to a POST, and something short to any other request."""
    return lambda _, asked: [b"HTTP/1.1 200 OK\r\n" + head + b"\r\n", *pieces] if asked.startswith(b"POST") else [EMPTY]


def test_a_body_that_drips_is_late_however_little_is_waited_for_each_drop():
    """The time is for the whole answer, not for the next byte of it."""
    drops = [each for _ in range(100) for each in (b".", 0.05)]
    with talking(said(b"Content-Length: 100\r\n", *drops)) as url:
        begun = time.monotonic()
        with pytest.raises(NoAnswer, match=r"[0-9]+ bytes of the body had come in time, and no end"):
            Client(url, Settings(timeout=0.3)).send(case())
    assert time.monotonic() - begun < 3


def test_a_head_that_drips_is_late_too():
    """Each byte comes in time, the head never: a second is for all of it."""
    head = b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 100
    drops: list[bytes | float] = [each for byte in head for each in (bytes([byte]), 0.1)]
    with talking(lambda _, asked: drops if asked.startswith(b"POST") else [EMPTY]) as url:
        begun = time.monotonic()
        with pytest.raises(NoAnswer, match="timed out"):
            Client(url, Settings(timeout=0.5)).send(case())
    assert time.monotonic() - begun < 3


def test_each_exchange_has_a_time_of_its_own():
    """What one took is not taken from the next on the same connection."""
    with talking(lambda *_: [0.3, EMPTY]) as url:
        client = Client(url, Settings(timeout=0.5))
        assert [client.send(case(body=b"x" * 1_000_000)).response.status for _ in range(3)] == [200] * 3


def test_a_body_without_end_is_left_when_it_is_too_large():
    with talking(said(b"", *[b"x" * 65536] * 100)) as url:
        answer = urllib3.request("POST", url, preload_content=False, retries=False)
        with pytest.raises(NoAnswer, match="the body is larger than 1000000 bytes"):
            whole(answer, most=1_000_000)


@pytest.mark.parametrize(
    ("head", "body", "content"),
    [
        (b"Transfer-Encoding: chunked\r\nTrailer: X-End\r\n", b"3\r\nabc\r\n0\r\nX-End: 1\r\n\r\n", b"abc"),
        (b"Content-Encoding: gzip\r\nContent-Length: 23\r\n", gzip.compress(b"abc", mtime=0), b"abc"),
        (b"Content-Length: 3\r\n", b"abc", b"abc"),
    ],
)
def test_an_answer_is_what_its_codings_hold(head: bytes, body: bytes, content: bytes):
    """Neither coding nor the length in it is left in the exchange: they would not be true of it."""
    with talking(said(head, body)) as url:
        answer = Client(url, SETTINGS).send(case()).response
    assert answer.body == content
    assert "content-encoding" not in answer.headers
    assert answer.headers.get("content-length", "3") == "3"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Transfer-Encoding: chunked\r\n", b"9\r\nabc\r\n0\r\n\r\n"),
        (b"Transfer-Encoding: chunked\r\nConnection: close\r\n", b"3\r\nabc\r\n"),
        (b"Content-Encoding: gzip\r\nContent-Length: 3\r\n", b"abc"),
        (b"Content-Length: 9\r\n", b"abc"),
        (b"Content-Length: abc\r\nConnection: close\r\n", b"abc"),
        (b"Content-Length: -3\r\nConnection: close\r\n", b"abc"),
        (b"Content-Encoding: gzip, x-none\r\nContent-Length: 3\r\n", b"abc"),
    ],
)
def test_a_broken_body_is_no_answer(head: bytes, body: bytes):
    with talking(said(head, body)) as url, pytest.raises(NoAnswer):
        Client(url, Settings(timeout=0.3)).send(case())


def test_a_kept_connection_that_is_closed_when_it_is_used_again_is_no_fault():
    """What was sent just then is sent once more; a new connection that is closed is one."""
    with talking(lambda number, _: [EMPTY] if number < 2 else None) as url:
        client = Client(url, SETTINGS)
        assert [client.send(case()).response.status for _ in range(7)] == [200] * 7
    with talking(lambda _, asked: None if asked.startswith(b"POST") else [EMPTY]) as url, pytest.raises(NoAnswer):
        Client(url, SETTINGS).send(case())


def test_nobody_at_the_address_is_told_with_what_to_do():
    client = Client("http://127.0.0.1:9", SETTINGS)
    with pytest.raises(ServerGone, match=r"no server answers at http://127\.0\.0\.1:9"):
        client.send(case())
    with pytest.raises(ServerGone, match="refused"):
        client.reach()


def test_what_comes_before_the_answer_is_passed_over():
    """Early hints and processing are no answers (RFC 9110, section 15.2), however many come."""
    hints = (
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    )
    with talking(lambda *_: [hints, EMPTY]) as url:
        client = Client(url, SETTINGS)
        assert [client.send(case()).response.status for _ in range(2)] == [200, 200]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"220 mail.example ESMTP\r\n", r"what came is no HTTP: 220 mail\.example ESMTP.*write https"),
        (b"", "closed connection.*start it"),
    ],
)
def test_what_speaks_no_http_is_told_with_what_to_do(said: bytes, reason: str):
    def script(number: int, _: bytes) -> list[bytes] | None:
        return [said] if said and not number else None

    with talking(script) as url, pytest.raises(ServerGone, match=reason):
        Client(url, SETTINGS).reach()


def test_a_server_without_tls_is_told_so(mock: str):
    with pytest.raises(ServerGone, match="write http://"):
        Client(mock.replace("http", "https"), Settings(timeout=2)).reach()


@pytest.mark.parametrize("option", ["ca", "cert"])
def test_a_file_without_certificates_is_told_by_its_option(tmp_path: Path, option: str):
    path = tmp_path / "junk.pem"
    path.write_text("junk")
    with pytest.raises(UsageError, match=rf"--{option} .*junk\.pem: it is no PEM file"):
        Client("http://127.0.0.1:9", Settings(**{option: str(path)}))  # type: ignore[arg-type]


def test_a_server_that_only_listens_is_gone_after_the_time_of_one_exchange():
    with talking(lambda *_: [30.0]) as url:
        begun = time.monotonic()
        with pytest.raises(ServerGone, match="timed out"):
            Client(url, Settings(timeout=0.4)).reach()
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8080",
        "ftp://a",
        "http://",
        "http://a?b",
        "http://a#b",
        "http://u:p@a",
        "http://a:99999",
        "http://a:0",
        "http://[::1",
    ],
)
def test_what_is_no_url_of_a_server_is_refused(url: str):
    with pytest.raises(UsageError) as refused:
        checked(url)
    assert "u:p" not in str(refused.value)


@pytest.mark.parametrize("partial", [b"abc", 3])
def test_a_body_that_ends_early_is_told_with_its_length(partial: bytes | int):
    """Of http.client's it is the bytes, of urllib3's their number."""
    error = IncompleteRead(partial) if isinstance(partial, bytes) else urllib3.exceptions.IncompleteRead(partial, 6)
    assert reason_of(error) == "the body ended after 3 bytes, before its end"
