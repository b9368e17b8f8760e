from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.recordings.moments import EXACT, moment


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-03-02T09:15:00Z", "2026-03-02T09:15:00Z"),
        ("2026-03-02T09:15:00.1234567+02:00", "2026-03-02T09:15:00.1234567+02:00"),
        ("2015-06-21T19:22:54", "2015-06-21T19:22:54+00:00"),
        ("2010-10-05T15:50:53.000+0200", "2010-10-05T15:50:53+02:00"),
        ("Tue, 01 Nov 2011 04:58:44 GMT", "2011-11-01T04:58:44+00:00"),
        ("2026-13-02T09:15:00Z", None),
        ("Tue, 01 Nov 2011 04:58:44 +99999999999999999999", None),
        ("2026", None),
        ("now", None),
        ("", None),
        (None, None),
        ("2026-03-02T09:15:00.%sZ" % ("1" * 99), None),
    ],
)
def test_a_time_is_said_in_one_way(text: str | None, said: str | None) -> None:
    """As RFC 3339 says it, which stays; what is no time is none."""
    assert moment(text) == said


@given(st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2}, [0-9]+ [A-Z][a-z]{2} [0-9]+ [0-9:]+ [+-]?\w*"))
def test_any_text_is_a_time_or_none(text: str) -> None:
    """Whatever a recording says, what comes out can be read."""
    said = moment(text)
    assert said is None or (EXACT.fullmatch(said) and datetime.fromisoformat(said))
