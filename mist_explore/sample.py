"""Paired observations: the one place where the arrays of a user are checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["MINIMUM_ROWS", "TIED_SHARE", "Sample", "tied_share"]

MINIMUM_ROWS = 4

TIED_SHARE = 0.05
"""The share of tied values in a column above which it is told."""


@dataclass(frozen=True, eq=False)
class Sample:
    r"""`n_samples` paired rows \((x_i, y_i)\) of a joint distribution.

    A one-dimensional array is read as one column. Both arrays are copied to float64 and made
    read-only.

    Args:
        x: numbers of shape `(n_samples, dim_x)` or `(n_samples,)`.
        y: numbers of shape `(n_samples, dim_y)` or `(n_samples,)`.

    Raises:
        ValueError: if an array is not numeric, has no column or more than two axes, holds NaN or
            infinite values, if the numbers of rows differ or are below `MINIMUM_ROWS`.

    Example:
        >>> sample = Sample([1.0, 2.0, 3.0, 4.0], [[1, 0], [0, 1], [1, 1], [0, 0]])
        >>> sample.n_samples, sample.dim_x, sample.dim_y
        (4, 1, 2)
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]

    def __init__(self, x: ArrayLike, y: ArrayLike) -> None:
        object.__setattr__(self, "x", _checked("x", x))
        object.__setattr__(self, "y", _checked("y", y))
        if len(self.x) != len(self.y):
            raise ValueError(
                "expected x and y with the same number of rows; "
                f"got {len(self.x)} and {len(self.y)}"
            )
        if len(self.x) < MINIMUM_ROWS:
            raise ValueError(f"expected at least {MINIMUM_ROWS} rows; got {len(self.x)}")

    @property
    def n_samples(self) -> int:
        """The number of rows."""
        return self.x.shape[0]

    @property
    def dim_x(self) -> int:
        """The number of columns of x."""
        return self.x.shape[1]

    @property
    def dim_y(self) -> int:
        """The number of columns of y."""
        return self.y.shape[1]

    def without_constant_columns(self) -> tuple[Sample, tuple[str, ...]]:
        """Drop the columns that never vary, with one warning for each side that had some.

        A constant column carries no information, so the mutual information stays as it is.

        Raises:
            ValueError: if a side is wholly constant.

        Example:
            >>> sample = Sample([[1, 7], [2, 7], [3, 7], [4, 7]], [1, 2, 3, 4])
            >>> smaller, warnings = sample.without_constant_columns()
            >>> smaller.dim_x, warnings
            (1, ('dropped 1 constant column of x (number 2)',))
        """
        x, warnings_x = _varying("x", self.x)
        y, warnings_y = _varying("y", self.y)
        warnings = warnings_x + warnings_y
        return (Sample(x, y) if warnings else self), warnings


def tied_share(column: ArrayLike) -> float:
    """The share of the values of a column, of shape `(n,)`, that occur more than once.

    Example:
        >>> tied_share([1.0, 3.0, 3.0, 2.0])
        0.5
    """
    counts = np.unique(column, return_counts=True)[1]
    return float(counts[counts > 1].sum() / counts.sum())


def _checked(side: str, values: ArrayLike) -> NDArray[np.float64]:
    raw = np.asarray(values)
    if raw.dtype.kind not in "biuf":
        try:
            raw = raw.astype(np.float64)
        except (TypeError, ValueError):
            raise ValueError(
                f"expected numbers in {side}; got values of type {raw.dtype}"
            ) from None
    array = np.array(raw, dtype=np.float64)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(
            f"expected {side} of shape (n_samples, dim_{side}) with at least one column; "
            f"got shape {raw.shape}"
        )
    bad = ~np.isfinite(array)
    if bad.any():
        row, column = (int(i[0]) for i in np.nonzero(bad))
        raise ValueError(
            f"expected finite numbers in {side}; got {array[row, column]} in row {row + 1}, "
            f"column {column + 1} ({int(bad.sum())} such values)"
        )
    array.setflags(write=False)
    return array


def _varying(side: str, array: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    varies = (array != array[:1]).any(axis=0)
    if varies.all():
        return array, ()
    if not varies.any():
        raise ValueError(f"expected a column of {side} that varies; got only constant columns")
    numbers = [str(i + 1) for i in np.nonzero(~varies)[0]]
    shown = ", ".join(numbers[:5]) + (", ..." if len(numbers) > 5 else "")
    plural = "s" if len(numbers) > 1 else ""
    warning = f"dropped {len(numbers)} constant column{plural} of {side} (number{plural} {shown})"
    return array[:, varies], (warning,)
