from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockserver.recordings.lines import lines


@given(blocks=st.lists(st.binary(max_size=6).map(lambda block: block.replace(b"\x01", b"\n")), max_size=8))
def test_lines_are_those_of_the_whole(blocks: list[bytes]) -> None:
    """However a text is cut into blocks, its lines and their lengths are the same."""
    whole = b"".join(blocks)
    found = list(lines(blocks))
    ends = whole.split(b"\n")
    assert [line for line, _ in found] == (ends if ends[-1] else ends[:-1])
    assert sum(length for _, length in found) == len(whole)


@given(sizes=st.lists(st.integers(0, 9), max_size=8), cut=st.integers(1, 5))
def test_long_lines_are_left_out(sizes: list[int], cut: int) -> None:
    """A line of more than the bound comes as None, wherever blocks end."""
    whole = b"".join(b"x" * size + b"\n" for size in sizes)
    blocks = [whole[at : at + cut] for at in range(0, len(whole), cut)]
    expected = [(b"x" * size if size <= 4 else None, size + 1) for size in sizes]
    assert list(lines(blocks, most=4)) == expected
