"""The Gaussian estimator: all columns taken as jointly normal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimators.point_estimator import PointEstimator, Value
from mist_explore.estimators.scaling import standardised
from mist_explore.network.canonical import gaussian_plug_in, wishart_bias
from mist_explore.sample import Sample

__all__ = ["Gaussian"]

SMALLEST_SHRINKAGE = 1e-9
"""Keeps the value finite where columns determine each other; unseen elsewhere."""


@dataclass(frozen=True)
class Gaussian(PointEstimator):
    r"""The mutual information of a normal distribution with the correlations of the sample.

    .. math::
        \hat I = \tfrac12 \ln \frac{|R_x| |R_y|}{|R|} - b, \qquad R = (1 - s) C + s \, \mathrm{Id}

    with C the correlation matrix of all columns: the sum over canonical correlations
    \(-\frac12 \sum_i \ln (1 - \rho_i^2)\), hence also called CCA. The estimate is one value in
    nats, without an interval. It is blind to dependence without correlation and not robust to heavy
    tails.

    With more rows n than columns D = dim_x + dim_y nothing is shrunk and the bias is taken off,
    which is known exactly for normal rows (so values below 0 occur, and are clipped to 0):

    .. math::
        b = \tfrac12 \Big( \sum_{i=1}^{d_x} + \sum_{i=1}^{d_y} - \sum_{i=1}^{D} \Big)
        \psi\Big(\frac{n - i}{2}\Big)

    Otherwise the matrix is singular, and s = (D / (2n + D))² decides the value.

    Args:
        shrinkage: s in (0, 1), then without b; `None` as above.

    Raises:
        ValueError: if `shrinkage` is not in (0, 1).

    Source: the bias follows from E ln |S| of a Wishart matrix: Goodman, "The distribution of the
    determinant of a complex Wishart distributed matrix" (1963); Misra, Singh & Demchuk,
    "Estimation of the entropy of a multivariate normal distribution" (2005).

    Example:
        >>> rows = np.linspace(0, 1, 50)
        >>> estimate = Gaussian().estimate(rows + np.cos(40 * rows), rows)
        >>> round(estimate.median, 3), estimate.is_point
        (0.068, True)
    """

    name = "gaussian"

    shrinkage: float | None = None

    def __post_init__(self) -> None:
        if self.shrinkage is not None and not 0 < self.shrinkage < 1:
            raise ValueError(f"expected a shrinkage in (0, 1) or None; got {self.shrinkage}")

    def value(self, sample: Sample) -> Value:
        """Return the value in nats from rows of shape `(n, dim_x)` and `(n, dim_y)`."""
        columns = standardised(np.hstack([sample.x, sample.y]))
        correlation = np.asarray(np.corrcoef(columns, rowvar=False))
        n, dim = sample.n_samples, len(correlation)
        if self.shrinkage is None and n > dim:
            value = gaussian_plug_in(_shrunk(correlation, SMALLEST_SHRINKAGE), sample.dim_x)
            return Value(value - float(wishart_bias(n, sample.dim_x, sample.dim_y)))
        shrinkage = (dim / (2 * n + dim)) ** 2 if self.shrinkage is None else self.shrinkage
        warning = f"{n} rows for {dim} columns: the shrinkage decides the value"
        value = gaussian_plug_in(_shrunk(correlation, shrinkage), sample.dim_x)
        return Value(value, (warning,) if n <= dim else ())


def _shrunk(correlations: NDArray[np.float64], shrinkage: float) -> NDArray[np.float64]:
    return (1 - shrinkage) * correlations + shrinkage * np.eye(len(correlations))
