"""KSG with the correction for local non-uniformity, for one column each of X and Y."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from mist_explore.estimators.point_estimator import PointEstimator, Value, check_one_column_each
from mist_explore.network.knn import KS, pair_information
from mist_explore.network.random_order import random_order
from mist_explore.network.reductions import reduce_sample
from mist_explore.network.scores import normal_scores
from mist_explore.sample import Sample

__all__ = ["LNC"]

ALIGNED, RATIO = len(KS), 0.25


@dataclass(frozen=True)
class LNC(PointEstimator):
    r"""KSG, corrected where the nearest rows fill less than the box around them.

    .. math::
        \hat I = \hat I_{\mathrm{KSG}} - \Big\langle \ln \frac{\bar V_i}{V_i} \Big\rangle
        \quad \text{over rows with} \quad \bar V_i < \alpha V_i

    (the other rows count as 0), with \(V_i\) the volume of the smallest box around row i that
    holds its 7 nearest rows and \(\bar V_i\) that of their smallest box along their principal
    axes. KSG takes the density for uniform within the box; strongly dependent columns lie along a
    line in it, and KSG then saturates near ln n.

    Columns become normal scores. Of more than 20,000 rows a random part is taken. One value in
    nats, without an interval; values below 0 are clipped to 0. Where a column has ties the
    correction is left out, with a warning. Dependence that is finer than the ranks of n rows can
    show is overestimated: from about ln n - 3 nats on, by 1 nat and more.

    Args:
        n_neighbors: k of KSG, one of `KS`.
        ratio: \(\alpha\), in (0, 1]; smaller values correct fewer rows.

    Raises:
        ValueError: if `n_neighbors` or `ratio` is not possible.

    Source: Gao, Ver Steeg & Galstyan, "Efficient estimation of mutual information for strongly
    dependent variables" (2015).

    Example:
        >>> x, noise = np.random.default_rng(0).normal(size=(2, 500))
        >>> round(LNC().estimate(x, x + 0.05 * noise).median, 1)
        3.0
    """

    name = "lnc"

    n_neighbors: int = 3
    ratio: float = RATIO

    def __post_init__(self) -> None:
        if self.n_neighbors not in KS:
            raise ValueError(f"expected n_neighbors among {KS}; got {self.n_neighbors}")
        if not 0 < self.ratio <= 1:
            raise ValueError(f"expected a ratio in (0, 1]; got {self.ratio}")

    def value(self, sample: Sample) -> Value:
        """Return the value in nats from rows of shape `(n, 1)` and `(n, 1)`.

        Raises:
            ValueError: if a side has several columns that do not copy one another, or both
                sides are ordered alike.
        """
        reduced = reduce_sample(sample.x, sample.y)
        columns = reduced.x.columns, reduced.y.columns
        check_one_column_each(*columns, "lnc", "matched-ksg or ksg")
        z = normal_scores(torch.from_numpy(np.hstack(columns).T.copy())).numpy()
        if min(np.abs(z[0] - z[1]).max(), np.abs(z[0] + z[1]).max()) < 1e-9:
            raise ValueError(
                "expected columns of which neither determines the other for lnc; "
                "got columns in one order: use ksg or mixed-ksg"
            )
        statistics = pair_information(z[0], z[1], random_order(z), z.shape[1], threshold=self.ratio)
        value = float(statistics[KS.index(self.n_neighbors)] + statistics[ALIGNED])
        warnings = reduced.warnings
        if any(len(np.unique(column)) < len(column) for column in columns):
            warnings += (
                "tied values: without the correction for local non-uniformity; KSG for mixed "
                "columns (mixed-ksg) takes ties",
            )
        return Value(value, warnings, reduced.notes)
