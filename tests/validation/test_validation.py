"""However recordings are cut and whoever judges them, the outcome is the same."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from mockserver import recordings
from mockserver.contract import Contract
from mockserver.exchange import Origin
from mockserver.finding import Finding, Severity
from mockserver.policy import Ignore, Policy
from mockserver.recordings import Bare, Shard, Source
from mockserver.redaction import Redactor
from mockserver.report import Report, Tally
from mockserver.validation import Job, Plan, plan, validate
from mockserver.validation.job import Desk

Write = Callable[[Path, int], Path]
PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
COUNT = 300


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory, write: Write) -> Path:
    return write(tmp_path_factory.mktemp("recording") / "traffic.ndjson", COUNT)


@pytest.fixture(scope="module")
def whole(superoffice: Contract, recording: Path) -> tuple[Report, list[Finding]]:
    """The report of the recording in one piece, and every finding."""
    found: list[Finding] = []
    outcome = validate(Job(superoffice), plan([str(recording)]).shards, emit=found.extend)
    assert not outcome.interrupted
    return outcome.report, found


def cut(recording: Path, size: int) -> list[Shard]:
    return recordings.shards(Source(str(recording)), size=size)


def test_what_is_found(whole: tuple[Report, list[Finding]], recording: Path) -> None:
    """Every exchange is counted, every mistake found at its line, and a broken line hinders no other."""
    report, found = whole
    assert report.total == COUNT - COUNT // 100
    wrong = [number for number in range(1, COUNT + 1) if number % 7 == 0 or number % 100 == 0]
    assert sorted({each.origin.number for each in found}) == wrong
    assert {str(each.origin) for each in found if each.origin.number == 7} == {f"{recording}:7"}
    assert sum(report.counts.values()) == len(found)
    rules = {key.rule for key in report.groups}
    assert rules == {"echo.id", "body.type", "drift.property", "body.null", "recording.readable"}


def test_findings_have_excerpts(whole: tuple[Report, list[Finding]]) -> None:
    """What is told of a body shows it around the place."""
    finding = next(each for each in whole[1] if each.pointer == "/AppointmentId")
    assert '"AppointmentId": "x"' in next(line for line in finding.excerpt.splitlines() if line.startswith(">"))


@pytest.mark.parametrize("size", [5_000, 50_000, 1_000_000])
def test_shards(superoffice: Contract, recording: Path, whole: tuple[Report, list[Finding]], size: int) -> None:
    """The sum of all shards is the report of the whole, to the line, in whatever order they come."""
    desk, reports = Desk(Job(superoffice)), []
    for shard in reversed(cut(recording, size)):
        tally = Tally()
        desk.judge(shard, tally)
        reports.append(tally.report())
    total = sum(reports, Report()).numbered()
    assert total.to_json() == whole[0].to_json()


def written(line: bytes) -> Iterator[bytes]:
    """Yield *line* in other words: some say the same, some are no line, some hide a mistake in its body."""
    value = orjson.loads(line)
    asked, answered, body = value["request"], value["response"], value["response"]["body"]
    said = {name: each for name, each in answered.items() if name != "body"}
    yield json.dumps(value).encode()
    yield orjson.dumps({"response": answered, "request": asked})
    yield orjson.dumps({**value, "response": {"body": body, **said}})
    yield orjson.dumps({**value, "response": {**said, "base64": b64encode(body.encode()).decode()}})
    yield line.replace(b"/", b"\\/")
    yield b" " + line + b" \r"
    yield line[:-1] + b',"request":' + orjson.dumps(asked) + b"}"
    yield line + b"{}"
    yield line[:-1]
    yield line.replace(b'"body":"{\\"A', b'"body":"\\ud800{\\"A')
    yield line.replace(b'"body":"{\\"A', b'"body":"\t{\\"A')
    others = [
        json.dumps(orjson.loads(body)),
        orjson.dumps(dict(reversed(orjson.loads(body).items()))).decode(),
        f'{body[:-1]},"Location":""}}',
        f'{body[:-1]},"Location":1e3}}',
        body.replace('"Location":""', '"Location":"\\u0041"'),
        body.replace('"Location":""', '"Location":"\\ud800"'),
        body.replace("T0", " 0", 1),
        f"{body}\n",
        f"{body}]",
        body[:-1],
        "",
    ]
    for other in others:
        yield orjson.dumps({**value, "response": {**said, "body": other}})


def test_what_came_before_changes_nothing(superoffice: Contract, recording: Path, tmp_path: Path) -> None:
    """However a line is written, among right ones the same is found in it as in itself alone."""
    right = recording.read_bytes().splitlines()[:3]
    lines = [line for each in right for other in written(each) for line in (each, other)]
    alone, among = tmp_path / "alone.ndjson", tmp_path / "among.ndjson"
    among.write_bytes(b"\n".join(lines))
    found: list[Finding] = []
    validate(Job(superoffice), plan([str(among)]).shards, emit=found.extend)
    for number, line in enumerate(lines, 1):
        alone.write_bytes(line + b"\n")
        its: list[Finding] = []
        validate(Job(superoffice), [Shard(str(alone), "ndjson")], emit=its.extend)
        expected = [replace(each, origin=Origin(str(among), 0, number, "line")) for each in its]
        assert [each for each in found if each.origin.number == number] == expected, line
    assert {each.rule for each in found} > {
        "recording.readable",
        "body.duplicate-member",
        "body.malformed",
        "body.format",
    }


def test_processes(superoffice: Contract, recording: Path, whole: tuple[Report, list[Finding]]) -> None:
    """Several processes say what one says: the same report, the same findings in the same order."""
    found: list[Finding] = []
    shards = cut(recording, 400_000)
    assert len(shards) > 4
    outcome = validate(Job(superoffice), shards, processes=2, emit=found.extend)
    assert outcome.report.to_json() == whole[0].to_json()
    assert found == whole[1]


def test_progress(superoffice: Contract, recording: Path, whole: tuple[Report, list[Finding]]) -> None:
    """What is told on the way adds up to all that there is."""
    told: list[tuple[int, int, int]] = []
    validate(Job(superoffice), plan([str(recording)]).shards, tell=lambda *each: told.append(each))
    done, judged, findings = map(sum, zip(*told, strict=True))
    assert (done, judged, findings) == (recording.stat().st_size, COUNT, len(whole[1]))


def test_interrupted(superoffice: Contract, recording: Path) -> None:
    """Ctrl-C ends with a report of what was judged until then."""

    def stop(_done: int, judged: int, _findings: int) -> None:
        if judged:
            raise KeyboardInterrupt

    outcome = validate(Job(superoffice), plan([str(recording)]).shards, tell=stop)
    assert outcome.interrupted
    assert 0 < outcome.report.total < COUNT


def test_policy(superoffice: Contract, recording: Path, whole: tuple[Report, list[Finding]]) -> None:
    """What is ignored is counted as such, and severities are the user's."""
    policy = Policy(
        (), (Ignore("body.*", pointer="/AppointmentId"), Ignore("recording.*")), (("drift.*", Severity.ERROR),)
    )
    report = validate(Job(superoffice, policy), plan([str(recording)]).shards).report
    ignored = [each for each in whole[1] if each.pointer == "/AppointmentId" or each.rule.startswith("recording.")]
    assert sum(report.ignored.values()) == len(ignored) > 0
    assert sum(report.counts.values()) == len(whole[1]) - len(ignored)
    assert report.counts[Severity.NOTE] == 0


