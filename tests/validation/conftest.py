"""A recording with all kinds of exchanges: right ones, wrong ones, and lines that are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from mockserver.contract import Contract
from mockserver.provider import Provider

OPERATION = "CreateDefaultReOpenAppointment"
PATH = f"/api/v1/Agents/Appointment/{OPERATION}"
HEADERS = [["Authorization", "Basic dGplMDpUamUw"], ["Content-Type", "application/json"]]
Write = Callable[[Path, int], Path]


def _broken(number: int, value: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as it comes, every seventh with something wrong in it."""
    wrong: list[dict[str, Any]] = [
        {"Sale": {**value["Sale"], "SaleId": number + 1}},
        {"AppointmentId": "x"},
        {"NewThing": number},
        {"Links": None, "Location": 7},
    ]
    return {**value, **wrong[number // 7 % len(wrong)]} if number % 7 == 0 else value


def _line(number: int, value: dict[str, Any]) -> bytes:
    body = orjson.dumps(_broken(number, value)).decode()
    return orjson.dumps(
        {
            "request": {"method": "POST", "url": PATH, "headers": HEADERS, "body": f'{{"SaleId":{number}}}'},
            "response": {"status": 200, "headers": [["Content-Type", "application/json"]], "body": body},
        }
    )


@pytest.fixture(scope="session")
def write(superoffice: Contract) -> Write:
    """Write a recording of so many exchanges, one line in a hundred broken, and return its path."""
    provider, operation = Provider(superoffice), superoffice.operation(OPERATION)

    def write(path: Path, count: int) -> Path:
        with path.open("wb") as file:
            for number in range(1, count + 1):
                value = provider.answer(operation, {"SaleId": number}).value
                file.write((b"{broken" if number % 100 == 0 else _line(number, value)) + b"\n")
        return path

    return write
