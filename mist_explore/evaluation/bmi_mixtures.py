"""`bmi-mixtures`: the mixtures of the second suite of the BMI benchmark."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import ClassVar

import torch
from torch import Tensor

from mist_explore.distributions import GaussianMixture, sparse_correlation
from mist_explore.evaluation.suite import Plan, Suite, sized
from mist_explore.interfaces import JointDistribution, Transform
from mist_explore.seeding import as_generator
from mist_explore.transforms import Composition, Identity, LinearMap, Spiral, transformed

__all__ = ["MIXTURE_TASKS", "BMIMixtures", "MixtureTask", "Waves"]

IDENTITY = Identity()
TRUTH_SEED = 0
TRUTH_ROWS, TRUTH_ROUNDS = 10_000, 10


@dataclass(frozen=True, eq=False)
class MixtureTask:
    """A Gaussian mixture and the transform of its X.

    Args:
        mixture: the mixture.
        transform: injective map of X, which keeps the mutual information.

    Example:
        >>> MIXTURE_TASKS["X"].distribution.dim_x
        1
    """

    mixture: GaussianMixture
    transform: Transform = IDENTITY

    @property
    def distribution(self) -> JointDistribution:
        """The joint distribution of the task."""
        return transformed(self.mixture, (self.transform, IDENTITY))

    def draw(self, n_samples: int, seed: int) -> tuple[Tensor, Tensor, float]:
        """Draw rows of X and Y, beside their mutual information in nats."""
        x, y = self.distribution.draw(n_samples, as_generator(seed))
        return x, y, self.mutual_information[0]

    @cached_property
    def mutual_information(self) -> tuple[float, float]:
        """I(X; Y) in nats and its standard error.

        The mean over 100,000 rows from a fixed seed, with the part inside a component in closed
        form.
        """
        generator = as_generator(TRUTH_SEED)
        values = torch.cat(
            [self.mixture.information(TRUTH_ROWS, generator) for _ in range(TRUTH_ROUNDS)]
        )
        return float(values.mean()), float(values.std()) / math.sqrt(len(values))


@dataclass(frozen=True)
class Waves(Transform):
    r"""\((a, b) \mapsto (a + A \sin(\omega b), b)\): the first column waves along the second.

    Args:
        amplitude: A.
        frequency: \(\omega\).

    Example:
        >>> Waves(5.0, 3.0).forward(torch.tensor([[1.0, 0.0]]))
        tensor([[1., 0.]])
    """

    amplitude: float
    frequency: float

    def dim_out(self, dim_in: int) -> int:
        """As many columns as come in.

        Raises:
            ValueError: if they are not two.
        """
        if dim_in != 2:
            raise ValueError(f"expected 2 columns for waves; got {dim_in}")
        return dim_in

    def forward(self, x: Tensor) -> Tensor:
        """Add the wave to the first column."""
        return x + self._wave(x)

    def inverse(self, v: Tensor) -> Tensor:
        """Subtract the wave from the first column."""
        return v - self._wave(v)

    def log_abs_det_jacobian(self, x: Tensor) -> Tensor:
        """Zero for every row."""
        return torch.zeros_like(x[..., 0])

    def _wave(self, x: Tensor) -> Tensor:
        wave = self.amplitude * (self.frequency * x[..., 1]).sin()
        return torch.stack([wave, torch.zeros_like(wave)], -1)


def _mixture(
    means: Sequence[Sequence[float]],
    covariances: Sequence[Tensor],
    dim_x: int,
    weights: Sequence[float] = (),
) -> GaussianMixture:
    k = len(means)
    chances = torch.tensor(weights or [1 / k] * k, dtype=torch.float64)
    return GaussianMixture(
        chances.log(), torch.tensor(means, dtype=torch.float64), torch.stack([*covariances]), dim_x
    )


def _diagonal(*variances: float) -> Tensor:
    return torch.diag(torch.tensor(variances, dtype=torch.float64))


def _pair(variance_x: float, variance_y: float, correlation: float) -> Tensor:
    covariance = correlation * math.sqrt(variance_x * variance_y)
    return torch.tensor([[variance_x, covariance], [covariance, variance_y]], dtype=torch.float64)


def _letters() -> GaussianMixture:
    return _mixture(
        [[1, 0], [1, 1], [1, -1], [-0.8, -0.2], [-1.2, 0], [-0.4, 0]],
        [
            *(_diagonal(0.01, 0.2), _diagonal(0.05, 0.001), _diagonal(0.05, 0.001)),
            *(_diagonal(0.03, 0.001), _pair(0.04, 0.2, 0.95), _pair(0.04, 0.2, -0.95)),
        ],
        1,
    )


def _galaxy() -> MixtureTask:
    mixture = _mixture([[-1.5] * 3, [1.5] * 3], [_diagonal(1, 1, 1)] * 2, 2)
    return MixtureTask(mixture, Spiral((0, 1)))  # its angle is |x|² / 2


def _waves() -> MixtureTask:
    means = [[1.5 * i, 0.0, 1.5 * (i % 4)] for i in range(12)]
    return MixtureTask(
        _mixture(means, [_diagonal(0.1, 1, 0.1)] * 12, 2),
        # The shift of the first column by -0.8 is left out: it changes no estimator here.
        Composition(Waves(5.0, 3.0), LinearMap(_diagonal(0.1, 0.5))),
    )


def _concentric(dim_x: int, k: int) -> GaussianMixture:
    radii = range(1, k + 1)
    return _mixture(
        [[0.0] * dim_x + [i] for i in radii],
        [_diagonal(*[float(i**2)] * dim_x, 1e-4) for i in radii],
        dim_x,
    )


def _inliers(dim: int, share: float) -> GaussianMixture:
    joint = sparse_correlation(2.0, 2, dim, dim)
    product = torch.block_diag(joint[:dim, :dim], joint[dim:, dim:])
    return _mixture([[0.0] * 2 * dim] * 2, [joint, product], dim, [1 - share, share])


MIXTURE_TASKS: dict[str, MixtureTask] = {
    "X": MixtureTask(_mixture([[0, 0]] * 2, [_pair(1, 1, 0.9), _pair(1, 1, -0.9)], 1)),
    "AI": MixtureTask(_letters()),
    "Galaxy": _galaxy(),
    "Waves": _waves(),
    **{
        f"Concentric {dim} + 1, {k} parts": MixtureTask(_concentric(dim, k))
        for dim, k in ((3, 5), (5, 5), (3, 10), (5, 10), (25, 5))
    },
    **{
        f"Inliers {dim} + {dim}, {share:.0%}": MixtureTask(_inliers(dim, share))
        for share in (0.2, 0.5)
        for dim in (5, 25)
    },
}
"""The tasks by name."""


@dataclass(frozen=True)
class BMIMixtures(Suite):
    """The 13 mixtures of the second suite of the BMI benchmark, each dataset a cell.

    Args:
        n_samples: rows of each dataset; the benchmark has 5,000.
        replicates: datasets of each task.

    Raises:
        ValueError: if there are too few rows or no replicate.

    Source: Czyz et al., "On the properties and estimation of pointwise mutual information
    profiles" (2023), as in github.com/cbg-ethz/bmi (`workflows/benchmark/v2`).

    Example:
        >>> BMIMixtures().n_cells, list(MIXTURE_TASKS)[:4]
        (65, ['X', 'AI', 'Galaxy', 'Waves'])
    """

    n_samples: int = 1_000
    replicates: int = 5

    name: ClassVar[str] = "bmi-mixtures"
    note: ClassVar[str] = (
        "A cell is a dataset. No errors are published; the true values are known to 0.003 nats."
    )

    def plans(self) -> Iterator[Plan]:
        """The datasets, those of a task after each other."""
        for name, task in MIXTURE_TASKS.items():
            for replicate in range(self.replicates):
                yield Plan(
                    group=sized(name, self.n_samples, type(self).n_samples),
                    distribution=name,
                    name=f"{name} #{replicate + 1}",
                    keys=(name, replicate, self.n_samples),
                    draw=partial(task.draw, self.n_samples),
                )
