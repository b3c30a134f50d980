"""Combination of the members of an ensemble: their mixture, the gate of the heads, the widths."""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from mist_explore.network.model import monotone

__all__ = [
    "N_CONDITIONS",
    "Combined",
    "calibrated",
    "calibration_factors",
    "free_share",
    "mixture",
    "rescaled",
]

N_CONDITIONS = 5
"""A constant, the disagreement of members, the out-of-distribution score, the spread of the base
estimates and the distance of both heads: the width of an interval depends on them."""


CLOSE = 1e-5
"""Half the distance of the two levels whose mean quantile a level gets: across a gap of a mixture,
rounding would decide on which side of it a single one is."""


@dataclass(frozen=True)
class Combined:
    """The answers of the ensemble before its intervals are calibrated.

    Args:
        quantiles: those of the mixture of the members, by head, `(B, 2, levels)`.
        weights: the mean of the gating weights, by head, `(B, 2, N_BASE)`.
        conditions: what the width depends on, `(B, N_CONDITIONS)`.
        shift: the distance of the free head's median from the other, in widths of the 90 %
            interval, `(B,)`.
        ood_score: the share of training datasets that lie nearer to the others, `(B,)`.
        types: the type of each dataset, integers `(B,)`.
        bound: the largest possible value, `(B,)`.
    """

    quantiles: Tensor
    weights: Tensor
    conditions: Tensor
    shift: Tensor
    ood_score: Tensor
    types: Tensor
    bound: Tensor

    def __getitem__(self, rows: Tensor) -> Combined:
        return Combined(*(getattr(self, f.name)[rows] for f in fields(self)))


def mixture(quantiles: Tensor, levels: Tensor) -> Tensor:
    r"""Return the quantiles of the mixture of M predictive distributions with equal weights.

    .. math:: F(v) = \frac{1}{M} \sum_m F_m(v)

    Each distribution function is linear between neighbouring quantiles; nothing lies beyond the
    first and the last one. Where the parts leave a gap, a level in it has the middle of the gap.

    Args:
        quantiles: of each distribution, `(M, ..., levels)`, not decreasing along the last axis.
        levels: their levels, increasing, `(levels,)`.

    Source: Stone, "The opinion pool" (1961).

    Example:
        >>> levels = torch.tensor([0.25, 0.5, 0.75])
        >>> mixture(torch.tensor([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]), levels)
        tensor([1.0000, 2.0000, 3.0000])
        >>> mixture(torch.tensor([[0.0, 1.0, 2.0], [2.0, 3.0, 4.0]]), levels)
        tensor([1., 2., 3.])
    """
    values = quantiles.movedim(0, -2).flatten(-2).sort(-1).values
    # A distribution function jumps where it begins, ends, or quantiles are equal.
    before, after = (
        torch.stack([_share_below(values, each, levels, jumped) for each in quantiles]).mean(0)
        for jumped in (False, True)
    )
    shares = torch.stack([before, after], -1).flatten(-2).cummax(-1).values
    values = values.repeat_interleave(2, -1)
    around = [
        _interpolated((levels + to).expand_as(quantiles[0]), shares, values, right=False)
        for to in (-CLOSE, CLOSE)
    ]
    return (around[0] + around[1]) / 2


def _share_below(values: Tensor, quantiles: Tensor, levels: Tensor, jumped: bool) -> Tensor:
    """Return a distribution function at values: its limit from the right, or from the left."""
    share = _interpolated(values, quantiles, levels.expand_as(quantiles), right=jumped)
    first, last = quantiles[..., :1], quantiles[..., -1:]
    share = torch.where(values < first if jumped else values <= first, 0, share)
    return torch.where(values >= last if jumped else values > last, 1, share)


def _interpolated(x: Tensor, known_x: Tensor, known_y: Tensor, *, right: bool) -> Tensor:
    """Interpolate linearly along the last axis; beyond the ends y is that of the nearest one.

    Where x equals several known ones, y is that of the last of them, or of the first.
    """
    upper = torch.searchsorted(known_x.contiguous(), x.contiguous(), right=right)
    upper = upper.clamp(1, known_x.shape[-1] - 1)
    (x0, x1), (y0, y1) = (
        (known.gather(-1, upper - 1), known.gather(-1, upper)) for known in (known_x, known_y)
    )
    return y0 + ((x - x0) / (x1 - x0).clamp(min=1e-12)).clamp(0, 1) * (y1 - y0)


def free_share(combined: Combined, gate: Tensor) -> Tensor:
    """Return the share of the free heads, `(B,)`, from weights `(B, N_CONDITIONS + 1)`."""
    inputs = torch.cat([combined.conditions, combined.shift.clamp(-3, 3)[:, None]], -1)
    return (gate * inputs).sum(-1).sigmoid()


def calibrated(
    combined: Combined, gate: Tensor, slopes: Tensor, steps: Tensor, middle: int
) -> Tensor:
    """Return calibrated quantiles `(B, levels)`.

    Args:
        combined: the answers of both heads.
        gate: weights of the conditions in the share of the free heads, `(B, N_CONDITIONS + 1)`.
        slopes: of the width below and above the median, `(B, 2, N_CONDITIONS)`.
        steps: logarithms of the factor of each step, `(B, levels - 1)`.
        middle: the index of the median.
    """
    share = free_share(combined, gate)[:, None]
    bound, free = combined.quantiles.unbind(1)
    factors = calibration_factors(slopes, steps, combined.conditions, middle)
    quantiles = rescaled((1 - share) * bound + share * free, factors, middle)
    return torch.minimum(quantiles, combined.bound.to(quantiles)[:, None])


def calibration_factors(slopes: Tensor, steps: Tensor, conditions: Tensor, middle: int) -> Tensor:
    """Return the factor of each step between neighbouring quantiles, `(B, levels - 1)`.

    Args:
        slopes: below and above the median, `(B, 2, N_CONDITIONS)` or broadcastable.
        steps: the logarithm of the factor of each step, `(B, levels - 1)`.
        conditions: `(B, N_CONDITIONS)`.
        middle: the index of the median.
    """
    sides = (slopes * conditions[:, None]).sum(-1).clamp(-1.5, 2.5)  # (B, 2)
    below = sides[:, :1].expand(-1, middle)
    above = sides[:, 1:].expand(-1, steps.shape[-1] - middle)
    return (torch.cat([below, above], -1) + steps).exp()


def rescaled(quantiles: Tensor, factors: Tensor, middle: int) -> Tensor:
    """Multiply the steps between quantiles by factors; the median stays.

    Example:
        >>> rescaled(torch.tensor([[4.0, 5.0, 7.0]]), torch.tensor([[2.0, 1.0]]), 1)
        tensor([[3., 5., 7.]])
    """
    steps = quantiles.diff(dim=-1) * factors
    return monotone(quantiles[:, middle, None], steps, middle)
