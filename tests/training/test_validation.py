"""All estimators are validated on the same datasets, those that validate training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mist_explore.estimators import GaussianCopula
from mist_explore.estimators.learned import LearnedEstimator
from mist_explore.meta import Component, MetaDistribution
from mist_explore.network import Checkpoint, NetworkConfig, load_checkpoint
from mist_explore.sample import Sample
from mist_explore.training import Recipe, iter_train
from mist_explore.training.validation import Answers, validation_set

META = MetaDistribution((Component("additive-noise"), Component("labels")), (10, 40), (1, 2))
RECIPE = Recipe(META, NetworkConfig(16, 8, 2, 1), steps=3, batches=1, batch_size=4, warmup=1)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> tuple[Checkpoint, float, float]:
    """A network, and the squared error and coverage that its training found."""
    directory = tmp_path_factory.mktemp("network")
    *_, last = iter_train(RECIPE, directory, n_held_out=5)
    return load_checkpoint(directory), last.metrics["held_out_mse"], last.metrics["coverage_90"]


def test_training_is_validated_on_the_same_datasets(
    network: tuple[Checkpoint, float, float],
) -> None:
    checkpoint, mse, coverage = network
    answers = validation_set(RECIPE, 5).by_network(checkpoint.network)
    assert len(answers.truth) == 20
    assert np.square(answers.median - answers.truth).mean() == pytest.approx(mse, rel=1e-4)
    assert answers.coverage == pytest.approx(coverage)


def test_a_network_and_its_estimator_answer_alike(
    network: tuple[Checkpoint, float, float],
) -> None:
    checkpoint, _, _ = network
    datasets = validation_set(RECIPE, 2)
    by_network = datasets.by_network(checkpoint.network)
    by_estimator = datasets.by_estimator(LearnedEstimator(checkpoint))
    # A constant column is dropped by the estimator, and kept by the network that learns.
    finite = ~np.isnan(by_estimator.median)
    for name in ("median", "low", "high"):
        ours, theirs = getattr(by_network, name)[finite], getattr(by_estimator, name)[finite]
        assert np.median(np.abs(ours - theirs)) < 1e-3


def test_all_estimators_get_the_same_datasets() -> None:
    one, other = validation_set(RECIPE, 3), validation_set(RECIPE, 3)
    answers = one.by_estimator(GaussianCopula())
    assert np.array_equal(answers.truth, other.truth)
    assert np.isnan(answers.low).all()
    assert np.isnan(answers.coverage)
    batch = one.batches[0]
    first = GaussianCopula().estimate(batch.x[0].double().numpy(), batch.y[0].double().numpy())
    assert answers.median[0] == first.median


class Refusing:
    """Takes no sample with an odd number of rows."""

    name = "refusing"

    def estimate(self, x: object, y: object) -> object:
        if Sample(x, y).n_samples % 2:  # type: ignore[arg-type]
            raise ValueError("expected an even number of rows")
        return GaussianCopula().estimate(x, y)  # type: ignore[arg-type]


def test_a_dataset_that_an_estimator_cannot_take_does_not_count() -> None:
    datasets = validation_set(RECIPE, 6)
    odd = np.repeat([b.x.shape[1] % 2 == 1 for b in datasets.batches], 4)
    assert odd.any()
    assert not odd.all()
    answers = datasets.by_estimator(Refusing())  # type: ignore[arg-type]
    assert np.array_equal(np.isnan(answers.median), odd)
    everywhere = datasets.by_estimator(GaussianCopula())
    errors = np.abs(everywhere.median - everywhere.truth)
    assert answers.error == pytest.approx(errors[~odd].mean())


@given(
    st.lists(st.tuples(st.floats(0, 5), st.floats(0, 5), st.floats(0, 2)), min_size=1, max_size=20)
)
def test_error_and_coverage_are_plain_means(rows: list[tuple[float, float, float]]) -> None:
    truth, median, half = np.array(rows).T
    answers = Answers(truth, median, median - half, median + half)
    assert answers.error == pytest.approx(np.mean([abs(m - t) for t, m, _ in rows]))
    inside = [m - h <= t <= m + h for t, m, h in rows]
    assert answers.coverage == pytest.approx(np.mean(inside))
    assert list(answers.holds_truth) == inside


def test_errors_without_estimates_are_no_numbers() -> None:
    nothing = np.full(3, np.nan)
    answers = Answers(np.ones(3), nothing, nothing, nothing)
    assert np.isnan(answers.error)
    assert np.isnan(answers.coverage)


def test_validation_leaves_the_network_alone(tmp_path: Path) -> None:
    *_, _ = iter_train(RECIPE, tmp_path, n_held_out=1)
    network = load_checkpoint(tmp_path).network
    datasets = validation_set(RECIPE, 2)
    first, second = datasets.by_network(network), datasets.by_network(network)
    assert np.array_equal(first.median, second.median)
