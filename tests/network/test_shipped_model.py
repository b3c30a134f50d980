"""The shipped network answers as it did when its numbers were measured."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

import mist_explore as mx
from benchmarks.reference import FILE, predictions
from mist_explore.estimators import LearnedEstimator
from mist_explore.estimators.diagnostics import FLAGGED
from mist_explore.network import StackedEnsemble, load_checkpoint
from mist_explore.resources import models_directory
from mist_explore.training import RECIPES
from mist_explore.training.run import is_finished


@pytest.fixture(scope="module")
def model() -> LearnedEstimator:
    model = mx.load()
    assert isinstance(model, LearnedEstimator)
    return model


def test_the_reference_predictions_are_reproduced() -> None:
    for expected, found in zip(json.loads(FILE.read_text()), predictions(), strict=True):
        assert {**found, "quantiles": None} == {**expected, "quantiles": None}
        assert found["quantiles"] == pytest.approx(expected["quantiles"], abs=2e-3)


def test_training_was_finished() -> None:
    config = json.loads((models_directory() / "mist-qr" / "config.json").read_text())
    assert config["training"]["finished"]
    assert config["training"]["steps"] == config["training"]["recipe"]["steps"]


def test_a_batch_is_predicted_as_its_datasets_are(model: LearnedEstimator) -> None:
    distribution = mx.FAMILIES["student-sparse"].distribution(4, 3)
    samples = [distribution.sample(120, seed) for seed in range(5)]
    x, y = (torch.tensor(np.stack([getattr(s, side) for s in samples])) for side in "xy")
    for sample, row in zip(samples, model.predict(x, y), strict=True):
        alone = model.estimate(sample.x, sample.y).quantiles
        np.testing.assert_allclose(row.numpy(), alone, atol=1e-4)


def test_more_rows_narrow_the_interval_around_the_truth(model: LearnedEstimator) -> None:
    distribution = mx.FAMILIES["normal-2pair"].distribution(3, 3)
    widths = []
    for n_samples in (20, 100, 500):
        estimates = [
            model.estimate(s.x, s.y)
            for s in (distribution.sample(n_samples, seed) for seed in range(20))
        ]
        intervals = [e.interval(0.9) for e in estimates]
        widths.append(np.mean([high - low for low, high in intervals]))
        inside = [low <= float(distribution.mutual_information) <= high for low, high in intervals]
        assert np.mean(inside) > 0.7
    assert widths[0] > 1.5 * widths[1] > 2 * widths[2]


def dependent(kind: str, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Samples of one distribution of each type, at any number of rows."""
    rng = np.random.default_rng(seed)
    x, noise = rng.normal(size=(2, n, 2 if kind == "cubes" else 1))
    code = rng.integers(0, 5, (n, 1))
    samples = {
        "normal pair": (x, 0.6 * x + 0.8 * noise),
        "cubes": (x**3, np.exp(0.8 * x + 0.6 * noise)),
        "parabola": (x, x**2 + 0.3 * noise),
        "codes": (code, np.where(x > 0.5, rng.integers(0, 5, (n, 1)), code)),
        "code and number": (code, 0.8 * code + noise),
    }
    return samples[kind]


def test_more_rows_never_widen_the_interval_up_to_a_million(model: LearnedEstimator) -> None:
    """Over kinds: beyond 20,000 rows, random parts of them are read, which have their noise."""
    kinds = ("normal pair", "cubes", "parabola", "codes", "code and number")
    logs = []
    for n_samples, draws in ((1_000, 3), (10_000, 3), (100_000, 2), (1_000_000, 1)):
        widths = []
        for kind in kinds:
            samples = (dependent(kind, n_samples, seed) for seed in range(draws))
            intervals = [model.estimate(*sample).interval(0.9) for sample in samples]
            widths.append(np.mean([high - low for low, high in intervals]))
        logs.append(np.log(widths))
    changes = np.diff(logs, axis=0)  # (3, kinds)
    assert (changes.mean(1) < 0).all()
    assert (changes[:2] < 0).all()
    assert (changes[1:].sum(0) < 0).all()


def test_independent_columns_get_an_interval_that_starts_near_0(model: LearnedEstimator) -> None:
    rng = np.random.default_rng(0)
    estimates = [
        model.estimate(rng.normal(size=(300, 3)), rng.normal(size=(300, 2))) for _ in range(20)
    ]
    assert np.median([e.median for e in estimates]) < 0.05
    assert np.mean([e.interval(0.9)[0] < 0.01 for e in estimates]) >= 0.8


