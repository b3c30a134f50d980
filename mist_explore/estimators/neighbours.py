"""Distances to nearest rows and counts of near rows, in the maximum norm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist

from mist_explore.estimators.scaling import standardised
from mist_explore.sample import Sample

__all__ = ["INSIDE", "WITHIN", "count_near", "nearest", "sides_with_neighbours"]

Rows = NDArray[np.float64]

INSIDE, WITHIN = 1 - 1e-10, 1 + 1e-10
"""Factors that make a radius leave out, or hold, the rows on its border whatever was rounded."""

TREE_COLUMNS = 3
"""Up to here a tree counts faster than all pairs do (measured at 500 to 10,000 rows)."""

PAIRS_AT_ONCE = 2_000_000


def sides_with_neighbours(sample: Sample, neighbours: int) -> tuple[Rows, Rows]:
    """Both sides of a sample, standardised, if its rows have that many neighbours.

    Raises:
        ValueError: if there are not more rows than neighbours.
    """
    if sample.n_samples <= neighbours:
        raise ValueError(
            f"expected more than {neighbours} rows for {neighbours} neighbours; "
            f"got {sample.n_samples}"
        )
    return standardised(sample.x), standardised(sample.y)


def nearest(rows: Rows, neighbours: int) -> tuple[Rows, NDArray[np.intp]]:
    """Distances and indices of the nearest other rows of each row, both `(n, neighbours)`.

    Beyond the last row the distance is infinite and the index n.

    Example:
        >>> distances, _ = nearest(np.array([[0.0], [1.0], [3.0]]), 1)
        >>> distances.ravel().tolist()
        [1.0, 1.0, 2.0]
    """
    # The nearest is the row itself, or one that coincides with it.
    distances, indices = KDTree(rows).query(rows, k=np.arange(2, neighbours + 2), p=np.inf)
    return np.asarray(distances), np.asarray(indices, dtype=np.intp)


def count_near(rows: Rows, radii: Rows) -> NDArray[np.intp]:
    """How many rows lie within a radius `(n,)` of each row `(n, dim)`, itself among them.

    Example:
        >>> count_near(np.array([[0.0], [1.0], [3.0]]), np.array([1.0, 2.0, 0.0])).tolist()
        [2, 3, 1]
    """
    if rows.shape[1] <= TREE_COLUMNS:
        found = KDTree(rows).query_ball_point(rows, radii, p=np.inf, return_length=True)
        return np.asarray(found, dtype=np.intp)
    step = max(1, PAIRS_AT_ONCE // len(rows))
    blocks = [slice(start, start + step) for start in range(0, len(rows), step)]
    counts = [
        np.count_nonzero(cdist(rows[b], rows, "chebyshev") <= radii[b, None], axis=1)
        for b in blocks
    ]
    return np.concatenate(counts)
