r"""Greedy matching of columns: pairs of dependent columns, each column once.

The score of two columns sees any shape of dependence: the largest z-score of \(\chi^2\) on
equal-frequency grids, or of Chatterjee's \(\xi\). Since MI adds over independent pairs, sums over
matched pairs are estimates of the whole that do not count a column twice.

Sources: Miller (1955) for the correction of the grid estimate; Chatterjee, "A new coefficient of
correlation" (2021).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from mist_explore.network.scores import compressed

__all__ = [
    "GRIDS",
    "N_MATCHED",
    "SIGNIFICANT",
    "Matching",
    "equal_frequency_bins",
    "matching",
]

Floats = NDArray[np.float64]

GRIDS = (3, 6, 12, 24)
"""Cells a side of the equal-frequency grids."""

SIGNIFICANT = 3.5
"""The z-score from which on a pair counts as dependent."""

WIDE = 49
"""Pairs of columns above which fine grids are computed for the best matches alone."""

CLOSE = 6
ROWS = 2_000

N_MATCHED = 7 * len(GRIDS) + 9


@dataclass(frozen=True, eq=False)
class Matching:
    """Matched pairs, the most dependent first.

    Args:
        pairs: the columns of X and of Y of each pair, `(pairs, 2)`.
        significant: which of them are dependent beyond chance, `(pairs,)`.
        numbers: statistics of the matching, `(N_MATCHED,)`.
        grid_sums: Miller-Madow sums over significant pairs at each grid, `(len(GRIDS),)`.
        xi_sum: sum over significant pairs of the information of a Gaussian pair with their xi.
    """

    pairs: NDArray[np.int64]
    significant: NDArray[np.bool_]
    numbers: Floats
    grid_sums: Floats
    xi_sum: float


def matching(u: Floats, dim_x: int, rows: NDArray[np.intp]) -> Matching:
    """Match the columns of X and Y by dependence.

    Args:
        u: mid-ranks of all columns in (0, 1), `(dim, n)`.
        dim_x: the number of columns of X.
        rows: a random order of the rows; the first `ROWS` are used.

    Example:
        >>> u = np.random.default_rng(0).random((3, 400))
        >>> matching(np.vstack([u[:2], u[1:2]]), 2, np.arange(400)).pairs.tolist()
        [[1, 0]]
    """
    rows = rows[:ROWS]
    x, y = u[:dim_x, rows], u[dim_x:, rows]
    n, dims = len(rows), (dim_x, len(u) - dim_x)
    wide = dims[0] * dims[1] > WIDE
    tables = [_grids(x, y, m) for m in (GRIDS[:2] if wide else GRIDS)]
    ways = _xi(x, y), _xi(y, x).T
    xi, low = np.maximum(*ways), np.minimum(*ways)
    score = np.maximum(np.max([t[1] for t in tables], 0), xi * (n / 0.4) ** 0.5)
    pairs = _greedy(score)
    i, j = pairs.T
    matched = score[i, j]
    significant = matched > SIGNIFICANT
    chosen = [tuple(t[i, j] for t in table) for table in tables]
    rest = [float(t[0].sum() - t[0][i, j].sum()) for t in tables]
    if wide:
        close = pairs[:CLOSE]
        for m in GRIDS[2:]:
            found = np.zeros((3, len(pairs)))
            for p, (a, b) in enumerate(close):
                found[:, p] = [t[0, 0] for t in _grids(x[[a]], y[[b]], m)]
            chosen.append(tuple(found))
            rest.append(0.0)
    numbers: list[float] = []
    sums = []
    for (excess, z, information), other in zip(chosen, rest, strict=True):
        gaussian = 0.5 * np.log1p(np.maximum(excess, -0.5))
        numbers += [
            *compressed([gaussian.sum(), gaussian.max(), information.sum(), information.max()]),
            *compressed([z.max(), z.mean(), other]),
        ]
        sums.append(float(information[significant].sum()))
    high, lower = _gaussian_of_xi(xi[i, j]), _gaussian_of_xi(low[i, j])
    xi_sum = float(high[significant].sum())
    numbers += [
        *compressed([high.sum(), high.max(), lower.sum(), lower.max(), xi_sum]),
        float(np.log1p(significant.sum())),
        float(significant.mean()),
        float((score > SIGNIFICANT).mean()),
        *compressed([matched[:2].mean()]),
    ]
    return Matching(pairs, significant, np.array(numbers), np.array(sums).clip(0), xi_sum)


def _grids(x: Floats, y: Floats, m: int) -> tuple[Floats, Floats, Floats]:
    """Debiased chi-squared a row, its z-score, and Miller-Madow MI, each `(dim_x, dim_y)`."""
    n = x.shape[1]
    one_hot = [_one_hot(side, m) for side in (x, y)]
    counts = (one_hot[0] @ one_hot[1].T).view(len(x), m, len(y), m).transpose(1, 2).double()
    p = counts / n
    p_x, p_y = p.sum(3, keepdim=True), p.sum(2, keepdim=True)
    expected = (p_x * p_y).clamp(min=1e-12)
    chi2 = ((p - expected).square() / expected).sum((2, 3))
    r, s = (p_x > 0).sum((2, 3)) - 1.0, (p_y > 0).sum((2, 3)) - 1.0
    excess = chi2 - r * s / max(n - 1, 1)
    z = excess * n / (2 * r * s).clamp(min=1).sqrt()
    plug_in = torch.special.xlogy(p, p / expected).sum((2, 3))
    information = plug_in - ((p > 0).sum((2, 3)) - r - s - 1) / (2 * n)
    return excess.numpy(), z.numpy(), information.numpy()


def equal_frequency_bins(u: Floats, m: int) -> NDArray[np.int64]:
    """Bins of mid-ranks in (0, 1) from 0 to m - 1; mirrored ranks are in mirrored bins."""
    low = np.floor(np.minimum(u, 1 - u) * m + 1e-9).astype(np.int64)
    return np.where(u <= 0.5, low, m - 1 - low)


def _one_hot(side: Floats, m: int) -> torch.Tensor:
    bins = torch.from_numpy(equal_frequency_bins(side, m))  # (dim, n)
    table = torch.zeros(len(side), m, side.shape[1])
    return table.scatter_(1, bins[:, None], 1.0).view(-1, side.shape[1])


def _xi(x: Floats, y: Floats) -> Floats:
    """Chatterjee's coefficient of each column of y given each column of x, `(dim_x, dim_y)`."""
    n = x.shape[1]
    orders = np.argsort(x, axis=1, kind="stable")
    steps = np.stack([np.abs(np.diff(y[:, order], axis=1)).sum(1) for order in orders])
    return np.asarray(1 - 3 * n * steps / (n * n - 1))


def _gaussian_of_xi(xi: Floats) -> Floats:
    """The MI of a Gaussian pair with this coefficient."""
    rho2 = 2 * np.sin(np.pi / 3 * (xi.clip(-0.2, 0.98) + 0.5)) - 1
    return np.asarray(-0.5 * np.log1p(-rho2.clip(0, 0.9995)))


def _greedy(score: Floats) -> NDArray[np.int64]:
    score = score.copy()
    pairs = []
    for _ in range(min(score.shape)):
        i, j = divmod(int(score.argmax()), score.shape[1])
        pairs.append((i, j))
        score[i], score[:, j] = -np.inf, -np.inf
    return np.array(pairs)
