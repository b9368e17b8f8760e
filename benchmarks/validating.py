"""Validating: exchanges a second beside a bare loop and beside peers, a HAR beside redocly drift, memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import jsonschema
import orjson

from benchmarks import corpus
from benchmarks.table import Row, median, print_table, spread
from mockserver.contract import Contract, Schema
from mockserver.contract.json_schema import bundle
from mockserver.documents import bundled
from mockserver.validation import Job, plan, validate

ROUNDS = 5
PEERS = Path(__file__).parent / "peers"
PEERS_PYTHON = Path(sys.prefix).parent / ".venv-peers" / "bin" / "python"
BARE = "orjson.loads, then is_valid of jsonschema-rs"


class Ended(NamedTuple):
    """What a process took: *seconds*, and at most *mebibytes* of memory."""

    seconds: float
    mebibytes: float


def timed(work: Callable[[], object]) -> float:
    """Return the seconds of the processor that *work* takes, whatever else is running."""
    started = time.process_time()
    work()
    return time.process_time() - started


def ended(*command: str, cwd: Path | None = None) -> Ended:
    """Run *command* and return what it took as a whole process; it must end with 0."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Ended(time.perf_counter() - started, usage.ru_maxrss / 1024)


def schema_of_answers(contract: Contract) -> Schema:
    """Return the schema of the answers in the corpus."""
    schema = contract.operation(corpus.OPERATION).answers["200"].contents["application/json"].schema
    assert schema is not None
    return schema


