"""Samples with weights, groups or a time order of their rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mist_explore.adapter import adapted
from mist_explore.estimators.subsets import (
    Subsets,
    by_groups,
    by_order,
    systematic,
    weighted_size,
)
from mist_explore.preparation import (
    Prepared,
    Treatment,
    TreatmentOptions,
    prepare_sides,
    sides_as_columns,
)
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed
from mist_explore.tables import as_table, numbers_in

__all__ = ["Observations", "RowOptions", "observations_of", "observe"]


class RowOptions(TreatmentOptions, total=False):
    """Keyword arguments of all functions of rows of X and Y, in addition to those of `prepare`.

    Args:
        weights: nonnegative weights of the rows, `(n,)`; estimates are for the weighted
            distribution.
        groups: the group of each row, of any type, `(n,)`, such as the person: rows of one group
            may be dependent, and groups are independent.
        rows_independent: whether the rows are exchangeable; otherwise serial dependence on both
            sides reduces the effective number of rows.
    """

    weights: ArrayLike | None
    groups: ArrayLike | None
    rows_independent: bool


@dataclass(frozen=True, eq=False)
class Observations:
    """A sample with the weights, groups and order of its rows.

    Args:
        sample: the sample of n rows.
        names: the names of the columns, those of X first; empty for unnamed columns.
        notes: on the preparation of the sample.
        weights: positive weights of the rows, `(n,)`; None for equal weights.
        groups: the group of each row, integers from 0, `(n,)`; None for ungrouped rows.
        rows_independent: whether the rows are exchangeable.
        sorted_by: another column of the table, by which its rows are sorted; empty for none.
    """

    sample: Sample
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    weights: NDArray[np.float64] | None = None
    groups: NDArray[np.intp] | None = None
    rows_independent: bool = False
    sorted_by: str = ""

    @cached_property
    def subsets(self) -> Subsets:
        """The rows for estimation: all, or subsets of approximately independent rows.

        Raises:
            ValueError: if a side is wholly constant.
        """
        sample = self.sample.without_constant_columns()[0]
        if self.groups is not None:
            found = by_groups(sample, self.groups, self.weights)
        elif self.rows_independent:
            found = Subsets()
        else:
            found = by_order(sample, self._varying_names, self.weights, self.sorted_by)
        if self.weights is not None:
            found = self._weighted(found, self.weights)
        rows = tuple(r for r in found.rows if _varies(sample.x[r]) and _varies(sample.y[r]))
        if found.rows and not rows:
            warning = "a side is constant in these rows: estimated from all rows instead"
            return Subsets((), (*found.warnings, warning), found.notes)
        return Subsets(rows, found.warnings, found.notes)

    def _weighted(self, found: Subsets, weights: NDArray[np.float64]) -> Subsets:
        n, size = self.sample.n_samples, weighted_size(weights)
        effective = weights.sum() ** 2 / np.square(weights).sum()
        note = (
            f"weighted: {n:,} rows are worth {effective:.0f} of equal weight; up to {size:,} rows "
            "are drawn by weight at once"
        )
        order = np.random.default_rng(derive_seed(0, "weighted rows", n)).permutation(n)
        rows = found.rows or (systematic(order, weights, size) if size < n else ())
        return Subsets(rows, found.warnings, (note, *found.notes))

    @property
    def _varying_names(self) -> tuple[str, ...]:
        if not self.names:
            return ()
        columns = np.hstack([self.sample.x, self.sample.y])
        varies = (columns != columns[:1]).any(0)
        return tuple(name for name, there in zip(self.names, varies, strict=True) if there)


def observe(
    x: ArrayLike,
    y: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    rows_independent: bool = False,
    **options: Unpack[TreatmentOptions],
) -> Observations:
    """Return the rows of two sides as observations.

    Arrays of finite numbers are used unchanged; `prepare_sides` prepares all other inputs, and
    those with `categories` or `gap_values`.

    Args:
        x: rows of X, as in `prepare_sides`.
        y: rows of Y.
        weights: weights of the rows, as in `RowOptions`.
        groups: the group of each row.
        rows_independent: whether the rows are exchangeable.
        **options: keyword arguments in `TreatmentOptions`.

    Raises:
        ValueError: if the sides are not a valid sample, an option is unknown, or weights or
            groups do not fit the rows.

    Example:
        >>> observe([1.5, None, 3, 4, 6], [2, 1, 4, 3, 5], weights=[1, 1, 0, 1, 2]).weights
        Traceback (most recent call last):
            ...
        ValueError: expected at least 4 rows with a positive weight; got 3
        >>> observe([1.5, None, 3, 4, 6], [2, 1, 4, 3, 5], groups=list("aabbc")).groups.tolist()
        [0, 1, 1, 2]
    """
    treatment = Treatment.of(**options)
    sides = _numbers(x), _numbers(y)
    declares = bool(treatment.categories or treatment.gap_values)
    if sides[0] is None or sides[1] is None or declares:
        prepared = prepare_sides(x, y, **options)
    else:
        sample = Sample(*sides)
        prepared = Prepared(sample, (), (), np.arange(sample.n_samples), ())
    n_rows = 0
    if weights is not None or groups is not None:
        n_rows = len(next(iter(sides_as_columns(x, y)[0].values())))
    return observations_of(
        prepared, n_rows, weights=weights, groups=groups, rows_independent=rows_independent
    )


def observations_of(
    prepared: Prepared,
    n_rows: int,
    *,
    weights: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    rows_independent: bool = False,
    sorted_by: str = "",
) -> Observations:
    """Return a prepared sample with weights and groups of its rows.

    Rows of weight 0 are left out.

    Args:
        prepared: the sample, with the indices of its rows in the table.
        n_rows: the number of rows of the table; unused without weights and groups.
        weights: weights of the rows of the table, `(n_rows,)`.
        groups: groups of the rows of the table, `(n_rows,)`.
        rows_independent: whether the rows are exchangeable.
        sorted_by: another column of the table, by which its rows are sorted; empty for none.

    Raises:
        ValueError: if weights or groups have another length or gaps, weights are negative, or
            fewer than 4 rows have a positive weight.
    """
    sample, rows = prepared.sample, prepared.rows
    names = (*prepared.names_x, *prepared.names_y)
    notes, codes, numbers = list(prepared.notes), None, None
    if weights is not None:
        numbers = _weights(_rows_of("weights", weights, n_rows)[rows], rows)
        kept = numbers > 0
        if kept.sum() < 4:
            raise ValueError(
                f"expected at least 4 rows with a positive weight; got {int(kept.sum())}"
            )
        if not kept.all():
            notes.append(f"{int((~kept).sum()):,} of {len(rows):,} rows have weight 0")
            sample, rows, numbers = (
                Sample(sample.x[kept], sample.y[kept]),
                rows[kept],
                numbers[kept],
            )
        numbers = None if np.ptp(numbers) == 0 else numbers
    if groups is not None:
        codes = _codes(_rows_of("groups", groups, n_rows)[rows], rows)
    return Observations(sample, names, tuple(notes), numbers, codes, rows_independent, sorted_by)


def _numbers(values: Any) -> Any:
    """Convert the values to an array of finite numbers; None where that is impossible."""
    if hasattr(values, "columns") or (hasattr(values, "index") and not isinstance(values, list)):
        return None  # frames and series, whose names and types `prepare` reads
    if isinstance(values, np.ma.MaskedArray) or hasattr(values, "to_pandas"):
        return None
    try:
        array = np.asarray(adapted(values))
    except ValueError:
        return None
    if array.dtype.kind not in "biuf" or not np.isfinite(array).all():
        return None
    large = array.dtype.kind in "iu" and array.size and int(array.max()) > 2**53
    return None if large else array


def _varies(side: NDArray[np.float64]) -> bool:
    return bool((side != side[:1]).any())


def _rows_of(what: str, values: ArrayLike, n_rows: int) -> NDArray[np.generic]:
    column = as_table({what: values}).columns.get(what)
    if column is None or len(column) != n_rows:
        got = "complex numbers or lists" if column is None else f"{len(column)} values"
        raise ValueError(f"expected one value of {what} for each of {n_rows} rows; got {got}")
    return column


def _weights(values: NDArray[np.generic], rows: NDArray[np.intp]) -> NDArray[np.float64]:
    numbers = numbers_in(values)[0]
    bad = np.flatnonzero(~(np.isfinite(numbers) & (numbers >= 0)))
    if len(bad):
        raise ValueError(
            f"expected weights of at least 0; got {values[bad[0]]} in row {rows[bad[0]] + 1}: "
            "give it a number, 0 to leave the row out"
        )
    return numbers


def _codes(values: NDArray[np.generic], rows: NDArray[np.intp]) -> NDArray[np.intp]:
    import pandas as pd

    codes = np.asarray(pd.factorize(values)[0], dtype=np.intp)
    gap = np.flatnonzero(codes < 0)
    if len(gap):
        raise ValueError(
            f"expected a group for every row; got a gap in row {rows[gap[0]] + 1}: "
            "name a group for it, or leave the row out"
        )
    if codes.max() == 0:
        raise ValueError("expected at least two groups; got one")
    return codes
