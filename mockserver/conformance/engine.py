"""Schemathesis as one more source of requests: its engine generates, our conversation sends and judges.

The only importer of schemathesis, whose engine is not a public API: tests/conformance/test_engine.py
fails when an upgrade changes what is used here.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from copy import deepcopy
from http import HTTPStatus
from itertools import islice
from random import Random
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response as Answer
from schemathesis.engine import events
from schemathesis.engine.core import Engine as Core
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.engine.run import UNIT_PHASES, Phase, PhaseName, PhaseSkipReason
from schemathesis.engine.run.unit._case import BudgetExpired
from schemathesis.generation.case import Case as SchemathesisCase
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.schemas import OpenApiSchema
from schemathesis.transport import SerializationContext
from schemathesis.transport.requests import REQUESTS_TRANSPORT, RequestsTransport

from mockserver import media
from mockserver.conformance import patches
from mockserver.conformance.case import Case
from mockserver.conformance.client import (
    AGENT,
    NoAnswer,
    ServerGone,
    authorities,
    proxy_of,
    reason_of,
    response,
    whole,
)
from mockserver.conformance.conversation import Conversation, End
from mockserver.conformance.deadline import Adapter
from mockserver.conformance.expectation import FRAMEWORKS_OWN, turns
from mockserver.conformance.plan import Plan, Share
from mockserver.conformance.standing import Reason
from mockserver.conformance.theirs import rule_of
from mockserver.contract import Contract, Operation
from mockserver.exchange import Exchange, Headers, Request, ago, path_of
from mockserver.finding import Finding
from mockserver.media import form
from mockserver.reading import PATCH

# What the libraries put in by themselves, and the engine's own mark on each request.
THEIR_FIELDS = {"user-agent", "accept-encoding", "connection", "content-length", "host", "x-schemathesis-testcaseid"}
# The coverage phase of a deep body has tens of thousands of cases, at about 2,500 a second.
ENUMERATED = 50_000
XML = ("application/xml", "text/xml")
LONGEST_MESSAGE = 300
# A connection that failed or ran late, a body that did not end or is not coded as it says.
NOT_ANSWERED = (
    requests.exceptions.ConnectionError,
    requests.exceptions.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
Generated = SchemathesisCase[Any]
MARK = re.compile(r"\s+")


class Engine:
    """Lets Schemathesis make up requests to the operations of a conversation's plan."""

    def __init__(self, contract: Contract, conversation: Conversation) -> None:
        self.contract = contract
        self.conversation = conversation
        self.plan = conversation.plan
        self.phase = ""
        self._shares = {(share.method, share.path): share for share in self.plan.shares}
        self._pending: dict[str, tuple[Case, Exchange, str]] = {}
        self._schema = _Schema.driven_by(self, _config(self.plan))

    def run(self) -> None:
        """Send until the budget is spent; raises End if the run is over."""
        stream = _Core(schema=self._schema).execute()
        try:
            for event in stream:
                self._hear(event)
                if self.conversation.stopped is not None:
                    stream.stop()
        finally:
            self._settle({}, list(self._pending))
        if self.conversation.stopped is not None:
            raise End

    def exchange(self, generated: Generated, answer: Any, seconds: float) -> bool:
        """Take in one answer; False if the server asks for patience, and the request is to be sent again."""
        exchange = self._exchange(answer, seconds)
        if self.conversation.patience(exchange.response):
            return False
        case = self.case(generated, exchange.request)
        self.conversation.watch(case, exchange.response.status)
        self._pending[generated.id] = case, exchange, self.phase
        return True

    def takes(self, operation: Any) -> bool:
        """Whether the plan holds *operation*, as Schemathesis knows it."""
        return (operation.method.upper(), operation.path) in self._shares

    def share(self, operation: Any) -> Share:
        """Return the share of *operation*, as Schemathesis knows it."""
        return self._shares[operation.method.upper(), operation.path]

    def operation(self, generated: Generated) -> Operation:
        """Return the operation that *generated* is for."""
        return self.contract.operation(self.share(generated.operation).operation)

    def _hear(self, event: Any) -> None:
        match event:
            case events.PhaseStarted():
                if event.phase.is_enabled:
                    self.phase = event.phase.name.value
                    self.conversation.show(self.phase)
            case events.ScenarioFinished():
                self._settle(_failures(event.recorder), list(event.recorder.interactions))
            case events.NonFatalError():
                self._trouble(event)
            case events.Interrupted():
                self.conversation.stop(Reason.INTERRUPTED, "interrupted")
            case events.EngineFinished():
                if event.stop_reason.value == "server_unavailable":
                    self.conversation.gone(None, f"no server answers at {self.plan.url} any more")
            case _:
                pass

    def _trouble(self, event: events.NonFatalError) -> None:
        text = _line(f"{event.info.title}: {event.info.message}" if event.info.message else event.info.title)
        if text not in self.conversation.troubles:
            self.conversation.troubles.append(text)

    def _settle(self, failures: dict[str, list[Finding]], ids: Iterable[str]) -> None:
        """Judge what was sent, with what Schemathesis found in it."""
        for name in ids:
            found = self._pending.pop(name, None)
            if found is not None:
                self.conversation.hold(*found, theirs=failures.get(name, ()))
        self.conversation.tell()

    def request(self, sent: Any) -> Request:
        """Return what was *sent*."""
        parts = urlsplit(sent.url)
        body = sent.body or b""
        return Request(
            str(sent.method),
            path_of(parts.path),
            parts.query,
            Headers((str(name), _text(value)) for name, value in sent.headers.items()),
            body.encode() if isinstance(body, str) else bytes(body),
            f"{parts.scheme}://{parts.netloc}",
        )

    def _exchange(self, answer: Any, seconds: float) -> Exchange:
        request = self.request(answer.request)
        fields = [(name, value) for name, values in answer.headers.items() for value in values]
        told = response(answer.status_code, fields, answer.content or b"")
        return Exchange(request, told, seconds, started=ago(seconds))

    def case(self, generated: Generated, request: Request) -> Case:
        """Return what was sent as a case, so that it can be sent again, and smaller."""
        settings = self.plan.settings
        bare = settings.secrets.off(request)
        headers = Headers(each for each in bare.headers.fields if each[0].lower() not in THEIR_FIELDS)
        path = request.path.removeprefix(self.conversation.client.base_path)
        return Case(
            f"generated/{self.phase}",
            self.operation(generated).id,
            Request(request.method, path, bare.query, headers, request.body),
            says=_says(generated),
            authorized=settings.sign_in.is_on(request),
        )


