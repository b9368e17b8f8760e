"""Keys that split: the same everywhere, independent of each other."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.provider.source import WORD, below, root, salt, split, splits, unit

keys = st.integers(0, WORD)
names = st.text()


class TestRoot:
    """Keys by name."""

    @pytest.mark.parametrize(
        ("tokens", "key"),
        [
            ((), 0x819DB6B3681A8F61),
            (("Sale",), 0x138DC32C72AD57E6),
            (("Sale", 703), 0x08C62D66C91CD75B),
            (("Sale", "703"), 0x45027630C8FD5B44),
            (("Sælger",), 0x5257931490D2AEDB),
        ],
    )
    def test_written_down(self, tokens: tuple[str | int, ...], key: int) -> None:
        """A seed and tokens name the same key on every machine, in every version: these are written down."""
        assert root(1, *tokens) == key

    @given(st.lists(names | st.integers(), max_size=3), st.lists(names | st.integers(), max_size=3))
    def test_different(self, one: list[str | int], two: list[str | int]) -> None:
        """Other tokens name another key."""
        different = [(type(token), token) for token in one] != [(type(token), token) for token in two]
        assert (root(1, *one) != root(1, *two)) == different


class TestSplit:
    """Keys below keys."""

    @given(keys, names)
    def test_in_range(self, key: int, name: str) -> None:
        """What is below a key is a key."""
        assert 0 <= split(key, salt(name)) <= WORD

    def test_written_down(self) -> None:
        """A split is the same on every machine."""
        assert split(1, salt("Name")) == 0x9BD7D761A83E24A0

    @pytest.mark.parametrize("count", [2, 7, 24])
    def test_even_and_independent(self, count: int) -> None:
        """Two properties of entities with ids in a row are drawn evenly, and say nothing of each other."""
        base, first, second = root(1, "Sale"), salt("Title"), salt("Amount")
        entities = [split(base, number) for number in range(20_000)]
        cells = Counter((below(split(key, first), count), below(split(key, second), count)) for key in entities)
        expected = len(entities) / count**2
        chi_square = sum((cells[i, j] - expected) ** 2 / expected for i in range(count) for j in range(count))
        freedom = count**2 - 1
        assert abs(chi_square - freedom) < 4 * (2 * freedom) ** 0.5


class TestScale:
    """Values of keys."""

    @given(keys, st.integers(1, 2**40))
    def test_below(self, key: int, count: int) -> None:
        """An integer below a count lies from 0 to one less."""
        assert 0 <= below(key, count) < count

    @given(keys)
    def test_unit(self, key: int) -> None:
        """A share lies from 0 inside to 1 outside."""
        assert 0.0 <= unit(key) < 1.0


@given(keys, st.lists(keys, max_size=20))
def test_splits(key: int, salts: list[int]) -> None:
    """Keys that are split all at once are those that are split one by one."""
    assert [*splits(salts)(key)] == [split(key, salt) for salt in salts]
