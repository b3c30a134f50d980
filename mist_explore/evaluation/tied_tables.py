"""Tables of joint probabilities with exact mutual information: codes, bits and counts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, entr, gammaln
from scipy.stats import nbinom

__all__ = [
    "Rows",
    "Tied",
    "beside",
    "binomial_counts",
    "coded",
    "column",
    "exclusive_or",
    "modulo",
    "noisy_codes",
    "one_hot",
    "one_to_one",
    "permuted_table",
    "poisson_counts",
    "random_codes",
    "table_information",
    "unless_independent",
    "with_noise",
]

TAIL = 1e-12
"""Probability beyond the largest count of a table."""

Rows = NDArray[np.float64]
Sampler = Callable[[int, np.random.Generator], tuple[Rows, Rows]]


@dataclass(frozen=True, eq=False)
class Tied:
    """A joint distribution with exact mutual information.

    Args:
        mutual_information: I(X; Y) in nats.
        draw: `(n, rng)` to x of shape `(n, dim_x)` and y of shape `(n, dim_y)`.
    """

    mutual_information: float
    draw: Sampler


def table_information(table: Rows) -> float:
    """I(row; column) in nats of a table of joint probabilities.

    Example:
        >>> round(table_information(np.eye(2) / 2), 5)
        0.69315
    """
    total = entr(table.sum(0)).sum() + entr(table.sum(1)).sum() - entr(table).sum()
    return max(0.0, float(total))


def coded(table: Rows, codes_x: Rows, codes_y: Rows) -> Tied:
    """Return the distribution of the codes of the row and of the column of a table.

    Args:
        table: joint probabilities of shape `(a, b)`.
        codes_x: a different row of X for each row of the table, `(a, dim_x)`.
        codes_y: a different row of Y for each column of the table, `(b, dim_y)`.
    """
    chances = table.ravel() / table.sum()

    def draw(n: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
        i, j = np.divmod(rng.choice(len(chances), n, p=chances), table.shape[1])
        return codes_x[i], codes_y[j]

    return Tied(table_information(table), draw)


def beside(*parts: Tied) -> Tied:
    """Return independent distributions side by side, whose mutual information adds up."""

    def draw(n: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
        pairs = [part.draw(n, rng) for part in parts]
        return np.hstack([x for x, _ in pairs]), np.hstack([y for _, y in pairs])

    return Tied(sum(part.mutual_information for part in parts), draw)


def one_to_one(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """Codes of 2 to 20 unequal categories, numbered differently on the two sides; I = H."""
    k = int(rng.integers(2, 21))
    return coded(
        np.diag(rng.dirichlet(np.full(k, 3.0))), random_codes(k, rng), random_codes(k, rng)
    )


def noisy_codes(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """Codes of which a share is replaced by uniform codes."""
    k = int(rng.integers(2, 16))
    table = with_noise(np.diag(rng.dirichlet(np.full(k, 3.0))), strength)
    return coded(table, random_codes(k, rng), random_codes(k, rng))


def permuted_table(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """Codes without order from a table of random, partly tiny probabilities."""
    a, b = rng.integers(2, 11, 2)
    table = rng.dirichlet(np.full(a * b, 10 ** rng.uniform(-1.0, 0.3))).reshape(a, b)
    return coded(unless_independent(table, strength), random_codes(a, rng), random_codes(b, rng))


def exclusive_or(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """X: two or three bits; Y: their sum modulo 2, replaced at times.

    The first bit may be unfair. Without it, no other subset of the bits is informative.
    """
    bits = int(rng.integers(2, 4))
    levels = np.stack(np.unravel_index(np.arange(2**bits), (2,) * bits), -1).astype(float)
    chance = np.array([rng.choice([0.5, 0.3])] + [0.5] * (bits - 1))
    weights = np.where(levels == 1, chance, 1 - chance).prod(-1)
    parity = levels.sum(-1) % 2
    table = with_noise(weights[:, None] * np.eye(2)[parity.astype(int)], strength)
    return coded(table, levels, random_codes(2, rng))


def modulo(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """X uniform on 0, …, M - 1, Y the remainder of a multiple of X, replaced at times."""
    m = int(rng.integers(2, 9))
    x = np.arange(m * int(rng.integers(2, 12)) + int(rng.integers(0, m)))
    remainder = (int(rng.integers(1, m)) * x) % m
    table = with_noise(np.eye(m)[remainder] / len(x), strength)
    return coded(table, x[:, None].astype(float), np.arange(m)[:, None].astype(float))


def one_hot(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """X: indicators of 3 to 10 categories, all of them or all but one; Y: codes or indicators."""
    k = int(rng.integers(3, 11))
    table = with_noise(np.diag(rng.dirichlet(np.full(k, 3.0))), strength)
    indicators = np.eye(k)[:, int(rng.integers(0, 2)) :]
    other = np.eye(k) if rng.random() < 0.3 else random_codes(k, rng, gaps=False)
    return coded(table, indicators, other)


def poisson_counts(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """Poisson counts with a common gamma rate: the negative multinomial distribution."""
    shape = 10 ** rng.uniform(-0.3, 1.0)
    means = 10 ** rng.uniform(-0.5, 1.2, 2)
    top = [int(nbinom.isf(TAIL, shape, shape / (shape + mean))) + 1 for mean in means]
    x, y = (np.arange(t + 1) for t in top)
    total = shape + means.sum()
    log_x = x * math.log(means[0] / total) - gammaln(x + 1)
    log_y = y * math.log(means[1] / total) - gammaln(y + 1)
    together = gammaln(shape + x[:, None] + y) - gammaln(shape)
    table = np.exp(together + log_x[:, None] + log_y + shape * math.log(shape / total))
    return coded(unless_independent(table, strength), column(x), column(y))


def binomial_counts(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """Binomial counts with a common beta rate."""
    trials = rng.integers(1, 40, 2)
    a, b = 10 ** rng.uniform(-0.3, 1.0, 2)
    x, y = (np.arange(t + 1) for t in trials)
    common = x[:, None] + y
    table = np.exp(
        _log_binomial(trials[0], x)[:, None]
        + _log_binomial(trials[1], y)
        + betaln(a + common, b + trials.sum() - common)
        - betaln(a, b)
    )
    return coded(unless_independent(table, strength), column(x), column(y))


def random_codes(k: int, rng: np.random.Generator, gaps: bool = True) -> Rows:
    """Different whole numbers in random order, `(k, 1)`: consecutive, or at times with gaps."""
    highest = 10 * k if gaps and rng.random() < 0.3 else k
    return column(rng.permutation(highest)[:k])


def column(values: NDArray[np.generic]) -> Rows:
    """Return values `(k,)` as one column `(k, 1)`."""
    return values.astype(np.float64)[:, None]


def with_noise(table: Rows, kept: float) -> Rows:
    """Replace the column by a uniform one, with probability 1 - `kept`."""
    return kept * table + (1 - kept) * table.sum(1, keepdims=True) / table.shape[1]


def unless_independent(table: Rows, strength: float) -> Rows:
    """Return the table with sum 1, or at strength 0 the product of its margins."""
    joint = table / table.sum()
    return joint if strength else np.outer(joint.sum(1), joint.sum(0))


def _log_binomial(n: int, k: NDArray[np.int_]) -> Rows:
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
