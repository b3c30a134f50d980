"""Dependence of rows within groups, and the effective number of independent rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimators.scaling import centred_scores
from mist_explore.sample import Sample

__all__ = ["GroupDependence", "group_dependence"]


@dataclass(frozen=True)
class GroupDependence:
    """Dependence of rows within groups.

    Args:
        correlation_x, correlation_y: the largest intraclass correlation of a column of each side.
        effective_rows: the effective number of independent rows for the correlation of these two
            columns; at most n.
        n_groups: the number of groups.
    """

    correlation_x: float
    correlation_y: float
    effective_rows: float
    n_groups: int


def group_dependence(sample: Sample, groups: NDArray[np.intp]) -> GroupDependence:
    r"""Return the intraclass correlations of a sample and its effective number of rows.

    .. math:: n_{\mathrm{eff}} = \frac{n}{1 + (\bar m - 1) \rho_x \rho_y}, \qquad
        \bar m = \frac1n \sum_g m_g^2

    for groups of \(m_g\) rows; \(\rho\) is the largest intraclass correlation of a column of each
    side, from the analysis of variance of normal scores.

    Args:
        sample: a sample without constant sides.
        groups: the group of each row, integers from 0, `(n,)`.

    Source: Moulton, "Random group effects and the precision of regression estimates" (1986);
    Donner, "A review of inference procedures for the intraclass correlation coefficient" (1986).

    Example:
        >>> x = np.repeat(np.random.default_rng(0).normal(size=(30, 2)), 5, axis=0)
        >>> found = group_dependence(Sample(x[:, 0], x[:, 1]), np.arange(150) // 5)
        >>> round(found.effective_rows), found.n_groups
        (30, 30)
    """
    sizes = np.bincount(groups)
    n, n_groups = len(groups), len(sizes)
    x, y = (float(_intraclass(side, groups, sizes).max()) for side in (sample.x, sample.y))
    factor = 1 + (float((sizes**2).sum()) / n - 1) * max(x, 0) * max(y, 0)
    return GroupDependence(x, y, n / factor, n_groups)


def _intraclass(
    columns: NDArray[np.float64], groups: NDArray[np.intp], sizes: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the intraclass correlations of normal scores of nonconstant columns, `(dim,)`."""
    n, n_groups = len(columns), len(sizes)
    if not 1 < n_groups < n:
        return np.array([1.0 if n_groups == 1 else 0.0])
    columns = columns[:, np.ptp(columns, axis=0) > 0]
    scores = centred_scores(columns)
    sums = np.zeros((n_groups, scores.shape[1]))
    np.add.at(sums, groups, scores)
    means = sums / sizes[:, None]
    between = (sizes[:, None] * means**2).sum(0) / (n_groups - 1)
    within = ((scores - means[groups]) ** 2).sum(0) / (n - n_groups)
    size = (n - (sizes**2).sum() / n) / (n_groups - 1)
    return np.asarray((between - within) / (between + (size - 1) * within))
