"""Uniform X and Y = X + uniform noise, column by column."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.interfaces import JointDistribution

__all__ = ["AdditiveNoise"]


@dataclass(frozen=True, eq=False)
class AdditiveNoise(JointDistribution):
    r"""Independent columns \(X_i \sim U(0, 1)\), \(Y_i = X_i + U(-\epsilon_i, \epsilon_i)\).

    .. math::
        I(X_i; Y_i) = \epsilon - \ln(2 \epsilon) \text{ for } \epsilon \le \tfrac12, \text{ else }
        \frac{1}{4 \epsilon}

    The mutual information is the sum over the first min(dim_x, dim_y) columns; further columns
    of one side are independent of the other side.

    Args:
        epsilon: half-widths of the noise, float64 of shape `(..., max(dim_x, dim_y))`.
        dim_x: number of columns of X.
        dim_y: number of columns of Y.

    Source: Czyz et al. (2023), "uniform margin, additive noise" tasks.

    Example:
        >>> distribution = AdditiveNoise(torch.tensor([0.1], dtype=torch.float64), dim_x=1, dim_y=1)
        >>> round(float(distribution.mutual_information), 5)
        1.70944
    """

    epsilon: Tensor
    dim_x: int
    dim_y: int

    @property
    def mutual_information(self) -> Tensor:
        """I(X; Y) in nats, of shape `(...)`."""
        e = self.epsilon[..., : min(self.dim_x, self.dim_y)]
        return torch.where(e <= 0.5, e - torch.log(2 * e), 1 / (4 * e)).sum(-1)

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(..., n, dim_x)` and `(..., n, dim_y)`."""
        *batch, dim = self.epsilon.shape
        x = torch.rand(*batch, n_samples, dim, generator=generator, dtype=dtype)
        noise = 2 * torch.rand(*batch, n_samples, dim, generator=generator, dtype=dtype) - 1
        y = x + self.epsilon[..., None, :].to(dtype) * noise
        return x[..., : self.dim_x], y[..., : self.dim_y]

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log p(y | x) / p(y) in nats, of shape `(..., n)`; minus infinity where y is out of reach.

        Both x and y must be possible by themselves.
        """
        k = min(self.dim_x, self.dim_y)
        e = self.epsilon[..., None, :k]
        u, v = x[..., :k].to(e.dtype), y[..., :k].to(e.dtype)
        # p(y) is the length of [y - e, y + e] inside [0, 1], over 2 e; p(y | x) is 1 / (2 e).
        overlap = (v + e).clamp(max=1) - (v - e).clamp(min=0)
        # A row at the very edge may be rounded over it.
        reached = (v - u).abs() <= e * (1 + 1e-6)
        return torch.where(reached, -overlap.log(), -torch.inf).sum(-1)
