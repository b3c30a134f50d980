r"""Canonical pairs of the values or of their scores: dependence of columns that are mixed linearly.

Normal scores of ranks keep the copula of a column pair, but bend a linear combination of columns a
little, by noise of order \(1/\sqrt n\). Where both sides are mixtures of strongly dependent
variables, that noise hides most of the dependence. So canonical variates

.. math:: u_k = a_k^T x, \qquad v_k = b_k^T y

are found from the values and from their normal scores, and become normal scores themselves, which
keeps single heavy values from counting. Base estimates come from those of the values and from those
that show more. What the values show changes under monotone maps of a column, as nothing else does
that is read of a sample; a single column on each side is its own variate, and nothing is computed.

Source: Hotelling, "Relations between two sets of variates" (1936).
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mist_explore.network.canonical import canonical_weights, wishart_bias
from mist_explore.network.continuous import CORRELATED
from mist_explore.network.knn import MAX_ROWS, N_PAIR, USUAL_K, pair_information
from mist_explore.network.nonlinear import LEADING
from mist_explore.network.random_order import Order
from mist_explore.network.scores import compressed, normal_scores, standardised

__all__ = ["LINEAR_ESTIMATES", "N_LINEAR", "linear_estimates"]

Floats = NDArray[np.float64]

LINEAR_ESTIMATES = (
    "Gaussian copula, canonical pairs of values",
    "KSG, canonical pairs of values",
    "Gaussian copula, canonical pairs of values or scores",
    "KSG, canonical pairs of values or scores",
)
N_LINEAR = 2 * (LEADING + 1 + N_PAIR) + 4
FAR = 8.0
"""The largest value of a row that counts for weights, in standard deviations of the bulk."""

_NO_CORRELATION = 1e-10


def linear_estimates(x: Tensor, y: Tensor, z: Tensor, order: Order) -> tuple[Floats, Floats] | None:
    """Return base estimates and statistics from canonical pairs of the values.

    Args:
        x: values of X, `(dim_x, n)`, no row constant; float64.
        y: values of Y, `(dim_y, n)`.
        z: the normal scores of both, `(dim_x + dim_y, n)`.
        order: the random order of the rows.

    Returns:
        The estimates in the order of `LINEAR_ESTIMATES` in nats, and `N_LINEAR` statistics: those
        of both kinds of pairs, MI of all pairs of values and of scores if they were Gaussian, and
        how far the values of the sides are from normal. None for a single column on each side.

    Example:
        Three independent pairs of 10 nats in all; rows are variables:

        >>> g = torch.Generator().manual_seed(0)
        >>> a, noise = torch.randn(2, 3, 1000, generator=g, dtype=torch.float64)
        >>> b = a + 0.036 * noise
        >>> x, y = (torch.randn(3, 3, generator=g, dtype=torch.float64) @ side for side in (a, b))
        >>> z = normal_scores(torch.cat([x, y]))
        >>> linear_estimates(x, y, z, np.arange(1000))[0].round().tolist()
        [10.0, 10.0, 10.0, 10.0]
    """
    n, dim = x.shape[1], len(x) + len(y)
    if dim == 2:
        return None
    x, y = _scaled(x), _scaled(y)
    ways = [_variates(x, y), _variates(*z.split([len(x), len(y)]))]
    forms = [_gaussian(u, v) for u, v in ways]
    totals = [float(form.sum()) for form in forms]
    bias = float(wishart_bias(n, len(x), len(y))) if n >= dim + 3 else None
    of_values = _of_pairs(*ways[0], forms[0], bias, order)
    more = of_values if totals[0] >= totals[1] else _of_pairs(*ways[1], forms[1], bias, order)
    normal = (standardised(torch.cat([x, y])) * z).mean(1).clamp(max=1)
    bent_x, bent_y = (-(1 + 1e-4 - part).log().mean() for part in normal.split([len(x), len(y)]))
    shape = [float(bent_x + bent_y) / 2, float((bent_x - bent_y).abs())]
    numbers = np.concatenate([of_values[1], more[1], compressed(totals), shape])
    return np.concatenate([of_values[0], more[0]]), numbers


def _gaussian(u: Tensor, v: Tensor) -> Tensor:
    """MI of each pair of variates if they were Gaussian."""
    return -0.5 * torch.log1p(-(u * v).mean(1).square().clamp(max=1 - 1e-6))


def _of_pairs(
    u: Tensor, v: Tensor, form: Tensor, bias: float | None, order: Order
) -> tuple[Floats, Floats]:
    """Gaussian copula and KSG of pairs of variates, and statistics of the leading ones.

    The copula loses half of what it shows where there are too few rows for its bias to be known.
    """
    total = float(form.sum())
    whole = max(total - (total / 2 if bias is None else bias), 0.0)
    n_pairs = max(1, int((form[:LEADING] > CORRELATED / len(order)).sum()))
    queries = max(2_000, min(len(order), MAX_ROWS) // n_pairs)
    pairs = np.zeros(N_PAIR)
    for a, b in zip(u[:n_pairs].numpy(), v[:n_pairs].numpy(), strict=True):
        if a.any() and b.any():
            pairs += pair_information(a, b, order, queries)
    leading = np.zeros(LEADING)
    leading[: len(form[:LEADING])] = form[:LEADING].numpy()
    numbers = np.concatenate([compressed([*leading, whole]), compressed(pairs)])
    return np.array([whole, pairs[USUAL_K] + float(form[n_pairs:].sum())]).clip(0), numbers


def _scaled(columns: Tensor) -> Tensor:
    """Columns of median 0, one unit as far as a standard deviation from the 10 to the 90 % level.

    Where both levels are the same value the unit is the standard deviation itself.
    """
    columns = columns / columns.abs().amax(1, keepdim=True)
    # Where torch sorts, NumPy partitions.
    low, middle, high = torch.from_numpy(
        np.quantile(columns.numpy(), [0.1, 0.5, 0.9], 1)[..., None]
    )
    spread = (high - low) / (2 * NormalDist().inv_cdf(0.9))
    return (columns - middle) / torch.where(spread > 0, spread, columns.std(1, keepdim=True))


def _variates(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    r"""The canonical variates as normal scores, each `(min(dim_x, dim_y), n)`.

    Weights are those of rows that are drawn in to `FAR`, so that few rows do not decide them; as a
    row keeps its direction, it keeps to linear relations.
    Correlations within a side are shrunk by \((d / (n + d))^2\), which strong dependence survives.
    """
    n, dim = x.shape[1], len(x) + len(y)
    shrinkage = (dim / (n + dim)) ** 2
    drawn_in = (FAR / torch.cat([x, y]).abs().amax(0)).clamp(max=1)
    scale = [(drawn_in * side).std(1, unbiased=False, keepdim=True) for side in (x, y)]
    near_x, near_y = (standardised(drawn_in * side) for side in (x, y))
    weight_x, rho, weight_y = canonical_weights(near_x, near_y, shrinkage)
    # Variates without any correlation are an arbitrary choice among many: they are set to 0.
    real = (rho.square() / (rho.square() + _NO_CORRELATION))[:, None]
    u, v = (
        real * normal_scores((w.mT @ (side / unit)).round(decimals=6))
        for w, side, unit in zip((weight_x, weight_y), (x, y), scale, strict=True)
    )
    return u, v
