"""Blocks of rows with different levels, as in a table sorted by a group."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimators.scaling import centred_scores
from mist_explore.estimators.serial import serial_dependence
from mist_explore.sample import Sample

__all__ = ["row_blocks"]

Scores = NDArray[np.float64]

MOST_CHANGES = 5
ROWS_PER_CHANGE = 30
LEAST_BLOCK = 15
JUMP = 3.0
"""Smallest t statistic of a change of level."""

LITTLE = 0.1
"""Largest lag-1 autocorrelation of the rows of a block without serial dependence."""


def row_blocks(sample: Sample) -> tuple[int, ...]:
    """Return the first rows of blocks that explain the serial dependence of the rows.

    Binary segmentation splits the rows where the levels of the normal scores of all columns
    differ most, until no serial dependence is left within the blocks. Independent series change
    their levels at different rows, and autoregressions remain dependent within few blocks: the
    result is empty where the median change is not on both sides, for more than 5 changes, and
    for more than one change per 30 rows.

    Args:
        sample: a sample without constant columns.

    Source: Scott & Knott, "A cluster analysis method for grouping means in the analysis of
    variance" (1974), for binary segmentation.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> kind = np.repeat([0.0, 3.0, 5.0], 50)
        >>> row_blocks(Sample(rng.normal(size=150) + kind, rng.normal(size=150) - kind))
        (0, 50, 100)
    """
    z, dim_x, n = centred_scores(np.hstack([sample.x, sample.y])), sample.dim_x, sample.n_samples
    edges = [0, n]
    for _ in range(min(MOST_CHANGES, n // ROWS_PER_CHANGE)):
        splits = [_best_split(z[a:b], a) for a, b in pairwise(edges)]
        gain, place = max(splits)
        if gain <= 0:
            return ()
        edges = sorted([*edges, place])
        rest = np.concatenate([z[a:b] - z[a:b].mean(0) for a, b in pairwise(edges)])
        if any(np.ptp(side) == 0 for side in (rest[:, :dim_x], rest[:, dim_x:])):
            break
        found = serial_dependence(rest[:, :dim_x], rest[:, dim_x:])
        if not found.reduces_rows or found.lag_1 < LITTLE:
            break
    else:
        return ()
    jumps = [
        _jump(z[a:b], z[b:c], dim_x) for a, b, c in zip(edges, edges[1:], edges[2:], strict=False)
    ]
    return tuple(edges[:-1]) if np.median(jumps) > JUMP else ()


def _best_split(z: Scores, first: int) -> tuple[float, int]:
    """Return the largest between-block sum of squares of a split, and its row."""
    n = len(z)
    if n < 2 * LEAST_BLOCK:
        return 0.0, first
    t = np.arange(LEAST_BLOCK, n - LEAST_BLOCK + 1)
    sums = np.cumsum(z - z.mean(0), 0)[t - 1]
    between = (np.square(sums) / (t * (n - t) / n)[:, None]).sum(1)
    best = int(between.argmax())
    return float(between[best]), first + int(t[best])


def _jump(before: Scores, after: Scores, dim_x: int) -> float:
    """Return the t statistic of the change of level, the smaller one of the two sides."""
    error = np.sqrt(before.var(0) / len(before) + after.var(0) / len(after) + 1e-12)
    t = np.abs(before.mean(0) - after.mean(0)) / error
    return float(min(t[:dim_x].max(), t[dim_x:].max()))
