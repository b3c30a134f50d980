"""Monte Carlo mutual information of distributions with exact pointwise mutual information."""

from __future__ import annotations

import math
from functools import cached_property

import torch
from torch import Tensor

from mist_explore.interfaces import JointDistribution
from mist_explore.seeding import as_generator

__all__ = ["MonteCarloDistribution"]

SEED = 0
ROWS = 512
LARGEST_ERROR = 0.009
MOST_ROUNDS = 200


class MonteCarloDistribution(JointDistribution):
    """Distribution whose mutual information is a Monte Carlo mean over its draws.

    Rounds of 512 rows from a fixed seed follow each other until the standard error of every
    distribution of the batch is below 0.009 nats, in float64. So the same distribution has the same
    value every time, and its error is known beside it.
    """

    @property
    def mutual_information(self) -> Tensor:
        """I(X; Y) in nats, of shape `(...)`."""
        return self._mean_and_error[0]

    @property
    def mutual_information_error(self) -> Tensor:
        """The standard error of the mean, of shape `(...)`."""
        return self._mean_and_error[1]

    def information(self, n_samples: int, generator: torch.Generator) -> Tensor:
        """Independent values of shape `(..., n)` whose expectation is I(X; Y).

        They are the pointwise values of draws. A distribution overrides this where a part of the
        expectation is in closed form, so that only the rest varies.
        """
        return self.pointwise_mutual_information(*self.draw(n_samples, generator))

    @cached_property
    def _mean_and_error(self) -> tuple[Tensor, Tensor]:
        generator = as_generator(SEED)
        total = squares = torch.zeros((), dtype=torch.float64)
        for rounds in range(1, MOST_ROUNDS + 1):
            values = self.information(ROWS, generator)
            total, squares = total + values.sum(-1), squares + values.square().sum(-1)
            n = rounds * ROWS
            mean = total / n
            error = ((squares / n - mean.square()).clamp(min=0) / n).sqrt()
            # A few rounds may hold none of the rare rows of high information.
            if rounds >= 4 and float(error.max()) < LARGEST_ERROR:
                break
        return mean.clamp(min=0), error.clamp(min=math.ulp(1.0))
