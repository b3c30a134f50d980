"""Variational critics: their bounds on known scores, and their training on known distributions."""

from __future__ import annotations

import math
import threading

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from mist_explore.distributions import Gaussian
from mist_explore.estimate import Estimate
from mist_explore.estimators import ESTIMATORS, Bootstrap
from mist_explore.estimators.critics import BOUNDS, Critic
from mist_explore.estimators.critics.bounds import (
    donsker_varadhan,
    info_nce,
    jensen_shannon,
    nwj,
    smile,
)
from mist_explore.progress import Progress, finished
from mist_explore.sample import Sample

seeds = st.integers(0, 2**31)
sizes = st.integers(2, 12)
spreads = st.floats(0, 50)
names = pytest.mark.parametrize("name", BOUNDS)

GAUSSIAN = Gaussian(torch.tensor([[1.0, 0.8], [0.8, 1.0]], dtype=torch.float64), dim_x=1)
TRUTH = float(GAUSSIAN.mutual_information)
BY_HAND = torch.tensor([[1.0, 0.0], [2.0, 3.0]], dtype=torch.float64)


def random_scores(seed: int, size: int, spread: float) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return spread * torch.randn(size, size, generator=generator, dtype=torch.float64)


@pytest.fixture(scope="module")
def log_ratios() -> Tensor:
    """The log density ratio, which is the optimal critic, of four batches of 700 rows."""
    size = 700
    x, y = (side.reshape(4, size, 1) for side in GAUSSIAN.draw(4 * size, torch.Generator()))
    first = x.repeat_interleave(size, dim=1)
    ratios = GAUSSIAN.pointwise_mutual_information(first, y.repeat(1, size, 1))
    return ratios.reshape(4, size, size)


def drained(critic: Critic, sample: Sample) -> tuple[list[Progress], Estimate]:
    records: list[Progress] = []
    return records, finished(critic.iter_train(sample), records.append)


# Bounds


def test_bounds_by_hand() -> None:
    e = math.exp
    assert donsker_varadhan(BY_HAND).item() == pytest.approx(2 - math.log((1 + e(2)) / 2))
    assert nwj(BY_HAND).item() == pytest.approx(2 - (e(-1) + e(1)) / 2)
    rows = math.log(e(1) / ((e(1) + 1) / 2)) + math.log(e(3) / ((e(2) + e(3)) / 2))
    assert info_nce(BY_HAND).item() == pytest.approx(rows / 2)
    assert smile(BY_HAND, clip=1.0).item() == pytest.approx(2 - math.log((1 + e(1)) / 2))
    expected = -(math.log1p(e(-1)) + math.log1p(e(-3))) / 2
    assert jensen_shannon(BY_HAND).item() == pytest.approx(
        expected - (math.log1p(1) + math.log1p(e(2))) / 2
    )


def test_several_batches_are_pooled() -> None:
    both = torch.stack([BY_HAND, 2 * BY_HAND])
    unpaired = sum(map(math.exp, (0, 2, 0, 4))) / 4
    assert donsker_varadhan(both).item() == pytest.approx(3 - math.log(unpaired))
    for bound in (info_nce, nwj, jensen_shannon):
        parts = (bound(BY_HAND) + bound(2 * BY_HAND)).item() / 2
        assert bound(both).item() == pytest.approx(parts)


@given(seeds, sizes, spreads)
def test_infonce_never_exceeds_the_logarithm_of_the_batch(
    seed: int, size: int, spread: float
) -> None:
    assert info_nce(random_scores(seed, size, spread)).item() <= math.log(size) + 1e-9


@given(seeds, sizes, spreads)
def test_nwj_never_exceeds_donsker_varadhan(seed: int, size: int, spread: float) -> None:
    scores = random_scores(seed, size, spread)
    assert nwj(scores).item() <= donsker_varadhan(scores).item() + 1e-9


