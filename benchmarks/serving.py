"""Serving: throughput beside a bare application, one answer, the start, memory."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from benchmarks.table import Row, median, print_table, spread
from mockserver import media
from mockserver.contract import Contract
from mockserver.documents import bundled
from mockserver.provider import Provider

CONNECTIONS = 16
PROCESSORS = 2
ROUNDS = 5
PYTHON = sys.executable
FIRST_SALES = count(1, 1_000_000)
OPERATION = "CreateDefaultReOpenAppointment"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(*arguments: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``python *arguments*`` until the block ends; the block begins when *port* answers."""
    with Path(os.devnull).open("wb") as log:
        running = subprocess.Popen([PYTHON, *arguments], stdout=log, stderr=log)
        try:
            wait_for(port)
            yield running
        finally:
            running.terminate()
            running.wait(30)


def wait_for(port: int, patience: float = 30.0) -> None:
    """Return once something accepts connections on *port*."""
    until = time.perf_counter() + patience
    while time.perf_counter() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.005)
        else:
            return
    raise TimeoutError(port)


class Load(NamedTuple):
    """What a load came to: requests a second, and how much of a processor the generator took of its own."""

    rate: float
    share: float


def load(port: int, requests: int) -> Load:
    """Send *requests* to the server on *port*; no two of them ask for the same sale."""
    first = next(FIRST_SALES)
    command = [PYTHON, "-m", "benchmarks.load", *map(str, (port, first, requests, CONNECTIONS))]
    result = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return Load(requests / result["seconds"], result["used"] / result["seconds"])


def serve(port: int, *options: str) -> tuple[str, ...]:
    """Return the arguments that start our server on *port*."""
    return ("-m", "mockserver", "serve", "--port", str(port), *options)


