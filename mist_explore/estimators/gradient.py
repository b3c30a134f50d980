"""Mutual information with a gradient: how the estimate changes as the rows move."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor
from torch.func import functional_call

from mist_explore.estimate import Estimate
from mist_explore.estimators.learned import load_learned
from mist_explore.estimators.registry import SMOOTH
from mist_explore.network import Checkpoint, Network, featurise
from mist_explore.network.scores import soft_scores
from mist_explore.resources import models_directory
from mist_explore.sample import MINIMUM_ROWS, Sample

__all__ = [
    "DifferentiableEstimator",
    "Gradient",
    "differentiable",
    "differentiable_mutual_information",
]


@dataclass(frozen=True, eq=False)
class Gradient:
    """An estimate and how it changes with every number of the sample.

    Args:
        information: the estimate in nats.
        x: its derivatives by the rows of X, `(n, dim_x)`, in nats per unit of each column.
        y: by the rows of Y, `(n, dim_y)`.
    """

    information: float
    x: NDArray[np.float64]
    y: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DifferentiableEstimator:
    r"""A smooth network behind soft ranks: its median as a function with a gradient.

    Ranks are flat: a row can move without any change of rank, so the gradient of the estimate by
    the sample is 0 almost everywhere. Here the ranks are soft,

    .. math:: F(t) = \frac1n \sum_j \Phi\Big(\frac{t - t_j}{h}\Big), \qquad h = 0.1\, s

    with s the spread of the column, and the gradient is exactly that of the estimate from soft
    ranks. It differs little from the one from ranks, which `LearnedEstimator` gives. Cost and
    memory are of order \(n^2\) a column.

    Args:
        checkpoint: a network without nearest-neighbour statistics, which have no gradient.
        softness: h / s; small values follow the ranks, large ones make the gradient smooth.

    Raises:
        ValueError: if the network reads nearest neighbours, or the softness is not positive.

    Example:
        >>> information = differentiable()
        >>> x = torch.randn(100, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
        >>> y = x.sum(1, keepdim=True).requires_grad_()
        >>> information.mutual_information(x + torch.randn_like(x), y).backward()
        >>> bool(y.grad.abs().max() > 0)
        True
    """

    checkpoint: Checkpoint
    softness: float = 0.1

    def __post_init__(self) -> None:
        if not _is_smooth(self.checkpoint):
            raise ValueError(
                f"expected a network without nearest neighbours, which have no gradient; "
                f"got {self.checkpoint.name!r}"
            )
        if self.softness <= 0:
            raise ValueError(f"expected a positive softness; got {self.softness}")

    @property
    def name(self) -> str:
        """The name of the network, and that its ranks are soft."""
        return f"soft-{self.checkpoint.name}"

    def __repr__(self) -> str:
        return f"DifferentiableEstimator({self.checkpoint!r}, softness={self.softness})"

    @property
    def _network(self) -> Network:
        network = self.checkpoint.network
        assert isinstance(network, Network)
        return network

    def quantiles(self, x: Tensor, y: Tensor) -> Tensor:
        """Return quantiles in nats at the levels of the network, not clipped at 0, `(..., levels)`.

        Args:
            x: `(n, dim_x)` or `(B, n, dim_x)`, no column constant.
            y: `(n, dim_y)` or `(B, n, dim_y)`, no column constant.

        Raises:
            TypeError: if x or y is not a tensor of real numbers.
            ValueError: if the shapes do not fit, there are too few rows, a number is not finite, or
                a column is constant.
        """
        _check_tensor("x", x)
        _check_tensor("y", y)
        if x.ndim not in (2, 3) or x.shape[:-1] != y.shape[:-1] or x.shape[-2] < MINIMUM_ROWS:
            raise ValueError(
                "expected x of shape (n, dim_x) and y of shape (n, dim_y) with at least "
                f"{MINIMUM_ROWS} rows; got {tuple(x.shape)} and {tuple(y.shape)}"
            )
        single = x.ndim == 2
        a, b = (
            _centred(name, side.double()[None] if single else side.double())
            for name, side in (("x", x), ("y", y))
        )
        scores = partial(soft_scores, softness=self.softness)
        features = featurise(a, b, scores=scores).to(dtype=torch.float32)
        # Without the weights in the graph: a backward pass leaves no gradients in the network.
        weights = {name: weight.detach() for name, weight in self._network.named_parameters()}
        quantiles: Tensor = functional_call(self._network, weights, (features,))
        return quantiles[0] if single else quantiles

    def mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the median in nats with its gradient by x and y, not clipped at 0, `()` or `(B,)`.

        Args and raises: as for `quantiles`.
        """
        return self.quantiles(x, y)[..., self._network.config.levels.index(0.5)]

    def gradient(self, x: ArrayLike, y: ArrayLike) -> Gradient:
        """Return the estimate and its gradient by the sample.

        Args:
            x: `(n, dim_x)`.
            y: `(n, dim_y)`.

        Raises:
            ValueError: if the arrays are no `Sample`, or a column is constant.
        """
        sample = Sample(x, y)
        dropped = sample.without_constant_columns()[1]
        if dropped:
            raise ValueError(f"expected columns that vary; {'; '.join(dropped)}")
        sides = [torch.tensor(side, requires_grad=True) for side in (sample.x, sample.y)]
        information = self.mutual_information(*sides)
        by_x, by_y = torch.autograd.grad(information, sides)
        return Gradient(float(information.detach()), by_x.numpy(), by_y.numpy())

    @torch.no_grad()
    def estimate(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        """Estimate I(X; Y) from soft ranks of paired rows.

        Args:
            x: `(n, dim_x)`.
            y: `(n, dim_y)`.

        Raises:
            ValueError: if the arrays are no `Sample`, or a side is wholly constant.
        """
        sample, dropped = Sample(x, y).without_constant_columns()
        quantiles = self.quantiles(torch.tensor(sample.x), torch.tensor(sample.y))
        return Estimate(
            self._network.config.levels,
            quantiles.tolist(),
            warnings=dropped,
            estimator=self.name,
            n_samples=sample.n_samples,
            dim_x=sample.dim_x,
            dim_y=sample.dim_y,
        )


@cache
def differentiable(softness: float = 0.1) -> DifferentiableEstimator:
    """Return the shipped smooth network with soft ranks.

    Raises:
        ValueError: if the shipped network is missing.

    Example:
        >>> differentiable().softness
        0.1
    """
    return DifferentiableEstimator(load_learned(models_directory() / SMOOTH).checkpoint, softness)


def differentiable_mutual_information(x: Tensor, y: Tensor) -> Tensor:
    r"""Estimate I(X; Y) in nats as a tensor with a gradient, to maximise or to penalise.

    The value is the median of the shipped smooth network from soft ranks, see
    `DifferentiableEstimator`; it may be slightly below 0.

    Args:
        x: `(n, dim_x)` or `(B, n, dim_x)`, no column constant.
        y: `(n, dim_y)` or `(B, n, dim_y)`, no column constant.

    Raises:
        TypeError: if x or y is not a tensor of real numbers.
        ValueError: if the shapes do not fit, there are too few rows, a number is not finite, or a
            column is constant.

    Example:
        >>> x = torch.linspace(-1, 1, 200, dtype=torch.float64)[:, None]
        >>> noise = torch.cos(99 * x)
        >>> clear, noisy = (differentiable_mutual_information(x, x + s * noise) for s in (0.1, 1))
        >>> bool(clear > noisy)
        True
    """
    return differentiable().mutual_information(x, y)


def _check_tensor(side: str, values: object) -> None:
    if not isinstance(values, Tensor) or values.is_complex():
        got = values.dtype if isinstance(values, Tensor) else type(values).__name__
        raise TypeError(
            f"expected a tensor of real numbers for {side}; got {got}: "
            "mist_explore.mutual_information estimates from arrays and frames"
        )


def _centred(side: str, values: Tensor) -> Tensor:
    """Return each column `(B, n, dim)` between -1 and 1, where no square over- or underflows.

    The estimate does not depend on centre and scale, so they are constants for the gradient.
    """
    if not values.isfinite().all():
        count = int((~values.isfinite()).sum())
        raise ValueError(f"expected finite numbers in {side}; got {count} that are NaN or infinite")
    low, high = values.detach().aminmax(dim=-2, keepdim=True)
    half = high / 2 - low / 2
    if not (half > 0).all():
        number = int((half[..., 0, :] <= 0).any(0).nonzero()[0]) + 1
        raise ValueError(
            f"expected columns that vary; column {number} of {side} is constant: leave it out"
        )
    return (values - (high / 2 + low / 2)) / half


def _is_smooth(checkpoint: Checkpoint) -> bool:
    return isinstance(checkpoint.network, Network)
