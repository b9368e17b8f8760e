"""What the commands that judge share: which findings count, where they are told, and what a run comes to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mockserver import recordings
from mockserver.cli import INTERRUPTED
from mockserver.config import Config
from mockserver.contract import Contract
from mockserver.documents import bundled
from mockserver.errors import UsageError
from mockserver.exchange import path_of
from mockserver.finding import Severity
from mockserver.judging import Judge
from mockserver.policy import Baseline, Policy, ignores
from mockserver.recordings import Bare
from mockserver.report import Report
from mockserver.reports import Baseline as Accepted
from mockserver.reports import Outputs, Run, Verdict, parse_targets, show

CODES: Mapping[Verdict, int] = {Verdict.CONFORMS: 0, Verdict.FAILS: 1, Verdict.NOTHING: 2}


@dataclass(frozen=True, kw_only=True)
class Judging:
    """The options of a command that judges."""

    contract: str | None
    base_path: str | None
    fail_on: str
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    baseline: str | None
    update_baseline: bool
    reports: tuple[str, ...]
    redact: tuple[str, ...]
    mask_pii: bool
    quiet: bool

    @property
    def severity(self) -> Severity:
        """The severity that fails."""
        return Severity(self.fail_on)

    def load(self) -> tuple[Contract, Judge]:
        """Return the contract, ours unless another is named, and who judges by it.

        Raises DocumentError for it, and UsageError for a baseline that cannot be read: before anything is judged.
        """
        if self.update_baseline and self.baseline is None:
            raise UsageError("--update-baseline needs --baseline FILE")
        if self.base_path and not self.base_path.startswith("/"):
            raise UsageError(f"--base-path {self.base_path!r} is not a path: write it like /Cust12345")
        # What is to be updated must be a baseline too, unless it is to begin: another file is not written over.
        if self.baseline is not None and not (self.update_baseline and _is_new(Path(self.baseline))):
            Baseline.read(Path(self.baseline))
        contract = Contract.load(self.contract or bundled())
        return contract, Judge(contract, base_path=self.base_path)

    def policy(self, config: Config, judge: Judge) -> Policy:
        """Return what the project and the command line make of findings; raises UsageError for an unknown rule.

        A project says it once for all commands, so rules that another command alone finds are known, too.
        """
        policy = Policy(self.select, (*config.ignores, *ignores(self.ignore)), config.severities)
        if policy != Policy():
            from mockserver.conformance import RULES  # noqa: PLC0415 (most runs choose nothing, and do without)

            policy.check(rule.id for rule in (*judge.rules, *recordings.RULES, *RULES))
        return policy

    def accepted(self) -> Baseline:
        """Return what is known and accepted; raises UsageError for a baseline that cannot be read."""
        return Baseline() if self.baseline is None else Baseline.read(Path(self.baseline))

    def outputs(self) -> Outputs:
        """Return where reports go; raises UsageError for what cannot be written."""
        return Outputs(parse_targets(self.reports), os.environ.get("GITHUB_STEP_SUMMARY"))

    def spare(self, sources: Iterable[str]) -> None:
        """Raise UsageError if what is to be written is one of the files *sources* that are judged."""
        written = {f"--report {text}": text.partition("=")[2] for text in self.reports}
        if self.update_baseline:
            written["--update-baseline"] = self.baseline or ""
        judged = {os.path.realpath(source): source for source in sources}
        for option, path in written.items():
            if path and (source := judged.get(os.path.realpath(path))):
                raise UsageError(f"{option}: would be written over {source}, which is judged; choose another file")

    def document(self, contract: Contract) -> str:
        """Return the contract's path as annotations want it: from the working folder, where it lies below that."""
        if self.contract is None:
            return f"openapi/{bundled().name}"
        path = Path(contract.document.source).absolute()
        return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else self.contract

    def conclude(self, report: Report, run: Run, outputs: Outputs) -> int:
        """Hold *report* against the baseline, tell it everywhere, and return the exit status.

        Raises UsageError for a baseline or a report that cannot be read or written.
        """
        if self.baseline is not None:
            path = Path(self.baseline)
            # Where nothing was judged, nothing has gone.
            if self.update_baseline and not run.stopped and (report.total or report.groups):
                Baseline.of(report).write(path)
            known = Baseline() if self.update_baseline and _is_new(path) else Baseline.read(path)
            run = replace(run, baseline=Accepted(self.baseline, known.known, known.gone(report)))
        run = replace(run, ignored=report.ignored)
        outputs.write(report, run)
        if not self.quiet:
            show(report, run, sys.stderr if outputs.stdout_is_taken else sys.stdout)
        return INTERRUPTED if run.stopped == "interrupted" else CODES[run.verdict(report)]


def _is_new(path: Path) -> bool:
    """Return whether there is nothing at *path* yet, or an empty file, as ``mktemp`` makes one."""
    return not path.exists() or (path.is_file() and path.stat().st_size == 0)


def bare(contract: Contract, operation: str | None, status: int) -> Bare | None:
    """Return what a body without its request answers: *operation*, or the only one; None where there are several.

    Raises UsageError for an unknown operation.
    """
    names = contract.operation_ids
    if operation is not None and operation not in names:
        raise UsageError(f"--operation {operation}: the document has {', '.join(names)}")
    if operation is None and len(names) != 1:
        return None
    chosen = contract.operation(operation or names[0])
    return Bare(chosen.method, contract.base_path + path_of(chosen.path), status)
