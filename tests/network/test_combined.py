"""Properties of the mixture of predictive distributions."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from mist_explore.estimate import LEVELS
from mist_explore.network.combined import CLOSE, mixture

LEVEL = torch.tensor(LEVELS, dtype=torch.float64)
MIDDLE = LEVELS.index(0.5)


def distributions(count: int, seed: int, rows: int = 5) -> Tensor:
    """Quantiles of distributions of different places and widths, `(count, rows, levels)`."""
    g = torch.Generator().manual_seed(seed)
    steps = torch.rand(count, rows, len(LEVELS), generator=g, dtype=torch.float64).square()
    place, width = torch.randn(2, count, rows, 1, generator=g, dtype=torch.float64)
    return place + width.exp() * steps.cumsum(-1)


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_a_mixture_of_equal_distributions_is_that_distribution(seed: int, count: int) -> None:
    one = distributions(1, seed)
    found = mixture(one.repeat(count, 1, 1), LEVEL)
    # A level is read at two beside it: at most that share of the steps next to it.
    steps = one[0].diff(dim=-1) / LEVEL.diff()
    steepest = torch.nn.functional.pad(steps, (1, 1)).unfold(-1, 2, 1).amax(-1)
    assert ((found - one[0]).abs() <= CLOSE * steepest + 1e-12).all()


@given(st.integers(0, 10_000), st.integers(2, 6))
def test_quantiles_of_a_mixture_rise_and_lie_among_those_of_its_parts(
    seed: int, count: int
) -> None:
    parts = distributions(count, seed)
    found = mixture(parts, LEVEL)
    assert (found.diff(dim=-1) >= -1e-12).all()
    assert (found >= parts.amin(0) - 1e-12).all()
    assert (found <= parts.amax(0) + 1e-12).all()


@given(st.integers(0, 10_000), st.integers(2, 6))
def test_a_mixture_depends_on_no_order_and_moves_and_grows_with_its_parts(
    seed: int, count: int
) -> None:
    parts = distributions(count, seed)
    found = mixture(parts, LEVEL)
    torch.testing.assert_close(mixture(parts.flip(0), LEVEL), found)
    torch.testing.assert_close(mixture(3 * parts - 2, LEVEL), 3 * found - 2)


@given(st.integers(0, 10_000), st.integers(2, 5))
def test_the_mean_of_the_distribution_functions_has_its_level_at_each_quantile(
    seed: int, count: int
) -> None:
    parts = distributions(count, seed, rows=1)
    for quantile, level in zip(mixture(parts, LEVEL)[0].tolist(), LEVELS, strict=True):
        shares = [
            np.interp(quantile, part[0].numpy(), LEVEL.numpy(), left=0.0, right=1.0)
            for part in parts
        ]
        # Where a part begins or ends, its distribution function jumps.
        assert np.mean(shares) == pytest.approx(level, abs=LEVELS[0] / count + CLOSE + 1e-9)


@given(st.integers(0, 10_000))
def test_a_level_in_a_gap_has_its_middle_whatever_is_rounded(seed: int) -> None:
    low = distributions(1, seed, rows=1)[0].float()
    high = low + 3 * (low[:, -1] - low[:, 0]) + 1
    parts = torch.stack([low, low, high, high])
    middle = (low[:, -1] + high[:, 0]) / 2
    for noise in (0.0, 1e-6, -1e-6):
        found = mixture(parts * (1 + noise), LEVEL.float())[:, MIDDLE]
        torch.testing.assert_close(found, middle, atol=1e-3, rtol=1e-3)


def test_parts_that_disagree_widen_the_mixture_and_their_mean_does_not() -> None:
    one = torch.special.ndtri(LEVEL)[None]
    parts = torch.stack([one - 3, one + 3])
    found = mixture(parts, LEVEL)[0]
    assert found[-1] - found[0] > parts.mean(0)[0, -1] - parts.mean(0)[0, 0] + 4
    assert found[MIDDLE] == pytest.approx(0.0, abs=0.2)
