"""The schema of SARIF 2.1.0 itself, as Microsoft ships it for its own tests (@microsoft/jest-sarif, MIT)."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from mockserver.exchange import Origin
from mockserver.finding import Finding, Party, Place, Rule, Severity
from mockserver.report import Judged, Key, Tally
from mockserver.reports import Baseline, Run, Skipped, render

pytestmark = pytest.mark.e2e

PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
SCHEMA = "package/lib/schemas/sarif-2.1.0-rtm.5.json"
OFFLINE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "E403", "network")
RULE = Rule("response.schema", Party.PROVIDER, Severity.ERROR, "The body keeps its schema.")


@pytest.fixture(scope="module")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Draft4Validator:
    """The judge of logs."""
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("sarif")
    if npm is None:
        pytest.skip("there is no npm")
    command = [npm, "pack", PACKAGE, "--fetch-timeout=20000", "--fetch-retries=1"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    if any(word in result.stderr for word in OFFLINE):
        pytest.skip(f"npm cannot reach its registry: {result.stderr.strip().splitlines()[0]}")
    assert result.returncode == 0, result.stderr
    (archive,) = Path(folder).glob("*.tgz")
    with tarfile.open(archive) as files:
        file = files.extractfile(SCHEMA)
        assert file is not None
        return Draft4Validator(json.load(file), format_checker=Draft4Validator.FORMAT_CHECKER)


@pytest.mark.parametrize(
    "document", ["openapi/a b.yaml", "/srv/a.yaml", "C:\\a.yaml", "https://host.invalid/a.yaml", ""]
)
def test_official_schema(validator: Draft4Validator, document: str) -> None:
    """A log with everything in it keeps the schema, wherever the document lies."""
    origins = Origin("logs/a.ndjson", number=3, unit="line"), Origin("a b.har", number=2), Origin()
    found = [RULE.finding("[x](y) {0}", part="response body", pointer="/a/0", origin=each) for each in origins]
    found += [Finding("b.c", Severity.NOTE, Party.CONSUMER, "odd", operation="get", contract=Place("/paths", 4))]
    tally = Tally()
    tally.add(Judged("get", 200, tuple(found)))
    run = Run(
        document=document,
        rules=(RULE,),
        baseline=Baseline("known.json", frozenset({Key("b.c", "get", "", None)})),
        skipped=(Skipped("notes.txt", "is no recording"),),
        stopped="Ctrl-C",
        docs="https://docs.invalid/checks.html",
    )
    log = json.loads(render("sarif", tally.report(), run))
    assert len(log["runs"][0]["results"]) == 2
    validator.validate(log)