def test_bare_body(superoffice: Contract, tmp_path: Path) -> None:
    """A body alone is judged as the answer of the operation that is named."""
    path = tmp_path / "answer.json"
    path.write_text("{}")
    report = validate(Job(superoffice, bare=Bare("POST", PATH)), plan([str(path)]).shards).report
    assert report.total == 1
    assert {key.rule for key in report.groups} == {"body.required"}


def test_plan(tmp_path: Path, recording: Path) -> None:
    """What is named is read; what was only found and is no recording is passed over, and told."""
    (tmp_path / "notes.txt").write_text("nothing to see")
    (tmp_path / "traffic.ndjson").write_bytes(recording.read_bytes()[:1000])
    assert plan([str(tmp_path)]) == Plan(
        (Shard(str(tmp_path / "traffic.ndjson"), "ndjson"),), 1000, (str(tmp_path / "notes.txt"),)
    )


def test_secrets_are_not_told(superoffice: Contract, tmp_path: Path, write: Write) -> None:
    """What is secret in an exchange is in no finding about it, nor in an excerpt."""
    path = write(tmp_path / "traffic.ndjson", 14)
    for before, after in ((r"\"NewThing\":14", r"\"Password\":\"hunter2hunter2\""), (r"\"x\"", r"\"hunter2hunter2\"")):
        path.write_text(path.read_text().replace(before, after))
    found: list[Finding] = []
    validate(Job(superoffice, redactor=Redactor(("AppointmentId",))), plan([str(path)]).shards, emit=found.extend)
    assert any(each.pointer == "/AppointmentId" for each in found)
    assert "hunter2" not in str(found)
    assert "dGplMDpUamUw" not in str(found)


def test_recording_that_breaks_off(superoffice: Contract, tmp_path: Path) -> None:
    """A file that ends in its middle is a finding of the recording, and no exchange."""
    path = tmp_path / "traffic.har"
    path.write_text('{"log": {"version": "1.2", "entries": [')
    report = validate(Job(superoffice), plan([str(path)]).shards).report
    assert [(key.rule, group.party) for key, group in report.groups.items()] == [("recording.complete", "recording")]
    assert report.total == 0