def throughput(folder: Path, count: int) -> list[Row]:
    """Return rows of exchanges a second of the processor, beside a bare loop over the same answers."""
    contract = Contract.load(bundled())
    schema = schema_of_answers(contract)
    ndjson, har = folder / "traffic.ndjson", folder / "traffic.har"
    corpus.write_ndjson(ndjson, count)
    corpus.write_har(har, count)
    bodies = [body for _, body in corpus.answers(count)]
    assert all(schema.is_valid(orjson.loads(body)) for body in bodies)

    def bare() -> None:
        for body in bodies:
            schema.is_valid(orjson.loads(body))

    def ours(path: Path) -> Callable[[], None]:
        def judge() -> None:
            report = validate(Job(contract), plan([str(path)]).shards).report
            if report.total != count or report.groups:
                raise RuntimeError(f"{report.total} of {count} judged, {len(report.groups)} groups of findings")

        return judge

    few = bodies[:: count // 10]
    work = [(bare, count), (ours(ndjson), count), (ours(har), count), (_jsonschema(schema, few), len(few))]
    rounds = [[done / timed(each) for each, done in work] for _ in range(ROUNDS)]
    loop, lines, entries, slow = zip(*rounds, strict=True)
    to_loop, har_to_loop, to_slow = (
        [one / other for one, other in zip(*each, strict=True)]
        for each in ((lines, loop), (entries, loop), (lines, slow))
    )
    return [
        Row(f"bare loop: {BARE}", f"{spread(loop, '{:.0f}')} a second"),
        Row("NDJSON, every check", f"{spread(lines, '{:.0f}')} a second"),
        Row("ratio to the bare loop", spread(to_loop), "at least 0.5, goal 1.0", median(to_loop) >= 0.5),
        Row("HAR, every check", f"{spread(entries, '{:.0f}')} a second"),
        Row("ratio to the bare loop", spread(har_to_loop), "at least 0.3", median(har_to_loop) >= 0.3),
        Row("ratio of NDJSON to jsonschema", spread(to_slow, "{:.0f}"), "at least 50", median(to_slow) >= 50),
        *_peers(folder, contract, schema, bodies[: max(count // 10, 50)], median(loop)),
    ]


def _jsonschema(schema: Schema, bodies: list[bytes]) -> Callable[[], None]:
    """Return the same loop with jsonschema."""
    judge = jsonschema.Draft4Validator(bundle(schema.document, schema.node, schema.pointer))

    def judged() -> None:
        for body in bodies:
            list(judge.iter_errors(orjson.loads(body)))

    return judged


def _peers(folder: Path, contract: Contract, schema: Schema, bodies: list[bytes], loop: float) -> Iterator[Row]:
    """Yield a row for each peer that is installed: its bodies a second as a ratio to the bare loop."""
    paths = [folder / name for name in ("schema.json", "bodies.ndjson", "document.json")]
    for path, content in zip(
        paths,
        (
            orjson.dumps(bundle(schema.document, schema.node, schema.pointer)),
            b"\n".join(bodies),
            orjson.dumps(contract.document.root),
        ),
        strict=True,
    ):
        path.write_bytes(content)
    given = list(map(str, paths))
    commands: dict[str, list[str] | None] = {
        name: [str(PEERS_PYTHON), str(PEERS / "judge.py"), name, *given] if PEERS_PYTHON.exists() else None
        for name in ("openapi_core", "openapi_schema_validator", "fastjsonschema")
    }
    node = shutil.which("node") if (PEERS / "node_modules").exists() else None
    commands["JSON.parse and AJV (Node)"] = [node, str(PEERS / "ajv.mjs"), *given[:2]] if node else None
    for name, command in commands.items():
        if command is None:
            yield Row(f"peer: {name}", "not installed")
            continue
        found = subprocess.run(command, check=False, capture_output=True, text=True)
        rate = float(found.stdout) / loop if found.returncode == 0 else None
        yield Row(f"peer: {name}, ratio to the bare loop", "failed" if rate is None else f"{rate:.3f}")


def rival(folder: Path, count: int) -> list[Row]:
    """Return rows of a HAR judged as a whole process, beside redocly drift where it is installed."""
    har = folder / "rival.har"
    corpus.write_har(har, count)
    redocly = PEERS / "node_modules" / ".bin" / "redocly"
    ours = (sys.executable, "-m", "mockserver", "validate", str(har), "--quiet")
    theirs = (str(redocly), "drift", str(har), "--api", str(bundled()), "--match-mode", "basepath", "--format", "json")
    has_rival = redocly.exists() and shutil.which("node") is not None
    mine, other = list[Ended](), list[Ended]()
    for _ in range(ROUNDS):
        mine.append(ended(*ours))
        if has_rival:
            other.append(ended(*theirs))
    seconds, memory = [each.seconds for each in mine], [each.mebibytes for each in mine]
    rows = [
        Row(f"mockserver validate, HAR of {count} ({har.stat().st_size / 1e6:.0f} MB)", f"{spread(seconds)} s"),
        Row("its memory", f"{spread(memory, '{:.0f}')} MB", "under 200 MB", median(memory) < 200),
    ]
    if not has_rival:
        return [*rows, Row("redocly drift", "not installed")]
    ratio = [one.seconds / two.seconds for one, two in zip(mine, other, strict=True)]
    return [
        *rows,
        Row("redocly drift, the same HAR", f"{spread([each.seconds for each in other])} s"),
        Row("its memory", f"{spread([each.mebibytes for each in other], '{:.0f}')} MB"),
        Row("our time to its", spread(ratio), "at most 0.5", median(ratio) <= 0.5),
    ]


def large(folder: Path, size: int) -> Iterator[Row]:
    """Yield rows of files of *size* bytes: memory must not follow."""
    for name, write in (("NDJSON", corpus.write_large_ndjson), ("HAR", corpus.write_large_har)):
        path = folder / f"large.{name.lower()}"
        count = write(path, size)
        found = ended(sys.executable, "-m", "mockserver", "validate", str(path), "--quiet")
        path.unlink()
        row = f"{name} of {size / 1e9:.1f} GB, {count} exchanges"
        yield Row(row, f"{found.seconds:.1f} s, {count / found.seconds:.0f} a second")
        yield Row("its memory", f"{found.mebibytes:.0f} MB", "under 300 MB", found.mebibytes < 300)


def sharded(folder: Path, count: int) -> list[Row]:
    """Return rows of one recording in one process and in two."""
    path = folder / "sharded.ndjson"
    corpus.write_ndjson(path, count)
    command = (sys.executable, "-m", "mockserver", "validate", str(path), "--quiet")
    one, two = [], []
    for _ in range(3):
        one.append(ended(*command).seconds)
        two.append(ended(*command, "--processes", "2").seconds)
    ratio = [first / second for first, second in zip(one, two, strict=True)]
    return [
        Row(f"NDJSON of {count}, one process", f"{spread(one)} s"),
        Row("two processes, times as fast", spread(ratio)),
    ]


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mockserver-bench-") as folder:
        yield Path(folder)


def run(*, quick: bool) -> None:
    """Measure everything about validating and print it."""
    scale = 10 if quick else 1
    with scratch() as folder:
        print_table("Validating: one process, answers of 10 KB", throughput(folder, 5_000 // scale))
        print_table("Validating: a whole process beside a rival", rival(folder, 10_000 // scale))
        print_table("Validating: shards", sharded(folder, 40_000 // scale))
        print_table("Validating: large files", list(large(folder, 2_000_000_000 // scale)))
