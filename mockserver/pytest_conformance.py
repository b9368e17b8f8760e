"""A ready-made test of each operation: ``mockserver check``, with pytest's reports."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import click
import pytest

from mockserver import conformance
from mockserver.cli import defaults
from mockserver.cli.check import check
from mockserver.cli.checking import Asked, Weighing
from mockserver.config import Config, find
from mockserver.conformance import Outcome, Plan, Reason
from mockserver.conformance.curl import command
from mockserver.contract import Contract
from mockserver.errors import MockserverError, UsageError
from mockserver.judging import Judge
from mockserver.policy import Baseline, Policy
from mockserver.report import Group, Key, Report

NAME = "mockserver"
GROUPS_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Target:
    """What is tested: the server that *plan* names, by *contract*; *judge* is shared by all operations.

    *policy* and *baseline* say which findings count, as for the command.
    """

    asked: Asked
    contract: Contract
    plan: Plan
    judge: Judge
    policy: Policy
    baseline: Baseline

    @classmethod
    def of(cls, asked: Asked, project: Config) -> Target:
        """Return the target that the options describe; raises MockserverError where they cannot be met."""
        contract, judge = asked.load()
        plan = conformance.make_plan(contract, asked.url, asked.settings())
        return cls(asked, contract, plan, judge, asked.policy(project, judge), asked.accepted())

    def check(self, operation: str) -> Outcome:
        """Check one operation; raises MockserverError if no server answers."""
        settings = replace(self.plan.settings, operations=(operation,))
        weighing = Weighing(self.policy, self.asked.redactor(self.contract, settings))
        return conformance.run(self.contract, self.plan.url, settings, judge=self.judge.judge, weigh=weighing.weigh)


@dataclass(eq=False)
class Nonconforming(Exception):
    """A server does not keep its contract, or a run could not come to its end; *new* is what no baseline knows."""

    url: str
    outcome: Outcome
    new: Report

    def __str__(self) -> str:
        """Return a line that sums up, then what was found, with a command for each failure that sends it again."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        outcome = self.outcome
        counts = ", ".join(f"{count} {severity}s" for severity, count in self.new.counts.items() if count)
        yield f"{counts or 'nothing found'} in {outcome.report.total} exchanges with {self.url}"
        if outcome.stopped is not None:
            yield f"stopped early: {outcome.stopped.message}"
        groups = self.new.ordered()
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
        """Check the operation; raises Nonconforming for findings that count, and for a run that was stopped."""
        outcome = self.target.check(self.name)
        if outcome.stopped is not None and outcome.stopped.reason is Reason.INTERRUPTED:
            raise KeyboardInterrupt
        new = self.target.baseline.new(outcome.report)
        if new.fails(self.target.asked.severity) or outcome.stopped is not None:
            raise Nonconforming(self.target.plan.url, outcome, new)

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
        collector.target = Target.of(*asked_of(session.config, url, document))
    except MockserverError as error:
        collector.target = str(error)
    return collector


def asked_of(config: pytest.Config, url: str, document: str | None) -> tuple[Asked, Config]:
    """Return what ``mockserver check`` would be asked for, and what the project says of it; raises UsageError.

    The options of *config* come first, then the variables, then the project's configuration.
    """
    project = find(config.rootpath)
    words = [f"--{name}={value}" for name, value in _given(config, document)]
    if config.getoption("mockserver_allow_writes"):
        words.append("--allow-writes")
    try:
        context = check.make_context(
            "check", [url, *words], auto_envvar_prefix="MOCKSERVER_CHECK", default_map=defaults(project)["check"]
        )
    except click.ClickException as error:
        raise UsageError(error.format_message()) from error
    return Asked(**context.params).below(), project


def _given(config: pytest.Config, document: str | None) -> Iterator[tuple[str, Any]]:
    options = {
        "contract": document,
        "max-requests": config.getoption("mockserver_max_requests"),
        "profile": config.getoption("mockserver_profile"),
    }
    yield from ((name, value) for name, value in options.items() if value is not None)
