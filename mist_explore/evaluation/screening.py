"""Mutual information between bins: thousands of pairs of columns a second."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
from numpy.typing import NDArray

from mist_explore.evaluation.columns import PairColumns

__all__ = ["binned_information", "smaller_entropy"]

Codes = NDArray[np.intp]
Pair = tuple[str, str]


def binned_information(columns: PairColumns, pair: Pair) -> float:
    r"""Return the mutual information of the bins of two columns, in nats.

    .. math:: \max\Big(0, \sum_{ij} \frac{n_{ij}}{n} \ln \frac{n_{ij} n}{n_i n_j}
        - \frac{(a - 1)(b - 1)}{2n}\Big)

    with a and b bins (see `NumberedColumn.bins`); the last term is the bias of two independent
    columns. It is low for strong dependence, which bins blur: a value to rank by, no estimate. Of
    several smooth columns on a side the largest value counts.

    Args:
        columns: the table.
        pair: two names.

    Source: Miller, "Note on the bias of information estimates" (1955).

    Example:
        >>> u = np.linspace(0, 1, 400)
        >>> columns = PairColumns.of({"u": u, "curve": (u - 0.5) ** 2, "saw": (37 * u) % 1})
        >>> [round(binned_information(columns, ("u", name)), 1) for name in ("curve", "saw")]
        [1.3, 0.0]
    """
    rows = columns.rows(pair)
    one, other = (columns.columns[name].bins for name in pair)
    return max(_information(x[rows], y[rows]) for x, y in product(one, other))


def smaller_entropy(columns: PairColumns, pair: Pair) -> float | None:
    """Return the smaller entropy of two discrete columns in nats; None where one is not discrete.

    It is the largest mutual information that they can have.

    Example:
        >>> columns = PairColumns.of({"a": np.arange(40) % 2, "b": np.arange(40) % 4})
        >>> round(smaller_entropy(columns, ("a", "b")), 4)
        0.6931
    """
    rows = columns.rows(pair)
    entropies = []
    for name in pair:
        states = columns.columns[name].states
        if states is None:
            return None
        entropies.append(_entropy(np.bincount(states[rows])))
    return min(entropies)


def _information(one: Codes, other: Codes) -> float:
    table = _table(one, other)
    n, (a, b) = int(table.sum()), table.shape
    if not n:
        return 0.0
    information = _entropy(table.sum(1)) + _entropy(table.sum(0)) - _entropy(table.ravel())
    return max(0.0, information - (a - 1) * (b - 1) / (2 * n))


def _table(one: Codes, other: Codes) -> NDArray[np.intp]:
    """The counts of the pairs of codes, without empty rows and columns."""
    shape = int(one.max(initial=0)) + 1, int(other.max(initial=0)) + 1
    counts = np.bincount(one * shape[1] + other, minlength=shape[0] * shape[1]).reshape(shape)
    return np.asarray(counts[counts.any(1)][:, counts.any(0)])


def _entropy(counts: NDArray[np.intp]) -> float:
    filled = counts[counts > 0].astype(np.float64)
    n = filled.sum()
    return float(math.log(n) - (filled * np.log(filled)).sum() / n)
