"""The reserved distributions: their information is right, and no training can draw them."""

from __future__ import annotations

import math
from collections import Counter

import pytest
import torch

from mist_explore.distributions import FAMILIES
from mist_explore.distributions.latent import (
    POINTS,
    SharedLatent,
    firing,
    ring,
    volatility,
)
from mist_explore.evaluation.shift import KINDS, Shift, autoregression
from mist_explore.seeding import as_generator


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(("dim_x", "dim_y"), [(1, 1), (3, 2)])
def test_the_information_is_the_mean_of_pointwise_values(name: str, dim_x: int, dim_y: int) -> None:
    kind = KINDS[name]
    distribution = kind.construct(as_generator(1), dim_x, dim_y, sum(kind.bounds) / 2)
    x, y = distribution.draw(20_000, as_generator(2))
    values = distribution.pointwise_mutual_information(x, y)
    error = math.hypot(
        float(values.std()) / len(values) ** 0.5, float(distribution.mutual_information_error)
    )
    assert abs(float(values.mean() - distribution.mutual_information)) < 5 * error
    # Under independence the likelihood ratio has mean 1; through 1 / (1 + r) no tail spoils it.
    ratio = distribution.pointwise_mutual_information(
        x, y[torch.randperm(len(y), generator=as_generator(3))]
    )
    gap = torch.sigmoid(-values).mean() - torch.sigmoid(ratio).mean()
    assert abs(float(gap)) < 5 * len(values) ** -0.5


def test_without_noise_every_point_of_the_curve_is_identified() -> None:
    distribution = ring(as_generator(0), 3, 3, noise=1e-5)
    assert float(distribution.mutual_information) == pytest.approx(math.log(POINTS), abs=0.05)


def test_common_volatility_is_uncorrelated_and_yet_informative() -> None:
    distribution = volatility(as_generator(0), 2, 2, spread=1.5)
    x, y = distribution.draw(50_000, as_generator(1))
    correlation = torch.corrcoef(torch.cat([x, y], 1).T)[:2, 2:]
    assert float(correlation.abs().max()) < 0.05
    assert float(distribution.mutual_information) > 0.3


def test_counts_are_whole_numbers_with_the_rate_of_their_neuron() -> None:
    distribution = firing(as_generator(0), 4, 2, rate=5.0)
    assert isinstance(distribution, SharedLatent)
    x, _ = distribution.draw(50_000, as_generator(1))
    assert torch.equal(x, x.round())
    torch.testing.assert_close(x.mean(0), distribution.x.mean.mean(0), rtol=0.03, atol=0.0)


def test_past_and_future_of_a_markov_chain_meet_in_the_present() -> None:
    memory = 0.8
    distribution = autoregression(as_generator(0), 1, 1, memory)
    rho = float(distribution.pointwise_mutual_information(torch.zeros(1, 1), torch.zeros(1, 1)))
    assert float(distribution.mutual_information) == pytest.approx(
        rho
    )  # at 0 a Gaussian's value is I
    longer = autoregression(as_generator(0), 4, 4, memory)
    assert float(longer.mutual_information) > float(distribution.mutual_information)


def test_the_suite_is_what_it_claims() -> None:
    cells = list(Shift().cells(0))
    assert Counter(c.group for c in cells) == dict.fromkeys(KINDS, 40)
    assert len({c.name for c in cells}) == len(cells) == Shift().n_cells
    for cell in cells:
        assert 50 <= cell.x.shape[1] <= 1_000
        assert 1 <= cell.x.shape[2] <= 8
        assert 1 <= cell.y.shape[2] <= 8
        assert 0 < float(cell.truths) < math.log(POINTS)
    again = next(iter(Shift().cells(0)))
    assert torch.equal(again.x, cells[0].x)
    with pytest.raises(ValueError, match="expected at least one replicate; got 0"):
        Shift(replicates=0)


def test_no_registered_family_is_reserved() -> None:
    assert not KINDS.keys() & FAMILIES.keys()
