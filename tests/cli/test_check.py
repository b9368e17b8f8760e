"""``mockserver check``, from its options to its exit status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.raw import talking
from mockserver.cli import main
from mockserver.documents import bundled
from mockserver.server.background import Background
from mockserver.server.settings import Settings

USER = ("--user", "tje0:Tje0")


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    """The URL of our own mock, below a tenant's path."""
    with Background(Settings(document=str(bundled()), base_path="/Cust1", log=False)) as running:
        yield running.url


def check(*words: str, **variables: str) -> Result:
    return CliRunner().invoke(main, ["check", *words], env={"COLUMNS": "200", **variables})


def test_a_plan_is_printed_and_nothing_is_sent():
    done = check("http://127.0.0.1:9", *USER, "--plan", "--rate", "20/s")
    assert done.exit_code == 0, done.output
    assert "500 requests at most" in done.stdout
    assert "20 requests a second" in done.stdout
    assert "Basic" in done.stdout
    assert "Tje0" not in done.output


def test_every_credential_may_come_from_a_variable_that_no_list_of_processes_shows():
    """Headers stand on lines of their own, blanks and all; the plan names them, and shows none."""
    done = check(
        "http://127.0.0.1:9",
        "--plan",
        MOCKSERVER_USER="tje0:hidden",
        MOCKSERVER_BEARER="hidden",
        MOCKSERVER_TICKET="hidden",
        MOCKSERVER_APP_TOKEN="hidden",
        MOCKSERVER_API_KEYS="XsrfToken=hidden",
        MOCKSERVER_HEADERS="X-Tenant-Key: hidden and hidden\n\nAuthorization: Custom hidden",
    )
    assert done.exit_code == 0, done.output
    names = (
        "Basic, Bearer, SoTicket, header Authorization, API key X-XSRF-TOKEN, header SO-AppToken, header X-Tenant-Key"
    )
    assert f"sign in   {names}\n" in done.stdout
    assert "hidden" not in done.output


def test_a_header_of_a_variable_that_cannot_be_sent_is_not_told():
    done = check("http://127.0.0.1:9", "--plan", MOCKSERVER_HEADERS="hidden")
    assert done.exit_code == 2, done.output
    assert "'Name: value'" in done.stderr
    assert "hidden" not in done.output


KEYED = """
openapi: 3.0.3
info: {title: Keyed, version: '1'}
components:
  securitySchemes:
    Query: {type: apiKey, in: query, name: code}
    Session: {type: apiKey, in: cookie, name: sid}
paths:
  /a:
    get:
      operationId: a
      security: [{Query: [], Session: []}]
      parameters: [{name: b, in: query, schema: {type: integer}}]
      responses: {'200': {description: told, content: {application/json: {schema: {type: integer}}}}}
"""


def test_a_key_in_the_query_or_in_a_cookie_is_in_nothing_that_is_left_behind(tmp_path: Path):
    """The server tells it in its answers, and hangs up on some requests; `validate` redacts what others recorded."""
    document, saved = tmp_path / "keyed.yaml", tmp_path / "saved.json"
    document.write_text(KEYED)
    reports = [tmp_path / f"report.{kind}" for kind in ("json", "html", "sarif", "junit")]
    records = [tmp_path / "sent.har", tmp_path / "sent.ndjson"]

    def script(_: int, head: bytes) -> list[bytes] | None:
        if b"b=0" in head:
            return None
        body = b'"%b"' % head.partition(b"\r\n")[0]
        fields = b"Content-Type: application/json\r\nX-Session: " + head.partition(b"sid=")[2].partition(b"\r\n")[0]
        return [b"HTTP/1.1 200 OK\r\n%b\r\nContent-Length: %d\r\n\r\n%b" % (fields, len(body), body)]

    words = [f"--record={each}" for each in records] + [f"--report={each.suffix[1:]}={each}" for each in reports]
    with talking(script) as url:
        done = check(
            url,
            *("--contract", str(document), "--max-requests", "60", "--save", str(saved), *words),
            MOCKSERVER_API_KEYS="code=qu3ry+s3cret\nsid=c00kie-s3cret",
        )
        assert done.exit_code == 1, done.output
        assert "sign in   API key code, API key sid" in done.output
        assert '"code=$MOCKSERVER_CODE"' in done.output
        assert "sid=$MOCKSERVER_SID" in done.output
        replayed = check(
            url, "--contract", str(document), "--replay", str(saved), "--api-key=code=x", "--api-key=sid=y"
        )
    assert replayed.exit_code == 1, replayed.output
    left = [each.read_text() for each in (*records, *reports, saved)]
    assert all(left)
    for secret in ("s3cret", "qu3ry", "c00kie"):
        assert not [text for text in (done.output, *left) if secret in text]
    answer = {"status": 200, "headers": [["Content-Type", "application/json"]], "body": '"qu3ry-s3cret"'}
    line = {"request": {"method": "GET", "url": "/a?code=qu3ry-s3cret"}, "response": answer}
    (tmp_path / "others.ndjson").write_text(json.dumps(line))
    judged = CliRunner().invoke(main, ["validate", str(tmp_path / "others.ndjson"), "--contract", str(document)])
    assert judged.exit_code == 1, judged.output
    assert "[redacted]" in judged.output
    assert "s3cret" not in judged.output


