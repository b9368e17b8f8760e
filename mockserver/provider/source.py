"""The random source: 64-bit keys that split, with no state, the same on every machine and in every process.

A key stands for a stream of its own. To draw a value, split the key by the salt of what the value
is for, then scale it: so a value hangs on its name alone, and a new property beside it changes nothing.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

WORD = 0xFFFF_FFFF_FFFF_FFFF
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
    word = (word ^ (word >> 30)) * 0xBF58_476D_1CE4_E5B9 & WORD
    word = (word ^ (word >> 27)) * 0x94D0_49BB_1331_11EB & WORD
    return word ^ (word >> 31)


def below(key: int, count: int) -> int:
    """Return an integer from 0 to *count* - 1, scaled from *key*; *count* is at least 1."""
    return key * count >> 64


def unit(key: int) -> float:
    """Return a number from 0 inside to 1 outside, with 53 random bits."""
    return (key >> 11) * 2.0**-53