@pytest.mark.parametrize(
    ("nats", "power", "most"), [(2, 1, 0.1), (5, 1, 0.2), (10, 1, 0.5), (2, 3, 0.3), (5, 3, 0.8)]
)
def test_mixtures_of_strongly_dependent_columns_are_right(
    model: LearnedEstimator, nats: float, power: int, most: float
) -> None:
    """Of cubes the ranks alone show the dependence, with their noise."""
    rng, rho = np.random.default_rng(0), np.sqrt(-np.expm1(-2 * nats / 3))
    errors, inside = [], []
    for _ in range(6):
        a, noise = rng.normal(size=(2, 2_000, 3))
        x = a @ rng.normal(size=(3, 3))
        y = (rho * a + (1 - rho**2) ** 0.5 * noise) @ rng.normal(size=(3, 3))
        estimate = model.estimate(x**power, y**power)
        low, high = estimate.interval(0.9)
        inside.append(low <= nats <= high)
        errors.append(estimate.median - nats)
    assert np.mean(np.abs(errors)) < most
    assert np.mean(inside) >= 0.7


def test_input_different_from_training_is_flagged_with_the_number() -> None:
    smooth = mx.load("mist-smooth")
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(600, 2)), rng.normal(size=(600, 40))
    assert smooth.estimate(x, y).warnings == (
        "600 rows: trained on 10 to 500",
        "40 columns of y: trained on 1 to 32",
    )
    tied = smooth.estimate(np.sign(x[:300]), y[:300, :2])
    assert tied.warnings == (
        "100% of the values of a column of x are tied: trained on continuous columns",
    )
    x[:, 1] = 3
    assert smooth.estimate(x[:300], y[:300, :2]).warnings == (
        "dropped 1 constant column of x (number 2)",
    )
    assert smooth.estimate(x[:300, :1], y[:300, :2]).warnings == ()


def test_datasets_of_training_are_usual_and_odd_ones_are_not(model: LearnedEstimator) -> None:
    meta = replace(model.checkpoint.meta, n_samples=(100, 400), dims=(1, 5))
    scores = []
    for seed in range(30):
        batch = meta.batch(2, seed)
        score = model.ood_score(batch.x, batch.y)
        assert score is not None
        scores += score.tolist()
    assert np.mean(np.array(scores) >= FLAGGED) <= 0.1
    x = np.random.default_rng(0).normal(size=(300, 30))
    # Thirty columns around a common one, each with its partner: no training data are like this.
    odd = x + 30 * x[:, :1], np.sign(x) * x**2 + 30 * x[:, :1]
    assert any(w.startswith("unlike the training data: ") for w in model.estimate(*odd).warnings)


def test_an_interval_is_wider_where_its_conditions_are_worse(model: LearnedEstimator) -> None:
    """Where members and base estimates disagree, or the sample is unusual for the training."""
    network = model.checkpoint.network
    assert isinstance(network, StackedEnsemble)
    low, high = (network.config.levels.index(level) for level in (0.05, 0.95))
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 1))
    usual = (x, 0.5 * x + rng.normal(size=(300, 1)))
    with torch.inference_mode():
        for sample in (usual, ring()):
            u, v = (torch.from_numpy(side)[None] for side in sample)
            combined = network.combine(network.features(u, v))
            best = replace(combined, conditions=combined.conditions.clone())
            best.conditions[:, 1:] = 0
            best.conditions[:, 2] = -np.log(1.005)  # an out-of-distribution score of 0
            wide, narrow = network.calibrated(combined)[0], network.calibrated(best)[0]
            assert wide[high] - wide[low] >= narrow[high] - narrow[low]
            answer = model.estimate(*sample).quantiles
            torch.testing.assert_close(
                torch.tensor(answer).float(), wide.clamp(min=0), atol=1e-4, rtol=1e-4
            )
    spread = [np.ptp(model.estimate(*sample).interval(0.9)) for sample in (usual, ring())]
    assert spread[1] > 1.5 * spread[0]


def ring() -> tuple[np.ndarray, np.ndarray]:
    """The two coordinates of points on a circle, in a space of noise."""
    rng = np.random.default_rng(0)
    angle = 2 * np.pi * rng.random((300, 1))
    noise = rng.normal(size=(2, 300, 3))
    return np.hstack([np.cos(angle), noise[0]]), np.hstack([np.sin(angle), noise[1]])


@pytest.mark.parametrize(
    ("n", "dim_x", "dim_y"), [(4, 1, 1), (5, 3, 2), (30, 200, 1), (20_000, 2, 2)]
)
def test_shapes_far_from_the_training_are_answered_and_flagged(
    model: LearnedEstimator, n: int, dim_x: int, dim_y: int
) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, dim_x))
    estimate = model.estimate(x, x[:, :1] + rng.normal(size=(n, dim_y)))
    assert np.isfinite(estimate.quantiles).all()
    assert estimate.warnings


def test_the_recipes_are_those_of_the_shipped_networks() -> None:
    assert is_finished(RECIPES["mist-smooth-broad"], models_directory() / "mist-smooth/broad")
    for name in ("mist-qr", "mist-smooth"):
        assert is_finished(RECIPES[name], models_directory() / name)
    for name in ("mist-qr", "mist-smooth", "mist-paper"):
        checkpoint, recipe = load_checkpoint(models_directory() / name), RECIPES[name]
        assert (checkpoint.meta, checkpoint.network.config) == (recipe.meta, recipe.network)