@pytest.mark.e2e
def test_our_mock_conforms_and_what_was_sent_is_recorded(mock: str, tmp_path: Path):
    record, har = tmp_path / "sent.ndjson", tmp_path / "sent.har"
    words = (
        "--max-requests",
        "80",
        "--record",
        str(record),
        "--record",
        str(har),
        "--report",
        f"json={tmp_path / 'r.json'}",
    )
    before = datetime.now(UTC).isoformat()
    done = check(mock, *words, MOCKSERVER_USER="tje0:Tje0")
    assert done.exit_code == 0, done.output
    assert "CONFORMS" in done.stdout
    told = json.loads((tmp_path / "r.json").read_text())
    lines = record.read_text().splitlines()
    assert len(lines) == len(json.loads(har.read_text())["log"]["entries"]) > 60
    assert str(len(lines)) in done.stdout
    assert {json.loads(line)["request"]["url"].partition("/api")[0] for line in lines} == {mock}
    began = [entry["startedDateTime"] for entry in json.loads(har.read_text())["log"]["entries"]]
    assert min(began) >= before
    assert began == [json.loads(line)["started"] for line in lines]
    assert told
    for text in (done.output, record.read_text(), har.read_text(), (tmp_path / "r.json").read_text()):
        assert "Tje0" not in text
        assert "dGplMDpUamUw" not in text


@pytest.mark.e2e
def test_wrong_credentials_end_the_run_with_the_reason(mock: str):
    done = check(mock, "--user", "tje0:nonsense", "--max-requests", "40")
    assert done.exit_code == 2, done.output
    assert "the credentials (Basic) were refused" in done.stderr
    assert "nonsense" not in done.output


@pytest.mark.e2e
def test_failures_are_saved_and_sent_again(mock: str, tmp_path: Path):
    """Below a path where nothing is, everything fails; where the server is, the same requests are taken."""
    saved = tmp_path / "failures.json"
    done = check(mock + "/elsewhere", *USER, "--max-requests", "40", "--save", str(saved))
    assert done.exit_code == 1, done.output
    assert "curl -sS -i -X POST" in done.stdout
    again = check(mock, *USER, "--replay", str(saved))
    assert again.exit_code == 0, again.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("http://127.0.0.1:9",), "no server answers at http://127.0.0.1:9"),
        (("127.0.0.1:9",), "is not the URL of a server"),
        (("http://127.0.0.1:9", "--rate", "fast"), "20/s"),
        (("http://127.0.0.1:9", "--user", "name"), "NAME:PASSWORD"),
        (("http://127.0.0.1:9", "--operation", "No"), "CreateDefaultReOpenAppointment"),
        (("http://u:secret@127.0.0.1:9",), "--user"),
    ],
)
def test_wrong_use_is_told_on_one_line(words: tuple[str, ...], said: str):
    done = check(*words)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert "secret" not in done.output
    assert "Traceback" not in done.output


@pytest.mark.e2e
@pytest.mark.parametrize("name", ["sent.ndjson", "sent.har"])
def test_what_was_recorded_is_judged_the_same_again(mock: str, tmp_path: Path, name: str):
    """Of a faulty answer `validate` says what `check` said; of our wrong requests, neither says anything."""
    record, first, again = (tmp_path / name for name in (name, "check.json", "validate.json"))
    options = ("--max-requests", "80", "--record", str(record), "--report", f"json={first}")
    done = check(mock + "/api", *USER, *options)
    assert done.exit_code == 1, done.output
    words = ["validate", str(record), "--base-path", "/Cust1/api", "--report", f"json={again}"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 1, done.output

    def told(path: Path) -> dict[tuple[str, str | None], int]:
        groups = json.loads(path.read_text())["groups"]
        return {
            (each["rule"], each["pointer"]): each["count"]
            for each in groups
            if not each["rule"].startswith(("conformance.", "schemathesis."))
        }

    assert told(first) == told(again)
    assert told(first)
