"""Columns of Y that are random nonlinear functions of columns of X, plus noise."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import torch
from torch import Tensor

from mist_explore.distributions.structure import normal, uniform
from mist_explore.interfaces import JointDistribution
from mist_explore.seeding import as_generator

__all__ = ["ACTIVATIONS", "Regression", "random_regression"]

ACTIVATIONS: tuple[Callable[[Tensor], Tensor], ...] = (
    torch.tanh,
    torch.sin,
    torch.abs,
    torch.square,
    lambda u: torch.exp(-2 * u.square()),
    lambda u: torch.tanh(6 * u),
)
"""Smooth, oscillating, even, quadratic (so products too), bumps and soft steps."""

UNITS = 4
INPUTS = 3
CELLS = 1_024
MARGIN = 8.0
POINTS = 1_024
SHIFTS = 4


@dataclass(frozen=True, eq=False)
class Regression(JointDistribution):
    r"""\(X \sim U(-1, 1)\), \(Y_j = s_j f_j(X) + \epsilon_j\), each f_j of its own columns.

    \(f_j(x) = \sum_h a_{jh}\, g_j(w_{jh} \cdot x + b_{jh})\), standardised, and the noise is
    standard normal. The columns of Y are independent of each other, so that

    .. math:: I(X; Y) = \sum_j \left[ h(Y_j) - \tfrac12 \ln 2 \pi e \right].

    The density of \(Y_j\) is that of \(s_j f_j(X)\), from 4096 points of four randomly shifted
    lattices, convolved with the noise on a grid of 1024 cells. The spread between the lattices and
    the step of the grid give the error.

    Args:
        strength: s, float64 of shape `(..., dim_y)`.
        inputs: which three columns of X enter, integers of shape `(..., dim_y, 3)`.
        weights: w, shape `(..., dim_y, 4, 3)`.
        biases: b, shape `(..., dim_y, 4)`.
        heights: a, shape `(..., dim_y, 4)`.
        activations: which g in `ACTIVATIONS`, integers of shape `(..., dim_y)`.
        dim_x: number of columns of X.
    """

    strength: Tensor
    inputs: Tensor
    weights: Tensor
    biases: Tensor
    heights: Tensor
    activations: Tensor
    dim_x: int

    @property
    def dim_y(self) -> int:
        """The number of columns of Y."""
        return self.strength.shape[-1]

    @property
    def mutual_information(self) -> Tensor:
        """I(X; Y) in nats, of shape `(...)`."""
        return self._density.information.sum(-1)

    @property
    def mutual_information_error(self) -> Tensor:
        """The standard error over the lattices, of shape `(...)`."""
        return self._density.error.square().sum(-1).sqrt()

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(..., n, dim_x)` and `(..., n, dim_y)`."""
        batch = self.strength.shape[:-1]
        x = 2 * torch.rand(*batch, n_samples, self.dim_x, generator=generator, dtype=dtype) - 1
        noise = torch.randn(*batch, n_samples, self.dim_y, generator=generator, dtype=dtype)
        return x, self._signal(x).to(dtype) + noise

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log p(y | x) / p(y) in nats, of shape `(..., n)`."""
        noise = y.double() - self._signal(x)
        log_conditional = -0.5 * noise.square() - 0.5 * math.log(2 * math.pi)
        return (log_conditional - self._density.log_density(y.double().mT).mT).sum(-1)

    def _signal(self, x: Tensor) -> Tensor:
        columns = self.inputs.flatten(-2)[..., None, :].expand(*x.shape[:-1], -1)
        read = x.double().gather(-1, columns).unflatten(-1, self.inputs.shape[-2:])
        centre, scale = self._moments
        return ((self._functions(read.movedim(-3, -2)) - centre) * scale).mT

    def _functions(self, read: Tensor) -> Tensor:
        """The raw f_j of shape `(..., dim_y, n)` at rows of shape `(..., dim_y, n, 3)`."""
        reached = self.weights @ read.mT + self.biases[..., None]  # (..., dim_y, units, n)
        for number, activation in enumerate(ACTIVATIONS):
            chosen = self.activations == number
            if chosen.any():
                reached[chosen] = activation(reached[chosen])
        return (self.heights[..., None, :] @ reached).squeeze(-2)

    @cached_property
    def _at_points(self) -> Tensor:
        return self._functions(_lattices())

    @cached_property
    def _moments(self) -> tuple[Tensor, Tensor]:
        """Mean and inverse standard deviation of f_j, each of shape `(..., dim_y, 1)`."""
        centre = self._at_points.mean(-1, keepdim=True)
        spread = (self._at_points - centre).square().mean(-1, keepdim=True).sqrt()
        # A function of no column is constant: it stays at zero.
        scale = torch.where(spread > 1e-9, self.strength[..., None] / spread, 0.0)
        return centre, scale

    @cached_property
    def _density(self) -> _Density:
        centre, scale = self._moments
        return _Density((self._at_points - centre) * scale)


class _Density:
    """The density of points plus standard normal noise, on a grid.

    Args:
        points: shape `(..., SHIFTS * POINTS)`, whole lattices one after the other.
    """

    def __init__(self, points: Tensor) -> None:
        self._low = points.amin(-1, keepdim=True) - MARGIN
        width = points.amax(-1, keepdim=True) + MARGIN - self._low
        self._step = width / CELLS
        lattices = self._smoothed(points.unflatten(-1, (SHIFTS, POINTS)))
        density = lattices.mean(-2)
        entropies = self._entropy(lattices)
        noise = 0.5 * math.log(2 * math.pi * math.e)
        self._log_density = density.log()
        self.information = (self._entropy(density[..., None, :]) - noise).squeeze(-1).clamp(min=0)
        # Where the logarithm of the density bends as that of the noise does, a line between
        # two cells is off by this.
        line = self._step.squeeze(-1).square() / 8
        self.error = torch.hypot(entropies.std(-1) / math.sqrt(SHIFTS), line)

    def log_density(self, y: Tensor) -> Tensor:
        """Linear interpolation at `y` of shape `(..., n)`."""
        position = ((y - self._low) / self._step).clamp(0, CELLS - 1.001)
        cell = position.floor()
        share, index = position - cell, cell.long()
        left, right = (self._log_density.gather(-1, i) for i in (index, index + 1))
        return left + share * (right - left)

    def _smoothed(self, points: Tensor) -> Tensor:
        """Densities of shape `(..., lattices, cells)`: counts by linear shares, then Fourier."""
        position = (points - self._low[..., None]) / self._step[..., None]
        cell = position.floor()
        share, index = position - cell, cell.long()
        count = points.new_zeros(*points.shape[:-1], CELLS)
        count.scatter_add_(-1, index, 1 - share).scatter_add_(-1, index + 1, share)
        frequency = 2 * math.pi * torch.fft.rfftfreq(CELLS, dtype=points.dtype)
        noise = (-0.5 * (frequency / self._step).square()).exp()[..., None, :]
        density = torch.fft.irfft(torch.fft.rfft(count) * noise, CELLS)
        density = density / (points.shape[-1] * self._step[..., None])
        # Below the rounding of the Fourier transform the density is 0.
        return density.clamp(min=1e-16)

    def _entropy(self, density: Tensor) -> Tensor:
        return torch.special.entr(density).sum(-1) * self._step


@lru_cache
def _lattices() -> Tensor:
    """Points of shape `(SHIFTS * POINTS, 3)` in (-1, 1)^3, each lattice shifted at random.

    Source: Roberts, "The unreasonable effectiveness of quasirandom sequences" (2018).
    """
    golden = 1.2207440846057596  # the root of x^4 = x + 1
    slopes = golden ** -torch.arange(1, INPUTS + 1, dtype=torch.float64)
    shifts = torch.rand(SHIFTS, 1, INPUTS, generator=as_generator(0), dtype=torch.float64)
    steps = torch.arange(POINTS, dtype=torch.float64)[:, None] * slopes
    return 2 * ((shifts + steps) % 1).flatten(0, 1) - 1


def random_regression(
    dim_x: int, dim_y: int, strength: Tensor, n_inputs: Tensor, structure_seed: Tensor
) -> Regression:
    """Random functions of `n_inputs` columns of X each, as far as the columns go.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: the spread of the signal over the noise, shape `(..., at least dim_y)`.
        n_inputs: integers in 1-3, of shape `(...)`.
        structure_seed: integers of shape `(...)`.
    """
    place = torch.arange(INPUTS)
    inputs = torch.arange(dim_y)[:, None] * n_inputs[..., None, None] + place
    entering = (inputs < dim_x) & (place < n_inputs[..., None, None])  # (..., dim_y, 3)
    chance = uniform(structure_seed, "kinds", dim_y, 4)
    activations = (len(ACTIVATIONS) * chance[..., 0]).long()
    steepness = 1 + 3 * chance[..., 1, None]
    weights = normal(structure_seed, "weights", dim_y, UNITS, INPUTS) * entering[..., None, :]
    weights = weights / weights.norm(dim=-1, keepdim=True).clamp(min=1e-9)
    # Without biases the even activations give even functions, of zero correlation.
    biased = chance[..., 2, None] < 0.5
    biases = torch.where(biased, 2 * uniform(structure_seed, "biases", dim_y, UNITS) - 1, 0.0)
    n_units = 1 + (UNITS * chance[..., 3, None]).long()
    heights = normal(structure_seed, "heights", dim_y, UNITS) * (torch.arange(UNITS) < n_units)
    return Regression(
        strength[..., :dim_y] * entering.any(-1),
        inputs.clamp(max=dim_x - 1),
        steepness[..., None] * weights,
        steepness * biases,
        heights,
        activations,
        dim_x,
    )
