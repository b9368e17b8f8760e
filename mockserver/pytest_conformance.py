"""A ready-made test of each operation: ``mockserver check``, with pytest's reports."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from mockserver import conformance
from mockserver.conformance import Credential, Outcome, Plan, Reason, Settings
from mockserver.conformance.curl import command
from mockserver.contract import Contract
from mockserver.documents import bundled
from mockserver.errors import MockserverError
from mockserver.finding import Severity
from mockserver.judging import Judge
from mockserver.report import Group, Key

NAME = "mockserver"
GROUPS_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Target:
    """What is tested: the server that *plan* names, by *contract*; *judge* is shared by all operations."""

    contract: Contract
    plan: Plan
    judge: Judge

    @classmethod
    def of(cls, url: str, document: str | None, settings: Settings) -> Target:
        """Return the target that the options describe; raises MockserverError where they cannot be met."""
        contract = Contract.load(document or bundled())
        return cls(contract, conformance.make_plan(contract, url, settings), Judge(contract))

    def check(self, operation: str) -> Outcome:
        """Check one operation; raises MockserverError if no server answers."""
        settings = replace(self.plan.settings, operations=(operation,))
        return conformance.run(self.contract, self.plan.url, settings, judge=self.judge.judge)


@dataclass(eq=False)
class Nonconforming(Exception):
    """A server does not keep its contract, or a run could not come to its end."""

    url: str
    outcome: Outcome

    def __str__(self) -> str:
        """Return a line that sums up, then what was found, with a command for each failure that sends it again."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        outcome = self.outcome
        counts = ", ".join(f"{count} {severity}s" for severity, count in outcome.report.counts.items() if count)
        yield f"{counts or 'nothing found'} in {outcome.report.total} exchanges with {self.url}"
        if outcome.stopped is not None:
            yield f"stopped early: {outcome.stopped.message}"
        groups = outcome.report.ordered()
        for key, group in groups[:GROUPS_AT_MOST]:
            yield from _told(key, group)
            yield from (f"    again: {line}" for line in self._commands(key))
        if len(groups) > GROUPS_AT_MOST:
            yield f"and {len(groups) - GROUPS_AT_MOST} more kinds of findings"

    def _commands(self, key: Key) -> Iterator[str]:
        settings = self.outcome.plan.settings
        for failure in self.outcome.failures:
            if (failure.finding.rule, failure.finding.part) == (key.rule, key.part):
                yield command(self.url, failure.case, settings)


def _told(key: Key, group: Group) -> Iterator[str]:
    place = f" at {key.pointer or 'the whole body'}" if key.pointer is not None else ""
    times = f", {group.count} times" if group.count > 1 else ""
    yield f"{group.severity} {key.rule}{place}{times}"
    yield f"    {group.first[0].message}"


class Conformance(pytest.Collector):
    """Holds a test of each operation of the contract."""

    target: Target | str
    """What is tested, or why nothing can be."""

    def collect(self) -> Iterable[OperationItem | LeftOut]:
        """Return the tests; operations that the plan leaves out are skipped with the reason."""
        if isinstance(self.target, str):
            raise self.CollectError(self.target)
        for share in self.target.plan.shares:
            item: OperationItem = OperationItem.from_parent(self, name=share.operation)
            item.target = self.target
            yield item
        for name, reason in self.target.plan.left_out.items():
            left_out: LeftOut = LeftOut.from_parent(self, name=name)
            left_out.reason = reason
            yield left_out


class _Item(pytest.Item):
    """A test that is in no file."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.add_marker(pytest.mark.conformance)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Return what stands over a failure."""
        return self.config.rootpath / NAME, None, f"conformance of {self.name}"


class OperationItem(_Item):
    """The test of one operation."""

    target: Target

    def runtest(self) -> None:
        """Check the operation; raises Nonconforming for errors, and for a run that was stopped."""
        outcome = self.target.check(self.name)
        if outcome.stopped is not None and outcome.stopped.reason is Reason.INTERRUPTED:
            raise KeyboardInterrupt
        if outcome.report.fails(Severity.ERROR) or outcome.stopped is not None:
            raise Nonconforming(self.target.plan.url, outcome)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what was found; a traceback is for faults of our own."""
        if isinstance(excinfo.value, Nonconforming | MockserverError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class LeftOut(_Item):
    """An operation that is not tested."""

    reason: str

    def runtest(self) -> None:
        """Skip, with the reason."""
        pytest.skip(self.reason)


def conformance_of(session: pytest.Session, url: str, document: str | None) -> Conformance:
    """Return the collector of the tests of the server at *url*."""
    collector: Conformance = Conformance.from_parent(session, name=NAME, nodeid=NAME)
    try:
        collector.target = Target.of(url, document, settings_of(session.config))
    except MockserverError as error:
        collector.target = str(error)
    return collector


def credentials(environ: Mapping[str, str]) -> tuple[tuple[Credential, ...], tuple[tuple[str, str], ...]]:
    """Return the credentials and the further header fields that *environ* holds.

    The variables are those of ``mockserver check``: MOCKSERVER_CHECK_USER (``NAME:PASSWORD``),
    _TICKET, _BEARER, _APP_TOKEN. Raises UsageError for values that no header can hold.
    """
    makers = (("USER", Credential.basic), ("TICKET", Credential.ticket), ("BEARER", Credential.bearer))
    found = tuple(make(value) for name, make in makers if (value := environ.get(f"MOCKSERVER_CHECK_{name}")))
    token = environ.get("MOCKSERVER_CHECK_APP_TOKEN")
    return found, (("SO-AppToken", token),) if token else ()


def settings_of(config: pytest.Config, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of the run that the options of *config* and *environ* describe; raises UsageError."""
    given, headers = credentials(environ)
    return Settings(
        max_requests=config.getoption("mockserver_max_requests"),
        profile=config.getoption("mockserver_profile"),
        allow_writes=config.getoption("mockserver_allow_writes"),
        credentials=given,
        headers=headers,
    )
