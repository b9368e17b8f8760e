"""Checking: a default run beside plain Schemathesis with as many requests, on the same mock.

Judging is measured twice: in a run whose document is compiled, by a judge that has seen no request before,
and in the whole command, with all that is compiled there.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.serving import PYTHON, free_port, process
from benchmarks.table import Row, median, print_table, spread
from benchmarks.timed import TOLD
from mockserver.conformance import Credential, Outcome, Settings, run
from mockserver.contract import Contract
from mockserver.documents import bundled
from mockserver.garbage import settle
from mockserver.judging import Judge

ROUNDS = 3
USER = "tje0:Tje0"
PLANNED_A_SECOND = 500
LONGEST = 60.0
JUDGING = 0.05
# What examples and coverage send of their own (`st run` says how many it sent): fuzzing sends the rest.
BEFORE_FUZZING = 193


def measure(*, quick: bool = False) -> list[Row]:
    """Return what was measured, each beside what is wanted."""
    rounds = 1 if quick else ROUNDS
    port = free_port()
    with process("-m", "mockserver", "serve", "--port", str(port), "--quiet", port=port):
        url = f"http://127.0.0.1:{port}"
        contract = Contract.load(bundled())
        checked(url, contract, seed=0)  # what is compiled with the first answer is, and the server is warm for both
        settle()  # as the command does
        planned = [checked(url, contract, generate=False)[1] for _ in range(rounds)]
        ours, theirs, outcomes, wholes = [], [], [], []
        for seed in range(1, rounds + 1):
            seconds, outcome = checked(url, contract, seed=seed)
            ours.append(seconds)
            outcomes.append(outcome)
            theirs.append(schemathesis(url, seed, outcome.report.total))
            wholes.append(whole(url, seed))
    rates = [outcome.report.total / outcome.seconds for outcome in planned]
    ratios = [one / other for one, other in zip(theirs, ours, strict=True)]
    shares = [outcome.judging / outcome.seconds for outcome in outcomes]
    each = [outcome.judging / outcome.report.total * 1e6 for outcome in outcomes]
    cold = [judging / seconds for seconds, judging in wholes]
    return [
        Row("planned requests a second", spread(rates, "{:.0f}"), "at least 500", median(rates) >= PLANNED_A_SECOND),
        Row("seconds of a default run", spread(ours), "at most 60", max(ours) <= LONGEST),
        Row("seconds of `st run` with as many requests", spread(theirs)),
        Row("`st run` beside ours", spread(ratios), "at least 1", median(ratios) >= 1),
        Row("judging an exchange, in microseconds", spread(each, "{:.0f}")),
        Row("judging, of the run", spread(shares, "{:.1%}"), "under 5 %", median(shares) < JUDGING),
        Row("seconds of the whole command", spread([seconds for seconds, _ in wholes])),
        Row("seconds of judging in it, cold", spread([judging for _, judging in wholes])),
        Row("judging, of the whole command", spread(cold, "{:.1%}"), "under 5 %", median(cold) < JUDGING),
    ]


def checked(url: str, contract: Contract, *, seed: int = 1, generate: bool = True) -> tuple[float, Outcome]:
    """Return the seconds of one run against *url*, and what came of it; it is good, or this is no measure.

    Its judge is new, as it is for a user: no headers were seen before.
    """
    judge = Judge(contract)
    settings = Settings(seed=seed, generate=generate, credentials=(Credential.basic(USER),))
    begun = time.perf_counter()
    outcome = run(contract, url, settings, judge=judge.judge)
    if outcome.failures or outcome.stopped:
        raise SystemExit(f"the mock does not pass: {outcome.failures[:1] or outcome.stopped}")
    return time.perf_counter() - begun, outcome


def whole(url: str, seed: int) -> tuple[float, float]:
    """Return the seconds of ``mockserver check`` as a user starts it, and those that judging took of them."""
    words = ["-m", "benchmarks.timed", "check", url, "--user", USER, "--seed", str(seed), "--quiet"]
    begun = time.perf_counter()
    done = subprocess.run([PYTHON, *words], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    told = re.search(rf"{TOLD} ([0-9.]+)", done.stderr)
    if done.returncode or told is None:
        raise SystemExit(done.stdout + done.stderr)
    return seconds, float(told[1])


def schemathesis(url: str, seed: int, requests: int) -> float:
    """Return the seconds that `st run` tells for about as many *requests*, the start of its process left out."""
    words = ["run", str(bundled()), "--url", url, "--auth", USER, "--seed", str(seed), "--no-color"]
    words += ["--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--generation-database", "none"]
    command = Path(PYTHON).with_name("st")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [command, *words, "-n", str(requests - BEFORE_FUZZING)],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    told = re.search(r" in ([0-9.]+)s", done.stdout)
    if told is None:
        raise SystemExit(done.stdout + done.stderr)
    return float(told[1])


def report(*, quick: bool = False) -> None:
    """Print the table."""
    print_table("Checking", measure(quick=quick))


if __name__ == "__main__":
    report(quick="--quick" in sys.argv)
