"""The vendor's own client, which knows nothing of a mock."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

pytestmark = pytest.mark.e2e
Call = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[2]
CLIENT = Path(__file__).parent / "client"
PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
BASIC = "Basic dGplMDpUamUw"
COMPLETED = 10  # the client's WebApiStatus.Completed, which it notes in the options
OFFLINE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "E403", "network")


@pytest.fixture(scope="module")
def installed() -> Path:
    """The folder in which the client is installed; kept for the next time."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("there is no node, or no npm")
    digest = hashlib.sha256((CLIENT / "package.json").read_bytes()).hexdigest()[:12]
    parent = ROOT / ".venv" if (ROOT / ".venv").is_dir() else Path(tempfile.gettempdir())
    folder = parent / f"mockserver-e2e-client-{digest}"
    done = folder / "node_modules" / "@superoffice" / "webapi" / "package.json"
    if not done.exists():
        shutil.copytree(CLIENT, folder, dirs_exist_ok=True)
        command = [
            npm,
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--fetch-timeout=20000",
            "--fetch-retries=1",
        ]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        if any(word in result.stderr for word in OFFLINE):
            pytest.skip(f"npm cannot reach its registry: {result.stderr.strip().splitlines()[0]}")
        assert result.returncode == 0, result.stderr
    shutil.copy(CLIENT / "call.js", folder)
    return folder


@pytest.fixture(scope="module")
def call(installed: Path) -> Call:
    """Call the operation for a sale with the client."""

    def call(url: str, authorization: str, options: dict[str, Any] | None) -> subprocess.CompletedProcess[str]:
        arguments = [url, authorization, "703", *([json.dumps(options)] if options else [])]
        command = ["node", "call.js", *arguments]
        return subprocess.run(command, cwd=installed, capture_output=True, text=True, timeout=60, check=False)

    return call


@pytest.fixture(scope="module")
def url(installed: Path, serve: Callable[..., Any]) -> Iterator[str]:
    """The URL of a server, started where the client can be."""
    with serve() as server:
        yield server.url


def plain(url: str) -> Any:
    """Return the answer as it is without any option."""
    response = httpx.post(url + PATH, json={"SaleId": 703}, headers={"Authorization": BASIC}, trust_env=False)
    return response.json()


def instant(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(None, id="no options"),
        pytest.param({"timezone": "utc", "timezoneInclude": True}, id="UTC with offsets"),
        pytest.param({"timezone": "no", "timezoneInclude": True}, id="Oslo with offsets"),
        pytest.param({"languageCode": "en"}, id="English"),
        pytest.param({"languageCode": "no"}, id="Norwegian"),
        pytest.param({"languageCode": "en", "timezone": "utc", "timezoneInclude": True}, id="English in UTC"),
    ],
)
def test_typed_entity(call: Call, url: str, options: dict[str, Any] | None) -> None:
    """The client gets its typed entity, with dates as dates, whatever it is told about zones and languages."""
    result = call(url, BASIC, options)
    assert result.returncode == 0, result.stderr
    seen, answer = json.loads(result.stdout), plain(url)
    assert (seen["appointmentId"], seen["saleId"]) == (0, 703)
    assert seen["associate"] == answer["Associate"]["FullName"]
    assert seen["participants"] == 1
    assert seen.get("status") == (COMPLETED if options else None)
    for name, date in (("startDate", answer["StartDate"]), ("endDate", answer["EndDate"])):
        parsed = datetime.fromisoformat(seen[name]["date"])
        if options and options.get("timezoneInclude"):
            assert parsed == instant(date, "Europe/Oslo")
        else:
            # Without an offset the client reads the wall clock in its own zone.
            assert parsed.astimezone().replace(tzinfo=None) == datetime.fromisoformat(date)
    assert "date" in seen["saleDate"]


@pytest.mark.parametrize(("language", "all_of_them"), [("en", "All"), ("no", "Alle"), ("*", "[SR_VFC_ALL]")])
def test_languages(call: Call, url: str, language: str, all_of_them: str) -> None:
    """Texts come in the language that the client asks for."""
    seen = json.loads(call(url, BASIC, {"languageCode": language}).stdout)
    raw = plain(url)["Description"]
    assert seen["visibleFor"] == all_of_them
    assert seen["description"] in raw
    assert (seen["description"] == raw) == (language == "*")


def test_wrong_password(call: Call, url: str) -> None:
    """A refusal reaches the caller as the client's own error, with our status and our words."""
    result = call(url, "Basic dGplMDp3cm9uZw==", None)
    assert result.returncode == 1
    status, _, text = result.stderr.partition(" ")
    assert status == "401"
    assert json.loads(text) == {
        "Error": True,
        "ErrorType": "ArgumentException",
        "Message": "The user name or the password is wrong.",
        "ErrorSource": "SuperOffice.Services.WebApi",
    }
