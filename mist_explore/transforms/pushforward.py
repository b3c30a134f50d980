"""The distribution of transformed variables."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.interfaces import JointDistribution, Transform

__all__ = ["Pushforward", "pushforward"]


@dataclass(frozen=True, eq=False)
class Pushforward(JointDistribution):
    r"""The distribution of \((f(X), g(Y))\) for injective \(f\) and \(g\).

    Mutual information is invariant: \(I(f(X); g(Y)) = I(X; Y)\), and pointwise the value at
    \((v, w)\) is that of the distribution at \((f^{-1}(v), g^{-1}(w))\), because the Jacobians
    cancel (Kraskov et al. 2004, appendix). The batch axes of the distribution stay.

    Raises:
        ValueError: if a transform does not fit the columns of its side.
    """

    distribution: JointDistribution
    transform_x: Transform
    transform_y: Transform

    def __post_init__(self) -> None:
        for side, transform, dim in (
            ("X", self.transform_x, self.distribution.dim_x),
            ("Y", self.transform_y, self.distribution.dim_y),
        ):
            try:
                transform.dim_out(dim)
            except ValueError as error:
                raise ValueError(f"the transform does not fit {side}: {error}") from None

    @property
    def dim_x(self) -> int:
        """The columns of f(X)."""
        return self.transform_x.dim_out(self.distribution.dim_x)

    @property
    def dim_y(self) -> int:
        """The columns of g(Y)."""
        return self.transform_y.dim_out(self.distribution.dim_y)

    @property
    def mutual_information(self) -> Tensor:
        """That of the distribution."""
        return self.distribution.mutual_information

    @property
    def mutual_information_error(self) -> Tensor:
        """That of the distribution."""
        return self.distribution.mutual_information_error

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of the distribution, transformed."""
        x, y = self.distribution.draw(n_samples, generator, dtype)
        return self.transform_x.forward(x), self.transform_y.forward(y)

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """The value of the distribution at the preimage of each row."""
        return self.distribution.pointwise_mutual_information(
            self.transform_x.inverse(x), self.transform_y.inverse(y)
        )


def pushforward(
    distribution: JointDistribution, transform_x: Transform, transform_y: Transform
) -> Pushforward:
    r"""The distribution of \((f(X), g(Y))\), with the mutual information of (X, Y).

    Raises:
        ValueError: if a transform does not fit the columns of its side.

    Example:
        >>> from mist_explore.distributions import Gaussian, dense_correlation
        >>> from mist_explore.transforms import HalfCube, Identity
        >>> plain = Gaussian(dense_correlation(0.5, 1, 2), 1)
        >>> distribution = pushforward(plain, HalfCube(), Identity())
        >>> distribution.dim_x, distribution.dim_y, distribution.sample(10, seed=0).x.shape
        (1, 2, (10, 1))
    """
    return Pushforward(distribution, transform_x, transform_y)
