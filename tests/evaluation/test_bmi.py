"""The 40 tasks have the mutual information that Czyz et al. publish, and so have their draws."""

from __future__ import annotations

import math

import pytest
import torch

from mist_explore.evaluation.bmi_suite import BMI_TASKS
from mist_explore.seeding import as_generator

TWO_PAIRS = 1.02165
PUBLISHED = {
    "normal-1v1-0.75": 0.41334,
    "normal-cdf-normal-1v1-0.75": 0.41334,
    "bimodal-normal-1v1-0.75": 0.41334,
    "wigglify-normal-1v1-0.75": 0.41334,
    "halfcube-normal-1v1-0.75": 0.41334,
    "swiss-roll-normal-1v1-0.75": 0.41334,
    "additive-1v1-0.1": 1.70944,
    "additive-1v1-0.75": 0.33333,
    "student-1v1-1": 0.22417,
    "asinh-student-1v1-1": 0.22417,
    "normal-2v2-0.5": 0.29389,
    "normal-3v3-0.5": 0.41334,
    "normal-5v5-0.5": 0.59281,
    "normal-25v25-0.5": 1.29218,
    "normal-50v50-0.5": 1.62427,
    "2pair-2v2": TWO_PAIRS,
    "2pair-3v3": TWO_PAIRS,
    "2pair-5v5": TWO_PAIRS,
    "2pair-25v25": TWO_PAIRS,
    "normal-cdf-2pair-3v3": TWO_PAIRS,
    "normal-cdf-2pair-5v5": TWO_PAIRS,
    "normal-cdf-2pair-25v25": TWO_PAIRS,
    "halfcube-2pair-3v3": TWO_PAIRS,
    "halfcube-2pair-5v5": TWO_PAIRS,
    "halfcube-2pair-25v25": TWO_PAIRS,
    "spiral-2pair-3v3": TWO_PAIRS,
    "spiral-2pair-5v5": TWO_PAIRS,
    "spiral-2pair-25v25": TWO_PAIRS,
    "spiral-normal-cdf-2pair-3v3": TWO_PAIRS,
    "spiral-normal-cdf-2pair-5v5": TWO_PAIRS,
    "spiral-normal-cdf-2pair-25v25": TWO_PAIRS,
    "student-2v2-1": 0.43195,
    "student-2v2-2": 0.19315,
    "student-3v3-2": 0.29092,
    "student-3v3-3": 0.17871,
    "student-5v5-2": 0.44815,
    "student-5v5-3": 0.29854,
    "asinh-student-2v2-1": 0.43195,
    "asinh-student-3v3-2": 0.29092,
    "asinh-student-5v5-2": 0.44815,
}


def test_there_are_the_forty_published_tasks() -> None:
    assert len(BMI_TASKS) == 40
    assert set(BMI_TASKS) == set(PUBLISHED)
    assert all(name == task.name for name, task in BMI_TASKS.items())


@pytest.mark.parametrize("name", PUBLISHED)
def test_mutual_information_is_the_published_one(name: str) -> None:
    truth = float(BMI_TASKS[name].distribution.mutual_information)
    assert truth == pytest.approx(PUBLISHED[name], abs=5.1e-6)  # five digits are printed


@pytest.mark.parametrize("name", PUBLISHED)
def test_draws_have_the_mutual_information(name: str) -> None:
    distribution = BMI_TASKS[name].distribution
    n = 20_000
    x, y = distribution.draw(n, as_generator(0))
    pointwise = distribution.pointwise_mutual_information(x, y)
    error = float(pointwise.std()) / math.sqrt(n)
    assert float(pointwise.mean()) == pytest.approx(PUBLISHED[name], abs=5 * error + 1e-5)


@pytest.mark.parametrize(
    ("name", "dim_x", "dim_y"),
    [
        ("swiss-roll-normal-1v1-0.75", 2, 1),
        ("spiral-2pair-25v25", 25, 25),
        ("normal-50v50-0.5", 50, 50),
    ],
)
def test_dimensions(name: str, dim_x: int, dim_y: int) -> None:
    sample = BMI_TASKS[name].distribution.sample(100, seed=1)
    assert (sample.dim_x, sample.dim_y, sample.n_samples) == (dim_x, dim_y, 100)


def test_every_task_can_be_drawn_in_float32() -> None:
    for task in BMI_TASKS.values():
        x, y = task.distribution.draw(50, as_generator(2), torch.float32)
        assert x.dtype == y.dtype == torch.float32
        assert bool(torch.isfinite(x).all() and torch.isfinite(y).all()), task.name
