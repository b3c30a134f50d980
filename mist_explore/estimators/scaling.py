"""Standardised columns, ranks in (0, 1), and van der Waerden scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

__all__ = ["centred_scores", "standardised", "unit_ranks", "van_der_waerden_scores"]


def standardised(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each column of shape `(n, dim)` with mean 0 and standard deviation 1; none is constant.

    Example:
        >>> standardised(np.array([[1e-200], [2e-200]])).tolist()
        [[-1.0], [1.0]]
    """
    bounded = columns / np.abs(columns).max(axis=0)  # squares of any units stay in range
    centred = bounded - bounded.mean(axis=0)
    return np.asarray(centred / centred.std(axis=0))


def unit_ranks(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Return \((r - \tfrac12) / n\) of the ranks r within each column of shape `(n, dim)`.

    Example:
        >>> unit_ranks(np.array([[1.0], [5.0], [1.0]])).round(3).tolist()
        [[0.333], [0.833], [0.333]]
    """
    return np.asarray((rankdata(columns, axis=0) - 0.5) / len(columns))


def centred_scores(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Return \(\Phi^{-1}((r - \tfrac12) / n)\) of the ranks r, of mean 0, `(n, dim)`.

    Example:
        >>> centred_scores(np.array([[1.0], [5.0], [1.0]])).round(4).tolist()
        [[-0.466], [0.9321], [-0.466]]
    """
    scores = ndtri(unit_ranks(columns))
    return np.asarray(scores - scores.mean(axis=0))


def van_der_waerden_scores(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""\(\Phi^{-1}(r / (n + 1))\) of the ranks r within each column of shape `(n, dim)`.

    Ties share their middle rank, so the order of the rows does not matter. The network's
    `normal_scores` use the ranks \((r - \tfrac12) / n\) and unit variance instead.

    Example:
        >>> van_der_waerden_scores(np.array([[1.0], [5.0], [1.0]])).round(4).tolist()
        [[-0.3186], [0.6745], [-0.3186]]
    """
    ranks = rankdata(columns, method="average", axis=0)
    return np.asarray(ndtri(ranks / (len(columns) + 1)))
