"""Pairs of columns that depend on each other for a reason that is no finding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mist_explore.evaluation.columns import PairColumns
from mist_explore.preparation.oddities import copies

__all__ = ["artefact"]

Pair = tuple[str, str]

LINEAR = 1 - 1e-9
"""The squared correlation from which on two columns are compared value by value."""

FIRST = 64

REASONS = {
    "counter": "changes by 1 with each row, as a row number or a date",
    "identifier": "is an identifier",
}


def artefact(columns: PairColumns, pair: Pair) -> str:
    """Return the reason that the dependence of a pair is an artefact; empty where there is none.

    A column counts the rows or is an identifier, one is a copy of the other up to unit and sign,
    or both hold the same categories under different names.

    Args:
        columns: the table.
        pair: two names.

    Example:
        >>> table = {"row": np.arange(9), "cm": np.arange(9) % 5, "mm": np.arange(9) % 5 * 10}
        >>> columns = PairColumns.of(table)
        >>> artefact(columns, ("cm", "mm"))
        'mm is a copy of cm, up to unit and sign'
        >>> artefact(columns, ("row", "cm"))
        'row changes by 1 with each row, as a row number or a date'
    """
    for name in pair:
        kind = columns.columns[name].kind
        if kind in REASONS:
            return f"{name} {REASONS[kind]}"
    if _is_copy(columns, pair):
        return f"{pair[1]} is a copy of {pair[0]}, up to unit and sign"
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
    for part in (rows[:FIRST], rows):  # most pairs are through after a few rows
        x, y = (side[part, 0] for side in sides)
        if not _is_linear(x, y):
            return False
    return bool(copies({"x": x, "y": y}))


def _is_linear(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    x, y = x - x.mean(), y - y.mean()
    return float(x @ y) ** 2 >= LINEAR * float(x @ x) * float(y @ y)
