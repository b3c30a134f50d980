"""Columns of Y that are random functions of several columns of X, with noise of many kinds."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
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
from mist_explore.distributions.noise import NOISES
from mist_explore.distributions.program import Program
from mist_explore.distributions.structure import STRUCTURE_SEED
from mist_explore.distributions.table import MARGINS, Axis, Table, with_noise_columns
from mist_explore.interfaces import JointDistribution
from mist_explore.seeding import derive_seed

__all__ = ["PROGRAMS", "count_programs", "programs"]

LEVELS = (1024, 40, 12, 7, 5)
COUNT_LEVELS = (512, 24, 9, 6, 4)
"""Cells of an input where a function has one, two, ... inputs: of numbers, and of counts."""
LARGEST = 4.0


def programs(
    dim_x: int,
    dim_y: int,
    strength: Tensor,
    noise: Tensor,
    n_inputs: Tensor,
    n_outputs: Tensor,
    structure_seed: Tensor,
) -> JointDistribution:
    """Columns of Y that are random functions of up to five columns of X each, plus noise.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: the spread of a function over the scale of the noise, of shape `(...)`.
        noise: places in `NOISES`, of shape `(...)`.
        n_inputs: the number of inputs of a function, integers of shape `(...)`.
        n_outputs: the number of functions, each of its own inputs, as far as the columns go.
        structure_seed: integers of shape `(...)`.

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
        step, blocks = kind.step, list[JointDistribution]()
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

    return batched(construct, strength, noise, n_inputs, n_outputs, structure_seed)


def count_programs(
    dim_x: int,
    dim_y: int,
    strength: Tensor,
    kind: Tensor,
    n_inputs: Tensor,
    n_outputs: Tensor,
    structure_seed: Tensor,
) -> JointDistribution:
    """Discrete columns of Y whose distribution is a random function of columns of X; MI exact.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: the spread of the function, in units of the logarithm of a rate, of log-odds or
            of the noise, of shape `(...)`.
        kind: 0 Poisson counts, 1 binomial counts, 2 classes, 3 rounded numbers, `(...)`.
        n_inputs: the number of inputs of a function, integers of shape `(...)`.
        n_outputs: the number of functions, each of its own inputs, as far as the columns go.
        structure_seed: integers of shape `(...)`.
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

    return batched(construct, strength, kind, n_inputs, n_outputs, structure_seed)


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
        (_SIGNAL, _NOISE, _INPUTS, _OUTPUTS, STRUCTURE_SEED),
        programs,
        "the formulas bend and combine columns, and correlation measures only their slope",
    ),
    Family(
        "program-counts",
        "Counts and classes from random formulas",
        (_COUNT_SIGNAL, _COUNTS, _INPUTS, _OUTPUTS, STRUCTURE_SEED),
        count_programs,
        "the formulas bend and combine columns, and correlation measures only their slope",
    ),
)
"""Families of functions with noise."""
