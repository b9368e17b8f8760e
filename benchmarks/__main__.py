"""``make bench``: every figure as a ratio within one run; ``ARGS="--quick serving"`` for a tenth of a part."""

from __future__ import annotations

import os
import platform
import sys

from benchmarks import checking, serving, validating

PARTS = {"serving": serving.run, "validating": validating.run, "checking": checking.report}

if __name__ == "__main__":
    # An installed package has its bytecode, as its libraries have.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    print(
        f"Python {platform.python_version()}, {platform.machine()}; medians of {serving.ROUNDS} rounds with their range"
    )
    chosen = [name for name in sys.argv[1:] if name in PARTS] or list(PARTS)
    for part in chosen:
        PARTS[part](quick="--quick" in sys.argv)
