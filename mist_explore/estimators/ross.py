"""The nearest-neighbour estimator between a categorical variable and numeric columns."""

from __future__ import annotations

from dataclasses import dataclass

from mist_explore.estimators.point_estimator import PointEstimator, Value
from mist_explore.network.class_conditional import ross_information, scores_and_order
from mist_explore.network.knn import KS
from mist_explore.network.reductions import DISCRETE, reduce_sample
from mist_explore.sample import Sample

__all__ = ["Ross"]


@dataclass(frozen=True)
class Ross(PointEstimator):
    r"""Nearest neighbours within the class of each row, counted among all rows.

    .. math::
        \hat I = \psi(n) + \langle \psi(k) - \psi(n_{c,i}) - \psi(m_i) \rangle

    with \(n_{c,i}\) the rows of the class of row i and \(m_i\) the rows of all classes that are
    nearer than its k-th neighbour of its own class, itself included. Rows alone in their class
    add nothing. Where rows of the numeric side coincide, k and the counts are those of the
    coinciding rows (Gao et al. 2017).

    Numeric columns become normal scores; distances are of the maximum norm. Of more than 20,000
    rows a random part is taken. One value in nats, without an interval; values below 0 are clipped
    to 0.

    Args:
        n_neighbors: k, one of `KS`.

    Raises:
        ValueError: if `n_neighbors` is none of them.

    Source: Ross, "Mutual information between discrete and continuous data sets" (2014); Gao,
    Kannan, Oh & Viswanath, "Estimating mutual information for discrete-continuous mixtures" (2017).

    Example:
        >>> import numpy as np
        >>> labels = np.repeat([0, 1], 200)
        >>> numbers = np.random.default_rng(0).normal(size=400) + 20 * labels
        >>> round(Ross().estimate(labels, numbers).median, 2), round(float(np.log(2)), 2)
        (0.69, 0.69)
    """

    name = "ross"

    n_neighbors: int = 3

    def __post_init__(self) -> None:
        if self.n_neighbors not in KS:
            raise ValueError(f"expected n_neighbors among {KS}; got {self.n_neighbors}")

    def value(self, sample: Sample) -> Value:
        """Return the value in nats from rows of shape `(n, dim_x)` and `(n, dim_y)`.

        Raises:
            ValueError: unless one side alone is discrete.
        """
        reduced = reduce_sample(sample.x, sample.y)
        one, other = (reduced.x, reduced.y) if reduced.x.is_categorical else (reduced.y, reduced.x)
        if one.codes is None or other.codes is not None:
            raise ValueError(
                f"expected one discrete side, {DISCRETE.format(estimator=self.name)}; "
                + (
                    "got none: use ksg or mixed-ksg"
                    if one.codes is None
                    else "got two: use plug-in"
                )
            )
        z, order = scores_and_order(one.codes, other.columns)
        value = ross_information(one.codes, z, order)[:, KS.index(self.n_neighbors)].mean()
        return Value(float(value), reduced.warnings, reduced.notes)
