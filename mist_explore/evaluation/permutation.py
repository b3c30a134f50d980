"""Is there any dependence at all? A test by permutations of the rows of one side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from mist_explore.interfaces import Estimator
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed

__all__ = ["PermutationTest", "permutation_test"]

Rows = NDArray[np.float64]
Statistic = Callable[[Rows, Rows], float]

WAVES = 4
"""Cosines of each column: curves with up to so many half waves are seen."""


@dataclass(frozen=True, eq=False)
class PermutationTest:
    """The outcome of a permutation test of independence.

    Args:
        p_value: the chance of a statistic at least as large, were X and Y independent.
        observed: the statistic of the rows as they are.
        null: its values with the rows of Y in other orders.
        statistic: its name.
        shifted: whether the orders were shifts in a circle.
    """

    p_value: float
    observed: float
    null: tuple[float, ...]
    statistic: str
    shifted: bool


def permutation_test(
    x: ArrayLike,
    y: ArrayLike,
    estimator: Estimator | None = None,
    *,
    permutations: int = 999,
    shifted: bool = False,
    seed: int = 0,
) -> PermutationTest:
    r"""Test whether X and Y are independent by pairing the rows of X with other rows of Y.

    .. math:: p = \frac{1 + \#\{b : T_b \ge T\}}{1 + m}

    is valid for any m and any statistic T where all orders of the rows are equally likely under
    independence. By default T is a weighted sum of squared cross-moments,

    .. math:: T = n \sum_{a, b} \sum_{j, k \le 4} \Big( \frac{2}{jk} \frac1n \sum_t
        \cos(\pi j u_{ta}) \cos(\pi k v_{tb}) \Big)^2,

    over all columns a of X and b of Y, and over the row norms of sides with several columns, with
    u and v the ranks divided by n. It sees curves as well as lines, but not dependence that needs
    three columns at once: give an estimator for that, which takes as long as m estimates.

    Args:
        x: `(n, dim_x)`.
        y: `(n, dim_y)`.
        estimator: its median is the statistic; None for the fast one.
        permutations: m.
        shifted: shift Y in a circle by a random number of rows rather than shuffle it; this keeps
            the dependence of neighbouring rows, for rows that are a time series. It is then valid
            for stationary series, up to the two rows where the circle closes.
        seed: of the permutations.

    Raises:
        ValueError: if the arrays are no `Sample`, a side is wholly constant, or there is not at
            least one permutation.

    Source: Phipson & Smyth, "Permutation p-values should never be zero" (2010).

    Example:
        >>> x = np.linspace(-1, 1, 60)
        >>> permutation_test(x, x**2, permutations=99).p_value
        0.01
    """
    if permutations < 1:
        raise ValueError(f"expected at least one permutation; got {permutations}")
    sample, _ = Sample(x, y).without_constant_columns()
    sides: tuple[Rows, Rows] = sample.x, sample.y
    statistic: Statistic = _moments
    if estimator is None:
        sides, name = (_waves(sample.x), _waves(sample.y)), "cross-moments"
    else:
        statistic, name = _median(estimator), estimator.name
    generator = np.random.default_rng(derive_seed(seed, "permutation test"))
    n = sample.n_samples
    observed = statistic(*sides)
    null = []
    for _ in range(permutations):
        order = (
            (np.arange(n) + generator.integers(1, n)) % n if shifted else generator.permutation(n)
        )
        null.append(statistic(sides[0], sides[1][order]))
    # Sums in another order differ in their last digits: what is equal must count as equal.
    count = int(np.sum(np.array(null) >= observed * (1 - 1e-9)))
    return PermutationTest(
        (1 + count) / (1 + permutations), observed, tuple(null), name, shifted=shifted
    )


def _median(estimator: Estimator) -> Statistic:
    return lambda x, y: estimator.estimate(x, y).median


def _moments(waves_x: Rows, waves_y: Rows) -> float:
    return float(np.square(waves_x.T @ waves_y).sum() / len(waves_x))


def _waves(side: Rows) -> Rows:
    """Weighted cosines of the ranks of each column, and of the row norms, `(n, waves)`."""
    ranks = _unit_ranks(side)
    if side.shape[1] > 1:
        norms = np.square(ranks - 0.5).sum(1, keepdims=True).round(12)
        ranks = np.hstack([ranks, _unit_ranks(norms)])
    j = np.arange(1, WAVES + 1)
    waves = np.sqrt(2) * np.cos(np.pi * j * ranks[..., None]) / j
    return np.asarray((waves - waves.mean(0)).reshape(len(side), -1))


def _unit_ranks(side: Rows) -> Rows:
    return np.asarray((rankdata(side, axis=0) - 0.5) / len(side))
