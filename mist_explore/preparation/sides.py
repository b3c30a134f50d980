"""Preparation of a sample from two arrays, series or data frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import numpy as np

from mist_explore.adapter import adapted
from mist_explore.preparation.prepared import Prepared, prepare
from mist_explore.preparation.treatment import TreatmentOptions
from mist_explore.sample import Sample
from mist_explore.tables import Table, TableLike

__all__ = ["SideOptions", "prepare_sides", "sides_as_columns"]


class SideOptions(TreatmentOptions, total=False):
    """Keyword arguments of `prepare`: the treatment of columns, and a subsample of rows.

    Args:
        max_rows: the maximum number of rows; more are subsampled at random, in their order.
        seed: the seed of the subsample.
    """

    max_rows: int | None
    seed: int


def prepare_sides(x: TableLike, y: TableLike, **options: Unpack[SideOptions]) -> Prepared:
    """Prepare the sample of two arrays, series or frames, as the columns of a table.

    Args:
        x: rows of X: a table, a frame or series of pandas or polars, arrays by name, or an array of
            shape `(n,)` or `(n, dim_x)`, masked or not. The columns of an array are x, or x1, x2,
            ...
        y: rows of Y, paired with the rows of X by position.
        **options: keyword arguments of `prepare`.

    Raises:
        ValueError: as `prepare`, or if the numbers of rows differ.

    Example:
        >>> ready = prepare_sides([1.5, 2, None, 4, 5, 7], list("uvuvvu"))
        >>> ready.sample.n_samples, ready.notes[0]
        (5, '1 of 6 rows has a gap in a chosen column and is left out')
    """
    columns, names_x, names_y = sides_as_columns(x, y)
    return prepare(columns, names_x, names_y, **options)


def sides_as_columns(x: TableLike, y: TableLike) -> tuple[dict[str, Any], list[str], list[str]]:
    """Return the columns of two sides by name, and the names of each side.

    Args:
        x: as in `prepare_sides`.
        y: rows of Y; names that also occur in X get the prefix "y ".

    Raises:
        ValueError: if the numbers of rows differ, or a side has more than two axes.

    Example:
        >>> sides_as_columns([[1, 2], [3, 4]], [5, 6])[1:]
        (['x1', 'x2'], ['y'])
    """
    names_x, columns_x = _named("x", x)
    names_y, columns_y = _named("y", y)
    if clash := set(names_x) & set(names_y):
        names_y = [f"y {name}" if name in clash else name for name in names_y]
    lengths = {side: len(c[0]) for side, c in (("x", columns_x), ("y", columns_y)) if c}
    if len(set(lengths.values())) > 1:
        raise ValueError(
            "expected x and y with the same number of rows; "
            f"got {' and '.join(map(str, lengths.values()))}"
        )
    names = (*names_x, *names_y)
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"expected columns with different names; got {twice!r} twice: rename one")
    return dict(zip(names, (*columns_x, *columns_y), strict=True)), names_x, names_y


def _named(side: str, values: Any) -> tuple[list[str], list[Any]]:
    """Return the names and columns of a side; those of an array are x, or x1, x2, ..."""
    import pandas as pd

    if isinstance(values, Sample):
        raise ValueError(f"expected rows of {side}; got a Sample: give its x and its y")
    values = adapted(values)
    if isinstance(values, Table):
        return list(values.columns), [
            pd.Series(column, dtype="category" if name in values.categories else None)
            for name, column in values.columns.items()
        ]
    if isinstance(values, Mapping):
        values = pd.DataFrame(
            {name: np.asarray(adapted(column)) for name, column in values.items()}
        )
    if isinstance(values, np.ndarray) and values.dtype.names:  # records
        values = pd.DataFrame(values)
    if isinstance(values, pd.MultiIndex):
        values = values.to_frame(index=False)
    if isinstance(values, pd.DataFrame):
        # By position: the rows of x and y are paired in their order, not by their index.
        return [str(name) for name in values], [
            values.iloc[:, place].reset_index(drop=True) for place in range(values.shape[1])
        ]
    if isinstance(values, pd.Series):
        return [str(side if values.name is None else values.name)], [values.reset_index(drop=True)]
    if isinstance(values, pd.Index | pd.api.extensions.ExtensionArray):
        return [side], [pd.Series(values)]
    array = values if isinstance(values, np.ma.MaskedArray) else _array(side, values)
    if array.ndim == 1:
        return [side], [array]
    if array.ndim != 2:
        raise ValueError(f"expected one or two axes in {side}; got shape {array.shape}")
    return [f"{side}{place + 1}" for place in range(array.shape[1])], list(array.T)


def _array(side: str, values: Any) -> np.ndarray[Any, Any]:
    """Convert the values to an array; a list of texts and numbers becomes an object array."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(
            f"expected rows of equal length in {side}; got lists of different lengths"
        ) from None
    if array.dtype.kind in "US" and not isinstance(values, np.ndarray):
        return np.asarray(values, dtype=object)
    return array
