"""``mockserver serve`` as a process: from its ready line to its end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

pytestmark = pytest.mark.e2e
Serve = Callable[..., Any]
Run = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[2]
PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
BASIC = "Basic dGplMDpUamUw"


def ask(client: httpx.Client, url: str, sale: int = 703, **headers: str) -> httpx.Response:
    given = {"Authorization": BASIC} | headers
    return client.post(url + PATH, json={"SaleId": sale}, headers=given)


class TestReady:
    """What is printed at the start."""

    def test_urls_and_credentials(self, serve: Serve, client: httpx.Client) -> None:
        """Every URL answers, and every credential is taken."""
        with serve() as server:
            assert server.ready.startswith("mockserver is ready: SuperOffice WebAPI, 1 operation\n")
            urls = re.findall(r"http://\S+", server.ready)
            assert len(urls) == 3
            for url in urls:
                assert client.get(url).status_code == 200
            credentials = re.findall(r"(SoTicket|Bearer) +(\S+)", server.ready)
            assert [scheme for scheme, _ in credentials] == ["SoTicket", "Bearer"]
            assert "Basic    tje0:Tje0\n" in server.ready
            for scheme, credential in [*credentials, ("Basic", BASIC.split()[1])]:
                assert ask(client, server.url, Authorization=f"{scheme} {credential}").status_code == 200

    def test_settings(self, serve: Serve, client: httpx.Client) -> None:
        """Options, and variables in their place."""
        options = ["--base-path", "/Cust1", "--auth", "off", "--seed", "5"]
        with (
            serve(*options) as one,
            serve("--base-path", "/Cust1", MOCKSERVER_SERVE_AUTH="off", MOCKSERVER_SERVE_SEED="5") as two,
        ):
            assert one.url.endswith("/Cust1")
            assert "no credentials asked for (--auth off)" in one.ready
            answers = [client.post(server.url + PATH, json={"SaleId": 7}) for server in (one, two)]
            assert [answer.status_code for answer in answers] == [200, 200]
            assert answers[0].content == answers[1].content

    def test_another_document(self, serve: Serve, client: httpx.Client) -> None:
        """Another document has its own paths and no credentials to tell."""
        with serve("fixtures/documents/shop.yaml") as server:
            assert server.ready.startswith("mockserver is ready: Shop, 7 operations\n")
            assert "sign in" not in server.ready
            assert client.get(server.url + "/products/7").json()["productId"] == 7


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.yaml"], "nowhere.yaml: cannot be read: No such file or directory"),
        (["tests"], "tests: cannot be read: Is a directory"),
        (["LICENSE"], "LICENSE"),
        (["fixtures/documents/swagger.yaml"], "fixtures/documents/swagger.yaml:2: is not an OpenAPI 3.0 document"),
        (["--locale", "xx_YY"], "there is no data for the locale 'xx_YY'"),
        (["--base-path", "Cust1"], "--base-path 'Cust1' is not a path: write it like /Cust12345"),
    ],
)
def test_mistakes(run: Run, arguments: list[str], message: str) -> None:
    """A mistake is one line on standard error that says how to mend it, and exit code 2."""
    result = run("serve", "--port", "0", *arguments)
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"mockserver: {message}")
    assert (result.returncode, result.stdout) == (2, "")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_that_is_taken(run: Run, workers: str) -> None:
    """So is a port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port), "--workers", workers)
    hint = "choose another --port, or 0 for any free one"
    assert result.stderr == f"mockserver: cannot listen on 127.0.0.1:{port}: Address already in use; {hint}\n"
    assert result.returncode == 2


