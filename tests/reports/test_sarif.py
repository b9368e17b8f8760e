from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.exchange import Origin
from mockserver.finding import Finding, Party, Place, Severity
from mockserver.report import Judged, Key, Tally
from mockserver.reports import Baseline, Run, Skipped, render
from mockserver.reports.sarif import RESULTS, fingerprint, uri

RUN = Run(document="openapi/shop.yaml")


def log(*findings: Finding, run: Run = RUN) -> dict[str, Any]:
    """Return the run of the log that tells *findings*."""
    tally = Tally()
    tally.add(Judged("get", 200, findings))
    told: dict[str, Any] = json.loads(render("sarif", tally.report(), run))["runs"][0]
    return told


def finding(number: int = 1, **facts: Any) -> Finding:
    """Return a finding on the line *number* of a recording."""
    origin = Origin("logs/a b.ndjson", number=number, unit="line")
    return Finding("a.b", Severity.WARNING, Party.PROVIDER, "wrong", operation="get", origin=origin, **facts)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("openapi/shop.yaml", "openapi/shop.yaml"),
        ("a b#c?.har", "a%20b%23c%3F.har"),
        ("C:\\work\\a.har", "file:///C:/work/a.har"),
        ("logs\\a.har", "logs/a.har"),
        ("/srv/a.har", "file:///srv/a.har"),
        ("x:y.har", "x%3Ay.har"),
        ("s3://bucket/a b.har", "s3://bucket/a%20b.har"),
        ("https://host.invalid/a%20b?c=d", "https://host.invalid/a%20b?c=d"),
        ("é\ud800", "%C3%A9%3F"),
    ],
)
def test_uri(path: str, expected: str) -> None:
    """A path becomes a URI reference that leads to it."""
    assert uri(path) == expected


def test_places() -> None:
    """A result points at its line in the contract, and its exchange is a related place."""
    (result,) = log(finding(7, part="response body", pointer="/a/0", contract=Place("/components/schemas/A", 12)))[
        "results"
    ]
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "openapi/shop.yaml"},
        "region": {"startLine": 12},
    }
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "/components/schemas/A"
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"] == {
        "artifactLocation": {"uri": "logs/a%20b.ndjson"},
        "region": {"startLine": 7},
    }
    assert related["message"]["text"] == "logs/a b.ndjson:7 /a/0: wrong"
    assert (result["level"], result["message"]["text"]) == ("warning", "wrong (response body /a/*)")


def test_no_place() -> None:
    """Where the contract's line is not known its first one stands in; without a document there is no place."""
    (result,) = log(finding())["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    (result,) = log(finding(), run=Run())["results"]
    assert "physicalLocation" not in result["locations"][0]


def test_fingerprints_are_stable() -> None:
    """More of the same, elsewhere in the recording and after a change of the contract's lines, is the same alert."""
    one = log(finding(1, pointer="/a/0"))["results"][0]
    two = log(*(finding(n, pointer=f"/a/{n}", contract=Place("/x", n)) for n in range(5)))["results"][0]
    assert one["partialFingerprints"] == two["partialFingerprints"]
    assert (one["occurrenceCount"], two["occurrenceCount"]) == (1, 5)
    keys = [Key("a", "b", "c", None), Key("a", "b", "c", ""), Key("a", "bc", "", ""), Key("ab", "", "c", "")]
    assert len({fingerprint(key) for key in keys}) == len(keys)


def test_baseline_states() -> None:
    """With a baseline each result says whether it is new."""
    known = Baseline("known.json", frozenset({Key("a.b", "get", "", "/x")}))
    results = log(finding(pointer="/x"), finding(pointer="/y"), run=Run(baseline=known))["results"]
    assert [each["baselineState"] for each in results] == ["unchanged", "new"]


def test_invocation() -> None:
    """What was not judged is told, and that the run ended early."""
    (told,) = log(run=Run(stopped="Ctrl-C", skipped=(Skipped("a.txt", "is no recording"),)))["invocations"]
    assert told["executionSuccessful"] is False
    notes = [each["message"]["text"] for each in told["toolExecutionNotifications"]]
    assert notes == ["a.txt was not judged: is no recording", "stopped early: Ctrl-C"]


def test_many_groups() -> None:
    """Of more results than code scanning takes the gravest are told, and how many were left out."""
    told = log(*(finding(part=f"header {number}") for number in range(RESULTS + 2)))
    assert len(told["results"]) == RESULTS
    assert (
        "2 more groups of findings left out"
        in told["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    )


def test_help_on_the_web() -> None:
    """Rules link to their explanation where it has an address."""
    run = Run(docs="https://docs.invalid/checks.html")
    (rule,) = log(finding(), run=run)["tool"]["driver"]["rules"]
    assert rule["helpUri"] == "https://docs.invalid/checks.html#a.b"