class _Core(Core):
    """Schemathesis's engine without the phases that send what nobody counts, such as probes."""

    def get_phase_config(self, phase_name: PhaseName, **options: Any) -> Phase:
        if phase_name in UNIT_PHASES:
            return super().get_phase_config(phase_name, **options)
        return Phase(name=phase_name, is_enabled=False, skip_reason=PhaseSkipReason.DISABLED)


class _Schema(OpenApiSchema):
    """The document as Schemathesis sees it, with our transport, and a choice of its coverage cases."""

    engine: Engine
    sender: RequestsTransport

    @classmethod
    def driven_by(cls, engine: Engine, config: SchemathesisConfig) -> _Schema:
        schema = cls(raw_schema=deepcopy(engine.contract.document.root), config=config.projects.default)
        schema.engine = engine
        schema.sender = _Transport(engine)
        # Without probes, suppose what a server in front of the tested one may refuse by itself.
        schema.adapt_to_null_byte_in_header_failure()
        schema.adapt_to_path_decoder_rejection()
        schema.hook("map_case")(_applicable(engine))
        schema.filter_set.include(lambda context: engine.takes(context.operation))
        return schema

    @property
    def transport(self) -> RequestsTransport:
        return self.sender

    def iter_coverage_cases(self, operation: Any, **options: Any) -> Iterator[Generated]:
        """Return cases at random places among all, as many as the plan has room for, in their order."""
        cases = super().iter_coverage_cases(operation, **options)
        share = self.engine.share(operation)
        return iter(chosen(cases, share.coverage, f"{self.engine.plan.settings.seed} {share.operation}"))


