"""KSG of matched pairs of columns, summed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from mist_explore.estimators.point_estimator import PointEstimator, Value
from mist_explore.network.knn import KS, pair_information
from mist_explore.network.matching import matching
from mist_explore.network.random_order import random_order
from mist_explore.network.reductions import reduce_sample
from mist_explore.network.scores import normal_scores
from mist_explore.sample import Sample

__all__ = ["MatchedKSG"]


@dataclass(frozen=True)
class MatchedKSG(PointEstimator):
    r"""The sum of KSG over pairs of dependent columns, each column in one pair.

    .. math::
        \hat I = \sum_{(i, j) \in M} \hat I_{\mathrm{KSG}}(X_i; Y_j)

    The matching M is greedy: the most dependent pair of columns first, by the larger z-score of
    \(\chi^2\) on equal-frequency grids or of Chatterjee's \(\xi\), so that dependence of any
    shape counts; pairs that are not dependent beyond chance are left out (but for the first).
    Mutual information adds over independent pairs: where X and Y are stacks of such pairs the sum
    is right where KSG on all columns is far too low. Where columns of a side depend on each other,
    or several columns are needed to see the dependence, it is not.

    Columns become normal scores. Of more than 20,000 rows a random part is taken. One value in
    nats, without an interval; values below 0 are clipped to 0.

    Args:
        n_neighbors: k, one of `KS`.

    Raises:
        ValueError: if `n_neighbors` is none of them.

    Source: Kraskov, Stögbauer & Grassberger, "Estimating mutual information" (2004), equation 8;
    Chatterjee, "A new coefficient of correlation" (2021).

    Example:
        >>> x = np.random.default_rng(0).normal(size=(500, 4))
        >>> y = x[:, ::-1] ** 2 + 0.5 * np.random.default_rng(1).normal(size=(500, 4))
        >>> ksg = MatchedKSG().estimate(x[:, :1], y[:, 3:]).median
        >>> round(MatchedKSG().estimate(x, y).median / ksg)
        4
    """

    name = "matched-ksg"

    n_neighbors: int = 3

    def __post_init__(self) -> None:
        if self.n_neighbors not in KS:
            raise ValueError(f"expected n_neighbors among {KS}; got {self.n_neighbors}")

    def value(self, sample: Sample) -> Value:
        """Return the value in nats from rows of shape `(n, dim_x)` and `(n, dim_y)`."""
        reduced = reduce_sample(sample.x, sample.y)
        columns, dim_x = [reduced.x.columns, reduced.y.columns], reduced.x.columns.shape[1]
        z = normal_scores(torch.from_numpy(np.hstack(columns).T.copy()))
        order = random_order(z.numpy())
        matched = matching(torch.special.ndtr(z).numpy(), dim_x, order)
        pairs = matched.pairs[: max(1, int(matched.significant.sum()))]
        found = [
            pair_information(z[i].numpy(), z[dim_x + j].numpy(), order, z.shape[1])
            for i, j in pairs.tolist()
        ]
        value = float(np.sum([statistics[KS.index(self.n_neighbors)] for statistics in found]))
        return Value(value, reduced.warnings, reduced.notes)
