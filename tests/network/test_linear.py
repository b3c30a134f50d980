"""Canonical pairs of the values: right where sides are mixed, and steady where values are wild."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from mist_explore.network.linear import LINEAR_ESTIMATES, N_LINEAR, linear_estimates
from mist_explore.network.random_order import random_order
from mist_explore.network.scores import normal_scores

seeds = st.integers(0, 2**32 - 1)


def normal(n: int, dim: int, nats: float, seed: int) -> tuple[Tensor, Tensor]:
    """Independent normal pairs of so many nats in all, rows are variables."""
    rho = math.sqrt(-math.expm1(-2 * nats / dim))
    a, noise = torch.from_numpy(np.random.default_rng(seed).normal(size=(2, dim, n)))
    return a, rho * a + math.sqrt(1 - rho**2) * noise


def mixed(side: Tensor, seed: int) -> Tensor:
    square = np.random.default_rng(seed).normal(size=(len(side), len(side)))
    return torch.from_numpy(square) @ side


def estimated(x: Tensor, y: Tensor) -> tuple[np.ndarray, np.ndarray]:
    z = normal_scores(torch.cat([x, y]))
    found = linear_estimates(x, y, z, random_order(z.numpy()))
    assert found is not None
    return found


@pytest.mark.parametrize("nats", [1.0, 5.0, 10.0])
def test_mixed_normal_pairs_have_the_right_value(nats: float) -> None:
    for seed in range(5):
        x, y = normal(1_000, 3, nats, seed)
        estimates, _ = estimated(mixed(x, seed + 10), mixed(y, seed + 20))
        assert estimates == pytest.approx([nats] * len(LINEAR_ESTIMATES), abs=0.35), seed


@pytest.mark.parametrize(
    "bent", [lambda c: c**3, lambda c: torch.special.ndtr(c / c.std())], ids=["cube", "uniform"]
)
def test_monotone_maps_of_mixed_columns_leave_what_their_scores_show(
    bent: Callable[[Tensor], Tensor],
) -> None:
    for seed in range(5):
        x, y = normal(1_000, 3, 2.0, seed)
        x, y = mixed(x, seed + 10), mixed(y, seed + 20)
        of_scores, _ = estimated(*normal_scores(torch.cat([x, y])).split(3))
        estimates, numbers = estimated(bent(x), bent(y))
        assert estimates[2:] == pytest.approx(of_scores[2:], abs=1e-3)
        assert estimates[2:] == pytest.approx([2.0, 2.0], abs=0.35)
        values, scores = numbers[-4:-2]
        assert values < scores
        assert estimates[0] < estimates[2] - 0.1


def test_independent_columns_have_nothing() -> None:
    found = [estimated(*normal(500, 4, 0.0, seed))[0] for seed in range(10)]
    assert np.mean(found, 0).max() < 0.05


@given(seed=seeds, dim_x=st.integers(1, 4), dim_y=st.integers(2, 4), n=st.integers(200, 400))
@settings(max_examples=15)
def test_no_linear_map_of_a_side_matters(seed: int, dim_x: int, dim_y: int, n: int) -> None:
    x, y = (side[:k] for side, k in zip(normal(n, 4, 3.0, seed), (dim_x, dim_y), strict=True))
    known, _ = estimated(x, y)
    turned = torch.linalg.qr(
        torch.from_numpy(np.random.default_rng(seed).normal(size=(dim_y, dim_y)))
    )
    found, _ = estimated(1e3 * x + 5, turned.Q @ y)
    assert found == pytest.approx(known, abs=0.1)


@given(seed=seeds, dim_x=st.integers(1, 4), dim_y=st.integers(2, 4), n=st.integers(10, 200))
@settings(max_examples=15)
def test_order_sign_scale_and_exchange_do_not_matter(
    seed: int, dim_x: int, dim_y: int, n: int
) -> None:
    x, y = (side[:k] for side, k in zip(normal(n, 4, 3.0, seed), (dim_x, dim_y), strict=True))
    known = estimated(x, y)
    rows = torch.from_numpy(np.random.default_rng(seed).permutation(n))
    for other in ((x[:, rows], y[:, rows]), (x.flip(0), -7e100 * y), (y, x)):
        estimates, numbers = estimated(*other)
        assert estimates == pytest.approx(known[0], abs=1e-3)
        # Which of equally far rows are the nearest seven is a matter of rounding.
        assert numbers == pytest.approx(known[1], abs=0.2)


def test_a_single_wild_row_does_not_count() -> None:
    found = []
    for seed in range(10):
        x, y = normal(500, 3, 0.0, seed)
        x[:, 7], y[:, 7] = 1e6, 1e6
        assert np.corrcoef(x[0], y[0])[0, 1] > 0.99
        found.append(estimated(x, y)[0])
    assert np.mean(found, 0).max() < 0.05


def test_heavy_tails_keep_to_the_linear_relation() -> None:
    r"""Of Student columns, mixed; dividing rows by a random number leaves at least the MI."""
    x, y = normal(1_000, 3, 5.0, 0)
    row = torch.from_numpy(np.sqrt(np.random.default_rng(1).chisquare(3, 1_000) / 3))
    estimates, _ = estimated(mixed(x / row, 2), mixed(y / row, 3))
    assert estimates == pytest.approx([5.0] * len(LINEAR_ESTIMATES), abs=0.4)


@given(seed=seeds, dim_x=st.integers(1, 5), dim_y=st.integers(1, 5), n=st.integers(4, 40))
@settings(max_examples=25)
def test_all_is_finite_from_few_rows(seed: int, dim_x: int, dim_y: int, n: int) -> None:
    x, y = (side[:k] for side, k in zip(normal(n, 5, 1.0, seed), (dim_x, dim_y), strict=True))
    z = normal_scores(torch.cat([x, y]))
    found = linear_estimates(x, y, z, random_order(z.numpy()))
    assert (found is None) == (dim_x == dim_y == 1)
    if found is not None:
        assert found[0].shape == (len(LINEAR_ESTIMATES),)
        assert found[1].shape == (N_LINEAR,)
        assert (found[0] >= 0).all()
        assert np.isfinite(np.concatenate(found)).all()
