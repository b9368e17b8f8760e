"""Variables in double braces, as Postman and ``.http`` files write them."""

from __future__ import annotations

import re
from collections.abc import Mapping

NAME = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
TURNS_AT_MOST = 5
LONG = 1 << 16
# A variable that nobody knows stands for the host where a URL begins with it.
UNKNOWN_HOST = re.compile(r"^(?:[a-z]+://)?\{\{[^{}]*\}\}(?::[0-9]+)?")
SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")


def resolved(text: str, values: Mapping[str, str]) -> str:
    """Return *text* with what *values* know in place of ``{{name}}``, also where a value names another.

    Names that are not known stay. What would grow beyond 64 KiB stays as it is too.
    """
    for _ in range(TURNS_AT_MOST):
        if "{{" not in text:
            return text
        replaced = NAME.sub(lambda match: values.get(match[1], match[0]), text)
        if replaced == text or len(replaced) > max(LONG, 2 * len(text)):
            return text
        text = replaced
    return text


def resolved_url(text: str, values: Mapping[str, str]) -> str:
    """Return the URL *text* with what *values* know; what is left begins with a scheme or with the path."""
    url = UNKNOWN_HOST.sub("", resolved(text, values))
    return url if url.startswith("/") or SCHEME.match(url) else f"http://{url}"
