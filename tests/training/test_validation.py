"""A training is validated on the datasets that all estimators get, in one table of results."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mist_explore.estimators import Gaussian, GaussianCopula, LearnedEstimator
from mist_explore.evaluation import Validation, benchmark, read_result_table, result_table
from mist_explore.evaluation.report import COMPARISON_REPORTS
from mist_explore.meta import Component, MetaDistribution
from mist_explore.network import Checkpoint, NetworkConfig, load_checkpoint
from mist_explore.results import table_of
from mist_explore.training import Recipe, train
from mist_explore.training.run import VALIDATION
from mist_explore.training.validation import N_BATCHES, measured, validation_set

META = MetaDistribution(
    (Component("additive-noise"), Component("normal-dense", "wigglify")), (10, 90), (1, 4)
)
RECIPE = Recipe(
    *(META, NetworkConfig(16, 8, 2, 1)), steps=3, batches=1, batch_size=8, max_cells=700, warmup=1
)
N_HELD_OUT = 9
DATASETS = ["group", "distribution", "cell", "number", "n_samples", "dim_x", "dim_y", "truth"]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained network."""
    folder = tmp_path_factory.mktemp("network")
    train(RECIPE, folder, name="small", n_held_out=N_HELD_OUT)
    return folder


@pytest.fixture(scope="module")
def checkpoint(directory: Path) -> Checkpoint:
    return load_checkpoint(directory)


def test_a_training_writes_the_table_of_its_network(
    directory: Path, checkpoint: Checkpoint
) -> None:
    written = read_result_table(directory / VALIDATION)
    held_out = validation_set(RECIPE, N_HELD_OUT)
    found = held_out.by_network("small", checkpoint.network)
    pd.testing.assert_frame_equal(written, found, rtol=1e-5)
    again = held_out.by_network("small", checkpoint.network)
    pd.testing.assert_frame_equal(again, found)
    assert written["cell"].nunique() == N_HELD_OUT
    assert set(written["distribution"]) == {"additive-noise-base", "normal-dense-wigglify"}


def test_the_log_holds_means_over_batches_of_the_table(
    directory: Path, checkpoint: Checkpoint
) -> None:
    """Each number by its formula from the quantiles of each batch."""
    with (directory / "training.csv").open() as stream:
        *_, last = csv.DictReader(stream)
    levels, estimator = checkpoint.network.config.levels, LearnedEstimator(checkpoint)
    low, middle, high = (levels.index(level) for level in (0.05, 0.5, 0.95))
    errors, covered = [], []
    held_out = validation_set(RECIPE, N_HELD_OUT)
    assert len({len(batch.x) for batch in held_out.batches}) > 1
    for batch in held_out.batches:
        q, truth = estimator.predict(batch.x, batch.y).numpy(), batch.mutual_information.numpy()
        errors.append(np.square(q[:, middle] - truth).mean())
        covered.append(np.mean((q[:, low] <= truth) & (truth <= q[:, high])))
    assert float(last["held_out_mse"]) == pytest.approx(np.mean(errors), rel=1e-4)
    assert float(last["coverage_90"]) == pytest.approx(np.mean(covered), rel=1e-4)


def test_estimators_are_compared_on_the_datasets_of_a_training(
    directory: Path, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    suite = Validation(validation_set(RECIPE, N_HELD_OUT))
    comparison = benchmark([LearnedEstimator(checkpoint), Gaussian()], suite, 3)
    table = result_table(*comparison.evaluations)
    written = read_result_table(directory / VALIDATION)
    for _, part in table.groupby("estimator"):
        pd.testing.assert_frame_equal(part[DATASETS].reset_index(drop=True), written[DATASETS])
    own = table[table["estimator"] == "small"].reset_index(drop=True)
    for name in ("median", "low", "high"):
        np.testing.assert_allclose(own[name], written[name], atol=1e-3)
    for ending, report in COMPARISON_REPORTS.items():
        (tmp_path / f"all{ending}").write_text(report(comparison))
    assert len(read_result_table(tmp_path / "all.json")) == len(table)
    assert "additive-noise | gaussian" in (tmp_path / "all.md").read_text()


def test_a_model_brings_the_datasets_of_its_own_training(directory: Path) -> None:
    own, other = Validation.of_model(directory), validation_set(RECIPE)
    assert own.n_cells == N_BATCHES
    pd.testing.assert_frame_equal(own.held_out.datasets, other.datasets)
    batch, cell = other.batches[0], next(own.cells(0))
    first = GaussianCopula().estimate(batch.x[0].double().numpy(), batch.y[0].double().numpy())
    assert GaussianCopula().estimate(cell.x[0].numpy(), cell.y[0].numpy()) == first


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.floats(0, 5), st.floats(0, 5), st.floats(0, 2)),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=20)
def test_measures_are_means_over_cells_of_plain_means(
    rows: list[tuple[str, float, float, float]],
) -> None:
    number = {"number": 0, "n_samples": 10, "dim_x": 1, "dim_y": 1, "squared": False}
    table = table_of(
        number | {"cell": cell, "truth": truth, "median": m, "low": m - half, "high": m + half}
        for cell, truth, m, half in rows
    )
    cells = [[row[1:] for row in rows if row[0] == cell] for cell in {row[0] for row in rows}]
    errors = [np.mean([(m - t) ** 2 for t, m, _ in cell]) for cell in cells]
    inside = [np.mean([m - h <= t <= m + h for t, m, h in cell]) for cell in cells]
    assert measured(table) == pytest.approx(
        {"held_out_mse": np.mean(errors), "coverage_90": np.mean(inside)}
    )
