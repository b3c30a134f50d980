"""Tasks of known mutual information whose sides look like data of one modality.

No task uses a fitted flow: a network is adapted to one dataset of a task, and measured on others
whose sides have the same distributions and whose dependence is another.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import binom, poisson

from mist_explore.distributions import FAMILIES, Gaussian
from mist_explore.interfaces import Transform
from mist_explore.seeding import as_generator, derive_seed
from mist_explore.transforms import Composition, Shear

__all__ = ["TASKS", "Task"]

Floats = NDArray[np.float64]
Dataset = tuple[Floats, Floats, float]


@dataclass(frozen=True)
class Task:
    """Datasets of one modality.

    Args:
        name: the name in the table.
        modality: the kind of data.
        n_samples: number of rows.
        draw: maps rows, a strength of dependence in [0, 1] and a seed to a dataset and its
            mutual information in nats.
    """

    name: str
    modality: str
    n_samples: int
    draw: Callable[[int, float, int], Dataset]

    def dataset(self, strength: float, seed: int) -> Dataset:
        """Return rows of X and of Y and their mutual information in nats."""
        return self.draw(self.n_samples, strength, derive_seed(seed, self.name))


def tabular(n_samples: int, strength: float, seed: int) -> Dataset:
    """Draw three columns a side, each a sine of another one, with copulas between latent pairs."""
    random = np.random.default_rng(seed)
    if random.random() < 0.5:
        values = {"strength": 0.2 + 5 * strength, "structure_seed": int(random.integers(9_999))}
        joint = FAMILIES["copula-pairs"].distribution(3, 3, n_pairs=1, **values)
    else:
        joint = FAMILIES["normal-sparse"].distribution(3, 3, n_pairs=2, strength=0.3 + strength)
    x, y = (side.double() for side in joint.draw(n_samples, as_generator(seed)))
    return (
        _bent(3, 1.0).forward(x).numpy(),
        _bent(3, 1.3).forward(y).numpy(),
        float(joint.mutual_information),
    )


def spirals(n_samples: int, strength: float, seed: int) -> Dataset:
    """Draw positions along two spirals of two columns, which depend as a Gaussian pair does."""
    rho = 0.98 * math.sqrt(strength)
    joint = Gaussian(torch.tensor([[1, rho], [rho, 1]], dtype=torch.float64), 1)
    x, y = joint.draw(n_samples, as_generator(seed))
    random = np.random.default_rng(seed)
    return (
        _spiral(x[:, 0].numpy(), random),
        _spiral(y[:, 0].numpy(), random),
        float(joint.mutual_information),
    )


def windows(n_samples: int, strength: float, seed: int) -> Dataset:
    """Draw windows of eight steps of two coupled oscillations, seen through a nonlinear sensor."""
    steps = np.arange(8)
    lags = np.abs(steps[:, None] - steps)
    within = 0.9**lags * np.cos(0.9 * lags)
    cross = 0.6 * math.sqrt(strength) * within
    whole = torch.from_numpy(np.block([[within, cross], [cross.T, within]]))
    joint = Gaussian(whole, 8)
    x, y = joint.draw(n_samples, as_generator(seed))
    sensor = _bent(8, 1.2, cyclic=False)
    return sensor.forward(x).numpy(), sensor.forward(y).numpy(), float(joint.mutual_information)


def counts(n_samples: int, strength: float, seed: int) -> Dataset:
    """Draw three counts a side: Y counts a part of what X counts, and others follow each."""
    random, rate = np.random.default_rng(seed), 6.0
    share = 0.95 * strength
    x = random.poisson(rate, n_samples)
    y = random.binomial(x, share) + random.poisson(rate * (1 - share), n_samples)
    return _with_followers(x, random), _with_followers(y, random), _counts_information(share, rate)


def pictures(
    n_samples: int, strength: float, seed: int, *, side: int, digits: tuple[int, ...]
) -> Dataset:
    """Draw pictures of digits whose classes are joined by a symmetric channel.

    With two classes this is the construction of Lee & Rhee (NeurIPS 2024), I = ln 2 - H(p).
    """
    random, m = np.random.default_rng(seed), len(digits)
    error = (1 - 1 / m) * (1 - strength)
    classes = random.integers(m, size=n_samples)
    wrong = (classes + random.integers(1, m, size=n_samples)) % m
    others = np.where(random.random(n_samples) < error, wrong, classes)
    stock = _pictures(side, digits)
    x, y = (
        np.stack([stock[c][random.integers(len(stock[c]))] for c in side_classes])
        for side_classes in (classes, others)
    )
    entropy = -sum(p * math.log(p) for p in [1 - error, *[error / (m - 1)] * (m - 1)] if p > 0)
    return x, y, math.log(m) - entropy


def _bent(dim: int, size: float, cyclic: bool = True) -> Transform:
    """Add to each column a sine of the one before it."""
    first = 0 if cyclic else 1
    return Composition(*(Shear((i, (i - 1) % dim), ((size, 1.5, 0.4),)) for i in range(first, dim)))


def _spiral(position: Floats, random: np.random.Generator) -> Floats:
    angle = 3.0 * position
    radius = np.exp(0.12 * angle + 0.08 * random.normal(size=len(position)))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)


def _with_followers(count: NDArray[np.int64], random: np.random.Generator) -> Floats:
    followers = [random.poisson(1 + 0.8 * count), random.poisson(0.2 * (count - 6) ** 2)]
    return np.stack([count, *followers], 1).astype(float)


@lru_cache(maxsize=256)
def _counts_information(share: float, rate: float) -> float:
    """The information of a count and a count of a part of it, summed over the table."""
    most = 40
    table = np.zeros((most, most))
    for x in range(most):
        part = binom.pmf(np.arange(most), x, share)
        both = np.convolve(part, poisson.pmf(np.arange(most), rate * (1 - share)))[:most]
        table[x] = poisson.pmf(x, rate) * both
    outer, positive = np.outer(table.sum(1), table.sum(0)), table > 0
    return float((table[positive] * np.log(table[positive] / outer[positive])).sum())


@lru_cache(maxsize=8)
def _pictures(side: int, digits: tuple[int, ...]) -> dict[int, Floats]:
    """The pictures of each class, also moved by a pixel, with `side` pixels a side."""
    from sklearn.datasets import load_digits

    images, target = load_digits(return_X_y=True)
    images = images.reshape(-1, 8, 8)
    moved = [np.roll(images, (i, j), (1, 2)) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    if side < 8:
        moved = [m.reshape(-1, side, 8 // side, side, 8 // side).mean((2, 4)) for m in moved]
    flat = [m.reshape(len(m), -1) for m in moved]
    return {k: np.concatenate([m[target == d] for m in flat]) for k, d in enumerate(digits)}


def _digits(side: int, digits: tuple[int, ...]) -> Callable[[int, float, int], Dataset]:
    return lambda n, strength, seed: pictures(n, strength, seed, side=side, digits=digits)


TASKS = (
    Task("sines of other columns, 3 + 3", "tabular", 500, tabular),
    Task("spirals, 2 + 2", "tabular", 500, spirals),
    Task("two digits, 16 + 16 pixels", "pictures", 500, _digits(4, (0, 1))),
    Task("two digits, 64 + 64 pixels", "pictures", 500, _digits(8, (0, 1))),
    Task("four digits, 16 + 16 pixels", "pictures", 500, _digits(4, (0, 1, 4, 7))),
    Task("windows of 8 steps", "time series", 500, windows),
    Task("three counts a side", "counts", 500, counts),
)
