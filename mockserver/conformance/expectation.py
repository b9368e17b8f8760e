"""What a request calls for: acceptance, or refusal and why; and the rules that an answer is held to for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol

from mockserver import media
from mockserver.conformance.case import Expected
from mockserver.conformance.profile import SAFE, Profile
from mockserver.conformance.simplest import told_of
from mockserver.contract import Answer, Contract, Operation
from mockserver.errors import MockserverError
from mockserver.exchange import Request, Response
from mockserver.finding import Finding, Party, Rule, Severity
from mockserver.media import negotiation
from mockserver.reading import Asked, Reader

ACCEPTANCE = Rule(
    "conformance.acceptance", Party.PROVIDER, Severity.ERROR, "A request that keeps the contract is not refused."
)
REFUSAL = Rule(
    "conformance.refusal", Party.PROVIDER, Severity.ERROR, "A request that breaks the contract is refused (4xx)."
)
CREDENTIALS = Rule(
    "conformance.credentials",
    Party.PROVIDER,
    Severity.ERROR,
    "Missing and wrong credentials are refused (4xx).",
)
CRASH = Rule("conformance.crash", Party.PROVIDER, Severity.ERROR, "No request makes the server fail (5xx).")
REPEATABLE = Rule(
    "conformance.repeatable", Party.PROVIDER, Severity.ERROR, "The same question has the same answer, to the byte."
)
ANSWER = Rule("conformance.answer", Party.PROVIDER, Severity.ERROR, "Every request is answered, in time.")
ALLOW = Rule(
    "conformance.allow", Party.PROVIDER, Severity.WARNING, "405 names the methods that the path takes (Allow)."
)
RULES = (ACCEPTANCE, REFUSAL, CREDENTIALS, CRASH, REPEATABLE, ANSWER, ALLOW)

REFUSED = range(400, 500)
CRASHED = range(500, 600)
UNAUTHORIZED = (401, 403)
MISUNDERSTOOD = (400, 422)
# RFC 9110, section 15.5; RFC 4918, section 11.3; RFC 6585, section 3: what is not there, and what stands against it.
GONE = (404, 410)
CONFLICTS = (409, 412, 423, 428)
HUGE = re.compile("[0-9]{19}")
# RFC 9110, sections 9.3.2 and 9.3.7: frameworks answer these by themselves, documented or not.
FRAMEWORKS_OWN = ("HEAD", "OPTIONS")


class Dialect(Protocol):
    """What of a vendor's dialect decides whether a request is understood."""

    @property
    def lenient(self) -> bool:
        """Whether requests are read as ``reading.Reader`` reads them leniently."""

    def prepare(self, headers: Mapping[str, str], query: str) -> Any:
        """Return how the answer shall be told; raises a MockserverError for what nobody understands."""


def dialect_of(contract: Contract) -> Dialect:
    """Return the dialect that the document names (``x-dialect``)."""
    if contract.document.root.get("x-dialect") == "superoffice":
        from mockserver.superoffice import Dialect as SuperOffice  # noqa: PLC0415 (others do without it)

        return SuperOffice()
    from mockserver.problems import Plain  # noqa: PLC0415 (same)

    return Plain()


