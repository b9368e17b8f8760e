"""A run goes through the proxy that the usual variables name: all of it, planned and generated, or nothing of it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.proxy import proxying
from conformance.secure import judge, serving
from mockserver.conformance import Credential, Outcome, Settings, run
from mockserver.conformance.client import Client, ServerGone, authorities, proxy_of
from mockserver.contract import Contract
from mockserver.errors import UsageError
from mockserver.exchange import Headers, Request, Response

Serve = Callable[[Callable[[Request], Response | None]], str]
SETTINGS = Settings(
    max_requests=20, operations=("getPet",), credentials=(Credential("key", (("X-Key", "secret"),)),), timeout=5
)
PET = b'{"id": 7, "name": "Tom"}'
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have none of the variables, in either case."""
    for name in (*VARIABLES, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def _pet(_: Request) -> Response:
    return Response(200, Headers([("Content-Type", "application/json")]), PET)


def _all_told(outcome: Outcome) -> int:
    """Return how many requests were sent; none of them failed."""
    assert outcome.stopped is None
    assert not outcome.troubles
    assert {"planned", "examples"} <= set(outcome.requests)
    return outcome.report.total


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_plain_requests_are_passed_on(pets: Contract, serve: Serve, monkeypatch: pytest.MonkeyPatch, variable: str):
    """Whatever is sent is sent by way of the proxy, with the whole URL on the request line."""
    url = serve(_pet)
    with proxying() as proxy:
        monkeypatch.setenv(variable, f"http://{proxy.address}")
        sent = _all_told(run(pets, url, SETTINGS, judge=judge))
    assert len(proxy.asked) >= sent > 10
    assert all(target.startswith(f"{url}/") for _, target in proxy.asked)


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_tls_goes_through_a_tunnel(pets: Contract, certificate: Path, monkeypatch: pytest.MonkeyPatch, variable: str):
    """The proxy sees the host alone: neither paths nor credentials; certificates are those of the server."""
    with proxying() as proxy, serving(certificate, asks=True) as url:
        monkeypatch.setenv(variable, f"http://{proxy.address}")
        settings = replace(SETTINGS, ca=str(certificate), cert=str(certificate))
        assert _all_told(run(pets, url, settings, judge=judge)) > 10
        assert {*proxy.asked} == {("CONNECT", url.removeprefix("https://"))}
        assert "x-key" not in proxy.fields
        with pytest.raises(ServerGone, match="certificate verify failed"):
            run(pets, url, SETTINGS, judge=judge)


def test_hosts_that_need_none_are_reached_straight(pets: Contract, serve: Serve, monkeypatch: pytest.MonkeyPatch):
    url = serve(_pet)
    with proxying() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.address}")
        monkeypatch.setenv("NO_PROXY", "example.com,127.0.0.0/8")
        _all_told(run(pets, url, SETTINGS, judge=judge))
    assert proxy.asked == []


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_proxy_may_ask_for_credentials(pets: Contract, serve: Serve, monkeypatch: pytest.MonkeyPatch, scheme: str):
    """Those in the variable are sent to the proxy alone; without them the reason is told, and no secret is."""
    url = serve(_pet)
    given = base64.b64encode(b"me:a/b").decode()
    with proxying(sign_in=f"Basic {given}") as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"{scheme}me:a%2Fb@{proxy.address}")
        _all_told(run(pets, url, SETTINGS, judge=judge))
        monkeypatch.setenv("HTTP_PROXY", f"{scheme}me:wrong@{proxy.address}")
        with pytest.raises(ServerGone, match=r"it asks for credentials: write http://name:password@") as refused:
            run(pets, url, SETTINGS, judge=judge)
    assert "wrong" not in str(refused.value)


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("http://127.0.0.1:9", r"through the proxy http://127\.0\.0\.1:9 .*refused.*NO_PROXY"),
        ("http://me:secret@127.0.0.1:9", r"through the proxy http://127\.0\.0\.1:9 "),
    ],
)
def test_a_proxy_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, proxy: str, said: str):
    monkeypatch.setenv("HTTP_PROXY", proxy)
    with pytest.raises(ServerGone, match=said) as gone:
        Client("http://a.test", SETTINGS).reach()
    assert "secret" not in str(gone.value)


@pytest.mark.parametrize("proxy", ["socks5://me:secret@127.0.0.1:9", "ftp://127.0.0.1:9", "http://"])
def test_what_is_no_proxy_of_http_is_refused(monkeypatch: pytest.MonkeyPatch, proxy: str):
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(UsageError, match="is none of HTTP: write http://host:port") as refused:
        proxy_of("http://a.test")
    assert "secret" not in str(refused.value)


def test_an_authority_may_be_named_by_a_variable(pets: Contract, certificate: Path, monkeypatch: pytest.MonkeyPatch):
    """What other clients trust is trusted here, in all phases."""
    assert authorities(Settings(ca="mine.pem")) == "mine.pem"
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        with serving(certificate) as url, _set(monkeypatch, name, str(certificate)):
            assert _all_told(run(pets, url, SETTINGS, judge=judge)) > 10


def test_what_a_netrc_says_is_not_sent(pets: Contract, serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Nobody is signed in who was not asked to be, and the credentials given are those that arrive."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    met: list[str] = []

    def answer(request: Request) -> Response:
        met.append(request.headers.get("authorization", ""))
        return _pet(request)

    _all_told(run(pets, serve(answer), SETTINGS, judge=judge))
    assert not any(base64.b64encode(b"me:secret").decode() in each for each in met)


@contextmanager
def _set(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setenv(name, value)
        yield
