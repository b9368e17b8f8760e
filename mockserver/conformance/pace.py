"""How fast, and for how long: a rate, what a server asks to wait, and an end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 300.0
# Seconds that a server is given which is asked too much and does not say for how long (RFC 6585, section 4).
UNTOLD_WAIT = 1.0


class Pace:
    """Lets one request after another through, at most *rate* a second, for all threads together.

    *clock* gives seconds that only grow, *sleep* takes seconds.
    """

    def __init__(
        self,
        rate: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._ended = threading.Event()
        self._interval = 1 / rate if rate else 0.0
        self._clock = clock
        self._sleep = sleep or self._ended.wait
        self._next = clock()
        self._lock = threading.Lock()

    def wait(self, most: float | None = None) -> bool:
        """Return True when the next request may go, or False at once if that is more than *most* seconds away.

        False, too, as soon as all is over (:meth:`end`).
        """
        with self._lock:
            now = self._clock()
            turn = max(self._next, now)
            if most is not None and turn - now > most:
                return False
            self._next = turn + self._interval
        if turn > now:
            self._sleep(turn - now)
        return not self._ended.is_set()

    def end(self) -> None:
        """Let nobody wait any longer, and nothing through any more."""
        self._ended.set()

    def hold(self, seconds: float) -> None:
        """Let nobody through for *seconds*: a server asked for it."""
        with self._lock:
            self._next = max(self._next, self._clock() + seconds)


def seconds_to_wait(retry_after: str, now: datetime | None = None) -> float | None:
    """Return what a ``Retry-After`` field asks for, at most :data:`LONGEST_WAIT`; None where it makes no sense.

    RFC 9110, section 10.2.3: seconds, or a date.
    """
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - (now or datetime.now(UTC))).total_seconds(), 0.0), LONGEST_WAIT)
