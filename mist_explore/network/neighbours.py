r"""Nearest-neighbour statistics: dependence of any shape, without a model.

The estimator of Kraskov, Stögbauer & Grassberger (2004, equation 8) in the maximum norm,

.. math:: \psi(k) + \psi(n) - \langle \psi(n_x + 1) + \psi(n_y + 1) \rangle

on all columns and on a few leading ones. Where rows are repeated, k and the counts are those of
the equal rows (Gao et al. 2017), so that discrete columns are understood. Counts of neighbours
have no gradient: a network without these statistics is smooth in the sample.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["N_NEIGHBOURS", "neighbour_information", "neighbour_statistics", "value_order"]

Sides = tuple[Tensor, Tensor]
"""What belongs to X, and what belongs to Y."""

NEIGHBOURS = (1, 3, 6)
N_NEIGHBOURS = len(NEIGHBOURS)
LARGEST_BLOCK = 512
MOST_BLOCKS = 10
_EQUALLY_FAR = 1e-9


def neighbour_statistics(sets: Sequence[Sides], order_by: Sides) -> Tensor:
    """The information between several sets of columns, `(B, sets, N_NEIGHBOURS)` in nats.

    Above `LARGEST_BLOCK` rows it is the mean over at most `MOST_BLOCKS` blocks of rows.

    Args:
        sets: columns of X and of Y, each `(B, dim, n)`.
        order_by: the columns by whose values rows are put into blocks.
    """
    n = order_by[0].shape[-1]
    blocks = math.ceil(n / LARGEST_BLOCK)
    size = n // blocks
    order = value_order(*order_by)[:, None] if blocks > 1 else None
    found = []
    for sides in sets:
        a, b = (s if order is None else torch.gather(s, 2, order.expand_as(s)) for s in sides)
        parts = [
            neighbour_information(a[..., i : i + size], b[..., i : i + size])
            for i in range(0, min(blocks, MOST_BLOCKS) * size, size)
        ]
        found.append(torch.stack(parts).mean(0))
    return torch.stack(found, 1)


def neighbour_information(a: Tensor, b: Tensor) -> Tensor:
    """The estimate at each number of neighbours, `(B, N_NEIGHBOURS)`, from columns `(B, dim, n)`.

    Example:
        >>> g = torch.Generator().manual_seed(0)
        >>> a = torch.randn(1, 1, 400, generator=g)
        >>> bool(neighbour_information(a, torch.randn(1, 1, 400, generator=g)).abs().max() < 0.2)
        True
    """
    n = a.shape[-1]
    apart_a, apart_b = _distances(a), _distances(b)
    apart = torch.maximum(apart_a, apart_b)
    ks = [min(k, n - 1) for k in NEIGHBOURS]
    nearest = apart.topk(max(ks) + 1, largest=False).values
    psi = torch.special.digamma(torch.arange(1, n + 1, device=a.device, dtype=a.dtype))
    repeated = nearest[..., 1] <= _EQUALLY_FAR
    copies = (apart <= _EQUALLY_FAR).sum(-1) - 1 if repeated.any() else None
    found = []
    for k in ks:
        # Rounding must not decide whether a row that is equally far is counted.
        reach = nearest[..., k] - _EQUALLY_FAR
        psi_k = psi[k - 1]
        if copies is not None:
            equal = reach <= 0
            reach = torch.where(equal, _EQUALLY_FAR, reach)
            psi_k = torch.where(equal, psi[(copies - 1).clamp(min=0)], psi_k)
        # The row itself is counted, which makes n_x + 1 out of n_x.
        count_a = (apart_a < reach[..., None]).sum(-1)
        count_b = (apart_b < reach[..., None]).sum(-1)
        found.append(psi[n - 1] + (psi_k - psi[count_a - 1] - psi[count_b - 1]).mean(-1))
    return torch.stack(found, -1)


def _distances(columns: Tensor) -> Tensor:
    """The largest difference in a column between each two rows, `(B, n, n)`."""
    if columns.shape[1] > 1:
        return torch.cdist(columns.mT, columns.mT, p=math.inf)
    return (columns.mT - columns).abs_()


def value_order(z_x: Tensor, z_y: Tensor) -> Tensor:
    """An order of the rows that looks random but depends on their values alone, `(B, n)`.

    Neither signs nor the order of columns, rows or sides change it.
    """
    key = (z_x.square() * 1e4).cos().sum(1) + (z_y.square() * 1e4).cos().sum(1)
    return key.argsort(-1)
