"""A test of independence by permutations of the rows of one side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mist_explore.estimators import estimator_of
from mist_explore.estimators.observations import Observations, RowOptions, observe
from mist_explore.estimators.row_order import row_order
from mist_explore.estimators.sample_estimator import estimate_sample
from mist_explore.estimators.subsets import systematic, weighted_size
from mist_explore.evaluation.moments import cross_moments, waves
from mist_explore.interfaces import Estimator
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed

__all__ = ["PermutationTest", "permutation_test"]

Rows = NDArray[np.float64]
Order = NDArray[np.intp]
Statistic = Callable[[Rows, Rows], float]
Orders = Callable[[np.random.Generator], Order]


@dataclass(frozen=True, eq=False)
class PermutationTest:
    """Result of a permutation test of independence.

    Args:
        p_value: the probability of a statistic at least as large under independence.
        observed: the statistic of the rows as they are.
        null: its values with the rows of Y in other orders.
        statistic: its name.
        circular_shift: whether the orders were shifts in a circle.
        notes: on the rows and on the choice of the orders.
    """

    p_value: float
    observed: float
    null: tuple[float, ...]
    statistic: str
    circular_shift: bool
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        kind = "circular shifts" if self.circular_shift else "permutations"
        return (
            f"p = {self.p_value:.3g}, {self.statistic} {self.observed:.3g}, {len(self.null)} {kind}"
        )


def permutation_test(
    x: ArrayLike,
    y: ArrayLike,
    estimator: str | Path | Estimator | None = None,
    *,
    permutations: int = 999,
    circular_shift: bool | None = None,
    seed: int = 0,
    **options: Unpack[RowOptions],
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
        x: `(n, dim_x)`, or anything that `prepare_sides` takes.
        y: `(n, dim_y)`.
        estimator: the name of an estimator, or one, whose median is the statistic; None for the
            fast one.
        permutations: m.
        circular_shift: shift Y in a circle by a random number of rows rather than shuffle it; this
            keeps the dependence of neighbouring rows, for rows that are a time series. It is then
            valid for stationary series, up to the two rows where the circle closes. None to shift
            where rows resemble their neighbours on both sides.
        seed: of the permutations.
        **options: those of `RowOptions`. With `groups`, whole groups of rows of Y change places:
            exact for groups of one size. With `weights`, rows are drawn by weight first.

    Raises:
        ValueError: if the sides make no sample, a side is wholly constant, there is not at least
            one permutation, or shifts and groups are given together.

    Source: Phipson & Smyth, "Permutation p-values should never be zero" (2010); Winkler et al.,
    "Multi-level block permutation" (2015), for groups.

    Example:
        >>> x = np.linspace(-1, 1, 60)
        >>> permutation_test(x, x**2, permutations=99).p_value
        0.01
    """
    if permutations < 1:
        raise ValueError(f"expected at least one permutation; got {permutations}")
    given = _drawn(observe(x, y, **options), seed)
    if circular_shift and given.groups is not None:
        raise ValueError("expected circular_shift=True or groups; got both: leave one out")
    sample, _ = given.sample.without_constant_columns()
    sides: tuple[Rows, Rows] = sample.x, sample.y
    statistic: Statistic = cross_moments
    if estimator is None:
        sides, name = (waves(sample.x), waves(sample.y)), "cross-moments"
    else:
        estimator = estimator_of(estimator)
        statistic, name = _median(estimator), estimator.name
    orders, notes, circle = _orders(given, sample, circular_shift)
    generator = np.random.default_rng(derive_seed(seed, "permutation test"))
    observed = statistic(*sides)
    null = [statistic(sides[0], sides[1][orders(generator)]) for _ in range(permutations)]
    # Sums in another order differ in their last digits: equal values must count as equal.
    count = int(np.sum(np.array(null) >= observed * (1 - 1e-9)))
    return PermutationTest(
        (1 + count) / (1 + permutations),
        observed,
        tuple(null),
        name,
        circular_shift=circle,
        notes=(*given.notes, *notes),
    )


def _drawn(given: Observations, seed: int) -> Observations:
    """The observations without weights: rows drawn by weight."""
    if given.weights is None:
        return given
    n, size = given.sample.n_samples, weighted_size(given.weights)
    order = np.random.default_rng(derive_seed(seed, "weighted rows")).permutation(n)
    rows = systematic(order, given.weights, size)[0]
    note = f"weighted: {len(rows):,} of {n:,} rows were drawn by weight"
    codes = None if given.groups is None else np.unique(given.groups[rows], return_inverse=True)[1]
    return Observations(
        Sample(given.sample.x[rows], given.sample.y[rows]),
        given.names,
        (*given.notes, note),
        groups=codes,
        rows_independent=given.rows_independent,
    )


def _orders(
    given: Observations, sample: Sample, circular_shift: bool | None
) -> tuple[Orders, tuple[str, ...], bool]:
    """Random orders of the rows of Y under independence, why these, and whether they are shifts."""
    n = sample.n_samples
    if given.groups is not None:
        groups = given.groups
        sizes = np.bincount(groups)
        approximate = "" if np.ptp(sizes) == 0 else ", of different sizes, so p is approximate"
        note = f"{len(sizes):,} groups of rows change places as wholes{approximate}"
        return partial(_group_order, _members(groups)), (note,), False
    notes: tuple[str, ...] = ()
    if circular_shift is None and not given.rows_independent:
        order = row_order(sample)
        circular_shift = order.is_series
        if circular_shift:
            notes = (
                f"{order.resemblance}: Y is shifted in a circle, not shuffled; if the order of "
                "rows means nothing: rows_independent=True (--rows-independent)",
            )
    if circular_shift:
        return partial(_shift, n), notes, True
    return partial(_shuffle, n), notes, False


def _shuffle(n: int, generator: np.random.Generator) -> Order:
    return np.asarray(generator.permutation(n))


def _shift(n: int, generator: np.random.Generator) -> Order:
    return (np.arange(n) + generator.integers(1, n)) % n


def _members(groups: Order) -> list[Order]:
    """The rows of each group, in their order."""
    rows = np.argsort(groups, kind="stable")
    return np.split(rows, np.cumsum(np.bincount(groups))[:-1])


def _group_order(members: list[Order], generator: np.random.Generator) -> Order:
    """Rows of Y for the rows of X: those of whole groups in a random order."""
    moved = np.concatenate([members[group] for group in generator.permutation(len(members))])
    order = np.empty(len(moved), dtype=np.intp)
    order[np.concatenate(members)] = moved
    return order


def _median(estimator: Estimator) -> Statistic:
    return lambda x, y: estimate_sample(estimator, Sample(x, y)).median