class Expectation:
    """Judges answers by what was asked; pure, so that any thread may ask."""

    def __init__(self, contract: Contract, profile: Profile) -> None:
        self.contract = contract
        self.profile = profile
        self.dialect = dialect_of(contract)
        self._readers: dict[str, Reader] = {}

    def refusal(self, request: Request) -> str | None:
        """Return why a server that keeps the contract refuses *request*, credentials aside; None if it does not.

        The path of *request* is the one below the base path.
        """
        match = self.contract.find(request.method, request.path)
        if match is None:
            methods = self.contract.methods(request.path)
            return f"{request.path} takes {', '.join(methods)}" if methods else f"there is no {request.path}"
        operation = match.operation
        try:
            self._reader(operation).read(request, match.path_parameters)
            self.dialect.prepare(request.headers, request.query)
        except MockserverError as error:
            return str(error).partition("\n")[0]
        accept = request.headers.get("accept")
        return None if _takes(accept, operation) else f"Accept: {accept} takes none of what is offered"

    def read(self, operation: Operation, request: Request, path_parameters: Mapping[str, str]) -> Asked:
        """Return what *request* asks of *operation*; raises a MockserverError where it breaks the contract."""
        return self._reader(operation).read(request, path_parameters)

    def is_refused(self, expected: Expected, request: Request, status: int) -> bool:
        """Whether *status* refuses a request that is to be refused, of an operation that tells no status for that.

        Documents need not tell it of each operation; one that does is to be kept.
        """
        told = UNAUTHORIZED if expected is Expected.UNAUTHORIZED else MISUNDERSTOOD
        match = self.contract.find(request.method, request.path)
        if status not in REFUSED or (match is not None and any(str(each) in match.operation.answers for each in told)):
            return False
        if expected is Expected.UNAUTHORIZED:
            return status in UNAUTHORIZED
        return expected is Expected.REFUSAL or self.refusal(request) is not None

    def finding(
        self, expected: Expected, family: str, request: Request, response: Response, *, admitted: bool = False
    ) -> Finding | None:
        """Return what is wrong with the status of *response*, or None.

        A crash is one whatever was expected. Of an answer that is refused for its credentials
        nothing else can be told, unless these are known to be *admitted*.
        """
        status = response.status
        if status in CRASHED:
            crash = CRASH.finding(f"the server answers {status}", expected="below 500", actual=str(status))
            return None if self.is_foreign(status, request) else crash
        if expected is Expected.UNAUTHORIZED:
            is_told = status in (UNAUTHORIZED if self._is_due(family, request) else REFUSED)
            return None if is_told else self._unauthorized(status)
        if expected is Expected.ANYTHING or not self.profile.judges(family):
            return None
        silent = status in UNAUTHORIZED and not admitted
        if silent or self.is_either(request) or self.is_of_records(request, status):
            return None
        if status == HTTPStatus.METHOD_NOT_ALLOWED and (told := self._allowed(request, response)) is not None:
            return told
        reason = {Expected.READING: self.refusal, Expected.REFUSAL: _any_reason}.get(expected, _no_reason)(request)
        return self._refused(reason, status) if reason is not None else self._accepted(request, status)

    def is_either(self, request: Request) -> bool:
        """Whether acceptance and refusal of *request* are both right, whatever it accepts."""
        match = self.contract.find(request.method, request.path)
        if match is None:
            return request.method in FRAMEWORKS_OWN and bool(self.contract.methods(request.path))
        # RFC 9110, section 12.4.1: a server may disregard Accept; one that documents 406 says that it does not.
        return "406" not in match.operation.answers and not _takes(request.headers.get("accept"), match.operation)

    def is_of_records(self, request: Request, status: int) -> bool:
        """Whether *status* is documented, and tells of the records that a server has, not of how it was asked.

        404 of a path without parameters has to be documented by its number: ``default`` speaks of no record.
        """
        match = self.contract.find(request.method, request.path)
        if match is None or match.operation.answer_for(status) is None:
            return False
        if status in GONE:
            return str(status) in match.operation.answers or bool(match.path_parameters)
        return status in CONFLICTS and request.method not in SAFE

    def is_promised(self, request: Request) -> bool:
        """Whether *request* keeps the contract, and each parameter of its path is the document's own example."""
        match = self.contract.find(request.method, request.path)
        if match is None or not match.path_parameters or self.refusal(request) is not None:
            return False
        examples = {each.name: told_of(each) for each in match.operation.parameters if each.location == "path"}
        return all(str(examples.get(name)) == value for name, value in match.path_parameters.items())

    def is_foreign(self, status: int, request: Request) -> bool:
        """Whether *status* says no more than that nobody there knows the method (RFC 9110, section 15.6.2).

        Schemathesis takes it for a failure of the server, or for a method that was not refused.
        """
        return status == HTTPStatus.NOT_IMPLEMENTED and self.contract.find(request.method, request.path) is None

    def _is_due(self, family: str, request: Request) -> bool:
        """Whether 401 or 403 is the one right answer: credentials that cannot be read may be a bad request as well."""
        match = self.contract.find(request.method, request.path)
        documented = () if match is None else match.operation.answers
        is_read = family != "credentials/missing" or "authorization" not in request.headers
        return self.profile.judges_refusal and is_read and any(str(each) in documented for each in UNAUTHORIZED)

    def _allowed(self, request: Request, response: Response) -> Finding | None:
        """Return what is wrong with the Allow of a 405 (RFC 9110, section 15.5.6), or None."""
        documented = self.contract.methods(request.path)
        told = response.headers.get("allow", "")
        missing = set(documented) - {each.strip().upper() for each in told.split(",")}
        if request.method in documented or not missing:
            return None
        due = ", ".join(documented)
        message = f"405 allows {told or 'nothing'}, and the path takes {due}"
        return ALLOW.finding(message, part="response header Allow", expected=due, actual=told)

    def _refused(self, reason: str, status: int) -> Finding | None:
        if status in REFUSED or not self.profile.judges_refusal:
            return None
        message = f"{status} for a request that breaks the contract: {reason}"
        return REFUSAL.finding(message, expected="4xx", actual=str(status))

    def _accepted(self, request: Request, status: int) -> Finding | None:
        if status not in REFUSED or _is_huge(request):
            return None
        message = f"{status} for a request that keeps the contract"
        return ACCEPTANCE.finding(message, expected="2xx or 3xx", actual=str(status))

    def _unauthorized(self, status: int) -> Finding:
        message = f"{status} for missing or wrong credentials"
        return CREDENTIALS.finding(message, expected="401 or 403", actual=str(status))

    def _reader(self, operation: Operation) -> Reader:
        reader = self._readers.get(operation.id)
        if reader is None:
            reader = self._readers[operation.id] = Reader(operation, lenient=self.dialect.lenient)
        return reader


def _takes(accept: str | None, operation: Operation) -> bool:
    offered = offers(operation)
    return not offered or negotiation.choose(accept, offered) is not None


def _is_huge(request: Request) -> bool:
    """Whether *request* has more digits in a row than a server has to hold: no document says how many these are."""
    return any(HUGE.search(text) for text in (request.path, request.query, request.body.decode("latin-1")))


def _any_reason(_request: Request) -> str:
    return "it was made to"


def _no_reason(_request: Request) -> None:
    return None


def offers(operation: Operation) -> tuple[str, ...]:
    """Return the media types of the documented success, in the document's order."""
    answer = success_of(operation)
    return () if answer is None else tuple(answer.contents)


def success_of(operation: Operation) -> Answer | None:
    """Return the first success that *operation* documents; ``default`` is one where no other is."""
    answers = sorted(operation.answers.items())
    found = next((answer for status, answer in answers if status.startswith("2")), None)
    return found or operation.answers.get("default")


def turns(operation: Operation) -> tuple[str, ...]:
    """Return the media types in the order in which to ask for them, again and again.

    One answer in five is XML, whose judgement takes ten times as long, where there are others.
    """
    offered = offers(operation)
    markup = [each for each in offered if media.family(each) == "xml"]
    others = [each for each in offered if each not in markup]
    return tuple(each for one in markup for each in (*others, one)) or offered
