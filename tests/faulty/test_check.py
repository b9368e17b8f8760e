"""A whole run against each faulty server on a real socket: every fault is found within the default budget."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from faulty.catalogue import FAULTS
from faulty.fault import GOOD, Fault, Faulty
from mockserver import conformance
from mockserver.conformance import Credential, Outcome
from mockserver.conformance.conversation import Progress
from mockserver.contract import Contract
from mockserver.documents import bundled
from mockserver.exchange import Exchange
from mockserver.finding import Finding, Severity
from mockserver.judging import Judge
from mockserver.server.background import Background
from mockserver.server.gateway import App, Receive, Scope, Send
from mockserver.server.settings import Settings
from mockserver.superoffice import default_bearer, default_ticket

pytestmark = pytest.mark.e2e

CREDENTIALS = (
    Credential.basic("tje0:Tje0"),
    Credential.bearer(default_bearer(1)),
    Credential.ticket(default_ticket(1)),
)
# Seconds: an honest answer takes a few milliseconds, and one fault never answers at all.
TIMEOUT = 2.0


class Switch:
    """An application with one fault at a time."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.faulty = Faulty(app, GOOD)

    def turn(self, fault: Fault) -> None:
        """Have *fault* from now on."""
        self.faulty = Faulty(self.app, fault)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self.faulty(scope, receive, send)


class Checked:
    """One server, with the contract and the judge of all runs against it."""

    def __init__(self, contract: Contract, server: Background, switch: Switch) -> None:
        self.contract = contract
        self.judge = Judge(contract)
        self.server = server
        self.switch = switch

    def run(self, fault: Fault, *, to_the_end: bool) -> Outcome:
        """Return the outcome of a default run against the server with *fault*, or of its way to a fitting finding."""
        self.switch.turn(fault)
        settings = conformance.Settings(credentials=CREDENTIALS, timeout=TIMEOUT)
        watch = Watch(fault)
        hands: dict[str, Any] = {} if to_the_end else {"weigh": watch.weigh, "progress": watch.progress}
        return conformance.run(self.contract, self.server.url, settings, judge=self.judge.judge, **hands)


@pytest.fixture(autouse=True)
def told_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few answers are held before they are judged, so that a run stops soon."""
    monkeypatch.setattr("mockserver.conformance.conversation.HELD_AT_MOST", 4)


class Watch:
    """Stops a run as soon as *fault* is found among what is planned."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.found: dict[str, str] = {}

    def weigh(self, _: Exchange, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Note *findings*, all of which count."""
        for each in findings:
            self.found.setdefault(each.rule, each.message)
        return findings

    def progress(self, progress: Progress) -> None:
        """Stop; raises KeyboardInterrupt."""
        if progress.phase == "planned" and self.fault.found_in(self.found):
            raise KeyboardInterrupt


def rules(outcome: Outcome) -> dict[str, str]:
    """Return the first message of each rule that was found."""
    return {key.rule: group.first[0].message for key, group in outcome.report.ordered()}


@pytest.fixture(scope="module")
def checked(superoffice: Contract) -> Iterator[Checked]:
    """The server whose faults are found."""
    switches: list[Switch] = []

    def wrap(app: App) -> App:
        switches.append(Switch(app))
        return switches[0]

    with Background(Settings(document=str(bundled()), log=False), wrap) as server:
        yield Checked(superoffice, server, switches[0])


def test_good(checked: Checked) -> None:
    """The good server passes a default run with no finding at all, notes included."""
    outcome = checked.run(GOOD, to_the_end=True)
    assert rules(outcome) == {}
    assert outcome.stopped is None


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_finds(fault: Fault, checked: Checked) -> None:
    """A fault is found by a check whose name fits, within the budget of a run."""
    found = rules(checked.run(fault, to_the_end=False))
    assert fault.found_in(found), f"one of {fault.rules} was due; found were {found or 'none'}"


@pytest.mark.parametrize("name", ["nobody is asked", "any password does", "malformed ones do", "200 for 401"])
def test_open_doors(name: str, checked: Checked) -> None:
    """A server that lets in whom it should not fails the run, not just warns."""
    (fault,) = (fault for fault in FAULTS if fault.name == name)
    assert checked.run(fault, to_the_end=True).report.fails(Severity.ERROR)