class _Transport(RequestsTransport):
    """Sends what Schemathesis made, if budget and pace allow, and hands over the exchange."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._copy_serializers_from(REQUESTS_TRANSPORT)
        self.serializer(*XML)(_serialize)
        self.serializer(form.MEDIA_TYPE)(_serialize)
        self._engine = engine
        self._sent: Counter[str] = Counter()
        proxy = proxy_of(engine.plan.url)
        self._proxies = {} if proxy is None else {"http": proxy, "https": proxy}

    def send(self, case: Generated, *, session: requests.Session | None = None, **options: Any) -> Any:
        if session is None:  # some checks send a request of their own
            with requests.Session() as own:
                own.headers.clear()
                return self.send(case, session=own, **{"params": {}, "cookies": {}, **options})
        if "params" not in options and "cookies" not in options:
            signed_in = self._engine.plan.settings.sign_in
            options |= {"params": dict(signed_in.query), "cookies": dict(signed_in.cookies)}
        _bound(session)
        engine = self._engine
        operation = engine.operation(case)
        keep = engine.share(case.operation).shrinking
        headers = {"User-Agent": AGENT, **(options.pop("headers", None) or {})}
        options |= {"proxies": self._proxies, "auth": _as_it_is, "hooks": {"response": self._read}}
        if not any(name.lower() == "accept" for name in (*headers, *(case.headers or ()))):
            headers["Accept"] = self._accept(operation)
        while True:
            self._take(operation.id, keep)
            begun = time.perf_counter()
            try:
                answer = super().send(case, session=session, headers=dict(headers), **options)
            except NOT_ANSWERED as error:
                return self._unanswered(case, error)
            if engine.exchange(case, answer, time.perf_counter() - begun):
                return answer

    def _read(self, answer: requests.Response, **_: Any) -> None:
        """Read the body, as long as it may take; an event stream is read by Schemathesis, which knows how."""
        if answer.headers.get("Content-Type", "").startswith("text/event-stream"):
            return
        try:
            answer._content = whole(answer.raw)  # noqa: SLF001 (where requests keeps it)
        except (NoAnswer, urllib3.exceptions.HTTPError) as error:
            raise requests.exceptions.ChunkedEncodingError(reason_of(error), request=answer.request) from error

    def _unanswered(self, case: Generated, error: requests.RequestException) -> Answer:
        """Count a request without an answer, and return one that nobody looks at: the others are still to be sent.

        It says 401, for checks of Schemathesis that send a request of their own: signed in, or not.
        """
        engine, prepared = self._engine, error.request
        if not isinstance(prepared, requests.PreparedRequest):
            raise error
        known = engine.case(case, engine.request(prepared))
        try:
            engine.conversation.client.reach()
        except ServerGone as gone:
            engine.conversation.gone(known, str(gone))
            raise BudgetExpired from gone
        engine.conversation.unanswered(known, reason_of(error))
        return Answer(HTTPStatus.UNAUTHORIZED, {}, b"", prepared, 0.0, verify=True)

    def _take(self, operation: str, keep: int) -> None:
        try:
            allowed = self._engine.conversation.take(operation, self._engine.phase, keep=keep)
        except End:
            raise BudgetExpired from None
        if not allowed:
            raise BudgetExpired

    def _accept(self, operation: Operation) -> str:
        """Return the media types that are offered in turns, so that each is answered and judged."""
        offered = turns(operation)
        self._sent[operation.id] += 1
        return offered[self._sent[operation.id] % len(offered)] if offered else "*/*"


def _bound(session: requests.Session) -> None:
    """Give the requests of *session* one time for all of an answer."""
    if not isinstance(session.adapters["http://"], Adapter):
        for scheme in ("http://", "https://"):
            session.mount(scheme, Adapter())


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Return *request*: without an auth of our own, requests would put in what a .netrc says of the host."""
    return request


