"""The shift suite: kinds of distributions that no training of a shipped network has ever seen.

These kinds are reserved for testing for ever: they are in no registry, so no meta-distribution can
draw them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import torch
from torch import Tensor

from mist_explore.distributions import Gaussian
from mist_explore.distributions.latent import figure_eight, firing, ring, volatility
from mist_explore.evaluation.suite import Plan, Suite
from mist_explore.interfaces import JointDistribution
from mist_explore.seeding import as_generator

__all__ = ["KINDS", "Shift"]

DIMS = (1, 8)
ROWS = (50, 1_000)
DATASETS_PER_KIND = 40


def autoregression(
    generator: torch.Generator, dim_x: int, dim_y: int, memory: float
) -> JointDistribution:
    """The past and the future of a Gaussian process x_t = memory x_{t-1} + noise, seen with noise.

    In closed form.
    """
    t = torch.arange(dim_x + dim_y, dtype=torch.float64)
    seen = 0.5 + 0.5 * float(torch.rand((), generator=generator, dtype=torch.float64))
    correlation = seen * memory ** (t[:, None] - t).abs()
    return Gaussian(correlation.fill_diagonal_(1.0), dim_x)


@dataclass(frozen=True)
class Kind:
    """A kind of distribution: its constructor and the range of its one number.

    Args:
        construct: `(generator, dim_x, dim_y, number) -> distribution`.
        bounds: the range of the number, drawn uniformly.
    """

    construct: Callable[[torch.Generator, int, int, float], JointDistribution]
    bounds: tuple[float, float]


KINDS: dict[str, Kind] = {
    "ring": Kind(ring, (0.1, 1.0)),
    "figure-eight": Kind(figure_eight, (0.1, 1.0)),
    "volatility": Kind(volatility, (0.3, 2.0)),
    "firing": Kind(firing, (0.5, 10.0)),
    "autoregression": Kind(autoregression, (0.3, 0.98)),
}


@dataclass(frozen=True)
class Shift(Suite):
    """Forty datasets of each reserved kind, each with its own distribution, shape and size.

    Columns are 1-8 a side, drawn for each side, and rows 50-1,000, log-uniform.

    Args:
        replicates: how many times forty datasets.

    Raises:
        ValueError: if there is no replicate.

    Example:
        >>> Shift().n_cells
        200
    """

    replicates: int = 1

    name: ClassVar[str] = "shift"
    note: ClassVar[str] = "Every dataset has its own distribution, and is a cell."

    def plans(self) -> Iterator[Plan]:
        """The datasets by kind."""
        for name, kind in KINDS.items():
            for number in range(self.replicates * DATASETS_PER_KIND):
                draw = partial(_draw, kind)
                yield Plan(name, name, f"{name} {number + 1}", (name, number), draw)


def _draw(kind: Kind, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    generator = as_generator(seed)
    dim_x, dim_y = torch.randint(DIMS[0], DIMS[1] + 1, (2,), generator=generator).tolist()
    strength, size = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
    low, high = kind.bounds
    distribution = kind.construct(generator, dim_x, dim_y, low + (high - low) * strength)
    x, y = distribution.draw(round(ROWS[0] * (ROWS[1] / ROWS[0]) ** size), generator)
    return x, y, distribution.mutual_information
