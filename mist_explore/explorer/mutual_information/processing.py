"""Data processing inequality: invertible maps keep mutual information, others can only lower it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, xlogy

__all__ = ["PAIRS", "Step", "binned_information", "steps"]

PAIRS = 2
"""Columns of X and of Y of the example, in independent pairs."""

REACH, POINTS = 9.0, 4_001


@dataclass(frozen=True)
class Step:
    """One thing that was done to the columns.

    Args:
        words: the processing.
        information: the mutual information after it, in nats.
        keeps: whether it is invertible, so that it keeps everything.
    """

    words: str
    information: float
    keeps: bool


def steps(information: float, noise: float, bins: int) -> tuple[Step, ...]:
    r"""Process two independent Gaussian pairs of known mutual information, step by step.

    A pair has \(\rho^2 = 1 - e^{-2 I / 2}\). Noise of deviation \(\sigma\) on its standardised Y
    makes it \(\rho^2 / (1 + \sigma^2)\); then Y is cut into equally likely bins; then one pair
    is dropped.

    Args:
        information: of both pairs together, in nats.
        noise: \(\sigma\).
        bins: the number of bins.

    Example:
        >>> [round(step.information, 3) for step in steps(1.0, noise=1.0, bins=2)][-3:]
        [0.38, 0.225, 0.113]
    """
    squared = -math.expm1(-2 * information / PAIRS)
    noisy = squared / (1 + noise**2)
    blurred = -0.5 * PAIRS * math.log1p(-noisy)
    cut = PAIRS * binned_information(math.sqrt(noisy), bins)
    return (
        Step("original", information, True),
        Step("each column stretched and bent, in order", information, True),
        Step("each column replaced by its ranks", information, True),
        Step("the columns of X mixed, and those of Y", information, True),
        Step("a random flow of X and one of Y", information, True),
        Step(f"noise of {noise:g} standard deviations added to Y", blurred, False),
        Step(f"then Y cut into {bins} bins", cut, False),
        Step("then the second column of Y dropped", cut / PAIRS, False),
    )


def binned_information(correlation: float, bins: int) -> float:
    r"""I(X; bin(Y)) in nats of standard normal X and Y, for equally likely bins of Y.

    .. math:: \ln K + \int \varphi(x) \sum_k p_k(x) \ln p_k(x) \, dx, \qquad
        p_k(x) = \Phi\Big(\frac{b_{k+1} - \rho x}{\sqrt{1 - \rho^2}}\Big)
               - \Phi\Big(\frac{b_k - \rho x}{\sqrt{1 - \rho^2}}\Big)

    by the trapezoid rule, which is exact to rounding for such smooth and fast falling functions.

    Args:
        correlation: \(\rho\), from 0 to below 1.
        bins: K, at least 1.

    Example:
        >>> round(binned_information(0.8, 2), 3), round(-0.5 * math.log(1 - 0.8**2), 3)
        (0.267, 0.511)
    """
    x = np.linspace(-REACH, REACH, POINTS)
    edges = ndtri(np.arange(bins + 1) / bins)
    below = ndtr((edges[:, None] - correlation * x) / math.sqrt(1 - correlation**2))
    share = np.diff(below, axis=0)
    density = np.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)
    mean = float(np.trapezoid(density * xlogy(share, share).sum(axis=0), x))
    return max(math.log(bins) + mean, 0.0)
