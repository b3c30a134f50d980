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

import numpy as np
import torch
from torch import Tensor

__all__ = [
    "N_NEIGHBOURS",
    "TRUSTED",
    "neighbour_information",
    "neighbour_statistics",
    "value_order",
]

Sides = tuple[Tensor, Tensor]
"""What belongs to X, and what belongs to Y."""

NEIGHBOURS = (1, 3, 6, 24)
N_NEIGHBOURS = len(NEIGHBOURS)
TRUSTED = NEIGHBOURS.index(3)
"""Which number of neighbours is trusted where one must be."""

LARGEST_BLOCK = 512
MOST_BLOCKS = 6
EQUALLY_FAR = 1e-5
"""Distances of normal scores that differ by less are equal but for rounding."""

CACHED = 2**18
"""Distances that are worked out at a time."""


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

    Distances are worked out in single precision.

    Example:
        >>> g = torch.Generator().manual_seed(0)
        >>> a = torch.randn(1, 1, 400, generator=g)
        >>> bool(neighbour_information(a, torch.randn(1, 1, 400, generator=g)).abs().max() < 0.2)
        True
    """
    # A chunk of datasets whose distances fit into the cache, always in the same memory, is several
    # times as fast.
    n, dtype = a.shape[-1], a.dtype
    chunk = min(len(a), max(1, CACHED // n**2))
    memory = a.new_empty(3, chunk, n, n, dtype=torch.float32)
    sides = zip(a.float().split(chunk), b.float().split(chunk), strict=True)
    return torch.cat([_information(*s, *memory[:, : len(s[0])]) for s in sides]).to(dtype)


def _information(a: Tensor, b: Tensor, apart_a: Tensor, apart_b: Tensor, memory: Tensor) -> Tensor:
    n = a.shape[-1]
    ks = [min(k, n - 1) for k in NEIGHBOURS]
    _distances(a, apart_a, memory)
    _distances(b, apart_b, memory)
    nearest = _smallest(torch.maximum(apart_a, apart_b, out=memory), max(ks) + 1)
    psi = torch.special.digamma(torch.arange(1, n + 1, device=a.device, dtype=torch.float64))
    copies = None
    if (nearest[..., 1] <= EQUALLY_FAR).any():
        together = torch.maximum(apart_a, apart_b)
        copies = _count(together, torch.full_like(nearest[..., 0], EQUALLY_FAR), memory)
    found = []
    for k in ks:
        # Rounding must not decide whether a row that is equally far is counted.
        reach = nearest[..., k] - EQUALLY_FAR
        psi_k = psi[k - 1]
        if copies is not None:
            equal = reach <= 0
            reach = torch.where(equal, EQUALLY_FAR, reach)
            psi_k = torch.where(equal, psi[(copies - 2).clamp(min=0)], psi_k)
        # The row itself is counted, which makes n_x + 1 out of n_x.
        count_a, count_b = (_count(apart, reach, memory) for apart in (apart_a, apart_b))
        found.append(psi[n - 1] + (psi_k - psi[count_a - 1] - psi[count_b - 1]).mean(-1))
    return torch.stack(found, -1)


def _distances(columns: Tensor, apart: Tensor, memory: Tensor) -> None:
    """Write the largest difference in a column between each two rows into `apart`, `(B, n, n)`."""
    for i, column in enumerate(columns.unbind(1)):
        difference = torch.sub(column[:, :, None], column[:, None], out=memory if i else apart)
        difference.abs_()
        if i:
            torch.maximum(apart, difference, out=apart)


def _smallest(values: Tensor, k: int) -> Tensor:
    """The k smallest values in order, `(..., k)`; the rest changes places: faster than topk."""
    if values.device.type != "cpu":
        return values.topk(k, largest=False).values
    numbers = values.numpy()
    numbers.partition(k - 1, -1)
    return torch.from_numpy(np.sort(numbers[..., :k], -1))


def _count(apart: Tensor, reach: Tensor, memory: Tensor) -> Tensor:
    """How many rows are nearer than `reach` `(B, n)`, themselves included: a fast way to sum."""
    nearer = torch.lt(apart, reach[..., None], out=memory)
    return (nearer @ nearer.new_ones(nearer.shape[-1])).long()


def value_order(z_x: Tensor, z_y: Tensor) -> Tensor:
    """An order of the rows that looks random but depends on their values alone, `(B, n)`.

    Neither signs nor the order of columns, rows or sides change it. What tells columns apart is
    how much they hang together with the others.
    """
    z = torch.cat([z_x, z_y], 1)
    weight = 1 + (z @ z.mT / z.shape[-1]).square().sum(-1, keepdim=True)
    key = weight * (z.square() * 1e4).cos()
    return key.sum(1).argsort(-1)
