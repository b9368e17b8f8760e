"""TLS is verified, another authority is trusted when it is named, and a client may have to show a certificate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conformance.secure import judge, serving
from mockserver.conformance import Settings, run
from mockserver.conformance.client import ServerGone
from mockserver.contract import Contract

SETTINGS = Settings(max_requests=20, operations=("getPet",))


def test_an_unknown_authority_is_refused(pets: Contract, certificate: Path):
    with serving(certificate) as url, pytest.raises(ServerGone, match="certificate verify failed"):
        run(pets, url, SETTINGS, judge=judge)


@pytest.mark.parametrize("asks", [False, True])
def test_a_named_authority_is_trusted_in_all_phases(pets: Contract, certificate: Path, asks: bool):
    """What Schemathesis sends goes the same way as what is planned."""
    settings = replace(SETTINGS, ca=str(certificate), cert=str(certificate) if asks else None)
    with serving(certificate, asks=asks) as url:
        outcome = run(pets, url, settings, judge=judge)
    assert outcome.stopped is None
    assert not outcome.troubles
    assert {"planned", "examples"} <= set(outcome.requests)
    assert outcome.report.total > 10
