"""Shipped results, read back from whatever files lie there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mist_explore.estimators import Gaussian, GaussianCopula
from mist_explore.evaluation import BMI40, benchmark, evaluate
from mist_explore.evaluation.report import as_json
from mist_explore.evaluation.shipped import Shipped, read_results
from mist_explore.resources import results_directory


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    suite = BMI40(n_samples=60)
    alone = evaluate(GaussianCopula(), BMI40(n_samples=60, replicates=2), 3)
    both = benchmark([GaussianCopula(), Gaussian()], suite, 3)
    (folder / "alone.json").write_text(as_json(alone))
    # Several records in one file, under names or in a list, are read as well.
    (folder / "comparison.json").write_text(json.dumps({"a": json.loads(as_json(both))}))
    (folder / "other.json").write_text('{"command": "x", "speeds": {"a": 1}}')
    (folder / "list.json").write_text('[{"family": "normal-dense"}]')
    return folder


@pytest.fixture(scope="module")
def read(folder: Path) -> Shipped:
    return read_results(folder)


def test_a_comparison_goes_before_an_evaluation(read: Shipped) -> None:
    measured = [score for score in read.scores if not score.published]
    assert {score.estimator for score in measured} == {"gaussian-copula", "gaussian"}
    assert {score.n_datasets for score in measured} == {40}


def test_errors_of_the_answers_are_those_of_the_scores(read: Shipped) -> None:
    for estimates in read.estimates:
        (score,) = (s for s in read.scores if s.estimator == estimates.estimator)
        (whole,) = estimates.error_by("n_samples", (1, 1_000))
        assert whole is not None
        assert whole.value == pytest.approx(score.error.value, rel=1e-4)
        assert whole.standard_error == pytest.approx(score.error.standard_error, rel=1e-3)
        parts = estimates.error_by("dim", (1, 2, 10, 100))
        sizes = [((estimates.dim >= low) & (estimates.dim < high)).sum() for low, high in PAIRS]
        total = sum(n * part.value for n, part in zip(sizes, parts, strict=True) if part)
        assert total / sum(sizes) == pytest.approx(whole.value)


PAIRS = ((1, 2), (2, 10), (10, 100))


def test_comparisons_of_a_part_add_no_dataset_twice(folder: Path, tmp_path: Path) -> None:
    whole = json.loads((folder / "comparison.json").read_text())["a"]
    part = whole | {"scores": [], "datasets": whole["datasets"][::3]}
    (tmp_path / "comparison.json").write_text(json.dumps({"a": whole, "part": part}))
    for estimates in read_results(tmp_path).estimates:
        assert len(estimates.cells) == 40


def test_published_errors_come_last() -> None:
    published = [score.published for score in read_results(results_directory()).scores]
    assert any(published)
    assert published == sorted(published)


def test_an_unknown_axis_is_reported(read: Shipped) -> None:
    with pytest.raises(ValueError, match="expected an axis among n_samples, dim, truth; got 'n'"):
        read.estimates[0].error_by("n", (1, 2))


def test_an_empty_folder_has_no_results(tmp_path: Path) -> None:
    assert read_results(tmp_path).scores == ()


def test_every_shipped_number_names_its_command() -> None:
    shipped = read_results(results_directory())
    assert {"m-test", "bmi-40", "shift"} <= set(shipped.suites)
    for score in (*shipped.scores, *shipped.calibrated):
        assert score.published != score.command.startswith(("mist-explore ", "make "))
