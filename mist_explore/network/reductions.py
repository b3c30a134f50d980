r"""Exact reductions: maps of a sample that leave its mutual information as it is.

In this order, each with a note or a warning that states it:

1. a column whose ranks equal, up to their sign, those of another column of its side is dropped;
2. rows of continuous data that occur more than once are collapsed (with a warning: they are not
   independent), rows of discrete data never;
3. a side whose columns are all discrete, with joint states that repeat, becomes one categorical
   variable: a column of codes, the one-hot columns of these codes and a one-to-one recoding all
   give the same codes up to their numbering. A single column of many values (more than ten, and
   many for its rows) stays a number, with its ties broken at random, which keeps the information:
   rounded measurements and counts have an order that few rows cannot do without.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mist_explore.network.random_order import orientation, random_order
from mist_explore.network.reduced import Codes, Columns, Reduced, Side

__all__ = [
    "DISCRETE",
    "FEW_VALUES",
    "ROWS_PER_STATE",
    "ROWS_PER_VALUE",
    "Reduced",
    "Side",
    "reduce_sample",
]

ROWS_PER_STATE = 5
"""A side of several discrete columns is categorical from this many rows a joint state on."""

FEW_VALUES = 10
"""Up to this many values, a single column is categorical as several columns are."""

ROWS_PER_VALUE = 10
"""A single column of more values is categorical from this many rows a value on, unless its table
with another categorical side has fewer than `ROWS_PER_CELL` rows a cell; of two such columns the
one of more values stays a number."""

DISCRETE = (
    f"of at least {ROWS_PER_STATE} rows a state, for {{estimator}} "
    f"({ROWS_PER_VALUE} rows a value where it is one column of more than {FEW_VALUES} values)"
)
"""The sides that an estimator of discrete data expects, for its refusals."""

ROWS_PER_CELL = 2
ROUNDED = 1_000
"""Values that are whole multiples of one over this are codes or rounded numbers."""

CONTINUOUS = 0.95
"""The share of distinct values from which on a column is continuous."""

MAX_CODES = 30
"""Up to this many distinct rows, repeated rows are codes whatever their values."""

COPY_ROWS = 10
"""Below this number of rows ranks agree by chance, and no column counts as a copy."""

OCCUPIED = 0.2
"""Values that fill at least this share of a regular grid are codes or rounded numbers."""


def reduce_sample(x: Columns, y: Columns) -> Reduced:
    """Reduce two sides without constant columns, `(n, dim_x)` and `(n, dim_y)`.

    Example:
        >>> codes = np.arange(40.0)[:, None] % 4
        >>> reduced = reduce_sample(codes, np.hstack([codes, -codes]))
        >>> reduced.y.columns.shape, reduced.x.is_categorical, reduced.notes[0]
        ((40, 1), True, 'dropped 1 column of y that copies another one (number 2)')
    """
    notes: list[str] = []
    warnings: list[str] = []
    x, y, ranks_x, ranks_y = _without_copies(x, y, notes)
    keep = _distinct_rows(x, y, ranks_x, ranks_y)
    if keep is not None:
        n, left = len(x), len(keep)
        x, y = x[keep], y[keep]
        ranks_x, ranks_y = (_dense_ranks(side) for side in (x, y))
        warnings.append(
            f"{n - left} of {n} rows repeat others in every column, which independent rows of "
            f"continuous data do not: estimated from the {left} distinct rows"
        )
    sides = [_side(x, ranks_x), _side(y, ranks_y)]
    if _is_sparse(sides[0], sides[1]):
        long = [side.states if _is_long(side) else 0 for side in sides]
        sides = [
            Side(side.columns, None) if 0 < states == max(long) else side
            for side, states in zip(sides, long, strict=True)
        ]
    sides = _without_ties(sides, (ranks_x, ranks_y), notes)
    for name, side in zip("xy", sides, strict=True):
        columns = side.columns
        if side.codes is not None:
            several = f" ({columns.shape[1]} columns)" if columns.shape[1] > 1 else ""
            notes.append(
                f"{name}{several} is one categorical variable with {side.codes.max() + 1} states"
            )
    return Reduced(sides[0], sides[1], tuple(notes), tuple(warnings))


def _without_copies(
    x: Columns, y: Columns, notes: list[str]
) -> tuple[Columns, Columns, Codes, Codes]:
    """The columns of each side that vary and copy no earlier one of it, and their dense ranks."""
    left, ranks_left = [], []
    for name, side in (("x", x), ("y", y)):
        ranks = _dense_ranks(side)
        varies = ranks.max(0) > 0
        if varies.any():  # columns that are constant in the distinct rows
            side, ranks = side[:, varies], ranks[:, varies]
        seen: set[bytes] = set()
        copies = []
        for j, column in enumerate(ranks.T if len(ranks) >= COPY_ROWS else ()):
            mirrored = column.max() - column
            key = min(column.tobytes(), mirrored.tobytes())
            if key in seen:
                copies.append(j)
            seen.add(key)
        if copies:
            numbers = ", ".join(str(j + 1) for j in copies[:5]) + (", …" if len(copies) > 5 else "")
            s, copy = ("", "copies") if len(copies) == 1 else ("s", "copy")
            notes.append(
                f"dropped {len(copies)} column{s} of {name} that {copy} another one "
                f"(number{s} {numbers})"
            )
            kept = np.setdiff1d(np.arange(side.shape[1]), copies)
            side, ranks = side[:, kept], ranks[:, kept]
        left.append(side)
        ranks_left.append(ranks)
    return left[0], left[1], ranks_left[0], ranks_left[1]


def _distinct_rows(
    x: Columns, y: Columns, ranks_x: Codes, ranks_y: Codes
) -> NDArray[np.intp] | None:
    """One row of each group of equal rows, if a column is continuous; None if none is to go."""
    ranks = np.hstack([ranks_x, ranks_y])
    n = len(ranks)
    # The column with most distinct values decides; without repeats in it no row repeats.
    distinct = ranks.max(0) + 1
    finest = int(distinct.argmax())
    if distinct[finest] == n:
        return None
    _, first = np.unique(ranks, axis=0, return_index=True)
    if len(first) == n or distinct[finest] < CONTINUOUS * len(first):
        return None
    values = np.hstack([x, y])[:, finest]
    if len(first) <= MAX_CODES or _are_codes(values, n >= ROWS_PER_STATE * len(first)):
        return None
    return np.sort(first)


def _are_codes(values: NDArray[np.float64], often: bool) -> bool:
    """Whether values that repeat are codes or rounded numbers, which may repeat by themselves.

    Args:
        values: a column.
        often: whether a value occurs several times on average.
    """
    steps = values * ROUNDED
    whole = np.rint(steps)
    if not np.allclose(steps, whole, rtol=0, atol=1e-6):
        return False
    grid = np.unique(whole).astype(np.int64)
    places = (grid[-1] - grid[0]) // np.gcd.reduce(np.diff(grid)) + 1
    return bool(often or len(grid) >= OCCUPIED * places)


def _side(columns: Columns, ranks: Codes) -> Side:
    if ranks.shape[1] == 1:
        codes, states = ranks[:, 0], int(ranks.max()) + 1
    else:
        if int(ranks.max()) + 1 == len(ranks):
            return Side(columns, None)
        unique, codes = np.unique(ranks, axis=0, return_inverse=True)
        codes, states = codes.reshape(-1), len(unique)
    long = ranks.shape[1] == 1 and states > FEW_VALUES
    categorical = len(ranks) >= (ROWS_PER_VALUE if long else ROWS_PER_STATE) * states
    return Side(columns, codes.astype(np.int64) if categorical else None)


def _is_sparse(x: Side, y: Side) -> bool:
    """Whether two categorical sides have a table too large for their rows."""
    return len(x.columns) < ROWS_PER_CELL * x.states * y.states


def _is_long(side: Side) -> bool:
    """Whether a side is a single column of many values, which may have an order."""
    return side.columns.shape[1] == 1 and side.states > FEW_VALUES


def _without_ties(sides: list[Side], ranks: tuple[Codes, Codes], notes: list[str]) -> list[Side]:
    """Break the ties of single columns of numbers that repeat as often as categories do.

    Within equal values the order is random, independent of the other side: the value is a
    function of the new rank, and the rank given the value is noise, so that I stays as it is.
    """
    n = len(ranks[0])
    tied = [
        not side.is_categorical and rank.shape[1] == 1 and n >= ROWS_PER_STATE * (rank.max() + 1)
        for side, rank in zip(sides, ranks, strict=True)
    ]
    if not any(tied):
        return sides
    x, y = (r.T - r.T.mean(1, keepdims=True) for r in ranks)
    # The numbering of a category and its encoding must not matter.
    if sides[0].codes is not None:
        x = _signature(sides[0].codes, ranks[1])
    if sides[1].codes is not None:
        y = _signature(sides[1].codes, ranks[0])
    # States of equal sums can be exchanged: one after the other, whatever the order of the rows.
    by_state = [side.codes.argsort(kind="stable") for side in sides if side.codes is not None]
    first = by_state[0] if by_state else np.arange(n)
    # Each side has an order of its own, which goes with it where the sides change places.
    weighted = [[x, x, y], [x, y, y]]
    if x.shape == y.shape and (np.abs(x) == np.abs(y)).all():
        weighted[1] = [x, y, y, y]
    found = list(sides)
    for i in np.flatnonzero(tied):
        name, rank = "xy"[i], ranks[i]
        z = np.vstack(weighted[i]) / n
        place = np.empty(n)
        place[first[random_order(z[:, first])]] = np.arange(n)
        sign = orientation(z)[0 if i == 0 else -1]
        order = np.lexsort((sign * place, rank[:, 0]))
        broken = np.empty((n, 1))
        broken[order, 0] = np.arange(n)
        found[i] = Side(broken, None)
        notes.append(f"ties of {name} ({rank.max() + 1} values) are broken at random")
    return found


def _signature(codes: Codes, ranks: Codes) -> Columns:
    """Sums over the rows of the same state that the values of another column fix, `(2, n)`.

    States of equal values have equal sums. The first one changes its sign with the column.
    """
    from_the_middle = 2 * ranks[:, 0] - ranks[:, 0].max()
    sums = [np.bincount(codes, f(from_the_middle)) for f in (np.sin, np.cos)]
    return np.asarray(np.stack(sums)[:, codes], dtype=float)


def _dense_ranks(columns: Columns) -> Codes:
    """The rank of each value among the distinct values of its column, from 0, `(n, dim)`."""
    rows = np.ascontiguousarray(columns.T)
    order = rows.argsort(1)
    ordered = np.take_along_axis(rows, order, 1)
    rank = np.zeros(rows.shape, dtype=np.int64)
    np.cumsum(ordered[:, 1:] != ordered[:, :-1], 1, out=rank[:, 1:])
    ranks = np.empty_like(rank)
    np.put_along_axis(ranks, order, rank, 1)
    return ranks.T
