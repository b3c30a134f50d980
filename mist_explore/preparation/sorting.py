"""Whether a table is sorted by one of its columns, so that the order of its rows is no time."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from mist_explore.preparation.kinds import describe
from mist_explore.tables import TableLike, as_table, numbers_in

__all__ = ["sorting_column"]

TIME = re.compile(r"(?i)year|month|week|day|date|time|hour|min|sec|period|quarter|season|step")
"""Codes under such a name may count time."""


def sorting_column(table: TableLike) -> str:
    """Return the column by whose categories or codes the rows of a table are grouped, or "".

    Each of its categories or codes fills one run of neighbouring rows. A table with dates, a row
    counter or another column of equal steps may be a series, and counts as unsorted.

    Args:
        table: the columns.

    Example:
        >>> sorting_column({"kind": ["a"] * 9 + ["b"] * 9, "x": np.arange(18) ** 2 % 7})
        'kind'
        >>> sorting_column({"kind": ["a"] * 9 + ["b"] * 9, "second": np.arange(18)})
        ''
    """
    table = as_table(table)
    kinds = {column.name: column.kind for column in describe(table)}
    if any(
        kind in ("date", "counter") or _equal_steps(table.columns[name])
        for name, kind in kinds.items()
    ):
        return ""
    for name, kind in kinds.items():
        if kind == "category" or (kind == "code" and not TIME.search(name)):
            texts = np.array([str(value) for value in table.columns[name]])
            changes = np.flatnonzero(texts[1:] != texts[:-1])
            if len(changes) + 1 == len(np.unique(texts)):
                return name
    return ""


def _equal_steps(values: NDArray[np.generic]) -> bool:
    numbers, text = numbers_in(values)
    steps = np.diff(numbers)
    if text is not None or len(steps) < 2 or not np.isfinite(steps).all():
        return False
    return bool(steps[0] != 0 and np.allclose(steps, steps[0], rtol=0.01, atol=0))
