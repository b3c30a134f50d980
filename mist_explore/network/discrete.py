r"""Base estimates between two categorical variables.

With counts \(n_{ij}\) of a table, entropies by several estimators give
\(\hat I = \hat H(X) + \hat H(Y) - \hat H(X, Y)\):

- *plug-in*: relative frequencies;
- *Miller-Madow*: plug-in plus (occupied cells - 1) / 2n for each entropy (Miller 1955);
- *Grassberger*: \(\ln n - \frac1n \sum_i n_i G(n_i)\) (Grassberger 2008);
- *Chao-Shen*: Horvitz-Thompson with the estimated coverage (Chao & Shen 2003);
- *shrinkage*: James-Stein shrinkage of the table towards the product of its margins, as Hausser
  & Strimmer (2009) do towards the uniform table;
- *chi-squared*: \(\frac12 \ln(1 + (\chi^2 - \mathrm{dof}) / n)\), which keeps weak dependence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma

__all__ = [
    "DISCRETE_ESTIMATES",
    "N_DISCRETE",
    "Table",
    "contingency_table",
    "discrete_estimates",
    "entropy_with_error",
]

Counts = NDArray[np.float64]
Codes = NDArray[np.int64]

DISCRETE_ESTIMATES = (
    "plug-in",
    "Miller-Madow",
    "Grassberger",
    "Chao-Shen",
    "shrinkage",
    "chi-squared",
    "entropy of the smaller side",
)
N_DISCRETE = 22 + 3 * len(DISCRETE_ESTIMATES)
"""How many numbers describe a table."""


@dataclass(frozen=True, eq=False)
class Table:
    """The occupied cells of a contingency table.

    Args:
        cells: their counts, `(cells,)`.
        row, column: the row and column of each cell, `(cells,)`.
        rows, columns: the counts of the margins.
    """

    cells: Counts
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    rows: Counts
    columns: Counts

    @property
    def n(self) -> float:
        """The number of observations."""
        return float(self.cells.sum())

    @property
    def expected(self) -> Counts:
        """The counts of the occupied cells if rows and columns were independent, `(cells,)`."""
        return self.rows[self.row] * self.columns[self.column] / self.n

    @property
    def chi_squared(self) -> float:
        """Pearson's statistic, empty cells included."""
        expected = self.expected
        occupied = ((self.cells - expected) ** 2 / expected).sum()
        return float(occupied + self.n - expected.sum())


def contingency_table(a: NDArray[np.int64], b: NDArray[np.int64]) -> Table:
    """Count the pairs of two columns of codes from 0, each `(n,)`.

    Example:
        >>> contingency_table(np.array([0, 0, 1]), np.array([1, 1, 0])).cells.tolist()
        [2.0, 1.0]
    """
    n_b = int(b.max()) + 1
    pair, cells = np.unique(a * n_b + b, return_counts=True)
    return Table(
        cells.astype(float),
        pair // n_b,
        pair % n_b,
        np.bincount(a).astype(float),
        np.bincount(b, minlength=n_b).astype(float),
    )


def entropy_with_error(counts: Counts) -> tuple[float, float]:
    """The Miller-Madow entropy of counts in nats, and its standard error.

    Example:
        >>> entropy, error = entropy_with_error(np.array([50.0, 50.0]))
        >>> round(entropy, 3), round(error, 3)
        (0.698, 0.0)
    """
    n = counts.sum()
    p = counts[counts > 0] / n
    surprise = -np.log(p)
    entropy = float((p * surprise).sum())
    variance = float((p * surprise**2).sum()) - entropy**2
    return float(entropy + (len(p) - 1) / (2 * n)), float((max(variance, 0.0) / n) ** 0.5)


