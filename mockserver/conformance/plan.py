"""What a run will send, said before it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mockserver.conformance.case import Case
from mockserver.conformance.planned import FAMILIES, ground, may_write, planned
from mockserver.conformance.profile import Profile, profile, skipping
from mockserver.conformance.settings import Settings
from mockserver.contract import Contract
from mockserver.errors import UsageError

# Of the budget of an operation.
PLANNED = 0.8
SHRINKING = 0.05


@dataclass(frozen=True, slots=True)
class Share:
    """What one operation may cost: the *planned* cases, *generated* requests and *shrinking* ones at most.

    *coverage* is how many of the generated ones the coverage phase may choose.
    """

    operation: str
    method: str
    path: str
    planned: tuple[Case, ...]
    generated: int
    shrinking: int
    coverage: int
    may_write: bool = False

    @property
    def most(self) -> int:
        """Requests at most."""
        return len(self.planned) + self.generated + self.shrinking


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a run may do to the server at *url*; *left_out* are operations with the reason."""

    url: str
    title: str
    profile: Profile
    shares: tuple[Share, ...]
    left_out: Mapping[str, str]
    settings: Settings

    @property
    def most(self) -> int:
        """Requests at most, in all."""
        return sum(share.most for share in self.shares)

    def lines(self) -> Iterator[str]:
        """Yield the plan as people read it; credentials by name alone."""
        settings = self.settings
        count = len(self.shares)
        yield f"{self.title} at {self.url}, profile {self.profile.name} ({self.profile.says})"
        yield f"  {count} operation{'' if count == 1 else 's'}, {self.most} requests at most"
        for share in self.shares:
            parts = f"{len(share.planned)} planned, {share.generated} generated, {share.shrinking} to shrink failures"
            yield f"    {share.operation}: {share.method} {share.path}, {share.most} at most ({parts})"
            if share.may_write:
                yield f"      may write: {share.method}, and the document does not say x-writes: false"
        for operation, reason in self.left_out.items():
            yield f"  left out  {operation}: {reason}"
        yield f"  pace      {_pace(settings)}"
        names = [each.name for each in (*settings.credentials, *settings.keys)]
        names += [f"header {name}" for name, _ in settings.headers]
        yield f"  sign in   {', '.join(names) or 'no credentials'}"
        yield f"  seed      {settings.seed}"
        for name, reason in self.profile.not_sent.items():
            yield f"  not sent  {name}: {reason}"
        for name, reason in self.profile.not_run.items():
            yield f"  not run   schemathesis.{name}: {reason}"


def _pace(settings: Settings) -> str:
    rate = f"{settings.rate:g} requests a second" if settings.rate else "as fast as answers come"
    limit = f", for {settings.time_limit:g} s at most" if settings.time_limit else ""
    return f"{rate}, {settings.workers} at a time{limit}"


def make_plan(contract: Contract, url: str, settings: Settings) -> Plan:
    """Return the plan for a run with *settings*; raises UsageError for what the contract does not have."""
    _check_skipped(settings.skip)
    settings = settings.known_to(contract.security_schemes)
    kind = skipping(profile(settings.profile), settings.skip)
    for name in settings.operations:
        if name not in contract.operation_ids:
            raise UsageError(
                f"--operation {name!r} is not in the document; there are {', '.join(contract.operation_ids)}"
            )
    left_out: dict[str, str] = {}
    shares: list[Share] = []
    for name in settings.operations or contract.operation_ids:
        reason = _left_out(contract, name, settings)
        if reason is not None:
            left_out[name] = reason
        else:
            shares.append(_share(contract, name, kind, settings))
    if not shares:
        raise UsageError("nothing is left to check: " + "; ".join(f"{name} {why}" for name, why in left_out.items()))
    return Plan(url, contract.title, kind, tuple(shares), left_out, settings)


def _check_skipped(names: Iterable[str]) -> None:
    known = [*(family.name for family in FAMILIES), "combination"]
    for name in names:
        if not any(each == name or each.startswith(f"{name}/") for each in known):
            raise UsageError(f"--skip {name!r} is no family of planned requests; there are {', '.join(known)}")


def _left_out(contract: Contract, name: str, settings: Settings) -> str | None:
    if contract.operation(name).node.get("x-writes") is True and not settings.allow_writes:
        return "writes (x-writes); --allow-writes takes it in"
    return None


def _share(contract: Contract, name: str, kind: Profile, settings: Settings) -> Share:
    operation, budget = contract.operation(name), settings.max_requests
    start = ground(contract, operation, kind, (*settings.credentials, *settings.keys))
    most = max(1, round(budget * PLANNED)) if settings.generate else budget - round(budget * SHRINKING)
    cases = planned(start, most, settings.seed) if start else []
    shrinking = min(round(budget * SHRINKING), budget - len(cases))
    generated = budget - len(cases) - shrinking if settings.generate else 0
    coverage = generated // 2
    return Share(
        name, operation.method, operation.path, tuple(cases), generated, shrinking, coverage, may_write(operation)
    )


def families(plan: Plan) -> dict[str, int]:
    """Return how many planned cases of each family there are, in the order of the families; combinations last."""
    counts = dict.fromkeys([*(family.name for family in FAMILIES), "combination"], 0)
    for share in plan.shares:
        for case in share.planned:
            counts[case.family] += 1
    return {name: count for name, count in counts.items() if count}
