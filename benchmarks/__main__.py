"""``make bench``: every figure as a ratio within one run; ``ARGS=--quick`` for a tenth of it."""

from __future__ import annotations

import platform
import sys

from benchmarks import serving

if __name__ == "__main__":
    print(
        f"Python {platform.python_version()}, {platform.machine()}; medians of {serving.ROUNDS} rounds with their range"
    )
    serving.run(quick="--quick" in sys.argv)
