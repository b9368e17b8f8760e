"""What a kind of server is expected to do, as data with a reason for each exception."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mockserver.errors import UsageError

# Schemathesis's own checks (4.32) that no profile runs.
NOT_OURS = MappingProxyType(
    {
        "response_schema_conformance": "judges what $select nulled, and passes broken XML; ours judges every body",
        "status_code_conformance": "takes any undocumented refusal of a wrong request for a fault; "
        "status.documented asks the same of all other answers",
        "positive_data_acceptance": "goes by what was meant to be sent; conformance.acceptance goes by what was sent",
        "negative_data_rejection": "takes a lenient reading (names in any case, digits in a text) for a fault; "
        "conformance.refusal reads as the server does",
    }
)
SAFE = ("GET", "HEAD", "OPTIONS")
OTHERS = ("PUT", "PATCH", "DELETE", "POST", "TRACE")


@dataclass(frozen=True, slots=True)
class Profile:
    """What differs by the server.

    *not_run* are Schemathesis's checks left out, and *not_sent* families of planned requests (or
    a beginning of their names), *lenient_on* families whose outcome is not judged beyond what every
    exchange is held to: each with the reason. *methods* are those tried on paths that do not
    document them; *new_ids* tells whether any id may be asked for.
    """

    name: str
    says: str
    methods: tuple[str, ...]
    new_ids: bool
    judges_refusal: bool
    not_run: Mapping[str, str] = field(default_factory=dict)
    not_sent: Mapping[str, str] = field(default_factory=dict)
    lenient_on: Mapping[str, str] = field(default_factory=dict)

    def reason_not_sent(self, family: str) -> str | None:
        """Return why requests of *family* are not sent, or None."""
        return _reason(self.not_sent, family)

    def judges(self, family: str) -> bool:
        """Whether acceptance or refusal of a request of *family* is judged."""
        return _reason(self.lenient_on, family) is None


def _reason(reasons: Mapping[str, str], family: str) -> str | None:
    return next((why for name, why in reasons.items() if family == name or family.startswith(f"{name}/")), None)


PROFILES = MappingProxyType(
    {
        "mock": Profile(
            "mock",
            "our mock, or any server that keeps the document to the letter",
            methods=(*SAFE, *OTHERS),
            new_ids=True,
            judges_refusal=True,
            not_run=NOT_OURS,
        ),
        "superoffice": Profile(
            "superoffice",
            "a real SuperOffice server",
            methods=(),
            new_ids=False,
            judges_refusal=False,
            not_run={
                **NOT_OURS,
                "unsupported_method": "a GET on an agent's path describes the operation, and invokes nothing",
                "allow_header_conformance": "which methods a path takes besides is not documented",
                "use_after_free": "agents answer 200 and null for what is not there",
                "ensure_resource_availability": "agents answer 200 and null for what is not there",
            },
            not_sent={
                "method": "an undocumented method of a real server may write",
                "repeat": "other people work on the same data, so the same question may have a new answer",
                "credentials/almost": "wrong passwords of a user that there is may lock that user out",
                "combination": "asks for ids by the hundred, which would be other people's records",
            },
            lenient_on={
                "credentials/spelled": "no document says in which cases a scheme may be written",
                "integer": "which ids exist is the server's own matter: null, an error or an empty record may answer",
                "time-zone/unknown": "no document says what an unknown code leads to",
                "language": "no document says what an unknown language leads to",
                "accept/none": "no document says what an unacceptable Accept leads to",
                "body": "no document says what a malformed body leads to",
                "query": "an unknown parameter may be refused",
            },
        ),
    }
)


def profile(name: str) -> Profile:
    """Return the profile *name*; raises UsageError with those that there are."""
    if name not in PROFILES:
        raise UsageError(f"--profile {name!r} is not known; there are {', '.join(PROFILES)}")
    return PROFILES[name]


def skipping(kind: Profile, families: Iterable[str]) -> Profile:
    """Return *kind* without requests of *families*."""
    return replace(kind, not_sent={**kind.not_sent, **dict.fromkeys(families, "left out (--skip)")})
