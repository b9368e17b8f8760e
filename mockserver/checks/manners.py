"""What the checks of every document must know of a vendor's dialect, as one value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mockserver.checks.memory import NOTHING_HIDDEN, Hidden
from mockserver.contract.structs import NO_DATES, Dates
from mockserver.finding import Finding, Rule

if TYPE_CHECKING:
    from mockserver.checks.head import Head
    from mockserver.checks.subject import Subject

HeadCheck = Callable[["Head"], Iterator[Finding]]
Check = Callable[["Subject"], Iterator[Finding]]


def _nothing(_: Any) -> Any:
    return None


def _plainly(_: Any) -> Narrowing | None:
    return Narrowing()


def _nowhere(_: Any) -> Hidden:
    return NOTHING_HIDDEN


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What an answer must keep beside its schema for a dialect's checks to find nothing in it.

    *dates* are formats whose texts must be date-times: without an offset, unless *is_right* tells of each with one
    whether it is as it should be, by the name of its member ("" of an item) and its text. *marks* are bytes that must
    not be in the body.
    """

    dates: Dates = NO_DATES
    is_right: Callable[[str, str], bool] | None = None
    marks: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Manners:
    """A dialect's own *rules* with the checks that hold exchanges to them, and what softens the general ones.

    *request_head_checks* are those of what clients ask for in headers, *head_checks* those of the answers' headers.
    *lenient* is how requests are read, see :class:`mockserver.reading.Reader`; *headers* are response
    headers that no document has to name, in lower case. *options* turns a head into what its request
    asks of the answer, kept as :attr:`Head.options`; *narrowing* returns what makes a quick yes possible
    under these, None where nothing does. *hidden* returns what an answer has where the
    request asked to see nothing, by its pointer: whatever the schema says, nothing is said of what is there.
    """

    rules: tuple[Rule, ...] = ()
    request_head_checks: tuple[HeadCheck, ...] = ()
    head_checks: tuple[HeadCheck, ...] = ()
    checks: tuple[Check, ...] = ()
    lenient: bool = False
    headers: frozenset[str] = frozenset()
    options: Callable[[Head], Any] = _nothing
    narrowing: Callable[[Head], Narrowing | None] = _plainly
    hidden: Callable[[Subject], Hidden] = _nowhere


PLAIN = Manners()
