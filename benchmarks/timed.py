"""The command line as a user starts it, and at its end the seconds of it that judging took, cold as it was."""

from __future__ import annotations

import atexit
import sys
import time
from typing import Any

from mockserver.cli import main
from mockserver.exchange import Exchange
from mockserver.judging import Judge
from mockserver.report import Judged

TOLD = "seconds of judging:"


class _Timed(Judge):
    """A judge that counts all its seconds: of being made, and of every verdict with what is compiled for it."""

    seconds = 0.0

    def __init__(self, *given: Any, **named: Any) -> None:
        begun = time.perf_counter()
        super().__init__(*given, **named)
        _Timed.seconds += time.perf_counter() - begun

    def judge(self, exchange: Exchange) -> Judged:
        """Return the verdict."""
        begun = time.perf_counter()
        try:
            return super().judge(exchange)
        finally:
            _Timed.seconds += time.perf_counter() - begun


if __name__ == "__main__":
    from mockserver.cli import judging  # the commands take the judge from here

    judging.Judge = _Timed  # type: ignore[misc]  # in this process alone
    atexit.register(lambda: print(TOLD, _Timed.seconds, file=sys.stderr))
    main()
