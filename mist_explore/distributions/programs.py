"""Columns of Y that are random functions of several columns of X, with noise of many kinds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from scipy import fft
from scipy.special import gammaln, ndtr
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
from mist_explore.distributions.shape import SHAPE
from mist_explore.distributions.table import MARGINS, Axis, Table, with_noise_columns
from mist_explore.interfaces import JointDistribution
from mist_explore.seeding import derive_seed

__all__ = ["NOISES", "PROGRAMS", "Noise", "Program", "count_programs", "programs"]

LEVELS = (1024, 40, 12, 7, 5)
COUNT_LEVELS = (512, 24, 9, 6, 4)
"""Cells of an input where a function has one, two, ... inputs: of numbers, and of counts."""
SCALES = np.exp(np.linspace(-1.2, 1.2, 7))
LARGEST = 4.0
CHUNK = 256


@dataclass(frozen=True)
class Noise:
    """Noise of unit scale around the value of a function.

    Args:
        draw: `(n, generator) -> noise`, float64 of shape `(n,)`.
        log_density: of numpy arrays or tensors, by `(z, log1p)`.
        reach: the noise beyond it is neglected.
        steps: cells of the grid in a unit of the noise.
        scaled: the source of a changing scale: "", "inputs" or "value".
        exact: whether the density is constant on each cell of the grid.
        error: of the mutual information in nats, against a grid eight times finer.
    """

    draw: Callable[[int, torch.Generator], Tensor]
    log_density: Callable[[Values], Values]
    reach: float
    steps: int
    scaled: str = ""
    exact: bool = False
    error: float = 2e-5


def _normal(n: int, generator: torch.Generator) -> Tensor:
    return torch.randn(n, generator=generator, dtype=torch.float64)


def _uniform(n: int, generator: torch.Generator) -> Tensor:
    return 2 * torch.rand(n, generator=generator, dtype=torch.float64) - 1


def _student(n: int, generator: torch.Generator) -> Tensor:
    z = torch.randn(4, n, generator=generator, dtype=torch.float64)
    return z[0] / z[1:].square().mean(0).sqrt()


def _laplace(n: int, generator: torch.Generator) -> Tensor:
    u = _uniform(n, generator)
    return -u.sign() * torch.log1p(-u.abs())


def _outliers(n: int, generator: torch.Generator) -> Tensor:
    wide = torch.rand(n, generator=generator, dtype=torch.float64) < 0.1
    return _normal(n, generator) * torch.where(wide, 10.0, 1.0)


def _log_normal(z: Values) -> Values:
    return -0.5 * z * z - 0.5 * math.log(2 * math.pi)


def _log_uniform(z: Values) -> Values:
    return np.where(abs(z) <= 1 + 1e-9, -math.log(2), -np.inf)


def _log_student(z: Values) -> Values:
    return math.log(2 / (math.pi * math.sqrt(3))) - 2 * np.log1p(z * z / 3)


def _log_laplace(z: Values) -> Values:
    return -abs(z) - math.log(2)


def _log_outliers(z: Values) -> Values:
    near, far = math.log(0.9) + _log_normal(z), math.log(0.01) + _log_normal(z / 10)
    return np.logaddexp(near, far)


NOISES: dict[str, Noise] = {
    "normal": Noise(_normal, _log_normal, 9, 5),
    "uniform": Noise(_uniform, _log_uniform, 1, 8, exact=True, error=1e-9),
    "Student": Noise(_student, _log_student, 60, 6),
    "Laplace": Noise(_laplace, _log_laplace, 25, 10, error=5e-4),
    "with outliers": Noise(_outliers, _log_outliers, 70, 5),
    "of changing size": Noise(_normal, _log_normal, 9, 5, "inputs"),
    "that grows with the value": Noise(_normal, _log_normal, 9, 5, "value"),
}
"""The noises by name; the parameter `noise` of a family is a place in this dictionary."""


@dataclass(frozen=True, eq=False)
class Program(JointDistribution):
    r"""\(Y = f(X) + \sigma(X)\,\epsilon\), f and \(\sigma\) constant on each cell of a grid in X.

    .. math:: I(X; Y) = h(Y) - h(\epsilon) - \langle \ln \sigma(X) \rangle

    The density of Y is a finite mixture; its entropy is a sum over a fine grid, on which the
    mixture is a convolution (values between two points of it are spread by cubic interpolation).
    Both entropies come from one grid, so that its errors cancel.
    It has no batch axes.

    Args:
        axes_x: the columns of X, whose cells are equally likely.
        values: f in each cell, float64 of shape `(cells,)`; with noise that is exact on the grid,
            multiples of its step.
        scales: the number in `SCALES` of each cell, integers of shape `(cells,)`; None for 1.
        noise: the noise of unit scale.
    """

    axes_x: tuple[Axis, ...]
    values: Values
    scales: Any
    noise: Noise
    dim_y: int = 1

    @property
    def dim_x(self) -> int:
        """The number of columns of X."""
        return len(self.axes_x)

    @property
    def mutual_information(self) -> Tensor:
        """I(X; Y) in nats, of shape `()`."""
        return torch.tensor(max(self._entropies[0], 0.0), dtype=torch.float64)

    @property
    def mutual_information_error(self) -> Tensor:
        """The error of the grid, from every other point of it and a finer one, of shape `()`."""
        return torch.tensor(self._entropies[1], dtype=torch.float64)

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(n, dim_x)` and `(n, 1)`."""
        cells = [
            torch.randint(axis.levels, (n_samples,), generator=generator) for axis in self.axes_x
        ]
        columns = [
            axis.values(cell, generator) for axis, cell in zip(self.axes_x, cells, strict=True)
        ]
        flat = self._flat(cells)
        noise = torch.from_numpy(self._scale)[flat] * self.noise.draw(n_samples, generator)
        y = torch.from_numpy(self.values)[flat] + noise
        return torch.stack(columns, -1).to(dtype), y[:, None].to(dtype)

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log p(y | x) / p(y) in nats, of shape `(n,)`; -inf where p(y | x) is zero."""
        columns = zip(self.axes_x, x.double().unbind(-1), strict=True)
        flat = self._flat([axis.cells(column) for axis, column in columns]).numpy()
        points, scale = y[:, 0].double().numpy(), self._scale[flat]
        given = self.noise.log_density((points - self.values[flat]) / scale) - np.log(scale)
        # Cells with equal value and scale are one part of the mixture.
        parts, counts = np.unique(np.stack([self.values, self._scale]), axis=1, return_counts=True)
        weights = np.log(counts / len(self.values)) - np.log(parts[1])
        mixture = []
        for some in np.split(points, range(CHUNK, len(points), CHUNK)):
            terms = self.noise.log_density((some[:, None] - parts[0]) / parts[1]) + weights
            mixture.append(np.logaddexp.reduce(terms, axis=1))
        return torch.from_numpy(given - np.concatenate(mixture))

    def _flat(self, cells: list[Tensor]) -> Tensor:
        flat = torch.zeros_like(cells[0])
        for axis, cell in zip(self.axes_x, cells, strict=True):
            flat = flat * axis.levels + cell
        return flat

    @property
    def _scale(self) -> Values:
        return np.ones_like(self.values) if self.scales is None else SCALES[self.scales]

    @cached_property
    def _entropies(self) -> tuple[float, float]:
        """The mutual information and its error."""
        step = _step(self.noise)
        groups = (
            [(1.0, slice(None))]
            if self.scales is None
            else [(scale, self.scales == number) for number, scale in enumerate(SCALES)]
        )
        reach = self.noise.reach * (SCALES[-1] if self.scales is not None else 1)
        half = math.ceil(reach / step)
        places = (self.values - self.values.min()) / step + half + 1
        size = fft.next_fast_len(math.ceil(places.max()) + half + 3, real=True)
        offsets = (np.arange(-half, half) + 0.5) * step
        total, inside, inside_coarse = np.zeros(size // 2 + 1, dtype=complex), 0.0, 0.0
        for scale, chosen in groups:
            share = len(places[chosen]) / len(places)
            if not share:
                continue
            count = _spread(places[chosen], size) / len(places)
            kernel = np.exp(self.noise.log_density(offsets / scale))
            kernel = kernel / (kernel.sum() * step)
            inside += share * _entropy(kernel) * step
            inside_coarse += share * _entropy(kernel[::2]) * 2 * step
            wrapped = np.zeros(size)
            wrapped[np.arange(-half, half) % size] = kernel
            total += fft.rfft(count) * fft.rfft(wrapped)
        density = np.maximum(fft.irfft(total, size), 0)
        fine = _entropy(density) * step - inside
        coarse = _entropy(density[::2]) * 2 * step - inside_coarse
        even = 0.0 if self.noise.exact else abs(fine - coarse) / 3
        return fine, even + self.noise.error


def programs(
    dim_x: int,
    dim_y: int,
    strength: Tensor,
    noise: Tensor,
    n_inputs: Tensor,
    n_outputs: Tensor,
    shape: Tensor,
) -> JointDistribution:
    """Columns of Y that are random functions of up to five columns of X each, plus noise.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: the spread of a function over the scale of the noise, of shape `(...)`.
        noise: places in `NOISES`, of shape `(...)`.
        n_inputs: the number of inputs of a function, integers of shape `(...)`.
        n_outputs: the number of functions, each of inputs of its own, as far as the columns go.
        shape: the structure seeds, integers of shape `(...)`.

    Example:
        >>> from mist_explore import FAMILIES
        >>> distribution = FAMILIES["program"].distribution(2, 1, strength=0.0)
        >>> float(distribution.mutual_information) < 1e-9
        True
    """

    def construct(
        s: float, noise: int, n_inputs: int, n_outputs: int, seed: int
    ) -> JointDistribution:
        kind = tuple(NOISES.values())[noise]
        step, blocks = _step(kind), list[JointDistribution]()
        outputs, inputs = _plan(dim_x, dim_y, n_inputs, n_outputs)
        for i in range(outputs):
            random = np.random.default_rng(derive_seed(seed, "program", i))
            axes, points = _inputs(random, inputs, LEVELS)
            f = standardized(_function(random, inputs, i, seed)(points)).clip(-LARGEST, LARGEST)
            scales = None
            if kind.scaled:
                size = abs(f) - 0.7
                if kind.scaled == "inputs":
                    size = standardized(random_function(random, inputs, "network")(points))
                # Where there is no signal, the noise has one size.
                place = 3 + min(s, 1) * (random.uniform(0.3, 1) * size / 0.4).clip(-3, 3)
                scales = np.rint(place).astype(np.int64)
            values = np.rint(s * f / step) * step if kind.exact else s * f
            blocks.append(Program(axes, values, scales, kind))
        return with_noise_columns(blocks, dim_x, dim_y)

    return batched(construct, strength, noise, n_inputs, n_outputs, shape)


def count_programs(
    dim_x: int,
    dim_y: int,
    strength: Tensor,
    kind: Tensor,
    n_inputs: Tensor,
    n_outputs: Tensor,
    shape: Tensor,
) -> JointDistribution:
    """Discrete columns of Y whose distribution is a random function of columns of X; MI exact.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: the spread of the function, in units of the logarithm of a rate, of log-odds or
            of the noise, of shape `(...)`.
        kind: 0 Poisson counts, 1 binomial counts, 2 classes, 3 rounded numbers, `(...)`.
        n_inputs: the number of inputs of a function, integers of shape `(...)`.
        n_outputs: the number of functions, each of inputs of its own, as far as the columns go.
        shape: the structure seeds, integers of shape `(...)`.
    """

    def construct(
        s: float, kind: int, n_inputs: int, n_outputs: int, seed: int
    ) -> JointDistribution:
        blocks: list[JointDistribution] = []
        outputs, inputs = _plan(dim_x, dim_y, n_inputs, n_outputs)
        for i in range(outputs):
            random = np.random.default_rng(derive_seed(seed, "counts", kind, i))
            axes, points = _inputs(random, inputs, COUNT_LEVELS)
            given = _given_inputs(random, kind, s, inputs, points)
            levels = given.shape[1]
            codes = random.permutation(levels) if kind == 2 else np.arange(levels)
            axis = Axis(levels, codes=torch.from_numpy(codes.astype(np.float64)))
            blocks.append(Table(torch.from_numpy(given / len(points)), axes, (axis,)))
        return with_noise_columns(blocks, dim_x, dim_y, levels_y=levels)

    return batched(construct, strength, kind, n_inputs, n_outputs, shape)


def _plan(dim_x: int, dim_y: int, n_inputs: int, n_outputs: int) -> tuple[int, int]:
    """Return the numbers of functions and of inputs of each."""
    outputs = min(n_outputs, dim_x, dim_y)
    return outputs, min(n_inputs, dim_x // outputs)


def _inputs(
    random: np.random.Generator, count: int, cells: tuple[int, ...]
) -> tuple[tuple[Axis, ...], Values]:
    """Return axes and the scores of the middles of all cells, of shape `(cells, count)`."""
    axes, scores = [], []
    for _ in range(count):
        levels = cells[count - 1]
        codes = None
        if random.random() < 0.15:
            levels = int(random.integers(2, 10))
            codes = torch.arange(levels, dtype=torch.float64)
        axes.append(Axis(levels, str(random.choice(list(MARGINS))), codes))
        middles = (torch.arange(levels, dtype=torch.float64) + 0.5) / levels
        scores.append(torch.special.ndtri(middles).numpy())
    grid = np.meshgrid(*scores, indexing="ij")
    return tuple(axes), np.stack([side.ravel() for side in grid], 1)


def _function(
    random: np.random.Generator, n_inputs: int, output: int, seed: int
) -> Callable[[Values], Values]:
    names = tuple(FUNCTIONS)
    # In most distributions all outputs are functions of one kind.
    common = names[seed % len(names)]
    return random_function(random, n_inputs, common if random.random() < 0.7 else "")


def _given_inputs(
    random: np.random.Generator, kind: int, s: float, n_inputs: int, points: Values
) -> Values:
    """Return the probabilities of the levels of Y in each cell, of shape `(cells, levels)`."""

    def values() -> Values:
        f = standardized(random_function(random, n_inputs)(points)).clip(-LARGEST, LARGEST)
        return s * f[:, None]

    if kind == 0:
        log_rate = (math.log(log_uniform(random, 0.3, 20)) + 0.5 * values()).clip(-7, 4)
        top = math.exp(float(log_rate.max()))
        level = np.arange(math.ceil(top + 6 * math.sqrt(top) + 8))
        logits = level * log_rate - gammaln(level + 1)
    elif kind == 1:
        size = int(random.integers(1, 16))
        level, odds = np.arange(size + 1), values().clip(-14, 14)
        logits = level * odds - gammaln(level + 1) - gammaln(size - level + 1)
    elif kind == 2:
        logits = np.concatenate([values() for _ in range(int(random.integers(2, 9)))], 1)
    else:
        f, width = values(), log_uniform(random, 0.3, 3)
        low = math.floor((f.min() - 5) / width)
        edges = np.arange(low, math.ceil((f.max() + 5) / width) + 1) * width
        if len(edges) > 120:
            edges = np.linspace(edges[0], edges[-1], 120)
        inside = ndtr(edges[1:-1] - f)
        one = np.ones((len(f), 1))
        given = np.diff(np.concatenate([0 * one, inside, one], 1), axis=1)
        return given.clip(0)
    weights = np.exp(logits - logits.max(1, keepdims=True))
    return weights / weights.sum(1, keepdims=True)


def _step(noise: Noise) -> float:
    return (SCALES[0] if noise.scaled else 1.0) / noise.steps


def _spread(places: Values, size: int) -> Values:
    """Count places on a grid, each spread over four points by cubic interpolation."""
    cell = np.rint(places - 0.5).astype(np.int64)
    t = places - cell
    shares = (
        -t * (t - 1) * (t - 2) / 6,
        (t + 1) * (t - 1) * (t - 2) / 2,
        -(t + 1) * t * (t - 2) / 2,
        (t + 1) * t * (t - 1) / 6,
    )
    counts = [
        np.bincount(cell + i, weights=share, minlength=size)
        for i, share in zip(range(-1, 3), shares, strict=True)
    ]
    return np.sum(counts, axis=0)


def _entropy(density: Values) -> float:
    return float(-(density * np.log(np.maximum(density, 1e-300))).sum())


_SIGNAL = Parameter("strength", "signal over noise", 0, 200, 3, (0.2, 60), log=True)
_COUNT_SIGNAL = Parameter("strength", "size of the effect", 0, 10, 2, (0.1, 8), log=True)
_NOISE = Parameter("noise", "kind of noise", 0, len(NOISES) - 1, 0, (0, 6), integer=True)
_COUNTS = Parameter("kind", "kind of count", 0, 3, 0, (0, 3), integer=True)
_INPUTS = Parameter("n_inputs", "columns of X in a function", 1, 5, 1, (1, 5), integer=True)
_OUTPUTS = Parameter("n_outputs", "functions", 1, 6, 1, (1, 6), integer=True)

PROGRAMS = (
    Family(
        "program",
        "Random formulas plus noise",
        (_SIGNAL, _NOISE, _INPUTS, _OUTPUTS, SHAPE),
        programs,
        "the formulas bend and combine columns, and correlation sees only their slope",
    ),
    Family(
        "program-counts",
        "Counts and classes from random formulas",
        (_COUNT_SIGNAL, _COUNTS, _INPUTS, _OUTPUTS, SHAPE),
        count_programs,
        "the formulas bend and combine columns, and correlation sees only their slope",
    ),
)
"""Families of functions with noise."""
