"""The faults themselves: many, over every family, each different from the good server."""

from __future__ import annotations

from collections import Counter

import pytest

from faulty.catalogue import FAULTS
from faulty.fault import Fault, Faulty, exchanges, whole
from faulty.planned import requests
from mockserver.documents import bundled
from mockserver.exchange import Exchange
from mockserver.server.assembly import assemble
from mockserver.server.gateway import App
from mockserver.server.settings import Settings

FAMILIES = {
    "schema", "entity", "order", "seldom", "message", "length", "status", "error", "media type", "crash", "wire",
    "XML", "credentials", "$select", "time zone", "language", "echo", "request", "sameness", "state", "method",
}  # fmt: skip


@pytest.fixture(scope="module")
def app() -> App:
    """The good server."""
    return assemble(Settings(document=str(bundled()), log=False)).app


@pytest.fixture(scope="module")
def good(app: App) -> list[Exchange]:
    """What the good server answers."""
    return list(exchanges(app, requests()))


def test_families() -> None:
    """There are enough, under names of their own, and no family is forgotten."""
    assert len(FAULTS) >= 400
    assert {fault.family for fault in FAULTS} == FAMILIES
    assert max(Counter(map(str, FAULTS)).values()) == 1


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if not fault.alone and fault.deliver is whole], ids=str)
def test_shows(fault: Fault, app: App, good: list[Exchange]) -> None:
    """A fault that takes a run to be found shows here, too: in the answer to one request at least."""
    shown = exchanges(Faulty(app, fault), requests())
    assert any(one != other for one, other in zip(shown, good, strict=True))
