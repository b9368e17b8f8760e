"""A verdict on one exchange: its operation found, and every check run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from mockserver import checks
from mockserver.checks import Desk, Head, Manners, Subject
from mockserver.contract import Contract, Operation
from mockserver.contract.operation import TEMPLATE
from mockserver.exchange import Exchange, Part, path_of
from mockserver.finding import Finding, Party, Rule, Severity
from mockserver.report import Judged

PATH = Rule("request.path", Party.CONSUMER, Severity.WARNING, "The path is one of the contract.")
METHOD = Rule("request.method", Party.CONSUMER, Severity.WARNING, "The method is one that the path takes.")
RULES = (PATH, METHOD)
PATHS_AT_MOST = 4096
AGAIN = 2
RESPONSE_BODY: Part = "response body"


def manners_of(contract: Contract) -> Manners:
    """Return the checks of the dialect that the document names (``x-dialect``); raises DocumentError if unknown."""
    name = contract.document.root.get("x-dialect")
    if name is None:
        return checks.PLAIN
    if name != "superoffice":
        raise contract.document.error(f"unknown dialect {name!r}; known is superoffice", "/x-dialect")
    from mockserver.superoffice.checks import MANNERS  # noqa: PLC0415 (other documents do without it)

    return MANNERS


class _Found(NamedTuple):
    """What a path leads to: an operation with path parameters, or the methods that would lead to one."""

    operation: Operation | None
    path_parameters: Mapping[str, str] = {}
    methods: tuple[str, ...] = ()


class Judge:
    """Judges exchanges by a contract, compiled once.

    *base_path* is what stands before the contract's paths, ``/Cust12345``; without one the path of the
    document's server, or any tenant's name, may. *select* and *ignore* are ids of rules or families of them
    (``drift``, ``body.null``): only what is selected is told, and not what is ignored.
    """

    def __init__(
        self,
        contract: Contract,
        *,
        base_path: str | None = None,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
    ) -> None:
        self.contract = contract
        self.manners = manners_of(contract)
        self.base_path = base_path
        self.rules = (*RULES, *checks.RULES, *self.manners.rules)
        self._is_told = _telling(self.rules, tuple(select), tuple(ignore))
        self._request_head_checks = (*checks.REQUEST_HEAD_CHECKS, *self.manners.request_head_checks)
        self._head_checks = (*checks.ANSWER_HEAD_CHECKS, *self.manners.head_checks)
        self._answer_checks = (*checks.ANSWER_CHECKS, *self.manners.checks)
        self._memory = checks.Memory()
        self._desks: dict[str, Desk] = {}
        self._paths: dict[tuple[str, str], _Found] = {}

    rules: tuple[Rule, ...]
    """Every rule that exchanges are held to, in the order of the documentation."""

    def judge(self, exchange: Exchange) -> Judged:
        """Return the verdict on *exchange*: requests first, each finding with its operation and place."""
        request = exchange.request
        if "request" in exchange.unrecorded and not request.path:
            return Judged(None, exchange.response.status)
        key = request.method, request.path
        found = self._paths.get(key) or self._find(key)
        if found.operation is None:
            findings = tuple(self._unknown(exchange, found.methods))
            return Judged(None, exchange.response.status, findings)
        return self.judge_as(found.operation, exchange, found.path_parameters)

    def judge_as(
        self, operation: Operation, exchange: Exchange, path_parameters: Mapping[str, str] | None = None
    ) -> Judged:
        """Return the verdict on *exchange* as one of *operation*, whatever its path: a bare body has none."""
        head = self.desk(operation).head(exchange, path_parameters or {})
        if head.quick is not None and head.quick(exchange):
            return self._told(head, exchange, self._of_head(head) if exchange.probe else self._of_heads(head))
        subject = Subject(head, exchange, self._blamed)
        findings = subject.findings
        if not exchange.probe:
            findings += subject.blamed
        findings += self._of_head(head)
        if checks.is_plainly_right(subject):
            # Most heads of a recording come again, and hardly one of a check does: compile for the former.
            head.times_right += 1
            if head.times_right == AGAIN:
                head.quick = checks.shortcut(subject)
            return self._told(head, exchange, findings)
        for check in self._answer_checks:
            findings += check(subject)
        return self._told(head, exchange, findings)

    def _blamed(self, subject: Subject) -> Iterator[Finding]:
        """Yield what is wrong with the request of *subject*."""
        yield from self._of_request_head(subject.head)
        for check in checks.REQUEST_CHECKS:
            yield from check(subject)

    def _of_heads(self, head: Head) -> tuple[Finding, ...]:
        return self._of_request_head(head) + self._of_head(head)

    def _of_request_head(self, head: Head) -> tuple[Finding, ...]:
        if head.blamed is None:
            head.blamed = tuple(finding for check in self._request_head_checks for finding in check(head))
        return head.blamed

    def _of_head(self, head: Head) -> tuple[Finding, ...]:
        if head.found is None:
            head.found = tuple(finding for check in self._head_checks for finding in check(head))
        return head.found

    def _told(self, head: Head, exchange: Exchange, findings: Sequence[Finding]) -> Judged:
        """Return the verdict with what is told of *findings*, placed and lined."""
        operation, status = head.operation.id, exchange.response.status
        if not findings:
            return Judged(operation, status)
        counting = (each for each in once(findings) if self._is_told[each.rule])
        told = (
            _placed(each, head.desk, exchange)
            for each in counting
            if not (exchange.probe and each.party is Party.CONSUMER)
        )
        return Judged(operation, status, tuple(told))

    def desk(self, operation: Operation) -> Desk:
        """Return what is compiled for *operation*."""
        desk = self._desks.get(operation.id)
        if desk is None:
            desk = self._desks[operation.id] = Desk(self.contract, operation, self.manners, self._memory)
        return desk

    def _find(self, key: tuple[str, str]) -> _Found:
        if len(self._paths) >= PATHS_AT_MOST:
            self._paths.clear()
        found = self._paths[key] = find(self.contract, *key, base_path=self.base_path)
        return found

    def _unknown(self, exchange: Exchange, methods: tuple[str, ...]) -> Iterator[Finding]:
        request = exchange.request
        if exchange.probe or (request.method == "OPTIONS" and methods):
            return  # a browser asks so before it asks for something else
        if methods:
            allowed = ", ".join(methods)
            finding = METHOD.finding(
                f"{request.path} takes {allowed}, not {request.method}",
                part="request method",
                expected=allowed,
                actual=request.method,
            )
        else:
            finding = PATH.finding(
                f"the contract does not know the path {request.path}", part="request path", actual=request.path
            )
        if self._is_told[finding.rule]:
            yield finding.at("", exchange.origin)


def _placed(finding: Finding, desk: Desk, exchange: Exchange) -> Finding:
    """Return *finding* with where it was made, and the line of the document that was not kept.

    What a recording lacks it lacks for all operations alike: one group.
    """
    operation = "" if finding.party is Party.RECORDING else desk.operation.id
    contract = None if finding.contract is None else desk.lined(finding.contract)
    return replace(finding, operation=operation, origin=exchange.origin, contract=contract)


def once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield *findings* but for those about a place of the answer's body that is known to be wrong by then.

    The id of another sale that is no integer at all is one mistake, and not two.
    """
    wrong: set[str] = set()
    for finding in findings:
        if finding.part != RESPONSE_BODY or finding.pointer is None:
            yield finding
        elif finding.pointer not in wrong or finding.rule.startswith("body."):
            if finding.severity is Severity.ERROR and finding.pointer:
                wrong.add(finding.pointer)
            yield finding


