"""A random order of the rows that no order of rows, columns or sides changes.

A row is placed by a hash of its values and of its number among equal rows: parts of the order are
nested random parts, and equal rows do not share one more often than others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Order", "orientation", "random_order"]

Floats = NDArray[np.float64]
Order = NDArray[np.intp]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def random_order(z: Floats) -> Order:
    """A random order of the rows that is a function of the set of rows, `(n,)`.

    Neither the order of rows, columns or sides nor the sign of a column changes which rows come
    first: a row is ordered by a hash of its values and of its number among equal rows.

    Args:
        z: normal scores of all columns, `(dim, n)`.

    Example:
        >>> z = np.random.default_rng(0).normal(size=(2, 50))
        >>> first = z[:, random_order(z)]
        >>> np.array_equal(first, z[:, ::-1][:, random_order(z[:, ::-1])])
        True
    """
    steps = np.rint(z * 1e6).astype(np.int64) * orientation(z)[:, None]
    hashed = _hashed(steps)
    order = np.argsort(hashed, kind="stable")
    ordered = hashed[order]
    new = np.r_[True, ordered[1:] != ordered[:-1]]
    if not new.all():  # the same values, perhaps in other columns
        columns = steps.astype(np.uint64)
        weights = (columns * hashed).sum(1, dtype=np.uint64)
        apart = (_mixed(columns) * weights[:, None]).sum(0, dtype=np.uint64)
        order = np.lexsort((apart, hashed))
    number = np.arange(len(ordered)) - np.maximum.accumulate(
        np.where(new, np.arange(len(ordered)), 0)
    )
    key = _mixed(ordered + _GOLDEN * number.astype(np.uint64))
    return order[np.argsort(key, kind="stable")]


def orientation(z: Floats) -> NDArray[np.int64]:
    """Return a sign for each column that changes with the sign of the column alone, `(dim,)`.

    It is that of the sum of the column with random weights of the rows, which depend on absolute
    values.
    """
    unsigned = _hashed(np.abs(np.rint(z * 1e6).astype(np.int64)))
    return np.where(z @ (unsigned.astype(np.int64) / 2.0**63) < 0, -1, 1)


def _hashed(columns: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A hash of each row that does not depend on the order of the columns, `(n,)`."""
    return np.sum([_mixed(column.astype(np.uint64)) for column in columns], 0, dtype=np.uint64)


def _mixed(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64."""
    value = value + _GOLDEN
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))