@given(seeds, sizes, st.floats(0.1, 10), st.floats(0.1, 10))
def test_smile_clips_its_normaliser(seed: int, size: int, spread: float, clip: float) -> None:
    scores = random_scores(seed, size, spread)
    paired = scores.diagonal().mean().item()
    assert abs(smile(scores, clip).item() - paired) <= clip + 1e-9
    wide = float(scores.abs().max()) + 1
    assert smile(scores, wide).item() == pytest.approx(donsker_varadhan(scores).item())


@given(seeds, sizes, st.floats(-20, 20))
def test_what_may_be_added_to_a_critic(seed: int, size: int, constant: float) -> None:
    scores = random_scores(seed, size, 1.0)
    of_x = constant * torch.arange(size, dtype=torch.float64)[:, None]
    assert info_nce(scores + of_x).item() == pytest.approx(info_nce(scores).item(), abs=1e-6)
    shifted = donsker_varadhan(scores + constant)
    assert shifted.item() == pytest.approx(donsker_varadhan(scores).item(), abs=1e-6)


def test_tight_at_the_optimal_critic(log_ratios: Tensor) -> None:
    # The mean of 2,800 log ratios has a standard error of 0.8 / sqrt(2800) = 0.015.
    reached = {
        "mine": donsker_varadhan(log_ratios),
        "infonce": info_nce(log_ratios),
        "nwj": nwj(1 + log_ratios),
        "smile": smile(log_ratios),
    }
    assert reached.keys() == BOUNDS.keys()
    for value in reached.values():
        assert value.item() == pytest.approx(TRUTH, abs=0.05)


@names
def test_other_critics_are_worth_less(name: str, log_ratios: Tensor) -> None:
    objective = BOUNDS[name].objective
    best = objective(log_ratios + (name == "nwj"))
    for worse in (0.3 * log_ratios, 2 * log_ratios, torch.zeros_like(log_ratios)):
        assert objective(worse + (name == "nwj")).item() < best.item() - 0.02


# Training


@names
def test_close_to_the_closed_form_of_a_gaussian(name: str) -> None:
    sample = GAUSSIAN.sample(1500, seed=1)
    state = torch.random.get_rng_state()
    records, estimate = drained(Critic(name, steps=100), sample)
    # 750 held-out rows: a standard error of 0.03, and a critic of few steps.
    assert estimate.median == pytest.approx(TRUTH, abs=0.08)
    assert estimate.estimator == name
    assert estimate.is_point
    assert torch.equal(torch.random.get_rng_state(), state)

    steps = [record.step for record in records]
    assert steps == sorted(set(steps))
    assert records[-1].seconds >= records[0].seconds >= 0
    assert estimate.median in [record.metrics["held_out"] for record in records]
    assert records[-1].metrics["training"] > 0.2
    ceilings = {record.metrics.get("ceiling") for record in records}
    assert ceilings == ({math.log(128)} if name == "infonce" else {None})


def test_near_zero_under_independence() -> None:
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(600, 2)), generator.normal(size=(600, 3))
    assert Critic(steps=50).estimate(x, y).median < 0.05


def test_the_same_seed_gives_the_same_value_in_any_order_of_rows_and_units() -> None:
    sample, short = GAUSSIAN.sample(120, seed=2), Critic(steps=30)
    value = short.estimate(sample.x, sample.y).median
    assert Critic(steps=30).estimate(sample.x, sample.y).median == value
    assert short.estimate(sample.x[::-1], sample.y[::-1]).median == value
    assert short.estimate(4e200 * sample.x, sample.y / 1024).median == pytest.approx(value)
    assert Critic(steps=30, seed=1).estimate(sample.x, sample.y).median != value


def test_training_stops_where_the_held_out_rows_gain_nothing() -> None:
    generator = np.random.default_rng(0)
    sample = Sample(generator.normal(size=(80, 5)), generator.normal(size=(80, 5)))
    critic = Critic(steps=2000, check_every=10, patience=30)
    records, _ = drained(critic, sample)
    held_out = [record.metrics["held_out"] for record in records]
    best = int(np.argmax(held_out))
    assert len(held_out) == best + 1 + 3
    assert records[-1].metrics["training"] > held_out[-1]


