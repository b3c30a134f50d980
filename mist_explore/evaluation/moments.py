"""Cross-moments of ranks: a fast statistic of dependence between two sides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimators.scaling import unit_ranks

__all__ = ["WAVES", "cross_moments", "waves"]

Rows = NDArray[np.float64]

WAVES = 4
"""Cosines of each column: curves with up to this number of half waves are seen."""


def cross_moments(waves_x: Rows, waves_y: Rows) -> float:
    r"""Return \(\lVert W_X^\top W_Y \rVert^2 / n\) for the waves of two sides, `(n, columns)`."""
    return float(np.square(waves_x.T @ waves_y).sum() / len(waves_x))


def waves(side: Rows) -> Rows:
    r"""Return weighted cosines of the ranks of each column, centred, `(n, columns * WAVES)`.

    Wave j of a column with ranks u in (0, 1) is \(\sqrt 2 \cos(\pi j u) / j\). A side with several
    columns has the waves of its row norms as well.

    Args:
        side: `(n, columns)`.

    Example:
        >>> waves(np.array([[0.3], [0.1], [0.2]])).shape
        (3, 4)
    """
    ranks = unit_ranks(side)
    if side.shape[1] > 1:
        norms = np.square(ranks - 0.5).sum(1, keepdims=True).round(12)
        ranks = np.hstack([ranks, unit_ranks(norms)])
    j = np.arange(1, WAVES + 1)
    cosines = np.sqrt(2) * np.cos(np.pi * j * ranks[..., None]) / j
    return np.asarray((cosines - cosines.mean(0)).reshape(len(side), -1))
