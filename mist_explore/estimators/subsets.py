"""Subsets of rows that are as good as independent and unweighted, and how they were chosen."""

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
"""Subsets of dependent rows have at least this many rows."""

CUT = 0.05
"""The share of all weight that the largest weights may lose, so that no row is drawn twice."""


@dataclass(frozen=True, eq=False)
class Subsets:
    """Subsets of rows to estimate from; none where all rows are used.

    Args:
        rows: the rows of each subset, increasing, all of about one size.
        warnings: why there are fewer rows, with the numbers.
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
    """Return every m-th row, from several starts, where rows resemble their neighbours.

    Args:
        sample: no side wholly constant.
        names: of its columns, those of X first.
        weights: of the rows, positive; None for equal ones.
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
    """Return rows spread over the groups where rows of one group resemble each other.

    Args:
        sample: no side wholly constant.
        groups: the group of each row, integers from 0.
        weights: of the rows, positive; None for equal ones.
    """
    found, n = group_dependence(sample, groups), sample.n_samples
    worth = f"{n:,} rows in {found.n_groups:,} groups are worth about {found.effective_rows:.0f}"
    if found.effective_rows >= EFFECTIVE * n:
        return Subsets(notes=(f"{worth} independent rows",))
    size = max(MINIMUM_ROWS, round(_size(n, weights) * found.effective_rows / n))
    generator = np.random.default_rng(derive_seed(0, "rows of groups", n))
    # Groups in a random order, rows within them too: equal steps along it spread over the groups.
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
    r"""Return the number of rows to draw by weight without drawing one twice.

    It is the largest number up to \((\sum w)^2 / \sum w^2\) for which weights are cut by 5 % of
    their sum at most.

    Args:
        weights: positive, `(n,)`.

    Example:
        >>> weighted_size(np.ones(50)), weighted_size(np.array([1.0, 3.0] * 50))
        (50, 67)
    """
    total = weights.sum()
    effective = total**2 / np.square(weights).sum()
    ordered = np.sort(weights)[::-1]
    # With all weights above c cut to c, the excess of the j largest is their sum less j c.
    excess = np.cumsum(ordered) - np.arange(1, len(ordered) + 1) * ordered
    j = int(np.searchsorted(excess, CUT * total, side="right"))  # the first j are cut
    limit = (ordered[:j].sum() - CUT * total) / j
    return max(1, math.floor(min(effective, total * (1 - CUT) / limit, len(weights)) + 1e-9))


def systematic(order: Rows, weights: Weights | None, size: int) -> tuple[Rows, ...]:
    r"""Return up to 8 systematic draws of rows, each in the order of the table.

    Rows stand one after another on a line, each as long as its weight; a draw is the rows under
    `size` equidistant points, so that row i is in it with probability \(\min(1, c w_i)\).

    Args:
        order: a permutation of the rows.
        weights: `(n,)`, positive, cut where a row is longer than a step; None for equal ones.
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
    """The length to which the longest are cut, so that none is longer than a step."""
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
