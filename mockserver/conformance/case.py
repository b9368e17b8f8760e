"""One request to send, before it has a server to go to."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from mockserver.errors import MockserverError, UsageError
from mockserver.exchange import Headers, Request
from mockserver.finding import Finding

VERSION = 1


class Expected(StrEnum):
    """What is expected of the answer, beyond what every exchange is held to."""

    READING = "as the request reads"  # accepted if it keeps the contract, refused if not
    ACCEPTANCE = "accepted"
    REFUSAL = "refused"
    UNAUTHORIZED = "refused with 401 or 403"
    ANYTHING = "anything but a crash"


@dataclass(frozen=True, slots=True)
class Case:
    """A request of a *family* to *operation*: *request* has the path below the base path, and no credentials.

    Those go with it when it is sent, if it is *authorized*; or that *credential* alone, which is told by its name, so
    that no case holds a secret. *says* is what is tried.
    """

    family: str
    operation: str
    request: Request
    says: str = ""
    authorized: bool = True
    expected: Expected = Expected.READING
    credential: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """How much there is to read in it: parts first, then bytes."""
        request = self.request
        parts = len(request.headers.fields) + (request.query.count("&") + 1 if request.query else 0)
        lengths = [len(name) + len(value) for name, value in request.headers.fields]
        return parts, len(request.body) + len(request.query) + sum(lengths)


@dataclass(frozen=True, slots=True)
class Failure:
    """The smallest *case* that led to *finding*, and the status of the answer to it."""

    finding: Finding
    case: Case
    status: int


@dataclass(eq=False)
class CasesError(MockserverError):
    """A file of saved cases cannot be read."""

    path: str
    reason: str

    def __str__(self) -> str:
        """Return the path with the reason."""
        return f"{self.path}: {self.reason}; --replay takes a file that `mockserver check` saved"


def save(path: Path, failures: Iterable[Failure]) -> None:
    """Write the cases of *failures* to *path*, as JSON without credentials; raises UsageError."""
    tree = {"version": VERSION, "cases": [_written(failure) for failure in failures]}
    try:
        path.write_text(json.dumps(tree, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def load(path: Path) -> list[Case]:
    """Return the cases that :func:`save` wrote to *path*; raises CasesError."""
    try:
        tree = json.loads(path.read_bytes())
        if tree["version"] != VERSION:
            raise CasesError(str(path), f"its version is {tree['version']}, not {VERSION}")
        return [_read(each) for each in tree["cases"]]
    except OSError as error:
        raise CasesError(str(path), error.strerror or "cannot be read") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CasesError(str(path), "is not a file of saved cases") from error


def _written(failure: Failure) -> dict[str, Any]:
    case, request = failure.case, failure.case.request
    return {
        "rule": failure.finding.rule,
        "message": failure.finding.message,
        "status": failure.status,
        "family": case.family,
        "says": case.says,
        "operation": case.operation,
        "authorized": case.authorized,
        **({"credential": case.credential} if case.credential else {}),
        "expected": case.expected.name,
        "request": {
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "headers": [list(each) for each in request.headers.fields],
            **_body(request.body),
        },
    }


def _body(body: bytes) -> dict[str, str]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def _read(tree: dict[str, Any]) -> Case:
    sent = tree["request"]
    body = base64.b64decode(sent["base64"]) if "base64" in sent else sent["body"].encode()
    headers = Headers((str(name), str(value)) for name, value in sent["headers"])
    request = Request(str(sent["method"]), str(sent["path"]), str(sent["query"]), headers, body)
    return Case(
        family=str(tree["family"]),
        operation=str(tree["operation"]),
        request=request,
        says=str(tree["says"]),
        authorized=bool(tree["authorized"]),
        expected=Expected[tree["expected"]],
        credential=str(tree.get("credential", "")),
    )


def with_header(request: Request, name: str, value: str) -> Request:
    """Return *request* with the header field *name*, in place of any of that name."""
    others = [each for each in request.headers.fields if each[0].lower() != name.lower()]
    return replace(request, headers=Headers([*others, (name, value)]))


def joined(*queries: str) -> str:
    """Return raw queries as one."""
    return "&".join(filter(None, queries))
