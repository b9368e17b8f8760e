"""What the checks of every document must know of a vendor's dialect, as one value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mockserver.finding import Finding, Rule

if TYPE_CHECKING:
    from mockserver.checks.head import Head
    from mockserver.checks.subject import Subject

HeadCheck = Callable[["Head"], Iterator[Finding]]
Check = Callable[["Subject"], Iterator[Finding]]


def _nothing(_: Any) -> Any:
    return None


def _nowhere(_: Any) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Manners:
    """A dialect's own *rules* with the checks that hold exchanges to them, and what softens the general ones.

    *lenient* is how requests are read, see :class:`mockserver.reading.Reader`; *headers* are response
    headers that no document has to name, in lower case. *options* turns a head into what its request
    asks of the answer, kept as :attr:`Head.options`. *hidden* returns the pointers into an answer at which
    the request asked to see nothing: whatever the schema says, nothing is said of what is there.
    """

    rules: tuple[Rule, ...] = ()
    head_checks: tuple[HeadCheck, ...] = ()
    checks: tuple[Check, ...] = ()
    lenient: bool = False
    headers: frozenset[str] = frozenset()
    options: Callable[[Head], Any] = _nothing
    hidden: Callable[[Subject], frozenset[str]] = _nowhere


PLAIN = Manners()
