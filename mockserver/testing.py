"""A mock server for tests: on a free port, in this process, with all that it was asked.

For pytest see :mod:`mockserver.pytest_plugin`; this needs no test framework.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from mockserver.documents import bundled
from mockserver.exchange import Exchange
from mockserver.finding import Finding
from mockserver.journal import ENTRIES_AT_MOST, Entry, Journal
from mockserver.judging import Judge
from mockserver.server.background import Background
from mockserver.server.recording import Recording
from mockserver.server.settings import Settings

# Of no interest where nobody is asked for any.
CREDENTIALS = ("credentials", "request.credentials")


def default_settings(document: str | None = None) -> Settings:
    """Return the settings of a quiet server of *document*, or of the contract that the package ships."""
    return Settings(document=document or str(bundled()), log=False)


class MockServer:
    """Serves from ``with`` on until its end, and keeps the latest exchanges, *exchanges_at_most* of them.

    Each is judged: what is found is about the client, for the server keeps its contract. Raises
    MockserverError where the settings cannot be met.
    """

    def __init__(self, settings: Settings | None = None, *, exchanges_at_most: int = ENTRIES_AT_MOST) -> None:
        self.settings = settings or default_settings()
        self._journal = Journal(exchanges_at_most)
        self._server = Background(self.settings, lambda app: Recording(app, self._keep))
        asks = self.settings.auth != "off"
        self._judge = Judge(
            self._server.contract, base_path=self.settings.base_path, ignore=() if asks else CREDENTIALS
        )

    def __enter__(self) -> Self:
        """Start, and return once requests are answered."""
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish what is under way, then stop."""
        self._server.__exit__(kind, error, trace)

    @property
    def url(self) -> str:
        """Where it serves, with the base path and without a slash at its end."""
        return self._server.url

    @property
    def credentials(self) -> dict[str, str]:
        """Header fields that let a client in, such as ``{"Authorization": "Basic …"}``."""
        return dict(self._server.entry)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The exchanges since the last :meth:`reset` with what was found in each, the oldest first."""
        return self._journal.entries

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The exchanges since the last :meth:`reset`, the oldest first."""
        return tuple(entry.exchange for entry in self.entries)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found in the exchanges since the last :meth:`reset`."""
        return tuple(finding for entry in self.entries for finding in entry.findings)

    @property
    def forgotten(self) -> int:
        """How many exchanges since the last :meth:`reset` had to go, for there were too many."""
        return self._journal.forgotten

    def reset(self) -> None:
        """Forget the exchanges until now. Answers need no reset: they follow from the seed and the request."""
        self._journal.clear()

    def _keep(self, exchange: Exchange) -> None:
        self._journal.add(exchange, self._judge.judge(exchange).findings)
