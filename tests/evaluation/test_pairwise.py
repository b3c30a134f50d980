"""Properties of all pairs at once, of scores of features, and of growing parts of the rows."""

from __future__ import annotations

import re
from collections.abc import Generator

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_selection import SelectKBest
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from mist_explore.estimators import GaussianCopula, LearnedEstimator, load
from mist_explore.evaluation import (
    Pairwise,
    information_scores,
    iter_pairwise_information,
    pairwise_information,
    stability,
)
from mist_explore.progress import Cancellation, Progress, finished
from mist_explore.sample import Sample

COPULA = GaussianCopula()

Columns = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def columns() -> Columns:
    a, b, noise = np.random.default_rng(0).normal(size=(3, 120))
    with_gaps = (a - b).copy()
    with_gaps[::10] = np.nan
    return {"a": a, "b": b, "sum": a + b + 0.3 * noise, "gaps": with_gaps, "flat": np.ones(120)}


@pytest.fixture(scope="module")
def found(columns: Columns) -> Pairwise:
    return pairwise_information(columns)


def test_each_pair_is_what_it_is_alone(columns: Columns, found: Pairwise) -> None:
    model = load()
    for (one, other), estimate in found.estimates.items():
        both = np.isfinite(columns[one]) & np.isfinite(columns[other])
        alone = model.estimate(columns[one][both], columns[other][both])
        np.testing.assert_allclose(estimate.quantiles, alone.quantiles, atol=1e-4)
        assert estimate.n_samples == both.sum()
        assert estimate.warnings == alone.warnings


def test_categories_may_take_several_columns() -> None:
    a = np.random.default_rng(0).normal(size=90)
    labels = np.digitize(a, [-0.4, 0.4])
    hot = (labels[:, None] == np.arange(3)).astype(float)
    hot[::9] = np.nan
    found = pairwise_information({"a": a, "labels": hot, "b": a[::-1]})
    estimate = found.estimates["a", "labels"]
    assert (estimate.n_samples, estimate.dim_y) == (80, 3)
    assert found.matrix()[0, 1] == found.matrix()[1, 0] == estimate.median > 0.3


def test_pairs_with_a_constant_column_show_it(found: Pairwise) -> None:
    assert len(found.estimates) == 6
    assert set(found.failures.values()) == {"flat is constant"}


def test_the_matrix_is_symmetric_and_ordered(found: Pairwise) -> None:
    low, median, high = found.matrix(0.05), found.matrix(), found.matrix(0.95)
    for matrix in (low, median, high):
        np.testing.assert_array_equal(matrix, matrix.T)
        assert np.isnan(np.diag(matrix)).all()
    there = np.isfinite(median)
    assert (low[there] <= median[there]).all()
    assert (median[there] <= high[there]).all()
    np.testing.assert_allclose(found.matrix(units="bits") * np.log(2), median)


def finish(
    steps: Generator[tuple[Progress, Pairwise], None, Pairwise], cancel: Cancellation | None = None
) -> tuple[list[Progress], Pairwise]:
    """The records of a job and its result; it is cancelled at its second record."""
    records: list[Progress] = []

    def show(step: tuple[Progress, Pairwise]) -> None:
        records.append(step[0])
        if cancel is not None and len(records) == 2:
            cancel.set()

    return records, finished(steps, show)


def test_steps_count_to_the_end_and_stop_when_cancelled() -> None:
    many = dict(enumerate(np.random.default_rng(0).normal(size=(9, 60))))
    named = {f"c{name}": values for name, values in many.items()}
    records, whole = finish(iter_pairwise_information(named, GaussianCopula()))
    assert records[0].step == 0
    assert records[-1].step == records[-1].total == 36 == len(whole.estimates)
    cancellation = Cancellation()
    _, part = finish(
        iter_pairwise_information(named, GaussianCopula(), None, cancellation), cancellation
    )
    assert 0 < len(part.estimates) < 36


