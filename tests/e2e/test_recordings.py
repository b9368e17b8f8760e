"""Recordings of a real server, in the tests of the vendor's own client."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import orjson
import pytest

from mockserver import Contract, Exchange, Headers, Judge, Request, Response
from mockserver.finding import Severity

pytestmark = pytest.mark.e2e

CLIENT = Path(__file__).parent / "client"
OPERATION = "CreateDefaultReOpenAppointment"
NAMES = ("Appointment63.json", "Appointment63-notz.json", "Appointment63-utctz.json")


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Bodies by file name."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm")
    dependencies: dict[str, str] = orjson.loads((CLIENT / "package.json").read_bytes())["dependencies"]
    name, version = next(iter(dependencies.items()))
    folder = tmp_path_factory.mktemp("package")
    command = [npm, "pack", f"{name}@{version}", "--fetch-timeout=20000", "--fetch-retries=1"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    if result.returncode != 0:
        pytest.skip(f"npm cannot reach its registry: {result.stderr.strip().splitlines()[:1]}")
    with tarfile.open(next(folder.glob("*.tgz"))) as package:
        members = {each: package.extractfile(f"package/__tests__/{each}") for each in NAMES}
        return {each: member.read() for each, member in members.items() if member is not None}


@pytest.fixture(scope="module")
def judge(superoffice: Contract) -> Judge:
    return Judge(superoffice)


def findings(judge: Judge, body: bytes, **asked: str) -> Any:
    """Return what is found in a recorded answer, its request known if *asked* says what was asked for."""
    sent = Request("POST", "", "", Headers([("Authorization", "Basic x"), *asked.items()]), b'{"SaleId": 1}')
    told = Response(200, Headers([("Content-Type", "application/json")]), body)
    unrecorded = frozenset({"request body"}) if asked else frozenset({"request"})
    exchange = Exchange(sent, told, unrecorded=unrecorded)
    return judge.judge_as(judge.contract.operation(OPERATION), exchange).findings


@pytest.mark.parametrize("name", NAMES)
def test_no_error(judge: Judge, recordings: dict[str, bytes], name: str) -> None:
    """A recording has no error, and what the contract does not know of it is a note."""
    found = findings(judge, recordings[name])
    assert [(each.rule, each.severity, each.pointer) for each in found] == [
        ("drift.property", Severity.NOTE, "/_Links")
    ]


@pytest.mark.parametrize(
    ("zone", "name"),
    [("NO,includeTZOffset", NAMES[1]), ("utc,includeTZOffset", NAMES[2]), ("includeTZOffset", NAMES[1])],
)
def test_time_zones(judge: Judge, recordings: dict[str, bytes], zone: str, name: str) -> None:
    """A recording is right for the zone that was asked for, and the one without offsets is not."""
    asked = {"SO-TimeZone": zone}
    assert [each.rule for each in findings(judge, recordings[name], **asked)] == ["drift.property"]
    assert "timezone.offset" in {each.rule for each in findings(judge, recordings[NAMES[0]], **asked)}
