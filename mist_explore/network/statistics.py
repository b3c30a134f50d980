"""Statistics of a sample that see dependence of any shape, for a judge to weigh.

Nearest neighbours tell the information between all columns, between leading variates and between
the columns of a pair, each at several numbers of neighbours: how the answer moves with their
number shows its bias. Canonical correlations of functions of the columns, and how much the
columns are tied, stand beside them.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mist_explore.network.canonical import Canonical
from mist_explore.network.neighbours import (
    N_NEIGHBOURS,
    TRUSTED,
    neighbour_information,
    neighbour_statistics,
    value_order,
)
from mist_explore.network.nonlinear import LEADING, N_NONLINEAR, nonlinear_analysis
from mist_explore.network.scores import distinctness

__all__ = ["N_STATISTICS", "N_TRUSTED", "compressed", "statistics", "trusted"]

N_SETS = 4
"""All columns, leading canonical variates, leading bent variates, all canonical variates."""

N_PAIRS = 6 * N_NEIGHBOURS
N_TIES = 4
N_STATISTICS = N_SETS * N_NEIGHBOURS + N_PAIRS + N_NONLINEAR + 1 + N_TIES
MOST_PAIRS = 6
ROWS_OF_PAIRS = 256
N_TRUSTED = 5


def statistics(
    z: Tensor, dim_x: int, canonical: Canonical, partner: Tensor, strength: Tensor
) -> Tensor:
    """The statistics of a batch of datasets, most of them in nats, `(B, N_STATISTICS)`.

    Args:
        z: normal scores of the columns of X and then of Y, `(B, dim, n)`.
        dim_x: how many of them belong to X.
        canonical: their canonical analysis.
        partner: for each column the most dependent one of the other side, `(B, dim)`.
        strength: how dependent the two are, `(B, dim)`.
    """
    z_x, z_y = z[:, :dim_x], z[:, dim_x:]
    bent, bent_u, bent_v = nonlinear_analysis(z_x, z_y)
    u, v = canonical.u, canonical.v
    sets = [
        (z_x, z_y),
        (u[:, :LEADING], v[:, :LEADING]),
        (bent_u, bent_v),
        (u, v),
    ]
    near = neighbour_statistics(sets, (z_x, z_y))
    numbers = [
        near.flatten(1),
        _of_pairs(z, dim_x, partner, strength),
        bent,
        canonical.pairs[:, -1, LEADING:].sum(-1, keepdim=True),
        _of_sides(*distinctness(z).split([dim_x, z.shape[1] - dim_x], 1)),
    ]
    return torch.cat(numbers, 1)


def trusted(numbers: Tensor) -> Tensor:
    """Those of the statistics that stand for the information itself, in nats, `(B, N_TRUSTED)`.

    The leading canonical variates are joined by the closed form of the others, and the pairs of
    columns are added up.
    """
    near = numbers[:, TRUSTED : N_SETS * N_NEIGHBOURS : N_NEIGHBOURS][:, : N_TRUSTED - 1].clone()
    near[:, 1] += numbers[:, -N_TIES - 1]
    sums = numbers[:, N_SETS * N_NEIGHBOURS + 4 * N_NEIGHBOURS + TRUSTED, None]
    return torch.cat([near, sums], 1).clamp(min=0)


def compressed(nats: Tensor) -> Tensor:
    r"""\(\pm \ln(1 + |I|)\): large values count less, and the sign stays."""
    return nats.sign() * nats.abs().log1p()


def _of_pairs(z: Tensor, dim_x: int, partner: Tensor, strength: Tensor) -> Tensor:
    """Mean, largest and sum of the information of the strongest pairs of columns, `(B, N_PAIRS)`.

    Each side lists the partners of its own columns; at most `MOST_PAIRS` pairs of a side and
    `ROWS_OF_PAIRS` rows are looked at.
    """
    dim, n = z.shape[1:]
    if n > ROWS_OF_PAIRS:
        order = value_order(z[:, :dim_x], z[:, dim_x:])[:, None, :ROWS_OF_PAIRS]
        z = z.gather(2, order.expand(-1, dim, -1))
    most = [min(MOST_PAIRS, side) for side in (dim_x, dim - dim_x)]
    strength_x, strength_y = strength[:, :dim_x], strength[:, dim_x:]
    strongest = [strength_x.topk(most[0], 1).indices, strength_y.topk(most[1], 1).indices + dim_x]
    column = torch.cat(strongest, 1)
    sides = (column, partner.gather(1, column))
    a, b = (z.gather(1, s[..., None].expand(-1, -1, z.shape[2])) for s in sides)
    pairs = neighbour_information(a.flatten(0, 1)[:, None], b.flatten(0, 1)[:, None])
    of_sides = pairs.view(len(z), -1, N_NEIGHBOURS).split(most, 1)
    return _symmetric(*(torch.stack([p.mean(1), p.amax(1), p.sum(1)], 1) for p in of_sides))


def _of_sides(x: Tensor, y: Tensor) -> Tensor:
    """Mean and largest number over the columns of each side, from `(B, dim)`, `(B, 4)`."""
    return _symmetric(*(torch.stack([side.mean(1), side.amax(1)], 1) for side in (x, y)))


def _symmetric(x: Tensor, y: Tensor) -> Tensor:
    """What does not change when X and Y are exchanged: means and absolute differences."""
    return torch.stack([(x + y) / 2, (x - y).abs()], 2).flatten(1)
