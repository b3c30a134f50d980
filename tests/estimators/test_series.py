"""Time series: fewer independent rows than rows, in estimates and in the test."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter
from sklearn.datasets import load_iris

import mist_explore as mx
from mist_explore.estimators import GaussianCopula
from mist_explore.estimators.observations import observe
from mist_explore.estimators.row_order import row_order
from mist_explore.estimators.serial import serial_dependence
from mist_explore.estimators.states import effective_rows_of_states
from mist_explore.evaluation import permutation_test
from mist_explore.preparation import sorting_column
from mist_explore.sample import Sample

Rows = np.ndarray

SERIES = "rows resemble the rows next to them"


def autoregressions(seed: int, n: int, coefficient: float, series: int = 2) -> Rows:
    """Independent stationary autoregressions of unit variance, `(series, n)`."""
    noise = np.random.default_rng(seed).normal(size=(series, n + 1_000))
    values = lfilter([1], [1, -coefficient], noise, axis=1)[:, 1_000:]
    return np.asarray(values * math.sqrt(1 - coefficient**2))


# Series


@pytest.mark.parametrize(
    ("n", "coefficient", "correlation", "draws"),
    [
        (400, 0.9, 0.0, 25),
        (2_000, 0.9, 0.0, 12),
        (400, 0.99, 0.0, 15),
        (400, 0.9, 0.6, 25),
    ],
)
def test_intervals_of_series_cover(
    n: int, coefficient: float, correlation: float, draws: int
) -> None:
    truth = -0.5 * math.log(1 - correlation**2)
    covered = []
    for seed in range(draws):
        u, v = autoregressions(seed, n, coefficient)
        estimate = mx.load().estimate(u, correlation * u + math.sqrt(1 - correlation**2) * v)
        low, high = estimate.interval(0.9)
        covered.append(low <= truth <= high)
        assert estimate.warnings[0].startswith(SERIES)
        assert estimate.n_samples == n
    assert np.mean(covered) >= 0.85


def cut(values: Rows, states: int) -> Rows:
    """States of equal frequency."""
    return np.searchsorted(np.quantile(values, np.arange(1, states) / states), values)


@pytest.mark.parametrize(
    ("n", "coefficient", "states"), [(400, 0.9, (3, 3)), (400, 0.99, (3, 3)), (2_000, 0.9, (5, 4))]
)
def test_intervals_of_series_of_categories_cover(
    n: int, coefficient: float, states: tuple[int, int]
) -> None:
    covered = []
    for seed in range(15):
        u, v = autoregressions(seed, n, coefficient)
        estimate = mx.load().estimate(cut(u, states[0]), cut(v, states[1]))
        covered.append(estimate.interval(0.9)[0] <= 1e-3)
        assert estimate.warnings[0].startswith(SERIES)
    assert np.mean(covered) >= 0.85


def test_a_survey_that_stands_by_town_keeps_its_information() -> None:
    """Sixty towns of 45 people, whose levels differ in both columns."""
    found, expected = [], []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        town = np.repeat(rng.normal(size=(2, 60)), 45, axis=1)
        x, noise = rng.normal(size=(2, 2_700))
        a, b = cut(town[0] + x, 4), cut(town[1] + x + noise, 3)
        assert serial_dependence(a, b).reduces_rows
        found.append(mx.load().estimate(a, b).median)
        expected.append(mx.load("plug-in").estimate(a, b, rows_independent=True).median)
    np.testing.assert_allclose(found, expected, atol=0.02)
    assert min(expected) > 0.04


def test_one_hot_columns_and_codes_are_worth_the_same_rows() -> None:
    codes = cut(autoregressions(0, 600, 0.9), 4)
    hot = np.eye(4)[codes[0]]
    one, other = (effective_rows_of_states(Sample(x, codes[1])) for x in (codes[0], hot))
    assert one is not None
    assert other == pytest.approx(one)
    assert effective_rows_of_states(Sample(*autoregressions(0, 600, 0.9))) is None


def test_every_tenth_row_of_a_series_is_estimated_from_and_independent_rows_are_all_used() -> None:
    u, v = autoregressions(0, 400, 0.9)
    model = GaussianCopula()
    found = model.estimate(u, v)
    subsets = observe(u, v).subsets.rows
    assert len(subsets) == 8
    assert sorted({len(rows) for rows in subsets}) == [40]
    assert all((np.diff(rows) == 10).all() for rows in subsets)
    assert "every 10th row" in found.warnings[0]
    medians = [model.estimate_sample(Sample(u[rows], v[rows])).median for rows in subsets]
    assert found.median == pytest.approx(np.median(medians))
    declared = model.estimate(u, v, rows_independent=True)
    assert declared == model.estimate_sample(Sample(u, v))
    order = np.random.default_rng(0).permutation(400)
    assert model.estimate(u[order], v[order]) == model.estimate_sample(Sample(u[order], v[order]))


def test_many_samples_at_once_are_as_each_alone() -> None:
    series = Sample(*autoregressions(0, 200, 0.95))
    rows = Sample(*np.random.default_rng(0).normal(size=(2, 200)))
    model = mx.load()
    assert isinstance(model, mx.estimators.LearnedEstimator)
    for one, alone in zip(model.estimate_many([series, rows]), (series, rows), strict=True):
        expected = model.estimate(alone.x, alone.y)
        np.testing.assert_allclose(one.quantiles, expected.quantiles, atol=1e-4)
        assert one.warnings == expected.warnings


def test_a_series_on_one_side_and_mixed_rows_are_no_series() -> None:
    x, y = autoregressions(3, 400, 0.99)
    order = np.random.default_rng(0).permutation(400)
    assert not row_order(Sample(x, y[order])).is_series
    assert row_order(Sample(x, y)).is_series


def test_a_sorted_table_is_no_series() -> None:
    x, y = autoregressions(0, 400, 0.9)
    found = GaussianCopula().estimate(pd.DataFrame({"a": np.sort(x), "b": x}), y)
    assert found.notes == ("rows are sorted by a: their order is not used",)
    assert not found.warnings
    iris = load_iris(as_frame=True).frame
    found = GaussianCopula().estimate(iris.iloc[:, :2], iris.iloc[:, 2])
    assert any("rows stand in 3 blocks" in note for note in found.notes)
    assert not any(SERIES in warning for warning in found.warnings)
    assert sorting_column(iris) == "target"
    assert sorting_column(mx.load_dataset("penguins")) == "species"
    assert sorting_column(iris.sample(frac=1, random_state=0)) == ""


@pytest.mark.parametrize(("n", "coefficient"), [(100, 0.9), (400, 0.9), (400, 0.99)])
def test_autoregressions_are_not_taken_for_sorted_tables(n: int, coefficient: float) -> None:
    series = [row_order(Sample(*autoregressions(seed, n, coefficient))) for seed in range(30)]
    assert np.mean([order.is_series for order in series]) >= 0.95


def test_the_test_shifts_series_and_keeps_its_level() -> None:
    def rejected(**options: Any) -> float:
        tests = [
            permutation_test(*autoregressions(seed, 200, 0.9), permutations=39, **options)
            for seed in range(60)
        ]
        assert all(test.circular_shift != options.get("rows_independent", False) for test in tests)
        return float(np.mean([test.p_value <= 0.05 for test in tests]))

    assert rejected() <= 0.15
    assert rejected(rows_independent=True) >= 0.4
    u, v = autoregressions(0, 200, 0.9)
    assert permutation_test(u, u + v, permutations=39).p_value == 1 / 40
    assert "Y is shifted in a circle" in permutation_test(u, v, permutations=9).notes[0]
    assert not permutation_test(u, v, permutations=9, circular_shift=False).circular_shift
    iid = np.random.default_rng(0).normal(size=(2, 200))
    assert not permutation_test(*iid, permutations=9).circular_shift
