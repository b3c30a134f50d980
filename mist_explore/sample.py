"""Paired observations: the one place where the arrays of a user are checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mist_explore.adapter import adapted

__all__ = ["MINIMUM_ROWS", "TIED_SHARE", "Sample", "tied_share"]

MINIMUM_ROWS = 4

PREPARE = "mist_explore.prepare_sides(x, y) encodes gaps, dates and categories"
"""Advice in errors about values that are not numbers."""

TIED_SHARE = 0.05
"""The share of tied values in a column above which a note or a warning names it."""


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

    def __repr__(self) -> str:
        return f"Sample: {self.n_samples} rows, {self.dim_x} + {self.dim_y} columns"

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
    raw = _raw(side, values)
    array = np.array(raw, dtype=np.float64)
    large = raw.dtype.kind in "iu" and np.abs(array).max(initial=0) >= 2**53
    if large and (array.astype(object) != raw.astype(object)).any():
        raise ValueError(
            f"expected whole numbers up to 2^53 in {side}; got {raw.max()}, which float64 rounds: "
            "subtract the smallest one, which does not change the mutual information"
        )
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
            f"column {column + 1} ({int(bad.sum())} such values): {PREPARE}"
        )
    array.setflags(write=False)
    return array


def _raw(side: str, values: Any) -> NDArray[Any]:
    """Return the values as an array of real numbers, before they become float64."""
    if isinstance(values, np.ma.MaskedArray):
        if np.ma.getmaskarray(values).any():
            raise ValueError(
                f"expected values in every row of {side}; "
                f"got {int(np.ma.getmaskarray(values).sum())} that are masked: {PREPARE}"
            )
        values = values.data
    try:
        raw = np.asarray(adapted(values))
    except ValueError:
        raise ValueError(
            f"expected rows of equal length in {side}; got lists of different lengths"
        ) from None
    if raw.dtype.kind == "c":
        raise ValueError(
            f"expected real numbers in {side}; got complex ones: "
            "take their real and imaginary parts as two columns"
        )
    if raw.dtype.kind in "biuf":
        return raw
    if raw.dtype.kind == "O" and any(isinstance(v, complex) for v in raw.flat):
        raise ValueError(
            f"expected real numbers in {side}; got complex ones: "
            "take their real and imaginary parts as two columns"
        )
    if raw.dtype.kind == "O" and all(
        isinstance(v, int | np.integer) and not isinstance(v, bool) for v in raw.flat
    ):
        try:
            return raw.astype(np.int64)
        except OverflowError:
            raise ValueError(f"expected whole numbers up to 2^53 in {side}; got larger") from None
    try:
        if raw.dtype.kind in "mMV":
            raise TypeError
        return np.asarray(raw.astype(np.float64))
    except (TypeError, ValueError):
        raise ValueError(
            f"expected numbers in {side}; got values of type {raw.dtype}"
            f"{_first_other(raw)}: {PREPARE}"
        ) from None


def _first_other(raw: NDArray[Any]) -> str:
    """Return the first value that is not a number, as half a sentence."""
    for value in raw.flat:
        try:
            float(value)
        except (TypeError, ValueError):
            return f", such as {str(value)[:40]!r}"
    return ""


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
