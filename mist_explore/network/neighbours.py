r"""Nearest-neighbour statistics: dependence of any shape, without a model.

The estimator of Kraskov, Stögbauer & Grassberger (2004, equation 8) in the maximum norm,

.. math:: \psi(k) + \psi(n) - \langle \psi(n_x + 1) + \psi(n_y + 1) \rangle

on all columns, on the leading canonical pairs, and on the radii of the sides. Counts of neighbours
have no gradient: a network without these statistics is smooth in the sample.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

__all__ = ["N_NEIGHBOUR", "N_NEIGHBOUR_FORMS", "neighbour_information", "neighbour_statistics"]

Sides = tuple[Tensor, Tensor]
"""What belongs to X, and what belongs to Y."""

NEIGHBOURS = (1, 3, 6, 12)
LEADING = 3
LARGEST_BLOCK = 512
_EQUALLY_FAR = 1e-9
N_NEIGHBOUR = 4 * len(NEIGHBOURS) + 2
N_NEIGHBOUR_FORMS = 2


def neighbour_statistics(
    z: Sides, canonical: Sides, radii: Sides, rest: Tensor
) -> tuple[Tensor, Tensor]:
    """Statistics for the network, and closed forms for it to trust.

    Args:
        z: normal scores of the columns of both sides, `(B, dim, n)`.
        canonical: canonical variates of both sides, `(B, k, n)`.
        radii: normal scores of the row norms of both sides, `(B, 1, n)`.
        rest: the Gaussian MI of the canonical pairs beyond the leading ones, `(B,)`.

    Returns:
        Statistics `(B, N_NEIGHBOUR)` and closed forms in nats `(B, N_NEIGHBOUR_FORMS)`.
    """
    n = z[0].shape[-1]
    order = _order(*z)
    u, v = canonical
    leading, first = (u[:, :LEADING], v[:, :LEADING]), (u[:, :1], v[:, :1])
    found = [_blockwise(a, b, order) for a, b in (z, leading, first, radii)]
    closed = torch.stack([found[0][:, 1], found[1][:, 1] + rest], -1).clamp(min=0)
    block = torch.full_like(rest, math.log(min(n, LARGEST_BLOCK)) / 3)
    scaled = torch.cat(found, -1).clamp(min=-0.5)
    statistics = torch.cat([torch.log1p(scaled), block[:, None], rest.log1p()[:, None]], -1)
    return statistics, closed


def neighbour_information(a: Tensor, b: Tensor) -> Tensor:
    """The estimate at each number of neighbours, `(B, len(NEIGHBOURS))`, from rows `(B, n, dim)`.

    Example:
        >>> g = torch.Generator().manual_seed(0)
        >>> a = torch.randn(1, 400, 1, generator=g)
        >>> bool(neighbour_information(a, torch.randn(1, 400, 1, generator=g)).abs().max() < 0.2)
        True
    """
    n = a.shape[1]
    apart_a = torch.cdist(a, a, p=math.inf)
    apart_b = torch.cdist(b, b, p=math.inf)
    ks = [min(k, n - 1) for k in NEIGHBOURS]
    nearest = torch.maximum(apart_a, apart_b).topk(max(ks) + 1, largest=False).values
    psi = torch.special.digamma(torch.arange(1, n + 1, device=a.device, dtype=a.dtype))
    found = []
    for k in ks:
        # Rounding must not decide whether a row that is equally far is counted.
        reach = nearest[..., k, None] - _EQUALLY_FAR
        # The row itself is counted, which makes n_x + 1 out of n_x; with ties it may not be.
        count_a = (apart_a < reach).sum(-1).clamp(min=1)
        count_b = (apart_b < reach).sum(-1).clamp(min=1)
        found.append(psi[k - 1] + psi[n - 1] - (psi[count_a - 1] + psi[count_b - 1]).mean(-1))
    return torch.stack(found, -1)


def _blockwise(a: Tensor, b: Tensor, order: Tensor) -> Tensor:
    """The mean over blocks of rows, so that time and memory grow linearly with n."""
    n = a.shape[-1]
    blocks = math.ceil(n / LARGEST_BLOCK)
    if blocks == 1:
        return neighbour_information(a.mT, b.mT)
    size = n // blocks
    a, b = (torch.gather(s, 2, order[:, None].expand_as(s)).mT for s in (a, b))
    return torch.stack(
        [
            neighbour_information(a[:, i * size : (i + 1) * size], b[:, i * size : (i + 1) * size])
            for i in range(blocks)
        ]
    ).mean(0)


def _order(z_x: Tensor, z_y: Tensor) -> Tensor:
    """An order of the rows that looks random but depends on their values alone, `(B, n)`.

    Neither signs nor the order of columns, rows or sides change it.
    """
    key = (z_x.square() * 1e4).cos().sum(1) + (z_y.square() * 1e4).cos().sum(1)
    return key.argsort(-1)
