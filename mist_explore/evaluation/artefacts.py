"""Pairs of columns that depend on each other for a reason that is no finding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mist_explore.evaluation.columns import PairColumns

__all__ = ["artefact"]

Pair = tuple[str, str]

LINEAR, ROUGHLY_LINEAR = 1 - 1e-5, 0.9
"""The squared correlation of copies that were rounded, in all rows and in a few."""

FIRST = 64

REASONS = {
    "counter": "changes by 1 with each row, as a row number or a date",
    "identifier": "is an identifier",
}


def artefact(columns: PairColumns, pair: Pair) -> str:
    """Return the reason that the dependence of a pair is an artefact; empty where there is none.

    A column counts the rows or is an identifier, one is a copy of the other up to unit, sign and
    rounding, or both hold the same categories under different names.

    Args:
        columns: the table.
        pair: two names.

    Example:
        >>> table = {"row": np.arange(9), "cm": np.arange(9) % 5, "mm": np.arange(9) % 5 * 10}
        >>> columns = PairColumns.of(table)
        >>> artefact(columns, ("cm", "mm"))
        'mm is a copy of cm, up to unit, sign and rounding'
        >>> artefact(columns, ("row", "cm"))
        'row changes by 1 with each row, as a row number or a date'
    """
    for name in pair:
        kind = columns.columns[name].kind
        if kind in REASONS:
            return f"{name} {REASONS[kind]}"
    if _is_copy(columns, pair):
        return f"{pair[1]} is a copy of {pair[0]}, up to unit, sign and rounding"
    states = [columns.columns[name].states for name in pair]
    if states[0] is not None and states[1] is not None:
        rows = columns.rows(pair)
        one, other = (s[rows] for s in states if s is not None)
        joint = len(np.unique(one * (other.max(initial=0) + 1) + other))
        if joint == len(np.unique(one)) == len(np.unique(other)) > 2:
            return f"{pair[0]} and {pair[1]} are the same categories under two names"
    return ""


def _is_copy(columns: PairColumns, pair: Pair) -> bool:
    sides = [columns.columns[name].values for name in pair]
    if any(side.shape[1] > 1 for side in sides):
        return False
    rows = np.flatnonzero(columns.rows(pair))
    # Most pairs are through after a few rows.
    parts = ((rows[:FIRST], ROUGHLY_LINEAR), (rows, LINEAR))
    return all(_square(*(side[part, 0] for side in sides)) >= least for part, least in parts)


def _square(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """The squared correlation; 1 where a column is constant."""
    sides = []
    for side in (x, y):
        largest = np.abs(side).max(initial=0)
        scaled = side / largest if largest > 0 else side  # squares of 1e200 are no numbers
        sides.append(scaled - scaled.mean())
    x, y = sides
    scale = float(x @ x) * float(y @ y)
    return float(x @ y) ** 2 / scale if scale > 0 else 1.0
