"""A recording judged on a Dask cluster of real processes, one of which is killed in the middle."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver import recordings
from mockserver.contract import Contract
from mockserver.errors import UsageError
from mockserver.finding import Finding
from mockserver.recordings import Shard, Source
from mockserver.reports import Run, render
from mockserver.validation import Job, validate

pytestmark = pytest.mark.e2e
pytest.importorskip("distributed", reason="the extra mockserver[cluster] is not installed")

COUNT = 600
SHARD = 5_000
PATIENCE = 30.0


class Cluster:
    """A scheduler and two workers on this machine."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        shared = ["--scheduler-file", str(self.file)]
        self.scheduler = _dask("scheduler", *shared, "--port", "0", "--no-dashboard", "--host", "127.0.0.1")
        options = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(folder)]
        self.workers = [_dask("worker", *shared, *options) for _ in range(2)]

    @property
    def address(self) -> str:
        """Where the scheduler listens, once it does."""
        until = time.monotonic() + PATIENCE
        while not self.file.exists() or not self.file.read_text():
            assert time.monotonic() < until, "the scheduler does not start"
            time.sleep(0.05)
        return str(json.loads(self.file.read_text())["address"])

    def stop(self) -> None:
        """End all processes."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


def _dask(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dask", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    started = Cluster(tmp_path)
    yield started
    started.stop()


@pytest.fixture
def shards(tmp_path: Path) -> list[Shard]:
    """A recording of many shards, with findings all over it."""
    path = tmp_path / "traffic.ndjson"
    line = (
        '{"request":{"method":"POST","url":"/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment",'
        '"headers":[["Authorization","Basic dGplMDpUamUw"],["Content-Type","application/json"]],'
        '"body":"{\\"SaleId\\":%d}"},"response":{"status":200,"headers":[["Content-Type","application/json"]],'
        '"body":"{\\"AppointmentId\\":%d}"}}'
    )
    path.write_text("".join(f"{line % (number, number)}\n" for number in range(1, COUNT + 1)))
    found = recordings.shards(Source(str(path)), size=SHARD)
    assert len(found) > 30
    return found


def test_cluster_loses_a_worker(superoffice: Contract, cluster: Cluster, shards: list[Shard]) -> None:
    """With one worker killed in the middle, the report is that of one process, to the byte."""
    job = Job(superoffice)
    alone, apart = list[Finding](), list[Finding]()
    expected = validate(job, shards, processes=2, emit=alone.extend)
    pieces = 0

    def kill_one(*_: int) -> None:
        nonlocal pieces
        pieces += 1
        if pieces == 3:
            cluster.workers[0].kill()

    outcome = validate(job, shards, cluster=cluster.address, emit=apart.extend, tell=kill_one)
    assert cluster.workers[0].wait(PATIENCE) != 0
    assert pieces == len(shards)
    assert outcome.report.total == COUNT
    for name in ("json", "text", "sarif"):
        assert render(name, outcome.report, Run()) == render(name, expected.report, Run())
    assert apart == alone


def test_no_cluster(superoffice: Contract, shards: list[Shard]) -> None:
    """An address where no scheduler answers is an error that says so."""
    with pytest.raises(UsageError, match="no Dask scheduler answers there"):
        validate(Job(superoffice), shards, cluster="tcp://127.0.0.1:9")
