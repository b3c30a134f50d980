"""Permutation tests of many pairs of columns, and the false discovery rate among them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from mist_explore.estimators.serial import serial_dependence, sorted_column
from mist_explore.evaluation.columns import PairColumns
from mist_explore.evaluation.moments import waves
from mist_explore.seeding import derive_seed

__all__ = ["adjusted", "needed_permutations", "pair_p_values", "resolution"]

Pair = tuple[str, str]
Waves = NDArray[np.float32]

FEWEST, MOST = 999, 19_999
"""Permutations of a test of many pairs."""

ENOUGH = 20
"""A pair with this number of permutations at least as strong is tested no further."""

ROUNDING = 1e-5
NUMBERS_AT_ONCE = 1_000_000


def needed_permutations(n_tests: int, level: float) -> int:
    r"""Return the permutations with which one pair alone can fall below the level.

    The smallest p-value is \(1 / (m + 1)\), its adjusted value \(M / (m + 1)\) among M tests: there
    are \(M / \alpha - 1\) permutations, from 999 to 19,999.

    Example:
        >>> needed_permutations(28, 0.05), needed_permutations(780, 0.05)
        (999, 15600)
    """
    return int(np.clip(math.ceil(n_tests / level), FEWEST, MOST))


def resolution(n_tests: int, permutations: int) -> str:
    """Return the smallest p-value of a test and its smallest adjusted value, in words.

    Example:
        >>> resolution(28, 999)
        '999 permutations: p-values from 0.001, adjusted from 0.028 for a single pair of 28'
    """
    smallest = 1 / (1 + permutations)
    alone = min(1.0, n_tests * smallest)
    return (
        f"{permutations:,} permutations: p-values from {smallest:.2g}, adjusted from {alone:.2g} "
        f"for a single pair of {n_tests:,}"
    )


def adjusted(p_values: Mapping[Pair, float]) -> dict[Pair, float]:
    """Return the p-values adjusted for their number by Benjamini and Hochberg.

    Among the pairs with an adjusted value up to q, the expected share of independent ones is at
    most q, for tests that are independent or positively dependent.

    Source: Benjamini & Hochberg, "Controlling the false discovery rate" (1995).

    Example:
        >>> adjusted({("a", "b"): 0.01, ("a", "c"): 0.5})
        {('a', 'b'): 0.02, ('a', 'c'): 0.5}
    """
    if not p_values:
        return {}
    values = false_discovery_control(np.array(list(p_values.values())), method="bh")
    return dict(zip(p_values, map(float, values), strict=True))


def pair_p_values(
    columns: PairColumns,
    pairs: Iterable[Pair],
    permutations: int,
    *,
    circular_shift: bool | None = None,
    seed: int = 0,
) -> Iterator[tuple[dict[Pair, float], int]]:
    r"""Test each pair for independence, and yield p-values as they are done.

    They come in parts, some of them empty; the number beside them counts pairs that were shifted.

    The statistic is that of `permutation_test`. Pairs with one column and the gaps in common share
    their permutations. With h = 20 permutations at least as strong as the rows themselves, after l
    of them, a test ends at p = h / l; else \(p = (1 + g) / (1 + m)\) with g such ones. Where both
    columns are serially dependent the null distribution is that of all n shifts in a circle.

    Args:
        columns: the table.
        pairs: names of columns with a sample.
        permutations: m.
        circular_shift: shift all pairs, or none; None for those that are serially dependent.
        seed: of the permutations.

    Source: Besag & Clifford, "Sequential Monte Carlo p-values" (1991).
    """
    groups: dict[tuple[str, bytes], list[Pair]] = {}
    for pair in pairs:
        groups.setdefault((pair[1], np.packbits(columns.rows(pair)).tobytes()), []).append(pair)
    for group in groups.values():
        sides_x, side_y = _sides(columns, group)
        in_order = [
            pair
            for pair in group
            if (_in_order(columns, pair) if circular_shift is None else circular_shift)
        ]
        for pair in in_order:
            yield {pair: _shift_p_value(sides_x.pop(pair), side_y)}, 1
        for p_values in _shuffle_p_values(sides_x, side_y, permutations, seed):
            yield p_values, 0


def _sides(columns: PairColumns, group: list[Pair]) -> tuple[dict[Pair, Waves], Waves]:
    """The waves of the first column of each pair, and those of the second, which is the same."""
    rows = columns.rows(group[0])
    x = {pair: waves(columns.columns[pair[0]].values[rows]).astype(np.float32) for pair in group}
    return x, waves(columns.columns[group[0][1]].values[rows]).astype(np.float32)


def _in_order(columns: PairColumns, pair: Pair) -> bool:
    sample = columns.sample(pair)
    found = serial_dependence(sample.x, sample.y)
    return found.reduces_rows and sorted_column(sample.x, sample.y) is None


def _shift_p_value(x: Waves, y: Waves) -> float:
    """The share of the shifts in a circle, no shift included, that are at least as strong."""
    n = len(x)
    spectra = np.conj(np.fft.rfft(x, axis=0)), np.fft.rfft(y, axis=0)
    strength = np.zeros(n)
    for column in spectra[0].T:
        moments = np.fft.irfft(column[:, None] * spectra[1], n, axis=0)
        strength += np.square(moments).sum(1)
    return float(np.mean(strength >= strength[0] * (1 - ROUNDING)))


def _shuffle_p_values(
    sides: Mapping[Pair, Waves], y: Waves, permutations: int, seed: int
) -> Iterator[dict[Pair, float]]:
    generator = np.random.default_rng(derive_seed(seed, "permutations of many pairs"))
    observed = {pair: float(np.square(x.T @ y).sum()) for pair, x in sides.items()}
    stronger = dict.fromkeys(sides, 0)
    active = list(sides)
    n, width = y.shape
    at_once, done = max(1, NUMBERS_AT_ONCE // (n * width)), 0
    while active and done < permutations:
        # Most independent pairs need few of them.
        count = min(at_once, permutations - done, max(3 * ENOUGH, done))
        orders = generator.permuted(np.tile(np.arange(n), (count, 1)), axis=1)
        strength = _strengths([sides[pair] for pair in active], y[orders.T])
        p_values: dict[Pair, float] = {}
        for pair, values in zip(active, strength, strict=True):
            hits = np.flatnonzero(values >= observed[pair] * (1 - ROUNDING))
            missing = ENOUGH - stronger[pair]
            if len(hits) >= missing:
                p_values[pair] = ENOUGH / (done + int(hits[missing - 1]) + 1)
            stronger[pair] += len(hits)
        done += count
        active = [pair for pair in active if pair not in p_values]
        yield p_values
    yield {pair: (1 + stronger[pair]) / (1 + permutations) for pair in active}


def _strengths(sides: list[Waves], orders_of_y: Waves) -> NDArray[np.float32]:
    """The statistic, up to a factor n, of each side with each order of Y, `(sides, orders)`.

    The orders of Y are `(n, orders, columns)`.
    """
    n, count, width = orders_of_y.shape
    moments = np.hstack(sides).T @ orders_of_y.reshape(n, count * width)
    squares = np.square(moments).reshape(-1, count, width).sum(2)
    starts = np.cumsum([0, *(side.shape[1] for side in sides[:-1])])
    return np.asarray(np.add.reduceat(squares, starts, axis=0))
