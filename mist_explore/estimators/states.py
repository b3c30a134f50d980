"""Serial dependence of categorical sides, averaged over all contrasts of their states."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimators.serial import (
    effective_number,
    largest_autocorrelation,
)
from mist_explore.sample import Sample

__all__ = ["effective_rows_of_states", "sample_of_states"]

Codes = NDArray[np.intp]

MOST_STATES, ROWS_PER_STATE, ROWS_PER_CELL = 50, 10, 2
"""Largest number of states of a categorical side, smallest mean number of rows per state, and per
cell of two categorical sides."""

PROBED = 2_000

MOST_NUMBERS = 2_000_000
"""Largest number of indicators, rows times states."""


def sample_of_states(sample: Sample) -> Sample:
    """Return the sample with categorical sides in one-hot encoding.

    Args:
        sample: a sample without constant columns.

    Example:
        >>> codes = np.arange(60) % 3
        >>> sample_of_states(Sample(codes, np.sin(codes * np.arange(60)))).x[:3].tolist()
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    sides = [_indicators(side) for side in (sample.x, sample.y)]
    return Sample(*sides)


def effective_rows_of_states(sample: Sample) -> float | None:
    r"""Return the effective number of rows for a categorical side; None where neither is one.

    The statistic \(2 n \hat I\) of two independent categories with S and T states is a weighted sum
    of (S - 1)(T - 1) squares, one for each pair of contrasts. Under serial dependence its mean
    grows by the mean variance factor of these pairs,

    .. math:: n_{\mathrm{eff}} = \frac{n}{1 + 2 \sum_k \bar r_k^{(x)} \bar r_k^{(y)}}, \qquad
        \bar r_k = \frac{1}{S - 1} \sum_s \frac{1}{n p_s}
        \sum_t (1_{x_t = s} - p_s)(1_{x_{t + k} = s} - p_s),

    with \(\bar r_k\) of the most autocorrelated column for a numeric side. In a survey with rows
    ordered by town a few contrasts are constant over long runs, and they alone determine the
    factor of the most autocorrelated columns (`serial_dependence`).

    Args:
        sample: a sample without constant columns.

    Source: Rao & Scott, "The analysis of categorical data from complex sample surveys" (1981).

    Example:
        >>> rng = np.random.default_rng(0)
        >>> town = np.repeat(rng.integers(0, 4, 50), 20)
        >>> vote = np.where(rng.random(1000) < 0.5, town, rng.integers(0, 4, 1000))
        >>> 200 < effective_rows_of_states(Sample(town, vote)) < 500
        True
    """
    codes = [_states(side) for side in (sample.x, sample.y)]
    known = [one for one in codes if one is not None]
    if not known:
        return None
    if len(known) == 2:
        cells = (known[0].max() + 1) * (known[1].max() + 1)
        if sample.n_samples < ROWS_PER_CELL * cells:
            return None
    r = [
        largest_autocorrelation(side) if one is None else _of_states(one)
        for side, one in zip((sample.x, sample.y), codes, strict=True)
    ]
    return effective_number(r[0], r[1])


def _states(side: NDArray[np.float64]) -> Codes | None:
    """Return the state of each row from 0, `(n,)`; None for a side with too many states."""
    n = len(side)
    probed = side[:: max(1, n // PROBED)]
    # The states of one column are found fast, and the side has no fewer.
    if len(np.unique(probed[:, 0])) > MOST_STATES:
        return None
    if len(np.unique(probed, axis=0)) > MOST_STATES:
        return None
    distinct, codes = np.unique(side, axis=0, return_inverse=True)
    few = len(distinct) <= min(MOST_STATES, n / ROWS_PER_STATE)
    return codes.reshape(-1).astype(np.intp) if few else None


def _indicators(side: NDArray[np.float64]) -> NDArray[np.float64]:
    codes = _states(side)
    if codes is None or len(side) * (codes.max() + 1) > MOST_NUMBERS:
        return side
    return np.eye(codes.max() + 1)[codes]


def _of_states(codes: Codes) -> NDArray[np.float64]:
    """Return the mean autocorrelation of all contrasts at all lags from 1, `(n - 1,)`."""
    n, counts = len(codes), np.bincount(codes)
    total = np.zeros(n - 1)
    for state, count in enumerate(counts):
        centred = (codes == state) - count / n
        spectrum = np.fft.rfft(centred, 2 * n)
        total += np.fft.irfft(np.abs(spectrum) ** 2)[1:n] / count
    return total / (len(counts) - 1)
