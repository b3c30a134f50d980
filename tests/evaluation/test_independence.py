"""Properties of the test of independence and of the look at the order of rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from mist_explore.estimators import GaussianCopula
from mist_explore.evaluation import permutation_test, serial_dependence

Rows = np.ndarray


def random_walk(seed: int, n: int = 120, memory: float = 0.9) -> Rows:
    """A stationary series in which each value remembers the one before."""
    steps = np.random.default_rng(seed).normal(size=n + 100)
    for t in range(1, len(steps)):
        steps[t] += memory * steps[t - 1]
    return steps[100:]


def p_of(seed: int) -> float:
    x, y = np.random.default_rng(seed).normal(size=(2, 40))
    return permutation_test(x, y, permutations=49, seed=seed).p_value


def test_p_values_of_independent_columns_are_uniform() -> None:
    assert kstest([p_of(seed) for seed in range(150)], "uniform").pvalue > 0.01


@given(seed=st.integers(0, 10_000), permutations=st.integers(1, 40))
def test_a_p_value_is_never_0_and_a_seed_decides_it(seed: int, permutations: int) -> None:
    x, y = np.random.default_rng(seed).normal(size=(2, 15))
    test, again = (permutation_test(x, y, permutations=permutations, seed=seed) for _ in "12")
    assert 1 / (1 + permutations) <= test.p_value <= 1
    assert len(test.null) == permutations
    assert test.null == again.null


SHAPES = {
    "line": lambda u, e: u + e,
    "parabola": lambda u, e: u**2 + e,
    "wave": lambda u, e: np.sin(3 * u) + e,
    "spread": lambda u, e: u * e * 5,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_lines_and_curves_are_seen(shape: str) -> None:
    u, e = np.random.default_rng(1).normal(size=(2, 200))
    assert permutation_test(u, SHAPES[shape](u, 0.3 * e), permutations=199).p_value < 0.02


def test_radii_of_sides_with_several_columns_are_seen() -> None:
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(2, 400, 2))
    scale = generator.gamma(0.7, size=(400, 1)) ** 0.5
    assert permutation_test(x * scale, y * scale, permutations=199).p_value < 0.02


def test_monotone_maps_and_the_order_of_rows_change_nothing() -> None:
    generator = np.random.default_rng(2)
    x, y = generator.normal(size=(2, 60, 2))
    test = permutation_test(x, x + y, permutations=9)
    mapped = permutation_test(np.exp(x), (x + y) ** 3, permutations=9)
    assert mapped.observed == pytest.approx(test.observed)
    order = generator.permutation(60)
    assert permutation_test(x[order], (x + y)[order], permutations=9).observed == pytest.approx(
        test.observed
    )


def test_an_estimator_may_be_the_statistic() -> None:
    x, y = np.random.default_rng(0).normal(size=(2, 50))
    test = permutation_test(x, x + y, GaussianCopula(), permutations=19)
    assert test.statistic == "gaussian-copula"
    assert test.observed == GaussianCopula().estimate(x, x + y).median
    assert test.p_value == 0.05


def test_shifts_keep_what_shuffles_destroy() -> None:
    def rejected(circular_shift: bool) -> int:
        tests = (
            permutation_test(
                random_walk(2 * seed),
                random_walk(2 * seed + 1),
                permutations=49,
                circular_shift=circular_shift,
                seed=seed,
            )
            for seed in range(40)
        )
        return sum(test.p_value <= 0.1 for test in tests)

    assert rejected(circular_shift=False) > 12 > 9 > rejected(circular_shift=True)


def test_no_permutation_is_no_test() -> None:
    with pytest.raises(ValueError, match="at least one permutation; got 0"):
        permutation_test([1, 2, 3, 4], [1, 3, 2, 4], permutations=0)


# The order of rows


def test_independent_rows_rarely_alarm_and_series_do() -> None:
    alarms = [
        serial_dependence(*np.random.default_rng(seed).normal(size=(2, 100))).alarming
        for seed in range(100)
    ]
    assert sum(alarms) <= 4
    assert all(serial_dependence(random_walk(s), random_walk(s + 50)).alarming for s in range(10))


@pytest.mark.parametrize("memory", [0.5, 0.9])
def test_numbers_are_those_of_the_series(memory: float) -> None:
    n = 20_000
    found = serial_dependence(random_walk(0, n, memory), random_walk(1, n, memory))
    assert found.lag_1 == pytest.approx(memory, abs=0.03)
    # The sum over lags of memory ** (2 k), on both sides of 0.
    factor = (1 + memory**2) / (1 - memory**2)
    assert found.effective_rows == pytest.approx(n / factor, rel=0.15)


def test_one_series_beside_independent_rows_keeps_the_rows() -> None:
    found = serial_dependence(random_walk(0, 400), np.random.default_rng(1).normal(size=400))
    assert found.alarming
    assert found.effective_rows > 200


def test_the_column_that_remembers_most_is_named() -> None:
    generator = np.random.default_rng(0)
    x = generator.normal(size=(200, 2))
    y = np.column_stack([generator.normal(size=200), random_walk(3, 200)])
    assert serial_dependence(x, y).column == 3


def test_mixing_the_rows_removes_the_alarm() -> None:
    x, y = random_walk(0), random_walk(1)
    order = np.random.default_rng(0).permutation(len(x))
    assert not serial_dependence(x[order], y[order]).alarming
