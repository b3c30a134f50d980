"""The nearest-neighbour estimator for columns that are discrete, continuous, or both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mist_explore.estimators.neighbours import INSIDE, count_near, nearest, sides_with_neighbours
from mist_explore.estimators.point_estimator import PointEstimator, Value
from mist_explore.network.counts import neighbour_terms
from mist_explore.sample import Sample

__all__ = ["MixedKSG"]


@dataclass(frozen=True)
class MixedKSG(PointEstimator):
    r"""The estimator of Gao et al.: KSG where rows are apart, relative frequencies where they tie.

    .. math::
        \hat I = \psi(n) + \langle \psi(\tilde k_i) - \psi(n_{x,i}) - \psi(n_{y,i}) \rangle

    Around a row whose k-th neighbour is apart, \(\tilde k = k\), and the counts are of the rows
    nearer than it on each side; around a row that coincides with k others or more,
    \(\tilde k\) and the counts are of the rows that coincide with it. All count the row itself, as
    in the published code of the authors, except k; \(\psi(n)\) stands for their ln n. So it is
    KSG (variant 1) on continuous columns, and the plug-in with the bias correction of Miller and
    Madow, to first order, on discrete ones with more than k rows in each cell.

    Columns are standardised; distances are of the maximum norm. One value in nats, without an
    interval; values below 0 are clipped to 0.

    Args:
        n_neighbors: k, at least 1.

    Raises:
        ValueError: if `n_neighbors` is not possible.

    Source: Gao, Kannan, Oh & Viswanath, "Estimating mutual information for discrete-continuous
    mixtures" (2017), algorithm 1.

    Example:
        >>> labels = np.repeat([0, 1], 100)
        >>> round(MixedKSG().estimate(labels, labels).median, 3), round(float(np.log(2)), 3)
        (0.696, 0.693)
    """

    name = "mixed-ksg"

    n_neighbors: int = 3

    def __post_init__(self) -> None:
        if self.n_neighbors < 1:
            raise ValueError(f"expected at least one neighbour; got {self.n_neighbors}")

    def value(self, sample: Sample) -> Value:
        """Return the value in nats from rows of shape `(n, dim_x)` and `(n, dim_y)`.

        Raises:
            ValueError: if there are not more rows than neighbours.
        """
        n, k = sample.n_samples, self.n_neighbors
        sides = sides_with_neighbours(sample, k)
        both = np.hstack(sides)
        radii = nearest(both, k)[0][:, -1]
        near = np.full(n, k)
        if (radii == 0).any():
            near = np.where(radii == 0, count_near(both, np.zeros(n)), near)
        counts = [count_near(side, radii * INSIDE) for side in sides]
        return Value(float(neighbour_terms(near, n, *counts).mean()))
