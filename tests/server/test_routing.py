"""Paths, methods, origins and sizes: what HTTP asks of a server besides answers."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver import media
from mockserver.contract import Contract, Schema

Ask = Callable[..., httpx.Response]
Serving = Callable[..., str]
Api = Callable[..., Callable[..., httpx.Response]]

PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
TYPES = [
    "application/json",
    "text/json",
    "application/xml",
    "text/xml",
    "application/json-patch+json",
    "application/merge-patch+json",
]
AUTHORIZATION = "Basic dGplMDpUamUw"
ORIGIN = "https://app.example"


class TestPaths:
    """Where nothing is served."""

    @pytest.mark.parametrize(
        "path",
        [
            "/nowhere",
            "/api",
            "/api/v1/Agents/Appointment",
            PATH + "/",
            PATH.lower(),
            "/" + PATH,
            PATH + "/703",
            "/ui/../../etc/passwd",
            "/ui/%2e%2e/%2e%2e/etc/passwd",
            "/ui/nothing.js",
            "/%00",
            "/%ff%fe",
            "/blåbær",
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
    def test_unknown(self, serving: Serving, client: httpx.Client, path: str, method: str) -> None:
        """404, whatever the method, with a hint where to look."""
        response = client.request(method, serving() + path)
        assert response.status_code == 404
        assert response.json()["Message"].endswith("; GET / lists what is")

    def test_before_credentials(self, serving: Serving, client: httpx.Client) -> None:
        """An unknown path is unknown to everybody."""
        assert client.get(serving() + "/nowhere", auth=("tje0", "wrong")).status_code == 404


class TestMethods:
    """What a path takes."""

    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
    def test_not_allowed(self, serving: Serving, client: httpx.Client, method: str) -> None:
        """405 with the methods that are (RFC 9110 section 15.5.6)."""
        response = client.send(httpx.Request(method, serving() + PATH))
        assert response.status_code == 405
        assert response.headers["Allow"] == "POST, OPTIONS"

    def test_described(self, serving: Serving, client: httpx.Client) -> None:
        """With --describe, GET and HEAD tell what is there instead; nothing is invoked, so nobody need sign in."""
        url = serving(describe=True) + PATH
        response = client.get(url)
        assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json; charset=utf-8")
        assert response.json() == {"POST": "Appointment that reminds of re-opening a stalled sale"}
        assert (client.head(url).status_code, client.head(url).content) == (200, b"")
        assert client.options(url).headers["Allow"] == client.put(url).headers["Allow"] == "GET, POST, HEAD, OPTIONS"
        assert client.get(serving(describe=True) + "/nowhere").status_code == 404

    @pytest.mark.parametrize("path", ["/", "/healthz", "/openapi.json", "/openapi.yaml", "/ui/"])
    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_pages_are_for_reading(self, serving: Serving, client: httpx.Client, path: str, method: str) -> None:
        """So do the service's own pages."""
        response = client.request(method, serving() + path)
        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"

    @pytest.mark.parametrize(("path", "allowed"), [(PATH, "POST, OPTIONS"), ("/healthz", "GET, HEAD, OPTIONS")])
    def test_options(self, serving: Serving, client: httpx.Client, path: str, allowed: str) -> None:
        """OPTIONS tells the same without an error, and asks for no credentials (RFC 9110 section 9.3.7)."""
        response = client.options(serving() + path)
        assert (response.status_code, response.content) == (204, b"")
        assert response.headers["Allow"] == allowed

    def test_options_of_the_server(self, serving: Serving) -> None:
        """``OPTIONS *`` asks about the server as a whole."""
        address = urlsplit(serving())
        connection = http.client.HTTPConnection(address.netloc)
        connection.request("OPTIONS", "*")
        response = connection.getresponse()
        assert response.status == 204
        connection.close()

    def test_options_of_nothing(self, serving: Serving, client: httpx.Client) -> None:
        """An unknown path has no methods."""
        assert client.options(serving() + "/nowhere").status_code == 404

    @pytest.mark.parametrize("path", ["/", "/healthz", "/openapi.json", "/openapi.yaml", "/ui/", "/ui/swagger-ui.css"])
    def test_head(self, serving: Serving, client: httpx.Client, path: str) -> None:
        """HEAD answers what GET would, without the body (RFC 9110 section 9.3.2)."""
        got, head = client.get(serving() + path), client.head(serving() + path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Type"] == got.headers["Content-Type"]
        assert head.headers["Content-Length"] == got.headers["Content-Length"]

    def test_head_of_an_error(self, serving: Serving, client: httpx.Client) -> None:
        """An error to HEAD has no body either."""
        head = client.head(serving() + "/nowhere")
        assert (head.status_code, head.content) == (404, b"")
        assert int(head.headers["Content-Length"]) > 0


class TestOrigins:
    """Browser clients of other origins (WHATWG Fetch, CORS protocol)."""

    PREFLIGHT = {  # noqa: RUF012 (never changed)
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,so-timezone,x-anything",
    }

    def test_preflight_for_an_unknown_method(self, serving: Serving, client: httpx.Client) -> None:
        """It is a question like any other."""
        headers = {**self.PREFLIGHT, "Access-Control-Request-Method": "FOO"}
        response = client.options(serving() + PATH, headers=headers)
        assert (response.status_code, response.headers["Allow"], response.text) == (204, "POST, OPTIONS", "")

    def test_preflight(self, serving: Serving, client: httpx.Client) -> None:
        """A preflight is answered without credentials, and every header may be sent."""
        response = client.options(serving() + PATH, headers=self.PREFLIGHT)
        assert response.status_code in (200, 204)
        assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert response.headers["Access-Control-Allow-Credentials"] == "true"
        assert "POST" in response.headers["Access-Control-Allow-Methods"]
        allowed = response.headers["Access-Control-Allow-Headers"].lower()
        assert all(name in allowed for name in self.PREFLIGHT["Access-Control-Request-Headers"].split(","))

    def test_actual(self, ask: Ask) -> None:
        """An answer may be read by the page that asked, its own headers included."""
        response = ask(headers={"Origin": ORIGIN})
        assert response.status_code == 200
        assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert response.headers["Access-Control-Allow-Credentials"] == "true"
        assert {"SO-TimeZone", "Content-Language"} <= set(response.headers["Access-Control-Expose-Headers"].split(", "))
        assert response.headers["Vary"].lower().count("origin") == 1

    def test_documented_header_fields(self, api: Api) -> None:
        """A page may read what the document says of an answer's header."""
        answer = {"description": "", "headers": {"X-Count": {"schema": {"type": "integer"}}}}
        response = api({"/a": {"get": {"responses": {"204": answer}}}})("GET", "/a", headers={"Origin": ORIGIN})
        assert "X-Count" in response.headers["Access-Control-Expose-Headers"].split(", ")

    def test_private_network(self, serving: Serving, client: httpx.Client) -> None:
        """A public page may ask a server on this machine (WICG, Private Network Access)."""
        headers = {**self.PREFLIGHT, "Access-Control-Request-Private-Network": "true"}
        response = client.options(serving() + PATH, headers=headers)
        assert (response.status_code, response.headers["Access-Control-Allow-Private-Network"]) == (200, "true")

    @pytest.mark.parametrize("status", [400, 401])
    def test_errors(self, ask: Ask, status: int) -> None:
        """So may an error: a browser client is told why."""
        user = None if status == 401 else ("tje0", "Tje0")
        response = ask({"SaleId": "x"}, {"Origin": ORIGIN}, user=user)
        assert response.status_code == status
        assert response.headers["Access-Control-Allow-Origin"] == ORIGIN

    def test_switched_off(self, serving: Serving, client: httpx.Client, ask: Ask) -> None:
        """With --no-cors no page of another origin is let in."""
        preflight = client.options(serving(cors=False) + PATH, headers=self.PREFLIGHT)
        actual = ask(headers={"Origin": ORIGIN}, cors=False)
        assert actual.status_code == 200
        for response in (preflight, actual):
            assert not [name for name in response.headers if name.startswith("access-control-")]


class TestSizes:
    """Bodies over --max-body."""

    LIMIT = 1024 * 1024

    @staticmethod
    def body(size: int) -> bytes:
        """Return a valid body of *size* bytes."""
        start, end = b'{"SaleId": 703, "Foo": "', b'"}'
        return start + b"x" * (size - len(start) - len(end)) + end

    @pytest.mark.parametrize("chunked", [False, True])
    def test_at_the_limit(self, ask: Ask, chunked: bool) -> None:
        """A body of exactly the limit is taken, one byte more is not."""
        for size, status in ((self.LIMIT, 200), (self.LIMIT + 1, 413)):
            body: Any = self.body(size)
            content = iter([body[: size // 2], body[size // 2 :]]) if chunked else body
            response = ask(content, {"Content-Type": "application/json"})
            assert response.status_code == status
        assert response.json()["Message"] == "the request body is larger than 1048576 bytes"

    def test_setting(self, ask: Ask) -> None:
        """The limit is a setting."""
        assert ask(self.body(101), {"Content-Type": "application/json"}, max_body=100).status_code == 413
        assert ask(self.body(100), {"Content-Type": "application/json"}, max_body=100).status_code == 200

    @pytest.mark.parametrize("chunked", [False, True])
    def test_a_client_that_reads_last(self, serving: Serving, chunked: bool) -> None:
        """A client that sends all of a large body before it reads gets its answer, and may go on."""
        connection = http.client.HTTPConnection(urlsplit(serving()).netloc, timeout=30)
        headers = {"Authorization": AUTHORIZATION, "Content-Type": "application/json"}
        large = b"x" * 8_000_000
        for body, status in ((large, 413), (b"{}", 200)):
            connection.request("POST", PATH, iter([body]) if chunked else body, headers, encode_chunked=chunked)
            response = connection.getresponse()
            assert response.status == status
            response.read()
        connection.close()

    def test_a_client_that_waits(self, serving: Serving) -> None:
        """A client that asks first (Expect: 100-continue) need not send a body that is too large."""
        address = urlsplit(serving())
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: {AUTHORIZATION}\r\nExpect: 100-continue\r\n"
        with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
            connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n".encode())
            assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")


class TestErrors:
    """One shape for all errors."""

    @staticmethod
    def provoked(serving: Serving, client: httpx.Client, accept: str) -> Iterator[tuple[int, httpx.Response]]:
        """Yield an error of each kind with the status that it should have."""
        url = serving()

        def post(body: bytes = b'{"SaleId": 703}', **headers: str) -> httpx.Response:
            given = {"Authorization": AUTHORIZATION, "Content-Type": "application/json", "Accept": accept}
            given |= {name.replace("_", "-"): value for name, value in headers.items()}
            return client.post(url + PATH, content=body, headers=given)

        yield 400, post(b'{"SaleId": "x"}')
        yield 400, post(b"{")
        yield 400, post(b"")
        yield 400, post(SO_TimeZone="XX")
        yield 400, post(Prefer="code=299")
        yield 401, post(Authorization="Bearer 8A:x")
        yield 404, client.get(url + "/nowhere", headers={"Accept": accept})
        yield 405, client.get(url + PATH, headers={"Accept": accept})
        yield 413, post(b"x" * 1_048_577)
        yield 415, post(Content_Type="text/plain")
        yield 415, post(Content_Type="application/json; charset=klingon")

    @pytest.mark.parametrize("accept", TYPES)
    def test_one_shape(self, serving: Serving, client: httpx.Client, superoffice: Contract, accept: str) -> None:
        """Every error has the real server's four members, in the media type that was asked for."""
        schema = Schema(superoffice.document, {"$ref": "#/components/schemas/ErrorInfo"}, "")
        for status, response in self.provoked(serving, client, accept):
            assert response.status_code == status
            assert response.headers["Content-Type"] == f"{accept}; charset=utf-8"
            assert "accept" in response.headers["Vary"].lower()
            error = media.decode(accept, response.content, schema.shape)
            assert list(error) == ["Error", "ErrorType", "Message", "ErrorSource"]
            assert schema.is_valid(error)
            assert "Traceback" not in response.text

    def test_nothing_acceptable(self, serving: Serving, client: httpx.Client) -> None:
        """A client that takes none of the media types gets its error in JSON."""
        for status, response in self.provoked(serving, client, "image/png"):
            assert response.status_code == status
            assert response.json()["Error"] is True

    @pytest.mark.parametrize("status", [400, 401, 406, 413, 415])
    @pytest.mark.parametrize("auth", ["strict", "any", "off"])
    def test_documented_errors_on_demand(self, ask: Ask, superoffice: Contract, status: int, auth: str) -> None:
        """A client that wants to see an error asks for its code (Prefer, RFC 7240)."""
        response = ask(headers={"Prefer": f"code={status}"}, auth=auth)
        assert response.status_code == status
        assert Schema(superoffice.document, {"$ref": "#/components/schemas/ErrorInfo"}, "").is_valid(response.json())
        assert ("WWW-Authenticate" in response.headers) == (status == 401)

    @pytest.mark.parametrize("prefer", ["code=299", "code=404", "code=500", "example=nobody"])
    def test_preferences_that_cannot_be_met(self, ask: Ask, prefer: str) -> None:
        """What the document does not have is refused, and what it has is told."""
        response = ask(headers={"Prefer": prefer})
        assert response.status_code == 400
        assert "documented" in response.json()["Message"] or "there are" in response.json()["Message"]

    @pytest.mark.parametrize(
        "prefer", ["code=²", "code=", "code", "code=99999", "code=100", "=", ";;,", "code=abc", "wait=5", 'x="', "å"]
    )
    def test_preferences_that_mean_nothing(self, ask: Ask, prefer: str) -> None:
        """A preference that is not understood is none (RFC 7240 section 2)."""
        assert ask(headers=httpx.Headers({"Prefer": prefer}, encoding="latin-1")).status_code == 200


class TestBasePath:
    """--base-path mounts everything below a tenant's path."""

    def test_below(self, serving: Serving, client: httpx.Client, ask: Ask) -> None:
        """Operation and pages are there, and the answer is the same."""
        url = serving(base_path="/Cust12345")
        assert url.endswith("/Cust12345")
        assert ask(base_path="/Cust12345").content == ask().content
        for page in ("", "/", "/healthz", "/openapi.json", "/openapi.yaml", "/ui/", "/ui/swagger-ui.css"):
            assert client.get(url + page).status_code == 200

    @pytest.mark.parametrize(
        "path", [PATH, "/", "/healthz", "/openapi.json", "/cust12345/healthz", "/Cust123456/healthz"]
    )
    def test_beside(self, serving: Serving, client: httpx.Client, path: str) -> None:
        """Nothing is outside."""
        root = serving(base_path="/Cust12345").removesuffix("/Cust12345")
        assert client.get(root + path).status_code == 404

    def test_cookie_links_and_document(self, serving: Serving, client: httpx.Client) -> None:
        """The cookie is the tenant's, links lead below the path, and the document names it as its server."""
        url = serving(base_path="/Cust12345")
        page = client.get(url + "/")
        assert "; Path=/Cust12345;" in page.headers["Set-Cookie"]
        assert 'href="/Cust12345/ui/"' in page.text
        assert client.get(url + "/ui").headers["Location"] == "/Cust12345/ui/"
        assert client.get(url + "/openapi.json").json()["servers"] == [{"url": "/Cust12345"}]

    @pytest.mark.parametrize("method", ["GET", "OPTIONS"])
    def test_methods(self, serving: Serving, client: httpx.Client, method: str) -> None:
        """Methods are told there too."""
        response = client.request(method, serving(base_path="/Cust12345") + PATH)
        assert response.headers["Allow"] == "POST, OPTIONS"

    def test_a_slash_at_the_end_does_not_matter(self, ask: Ask) -> None:
        """``/Cust1/`` is ``/Cust1``, and ``/`` is no path at all."""
        assert ask(base_path="/Cust1/").status_code == 200
        assert ask(base_path="/").status_code == 200
