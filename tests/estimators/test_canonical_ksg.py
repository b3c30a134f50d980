"""KSG of canonical pairs: right where independent pairs are mixed linearly."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mist_explore.estimators import KSG, CanonicalKSG, MatchedKSG

Rows = np.ndarray

seeds = st.integers(0, 2**32 - 1)


def pairs(n: int, dim: int, nats: float, seed: int) -> tuple[Rows, Rows]:
    """Independent normal pairs of so many nats in all, `(n, dim)` each."""
    rho = math.sqrt(-math.expm1(-2 * nats / dim))
    a, noise = np.random.default_rng(seed).normal(size=(2, n, dim))
    return a, rho * a + math.sqrt(1 - rho**2) * noise


def mixed(side: Rows, seed: int) -> Rows:
    """An invertible linear map of a side, of condition number 3."""
    generator = np.random.default_rng(seed)
    left, right = np.linalg.qr(generator.normal(size=(2, side.shape[1], side.shape[1])))[0]
    return side @ (left * np.geomspace(1, 3, side.shape[1])) @ right


def test_mixed_pairs_of_10_nats_are_right_where_other_ksg_are_too_low() -> None:
    for seed in range(3):
        x, y = pairs(1_000, 3, 10.0, seed)
        x, y = mixed(x, seed + 10), mixed(y, seed + 20)
        assert CanonicalKSG().estimate(x, y).median == pytest.approx(10.0, abs=0.2)
        assert max(KSG().estimate(x, y).median, MatchedKSG().estimate(x, y).median) < 7


@pytest.mark.parametrize("dims", [(1, 3), (3, 3)])
def test_independent_columns_have_nothing(dims: tuple[int, int]) -> None:
    found = []
    for seed in range(6):
        x, y = pairs(1_000, 3, 0.0, seed)
        found.append(CanonicalKSG().estimate(x[:, : dims[0]], y[:, : dims[1]]).median)
    assert np.mean(found) < 0.03


@given(seed=seeds, dim_x=st.integers(1, 4), dim_y=st.integers(2, 4))
@settings(max_examples=6)
def test_no_invertible_linear_map_of_a_side_matters(seed: int, dim_x: int, dim_y: int) -> None:
    """Pairs differ in strength: the canonical ones are then the same but for sampling noise."""
    x, noise = np.random.default_rng(seed).normal(size=(2, 1_000, 4))
    y = x + noise * [0.1, 0.3, 0.7, 2.0]
    x, y = x[:, :dim_x], y[:, :dim_y]
    known = CanonicalKSG().estimate(x, y).median
    found = CanonicalKSG().estimate(1e3 * mixed(x, seed) + 5, mixed(y, seed + 1))
    assert found.median == pytest.approx(known, abs=0.1)


@given(seed=seeds, n=st.integers(20, 300))
@settings(max_examples=10)
def test_one_column_on_each_side_is_plain_ksg(seed: int, n: int) -> None:
    x, y = pairs(n, 1, 1.0, seed)
    found = CanonicalKSG().estimate(x, y)
    assert found.median == pytest.approx(MatchedKSG().estimate(x, y).median, abs=1e-12)
    assert not found.warnings


def test_a_column_that_copies_another_one_changes_nothing() -> None:
    x, y = pairs(200, 2, 2.0, 0)
    found = CanonicalKSG().estimate(np.hstack([x, -x[:, :1]]), y)
    assert found.median == CanonicalKSG().estimate(x, y).median
    assert "copies another one" in found.notes[0]


@pytest.mark.parametrize(("n", "dim"), [(100, 5), (300, 10)])
def test_what_is_by_chance_is_warned_of(n: int, dim: int) -> None:
    found = [CanonicalKSG().estimate(*pairs(n, dim, 0.0, seed)) for seed in range(10)]
    chance = dim**2 / (2 * n)
    assert {estimate.warnings for estimate in found} == {
        (f"{n} rows for {dim} and {dim} columns: about {chance:.1f} nats are by chance",)
    }
    assert np.mean([estimate.median for estimate in found]) == pytest.approx(chance, abs=0.1)
    assert not CanonicalKSG().estimate(*pairs(6 * dim**2, dim, 0.0, 0)).warnings
