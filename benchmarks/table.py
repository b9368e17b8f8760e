"""Figures as people read them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing: a figure with its unit, and what it is held against."""

    name: str
    figure: str
    wanted: str = ""
    holds: bool | None = None


def median(values: Sequence[float]) -> float:
    """Return the median: the figure to quote on a noisy machine."""
    return statistics.median(values)


def spread(values: Sequence[float], form: str = "{:.2f}") -> str:
    """Return median and range of *values*."""
    low, high = form.format(min(values)), form.format(max(values))
    return f"{form.format(median(values))} ({low} to {high})"


def print_table(title: str, rows: Sequence[Row]) -> None:
    """Print *rows* under *title*, in columns."""
    names = max(len(row.name) for row in rows)
    figures = max(len(row.figure) for row in rows)
    print(f"\n{title}\n{'-' * len(title)}")
    for row in rows:
        verdict = {True: "holds", False: "MISSED", None: ""}[row.holds]
        print(f"{row.name:<{names}}  {row.figure:>{figures}}  {row.wanted:<26} {verdict}".rstrip())
