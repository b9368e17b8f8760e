"""The dialect of the SuperOffice WebAPI: pure functions on plain values, without any HTTP framework."""

from mockserver.superoffice.authorization import DEFAULT_USERS, Gate, Identity, Refusal, default_bearer, default_ticket
from mockserver.superoffice.dialect import Dialect, Options, Unauthorized
from mockserver.superoffice.faults import ERROR_NAME, RequestError
from mockserver.superoffice.timezones import zone_named

__all__ = [
    "DEFAULT_USERS",
    "ERROR_NAME",
    "Dialect",
    "Gate",
    "Identity",
    "Options",
    "Refusal",
    "RequestError",
    "Unauthorized",
    "default_bearer",
    "default_ticket",
    "zone_named",
]
