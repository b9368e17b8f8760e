"""A rate is kept, and what a server asks to wait is waited; no test waits itself."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.conformance.pace import LONGEST_WAIT, Pace, seconds_to_wait


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass."""
        self.now += seconds


def test_requests_keep_their_distance():
    clock = Clock()
    pace, moments = Pace(20, clock=clock, sleep=clock.sleep), []
    for _ in range(5):
        pace.wait()
        moments.append(round(clock.now - 100, 3))
    assert moments == [0, 0.05, 0.1, 0.15, 0.2]


def test_time_that_nobody_used_is_not_made_up_for():
    clock = Clock()
    pace = Pace(10, clock=clock, sleep=clock.sleep)
    pace.wait()
    clock.sleep(5)
    pace.wait()
    pace.wait()
    assert round(clock.now, 3) == 105.1


def test_without_a_rate_nobody_waits_unless_the_server_asks():
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    pace.wait()
    assert clock.now == 100
    pace.hold(7)
    pace.wait()
    assert clock.now == 107


def test_a_turn_that_comes_too_late_is_not_waited_for():
    """Nor is it taken: the next one who waits longer has it."""
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    pace.hold(7)
    assert not pace.wait(6)
    assert clock.now == 100
    assert pace.wait(7)
    assert clock.now == 107


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        (" 12 ", 12),
        ("99999", LONGEST_WAIT),
        ("Thu, 01 Jan 2026 00:00:30 GMT", 30),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None):
    """RFC 9110, section 10.2.3."""
    assert seconds_to_wait(text, datetime(2026, 1, 1, tzinfo=UTC)) == seconds


@given(st.text())
def test_whatever_stands_there_is_no_error(text: str):
    seconds = seconds_to_wait(text)
    assert seconds is None or 0 <= seconds <= LONGEST_WAIT


def test_nobody_waits_when_all_is_over():
    """Who waits is woken, whoever comes later is not let through."""
    pace = Pace()
    pace.hold(60)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(pace.wait)
        time.sleep(0.1)
        assert not waiting.done()
        pace.end()
        assert waiting.result(timeout=10) is False
    assert pace.wait() is False
