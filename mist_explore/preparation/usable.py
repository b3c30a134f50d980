"""Encoding of all usable columns of a table, for pairwise estimates."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from mist_explore.preparation.kinds import describe
from mist_explore.preparation.prepared import random_rows
from mist_explore.preparation.treatment import Treatment
from mist_explore.tables import TableLike, as_table

__all__ = ["usable_columns"]


def usable_columns(
    table: TableLike,
    *,
    columns: Iterable[str] | None = None,
    missing: str = "drop",
    categories: str | Iterable[str] = (),
    encoding: str = "one-hot",
    gap_values: Iterable[float] = (),
    max_columns: int | None = None,
    max_rows: int | None = None,
    seed: int = 0,
) -> dict[str, NDArray[np.float64]]:
    """Encode every usable column of a table as numbers, missing values as NaN.

    Numbers and dates have shape `(n,)`; k > 2 categories are k columns of 0 and 1, `(n, k)`.
    `left_out` returns the reasons for the other columns.

    Args:
        table: a table, a pandas DataFrame or arrays by name; columns with fewer rows than others
            are left out.
        columns: names of columns; None for all.
        missing: a key of `MISSING`; with "drop" missing values remain NaN, since each pair uses
            the rows in which both columns have a value.
        categories: names of numeric columns that are categories.
        encoding: a key of `CATEGORIES`.
        gap_values: sentinel values for missing data, such as -999.
        max_columns: the maximum number of columns; the first ones are returned.
        max_rows: the maximum number of rows; more are subsampled at random, in their order.
        seed: the seed of the subsample.

    Raises:
        ValueError: if an option is unknown, or a named column is missing or unusable.

    Example:
        >>> from mist_explore.datasets import load_dataset
        >>> columns = usable_columns(load_dataset("penguins"), max_columns=2, max_rows=100)
        >>> list(columns), columns["island"].shape
        (['species', 'island'], (100, 3))
    """
    treatment = Treatment.of(missing, categories, encoding, gap_values)
    table, n = as_table(table), as_table(table).n_rows
    treatment.check(table)
    known = describe(table, treatment.categories)
    names = [c.name for c in known if c.usable and len(table.columns[c.name]) == n]
    if columns is not None:
        wanted = list(columns)
        for name in wanted:
            if name not in names:
                reasons = {column.name: column.reason for column in known} | dict(table.left_out)
                why = f", which is left out ({reasons[name]})" if reasons.get(name) else ""
                raise ValueError(f"expected columns among {', '.join(names)}; got {name!r}{why}")
        names = wanted
    ready = {}
    for name in names[:max_columns]:
        values = list(treatment.encode(table, name)[0].values())
        ready[name] = values[0] if len(values) == 1 else np.column_stack(values)
    if max_rows is None or n <= max_rows:
        return ready
    rows = random_rows(np.arange(n), max_rows, seed)
    return {name: values[rows] for name, values in ready.items()}
