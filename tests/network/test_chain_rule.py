"""Base estimates by the chain rule: invariant, and right where the MI of mixed sides is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mist_explore.network.chain_rule import CHAIN_ESTIMATES, FEW_ROWS, N_CHAIN, chain_rule
from mist_explore.network.random_order import random_order
from mist_explore.network.scores import normal_scores

Rows = NDArray[np.float64]
Columns = Sequence[NDArray[Any]]

seeds = st.integers(0, 10_000)


def estimate(x: Columns, y: Columns) -> tuple[Rows, Rows] | None:
    columns = np.stack([*x, *y]).astype(float)
    z = normal_scores(torch.from_numpy(columns)).numpy()
    return chain_rule(z, len(x), random_order(z))


def estimates(x: Columns, y: Columns) -> Rows:
    found = estimate(x, y)
    assert found is not None
    return found[0]


def correlated(rho: float, n: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
    x, noise = rng.normal(size=(2, n))
    return x, rho * x + math.sqrt(1 - rho**2) * noise


def of_pair(rho: float) -> float:
    return -0.5 * math.log1p(-(rho**2))


def mixed(rng: np.random.Generator, n: int) -> tuple[list[Rows], list[Rows]]:
    """Codes, clumps and numbers on both sides, all dependent on each other."""
    code = rng.integers(0, 3, n).astype(float)
    a, b = correlated(0.7, n, rng)
    flag = (rng.random(n) < 0.3 + 0.2 * code).astype(float)
    clumped = np.where(flag > 0, 0.0, np.exp(rng.normal(size=n)))
    return [code, a, clumped], [(code - 1) * a + b, np.where(b < -0.5, -0.5, b)]


# What must not change an estimate


@settings(max_examples=8, deadline=None)
@given(seed=seeds, n=st.integers(60, 300))
def test_the_sides_change_places(seed: int, n: int) -> None:
    x, y = mixed(np.random.default_rng(seed), n)
    one, other = estimate(x, y), estimate(y, x)
    assert one is not None
    assert other is not None
    for left, right in zip(one, other, strict=True):
        np.testing.assert_allclose(left, right, atol=1e-9)


@settings(max_examples=8, deadline=None)
@given(seed=seeds, n=st.integers(60, 300))
def test_rows_columns_units_and_signs_do_not_matter(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = mixed(rng, n)
    one = estimate(x, y)
    rows = rng.permutation(n)
    moved = [[np.exp(c[rows]) for c in x[::-1]], [-(c[rows] ** 3) for c in y[::-1]]]
    other = estimate(*moved)
    assert one is not None
    assert other is not None
    for left, right in zip(one, other, strict=True):
        np.testing.assert_allclose(left, right, atol=1e-6)


@pytest.mark.parametrize("n", [FEW_ROWS - 1, 300])
def test_continuous_columns_have_no_atoms(n: int) -> None:
    x, y = correlated(0.5, n, np.random.default_rng(0))
    assert estimate([x], [y]) is None


def test_fine_rounding_leaves_no_atoms() -> None:
    x, y = correlated(0.5, 1_000, np.random.default_rng(0))
    assert estimate([np.round(100 * x)], [y]) is None


def test_codes_that_split_the_rows_too_finely_leave_nothing() -> None:
    rng = np.random.default_rng(0)
    codes = [rng.permutation(np.arange(120) % 10).astype(float) for _ in range(2)]
    assert estimate([*codes, rng.normal(size=120)], [rng.normal(size=120)]) is None


def test_too_fine_codes_are_left_out_for_coarse_ones() -> None:
    """A flag and one code of ten values leave cells of 30 rows, a second such code of 3."""
    rng = np.random.default_rng(1)
    n = 600
    flag = rng.integers(0, 2, n).astype(float)
    a, b = correlated(0.9, n, rng)
    tens = [rng.permutation(np.arange(n) % 10), rng.integers(0, 10, n)]
    found = estimate([flag, a, tens[0]], [(2 * flag - 1) * b, tens[1]])
    assert found is not None
    assert found[1][-1] == pytest.approx(math.log(2 * 10))
    assert found[0][1] == pytest.approx(of_pair(0.9), abs=0.1)


@settings(max_examples=15, deadline=None)
@given(seed=seeds, n=st.integers(20, 150), values=st.tuples(*[st.integers(1, 12)] * 4))
def test_any_ties_give_finite_numbers(seed: int, n: int, values: tuple[int, ...]) -> None:
    rng = np.random.default_rng(seed)
    columns = [rng.integers(0, k, n).astype(float) for k in values]
    columns[1] = np.where(columns[1] > 2, rng.normal(size=n), columns[1])
    found = estimate(columns[:2], columns[2:])
    if found is not None:
        assert found[0].shape == (len(CHAIN_ESTIMATES),)
        assert found[1].shape == (N_CHAIN,)
        assert np.isfinite(np.concatenate(found)).all()
        assert (found[0] >= 0).all()


# Where the information is known


@pytest.mark.parametrize("weights", [(0.5, 0.5), (0.3, 0.3, 0.2, 0.2), (0.8, 0.2)])
@pytest.mark.parametrize("rho", [0.5, 0.9])
def test_a_sign_that_a_code_flips(weights: tuple[float, ...], rho: float) -> None:
    rng = np.random.default_rng(2)
    n = 1_500
    code = rng.choice(len(weights), n, p=weights)
    a, b = correlated(rho, n, rng)
    found = estimates([code, a], [np.where(code % 2, b, -b)])
    np.testing.assert_allclose(found, of_pair(rho), atol=0.08)


def test_a_code_on_the_other_side_that_turns_two_columns() -> None:
    """Given the code of Y, the columns of X are its normal column, rotated."""
    rng = np.random.default_rng(3)
    n = 3_000
    code, (a, b) = rng.integers(0, 3, n), correlated(0.8, n, rng)
    noise = rng.normal(size=n)
    turn = 2 * np.pi * code / 3
    x = [np.cos(turn) * a - np.sin(turn) * noise, np.sin(turn) * a + np.cos(turn) * noise]
    np.testing.assert_allclose(estimates(x, [code, b]), of_pair(0.8), atol=0.1)


@pytest.mark.parametrize("share", [0.1, 0.4])
def test_a_shared_clump_has_the_entropy_of_its_flag(share: float) -> None:
    rng = np.random.default_rng(4)
    flag = rng.random(2_000) < share
    x, y = (np.where(flag, 0.0, rng.exponential(size=2_000)) for _ in range(2))
    entropy = -share * math.log(share) - (1 - share) * math.log(1 - share)
    np.testing.assert_allclose(estimates([x], [y]), entropy, atol=0.06)


def test_amounts_behind_clumps_add_in_proportion() -> None:
    """Independent clumps at zero; where neither side has one, a normal copula."""
    rng = np.random.default_rng(5)
    n, rho = 3_000, 0.9
    a, b = (np.exp(v) for v in correlated(rho, n, rng))
    x, y = (np.where(rng.random(n) < 0.3, 0.0, v) for v in (a, b))
    np.testing.assert_allclose(estimates([x], [y]), 0.7**2 * of_pair(rho), atol=0.05)


def test_a_normal_column_that_a_code_shifts() -> None:
    r"""\(I = \sum_c p_c \int f_c \ln(f_c / f)\) by quadrature."""
    rng = np.random.default_rng(6)
    n, shift = 2_000, 2.5
    code = rng.integers(0, 2, n)
    grid = np.linspace(-9, 9 + shift, 4_001)
    f = np.exp(-0.5 * (grid[:, None] - [0, shift]) ** 2) / math.sqrt(2 * math.pi)
    truth = float(np.trapezoid((f * np.log(f / f.mean(1, keepdims=True))).mean(1), grid))
    found = estimates([code, rng.normal(size=n)], [rng.normal(size=n) + shift * code])
    np.testing.assert_allclose(found, truth, atol=0.06)


def test_a_code_on_both_sides_adds_to_a_pair() -> None:
    rng = np.random.default_rng(7)
    n, stays = 2_000, 0.7
    code = rng.integers(0, 4, n)
    noisy = np.where(rng.random(n) < stays, code, rng.integers(0, 4, n))
    table = (stays * np.eye(4) + (1 - stays) / 4) / 4
    truth = float((table * np.log(16 * table)).sum()) + of_pair(0.7)
    a, b = correlated(0.7, n, rng)
    np.testing.assert_allclose(estimates([code, a], [noisy, b]), truth, atol=0.1)


@pytest.mark.parametrize("states", [2, 5])
def test_independent_sides_have_none(states: int) -> None:
    rng = np.random.default_rng(8)
    codes, numbers = rng.integers(0, states, (2, 1_500)), rng.normal(size=(2, 1_500))
    x, y = zip(codes, numbers, strict=True)
    assert estimates(x, y).max() < 0.06