def chosen(cases: Iterable[Any], most: int, seed: str) -> list[Any]:
    """Return *most* of *cases*, each as likely as any other, in their order; of a long row, the first 50,000.

    Vitter's Algorithm R: nothing but what is chosen is kept.
    """
    chance = Random(seed)  # noqa: S311 (chooses cases)
    kept: list[tuple[int, Any]] = []
    for index, case in enumerate(islice(cases, ENUMERATED)):
        if index < most:
            kept.append((index, case))
        elif (place := chance.randrange(index + 1)) < most:
            kept[place] = index, case
    return [case for _, case in sorted(kept, key=lambda each: each[0])]


def _config(plan: Plan) -> SchemathesisConfig:
    """Return a configuration of our own: a file that lies about is not asked."""
    settings = plan.settings
    config = SchemathesisConfig(seed=settings.seed)
    config.cache.enabled = False
    project = config.projects.default
    project.base_url = plan.url
    project.headers = dict(settings.secrets.fields) or None
    project.workers = settings.workers
    # Shrinking is ours: it needs no generation, and works for planned requests too.
    project.continue_on_failure = True
    project.generation.no_shrink = True
    project.generation.max_examples = settings.max_requests
    project.generation.database = "none"
    project.generation.with_security_parameters = False
    project.phases.update(phases=["examples", "coverage", "fuzzing"])
    # What one answer teaches would make the next request depend on the order of workers.
    for phase in (project.phases.examples, project.phases.coverage, project.phases.fuzzing):
        phase.extra_data_sources.responses = False
    project.phases.fuzzing.error_feedback.is_enabled = False
    # Planned requests try these: Schemathesis takes the answer of a good server to HEAD for a fault.
    tried = (each for each in plan.profile.methods if each not in FRAMEWORKS_OWN)
    project.phases.coverage.unexpected_methods = {each.lower() for each in tried}
    project.checks.update(excluded_check_names=list(plan.profile.not_run))
    project.tls_verify = (authorities(settings) or True) if settings.verify else False
    project.request_cert = settings.cert
    project.request_timeout = settings.timeout
    project.max_redirects = 0
    return config


def _applicable(engine: Engine) -> Any:
    def map_case(context: Any, case: Generated) -> Generated:  # noqa: ARG001 (a hook)
        """Let patches that are meant to be good name members that there are."""
        mode = case.meta.generation.mode if case.meta else None
        if case.media_type == PATCH and mode is GenerationMode.POSITIVE and isinstance(case.body, list):
            plain = next(
                (
                    each.schema.shape
                    for name, each in engine.operation(case).contents.items()
                    if name != PATCH and each.schema
                ),
                None,
            )
            if plain is not None:
                case.body = patches.applicable(case.body, plain)
        return case

    return map_case


def _serialize(context: SerializationContext, value: Any) -> dict[str, Any]:
    """Write a body as our contract says: their XML knows nothing of how this API writes null."""
    case = context.case
    schema: _Schema = case.operation.schema
    content = schema.engine.operation(case).contents.get(str(case.media_type))
    shape = content.schema.shape if content and content.schema else None
    return {"data": media.encode(str(case.media_type), value, shape)}


def _failures(recorder: ScenarioRecorder) -> dict[str, list[Finding]]:
    """Return what Schemathesis found, by the id of its case."""
    found: dict[str, list[Finding]] = {}
    for name, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                told = rule_of(check.name).finding(_line(f"{failure.title}: {failure.message}"))
                found.setdefault(name, []).append(told)
    return found


def _says(generated: Generated) -> str:
    data = generated.meta.phase.data if generated.meta else None
    return _line(getattr(data, "description", None) or "")


def _line(text: str) -> str:
    """Return *text* as one line that is not too long to read."""
    line = MARK.sub(" ", text).strip()
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1] + "…"


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