def busy(pid: int) -> float:
    """Return the processor seconds that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def loaded(port: int, pid: int, requests: int) -> tuple[float, float]:
    """Return the requests a second, and the µs of processor time that each of them took."""
    before = busy(pid)
    rate = load(port, requests).rate
    return rate, (busy(pid) - before) / requests * 1e6


def throughput(requests: int) -> list[Row]:
    """Return rows of requests a second, ours beside the bare application, in turn."""
    contract = Contract.load(bundled())
    size = len(media.json.encode(Provider(contract).answer(contract.operation(OPERATION), {"SaleId": 703}).value))
    ports = [free_port() for _ in range(3)]
    with (
        process("-m", "benchmarks.constant", str(ports[0]), str(size), port=ports[0]) as bare,
        process(*serve(ports[1]), port=ports[1]) as ours,
    ):
        for port in ports[:2]:
            load(port, requests)
        pairs = [(loaded(ports[0], bare.pid, requests), loaded(ports[1], ours.pid, requests)) for _ in range(ROUNDS)]
        with process(*serve(ports[2], "--workers", "2"), port=ports[2]):
            load(ports[2], requests * 2)
            both = [(load(ports[1], requests), load(ports[2], requests)) for _ in range(ROUNDS)]
    rates = [mine / theirs for (theirs, _), (mine, _) in pairs]
    times = [theirs / mine for (_, theirs), (_, mine) in pairs]
    two = [second.rate / first.rate for first, second in both]
    # One worker has a processor for itself; two have what the generator leaves of both.
    left = [second.rate / (PROCESSORS - second.share) * PROCESSORS / first.rate for first, second in both]
    return [
        Row(f"bare uvicorn, constant {size} bytes", f"{spread([each[0] for each, _ in pairs], '{:.0f}')} a second"),
        Row("mockserver serve, a new sale each time", f"{spread([each[0] for _, each in pairs], '{:.0f}')} a second"),
        Row("ratio to bare", spread(rates), "at least 0.3, goal 0.5", median(rates) >= 0.3),
        Row("processor time of a request, bare", f"{spread([each[1] for each, _ in pairs], '{:.0f}')} µs"),
        Row("processor time of a request, ours", f"{spread([each[1] for _, each in pairs], '{:.0f}')} µs"),
        Row("ratio of these, for a machine that is shared", spread(times)),
        Row("two workers to one, with the load on the same two processors", spread(two)),
        Row("the same, of what the load leaves of them", spread(left), "at least 1.7", median(left) >= 1.7),
    ]


def one_answer(answers: int) -> list[Row]:
    """Return rows of what one answer costs, and what encoding it costs alone."""
    contract = Contract.load(bundled())
    provider, operation = Provider(contract), contract.operation(OPERATION)
    for sale in range(1, 2000):
        provider.answer(operation, {"SaleId": sale})
    builds, dumps = [], []
    for turn in range(ROUNDS):
        first = 10_000 * (turn + 1)
        started = time.perf_counter()
        for sale in range(first, first + answers):
            media.json.encode(provider.answer(operation, {"SaleId": sale}).value)
        builds.append((time.perf_counter() - started) / answers * 1e6)
        value = provider.answer(operation, {"SaleId": first}).value
        started = time.perf_counter()
        for _ in range(answers):
            media.json.encode(value)
        dumps.append((time.perf_counter() - started) / answers * 1e6)
    return [
        Row("one answer, encoded", f"{spread(builds, '{:.0f}')} µs", "under 150 µs", median(builds) < 150),
        Row("of that, encoding it", f"{spread(dumps, '{:.0f}')} µs"),
    ]


def seconds(*arguments: str) -> float:
    """Return how long ``python *arguments*`` takes as a whole process."""
    started = time.perf_counter()
    subprocess.run([PYTHON, *arguments], check=True, capture_output=True)
    return time.perf_counter() - started


def to_first_answer() -> float:
    """Return the seconds from starting a server to its first 200."""
    port = free_port()
    started = time.perf_counter()
    with process(*serve(port, "--auth", "off"), port=port):
        body = b'{"SaleId":703}'
        url = f"http://127.0.0.1:{port}/api/v1/Agents/Appointment/{OPERATION}"
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as response:
            response.read()
        return time.perf_counter() - started


def start() -> list[Row]:
    """Return rows of how long things take to start, beside importing Connexion."""
    imports, starts, samples, helps = [], [], [], []
    for _ in range(ROUNDS):
        imports.append(seconds("-W", "ignore", "-c", "import connexion"))
        starts.append(to_first_answer())
        samples.append(seconds("-m", "mockserver", "sample"))
        helps.append(seconds("-m", "mockserver", "--help"))
    ratios = [one / other for one, other in zip(starts, imports, strict=True)]
    return [
        Row('python -c "import connexion"', f"{spread(imports)} s"),
        Row("mockserver serve to its first answer", f"{spread(starts)} s"),
        Row("ratio", spread(ratios), "at most 1.2", median(ratios) <= 1.2),
        Row("mockserver sample", f"{spread(samples)} s", "under 0.5 s", median(samples) < 0.5),
        Row("mockserver --help", f"{spread(helps)} s", "under 0.5 s", median(helps) < 0.5),
    ]


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB (Linux)."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.partition("VmRSS:")[2].split()[0]) / 1024


def memory(requests: int) -> list[Row]:
    """Return rows of the server's memory: at the start, after *requests*, and after as many again."""
    port = free_port()
    with process(*serve(port), port=port) as running:
        load(port, 100)
        figures = [resident(running.pid)]
        for _ in range(4):
            load(port, requests // 4)
            figures.append(resident(running.pid))
    growth = figures[-1] - figures[-2]
    return [
        Row("memory at the start", f"{figures[0]:.0f} MB", "under 120 MB", figures[0] < 120),
        Row(f"memory after {requests} requests", f"{figures[-1]:.0f} MB", "under 120 MB", figures[-1] < 120),
        Row("of that, grown in the last quarter", f"{growth:.1f} MB", "flat: under 2 MB", growth < 2),
    ]


def run(*, quick: bool) -> None:
    """Measure everything about serving and print it."""
    scale = 10 if quick else 1
    print_table("Serving: 16 connections, every behaviour switched on", throughput(20_000 // scale))
    print_table("One answer", one_answer(5_000 // scale))
    print_table("Start", start())
    print_table("Memory", memory(100_000 // scale))
