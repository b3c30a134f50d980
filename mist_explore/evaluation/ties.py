"""`ties`: tied, discrete and mixed columns with exact mutual information.

These kinds are for testing only: they are in no registry, so that no training can draw them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import betaln, entr, gammaln, ndtr
from scipy.stats import nbinom

from mist_explore.evaluation.suite import Cell, check_draws
from mist_explore.seeding import derive_seed

__all__ = ["TIED_KINDS", "Tied", "Ties"]

DATASETS_PER_KIND = 10
ROWS = (100, 5_000)
LEAST_RARE = 5
"""Expected rows of the rarest class."""
STRENGTHS = (0.0, 1.0)
"""Strengths of the first two of every five datasets of a kind; the others are uniform."""
MIDDLE = (0.3, 1.0)
TAIL = 1e-12
GRID = 20_001

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
    return coded(np.diag(rng.dirichlet(np.full(k, 3.0))), _codes(k, rng), _codes(k, rng))


def noisy_codes(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """Codes of which a share is replaced by uniform codes."""
    k = int(rng.integers(2, 16))
    table = _noisy(np.diag(rng.dirichlet(np.full(k, 3.0))), strength)
    return coded(table, _codes(k, rng), _codes(k, rng))


def permuted_table(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """Codes without order from a table of random, partly tiny probabilities."""
    a, b = rng.integers(2, 11, 2)
    table = rng.dirichlet(np.full(a * b, 10 ** rng.uniform(-1.0, 0.3))).reshape(a, b)
    return coded(_unless_independent(table, strength), _codes(a, rng), _codes(b, rng))


def exclusive_or(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """X: two or three bits; Y: their sum modulo 2, replaced at times.

    The first bit may be unfair. Without it, no other subset of the bits is informative.
    """
    bits = int(rng.integers(2, 4))
    levels = np.stack(np.unravel_index(np.arange(2**bits), (2,) * bits), -1).astype(float)
    chance = np.array([rng.choice([0.5, 0.3])] + [0.5] * (bits - 1))
    weights = np.where(levels == 1, chance, 1 - chance).prod(-1)
    parity = levels.sum(-1) % 2
    table = _noisy(weights[:, None] * np.eye(2)[parity.astype(int)], strength)
    return coded(table, levels, _codes(2, rng))


def modulo(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """X uniform on 0, …, M - 1, Y the remainder of a multiple of X, replaced at times."""
    m = int(rng.integers(2, 9))
    x = np.arange(m * int(rng.integers(2, 12)) + int(rng.integers(0, m)))
    remainder = (int(rng.integers(1, m)) * x) % m
    table = _noisy(np.eye(m)[remainder] / len(x), strength)
    return coded(table, x[:, None].astype(float), np.arange(m)[:, None].astype(float))


def one_hot(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    """X: indicators of 3 to 10 categories, all of them or all but one; Y: codes or indicators."""
    k = int(rng.integers(3, 11))
    table = _noisy(np.diag(rng.dirichlet(np.full(k, 3.0))), strength)
    indicators = np.eye(k)[:, int(rng.integers(0, 2)) :]
    other = np.eye(k) if rng.random() < 0.3 else _codes(k, rng, gaps=False)
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
    return coded(_unless_independent(table, strength), _column(x), _column(y))


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
    return coded(_unless_independent(table, strength), _column(x), _column(y))


def clumps(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    r"""Log-normal amounts with clumps: each side is 0, or another round value, at times.

    Which clumps occur is a table P; where both sides have amounts, those follow a Gaussian copula:
    \(I = I(P) - \tfrac12 P_{00} \ln(1 - \rho^2)\), level 0 standing for an amount.
    """
    a, b = rng.integers(2, 4, 2)
    table = _unless_independent(rng.dirichlet(np.full(a * b, 1.0)).reshape(a, b), strength)
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
        return coded(_unless_independent(table, strength), _codes(2, rng), _codes(2, rng))
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
    return coded(table / table.sum(), _column(grid), _codes(k, rng))


def mixed_side(n_samples: int, strength: float, rng: np.random.Generator) -> Tied:
    r"""X: a code and a normal column; Y: a normal column, correlated with the sign of the code.

    \(I = -\tfrac12 \ln(1 - \rho^2)\), of which neither column of X alone has anything where both
    signs are as frequent. At times a second code stands on both sides.
    """
    k = int(rng.integers(2, 7))
    signs = np.where(np.arange(k) % 2 == 0, 1.0, -1.0)
    rho = 0.95 * strength
    labels = _codes(k, rng)

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
    labels = _codes(k, rng)

    def draw(n: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
        label = rng.choice(k, n, p=weights)
        return means[label, None] * line + rng.standard_normal((n, dim)), labels[label]

    grid = np.linspace(means.min() - 10, means.max() + 10, GRID)
    densities = np.exp(-0.5 * (grid[:, None] - means) ** 2) / math.sqrt(2 * math.pi)
    mixture = densities @ weights
    ratio = np.log(np.maximum(densities, 1e-300) / mixture[:, None])
    information = float(np.trapezoid((weights * densities * ratio).sum(-1), grid))
    return Tied(max(0.0, information), draw)


TIED_KINDS: dict[str, Callable[[int, float, np.random.Generator], Tied]] = {
    "codes, one to one": one_to_one,
    "codes, noisy": noisy_codes,
    "codes, permuted tables": permuted_table,
    "exclusive or": exclusive_or,
    "modulo": modulo,
    "one-hot groups": one_hot,
    "Poisson counts": poisson_counts,
    "binomial counts": binomial_counts,
    "clumps": clumps,
    "rare classes": rare_class,
    "classes and numbers": classes,
    "classes and rounded numbers": rounded_classes,
    "mixed sides": mixed_side,
    "duplicated columns": duplicated_columns,
}
"""`(rows of the dataset, strength, rng)` to a random distribution, by kind.

