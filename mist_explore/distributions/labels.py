"""A discrete label on one side, Gaussian columns that depend on it on the other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.distributions.mixture import (
    conditional_entropy,
    log_normal_densities,
    mixed_normal,
)
from mist_explore.distributions.monte_carlo import MonteCarloDistribution
from mist_explore.distributions.spectrum import mixing
from mist_explore.distributions.structure import normal, part, uniform

__all__ = ["MOST_CLASSES", "Labels", "labels"]

MOST_CLASSES = 8


@dataclass(frozen=True, eq=False)
class Labels(MonteCarloDistribution):
    r"""X is Gaussian given a label K, and Y is a code of K.

    .. math:: I(X; Y) = I(X; K) = H(K) - H(K \mid X)

    The columns of Y that the code leaves free are independent normal noise.

    Args:
        log_weights: the log-chances of the labels, float64 of shape `(..., k)`; -inf is possible.
        means: of X given each label, shape `(..., k, dim_x)`.
        covariances: of X given each label, shape `(..., k, dim_x, dim_x)`.
        codes: the row of Y for each label, all different, shape `(..., k, dim_y)`.
        coded: which columns of Y the code fills, bool of shape `(..., dim_y)`.
    """

    log_weights: Tensor
    means: Tensor
    covariances: Tensor
    codes: Tensor
    coded: Tensor

    @property
    def dim_x(self) -> int:
        """The number of columns of X."""
        return self.means.shape[-1]

    @property
    def dim_y(self) -> int:
        """The number of columns of Y."""
        return self.codes.shape[-1]

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(..., n, dim_x)` and `(..., n, dim_y)`."""
        x, label = mixed_normal(
            n_samples, self.log_weights, self.means, self.covariances, generator
        )
        own = label[..., None].expand(*label.shape, self.dim_y)
        noise = torch.randn(*own.shape, generator=generator, dtype=torch.float64)
        y = torch.where(self.coded[..., None, :], self.codes.gather(-2, own), noise)
        return x.to(dtype), y.to(dtype)

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log P(k | x) / P(k) in nats, of shape `(..., n)`, for the label k that y encodes."""
        away = y.double()[..., None, :, :] - self.codes[..., None, :]  # (..., k, n, dim_y)
        away = torch.where(self.coded[..., None, None, :], away, 0.0).square().sum(-1)
        impossible = self.log_weights.isinf()[..., None]
        label = away.masked_fill(impossible, math.inf).argmin(-2)
        log_posteriors = self._log_joint(x.double()).log_softmax(-2)
        own = log_posteriors.gather(-2, label[..., None, :]).squeeze(-2)
        return own - self.log_weights.gather(-1, label)

    def information(self, n_samples: int, generator: torch.Generator) -> Tensor:
        """Values with mean I(X; Y), of shape `(..., n)`: H(K) - H(K | x)."""
        x, _ = mixed_normal(n_samples, self.log_weights, self.means, self.covariances, generator)
        entropy = torch.special.entr(self.log_weights.exp()).sum(-1, keepdim=True)
        return entropy - conditional_entropy(self._log_joint(x))

    def _log_joint(self, x: Tensor) -> Tensor:
        densities = log_normal_densities(x, self.means, self.covariances)
        return self.log_weights[..., None] + densities


def labels(
    dim_x: int, dim_y: int, separation: Tensor, n_classes: Tensor, structure_seed: Tensor
) -> Labels:
    """Classes with random weights, means and covariances.

    Y holds the number of the class in its first column; or, where there are columns enough and at
    random, indicators of all classes but the first.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        separation: the distance between the means of the classes, in standard deviations.
        n_classes: integers in 2-8, of shape `(...)`.
        structure_seed: integers of shape `(...)`.
    """
    most = int(n_classes.max())
    classes, columns = torch.arange(most), torch.arange(dim_y)
    weights = 0.5 * normal(structure_seed, "chances", MOST_CLASSES)[..., :most]
    weights = weights.masked_fill(classes >= n_classes[..., None], -math.inf)
    means = normal(structure_seed, "means", MOST_CLASSES, dim_x)[..., :most, :]
    means = torch.nn.functional.normalize(means, dim=-1) / math.sqrt(2)
    roots = mixing(part(structure_seed, MOST_CLASSES)[..., :most], "classes", dim_x, stretch=1.5)
    indicated = (uniform(structure_seed, "code", 1) < 0.5) & (n_classes[..., None] - 1 <= dim_y)
    number = (classes[:, None] * (columns == 0)).double()
    indicators = (classes[:, None] == columns + 1).double()
    return Labels(
        weights.log_softmax(-1),
        separation[..., None, None] * means,
        roots @ roots.mT,
        torch.where(indicated[..., None], indicators, number),
        torch.where(indicated, columns < n_classes[..., None] - 1, columns == 0),
    )
