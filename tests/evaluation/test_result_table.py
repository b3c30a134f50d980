"""The long table of results is the same from memory, from JSON and from Parquet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mist_explore.estimators import Bootstrap, Gaussian, GaussianCopula
from mist_explore.evaluation import BMI40, BenchmarkComparison, Grid, benchmark, sweep
from mist_explore.evaluation.report import as_json
from mist_explore.evaluation.result_table import read_result_table, result_table, sweep_table

KEYS = ["suite", "estimator", "cell", "n_samples"]


@pytest.fixture(scope="module")
def comparison() -> BenchmarkComparison:
    estimators = [Bootstrap(Gaussian(), 19), GaussianCopula()]
    return benchmark(estimators, BMI40(n_samples=40), 3)


def test_json_holds_the_table_of_its_evaluation(
    comparison: BenchmarkComparison, tmp_path: Path
) -> None:
    first = comparison.first
    (tmp_path / "one.json").write_text(as_json(first))
    (tmp_path / "all.json").write_text(as_json(comparison))
    one, all_ = (read_result_table(tmp_path / f"{name}.json") for name in ("one", "all"))
    memory = result_table(first)
    measured = [*KEYS, "group", "distribution", "truth", "median", "low", "high", "seconds"]
    pd.testing.assert_frame_equal(one[measured], memory[measured], rtol=1e-5)
    assert one["low"].notna().all()
    both = result_table(*comparison.evaluations).sort_values(KEYS, ignore_index=True)
    columns = [*KEYS, "number", "truth", "median", "squared"]
    sorted_ = all_.sort_values(KEYS, ignore_index=True)
    pd.testing.assert_frame_equal(sorted_[columns], both[columns], rtol=1e-5)
    assert both.groupby("estimator")["low"].count().to_dict() == {
        "bootstrap-gaussian": 40,
        "gaussian-copula": 0,
    }


def test_parquet_holds_tables_and_sweeps(comparison: BenchmarkComparison, tmp_path: Path) -> None:
    table = result_table(*comparison.evaluations)
    table.to_parquet(tmp_path / "table.parquet")
    pd.testing.assert_frame_equal(read_result_table(tmp_path / "table.parquet"), table)
    grid = Grid(n_samples=(40, 50), estimators=("gaussian", "histogram"), replicates=2)
    trials = sweep(grid, tmp_path / "sweep.parquet")
    read = read_result_table(tmp_path / "sweep.parquet")
    pd.testing.assert_frame_equal(read, sweep_table(trials))
    assert read["n_samples"].tolist() == [40, 50, 40, 50]  # the histogram takes one column a side


def test_a_file_without_results_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"command": "x"}')
    with pytest.raises(ValueError, match="expected an evaluation or a benchmark comparison in"):
        read_result_table(tmp_path / "other.json")
