"""Numbers and dates as a culture writes them; the only module that imports Babel.

Babel takes longer to import than a command may take to start, and few answers hold a number
or a date inside a text: so this module is imported where one is met, by its full name. Babel's data are
pickled and name Babel's classes, so where a test runner puts ``sys.modules`` back to what it was (pytester's
runs in one process), this module and Babel have to be imported anew together; ``from mockserver.superoffice
import culture`` would find the old one, an attribute of the package.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

TWO_DIGIT_YEAR = re.compile("(?<!y)yy(?!y)")


def number(text: str, cultures: tuple[str, ...]) -> str:
    """Return the number *text* with all its digits, ungrouped: the vendor's formatter makes 12345 of 12345."""
    told = format_decimal(Decimal(text), locale=locale(cultures), decimal_quantization=False, group_separator=False)
    return str(told)  # the stubs of some versions say Any


def date(moment: datetime, cultures: tuple[str, ...]) -> str:
    """Return the day in the culture's short form, but with the whole year."""
    known = locale(cultures)
    return format_date(moment, TWO_DIGIT_YEAR.sub("y", known.date_formats["short"].pattern), known)


def date_and_time(moment: datetime, cultures: tuple[str, ...]) -> str:
    """Return day and time to the minute, in the order of the culture."""
    known = locale(cultures)
    time = format_time(moment, "short", locale=known)
    return str(known.datetime_formats["short"]).format(time, date(moment, cultures))


@lru_cache(maxsize=256)
def locale(cultures: tuple[str, ...]) -> Locale:
    """Return the first of *cultures* that Unicode's locale data have; raises if they have not even the last."""
    *preferred, last = cultures
    for culture in preferred:
        try:
            return Locale.parse(culture, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(last, sep="-")