class Slow:
    """A client that sends its request in two halves."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: {BASIC}\r\nContent-Type: application/json\r\n"
        self.connection = socket.create_connection((address.hostname, address.port), timeout=30)
        self.connection.sendall(f'{head}Transfer-Encoding: chunked\r\n\r\n8\r\n{{"SaleId\r\n'.encode())

    def finish(self) -> bytes:
        """Send the rest; return all that the server says before it closes the connection."""
        self.connection.sendall(b'6\r\n": 703\r\n1\r\n}\r\n0\r\n\r\n')
        with self.connection, self.connection.makefile("rb") as reader:
            return reader.read()


class TestEnd:
    """How a server stops."""

    @pytest.mark.parametrize("workers", ["1", "2"])
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_what_is_under_way_is_finished(self, serve: Serve, workers: str, number: signal.Signals) -> None:
        """A request that is being sent gets its answer; new ones get none; the exit code is 0."""
        with serve("--workers", workers) as server:
            slow = Slow(server.url)
            time.sleep(0.3)
            server.send(number)
            address = urlsplit(server.url)
            server.wait_until(lambda: self.refuses(address.hostname, address.port))
            answer = slow.finish()
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
            assert b'"SaleId":703' in answer
            assert server.process.wait(30) == 0
            assert not any("Traceback" in line or "Error" in line for line in server.log)
            assert [line for line in server.log if f"POST {PATH} 200" in line]

    @staticmethod
    def refuses(host: str | None, port: int | None) -> bool:
        """Whether nobody listens any more."""
        try:
            socket.create_connection((host, port), timeout=5).close()
        except OSError:
            return True
        return False

    def test_a_connection_that_is_idle(self, serve: Serve, client: httpx.Client) -> None:
        """A client that keeps its connection without asking does not hold the server up."""
        with serve() as server, httpx.Client(trust_env=False) as idle:
            assert ask(idle, server.url).status_code == 200
            started = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - started < 20

    def test_ctrl_c_in_a_terminal(self, serve: Serve) -> None:
        """Ctrl-C reaches every process of the group; none of them complains."""
        with serve("--workers", "2") as server:
            os.killpg(server.process.pid, signal.SIGINT)
            assert server.process.wait(30) == 0
            assert [line for line in server.log if "GET /healthz" not in line] == []

    @pytest.mark.parametrize("seconds", [0.4, 0.5, 0.7, 1.0])
    def test_ctrl_c_while_it_starts(self, seconds: float) -> None:
        """However far the processes are, none of them complains."""
        command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--workers", "2"]
        options: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
        with subprocess.Popen(command, **options) as starting:
            time.sleep(seconds)
            os.killpg(starting.pid, signal.SIGINT)
            _, complaints = starting.communicate(timeout=30)
        assert complaints in ("", "mockserver: interrupted\n")
        assert starting.returncode in (0, 130, -signal.SIGINT)  # the last: before Python listens


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for the children of a process")
class TestWorkers:
    """Several processes on one port."""

    @staticmethod
    def workers(server: Any) -> list[int]:
        """Return the ids of the worker processes (the parent has a tracker of resources besides)."""
        pid = server.process.pid
        children = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return [each for each in children if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]

    def test_each_answers_the_same(self, serve: Serve, client: httpx.Client) -> None:
        """Either worker answers while the other is held, and both give the bytes that one process gives."""
        with serve("--workers", "2") as two, serve() as one:
            expected = {sale: ask(client, one.url, sale).content for sale in (1, 703, 0)}
            workers = self.workers(two)
            assert len(workers) == 2
            for held in workers:
                os.kill(held, signal.SIGSTOP)
                try:
                    assert self.answers(two.url, expected) == expected
                finally:
                    os.kill(held, signal.SIGCONT)

    @staticmethod
    def answers(url: str, sales: Iterable[int]) -> dict[int, bytes] | None:
        """Return the answers of a worker that is not held: connections of the one that is get none."""
        for _ in range(20):
            with httpx.Client(trust_env=False, timeout=1) as fresh:
                try:
                    return {sale: ask(fresh, url, sale).content for sale in sales}
                except httpx.TimeoutException:
                    continue
        return None

    def test_each_has_its_share(self, serve: Serve) -> None:
        """Connections are spread over the workers, however quickly they come one after another."""
        with serve("--workers", "2") as server, ExitStack() as open_connections:
            address = urlsplit(server.url)
            for _ in range(40):
                open_connections.enter_context(socket.create_connection((address.hostname, address.port), timeout=30))
            server.wait_until(lambda: sum(self.connections(each) for each in self.workers(server)) >= 40)
            # Fewer than five of forty is what a fair coin does once in five million times.
            assert min(self.connections(each) for each in self.workers(server)) >= 5

    @staticmethod
    def connections(pid: int) -> int:
        """Return how many connections a process has: sockets that are no listener, pipe or the like."""
        held = {str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink()}
        established = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        return len(held & {f"socket:[{fields[9]}]" for fields in established if fields[3] == "01"})

    def test_a_worker_that_dies_is_replaced(self, serve: Serve, client: httpx.Client) -> None:
        """The service goes on."""
        with serve("--workers", "2") as server:
            first, second = self.workers(server)
            os.kill(first, signal.SIGKILL)
            server.wait_until(lambda: len({*self.workers(server)} - {first, second}) == 1)
            assert ask(client, server.url).status_code == 200


class TestReload:
    """--reload."""

    @staticmethod
    def write(path: Path, text: str) -> None:
        """Write a document whose one answer is *text*."""
        path.write_text(
            "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths:\n  /a:\n    get:\n      responses:\n"
            f"        '200': {{description: a, content: {{text/plain: {{example: '{text}'}}}}}}\n",
            "utf-8",
        )

    @pytest.mark.parametrize("workers", ["1", "2"])
    def test_a_changed_document(self, serve: Serve, client: httpx.Client, tmp_path: Path, workers: str) -> None:
        """A new document is taken up, a broken one is not, and a mended one is again."""
        document = tmp_path / "a.yaml"
        self.write(document, "first")
        with serve(str(document), "--reload", "--workers", workers) as server:

            def answers(text: str) -> bool:
                connections = [httpx.get(server.url + "/a", trust_env=False) for _ in range(8)]
                return {response.text for response in connections} == {text}

            assert answers("first")
            self.write(document, "second")
            server.wait_until(lambda: self.told(server, "reloaded") >= int(workers) and answers("second"))
            document.write_text("openapi: 3.0.3\npaths: [\n", "utf-8")
            server.wait_until(
                lambda: self.told(server, "not reloaded, still serving the document as it was") >= int(workers)
            )
            assert answers("second")
            document.unlink()
            time.sleep(0.7)
            assert answers("second")
            self.write(document, "third")
            server.wait_until(lambda: answers("third"))
            assert server.stop() == 0
            assert not any("Traceback" in line for line in server.log)

    @staticmethod
    def told(server: Any, text: str) -> int:
        """Return how many lines begin so."""
        return sum(line.startswith(text) for line in server.log)


class TestLog:
    """One line for each request."""

    @staticmethod
    def requests(client: httpx.Client, url: str) -> Iterator[int]:
        """Send some requests with secrets in every place; yield the statuses."""
        secret = {"Authorization": "Bearer secret-token", "Cookie": "XSRF-TOKEN=secret-cookie"}
        yield ask(client, url).status_code
        yield client.post(url + PATH, json={"SaleId": 7}, headers=secret).status_code
        yield client.get(url + "/nowhere?api_key=secret-key").status_code
        yield client.post(url + PATH, content=b"{", headers={"Authorization": BASIC}).status_code
        yield client.post(url + PATH, content=b"x" * 2_000_000, headers={"Authorization": BASIC}).status_code
        yield client.get(url + "/healthz").status_code
        origin = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
        yield client.options(url + PATH, headers=origin).status_code

    def test_lines(self, serve: Serve, client: httpx.Client) -> None:
        """Method, path, status, size and time of each request, in order, and no secrets."""
        with serve() as server:
            statuses = list(self.requests(client, server.url))
            assert server.stop() == 0
            pattern = re.compile(
                r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d 127\.0\.0\.1 [A-Z]+ /\S* (\d{3}) \d+ B \d+\.\d ms( .+)?"
            )
            matches = [pattern.fullmatch(line) for line in server.log]
            assert None not in matches, server.log
            assert [int(match[1]) for match in matches if match] == statuses == [200, 401, 404, 400, 413, 200, 200]
            text = "\n".join(server.log) + server.ready
            assert "secret" not in text
            assert BASIC.split()[1] not in text

    def test_quiet(self, serve: Serve, client: httpx.Client) -> None:
        """With --quiet there are none."""
        with serve("--quiet") as server:
            list(self.requests(client, server.url))
            assert server.stop() == 0
            assert server.log == []
