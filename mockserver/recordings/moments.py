"""When an exchange was recorded, in the one way that our own recordings say it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# RFC 3339, section 5.6, in the letters that JSON Schema and HAR take.
EXACT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})")
LONGEST = 64


def moment(text: str | None) -> str | None:
    """Return the time *text* as RFC 3339 says it, None if it is none; as it is where it is said so already.

    Known besides are the other ways of ISO 8601, which without an offset is taken for UTC (Betamax),
    and the dates of HTTP (RFC 9110, section 5.6.7; VCR for Ruby).
    """
    if text is None or len(text) > LONGEST:
        return None
    try:
        time = datetime.fromisoformat(text) if text[:1].isdigit() else parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if EXACT.fullmatch(text):
        return text
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).isoformat()
