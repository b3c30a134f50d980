"""X and Y as noisy functions of a common hidden variable."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import torch
from torch import Tensor

from mist_explore.distributions.batched import batched
from mist_explore.distributions.family import Family, Parameter
from mist_explore.distributions.functions import (
    FUNCTIONS,
    Values,
    log_uniform,
    random_function,
    standardized,
)
from mist_explore.distributions.structure import STRUCTURE_SEED
from mist_explore.distributions.table import with_noise_columns
from mist_explore.interfaces import JointDistribution
from mist_explore.seeding import derive_seed

__all__ = ["LATENTS", "HiddenVariable", "hidden_variables"]

MOST_COLUMNS = 6
SEQUENCES = 16
POINTS = 64
LARGEST_ERROR = 0.009
ROUNDING = 1e-5
MOST_ROUNDS = 60


@dataclass(frozen=True, eq=False)
class HiddenVariable(JointDistribution):
    r"""All columns are normal and independent given a hidden variable T with finitely many values.

    .. math:: I(X; Y) = H(T) - H(T \mid X) - H(T \mid Y) + H(T \mid X, Y)

    The pointwise mutual information is exact. The last three terms are means over sixteen
    scrambled Sobol sequences of 64 points, and over more until the standard error, from the spread
    between the sequences, is below 0.009 nats. It has no batch axes.

    Args:
        log_weights: logarithms of the probabilities of the values of T, float64 of shape `(k,)`.
        means: of each column given T, shape `(k, dim)`, the columns of X first.
        deviations: of each column given T, shape `(k, dim)`.
        dim_x: number of columns of X.

    Source: Owen, "Scrambled net variance for integrals of smooth functions" (1997).
    """

    log_weights: Tensor
    means: Tensor
    deviations: Tensor
    dim_x: int

    @property
    def dim_y(self) -> int:
        """The number of columns of Y."""
        return self.means.shape[1] - self.dim_x

    @property
    def mutual_information(self) -> Tensor:
        """I(X; Y) in nats, of shape `()`."""
        return self._mean_and_error[0]

    @property
    def mutual_information_error(self) -> Tensor:
        """The standard error of the mean, of shape `()`."""
        return self._mean_and_error[1]

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(n, dim_x)` and `(n, dim_y)`."""
        chance = torch.rand(n_samples, generator=generator, dtype=torch.float64)
        shape = (n_samples, self.means.shape[1])
        noise = torch.randn(shape, generator=generator, dtype=torch.float64)
        rows = self._rows(chance, noise).to(dtype)
        return rows[:, : self.dim_x], rows[:, self.dim_x :]

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log p(x, y) / (p(x) p(y)) in nats, of shape `(n,)`."""
        first, second = self._log_likelihoods(torch.cat([x, y], 1).double())
        return (
            (first + second + self.log_weights).logsumexp(1)
            - (first + self.log_weights).logsumexp(1)
            - (second + self.log_weights).logsumexp(1)
        )

    @cached_property
    def _mean_and_error(self) -> tuple[Tensor, Tensor]:
        means: list[Tensor] = []
        for number in range(MOST_ROUNDS):
            points = _sobol(1 + self.means.shape[1], number)
            means.append(self._information(points).view(SEQUENCES, POINTS).mean(1))
            every = torch.cat(means)
            error = every.std() / math.sqrt(len(every))
            if error < LARGEST_ERROR:
                break
        return every.mean().clamp(min=0), error.clamp(min=ROUNDING)

    def _information(self, points: Tensor) -> Tensor:
        """Values with mean I(X; Y), of shape `(n,)`, at points of the unit cube."""
        noise = torch.special.ndtri(points[:, 1:])
        first, second = self._log_likelihoods(self._rows(points[:, 0].contiguous(), noise))
        entropy = torch.special.entr(self.log_weights.exp()).sum()
        rests = [
            _conditional_entropy(terms.float() + self.log_weights.float())
            for terms in (first, second, first + second)
        ]
        return entropy - rests[0] - rests[1] + rests[2]

    def _rows(self, chance: Tensor, noise: Tensor) -> Tensor:
        edges = self.log_weights.exp().cumsum(0)
        t = torch.searchsorted(edges / edges[-1], chance, right=True).clamp(max=len(edges) - 1)
        return self.means[t] + self.deviations[t] * noise

    def _log_likelihoods(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """log p(x | t) and log p(y | t) for each row and value of T, of shape `(n, k)` each."""
        sides = []
        for side in (slice(None, self.dim_x), slice(self.dim_x, None)):
            own, mean, deviation = rows[:, side], self.means[:, side], self.deviations[:, side]
            precision = deviation.square().reciprocal()
            squares = own.square() @ precision.T - 2 * own @ (mean * precision).T
            constant = (0.5 * mean.square() * precision + deviation.log()).sum(1)
            sides.append(-0.5 * squares - constant - own.shape[1] * math.log(2 * math.pi) / 2)
        return sides[0], sides[1]


def hidden_variables(
    dim_x: int, dim_y: int, strength: Tensor, kind: Tensor, structure_seed: Tensor
) -> JointDistribution:
    """Up to six columns a side that are noisy random functions of a common hidden variable.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: the spread of a function over its noise, of shape `(...)`.
        kind: the hidden variable: 0 a normal number, 1 two of them, 2 three of them, 3 some
            unordered points, of shape `(...)`.
        structure_seed: integers of shape `(...)`.

    Example:
        >>> from mist_explore import FAMILIES
        >>> distribution = FAMILIES["latent"].distribution(2, 2)
        >>> bool(0 < distribution.mutual_information_error < 0.01)
        True
    """

    def construct(s: float, kind: int, seed: int) -> JointDistribution:
        random = np.random.default_rng(derive_seed(seed, "latent", kind))
        used_x, used_y = (
            int(random.integers(1, min(dim, MOST_COLUMNS) + 1)) for dim in (dim_x, dim_y)
        )
        points, weights = _hidden(random, kind)
        names = sorted(FUNCTIONS)
        common = names[random.integers(len(names))] if random.random() < 0.6 else ""
        uneven = random.random() < 0.4
        means, deviations = [], []
        for _ in range(used_x + used_y):
            values = random_function(random, points.shape[1], common)(points)
            means.append(s * standardized(values, weights).clip(-5, 5))
            size = 0.4 * random.normal() * np.ones(len(points))
            if uneven and min(s, 1) > 0:
                other = random_function(random, points.shape[1], "network")(points)
                amount = random.uniform(0.3, 1) * min(s, 1)
                size = size + amount * standardized(other, weights).clip(-2, 2)
            deviations.append(np.exp(size))
        log_weights = torch.from_numpy(np.log(weights))
        centres, sizes = (torch.from_numpy(np.stack(side, 1)) for side in (means, deviations))
        block = HiddenVariable(log_weights, centres, sizes, used_x)
        return with_noise_columns([block], dim_x, dim_y)

    return batched(construct, strength, kind, structure_seed)


def _hidden(random: np.random.Generator, kind: int) -> tuple[Values, Values]:
    """Return the values of T, of shape `(k, q)`, and their probabilities."""
    if kind == 3:
        points = random.normal(size=(int(log_uniform(random, 3, 61)), 3))
        weights = np.exp(0.7 * random.normal(size=len(points)))
        return points, weights / weights.sum()
    levels = (128, 12, 5)[kind]
    middles = (torch.arange(levels, dtype=torch.float64) + 0.5) / levels
    scores = torch.special.ndtri(middles).numpy()
    grid = np.meshgrid(*[scores] * (kind + 1), indexing="ij")
    points = np.stack([side.ravel() for side in grid], 1)
    return points, np.full(len(points), 1 / len(points))


@lru_cache(maxsize=64)
def _sobol(dim: int, number: int) -> Tensor:
    """Return sixteen scrambled Sobol sequences, float64 of shape `(1024, dim)` inside (0, 1)."""
    sequences = [
        torch.quasirandom.SobolEngine(
            dim, scramble=True, seed=derive_seed(number, "sobol", i) % 2**31
        ).draw(POINTS, dtype=torch.float64)
        for i in range(SEQUENCES)
    ]
    return torch.cat(sequences).clamp(1e-9, 1 - 1e-9)


def _conditional_entropy(log_terms: Tensor) -> Tensor:
    """Return the entropy of T given each row, float64 of shape `(n,)`, from `(n, k)`."""
    log_terms = log_terms - log_terms.amax(1, keepdim=True)
    weights = log_terms.exp()
    total = weights.sum(1)
    return (total.log() - (weights * log_terms).sum(1) / total).double()


_SIGNAL = Parameter("strength", "signal over noise", 0, 50, 2, (0.3, 20), log=True)
_KIND = Parameter("kind", "kind of hidden variable", 0, 3, 0, (0, 3), integer=True)

LATENTS = (
    Family(
        "latent",
        "Functions of something hidden",
        (_SIGNAL, _KIND, STRUCTURE_SEED),
        hidden_variables,
        "both sides follow something hidden along bends that correlation averages away",
    ),
)
"""Families of common hidden variables."""
