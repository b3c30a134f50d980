"""Numbers with ties or beside categories, with exact mutual information."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr

from mist_explore.evaluation.tied_tables import (
    Rows,
    Tied,
    beside,
    coded,
    column,
    noisy_codes,
    random_codes,
    unless_independent,
)

__all__ = [
    "classes",
    "clumps",
    "duplicated_columns",
    "mixed_side",
    "normal_classes",
    "rare_class",
    "rounded_classes",
]

LEAST_RARE = 5
"""Expected rows of the rarest class."""
GRID = 20_001
"""Points of the quadrature."""


def clumps(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    r"""Log-normal amounts with clumps: each side is 0, or another round value, at times.

    Which clumps occur is a table P; where both sides have amounts, those follow a Gaussian copula:
    \(I = I(P) - \tfrac12 P_{00} \ln(1 - \rho^2)\), level 0 standing for an amount.
    """
    a, b = rng.integers(2, 4, 2)
    table = unless_independent(rng.dirichlet(np.full(a * b, 1.0)).reshape(a, b), strength)
    rho = rng.choice([-0.95, 0.95]) * strength
    spots = np.array([np.nan, 0.0, round(rng.uniform(1, 4))])
    levels = coded(table, spots[:a, None], spots[:b, None])

    def draw(n: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
        z = _correlated(rho, n, rng)
        sides = levels.draw(n, rng)
        x, y = (np.where(np.isnan(s), np.exp(v), s) for s, v in zip(sides, z, strict=True))
        return x, y

    inside = -0.5 * float(table[0, 0]) * math.log1p(-(rho**2))
    return Tied(levels.mutual_information + inside, draw)


def rare_class(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """A class of 10 % down to 1 in 1,000 rows, Y, and a column that is shifted for it, or a flag.

    At least five rows of the class are expected.
    """
    least = max(1e-3, LEAST_RARE / n_samples)
    chance = math.exp(rng.uniform(math.log(least), math.log(0.1)))
    weights = np.array([1 - chance, chance])
    if rng.random() < 0.5:
        flagged = np.array([rng.uniform(0, 0.1), rng.uniform(0.5, 1.0)])
        table = np.array([1 - flagged, flagged]) * weights
        return coded(
            unless_independent(table, strength), random_codes(2, rng), random_codes(2, rng)
        )
    return normal_classes(weights, np.array([0.0, 4 * strength]), 1, rng)


def classes(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """A label of 2 to 8 classes, Y, against 1 to 4 normal columns, X."""
    k = int(rng.integers(2, 9))
    means = strength * 2.0 * rng.standard_normal(k)
    return normal_classes(rng.dirichlet(np.full(k, 3.0)), means, int(rng.integers(1, 5)), rng)


def rounded_classes(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """A label, Y, against a normal number that depends on it, rounded to a coarse or fine grid."""
    k = int(rng.integers(2, 9))
    means = strength * 2.0 * rng.standard_normal(k)
    step = 10 ** rng.uniform(-1.5, 0.0)
    reach = float(np.abs(means).max()) + 7.5
    grid = step * np.arange(-math.ceil(reach / step), math.ceil(reach / step) + 1)
    upper, lower = ndtr(grid[:, None] + step / 2 - means), ndtr(grid[:, None] - step / 2 - means)
    table = (upper - lower) * rng.dirichlet(np.full(k, 3.0))
    return coded(table / table.sum(), column(grid), random_codes(k, rng))


def mixed_side(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    r"""X: a code and a normal column; Y: a normal column, correlated with the sign of the code.

    \(I = -\tfrac12 \ln(1 - \rho^2)\), of which neither column of X alone has anything where both
    signs are as frequent. At times a second code stands on both sides.
    """
    k = int(rng.integers(2, 7))
    signs = np.where(np.arange(k) % 2 == 0, 1.0, -1.0)
    rho = 0.95 * strength
    labels = random_codes(k, rng)

    def draw(n: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
        code = rng.integers(0, k, n)
        x, y = _correlated(rho, n, rng)
        return np.hstack([labels[code], x]), signs[code, None] * y

    signed = Tied(-0.5 * math.log1p(-(rho**2)), draw)
    return signed if rng.random() < 0.5 else beside(signed, noisy_codes(n_samples, strength, rng))


def duplicated_columns(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """Rounded or continuous columns that are repeated, as they are or in other units."""
    if rng.random() < 0.5:
        base = rounded_classes(n_samples, strength, rng)
    else:
        rho = 0.95 * strength
        base = Tied(-0.5 * math.log1p(-(rho**2)), lambda n, rng: _correlated(rho, n, rng))
    copies = rng.integers(1, 4, 2)
    scales = [np.array([1.0, *rng.choice([1.0, 1.0, 2.54, -10.0], c)]) for c in copies]

    def draw(n: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
        x, y = base.draw(n, rng)
        return x * scales[0], y * scales[1]

    return Tied(base.mutual_information, draw)


def normal_classes(weights: Rows, means: Rows, dim: int, rng: np.random.Generator) -> Tied:
    r"""Return X normal with unit variances around the mean of its class Y, on a random line.

    I is that along the line, by quadrature of \(\sum_k w_k f_k \ln(f_k / f)\).

    Args:
        weights: probabilities of the classes, `(k,)`.
        means: position of each class on the line, `(k,)`.
        dim: columns of X.
        rng: for the direction of the line and the codes of the classes.
    """
    k = len(weights)
    line = rng.standard_normal(dim)
    line /= np.linalg.norm(line)
    labels = random_codes(k, rng)

    def draw(n: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
        label = rng.choice(k, n, p=weights)
        return means[label, None] * line + rng.standard_normal((n, dim)), labels[label]

    grid = np.linspace(means.min() - 10, means.max() + 10, GRID)
    densities = np.exp(-0.5 * (grid[:, None] - means) ** 2) / math.sqrt(2 * math.pi)
    mixture = densities @ weights
    ratio = np.log(np.maximum(densities, 1e-300) / mixture[:, None])
    information = float(np.trapezoid((weights * densities * ratio).sum(-1), grid))
    return Tied(max(0.0, information), draw)


def _correlated(rho: float, n: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
    x, noise = rng.standard_normal((2, n, 1))
    return x, rho * x + math.sqrt(1 - rho**2) * noise
