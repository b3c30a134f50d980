"""Subsets of approximately independent, equally weighted rows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimators.clusters import group_dependence
from mist_explore.estimators.row_order import row_order
from mist_explore.estimators.serial import EFFECTIVE
from mist_explore.estimators.states import effective_rows_of_states
from mist_explore.sample import MINIMUM_ROWS, Sample
from mist_explore.seeding import derive_seed

__all__ = ["FEWEST", "Subsets", "by_groups", "by_order", "systematic", "weighted_size"]

Rows = NDArray[np.intp]
Weights = NDArray[np.float64]

DRAWS = 8
"""The largest number of subsets."""

FEWEST = 10
"""The smallest number of rows of a subset of dependent rows."""

CUT = 0.05
"""The largest share of total weight that truncation of large weights may remove."""


@dataclass(frozen=True, eq=False)
class Subsets:
    """Subsets of rows to estimate from; none where all rows are used.

    Args:
        rows: the row indices of each subset, increasing; sizes are approximately equal.
        warnings: reasons for the smaller number of rows, with numbers.
        notes: observations about the rows without an effect on the estimate.
    """

    rows: tuple[Rows, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def by_order(
    sample: Sample,
    names: tuple[str, ...],
    weights: Weights | None = None,
    sorted_by: str = "",
) -> Subsets:
    """Return every m-th row, from several starts, for serially dependent rows.

    Args:
        sample: a sample without constant sides.
        names: the names of the columns, those of X first.
        weights: positive weights of the rows, `(n,)`; None for equal weights.
        sorted_by: another column of the table, by which its rows are sorted.
    """
    order, n = row_order(sample, names, sorted_by), sample.n_samples
    if not order.is_series:
        return Subsets(notes=(order.note,) if order.note else ())
    effective = effective_rows_of_states(sample) or order.serial.effective_rows
    worth = f"{order.resemblance}: they are worth about {effective:.0f} independent rows"
    if effective >= EFFECTIVE * n:
        return Subsets(notes=(f"{worth} of {n:,}, and all are used",))
    interval = min(math.ceil(n / effective), n // FEWEST)
    size = max(FEWEST, _size(n, weights) // interval)
    few = effective < FEWEST
    return Subsets(
        systematic(np.arange(n), weights, size),
        (
            f"{worth}, not {n:,}: estimated from every {_ordinal(interval)} row"
            + (", and the interval may still be too narrow" if few else "")
            + ". If the order of rows means nothing: rows_independent=True (--rows-independent)",
        ),
    )


def by_groups(sample: Sample, groups: Rows, weights: Weights | None = None) -> Subsets:
    """Return rows spread over the groups, for dependent rows within groups.

    Args:
        sample: a sample without constant sides.
        groups: the group of each row, integers from 0, `(n,)`.
        weights: positive weights of the rows, `(n,)`; None for equal weights.
    """
    found, n = group_dependence(sample, groups), sample.n_samples
    worth = f"{n:,} rows in {found.n_groups:,} groups are worth about {found.effective_rows:.0f}"
    if found.effective_rows >= EFFECTIVE * n:
        return Subsets(notes=(f"{worth} independent rows",))
    size = max(MINIMUM_ROWS, round(_size(n, weights) * found.effective_rows / n))
    generator = np.random.default_rng(derive_seed(0, "rows of groups", n))
    # Random order of groups, and of rows within them: systematic draws then cover all groups.
    order = np.lexsort((generator.random(n), generator.permutation(found.n_groups)[groups]))
    return Subsets(
        systematic(order, weights, size),
        (
            f"rows of one group resemble each other (intraclass correlation "
            f"{found.correlation_x:.2f} in x, {found.correlation_y:.2f} in y): {worth} independent "
            f"rows: estimated from {size:,} rows, spread over the groups",
        ),
    )


def weighted_size(weights: Weights) -> int:
    r"""Return the number of rows for weighted draws without replacement.

    It is the largest number up to the effective size \((\sum w)^2 / \sum w^2\) for which the
    truncation of large weights removes at most 5 % of their sum.

    Args:
        weights: positive weights, `(n,)`.

    Example:
        >>> weighted_size(np.ones(50)), weighted_size(np.array([1.0, 3.0] * 50))
        (50, 67)
    """
    total = weights.sum()
    effective = total**2 / np.square(weights).sum()
    ordered = np.sort(weights)[::-1]
    # For weights truncated at c, the excess of the j largest is their sum minus j c.
    excess = np.cumsum(ordered) - np.arange(1, len(ordered) + 1) * ordered
    j = int(np.searchsorted(excess, CUT * total, side="right"))  # the first j are truncated
    limit = (ordered[:j].sum() - CUT * total) / j
    return max(1, math.floor(min(effective, total * (1 - CUT) / limit, len(weights)) + 1e-9))


def systematic(order: Rows, weights: Weights | None, size: int) -> tuple[Rows, ...]:
    r"""Return up to 8 systematic draws of rows, each in the order of the table.

    The cumulative weights of the rows partition a line; a draw has the rows at `size` equidistant
    points, so that its inclusion probabilities are \(\min(1, c w_i)\).

    Args:
        order: a permutation of the rows, `(n,)`.
        weights: positive weights, `(n,)`, truncated at the step between points; None for equal
            weights.
        size: the number of rows of a draw.

    Source: Madow, "On the theory of systematic sampling, II" (1949).

    Example:
        >>> [rows.tolist() for rows in systematic(np.arange(6), None, 3)]
        [[0, 2, 4], [1, 3, 5]]
    """
    n = len(order)
    lengths = np.ones(n) if weights is None else weights[order]
    limit = _limit(lengths, size)
    ends = np.cumsum(np.minimum(lengths, limit))
    step = ends[-1] / size
    draws = min(DRAWS, math.ceil(n / size))
    starts = (np.arange(draws) + 0.5) / draws
    places = np.searchsorted(ends, step * (np.arange(size) + starts[:, None]), side="right")
    return tuple(np.unique(order[row]) for row in places.clip(max=n - 1))


def _limit(lengths: Weights, size: int) -> float:
    """Return the truncation point for which no length exceeds a step."""
    limit = math.inf
    for _ in range(50):
        cut = np.minimum(lengths, limit)
        step = float(cut.sum()) / size
        if cut.max() <= step * (1 + 1e-9):
            break
        limit = step
    return limit


def _size(n: int, weights: Weights | None) -> int:
    return n if weights is None else weighted_size(weights)


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number % 100 < 14 else ending}"