def discrete_estimates(table: Table) -> tuple[Counts, Counts, float]:
    """Base estimates, numbers about the table, and the unit of the error.

    Returns:
        The estimates in the order of `DISCRETE_ESTIMATES` in nats, the numbers
        `(N_DISCRETE,)` which do not change when X and Y are exchanged, and the natural
        scale of the estimation error in nats.
    """
    n = table.n
    k_x, k_y, k = (float((c > 0).sum()) for c in (table.rows, table.columns, table.cells))
    entropies = np.array(
        [_entropies(c[c > 0], n) for c in (table.rows, table.columns, table.cells)]
    )
    by_entropy = entropies[0] + entropies[1] - entropies[2]
    expected, chi2 = table.expected, table.chi_squared
    dof = max((k_x - 1) * (k_y - 1), 1.0)
    pointwise = np.log(table.cells / expected)
    p = table.cells / n
    plug_in = float((p * pointwise).sum())
    variance = max(float((p * pointwise**2).sum()) - plug_in**2, 0.0)
    shrunk, weight = _shrunk(table, expected)
    smaller = min(entropies[0, 1], entropies[1, 1])
    debiased = 0.5 * np.log1p(max(chi2 - dof, 0.0) / n)
    estimates = np.array([*by_entropy, shrunk, debiased, smaller]).clip(0)
    ones, twos = ((table.cells == i).sum() / n for i in (1, 2))
    margins = [
        np.array([(c == 1).sum() / n, (c == 2).sum() / n, c.max() / n])
        for c in (table.rows, table.columns)
    ]
    h_x, h_y = entropies[0, 1], entropies[1, 1]
    unit = float((variance / n) ** 0.5 + dof / (2 * n) / (1 + dof / (2 * n)) + 1 / n)
    g_excess = (2 * n * plug_in - dof) / (2 * dof) ** 0.5
    numbers = [
        np.log(n) / 3,
        np.log(k_x * k_y) / 4,
        abs(np.log(k_x / k_y)) / 4,
        np.log(k) / 4,
        np.log(dof / n) / 3,
        np.log(k / n),
        ones,
        twos,
        *(margins[0] + margins[1]),
        *abs(margins[0] - margins[1]),
        np.log1p(h_x + h_y),
        abs(h_x - h_y),
        smaller,
        weight,
        np.sign(chi2 - dof) * np.log1p(abs(chi2 - dof) / (2 * dof) ** 0.5),
        np.sign(g_excess) * np.log1p(abs(g_excess)),
        variance**0.5,
        np.log(unit),
        *np.log1p(estimates),
        *((estimates - estimates[1]) / unit).clip(-20, 20),
        *(estimates / max(smaller, 1e-3)).clip(0, 3),
    ]
    return estimates, np.array(numbers, dtype=float), unit


def _entropies(counts: Counts, n: float) -> Counts:
    """Plug-in, Miller-Madow, Grassberger and Chao-Shen entropy of positive counts in nats."""
    p = counts / n
    plug_in = -(p * np.log(p)).sum()
    miller_madow = plug_in + (len(p) - 1) / (2 * n)
    grassberger = np.log(n) - (counts * _grassberger(counts)).sum() / n
    singletons = (counts == 1).sum()
    coverage = 1 - min(singletons, n - 1) / n
    q = coverage * p
    chao_shen = -(q * np.log(q) / -np.expm1(n * np.log1p(-q.clip(max=1 - 1e-12)))).sum()
    return np.array([plug_in, miller_madow, grassberger, chao_shen])


def _grassberger(counts: Counts) -> Counts:
    r"""\(G(m) = \psi(m) + \frac{(-1)^m}{2} [\psi(\frac{m+1}{2}) - \psi(\frac m2)]\)."""
    sign = np.where(counts % 2 == 0, 1.0, -1.0)
    return np.asarray(
        digamma(counts) + 0.5 * sign * (digamma((counts + 1) / 2) - digamma(counts / 2))
    )


def _shrunk(table: Table, expected: Counts) -> tuple[float, float]:
    """The information of the table shrunk towards the product of its margins, and the weight."""
    n = table.n
    p, q = table.cells / n, expected / n
    # Cells that are empty hold (1 - sum q) of the target.
    apart = float(((p - q) ** 2).sum())
    empty = max(1 - float(q.sum()), 0.0)
    if empty > 0:
        margins = (table.rows**2).sum() * (table.columns**2).sum() / n**4
        apart += max(float(margins - (q**2).sum()), 0.0)
    weight = min(1.0, (1 - float((p**2).sum())) / (n - 1) / max(apart, 1e-12))
    mixed = (1 - weight) * p + weight * q
    information = float((mixed * np.log(mixed / q)).sum())
    if empty > 0 and weight > 0:
        information += weight * empty * np.log(weight)
    return information, weight