def find(contract: Contract, method: str, path: str, *, base_path: str | None = None) -> _Found:
    """Return the operation that *method* on *path* is for, or the methods that its path takes.

    HEAD is GET without a body (RFC 9110, section 9.3.2); where the method is not known it is the path's
    first. Unless *base_path* says what stands before the
    contract's paths, that is the path of the document's server, nothing, or whatever else: a tenant's name.
    """
    methods: list[str] = []
    base_path = None if base_path is None else path_of(base_path.rstrip("/"))
    for below in _below(contract, path, base_path):
        match = contract.find(method or next(iter(contract.methods(below)), ""), below)
        if match is None and method == "HEAD":
            match = contract.find("GET", below)
        if match is not None and _is_told_by(match.operation, path, below, contract.base_path):
            return _Found(match.operation, match.path_parameters)
        methods += contract.methods(below) if below == path or base_path is not None else _literal(contract, below)
    return _Found(None, methods=tuple(dict.fromkeys(methods)))


def _below(contract: Contract, path: str, base_path: str | None) -> list[str]:
    """Return what *path* may be below what stands before it, the likeliest first."""
    if base_path is not None:
        return [path[len(base_path) :]] if path.startswith(f"{base_path}/") else []
    known = contract.base_path
    likely = [path[len(known) :]] if known and path.startswith(f"{known}/") else []
    slashes = [at for at, character in enumerate(path) if character == "/"]
    return [*likely, *(path[at:] for at in slashes[-_depth(contract) :])]


@lru_cache(maxsize=8)
def _depth(contract: Contract) -> int:
    """Return how many slashes the paths of *contract* have at most: no longer end of a path is one of them."""
    return max((path_of(path).count("/") for path in contract.document.root["paths"]), default=1)


def _is_told_by(operation: Operation, path: str, below: str, base_path: str) -> bool:
    """Return whether the end *below* of *path* surely means *operation*: a template such as ``/{id}`` fits any end."""
    return below == path or path == base_path + below or not TEMPLATE.match(operation.path.removeprefix("/"))


def _literal(contract: Contract, below: str) -> list[str]:
    """Return the methods of *below* where the contract has just this path."""
    return contract.methods(below) if below in contract.document.root["paths"] else []


def _telling(rules: Iterable[Rule], select: tuple[str, ...], ignore: tuple[str, ...]) -> dict[str, bool]:
    """Return whether findings are told, by the id of their rule."""

    def is_among(name: str, chosen: tuple[str, ...]) -> bool:
        return any(name == each or name.startswith(f"{each}.") for each in chosen)

    return {rule.id: (not select or is_among(rule.id, select)) and not is_among(rule.id, ignore) for rule in rules}


def check(contract: Contract, exchange: Exchange) -> list[Finding]:
    """Return what is wrong with *exchange* by *contract*; a :class:`Judge` is quicker for many."""
    return list(Judge(contract).judge(exchange).findings)
