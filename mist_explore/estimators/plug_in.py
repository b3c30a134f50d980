"""The plug-in estimator between two discrete sides, with a correction of its bias."""

from __future__ import annotations

from dataclasses import dataclass

from mist_explore.estimators.point_estimator import PointEstimator, Value
from mist_explore.network.discrete import contingency_table, discrete_estimates
from mist_explore.network.reductions import DISCRETE, reduce_sample
from mist_explore.sample import Sample

__all__ = ["CORRECTIONS", "PlugIn"]

CORRECTIONS = ("none", "miller-madow", "grassberger", "chao-shen")
"""Of the entropies, in the order of the first of `DISCRETE_ESTIMATES`."""


@dataclass(frozen=True)
class PlugIn(PointEstimator):
    r"""Mutual information of the relative frequencies of a contingency table.

    .. math::
        \hat I = \hat H(X) + \hat H(Y) - \hat H(X, Y), \qquad
        \hat H = -\sum_i \frac{n_i}{n} \ln \frac{n_i}{n} + b

    with the correction b of the entropies: 0; (m - 1) / 2n for m occupied states (Miller & Madow);
    that of Grassberger; or the coverage-adjusted entropy of Chao & Shen. Without a correction the
    value is too high by about \((m_x - 1)(m_y - 1) / 2n\).

    A side of several discrete columns is one variable: its states are the distinct rows. One value
    in nats, without an interval; values below 0 are clipped to 0.

    Args:
        correction: one of `CORRECTIONS`.

    Raises:
        ValueError: if `correction` is unknown.

    Source: Miller, "Note on the bias of information estimates" (1955); Grassberger, "Entropy
    estimates from insufficient samplings" (2008); Chao & Shen, "Nonparametric estimation of
    Shannon's index of diversity when there are unseen species in sample" (2003).

    Example:
        >>> import numpy as np
        >>> labels = np.repeat([0, 1], 100)
        >>> round(PlugIn("none").estimate(labels, labels).median, 4), round(float(np.log(2)), 4)
        (0.6931, 0.6931)
    """

    name = "plug-in"

    correction: str = "miller-madow"

    def __post_init__(self) -> None:
        if self.correction not in CORRECTIONS:
            raise ValueError(
                f"expected a correction among {', '.join(CORRECTIONS)}; got {self.correction!r}"
            )

    def value(self, sample: Sample) -> Value:
        """Return the value in nats from rows of shape `(n, dim_x)` and `(n, dim_y)`.

        Raises:
            ValueError: if a side is not discrete.
        """
        reduced = reduce_sample(sample.x, sample.y)
        codes = reduced.x.codes, reduced.y.codes
        if codes[0] is None or codes[1] is None:
            side = "x" if codes[0] is None else "y"
            raise ValueError(
                f"expected discrete sides, {DISCRETE.format(estimator=self.name)}; "
                f"got more states in {side}: use ross where one side is discrete, else mixed-ksg"
            )
        estimates, _, _ = discrete_estimates(contingency_table(codes[0], codes[1]))
        value = float(estimates[CORRECTIONS.index(self.correction)])
        return Value(value, reduced.warnings, reduced.notes)