A strength of 0 makes the sides independent (but for codes one to one); at 1 there is no noise,
where a kind has noise.
"""


@dataclass(frozen=True)
class Ties:
    """Ten datasets of each kind of tied or mixed columns, each dataset a cell.

    Rows are 100 to 5,000, log-uniform. In two of ten datasets the sides are independent. Where a
    side comes out constant, the rows are drawn again.

    Args:
        replicates: draws of ten datasets of each kind.
        thin: keep one dataset in `thin` of each kind.

    Raises:
        ValueError: if there is no replicate, or `thin` is below 1.

    Example:
        >>> Ties().n_cells
        140
    """

    replicates: int = 1
    thin: int = 1

    name: ClassVar[str] = "ties"
    error: ClassVar[Literal["squared", "absolute"]] = "absolute"
    note: ClassVar[str] = "A cell is a dataset. The kinds are used for testing only."

    def __post_init__(self) -> None:
        check_draws(self.replicates, thin=self.thin)

    @property
    def n_cells(self) -> int:
        """The number of datasets."""
        return len(TIED_KINDS) * len(self._numbers)

    @property
    def published(self) -> Mapping[str, Mapping[str, float]]:
        """No errors are published on this suite."""
        return {}

    def cells(self, seed: int) -> Iterator[Cell]:
        """The datasets, each drawn from its own derived seed."""
        for name in TIED_KINDS:
            for number in self._numbers:
                yield _cell(seed, name, number)

    @property
    def _numbers(self) -> range:
        return range(0, self.replicates * DATASETS_PER_KIND, self.thin)


def _cell(seed: int, name: str, number: int) -> Cell:
    rng = np.random.default_rng(derive_seed(seed, "ties", name, number))
    n_samples = round(ROWS[0] * (ROWS[1] / ROWS[0]) ** rng.random())
    place = number % 5
    strength = STRENGTHS[place] if place < len(STRENGTHS) else float(rng.uniform(*MIDDLE))
    distribution = TIED_KINDS[name](n_samples, strength, rng)
    x, y = distribution.draw(n_samples, rng)
    while any((side == side[:1]).all() for side in (x, y)):
        x, y = distribution.draw(n_samples, rng)
    return Cell(
        group=name,
        distribution=name,
        name=f"{name} {number + 1}",
        x=torch.from_numpy(x.astype(np.float64))[None],
        y=torch.from_numpy(y.astype(np.float64))[None],
        truths=torch.tensor([distribution.mutual_information], dtype=torch.float64),
    )


def _codes(k: int, rng: np.random.Generator, gaps: bool = True) -> Rows:
    """Different whole numbers in random order, `(k, 1)`: consecutive, or at times with gaps."""
    highest = 10 * k if gaps and rng.random() < 0.3 else k
    return _column(rng.permutation(highest)[:k])


def _column(values: NDArray[np.generic]) -> Rows:
    return values.astype(np.float64)[:, None]


def _noisy(table: Rows, kept: float) -> Rows:
    """Replace the column by a uniform one, with probability 1 - `kept`."""
    return kept * table + (1 - kept) * table.sum(1, keepdims=True) / table.shape[1]


def _unless_independent(table: Rows, strength: float) -> Rows:
    """Return the table with sum 1, or at strength 0 the product of its margins."""
    joint = table / table.sum()
    return joint if strength else np.outer(joint.sum(1), joint.sum(0))


def _log_binomial(n: int, k: NDArray[np.int_]) -> Rows:
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def _correlated(rho: float, n: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
    x, noise = rng.standard_normal((2, n, 1))
    return x, rho * x + math.sqrt(1 - rho**2) * noise
