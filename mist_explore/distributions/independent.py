"""Independent sides with columns of many margins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.distributions.structure import uniform
from mist_explore.interfaces import JointDistribution

__all__ = ["MARGINS", "Independent", "independent"]

MARGINS: tuple[Callable[[Tensor], Tensor], ...] = (
    lambda z: z,
    torch.special.ndtr,
    lambda z: (3 * z).sinh(),
    lambda z: -torch.special.log_ndtr(-z),
    lambda z: (1.5 * z).exp(),
    lambda z: z + 3 * z.sign(),
    lambda z: (z > 0.5).to(z.dtype),
    lambda z: (1 + z).exp().floor(),
    lambda z: z.clamp(min=0),
    lambda z: (2 * z).round(),
)
"""Maps of a normal column: normal, uniform, heavy tails, exponential, lognormal, two modes,
binary, counts, many zeros, rounded."""


@dataclass(frozen=True, eq=False)
class Independent(JointDistribution):
    """Independent X and Y: I(X; Y) = 0.

    The columns of a side are normal with one common correlation, up to signs, each one then sent
    through a map in `MARGINS`.

    Args:
        correlation: within each side, float64 in [0, 1) of shape `(...)`.
        margins: which map in `MARGINS`, integers of shape `(..., dim_x + dim_y)`.
        signs: 1 or -1, shape `(..., dim_x + dim_y)`.
        dim_x: number of columns of X.
    """

    correlation: Tensor
    margins: Tensor
    signs: Tensor
    dim_x: int

    @property
    def dim_y(self) -> int:
        """The number of columns of Y."""
        return self.margins.shape[-1] - self.dim_x

    @property
    def mutual_information(self) -> Tensor:
        """Zero, of shape `(...)`."""
        return torch.zeros_like(self.correlation)

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(..., n, dim_x)` and `(..., n, dim_y)`."""
        *batch, dim = self.margins.shape
        own = torch.randn(*batch, dim, n_samples, generator=generator, dtype=dtype)
        common = torch.randn(*batch, 2, n_samples, generator=generator, dtype=dtype)
        side = (torch.arange(dim) >= self.dim_x).long()
        share = self.correlation[..., None, None].to(dtype)
        z = share.sqrt() * common[..., side, :] + (1 - share).sqrt() * own
        z = z * self.signs[..., None].to(dtype)
        for number, margin in enumerate(MARGINS):
            chosen = self.margins == number
            z[chosen] = margin(z[chosen])
        rows = z.mT
        return rows[..., : self.dim_x], rows[..., self.dim_x :]

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """Zero, of shape `(..., n)`."""
        return torch.zeros(x.shape[:-1], dtype=torch.float64)


def independent(dim_x: int, dim_y: int, correlation: Tensor, structure_seed: Tensor) -> Independent:
    """Random columns; in three distributions of ten all of them have the same map.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        correlation: within each side, shape `(...)`.
        structure_seed: integers of shape `(...)`.
    """
    dim = dim_x + dim_y
    margins = (len(MARGINS) * uniform(structure_seed, "margins", dim)).long()
    chance = uniform(structure_seed, "signs", 1 + dim)
    same = chance[..., :1] < 0.3
    return Independent(
        correlation,
        torch.where(same, margins[..., :1], margins),
        torch.where(chance[..., 1:] < 0.5, -1.0, 1.0).double(),
        dim_x,
    )