def test_cancelling_stops_at_the_next_step_with_the_best_so_far() -> None:
    cancellation = threading.Event()
    training = Critic(check_every=5).iter_train(
        GAUSSIAN.sample(200, seed=0), cancellation=cancellation
    )
    assert next(training).step == 5
    cancellation.set()
    assert next(training).step == 6
    with pytest.raises(StopIteration) as end:
        next(training)
    assert any("stopped after 6 of at most 3000 steps" in w for w in end.value.value.warnings)


def test_few_held_out_rows_are_warned_of() -> None:
    sample = GAUSSIAN.sample(80, seed=0)
    few = Critic(steps=5).estimate(sample.x, sample.y)
    assert any("40 held-out rows" in warning for warning in few.warnings)
    enough = Critic(steps=5, held_out=0.7).estimate(sample.x, sample.y)
    assert not any("held-out rows" in warning for warning in enough.warnings)
    assert any("still rose at the last of 5 steps" in warning for warning in enough.warnings)


def test_a_value_near_the_ceiling_is_warned_of() -> None:
    x = np.random.default_rng(0).normal(size=400)  # a copy: infinitely dependent
    near = Critic("infonce", batch=4, steps=300, check_every=100, learning_rate=0.01).estimate(x, x)
    assert 0.9 * math.log(4) < near.median <= math.log(4)
    assert any("ceiling ln(4) = 1.39 nats" in warning for warning in near.warnings)
    mine = Critic("mine", batch=64, steps=150).estimate(x, x)
    assert mine.median > math.log(4)
    assert not any("ceiling" in warning for warning in mine.warnings)


def test_divergence_is_reported() -> None:
    sample = GAUSSIAN.sample(100, seed=0)
    estimate = Critic("nwj", learning_rate=1e6, steps=50).estimate(sample.x, sample.y)
    assert any("training diverged at step" in warning for warning in estimate.warnings)
    assert math.isfinite(estimate.median)


@names
def test_the_smallest_samples_and_copies_are_finite(name: str) -> None:
    critic = Critic(name, steps=3)
    assert math.isfinite(critic.estimate([1, 2, 3, 4], [1, 0, 0, 1]).median)
    x = np.arange(9.0)
    assert math.isfinite(critic.estimate(np.column_stack([x, x**30]), -x).median)


def test_a_constant_column_is_dropped_with_a_warning() -> None:
    sample, critic = GAUSSIAN.sample(60, seed=0), Critic(steps=5)
    wider = np.column_stack([sample.x, np.ones(60)])
    estimate = critic.estimate(wider, sample.y)
    assert estimate.median == critic.estimate(sample.x, sample.y).median
    assert estimate.warnings[0] == "dropped 1 constant column of x (number 2)"
    assert (estimate.n_samples, estimate.dim_x, estimate.dim_y) == (60, 1, 1)
    with pytest.raises(ValueError, match="expected a column of y that varies"):
        critic.estimate(sample.x, np.ones(60))


def test_a_bootstrap_goes_around_a_critic() -> None:
    sample = GAUSSIAN.sample(100, seed=0)
    estimate = Bootstrap(Critic(steps=10), n_resamples=19).estimate(sample.x, sample.y)
    low, high = estimate.interval(0.9)
    assert low <= estimate.median <= high


@names
def test_the_registry_offers_every_bound(name: str) -> None:
    assert ESTIMATORS[name]() == Critic(name)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"bound": "elbo"}, "expected a bound among .*'infonce', 'mine', 'nwj', 'smile'.* 'elbo'"),
        ({"batch": 1}, "expected batch of at least 2; got 1"),
        ({"steps": 0}, "expected steps of at least 1; got 0"),
        ({"held_out": 1.0}, r"held-out share in \(0, 1\); got 1.0"),
        ({"learning_rate": -1.0}, "learning rate above 0; got -1.0"),
    ],
)
def test_settings_that_are_not_possible_are_reported(
    setting: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Critic(**setting)  # type: ignore[arg-type]
