"""Jointly Gaussian X and Y."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.distributions.correlation import log_det
from mist_explore.interfaces import JointDistribution

__all__ = ["Gaussian", "gaussian_mutual_information", "squared_mahalanobis"]


@dataclass(frozen=True, eq=False)
class Gaussian(JointDistribution):
    r"""The centred Gaussian distribution whose covariance is a correlation matrix.

    .. math:: I(X; Y) = \tfrac12 \ln \frac{|S_x| |S_y|}{|S|}

    Args:
        correlation: S, float64 of shape `(..., dim, dim)`, the columns of X first.
        dim_x: number of columns of X.

    Source: Cover & Thomas, "Elements of Information Theory" (2006), section 8.5.

    Example:
        >>> correlation = torch.tensor([[1.0, 0.75], [0.75, 1.0]], dtype=torch.float64)
        >>> round(float(Gaussian(correlation, dim_x=1).mutual_information), 5)
        0.41334
    """

    correlation: Tensor
    dim_x: int

    @property
    def dim_y(self) -> int:
        """The number of columns of Y."""
        return self.correlation.shape[-1] - self.dim_x

    @property
    def mutual_information(self) -> Tensor:
        """I(X; Y) in nats, of shape `(...)`."""
        return gaussian_mutual_information(self.correlation, self.dim_x)

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(..., n, dim_x)` and `(..., n, dim_y)`."""
        batch, dim = self.correlation.shape[:-2], self.correlation.shape[-1]
        noise = torch.randn(*batch, n_samples, dim, generator=generator, dtype=dtype)
        rows = noise @ torch.linalg.cholesky(self.correlation).to(dtype).mT
        return rows[..., : self.dim_x], rows[..., self.dim_x :]

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log p(x, y) / (p(x) p(y)) in nats, of shape `(..., n)`."""
        joint, first, second = squared_mahalanobis(self.correlation, x, y)
        return self.mutual_information[..., None] + 0.5 * (first + second - joint)


def gaussian_mutual_information(correlation: Tensor, dim_x: int) -> Tensor:
    r"""\(\tfrac12 \ln(|S_x| |S_y| / |S|)\) in nats for matrices of shape `(..., dim, dim)`."""
    s_x, s_y = correlation[..., :dim_x, :dim_x], correlation[..., dim_x:, dim_x:]
    return 0.5 * (log_det(s_x) + log_det(s_y) - log_det(correlation))


def squared_mahalanobis(correlation: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """z' S^-1 z of shape `(..., n)` for the joint rows, for x alone and for y alone."""

    def norms(matrix: Tensor, rows: Tensor) -> Tensor:
        root = torch.linalg.cholesky(matrix)
        white = torch.linalg.solve_triangular(root, rows.to(matrix.dtype).mT, upper=False)
        return white.square().sum(-2)

    k = x.shape[-1]
    return (
        norms(correlation, torch.cat([x, y], -1)),
        norms(correlation[..., :k, :k], x),
        norms(correlation[..., k:, k:], y),
    )
