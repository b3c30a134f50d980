"""Detection of tables sorted by a column, whose row order is not a time order."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from mist_explore.preparation.kinds import describe
from mist_explore.tables import TableLike, as_table, numbers_in

__all__ = ["sorting_column"]

TIME = re.compile(r"(?i)year|month|week|day|date|time|hour|min|sec|period|quarter|season|step")
"""Names of columns whose whole numbers may be times."""


def sorting_column(table: TableLike) -> str:
    """Return the categorical column by which the rows of a table are sorted, or "".

    Each category or code of such a column forms one run of consecutive rows. A table with dates,
    a row counter or another column of equal steps may be a time series, and counts as unsorted.

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
