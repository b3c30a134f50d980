"""Accuracy of estimates and coverage of intervals: means with cluster-robust standard errors."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mist_explore.configuration import Configuration

__all__ = [
    "Mean",
    "bias",
    "calibration",
    "clustered_mean",
    "coverage",
    "mean_absolute_error",
    "mean_squared_error",
    "mean_width",
]


@dataclass(frozen=True)
class Mean(Configuration):
    """Mean over datasets, with its standard error over clusters of datasets.

    Args:
        value: the mean.
        standard_error: its standard error; NaN where there is one cluster only.
        n_clusters: the number of clusters.

    Example:
        >>> print(Mean(0.25, 0.051, 4))
        0.25 ± 0.051
    """

    value: float
    standard_error: float
    n_clusters: int

    def __str__(self) -> str:
        if math.isnan(self.standard_error):
            return f"{self.value:.3g}"
        return f"{self.value:.3g} ± {self.standard_error:.2g}"

    @property
    def signed(self) -> str:
        """The text with a plus sign before positive values."""
        return f"+{self}" if self.value > 0 else str(self)


def clustered_mean(values: ArrayLike, clusters: Sequence[Hashable]) -> Mean:
    r"""The mean of N values in G clusters whose members err together, such as cells of a suite.

    .. math::
        \bar v = \frac1N \sum_i v_i, \qquad \mathrm{s.e.}^2 =
        \frac{G}{G - 1} \frac{1}{N^2} \sum_g \Big( \sum_{i \in g} (v_i - \bar v) \Big)^2

    With clusters of one size this is the standard deviation of the cluster means over
    \(\sqrt G\).

    Args:
        values: numbers of shape `(N,)`, N >= 1.
        clusters: the cluster of each value.

    Raises:
        ValueError: if there is no value, or not one cluster for each.

    Source: Liang & Zeger (1986), the cluster-robust variance of a mean.

    Example:
        >>> print(clustered_mean([1.0, 1.0, 3.0, 3.0], ["a", "a", "b", "b"]))
        2 ± 1
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or len(array) == 0 or len(array) != len(clusters):
        raise ValueError(
            "expected one cluster for each of at least one value; "
            f"got values of shape {array.shape} and {len(clusters)} clusters"
        )
    numbers: dict[Hashable, int] = {}
    index = [numbers.setdefault(cluster, len(numbers)) for cluster in clusters]
    mean, n_clusters = float(array.mean()), len(numbers)
    if n_clusters == 1:
        return Mean(mean, math.nan, 1)
    sums = np.bincount(index, weights=array - mean)
    variance = n_clusters / (n_clusters - 1) * np.square(sums).sum() / len(array) ** 2
    return Mean(mean, math.sqrt(variance), n_clusters)


def bias(estimates: ArrayLike, truths: ArrayLike, clusters: Sequence[Hashable]) -> Mean:
    """The mean of estimate minus truth, in the units of both.

    Example:
        >>> bias([1.0, 2.0], [0.5, 1.5], ["a", "b"]).value
        0.5
    """
    return clustered_mean(_difference(estimates, truths), clusters)


def mean_squared_error(
    estimates: ArrayLike, truths: ArrayLike, clusters: Sequence[Hashable]
) -> Mean:
    """The mean of (estimate - truth)², in squared units.

    Example:
        >>> mean_squared_error([1.0, 2.0], [0.0, 0.0], ["a", "b"]).value
        2.5
    """
    return clustered_mean(np.square(_difference(estimates, truths)), clusters)


def mean_absolute_error(
    estimates: ArrayLike, truths: ArrayLike, clusters: Sequence[Hashable]
) -> Mean:
    """The mean of |estimate - truth|, in the units of both.

    Example:
        >>> mean_absolute_error([1.0, -2.0], [0.0, 0.0], ["a", "b"]).value
        1.5
    """
    return clustered_mean(np.abs(_difference(estimates, truths)), clusters)


def coverage(intervals: ArrayLike, truths: ArrayLike, clusters: Sequence[Hashable]) -> Mean:
    """The share of intervals that hold the truth, ends included.

    Args:
        intervals: lower and upper ends, of shape `(N, 2)`.
        truths: of shape `(N,)`.
        clusters: the cluster of each interval.

    Example:
        >>> coverage([[0.0, 1.0], [0.0, 1.0]], [1.0, 2.0], ["a", "b"]).value
        0.5
    """
    lower, upper = _ends(intervals)
    truth = _same_shape(lower, truths)
    return clustered_mean((lower <= truth) & (truth <= upper), clusters)


def mean_width(intervals: ArrayLike, clusters: Sequence[Hashable]) -> Mean:
    """The mean of upper minus lower end of intervals of shape `(N, 2)`.

    Example:
        >>> mean_width([[0.0, 1.0], [0.0, 2.0]], ["a", "b"]).value
        1.5
    """
    lower, upper = _ends(intervals)
    return clustered_mean(upper - lower, clusters)


def calibration(
    quantiles: ArrayLike, truths: ArrayLike, clusters: Sequence[Hashable]
) -> tuple[Mean, ...]:
    r"""The share of datasets with truth \(\le q_\tau\), for each level; \(\tau\) when calibrated.

    Args:
        quantiles: of shape `(N, levels)`.
        truths: of shape `(N,)`.
        clusters: the cluster of each dataset.

    Example:
        >>> [m.value for m in calibration([[0.0, 1.0], [0.0, 3.0]], [0.5, 0.5], ["a", "b"])]
        [0.0, 1.0]
    """
    table = np.asarray(quantiles, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"expected quantiles of shape (datasets, levels); got {table.shape}")
    return tuple(clustered_mean(_same_shape(q, truths) <= q, clusters) for q in table.T)


def _same_shape(expected: NDArray[np.float64], values: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != expected.shape:
        raise ValueError(
            f"expected one truth for each forecast; got shapes {array.shape} and {expected.shape}"
        )
    return array


def _difference(estimates: ArrayLike, truths: ArrayLike) -> NDArray[np.float64]:
    estimate = np.asarray(estimates, dtype=np.float64)
    return estimate - _same_shape(estimate, truths)


def _ends(intervals: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    array = np.asarray(intervals, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"expected intervals of shape (datasets, 2); got {array.shape}")
    return array[:, 0], array[:, 1]
