"""The parts of a nearest-neighbour estimate of mutual information, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimators.neighbours import (
    INSIDE,
    WITHIN,
    count_near,
    nearest,
    sides_with_neighbours,
)
from mist_explore.network.counts import neighbour_terms
from mist_explore.sample import Sample

__all__ = ["KSGAnatomy", "ksg_anatomy"]

Rows = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class KSGAnatomy:
    r"""Neighbours, distances and counts of each row of a sample, in the maximum norm.

    .. math::
        \hat I_1 = \Big\langle \psi(k) + \psi(n) - \psi(n_x + 1) - \psi(n_y + 1) \Big\rangle

    Args:
        sides: the standardised columns of X and of Y, `(n, dim_x)` and `(n, dim_y)`.
        neighbours: indices of the k nearest rows, the nearest first, `(n, k)`.
        radii: the distance of the k-th nearest row, `(n,)`.
        counts: rows within reach in X and in Y, `(n,)` each, the row itself among them: \(n_x + 1\)
            and \(n_y + 1\) of variant 1, and \(n_x\) and \(n_y\) of variant 2.
        tied: whether the next row is as far as the k-th nearest, `(n,)`.
    """

    sides: tuple[Rows, Rows]
    neighbours: NDArray[np.intp]
    radii: Rows
    counts: tuple[NDArray[np.intp], NDArray[np.intp]]
    tied: NDArray[np.bool_]

    @cached_property
    def terms(self) -> Rows:
        """The term of each row in nats, `(n,)`: their mean is the estimate of variant 1."""
        n, k = self.neighbours.shape
        return neighbour_terms(k, n, *self.counts)


def ksg_anatomy(sample: Sample, n_neighbors: int = 3, variant: int = 1) -> KSGAnatomy:
    """Return the parts of the estimate of `KSG(variant, n_neighbors)`.

    Args:
        sample: rows of which no column is constant.
        n_neighbors: k, at least 1.
        variant: 1 counts the rows nearer than the k-th neighbour, 2 those within the rectangle
            around the k neighbours.

    Raises:
        ValueError: if there are not more rows than neighbours.

    Example:
        >>> found = ksg_anatomy(Sample([0.0, 1.0, 3.0, 7.0], [0.0, 2.0, 3.0, 4.0]), 1)
        >>> found.neighbours.ravel().tolist(), found.counts[0].tolist()
        ([1, 2, 1, 2], [3, 2, 1, 1])
    """
    sides = sides_with_neighbours(sample, n_neighbors)
    distances, indices = nearest(np.hstack(sides), n_neighbors + 1)
    radii, neighbours = distances[:, n_neighbors - 1], indices[:, :n_neighbors]
    tied = distances[:, n_neighbors] <= radii * WITHIN
    reaches = [radii, radii]
    if variant == 2:
        reaches = [np.where(tied, radii, _reach(side, neighbours)) for side in sides]
    # With the row itself this is n + 1 of variant 1, and n of variant 2, whose border holds
    # one row: a count up to it would hold all that tie there.
    x, y = (count_near(s, r * INSIDE) for s, r in zip(sides, reaches, strict=True))
    return KSGAnatomy(sides, neighbours, radii, (x, y), tied)


def _reach(side: Rows, neighbours: NDArray[np.intp]) -> Rows:
    """The distance on one side to the farthest of the neighbours of each row."""
    return np.asarray(np.abs(side[neighbours] - side[:, None]).max(axis=(1, 2)))
