"""Serve, check and validate an HTTP API against its OpenAPI document."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # importing it from typing would double the time that this takes
if TYPE_CHECKING:
    from typing import Any

    from mockserver.adapters import assert_conforms, exchange_of, exchange_of_async
    from mockserver.contract import Contract
    from mockserver.exchange import Exchange, Headers, Request, Response
    from mockserver.finding import Finding
    from mockserver.judging import Judge, check

__version__ = "0.1.0"
__all__ = [
    "Contract",
    "Exchange",
    "Finding",
    "Headers",
    "Judge",
    "Request",
    "Response",
    "__version__",
    "assert_conforms",
    "check",
    "exchange_of",
    "exchange_of_async",
]

# Imported when first asked for: `import mockserver` is instant, and so is a command that needs none of them.
HOMES = {
    "Contract": "contract",
    "Exchange": "exchange",
    "Finding": "finding",
    "Headers": "exchange",
    "Judge": "judging",
    "Request": "exchange",
    "Response": "exchange",
    "assert_conforms": "adapters",
    "check": "judging",
    "exchange_of": "adapters",
    "exchange_of_async": "adapters",
}


def __getattr__(name: str) -> Any:
    """Return the object called *name* from the module that it lives in."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
