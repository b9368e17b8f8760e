"""The journal."""

from __future__ import annotations

import threading
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mockserver.exchange import Exchange, Request, Response
from mockserver.finding import Party, Rule, Severity
from mockserver.journal import Journal

RULE = Rule("response.status", Party.PROVIDER, Severity.ERROR, "The status is documented.")


def exchange(size: int = 0) -> Exchange:
    return Exchange(Request("GET", "/"), Response(200, body=bytes(size)))


def numbers(journal: Journal) -> list[int]:
    return [entry.number for entry in journal.entries]


def test_keeps_findings() -> None:
    """An entry has its exchange and what was found in it."""
    journal = Journal()
    entry = journal.add(exchange(3), iter([RULE.finding("404 is not documented")]))
    assert journal.entries == (entry,)
    assert (entry.number, entry.size, entry.findings[0].rule) == (1, 3, "response.status")


def test_oldest_go_first() -> None:
    """Past the bound the oldest are forgotten, and counted."""
    journal = Journal(entries_at_most=2)
    for _ in range(5):
        journal.add(exchange())
    assert (numbers(journal), journal.forgotten) == ([4, 5], 3)


def test_large_bodies() -> None:
    """Bytes are bounded, too; the latest is kept however large it is."""
    journal = Journal(bytes_at_most=100)
    for size in (40, 40, 40):
        journal.add(exchange(size))
    assert numbers(journal) == [2, 3]
    journal.add(exchange(1000))
    assert numbers(journal) == [4]


def test_clear() -> None:
    """What was cleared is neither kept nor counted as forgotten, and its numbers are not given again."""
    journal = Journal(entries_at_most=1)
    journal.add(exchange())
    journal.add(exchange())
    journal.clear()
    assert (journal.entries, journal.forgotten) == ((), 0)
    assert journal.add(exchange()).number == 3


@given(st.lists(st.integers(0, 50) | st.none()), st.integers(1, 5), st.integers(1, 120))
def test_bounds(sizes: list[int | None], entries_at_most: int, bytes_at_most: int) -> None:
    """Whatever is added and cleared, both bounds hold, and what is kept is the latest without a gap."""
    journal = Journal(entries_at_most, bytes_at_most)
    for size in sizes:
        if size is None:
            journal.clear()
        else:
            added = journal.add(exchange(size))
            kept = journal.entries
            assert kept[-1] is added
            assert len(kept) <= entries_at_most
            assert len(kept) == 1 or sum(entry.size for entry in kept) <= bytes_at_most
            assert all(later.number == earlier.number + 1 for earlier, later in pairwise(kept))


def test_threads() -> None:
    """Many threads write at once, and nothing is lost or counted twice."""
    journal = Journal(entries_at_most=10_000)
    writers = [threading.Thread(target=lambda: [journal.add(exchange()) for _ in range(500)]) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert numbers(journal) == list(range(1, 2001))
