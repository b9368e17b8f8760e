"""Real processes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


def environment(**variables: str) -> dict[str, str]:
    """Return our environment without proxies, and without settings of the command line."""
    odd = re.compile(r"(?i)mockserver_.*|.*_proxy")
    return {name: value for name, value in os.environ.items() if not odd.fullmatch(name)} | variables


class Server:
    """``mockserver serve`` as a group of processes: *url* has no slash at its end."""

    def __init__(self, folder: Path, *arguments: str, program: tuple[str, ...], cwd: Path, **variables: str) -> None:
        self.out, self.err = folder / "out.txt", folder / "err.txt"
        with self.out.open("wb") as out, self.err.open("wb") as err:
            command = [*program, "serve", "--port", "0", *arguments]
            self.process = subprocess.Popen(
                command, cwd=cwd, stdout=out, stderr=err, env=environment(**variables), start_new_session=True
            )
        self.wait_until(lambda: self.ready != "")
        found = re.search(r"serving +(\S+)/\n", self.ready)
        assert found is not None, self.ready
        self.url = found[1]

    @property
    def ready(self) -> str:
        """What was printed on standard output: the ready line with all that follows it."""
        return self.out.read_text("utf-8")

    @property
    def log(self) -> list[str]:
        """The lines on standard error."""
        return self.err.read_text("utf-8").splitlines()

    def wait_until(self, condition: Callable[[], object]) -> None:
        """Return once *condition* holds; fails when the process ends before, or after a while."""
        until = time.monotonic() + PATIENCE
        while not condition():
            assert self.process.poll() is None, self.log
            assert time.monotonic() < until, self.log
            time.sleep(0.02)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process."""
        self.process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask the process to stop; return its exit code."""
        self.send(number)
        return self.process.wait(PATIENCE)


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """Start ``mockserver serve`` with arguments; whatever still runs at the end is stopped."""
    started: list[Server] = []

    @contextmanager
    def serve(
        *arguments: str,
        program: tuple[str, ...] = (sys.executable, "-m", "mockserver"),
        cwd: Path = ROOT,
        **variables: str,
    ) -> Iterator[Server]:
        server = Server(tmp_path_factory.mktemp("server"), *arguments, program=program, cwd=cwd, **variables)
        started.append(server)
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.stop()

    yield serve
    for server in started:
        if server.process.poll() is None:
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()


@pytest.fixture(scope="session")
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``mockserver`` with arguments to its end."""

    def run(
        *arguments: str,
        program: tuple[str, ...] = (sys.executable, "-m", "mockserver"),
        cwd: Path = ROOT,
        **variables: str,
    ) -> subprocess.CompletedProcess[str]:
        command = [*program, *arguments]
        return subprocess.run(
            command, cwd=cwd, env=environment(**variables), capture_output=True, text=True, timeout=60, check=False
        )

    return run


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """A client without proxies."""
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        yield client
