"""The columns of a table, prepared for all its pairs: gaps, states, and rows in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mist_explore.estimators.scaling import unit_ranks
from mist_explore.preparation import kind_of
from mist_explore.sample import MINIMUM_ROWS, Sample

__all__ = ["NumberedColumn", "PairColumns"]

Pair = tuple[str, str]
Codes = NDArray[np.intp]

MOST_STATES, ROWS_PER_STATE = 50, 5
MOST_BINS = 16


@dataclass(frozen=True, eq=False)
class NumberedColumn:
    """One column of a table as numbers.

    Args:
        name: its name.
        values: `(n, width)`; gaps are NaN.
    """

    name: str
    values: NDArray[np.float64]

    @cached_property
    def present(self) -> NDArray[np.bool_]:
        """The rows with a value, `(n,)`."""
        return np.asarray(np.isfinite(self.values).all(1))

    @cached_property
    def kind(self) -> str:
        """A key of `KINDS`."""
        if self.values.shape[1] > 1:
            return "category"
        return kind_of(self.name, self.values[:, 0])

    @cached_property
    def most_frequent(self) -> int:
        """The number of rows that hold the most frequent value of any of its columns."""
        known = self.values[self.present]
        counts = [np.unique(column, return_counts=True)[1].max(initial=0) for column in known.T]
        return int(max(counts))

    @cached_property
    def states(self) -> Codes | None:
        """The state of each row from 0, -1 for a gap, `(n,)`; None for a column that is smooth.

        A column is discrete where it has at most 50 states with at least 5 rows each on average.
        """
        known = self.values[self.present]
        single = known.shape[1] == 1
        distinct, codes = np.unique(
            known[:, 0] if single else known, axis=None if single else 0, return_inverse=True
        )
        if len(distinct) > min(MOST_STATES, len(known) / ROWS_PER_STATE):
            return None
        return self._by_row(codes.reshape(-1))

    @cached_property
    def bins(self) -> tuple[Codes, ...]:
        r"""The states of a discrete column, else bins of equal frequency, -1 for a gap, `(n,)`.

        There are \(n^{1/3}\) bins, at most 16; equal values share one. Of several smooth columns
        each has its bins.
        """
        if self.states is not None:
            return (self.states,)
        known = self.values[self.present]
        n = max(len(known), 1)
        count = int(np.clip(round(n ** (1 / 3)), 2, MOST_BINS))
        codes = np.minimum((unit_ranks(known) * count).astype(np.intp), count - 1)
        return tuple(self._by_row(column) for column in codes.T)

    def _by_row(self, codes: Codes) -> Codes:
        full = np.full(len(self.values), -1, dtype=np.intp)
        full[self.present] = codes
        return full


@dataclass(frozen=True, eq=False)
class PairColumns:
    """The columns of a table; each pair has the rows in which both columns have a value.

    Args:
        columns: by name, all of one length.
    """

    columns: Mapping[str, NumberedColumn]

    @staticmethod
    def of(columns: Mapping[str, ArrayLike]) -> PairColumns:
        """Return the columns of arrays `(n,)` or `(n, width)` by name.

        Raises:
            ValueError: if there are fewer than two columns, or their lengths differ.
        """
        table = {name: np.asarray(values, np.float64) for name, values in columns.items()}
        if len(table) < 2:
            raise ValueError(f"expected at least two columns; got {len(table)}")
        if len({len(values) for values in table.values()}) > 1:
            shapes = ", ".join(f"{v.shape} in {name!r}" for name, v in table.items())
            raise ValueError(f"expected columns of the same length; got {shapes}")
        return PairColumns(
            {name: NumberedColumn(name, v.reshape(len(v), -1)) for name, v in table.items()}
        )

    def rows(self, pair: Pair) -> NDArray[np.bool_]:
        """Return the rows in which both columns of a pair have a value, `(n,)`."""
        one, other = (self.columns[name] for name in pair)
        return np.asarray(one.present & other.present)

    def failure(self, pair: Pair) -> str:
        """Return the reason that a pair has no sample; empty where it has one."""
        rows = self.rows(pair)
        count = int(rows.sum())
        if count < MINIMUM_ROWS:
            return f"only {count} rows have both values"
        constant = [
            name
            for name in pair
            if count <= self.columns[name].most_frequent
            and (np.ptp(self.columns[name].values[rows], axis=0) == 0).all()
        ]
        return f"{' and '.join(constant)} is constant" if constant else ""

    def sample(self, pair: Pair) -> Sample:
        """Return the rows of a pair without constant columns."""
        rows = self.rows(pair)
        x, y = (self.columns[name].values[rows] for name in pair)
        return Sample(x, y).without_constant_columns()[0]
