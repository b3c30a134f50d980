"""Counts of neighbours, and the digammas of counts that estimate mutual information."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma

__all__ = ["neighbour_terms", "within"]

Floats = NDArray[np.float64]


def neighbour_terms(near: ArrayLike, n: int, *counts: ArrayLike) -> Floats:
    r"""Return \(\psi(k) + \psi(n) - \sum_s \psi(n_s)\) of each row, whose mean estimates I in nats.

    Args:
        near: k, the neighbours within reach of a row in both sides; `(..., queries)` or a number.
        n: the number of rows.
        counts: by side, the rows within reach, the row itself among them, `(..., queries)`. Of a
            discrete side they are the rows of its class.

    Source: Kraskov, Stögbauer & Grassberger (2004), equation 8; Ross (2014); Gao et al. (2017).

    Example:
        >>> neighbour_terms(3, 100, [10, 20], [10, 40]).round(3).tolist()
        [1.019, -1.124]
    """
    terms = digamma(np.asarray(near, np.float64)) + digamma(float(n))
    for count in counts:
        terms = terms - digamma(np.asarray(count, np.float64))
    return np.asarray(terms)


def within(ordered: Floats, centre: Floats, reach: Floats) -> NDArray[np.intp]:
    """The number of ordered values strictly within reach of each centre, at least 1.

    Args:
        ordered: `(n,)`.
        centre: `(queries,)`.
        reach: `(..., queries)`.
    """
    order = np.argsort(centre)  # one search begins where the last one ended
    centre, reach = centre[order], reach[..., order]
    above = np.searchsorted(ordered, centre + reach, "left")
    counts = np.empty_like(above)
    counts[..., order] = above - np.searchsorted(ordered, centre - reach, "right")
    return np.maximum(counts, 1)
