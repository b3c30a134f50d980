"""KSG of canonical pairs, summed."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from mist_explore.estimators.point_estimator import PointEstimator, Value
from mist_explore.network.knn import USUAL_K, pair_information
from mist_explore.network.linear import LINEAR_ESTIMATES, linear_estimates
from mist_explore.network.random_order import random_order
from mist_explore.network.reductions import reduce_sample
from mist_explore.network.scores import normal_scores
from mist_explore.sample import Sample

__all__ = ["CanonicalKSG"]

OF_PAIRS = LINEAR_ESTIMATES.index("KSG, canonical pairs of values or scores")
BY_CHANCE = 0.1
"""Nats by chance alone from which on an estimate has a warning."""


@dataclass(frozen=True)
class CanonicalKSG(PointEstimator):
    r"""The sum of KSG over canonical pairs: linear combinations of columns, one of each side.

    .. math::
        \hat I = \sum_{k \le 3} \hat I_{\mathrm{KSG}}(a_k^T X; b_k^T Y)
            - \frac12 \sum_{k > 3} \ln(1 - r_k^2)

    Canonical pairs have the largest correlations \(r_k\) and none with the other pairs; KSG is of
    3 neighbours. Pairs that are not correlated beyond chance count as if Gaussian too (but for the
    first). Pairs are found from the values and from their normal scores, and those that show more
    are taken, as normal scores themselves. Where X and Y are linear mixtures of independent pairs
    the sum is right where KSG on all columns is far too low. It is blind to dependence of several
    columns without a correlation. One column on each side is a pair as it is.

    The weights are fitted to the same rows. Chance adds about \(d_x d_y / 2n\), with a warning
    from 0.1 nats on; and as correlations within a side are shrunk by
    \(((d_x + d_y) / (n + d_x + d_y))^2\), columns that nearly determine each other lose some.
    Of more than 20,000 rows a random part is taken for neighbours. One value in nats, without an
    interval; values below 0 are clipped to 0.

    Source: Hotelling, "Relations between two sets of variates" (1936); Kraskov, Stögbauer &
    Grassberger, "Estimating mutual information" (2004), equation 8.

    Example:
        Three independent pairs of 2 nats each, mixed linearly on both sides:

        >>> import numpy as np
        >>> a, noise = np.random.default_rng(0).normal(size=(2, 1000, 3))
        >>> mix_x, mix_y = np.random.default_rng(1).normal(size=(2, 3, 3))
        >>> x, y = a @ mix_x, (a + noise / np.sqrt(np.expm1(4))) @ mix_y
        >>> round(CanonicalKSG().estimate(x, y).median)
        6
    """

    name = "canonical-ksg"

    def value(self, sample: Sample) -> Value:
        """Return the value in nats from rows of shape `(n, dim_x)` and `(n, dim_y)`."""
        reduced = reduce_sample(sample.x, sample.y)
        x, y = (torch.from_numpy(side.columns.T.copy()) for side in (reduced.x, reduced.y))
        z = normal_scores(torch.cat([x, y]))
        order, warnings = random_order(z.numpy()), reduced.warnings
        found = linear_estimates(x, y, z, order)
        if found is None:
            u, v = z.numpy()
            value = pair_information(u, v, order, len(order))[USUAL_K]
            return Value(float(value), warnings, reduced.notes)
        chance = len(x) * len(y) / (2 * len(order))
        if chance >= BY_CHANCE:
            warnings += (
                f"{len(order)} rows for {len(x)} and {len(y)} columns: "
                f"about {chance:.1f} nats are by chance",
            )
        return Value(float(found[0][OF_PAIRS]), warnings, reduced.notes)
