"""Multivariate Student X and Y: dependence in the tails, also without correlation."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.distributions.gaussian import (
    Gaussian,
    gaussian_mutual_information,
    squared_mahalanobis,
)
from mist_explore.interfaces import JointDistribution

__all__ = ["Student"]


@dataclass(frozen=True, eq=False)
class Student(JointDistribution):
    r"""Multivariate Student distribution: a Gaussian divided by one random scale.

    .. math::
        I(X; Y) = \tfrac12 \ln \frac{|S_x| |S_y|}{|S|}
                + g(\nu) + g(\nu + d_x + d_y) - g(\nu + d_x) - g(\nu + d_y), \qquad
        g(a) = \ln \Gamma(a / 2) - \tfrac a2 \psi(a / 2)

    Args:
        dispersion: S, a correlation matrix, float64 of shape `(..., dim, dim)`.
        df: the degrees of freedom nu > 0, float64 of shape `(...)`.
        dim_x: number of columns of X.

    Source: Arellano-Valle et al., "Shannon entropy and mutual information for multivariate
    skew-elliptical distributions" (2013); Czyz et al. (2023).

    Example:
        >>> dispersion, df = torch.eye(2, dtype=torch.float64), torch.tensor(1.0).double()
        >>> round(float(Student(dispersion, df, dim_x=1).mutual_information), 5)
        0.22417
    """

    dispersion: Tensor
    df: Tensor
    dim_x: int

    @property
    def dim_y(self) -> int:
        """The number of columns of Y."""
        return self.dispersion.shape[-1] - self.dim_x

    @property
    def mutual_information(self) -> Tensor:
        """I(X; Y) in nats, of shape `(...)`."""
        v, dx, dy = self.df, self.dim_x, self.dim_y
        tails = _g(v) + _g(v + dx + dy) - _g(v + dx) - _g(v + dy)
        return gaussian_mutual_information(self.dispersion, dx) + tails

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(..., n, dim_x)` and `(..., n, dim_y)`."""
        x, y = Gaussian(self.dispersion, self.dim_x).draw(n_samples, generator, dtype)
        shape = (self.df / 2)[..., None].expand(*self.df.shape, n_samples).to(dtype)
        # torch.distributions.Gamma takes no generator; this is the sampler beneath it.
        gamma = torch._standard_gamma(shape.contiguous(), generator=generator)
        scale = (shape / gamma.clamp(min=torch.finfo(dtype).tiny)).sqrt()[..., None]
        return x * scale, y * scale

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log p(x, y) / (p(x) p(y)) in nats, of shape `(..., n)`."""
        v, dx, dy = self.df[..., None], self.dim_x, self.dim_y
        joint, first, second = squared_mahalanobis(self.dispersion, x, y)
        lgamma = torch.special.gammaln
        constant = gaussian_mutual_information(self.dispersion, dx)[..., None] + (
            lgamma(v / 2) + lgamma((v + dx + dy) / 2) - lgamma((v + dx) / 2) - lgamma((v + dy) / 2)
        )
        return constant + 0.5 * (
            (v + dx) * torch.log1p(first / v)
            + (v + dy) * torch.log1p(second / v)
            - (v + dx + dy) * torch.log1p(joint / v)
        )


def _g(a: Tensor) -> Tensor:
    return torch.special.gammaln(a / 2) - a / 2 * torch.special.digamma(a / 2)