@pytest.mark.parametrize(
    ("table", "message"),
    [
        pytest.param({"a": np.arange(9.0)}, "at least two columns; got 1", id="one"),
        pytest.param({"a": np.arange(9.0), "b": np.arange(8.0)}, "the same length", id="lengths"),
    ],
)
def test_what_is_no_table_is_reported(table: Columns, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pairwise_information(table)


def test_a_pair_of_unknown_columns_is_reported(columns: Columns) -> None:
    with pytest.raises(ValueError, match=r"expected pairs of the columns a, b, .*; got 'z'"):
        pairwise_information(columns, pairs=[("a", "z")])


def test_many_samples_are_estimated_like_one(columns: Columns) -> None:
    model = load()
    assert isinstance(model, LearnedEstimator)
    samples = [Sample(columns["a"], columns["b"]), Sample(columns["a"], columns["sum"])]
    for sample, estimate in zip(samples, model.estimate_many(samples), strict=True):
        alone = model.estimate(sample.x, sample.y)
        np.testing.assert_allclose(estimate.quantiles, alone.quantiles, atol=1e-4)
    shorter = Sample(columns["a"][:50], columns["b"][:50])
    with pytest.raises(ValueError, match=re.escape("of one shape; got [(50, 1, 1), (120, 1, 1)]")):
        model.estimate_many([samples[0], shorter])


# Scores of features


def test_scores_find_the_features_that_inform() -> None:
    generator = np.random.default_rng(0)
    features = generator.normal(size=(200, 4))
    target = features[:, 2] + 0.5 * generator.normal(size=200)
    scores = information_scores(features, target)
    assert scores.shape == (4,)
    assert scores.argmax() == 2


def test_one_feature_is_a_series_and_columns_by_name_are_several() -> None:
    x, y = np.random.default_rng(0).normal(size=(2, 60)).cumsum(0)
    (score,) = information_scores(pd.Series(x), y, COPULA)
    assert information_scores({"a": x, "b": y**2}, y, COPULA)[0] == score
    with pytest.raises(ValueError, match="expected one target for each row; got 2"):
        information_scores(x, np.column_stack([y, y]), COPULA)


def test_a_constant_feature_scores_nothing_and_classes_may_be_words() -> None:
    generator = np.random.default_rng(0)
    classes = np.where(generator.random(80) < 0.5, "left", "right")
    features = np.column_stack([np.ones(80), (classes == "left") + 0.1 * generator.normal(size=80)])
    scores = information_scores(features, classes)
    assert scores[0] == 0 < scores[1]


def test_scores_serve_a_pipeline_of_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    features = generator.normal(size=(150, 5))
    classes = (features[:, 3] > 0).astype(int)
    select = SelectKBest(information_scores, k=1)
    pipeline = make_pipeline(select, KNeighborsClassifier()).fit(features, classes)
    assert select.get_support().tolist() == [False, False, False, True, False]
    assert pipeline.score(features, classes) > 0.9


@pytest.mark.parametrize(
    ("features", "target", "message"),
    [
        pytest.param(np.ones((5, 2)), np.ones(4), "the same number of rows", id="shapes"),
        pytest.param(
            np.full((5, 2), np.nan), np.arange(5), "expected values in column 'x1'", id="gaps"
        ),
        pytest.param(np.ones((5, 2)), np.ones(5), "a target that varies", id="constant"),
    ],
)
def test_bad_features_are_reported(features: np.ndarray, target: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        information_scores(features, target)


# Growing parts


def test_the_last_part_is_the_whole_sample_and_parts_do_not_depend_on_more(
    columns: Columns,
) -> None:
    a, total = columns["a"], columns["sum"]
    grown = stability(a, total, GaussianCopula())
    assert grown.sizes == (30, 60, 120)
    assert grown.estimates[-1] == GaussianCopula().estimate(a, total)
    one = stability(a, total, GaussianCopula(), [60])
    assert one.estimates[0] == grown.estimates[1]
    step = grown.estimates[-1].median - grown.estimates[-2].median
    assert grown.last_step == pytest.approx(step)
    assert one.last_step == 0


@pytest.mark.parametrize("size", [3, 121])
def test_impossible_parts_are_reported(columns: Columns, size: int) -> None:
    with pytest.raises(ValueError, match=f"expected sizes from 4 to 120; got {size}"):
        stability(columns["a"], columns["b"], GaussianCopula(), [size])
