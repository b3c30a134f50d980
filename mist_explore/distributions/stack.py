"""Independent distributions side by side, whose mutual informations add."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.interfaces import JointDistribution

__all__ = ["Stack", "split"]


@dataclass(frozen=True, eq=False)
class Stack(JointDistribution):
    r"""\(X = (X_1, X_2, \dots)\) and \(Y = (Y_1, Y_2, \dots)\) with independent \((X_i, Y_i)\).

    .. math:: I(X; Y) = \sum_i I(X_i; Y_i)

    Args:
        parts: distributions, all with the same batch axes.

    Raises:
        ValueError: if there is no part.

    Example:
        >>> from mist_explore.distributions import Gaussian, dense_correlation
        >>> pair = Gaussian(dense_correlation(0.5, 1, 1), 1)
        >>> both = Stack((pair, pair))
        >>> both.dim_x, bool(both.mutual_information == 2 * pair.mutual_information)
        (2, True)
    """

    parts: tuple[JointDistribution, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("expected at least one distribution to stack; got none")

    @property
    def dim_x(self) -> int:
        """The columns of X of all parts."""
        return sum(distribution.dim_x for distribution in self.parts)

    @property
    def dim_y(self) -> int:
        """The columns of Y of all parts."""
        return sum(distribution.dim_y for distribution in self.parts)

    @property
    def mutual_information(self) -> Tensor:
        """The sum over the parts, in nats, of shape `(...)`."""
        return torch.stack([distribution.mutual_information for distribution in self.parts]).sum(0)

    @property
    def mutual_information_error(self) -> Tensor:
        """The root of the sum of squares over the parts, of shape `(...)`."""
        return torch.stack(
            [distribution.mutual_information_error for distribution in self.parts]
        ).norm(dim=0)

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(..., n, dim_x)` and `(..., n, dim_y)`."""
        parts = [distribution.draw(n_samples, generator, dtype) for distribution in self.parts]
        return torch.cat([x for x, _ in parts], -1), torch.cat([y for _, y in parts], -1)

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """The sum over the parts, in nats, of shape `(..., n)`."""
        xs = x.split([distribution.dim_x for distribution in self.parts], -1)
        ys = y.split([distribution.dim_y for distribution in self.parts], -1)
        values = [
            distribution.pointwise_mutual_information(first, second)
            for distribution, first, second in zip(self.parts, xs, ys, strict=True)
        ]
        return torch.stack(values).sum(0)


def split(dim: int, parts: int) -> list[int]:
    """The columns of each part, as even as possible.

    Example:
        >>> split(8, 3)
        [3, 3, 2]
    """
    return [dim // parts + (i < dim % parts) for i in range(parts)]
