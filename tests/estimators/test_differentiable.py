"""Properties of the estimate as a function with a gradient."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mist_explore.distributions import FAMILIES
from mist_explore.distributions.ridge import CURVES, Ridge
from mist_explore.estimators import (
    DifferentiableEstimator,
    LearnedEstimator,
    differentiable,
    differentiable_mutual_information,
    gradient,
    informative_projection,
    iter_informative_projection,
)
from mist_explore.network import NetworkConfig, network_of
from mist_explore.network.scores import normal_scores, soft_scores
from mist_explore.sample import Sample

SHAPES = [(1, 1), (2, 2), (3, 2)]


def sample(dim_x: int, dim_y: int, n: int = 80) -> Sample:
    return FAMILIES["normal-dense"].distribution(dim_x, dim_y, correlation=0.4).sample(n, seed=3)


def sides(rows: Sample) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.tensor(rows.x), torch.tensor(rows.y)


@pytest.mark.parametrize(("dim_x", "dim_y"), SHAPES)
def test_the_gradient_is_that_of_finite_differences(dim_x: int, dim_y: int) -> None:
    information, (x, y) = differentiable(), sides(sample(dim_x, dim_y))
    found = information.gradient(x.numpy(), y.numpy())
    by_x, by_y = torch.tensor(found.x), torch.tensor(found.y)
    size = float((by_x.square().sum() + by_y.square().sum()).sqrt())
    generator = torch.Generator().manual_seed(0)
    for share in (1.0, 0.5):
        # Uphill, and uphill mixed with a random direction.
        step_x = by_x / size + (1 - share) * torch.randn(x.shape, generator=generator).double() / 9
        step_y = by_y / size + (1 - share) * torch.randn(y.shape, generator=generator).double() / 9
        h = 1e-3
        up, down = (information.mutual_information(x + s * step_x, y + s * step_y) for s in (h, -h))
        slope = float((by_x * step_x).sum() + (by_y * step_y).sum())
        assert float(up - down) / (2 * h) == pytest.approx(slope, rel=0.1, abs=1e-3)


@pytest.mark.parametrize(("dim_x", "dim_y"), SHAPES)
def test_a_step_uphill_raises_the_estimate_and_that_from_ranks_too(dim_x: int, dim_y: int) -> None:
    information, rows = differentiable(), sample(dim_x, dim_y)
    found = information.gradient(rows.x, rows.y)
    length = 0.5 / np.sqrt(np.square(found.x).sum() + np.square(found.y).sum())
    moved = Sample(rows.x + length * found.x, rows.y + length * found.y)
    ranked = LearnedEstimator(information.checkpoint)
    for estimator in (information, ranked):
        before = estimator.estimate(rows.x, rows.y).median
        assert estimator.estimate(moved.x, moved.y).median > before


def test_shifting_or_scaling_a_column_changes_nothing() -> None:
    rows = sample(2, 1)
    found = differentiable().gradient(rows.x, rows.y)
    for values, by in ((rows.x, found.x), (rows.y, found.y)):
        scale = np.abs(by).sum(0)
        assert (np.abs(by.sum(0)) < 1e-4 * scale).all()
        assert (np.abs((by * values).sum(0)) < 1e-3 * scale).all()


def test_soft_ranks_become_ranks() -> None:
    values = torch.randn(3, 50, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    # Wider than the smallest gap between values, the kernel blurs; far below it, it does not.
    distance = [
        float((soft_scores(values, softness) - normal_scores(values)).abs().mean())
        for softness in (0.3, 0.1, 0.03, 1e-6)
    ]
    assert distance == sorted(distance, reverse=True)
    assert distance[-1] < 1e-6


@pytest.mark.parametrize(("dim_x", "dim_y"), SHAPES)
def test_the_estimate_is_near_that_from_ranks(dim_x: int, dim_y: int) -> None:
    information, rows = differentiable(), sample(dim_x, dim_y, n=200)
    from_ranks = LearnedEstimator(information.checkpoint).estimate(rows.x, rows.y)
    from_soft = information.estimate(rows.x, rows.y)
    assert from_soft.median == pytest.approx(from_ranks.median, abs=0.05)
    assert from_soft.estimator == f"soft-{information.checkpoint.name}"


def test_a_batch_is_estimated_like_its_parts() -> None:
    parts = [sides(sample(2, 1)) for _ in range(2)]
    x, y = (torch.stack(side) for side in zip(*parts, strict=True))
    together = differentiable_mutual_information(x, y)
    assert together.shape == (2,)
    for part, value in zip(parts, together, strict=True):
        torch.testing.assert_close(
            differentiable_mutual_information(*part), value, atol=1e-5, rtol=1e-5
        )


def test_a_backward_pass_leaves_the_network_as_it_was() -> None:
    information, (x, y) = differentiable(), sides(sample(1, 1))
    differentiable_mutual_information(x.requires_grad_(), y).backward()
    assert x.grad is not None
    assert x.grad.isfinite().all()
    assert all(p.grad is None for p in information.checkpoint.network.parameters())


def test_equal_columns_have_a_finite_gradient() -> None:
    x = np.random.default_rng(0).normal(size=51)
    found = differentiable().gradient(x, x)
    assert np.isfinite(found.x).all()
    assert np.isfinite(found.y).all()


def test_an_ensemble_is_refused() -> None:
    network = network_of(NetworkConfig(width=16, members=1))
    checkpoint = replace(differentiable().checkpoint, network=network, name="rough")
    with pytest.raises(ValueError, match=r"without nearest neighbours.*got 'rough'"):
        DifferentiableEstimator(checkpoint)
    with pytest.raises(ValueError, match="expected a positive softness; got 0"):
        DifferentiableEstimator(differentiable().checkpoint, softness=0)


def test_no_smooth_network_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(gradient, "models_directory", lambda: tmp_path)
    with pytest.raises(ValueError, match=r"expected a trained model in .*mist-smooth"):
        differentiable.__wrapped__()


@pytest.mark.parametrize(
    ("x", "y"),
    [
        pytest.param((8, 1), (7, 1), id="rows"),
        pytest.param((8,), (8,), id="axes"),
        pytest.param((3, 1), (3, 1), id="few"),
    ],
)
def test_bad_shapes_are_reported(x: tuple[int, ...], y: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=re.escape(f"got {x} and {y}")):
        differentiable_mutual_information(torch.randn(x), torch.randn(y))


def test_a_constant_column_has_no_gradient() -> None:
    with pytest.raises(ValueError, match="expected columns that vary"):
        differentiable().gradient([[1, 5], [2, 5], [3, 5], [4, 5]], [1, 2, 4, 3])


# Projections


def test_a_climb_finds_the_direction_and_a_seed_decides_it() -> None:
    distribution = Ridge("bend", (1.0, -2.0, 2.0), noise=0.4)
    rows = distribution.sample(150, seed=0)
    steps = list(iter_informative_projection(rows.x, rows.y, 25, seed=1))
    assert [step.number for step in steps] == list(range(26))
    assert all(np.linalg.norm(step.direction) == pytest.approx(1) for step in steps)
    assert steps[-1].information > steps[0].information
    assert abs(steps[-1].direction @ distribution.direction.numpy()) > 0.95
    last = informative_projection(rows.x, rows.y, 25, seed=1)
    np.testing.assert_array_equal(last.direction, steps[-1].direction)


@pytest.mark.parametrize("curve", CURVES)
def test_the_truth_of_a_ridge_is_the_mean_of_its_pointwise_values(curve: str) -> None:
    distribution = Ridge(curve, (3.0, 4.0), noise=0.4)
    x, y = distribution.draw(4_000, torch.Generator().manual_seed(0))
    values = distribution.pointwise_mutual_information(x, y)
    error = float(values.std()) / len(values) ** 0.5
    assert float(values.mean()) == pytest.approx(
        float(distribution.mutual_information), abs=4 * error
    )
    assert float(distribution.mutual_information_error) < 1e-3
    assert (distribution.dim_x, distribution.dim_y) == (2, 1)


@pytest.mark.parametrize(
    ("curve", "weights", "noise", "message"),
    [
        pytest.param("loop", (1.0,), 0.5, "expected a curve among", id="curve"),
        pytest.param("line", (0.0, 0.0), 0.5, "not all 0", id="weights"),
        pytest.param("line", (1.0,), 0.01, "noise of at least 0.05", id="noise"),
    ],
)
def test_bad_ridges_are_reported(
    curve: str, weights: tuple[float, ...], noise: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Ridge(curve, weights, noise)
