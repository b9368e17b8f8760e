"""The judge alone, over a fixed list of exchanges: every fault is found by a check that fits, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from faulty.catalogue import FAULTS
from faulty.fault import Fault, Faulty, Remembered, exchanges
from faulty.planned import requests
from mockserver.contract import Contract
from mockserver.documents import bundled
from mockserver.finding import Party
from mockserver.judging import Judge
from mockserver.server.assembly import assemble
from mockserver.server.gateway import App
from mockserver.server.settings import Settings

OURS = (Party.PROVIDER, Party.RECORDING)


def findings(judge: Judge, app: App, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Yield the rule and the message of each finding about the provider *app*, as its answers come."""
    for exchange in exchanges(app, requests(seed)):
        for finding in judge.judge(exchange).findings:
            if finding.party in OURS:
                asked = f"{exchange.request.query} {exchange.request.headers.fields} {exchange.request.body!r}"
                yield finding.rule, f"{finding.message} (at {finding.pointer}; asked {asked})"


@pytest.fixture(scope="module")
def judge(superoffice: Contract) -> Judge:
    """The judge of the contract that is shipped."""
    return Judge(superoffice)


@pytest.fixture(scope="module")
def app() -> App:
    """The good server."""
    return Remembered(assemble(Settings(document=str(bundled()), log=False)).app)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.alone], ids=str)
def test_finds(fault: Fault, judge: Judge, app: App) -> None:
    """A fault is found by a check whose name fits."""
    others: dict[str, str] = {}
    for rule, message in findings(judge, Faulty(app, fault)):
        if fault.found_in([rule]):
            return
        others.setdefault(rule, message)
    pytest.fail(f"one of {fault.rules} was due; found were {others or 'none'}")


@pytest.mark.parametrize("style", ["realistic", "sample"])
@pytest.mark.parametrize("seed", range(1, 11))
def test_good(seed: int, style: str, judge: Judge) -> None:
    """The good server keeps every rule, notes included, whatever its seed and style."""
    good = assemble(Settings(document=str(bundled()), seed=seed, style=style, log=False)).app
    assert list(findings(judge, good, seed)) == []
