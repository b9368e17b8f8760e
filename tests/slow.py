"""A judge that has no quick yes."""

from __future__ import annotations

from dataclasses import replace

from mockserver.contract import Contract
from mockserver.judging import Judge


def slow_judge(contract: Contract) -> Judge:
    """Return a judge that asks every check of every exchange."""
    judge = Judge(contract)
    judge.manners = replace(judge.manners, narrowing=lambda _: None)
    return judge
