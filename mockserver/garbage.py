"""How often the garbage collector looks at what there is: CPython's own counts are those of small programs."""

from __future__ import annotations

import gc

# Objects made before the youngest are looked at, and how often that is done before older ones are. An answer is a few
# dozen objects that no cycle holds: the default of 700 collects with every second one.
COLLECT_AFTER = (10_000, 20, 100)


def settle() -> None:
    """Keep the garbage collector from what was made at the start: it stays, and looking at it again takes time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
