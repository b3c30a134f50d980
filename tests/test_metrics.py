"""Metrics against cases computed by hand, and against forecasters that are calibrated or not."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mist_explore.metrics import (
    Mean,
    bias,
    calibration,
    clustered_mean,
    coverage,
    mean_absolute_error,
    mean_squared_error,
    mean_width,
)

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
numbers = st.lists(st.floats(-100, 100), min_size=2, max_size=30)


def forecasts(n_cells: int, spread: float) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Truths N(m, 1) with m known to the forecaster, whose quantiles assume N(m, spread)."""
    generator = np.random.default_rng(0)
    centres = generator.normal(size=(n_cells, 4))
    truths = centres + generator.normal(size=centres.shape)
    scores = np.array([NormalDist().inv_cdf(level) for level in LEVELS])
    quantiles = centres[..., None] + spread * scores
    return quantiles.reshape(-1, len(LEVELS)), truths.ravel(), [i // 4 for i in range(4 * n_cells)]


def test_errors_by_hand() -> None:
    estimates, truths, cells = [1.0, 2.0, 0.0, 4.0], [0.0, 4.0, 0.0, 3.0], ["a", "a", "b", "b"]
    assert bias(estimates, truths, cells) == Mean(0.0, 0.5, 2)
    assert mean_squared_error(estimates, truths, cells) == Mean(1.5, 1.0, 2)
    assert mean_absolute_error(estimates, truths, cells) == Mean(1.0, 0.5, 2)


def test_coverage_and_width_by_hand() -> None:
    intervals = [[0.0, 1.0], [1.0, 3.0], [0.0, 0.0], [2.0, 5.0]]
    assert coverage(intervals, [1.0, 4.0, 0.0, 2.0], [0, 1, 2, 3]).value == 0.75
    assert mean_width(intervals, [0, 1, 2, 3]).value == 1.5


@given(numbers)
def test_with_a_cluster_for_each_value_it_is_the_plain_standard_error(values: list[float]) -> None:
    mean = clustered_mean(values, range(len(values)))
    assert mean.value == pytest.approx(np.mean(values), abs=1e-9)
    plain = np.std(values, ddof=1) / math.sqrt(len(values))
    assert mean.standard_error == pytest.approx(plain, abs=1e-9)


@given(numbers, st.integers(2, 9))
def test_copies_of_a_value_within_its_cluster_add_no_certainty(
    values: list[float], copies: int
) -> None:
    once = clustered_mean(values, range(len(values)))
    repeated = clustered_mean(
        np.repeat(values, copies), [i // copies for i in range(copies * len(values))]
    )
    assert repeated.value == pytest.approx(once.value, abs=1e-9)
    assert repeated.standard_error == pytest.approx(once.standard_error, abs=1e-9)
    assert repeated.n_clusters == once.n_clusters


@given(numbers, st.randoms(use_true_random=False))
def test_order_and_names_of_clusters_do_not_matter(values: list[float], random: object) -> None:
    clusters = [i // 3 for i in range(len(values))]
    order = np.random.default_rng(random.randint(0, 999)).permutation(len(values))  # type: ignore[attr-defined]
    shuffled = clustered_mean(np.array(values)[order], [f"cell {clusters[i]}" for i in order])
    expected = clustered_mean(values, clusters)
    assert shuffled.value == pytest.approx(expected.value, abs=1e-9)
    if expected.n_clusters > 1:
        assert shuffled.standard_error == pytest.approx(expected.standard_error, abs=1e-9)


def test_one_cluster_has_no_standard_error() -> None:
    mean = clustered_mean([1.0, 3.0], ["a", "a"])
    assert (mean.value, mean.n_clusters) == (2.0, 1)
    assert math.isnan(mean.standard_error)
    assert str(mean) == "2"


def test_a_calibrated_forecaster_is_found_calibrated() -> None:
    quantiles, truths, cells = forecasts(500, spread=1.0)
    for level, share in zip(LEVELS, calibration(quantiles, truths, cells), strict=True):
        assert abs(share.value - level) < 3 * share.standard_error < 0.05
    covered = coverage(quantiles[:, [0, -1]], truths, cells)
    assert abs(covered.value - 0.9) < 3 * covered.standard_error


@pytest.mark.parametrize(("spread", "sign"), [(0.5, -1), (2.0, 1)])
def test_a_too_sure_or_too_vague_forecaster_is_found_out(spread: float, sign: int) -> None:
    quantiles, truths, cells = forecasts(500, spread=spread)
    covered = coverage(quantiles[:, [0, -1]], truths, cells)
    assert sign * (covered.value - 0.9) > 5 * covered.standard_error


def test_the_standard_error_is_the_spread_of_the_mean_when_cells_share_their_error() -> None:
    generator = np.random.default_rng(1)
    cells = np.repeat(range(30), 9)
    draws = [np.repeat(generator.normal(size=30), 9) for _ in range(400)]
    means = [clustered_mean(draw, list(cells)) for draw in draws]
    spread = np.std([mean.value for mean in means])
    assert np.mean([mean.standard_error for mean in means]) == pytest.approx(spread, rel=0.15)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: clustered_mean([], []), "at least one value"),
        (lambda: clustered_mean([1.0, 2.0], ["a"]), "got values of shape \\(2,\\) and 1 clusters"),
        (lambda: bias([1.0, 2.0], [1.0], ["a", "b"]), "one truth for each forecast"),
        (lambda: coverage([1.0], [1.0], ["a"]), "expected intervals of shape \\(datasets, 2\\)"),
        (lambda: calibration([1.0], [1.0], ["a"]), "expected quantiles of shape"),
    ],
)
def test_shapes_that_do_not_fit_are_reported(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
