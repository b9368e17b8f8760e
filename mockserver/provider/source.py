"""The random source: 64-bit keys that split, with no state, the same on every machine and in every process.

A key stands for a stream of its own. To draw a value, split the key by the salt of what the value
is for, then scale it: so a value hangs on its name alone, and a new property beside it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import blake2b
from struct import Struct

WORD = 0xFFFF_FFFF_FFFF_FFFF
FIRST, SECOND = 0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB
LANE = 128
FEWEST_LANES = 4
SALTS_KEPT = 65536


def root(seed: int, *tokens: str | int) -> int:
    """Return the key that *seed* and *tokens* name; ``1`` and ``"1"`` are different tokens."""
    text = "".join(f"{type(token).__name__}{len(str(token))}:{token}" for token in (seed, *tokens))
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


@lru_cache(SALTS_KEPT)
def salt(name: str) -> int:
    """Return the 64 bits that *name* stands for when a key is split."""
    return root(0, name)


def split(key: int, salt: int) -> int:
    """Return the key below *key* for *salt*, both of 64 bits: other salts give independent keys.

    The finalizer of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
    Generators", OOPSLA 2014, with the constants of Stafford's variant 13).
    """
    word = key ^ salt
    word = (word ^ (word >> 30)) * FIRST & WORD
    word = (word ^ (word >> 27)) * SECOND & WORD
    return word ^ (word >> 31)


def splits(salts: Sequence[int]) -> Callable[[int], Sequence[int]]:
    """Return the function from key to the keys below it for each of *salts*: all at once, as :func:`split` gives them.

    Each key has a lane of 128 bits in one long integer, with room for a product of 64 bits by 64,
    so that a step is taken in all lanes by one operation. Fourteen keys take a fifth of the time.
    """
    if len(salts) < FEWEST_LANES:
        return lambda key: [split(key, salt) for salt in salts]
    lanes = sum(1 << LANE * index for index in range(len(salts)))
    words, size = WORD * lanes, LANE // 8 * len(salts)
    together = sum(salt << LANE * index for index, salt in enumerate(salts))
    read = Struct("<" + "Q8x" * len(salts)).unpack

    def split_all(key: int) -> Sequence[int]:
        # A lane's upper half holds what the lane above has shifted into it: cut off, or not read.
        word = key * lanes ^ together
        word = ((word ^ word >> 30) & words) * FIRST & words
        word = ((word ^ word >> 27) & words) * SECOND & words
        return read((word ^ word >> 31).to_bytes(size, "little"))

    return split_all


def below(key: int, count: int) -> int:
    """Return an integer from 0 to *count* - 1, scaled from *key*; *count* is at least 1."""
    return key * count >> 64


def unit(key: int) -> float:
    """Return a number from 0 inside to 1 outside, with 53 random bits."""
    return (key >> 11) * 2.0**-53
