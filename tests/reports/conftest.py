"""A report that shows everything, and its outputs in ``fixtures/reports``.

``python tests/reports/conftest.py`` renews them.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from mockserver.excerpt import excerpt
from mockserver.exchange import Origin
from mockserver.finding import Finding, Party, Place, Rule, Severity
from mockserver.report import Judged, Key, Report, Tally
from mockserver.reports import FORMATS, Baseline, Coverage, Run, Skipped, render
from mockserver.reports.github import summary

FIXTURES = Path(__file__).parents[2] / "fixtures" / "reports"
FILES = {"json": "report.json", "ndjson": "findings.ndjson", "junit": "junit.xml", "sarif": "report.sarif"}
FILES |= {"github": "github.txt", "text": "report.txt"}

SCHEMA = Rule("response.schema", Party.PROVIDER, Severity.ERROR, "The body keeps the schema of its status.")
STATUS = Rule("response.status", Party.PROVIDER, Severity.ERROR, "The status is one that the operation documents.")
QUERY = Rule(
    "request.query", Party.CONSUMER, Severity.WARNING, "Every query parameter is one that the operation knows."
)
DRIFT = Rule("drift.property", Party.PROVIDER, Severity.NOTE, "The contract knows every member of the body.")
BROKEN = Rule("recording.entry", Party.RECORDING, Severity.ERROR, "Every entry of the recording can be read.")
BODY = {
    "SaleId": 703,
    "Heading": "Solar panels for the north roof",
    "Sale": {"SaleId": 703, "Amount": "a lot", "Currency": "NOK", "Links": [{"Name": 1}, {"Name": 2}]},
}


def _finding(rule: Rule, message: str, number: int, pointer: str | None = None, **facts: object) -> Finding:
    origin = Origin("traffic.har", number=number)
    shown = "" if pointer is None else excerpt(BODY, pointer)
    made = rule.finding(message, pointer=pointer, operation="GetSale", origin=origin, excerpt=shown)
    return dataclasses.replace(made, **facts)  # type: ignore[arg-type]


def sample_report() -> Report:
    """Return the report of a few exchanges with a finding of each kind."""
    body = {"part": "response body"}
    amount = {
        "expected": "number",
        "actual": "string",
        "contract": Place("/components/schemas/Sale/properties/Amount", 48),
    }
    name = {
        "expected": "string",
        "actual": "integer",
        "contract": Place("/components/schemas/Link/properties/Name", 71),
    }
    tally = Tally()
    for number in range(1, 6):
        findings = [
            _finding(SCHEMA, "1 is not a string", number, "/Sale/Links/0/Name", **body, **name),
            _finding(SCHEMA, "2 is not a string", number, "/Sale/Links/1/Name", **body, **name),
            _finding(DRIFT, "the contract does not know Heading", number, "/Heading", **body),
        ]
        tally.add(Judged("GetSale", 200, tuple(findings)))
    tally.add(
        Judged("GetSale", 200, (_finding(SCHEMA, "'a lot' is not a number", 6, "/Sale/Amount", **body, **amount),))
    )
    tally.add(Judged("GetSale", 418, (_finding(STATUS, "418 is not among 200, 401, 404", 7, part="response status"),)))
    tally.add(
        Judged(
            "ListSales",
            200,
            (
                dataclasses.replace(
                    _finding(QUERY, "the operation knows no $fliter", 8), operation="ListSales", part="query $fliter"
                ),
            ),
        )
    )
    tally.add(Judged(None, 404))
    tally.found([BROKEN.finding("is not JSON: unexpected end", origin=Origin("old.ndjson", number=12, unit="line"))])
    return tally.report()


def sample_run() -> Run:
    """Return a run with all that may be told."""
    known = Key("drift.property", "GetSale", "response body", "/Heading")
    return Run(
        judged=("traffic.har", "old.ndjson"),
        document="openapi/shop.yaml",
        title="Sales of a Shop",
        rules=(SCHEMA, STATUS, QUERY, DRIFT, BROKEN),
        ignored={"response.language": 4},
        baseline=Baseline(
            "known.json", frozenset({known}), (Key("response.status", "ListSales", "response status", None),)
        ),
        skipped=(Skipped("notes.txt", "is no recording"),),
        coverage=(Coverage("statuses", ("200",), ("401", "404")), Coverage("media types", ("application/json",))),
        facts={"seed": "1"},
        version="0.1.0",
    )


@pytest.fixture(scope="session")
def report() -> Report:
    """A report with a finding of each kind."""
    return sample_report()


@pytest.fixture(scope="session")
def run() -> Run:
    """A run with all that may be told."""
    return sample_run()


@pytest.fixture(scope="session")
def outputs() -> dict[str, Path]:
    """The files with the expected outputs, by format."""
    return {name: FIXTURES / file for name, file in FILES.items()}


if __name__ == "__main__":
    for name, file in FILES.items():
        (FIXTURES / file).write_bytes(render(name, sample_report(), sample_run()))
    (FIXTURES / "summary.md").write_bytes(summary(sample_report(), sample_run()))
    assert set(FILES) == set(FORMATS) - {"html"}
