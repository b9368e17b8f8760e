"""The dialect of the SuperOffice WebAPI: pure functions on plain values, without any HTTP framework."""

from mockserver.superoffice.authorization import Gate, Identity, Refusal, default_bearer, default_ticket
from mockserver.superoffice.dialect import Dialect, Options
from mockserver.superoffice.faults import ERROR_NAME, RequestError
from mockserver.superoffice.timezones import zone_named

__all__ = [
    "ERROR_NAME",
    "Dialect",
    "Gate",
    "Identity",
    "Options",
    "Refusal",
    "RequestError",
    "default_bearer",
    "default_ticket",
    "zone_named",
]
