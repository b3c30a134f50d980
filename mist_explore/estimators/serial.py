"""Serial dependence of the rows, and the effective number of independent rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

from mist_explore.network.scores import normal_scores
from mist_explore.sample import Sample

__all__ = [
    "SerialDependence",
    "effective_number",
    "largest_autocorrelation",
    "serial_dependence",
    "sorted_column",
]

ALARM = 0.01
"""Level of the test for serial dependence, with a Bonferroni correction over the columns."""

LEAST_ROWS = 40
EFFECTIVE = 0.8
"""Ratio of effective to actual rows below which rows are subsampled."""


@dataclass(frozen=True)
class SerialDependence:
    """Serial dependence of the rows of a sample.

    Args:
        lag_1: the lag-1 autocorrelation of normal scores that is largest in magnitude.
        column: the index of its column, from 0, the columns of X before those of Y.
        p_value: the p-value of the Ljung-Box test, Bonferroni-corrected over the columns.
        lags: the number of lags of the test.
        effective_rows: the effective number of independent rows for the correlation of the most
            autocorrelated columns of X and Y; at most n.
        n_samples: the number of rows, n.
        p_values: the p-values of the columns of X and of the columns of Y.
    """

    lag_1: float
    column: int
    p_value: float
    lags: int
    effective_rows: float
    n_samples: int
    p_values: tuple[float, float] = (1.0, 1.0)

    @property
    def alarming(self) -> bool:
        """Whether serial dependence is significant on one side or both."""
        return self.p_value < ALARM

    @property
    def reduces_rows(self) -> bool:
        """Whether both sides are autocorrelated and the effective number of rows is far below n."""
        return (
            self.n_samples >= LEAST_ROWS
            and max(self.p_values) < ALARM
            and self.effective_rows < EFFECTIVE * self.n_samples
        )


def serial_dependence(x: ArrayLike, y: ArrayLike) -> SerialDependence:
    r"""Test each column for autocorrelation in the order of the rows.

    Of the normal scores of each column, with autocorrelations \(r_k\) at lags up to
    \(h = \min(10, n / 5)\),

    .. math:: Q = n (n + 2) \sum_{k=1}^{h} \frac{r_k^2}{n - k} \sim \chi^2_h, \qquad
        n_{\mathrm{eff}} = \frac{n}{1 + 2 \sum_k r_k^{(x)} r_k^{(y)}}

    (summed up to the first lag with a nonpositive product). With autocorrelation on one side
    only, permutation tests remain valid and \(n_{\mathrm{eff}} \approx n\).

    Args:
        x: `(n, dim_x)`, rows in the order in which they were observed.
        y: `(n, dim_y)`.

    Raises:
        ValueError: if the arrays are not a valid `Sample`, or a side is constant.

    Source: Ljung & Box, "On a measure of lack of fit in time series models" (1978); Bartlett,
    "On the theoretical specification and sampling properties of autocorrelated time-series"
    (1946), for the number of rows.

    Example:
        >>> walk = np.cumsum(np.random.default_rng(0).normal(size=(300, 2)), 0)
        >>> found = serial_dependence(walk[:, 0], walk[:, 1])
        >>> found.alarming, found.effective_rows < 30
        (True, True)
    """
    sample, _ = Sample(x, y).without_constant_columns()
    n = sample.n_samples
    h = max(1, min(10, n // 5))
    r = _autocorrelations(np.hstack([sample.x, sample.y]))  # (n - 1, dim), from lag 1 on
    k = np.arange(1, h + 1)[:, None]
    p = chi2.sf(n * (n + 2) * (np.square(r[:h]) / (n - k)).sum(0), h)
    column = int(np.abs(r[0]).argmax())
    of_x, of_y = r[:, : sample.dim_x], r[:, sample.dim_x :]
    effective = effective_number(of_x[:, of_x[0].argmax()], of_y[:, of_y[0].argmax()])
    return SerialDependence(
        lag_1=float(r[0, column]),
        column=column,
        p_value=_smallest(p),
        lags=h,
        effective_rows=effective,
        n_samples=n,
        p_values=(_smallest(p[: sample.dim_x]), _smallest(p[sample.dim_x :])),
    )


def sorted_column(x: ArrayLike, y: ArrayLike) -> int | None:
    """Return the index of a column by which the rows are sorted, or None.

    The values of such a column are monotone, or each forms one run of consecutive rows. Indices
    start from 0, the columns of X before those of Y.

    Args:
        x: `(n, dim_x)`.
        y: `(n, dim_y)`.

    Raises:
        ValueError: if the arrays are not a valid `Sample`.

    Example:
        >>> sorted_column([3, 1, 4, 1, 5], [9, 8, 7, 7, 2])
        1
    """
    sample = Sample(x, y)
    columns = np.hstack([sample.x, sample.y])
    n, steps = len(columns), np.diff(columns, axis=0)
    runs = np.count_nonzero(steps, axis=0) + 1
    monotone = np.all(steps >= 0, axis=0) | np.all(steps <= 0, axis=0)
    for j in np.flatnonzero((runs > 1) & (monotone | (2 * runs <= n))):
        values, counts = np.unique(columns[:, j], return_counts=True)
        balanced = counts.max() <= 0.95 * n  # a single outlying row at one end is no sorting
        if balanced and (monotone[j] or len(values) == runs[j]):
            return int(j)
    return None


def effective_number(of_x: NDArray[np.float64], of_y: NDArray[np.float64]) -> float:
    r"""Return \(n / (1 + 2 \sum_k r_k^{(x)} r_k^{(y)})\).

    The sum ends at the first lag with a nonpositive product, or at n / 2.

    Args:
        of_x: autocorrelations of X at all lags from 1, `(n - 1,)`.
        of_y: autocorrelations of Y, `(n - 1,)`.

    Example:
        >>> effective_number(np.array([0.5, 0.1, 0.0]), np.array([0.5, -0.1, 0.0])) == 4 / 1.5
        True
    """
    n, product = len(of_x) + 1, of_x * of_y
    ends = np.flatnonzero(product <= 0)
    reach = min(int(ends[0]) if len(ends) else len(product), n // 2)
    return float(n / (1 + 2 * product[:reach].sum()))


def largest_autocorrelation(side: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the autocorrelations of the column with the largest one at lag 1, `(n - 1,)`.

    Args:
        side: `(n, dim)`, without constant columns.
    """
    r = _autocorrelations(side)
    return np.asarray(r[:, r[0].argmax()])


def _smallest(p: NDArray[np.float64]) -> float:
    return float(min(1.0, p.min() * len(p)))


def _autocorrelations(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return autocorrelations of normal scores at all lags from 1, `(n - 1, dim)`."""
    n = len(columns)
    scores = normal_scores(torch.from_numpy(columns.T.copy())).numpy()
    covariance = np.fft.irfft(np.abs(np.fft.rfft(scores, 2 * n)) ** 2)[:, :n]
    return np.asarray(covariance[:, 1:] / covariance[:, :1]).T
