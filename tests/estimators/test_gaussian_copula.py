"""The Gaussian-copula estimator: right where it is exact, invariant where it must be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mist_explore.distributions import FAMILIES
from mist_explore.estimators.gaussian_copula import GaussianCopula
from mist_explore.estimators.scaling import van_der_waerden_scores

seeds = st.integers(0, 2**31)
dims = st.integers(1, 4)


def rows(seed: int, dim_x: int, dim_y: int, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    common = generator.normal(size=(n, 1))
    x = common + generator.normal(size=(n, dim_x))
    return x, common + generator.normal(size=(n, dim_y))


def value(x: np.ndarray, y: np.ndarray) -> float:
    return GaussianCopula().estimate(x, y).median


@pytest.mark.parametrize(
    ("family", "dim_x", "dim_y", "strength"),
    [
        ("normal-dense", 1, 1, 0.75),
        ("normal-dense", 3, 5, 0.5),
        ("normal-dense", 1, 4, 0.0),
        ("normal-2pair", 3, 2, 1.0),
        ("normal-sparse", 4, 4, 2.0),
    ],
)
def test_close_to_the_closed_form_of_gaussians(
    family: str, dim_x: int, dim_y: int, strength: float
) -> None:
    name = FAMILIES[family].parameters[0].name
    distribution = FAMILIES[family].distribution(dim_x, dim_y, **{name: strength})
    sample = distribution.sample(10_000, seed=1)
    assert value(sample.x, sample.y) == pytest.approx(
        float(distribution.mutual_information), abs=0.05
    )


@given(seeds, dims, dims)
def test_strictly_monotone_maps_of_a_column_change_nothing(seed: int, dx: int, dy: int) -> None:
    x, y = rows(seed, dx, dy)
    assert value(np.exp(x), np.arctan(y) * 1e6) == value(x, y)
    assert value(-np.sinh(x), y) == pytest.approx(value(x, y), abs=1e-9)


@given(seeds, dims, dims)
def test_sides_rows_and_columns_may_trade_places(seed: int, dx: int, dy: int) -> None:
    x, y = rows(seed, dx, dy)
    order = np.random.default_rng(seed).permutation(len(x))
    assert value(y, x) == pytest.approx(value(x, y), abs=1e-9)
    assert value(x[order], y[order]) == pytest.approx(value(x, y), abs=1e-9)
    assert value(x[:, ::-1], y[:, ::-1]) == pytest.approx(value(x, y), abs=1e-9)


def test_ties_do_not_depend_on_the_order_of_rows() -> None:
    generator = np.random.default_rng(0)
    x, y = generator.integers(0, 3, (60, 2)), generator.integers(0, 2, (60, 1))
    assert value(x[::-1], y[::-1]) == pytest.approx(value(x, y), abs=1e-9)
    np.testing.assert_array_equal(
        van_der_waerden_scores(np.array([[1.0], [1.0], [0.0]]))[0],
        van_der_waerden_scores(np.array([[0.0], [1.0], [1.0]]))[2],
    )


@given(seeds, st.integers(4, 12), st.integers(1, 16), st.integers(1, 16))
def test_finite_and_warned_with_fewer_rows_than_columns(
    seed: int, n: int, dx: int, dy: int
) -> None:
    estimate = GaussianCopula().estimate(*rows(seed, dx, dy, n))
    assert np.isfinite(estimate.median)
    assert estimate.is_point
    assert any("shrinkage" in w for w in estimate.warnings) == (n <= dx + dy)


def test_finite_where_y_copies_x_and_columns_repeat() -> None:
    x, _ = rows(0, 2, 1)
    assert 1 < value(np.hstack([x, x]), -x) < 25


@given(seeds, dims, dims)
def test_more_shrinkage_never_finds_more(seed: int, dx: int, dy: int) -> None:
    x, y = rows(seed, dx, dy)
    found = [GaussianCopula(s).estimate(x, y).median for s in (0.001, 0.02, 0.1, 0.3, 0.999)]
    assert all(np.diff(found) <= 1e-12)
    assert found[-1] < 1e-3


def test_a_constant_column_is_dropped_with_a_warning() -> None:
    x, y = rows(0, 2, 1)
    wider = np.column_stack([x, np.full(len(x), 7.0)])
    estimate = GaussianCopula().estimate(wider, y)
    assert estimate.median == value(x, y)
    assert estimate.warnings == ("dropped 1 constant column of x (number 3)",)
    assert (estimate.dim_x, estimate.dim_y, estimate.n_samples) == (2, 1, 40)


@pytest.mark.parametrize("shrinkage", [0.0, 1.0, -0.1])
def test_a_shrinkage_outside_its_range_is_reported(shrinkage: float) -> None:
    with pytest.raises(ValueError, match=r"shrinkage in \(0, 1\) or None; got"):
        GaussianCopula(shrinkage)
