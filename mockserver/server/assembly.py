"""A whole server put together from its settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockserver.contract import Contract
from mockserver.contract.security import api_key
from mockserver.errors import UsageError
from mockserver.exchange import Exchange, path_of, raw_path
from mockserver.problems import Plain
from mockserver.provider import Provider
from mockserver.server.access_log import AccessLog
from mockserver.server.cors import Cors
from mockserver.server.dialect import Dialect
from mockserver.server.faults import Faults
from mockserver.server.front import Front
from mockserver.server.gateway import App, Gateway, Receive, Scope, Send, Verify
from mockserver.server.handler import Handler
from mockserver.server.messages import headers_of
from mockserver.server.pages import service_pages
from mockserver.server.recording import Recording
from mockserver.server.refusal import Refused
from mockserver.server.settings import Settings

if TYPE_CHECKING:
    from mockserver.superoffice import Gate

BASE_PATH = re.compile(r"(/[^/?#{}\s]+)*")


@dataclass(frozen=True, slots=True)
class Server:
    """An ASGI application with what its ready line tells; *entry* are header fields that let a client in."""

    app: App
    contract: Contract
    base_path: str
    log: AccessLog
    credentials: tuple[str, ...]
    entry: Mapping[str, str]


def assemble(settings: Settings, log: AccessLog | None = None) -> Server:
    """Return the server that *settings* describe, with a *log* of its own unless one is given.

    Raises MockserverError where the settings cannot be met.
    """
    contract = Contract.load(settings.document)
    base_path = raw_path(contract.base_path) if settings.base_path is None else _base_path(settings.base_path)
    dialect, credentials = _dialect(contract, settings)
    provider = Provider(contract, seed=settings.seed, locales=settings.locales, style=settings.style, now=settings.now)
    fault_shape = dialect.fault_shape(contract.document)
    log = log or AccessLog(enabled=settings.log)
    handlers: dict[str, App] = {
        operation.id: Handler(
            operation,
            provider,
            dialect,
            fault_shape=fault_shape,
            max_body=settings.max_body,
            fall_back=settings.negotiation == "lenient",
            cors=settings.cors,
        )
        for operation in contract.operations
    }
    pages = service_pages(contract, base_path)
    routed = path_of(base_path)
    inner = Gateway(contract, routed, _verify(dialect, settings.auth), {"": _nowhere(base_path), **handlers})
    app: App = Front(
        inner,
        contract,
        Faults(contract, dialect, fault_shape, handlers),
        base_path=routed,
        pages=pages,
        log=log,
        describes=settings.describe,
    )
    if settings.cors:
        documented = {
            name for each in contract.operations for answer in each.answers.values() for name in answer.headers
        }
        app = Cors(app, log, documented)
    if settings.record:
        app = _recorded(app, settings, contract.api_keys)
    return Server(app, contract, base_path, log, credentials, dialect.entry(contract.security_schemes))


def _recorded(app: App, settings: Settings, keys: Iterable[tuple[str, str]]) -> App:
    """Return *app* with each exchange appended to a file; several processes may share it, a line is one write."""
    from mockserver.recordings import writer  # noqa: PLC0415 (most servers record nothing)
    from mockserver.redaction import Redactor  # noqa: PLC0415

    path, redactor = Path(settings.record), Redactor(settings.redact, mask_pii=settings.mask_pii, keys=keys)

    def keep(exchange: Exchange) -> None:
        with path.open("ab") as file:
            writer(file, "ndjson").write(redactor.exchange(exchange))

    try:
        path.open("ab").close()
    except OSError as error:
        raise UsageError(f"--record {path}: cannot be written: {error.strerror}") from error
    return Recording(app, keep)


def _base_path(text: str) -> str:
    path = text.rstrip("/")
    if not BASE_PATH.fullmatch(path):
        raise UsageError(f"--base-path {text!r} is not a path: write it like /Cust12345")
    return path


def _dialect(contract: Contract, settings: Settings) -> tuple[Dialect, tuple[str, ...]]:
    """Return the dialect that the document names (``x-dialect``), and the credentials that it takes."""
    name = contract.document.root.get("x-dialect")
    if name is None:
        return _plain(contract, settings), ()
    if name != "superoffice":
        raise contract.document.error(f"unknown dialect {name!r}; known is superoffice", "/x-dialect")
    from mockserver import superoffice  # noqa: PLC0415 (other documents do without it)

    gate = superoffice.Gate(
        mode=settings.auth,
        installation=settings.installation,
        users=_users(settings.users) or superoffice.DEFAULT_USERS,
        tickets=frozenset(settings.tickets or [superoffice.default_ticket(settings.seed)]),
        bearers=frozenset(settings.bearers or [superoffice.default_bearer(settings.seed)]),
        app_tokens=frozenset(settings.app_tokens),
    )
    return superoffice.Dialect(gate, superoffice.zone_named(settings.time_zone)), _shown(gate)


def _plain(contract: Contract, settings: Settings) -> Plain:
    """Return the dialect of a document that names none; with --auth any, it takes any credential."""
    keys: dict[str, frozenset[str]] = {}
    for text in settings.api_keys:
        value, schemes = api_key(text, contract.security_schemes)
        for name in {scheme["name"] for scheme in schemes}:
            keys[name] = keys.get(name, frozenset()) | {value}
    users = (f"{name}:{password}" for name, password in _users(settings.users).items())
    if settings.auth == "any":
        return Plain()
    return Plain(frozenset(users), frozenset(settings.bearers), keys)


def _users(texts: tuple[str, ...]) -> dict[str, str]:
    users = {}
    for text in texts:
        name, colon, password = text.partition(":")
        if not (name and colon):
            raise UsageError("--user is written NAME:PASSWORD")
        users[name] = password
    return users


def _shown(gate: Gate) -> tuple[str, ...]:
    """Return the credentials that a gate takes, one line each, for the ready line."""
    if gate.mode == "off":
        return ("no credentials asked for (--auth off)",)
    if gate.mode == "any":
        return ("any well-formed credential (--auth any)",)
    lines = [f"SoTicket {ticket}" for ticket in sorted(gate.tickets)]
    if gate.installation == "onsite":
        lines = [f"Basic    {name}:{password}" for name, password in gate.users.items()] + lines
    else:
        lines = [f"{line}  (with SO-AppToken)" for line in lines]
    return (*lines, *(f"Bearer   {token}" for token in sorted(gate.bearers)))


def _verify(dialect: Dialect, mode: str) -> Verify | None:
    if mode == "off":
        return None

    def verify(scheme: Any, scope: Scope) -> bool:
        return dialect.verify(scheme, headers_of(scope), scope["query_string"].decode("latin-1"))

    return verify


def _nowhere(base_path: str) -> App:
    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 (an ASGI application)
        raise Refused(404, f"nothing is served at {scope['path']}; GET {base_path}/ lists what is")

    return refuse
