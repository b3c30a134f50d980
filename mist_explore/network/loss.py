"""The loss whose minimiser is a quantile."""

from __future__ import annotations

from torch import Tensor

__all__ = ["LEAST_UNIT", "pinball_loss", "relative_loss"]

LEAST_UNIT = 0.1
"""Nats that an error is always counted relative to."""


def pinball_loss(quantiles: Tensor, truth: Tensor, levels: Tensor) -> Tensor:
    r"""The mean over levels of \(\max(\tau (y - q_\tau), (\tau - 1)(y - q_\tau))\).

    Args:
        quantiles: predictions, `(..., levels)`.
        truth: what they predict, `(...)`.
        levels: the quantile levels, `(levels,)`.

    Returns:
        Shape `(...)`, in the units of the truth.

    Source: Koenker & Bassett, "Regression Quantiles" (1978).

    Example:
        >>> import torch
        >>> pinball_loss(torch.tensor([[1.0]]), torch.tensor([3.0]), torch.tensor([0.9]))
        tensor([1.8000])
    """
    error = truth[..., None] - quantiles
    return (levels * error).maximum((levels - 1) * error).mean(-1)


def relative_loss(quantiles: Tensor, truth: Tensor, unit: Tensor, levels: Tensor) -> Tensor:
    r"""The mean pinball loss of datasets, each relative to the scale of its noise plus 0.1 nats.

    Args:
        quantiles: predictions, `(..., B, levels)`.
        truth: what they predict, `(B,)`.
        unit: the natural scale of the estimation error in nats, `(B,)`.
        levels: the quantile levels, `(levels,)`.
    """
    loss = pinball_loss(quantiles, truth, levels)
    return (loss / (unit.to(loss) + LEAST_UNIT)).mean()
