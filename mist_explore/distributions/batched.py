"""Distributions without batch axes, held together as one with batch axes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.interfaces import JointDistribution

__all__ = ["Batched", "batched"]


@dataclass(frozen=True, eq=False)
class Batched(JointDistribution):
    """Distributions of equal dimensions whose parameters differ in size, as one batch.

    Args:
        members: the distributions, without batch axes, in the order of the flattened batch.
        batch_shape: the batch axes.

    Raises:
        ValueError: if the number of members does not fit the batch axes.
    """

    members: tuple[JointDistribution, ...]
    batch_shape: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.members or len(self.members) != torch.Size(self.batch_shape).numel():
            raise ValueError(
                f"expected members to fill a batch of shape {self.batch_shape}; "
                f"got {len(self.members)}"
            )

    @property
    def dim_x(self) -> int:
        """The number of columns of X."""
        return self.members[0].dim_x

    @property
    def dim_y(self) -> int:
        """The number of columns of Y."""
        return self.members[0].dim_y

    @property
    def mutual_information(self) -> Tensor:
        """I(X; Y) of each member in nats, of shape `(...)`."""
        return self._joined([member.mutual_information for member in self.members])

    @property
    def mutual_information_error(self) -> Tensor:
        """The standard error of each member, of shape `(...)`."""
        return self._joined([member.mutual_information_error for member in self.members])

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(..., n, dim_x)` and `(..., n, dim_y)`, one member after another."""
        rows = [member.draw(n_samples, generator, dtype) for member in self.members]
        return self._joined([x for x, _ in rows]), self._joined([y for _, y in rows])

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log p(x, y) / (p(x) p(y)) in nats, of shape `(..., n)`."""
        n_axes = len(self.batch_shape)
        pairs = zip(x.flatten(0, n_axes - 1), y.flatten(0, n_axes - 1), strict=True)
        return self._joined(
            [
                member.pointwise_mutual_information(rows_x, rows_y)
                for member, (rows_x, rows_y) in zip(self.members, pairs, strict=True)
            ]
        )

    def _joined(self, parts: list[Tensor]) -> Tensor:
        return torch.stack(parts).reshape(*self.batch_shape, *parts[0].shape)


def batched(construct: Callable[..., JointDistribution], *parameters: Tensor) -> JointDistribution:
    """Construct a distribution for each element of a batch of parameters.

    Args:
        construct: maps one number for each parameter to a distribution without batch axes.
        parameters: tensors of one shape `(...)`; without batch axes the result has none.

    Example:
        >>> from mist_explore.distributions import Gaussian, dense_correlation
        >>> pair = lambda rho: Gaussian(dense_correlation(torch.tensor(rho), 1, 1), 1)
        >>> batched(pair, torch.tensor([0.0, 0.5])).mutual_information.shape
        torch.Size([2])
    """
    shape = tuple(parameters[0].shape)
    if not shape:
        return construct(*(parameter.item() for parameter in parameters))
    rows = zip(*(parameter.flatten().tolist() for parameter in parameters), strict=True)
    return Batched(tuple(construct(*row) for row in rows), shape)
