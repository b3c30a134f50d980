"""Warnings about an estimate name its cause, and ordinary data get none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

import mist_explore as mx
from mist_explore.estimators import SMOOTH, LearnedEstimator
from mist_explore.estimators.diagnostics import FLAGGED, Diagnosis, diagnose
from mist_explore.network import Checkpoint, NetworkConfig, network_of
from mist_explore.network.reductions import reduce_sample
from mist_explore.sample import Sample

Rows = NDArray[np.float64]

FUNCTION = "as if Y were a function of X"


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    """An untrained ensemble with the training data of a shipped network."""
    smooth = mx.load(SMOOTH)
    assert isinstance(smooth, LearnedEstimator)
    network = network_of(NetworkConfig(width=16, row_width=8, heads=2, blocks=1, members=1))
    return replace(smooth.checkpoint, network=network)


def warnings_of(
    checkpoint: Checkpoint, x: Rows, y: Rows, score: float | None = 0.5
) -> tuple[str, ...]:
    sample, _ = Sample(x, y).without_constant_columns()
    quantiles: Sequence[float] = [0.0] * len(checkpoint.network.config.levels)
    reduced = reduce_sample(sample.x, sample.y)
    return diagnose(Diagnosis(checkpoint, sample, reduced, score, quantiles))


def flagged(warnings: Sequence[str], start: str) -> bool:
    return any(warning.startswith(start) for warning in warnings)


FUNCTIONS: dict[str, Callable[[Rows], Rows]] = {
    "monotone": lambda x: np.tanh(x[:, :1]),
    "even": lambda x: x[:, :1] ** 2,
    "sine": lambda x: np.sin(2 * x[:, :1]),
    "sum": lambda x: x[:, :1] + x[:, 1:],
    "product": lambda x: x[:, :1] * x[:, 1:],
    "norm": lambda x: np.hypot(x[:, :1], x[:, 1:]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("n", [200, 400, 2_000])
def test_a_function_of_one_or_two_columns_is_flagged(
    checkpoint: Checkpoint, name: str, n: int
) -> None:
    several = name in ("sum", "product", "norm")
    found = []
    for seed in range(10):
        x = np.random.default_rng(seed).normal(size=(n, 2 if several else 1))
        y = FUNCTIONS[name](x)
        found += [flagged(warnings_of(checkpoint, *pair), FUNCTION) for pair in ((x, y), (y, x))]
    assert np.mean(found) >= 0.9


@pytest.mark.parametrize(("n", "dim_x", "dim_y"), [(60, 1, 1), (400, 1, 1), (400, 3, 2)])
@pytest.mark.parametrize("correlation", [0.0, 0.6, 0.95])
def test_correlated_columns_are_not_taken_for_a_function(
    checkpoint: Checkpoint, n: int, dim_x: int, dim_y: int, correlation: float
) -> None:
    found = []
    for seed in range(100):
        generator = np.random.default_rng(seed)
        x = generator.normal(size=(n, dim_x))
        noise = (1 - correlation**2) ** 0.5 * generator.normal(size=(n, dim_y))
        warnings = warnings_of(checkpoint, x, correlation * x[:, :dim_y] + noise)
        found.append(flagged(warnings, FUNCTION))
    assert np.mean(found) <= 0.05


def test_categories_and_ties_are_not_taken_for_a_function(checkpoint: Checkpoint) -> None:
    x = np.random.default_rng(0).normal(size=(400, 1))
    for side in (np.sign(x), np.round(4 * x), np.where(np.abs(x) < 1, 0, x)):
        assert not flagged(warnings_of(checkpoint, side, side), FUNCTION)


def test_numbers_outside_those_of_training_are_named(checkpoint: Checkpoint) -> None:
    low, high = checkpoint.meta.n_samples
    dims = checkpoint.meta.dims
    generator = np.random.default_rng(0)
    x = generator.normal(size=(high + 1, 1))
    assert warnings_of(checkpoint, x, generator.normal(size=x.shape)) == (
        f"{high + 1} rows: trained on {low} to {high}",
    )
    wide = generator.normal(size=(100, dims[1] + 1))
    assert warnings_of(checkpoint, wide, x[:100]) == (
        f"{dims[1] + 1} columns of x: trained on {dims[0]} to {dims[1]}",
    )


def test_ranges_are_those_of_the_reduced_sample(checkpoint: Checkpoint) -> None:
    high = checkpoint.meta.dims[1]
    generator = np.random.default_rng(0)
    label = generator.integers(0, high + 4, 450)
    one_hot = (label[:, None] == np.arange(high + 4)).astype(float)
    assert not warnings_of(
        checkpoint,
        one_hot[:, np.ptp(one_hot, axis=0) > 0],
        np.sign(generator.normal(size=(450, 1))),
    )


@pytest.mark.parametrize(("score", "is_flagged"), [(None, False), (0.5, False), (FLAGGED, True)])
def test_an_unseen_kind_is_named_with_its_score(
    checkpoint: Checkpoint, score: float | None, is_flagged: bool
) -> None:
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(2, 100, 1))
    assert flagged(warnings_of(checkpoint, x, y, score), "unlike the training data: 95.0%") is (
        is_flagged
    )


def test_warnings_do_not_depend_on_the_order_of_rows(
    checkpoint: Checkpoint,
) -> None:
    x = np.random.default_rng(0).normal(size=(300, 2))
    y = x[:, :1] * x[:, 1:]
    order = np.random.default_rng(1).permutation(300)
    assert warnings_of(checkpoint, x[order], y[order]) == warnings_of(checkpoint, x, y)
