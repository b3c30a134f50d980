"""Mixtures of joint Gaussians: clusters, and noisy paths."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.distributions.gaussian import gaussian_mutual_information
from mist_explore.distributions.monte_carlo import MonteCarloDistribution
from mist_explore.distributions.spectrum import spectral_correlation
from mist_explore.distributions.structure import normal, part

__all__ = [
    "GaussianMixture",
    "clusters",
    "conditional_entropy",
    "log_normal_densities",
    "mixed_normal",
    "path",
]

COMPONENTS = 4
BEADS = 24


@dataclass(frozen=True, eq=False)
class GaussianMixture(MonteCarloDistribution):
    r"""(X, Y) from component k with chance \(w_k\): Gaussian with mean \(m_k\), covariance \(S_k\).

    The pointwise mutual information is exact. With K the component of a row,

    .. math:: I(X; Y) = \sum_k w_k I_k + H(K) - H(K \mid X) - H(K \mid Y) + H(K \mid X, Y),

    where \(I_k\), the information inside a component, is in closed form, and the last three
    terms are means over the rows.

    Args:
        log_weights: \(\ln w_k\), float64 of shape `(..., k)`.
        means: shape `(..., k, dim)`, the columns of X first.
        covariances: shape `(..., k, dim, dim)`, or `(..., 1, dim, dim)` where all are the same.
        dim_x: number of columns of X.

    Source: Czyz et al., "Beyond Normal: fine distributions" (2023).
    """

    log_weights: Tensor
    means: Tensor
    covariances: Tensor
    dim_x: int

    @property
    def dim_y(self) -> int:
        """The number of columns of Y."""
        return self.means.shape[-1] - self.dim_x

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(..., n, dim_x)` and `(..., n, dim_y)`."""
        rows, _ = mixed_normal(n_samples, self.log_weights, self.means, self.covariances, generator)
        rows = rows.to(dtype)
        return rows[..., : self.dim_x], rows[..., self.dim_x :]

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log p(x, y) / (p(x) p(y)) in nats, of shape `(..., n)`."""
        joint, first, second = self._log_joint(torch.cat([x, y], -1).double())
        return joint.logsumexp(-2) - first.logsumexp(-2) - second.logsumexp(-2)

    def information(self, n_samples: int, generator: torch.Generator) -> Tensor:
        """Values with mean I(X; Y), of shape `(..., n)`: of lower variance."""
        weights = self.log_weights.exp()
        inside = (weights * gaussian_mutual_information(self.covariances, self.dim_x)).sum(-1)
        entropy = torch.special.entr(weights).sum(-1)
        rows = torch.cat(self.draw(n_samples, generator), -1)
        joint, first, second = map(conditional_entropy, self._log_joint(rows))
        return (inside + entropy)[..., None] - first - second + joint

    def _log_joint(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """log w_k p_k of shape `(..., k, n)` for the joint rows, for x alone and for y alone."""
        d = self.dim_x
        both = self.log_weights[..., None] + log_normal_densities(
            rows, self.means, self.covariances
        )
        first = log_normal_densities(
            rows[..., :d], self.means[..., :d], self.covariances[..., :d, :d]
        )
        second = log_normal_densities(
            rows[..., d:], self.means[..., d:], self.covariances[..., d:, d:]
        )
        return both, self.log_weights[..., None] + first, self.log_weights[..., None] + second


def mixed_normal(
    n_samples: int,
    log_weights: Tensor,
    means: Tensor,
    covariances: Tensor,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    """Rows of shape `(..., n, dim)` and the components that they come from, `(..., n)`."""
    *batch, _, dim = means.shape
    chance = torch.rand(*batch, n_samples, generator=generator, dtype=torch.float64)
    # The last sum is 1 but for rounding, and an impossible component must not catch that.
    edges = log_weights.exp().cumsum(-1)
    component = torch.searchsorted(edges / edges[..., -1:], chance, right=True)
    own = component[..., None].expand(*batch, n_samples, dim)
    noise = torch.randn(*batch, n_samples, dim, generator=generator, dtype=torch.float64)
    every = noise[..., None, :, :] @ torch.linalg.cholesky(covariances).mT
    # Where the covariance is common to all, there is one row to choose from.
    last = every.shape[-3] - 1
    rows = every.gather(-3, own[..., None, :, :].clamp(max=last)).squeeze(-3)
    return rows + means.gather(-2, own), component


def log_normal_densities(rows: Tensor, means: Tensor, covariances: Tensor) -> Tensor:
    """log N(rows; mean_k, S_k) of shape `(..., k, n)` for rows `(..., n, dim)`."""
    dim = rows.shape[-1]
    roots = torch.linalg.cholesky(covariances)
    white = torch.linalg.solve_triangular(roots, torch.eye(dim, dtype=roots.dtype), upper=False)
    half_log_det = roots.diagonal(dim1=-2, dim2=-1).log().sum(-1)
    centres = (white @ means[..., None]).squeeze(-1)  # (..., k, dim)
    reached = rows[..., None, :, :] @ white.mT  # (..., k or 1, n, dim)
    if covariances.shape[-3] == 1:
        distances = torch.cdist(centres, reached.squeeze(-3))
    else:
        distances = (reached - centres[..., None, :]).norm(dim=-1)
    return -0.5 * distances.square() - half_log_det[..., None] - 0.5 * dim * math.log(2 * math.pi)


def conditional_entropy(log_joint: Tensor) -> Tensor:
    """The entropy of the component given the row, of shape `(..., n)`, from `(..., k, n)`."""
    return torch.special.entr(log_joint.softmax(-2)).sum(-2)


def clusters(
    dim_x: int, dim_y: int, separation: Tensor, correlation: Tensor, structure_seed: Tensor
) -> GaussianMixture:
    """Four Gaussian clusters with random weights, means, sizes and canonical spectra.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        separation: the distance between the means on each side, in standard deviations.
        correlation: the largest canonical correlation inside a cluster.
        structure_seed: integers of shape `(...)`.
    """
    weights = (0.7 * normal(structure_seed, "weights", COMPONENTS)).log_softmax(-1)
    means = torch.cat(
        [
            torch.nn.functional.normalize(normal(structure_seed, side, COMPONENTS, dim), dim=-1)
            for side, dim in (("means of x", dim_x), ("means of y", dim_y))
        ],
        -1,
    )
    inside = correlation[..., None].expand(*correlation.shape, COMPONENTS)
    correlations = spectral_correlation(inside, part(structure_seed, COMPONENTS), dim_x, dim_y)
    sizes = (0.4 * normal(structure_seed, "sizes", COMPONENTS, 1)).exp()
    return GaussianMixture(
        weights,
        separation[..., None, None] / math.sqrt(2) * means,
        correlations * sizes[..., None].square(),
        dim_x,
    )


def path(dim_x: int, dim_y: int, sharpness: Tensor, structure_seed: Tensor) -> GaussianMixture:
    """A random walk through all columns, as a string of 24 round noisy beads.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        sharpness: the spread of a column of the path over the noise.
        structure_seed: integers of shape `(...)`.
    """
    dim = dim_x + dim_y
    points = normal(structure_seed, "steps", BEADS, dim).cumsum(-2)
    points = points - points.mean(-2, keepdim=True)
    points = points / points.square().mean(-2, keepdim=True).sqrt()
    noise = torch.eye(dim, dtype=torch.float64).expand(*structure_seed.shape, 1, dim, dim)
    # Noise grows with the number of columns, so that the total information stays alike.
    scale = sharpness / math.sqrt(max(1.0, dim / 4))
    weights = torch.full((*structure_seed.shape, BEADS), -math.log(BEADS), dtype=torch.float64)
    return GaussianMixture(weights, scale[..., None, None] * points, noise, dim_x)
