"""HTTP messages as frozen values: what was asked, what was answered (RFC 9110)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import parse_qs, quote, unquote

# RFC 3986, section 3.2: a host by name or address, with its port.
AUTHORITY = re.compile(r"(?:[\w.~%-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?", re.ASCII)
# RFC 3986, section 3.3: what stands in a path as it is.
IN_A_PATH = "/:@!$&'()*+,;=~%"
# An encoded slash parts no segments, and an encoded percent sign begins no encoded character (section 2.4).
KEPT = re.compile("%(2[Ff]|25|(?![0-9A-Fa-f]{2}))")
# A comma parts cookies where several Cookie lines are read as one value, and items elsewhere.
PAIRS = re.compile(r";|,(?=\s*[^=;,\s]+=)")
LOOSE = re.compile("%(?!2F|25)")


class Headers(Mapping[str, str]):
    """Header fields of a message, found by name in any case (RFC 9110, section 5.1).

    A name that occurs several times reads as one value, joined by ``", "``
    (section 5.3); :attr:`fields` keeps every line in order.
    """

    __slots__ = ("_values", "fields")

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self.fields: tuple[tuple[str, str], ...] = tuple(fields)
        values: dict[str, str] = {}
        for name, value in self.fields:
            key = name.lower()
            values[key] = value if key not in values else f"{values[key]}, {value}"
        self._values = values

    def __getitem__(self, name: str) -> str:
        """Return the value of *name*, whatever its case."""
        return self._values[name.lower()]

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of *name*, or *default*: without the exception that Mapping.get would take."""
        return self._values.get(name.lower(), default)

    def __contains__(self, name: object) -> bool:
        """Return whether there is a field *name*, whatever its case."""
        return isinstance(name, str) and name.lower() in self._values

    def __iter__(self) -> Iterator[str]:
        """Yield the names in lower case, each once."""
        return iter(self._values)

    def __len__(self) -> int:
        """Return how many different names there are."""
        return len(self._values)

    def __repr__(self) -> str:
        """Return the lines as they were given."""
        return f"Headers({list(self.fields)!r})"


def cookies(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the cookies in *headers* by name; of one name the first (RFC 6265, sections 4.2 and 5.4).

    A pair that is no cookie is left out, and hinders no other.
    """
    found: dict[str, str] = {}
    for pair in PAIRS.split(headers.get("cookie", "")):
        name, sign, value = pair.partition("=")
        if sign:
            found.setdefault(name.strip(), value.strip().strip('"'))
    return found


def api_key_of(location: str, name: str, headers: Mapping[str, str], query: str) -> str:
    """Return the API key *name* in that *location* (OAS 3.0.3, Security Scheme Object), blank where there is none."""
    if location == "header":
        return headers.get(name) or ""
    if location == "query":
        return parse_qs(query).get(name, [""])[0]
    return cookies(headers).get(name, "")


@dataclass(frozen=True, slots=True)
class Request:
    """A request: *path* is decoded as :func:`path_of` does and without query, *query* is raw and without ``?``.

    *server* is what stood before the path where a whole URL is known: ``https://crm.example.com``.
    """

    method: str
    path: str
    query: str = ""
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    server: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it stood on the wire, transfer coding removed."""

    status: int
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where an exchange was recorded: the entry or line *number* of *source*, from 1.

    0 means the source as a whole. A shard that begins in the middle of a file does not know how
    many lines stand before it: it counts from its own *start* (bytes from 0), and
    :meth:`Report.numbered` adds what came before.
    """

    source: str = ""
    start: int = 0
    number: int = 0
    unit: Literal["entry", "line"] = "entry"

    def __str__(self) -> str:
        """Return ``traffic.har entry 3`` or ``traffic.ndjson:3``, as editors understand it."""
        if not self.number:
            return self.source
        return f"{self.source}:{self.number}" if self.unit == "line" else f"{self.source} entry {self.number}"


NOWHERE = Origin()
Part = Literal["request", "request headers", "request credentials", "request body", "response headers", "response body"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with the response to it, and the seconds between them.

    *unrecorded* are the parts that the recording does not hold, such as the request of a bare
    body: nothing can be said of them, so nothing is. *started* is when the request was sent, in
    the words of the recording, which should be those of RFC 3339; None where nobody knows. A *probe*
    was sent to see what becomes of it, wrong on purpose or not: nobody is blamed for its request.
    """

    request: Request
    response: Response
    seconds: float = 0.0
    origin: Origin = NOWHERE
    unrecorded: frozenset[Part] = frozenset()
    started: str | None = None
    probe: bool = False


def path_of(raw: str) -> str:
    """Return the path *raw* of a URL decoded, but for ``%2F`` and ``%25``: unquoting tells what a segment of it holds.

    RFC 3986, section 2.2: a path with a slash that is encoded is another one than with a slash that is not.
    """
    return unquote(KEPT.sub(_kept, raw)) if "%" in raw else raw


def _kept(found: re.Match[str]) -> str:
    return f"%25{found[1].upper()}" if found[1] else "%2525"


def raw_path(path: str) -> str:
    """Return the path of a URL that :func:`path_of` reads as *path*."""
    return quote(LOOSE.sub("%25", path), IN_A_PATH)


def in_a_segment(text: str) -> str:
    """Return *text* as it stands in a segment of a path that is decoded as :func:`path_of` does."""
    return text.replace("%", "%25").replace("/", "%2F")


def server_of(scheme: str, host: str) -> str:
    """Return the server that *host* names, as before a path; nothing if it can be none."""
    return f"{scheme}://{host}" if AUTHORITY.fullmatch(host) else ""


def ago(seconds: float) -> str:
    """Return when it was *seconds* ago, as RFC 3339 says it."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()
