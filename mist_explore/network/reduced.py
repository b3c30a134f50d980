"""A sample after the reductions, and its sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Codes", "Columns", "Reduced", "Side"]

Columns = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Side:
    """One side of a sample after the reductions.

    Args:
        columns: the columns that are left, `(n, dim)`.
        codes: the state of each row, integers from 0 `(n,)`, if the side is categorical.
    """

    columns: Columns
    codes: Codes | None

    @property
    def is_categorical(self) -> bool:
        """Whether the side is one categorical variable."""
        return self.codes is not None

    @property
    def states(self) -> int:
        """The number of states of a categorical side, 0 for another one."""
        return 0 if self.codes is None else int(self.codes.max()) + 1

    @property
    def counts(self) -> NDArray[np.float64] | None:
        """The number of rows of each state of a categorical side."""
        return None if self.codes is None else np.bincount(self.codes).astype(float)


@dataclass(frozen=True, eq=False)
class Reduced:
    """A sample after the reductions.

    Args:
        x, y: the two sides.
        notes: the reductions that were made.
        warnings: those of them that make an estimate doubtful.
    """

    x: Side
    y: Side
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def n_samples(self) -> int:
        """The number of rows."""
        return len(self.x.columns)
