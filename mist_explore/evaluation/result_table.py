"""The long table of results of evaluations and sweeps, and of files that hold one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mist_explore.evaluation.result import Evaluation
from mist_explore.evaluation.sweep import Sweep
from mist_explore.evaluation.trial import Trial
from mist_explore.results import COLUMNS, HIGH, LOW, table_of

__all__ = [
    "group_records",
    "read_result_table",
    "record_rows",
    "records",
    "result_table",
    "sweep_table",
]


def result_table(*evaluations: Evaluation) -> pd.DataFrame:
    """Return the estimates of evaluations.

    Example:
        >>> from mist_explore.estimators import Gaussian
        >>> from mist_explore.evaluation import BMI40, evaluate
        >>> table = result_table(evaluate(Gaussian(), BMI40(n_samples=50)))
        >>> len(table), tuple(table.columns) == tuple(COLUMNS)
        (40, True)
    """
    return table_of(row for evaluation in evaluations for row in _evaluation_rows(evaluation))


def sweep_table(sweep: Sweep) -> pd.DataFrame:
    """Return the estimates of a sweep; a case is a group, and each dataset a cell.

    Example:
        >>> from mist_explore.evaluation import Grid
        >>> from mist_explore.evaluation.sweep import sweep as run
        >>> table = sweep_table(run(Grid(n_samples=(50,), estimators=("ksg",), replicates=2)))
        >>> table["group"].unique().tolist(), len(table)
        (['normal-2pair, 50 rows, 3 + 3 columns'], 2)
    """
    return table_of(_trial_row(trial) for trial in sweep.trials if trial.median is not None)


def read_result_table(path: Path) -> pd.DataFrame:
    """Return the results in a file: a Parquet file of this table or of a sweep, or JSON of reports.

    Raises:
        ValueError: if the file holds no results.
    """
    if path.suffix.lower() == ".parquet":
        table = pd.read_parquet(path)
        if set(COLUMNS) <= set(table.columns):
            return table[list(COLUMNS)].astype(COLUMNS)
        return sweep_table(Sweep.from_parquet(path))
    rows = [row for record in records(path) for row in record_rows(record)]
    if not rows:
        raise ValueError(
            f"expected an evaluation or a benchmark comparison in {path}; found neither: write one "
            "with `mist-explore evaluate`"
        )
    return table_of(rows)


def record_rows(record: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """Yield the rows in the JSON record of one evaluation or of a benchmark comparison."""
    suite = {"suite": record["suite"], "squared": "squared" in record["error"]}
    for place, line in enumerate(record.get("datasets") or record.get("rows") or ()):
        row = {"number": place, "distribution": line.get("law")} | line | suite
        if "medians" in line:
            for estimator, median in line["medians"].items():
                yield row | {"estimator": estimator, "median": median}
            continue
        row["estimator"] = record["estimator"]
        levels = record.get("levels", ())
        if levels and levels[0] <= LOW:
            row["low"], row["high"] = np.interp([LOW, HIGH], levels, line["quantiles"]).tolist()
        yield row


def group_records(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the summary of an evaluation, or the scores of a comparison, by group.

    Older files name the scores `standings`.
    """
    key = next(key for key in ("summary", "scores", "standings") if key in record)
    groups: list[dict[str, Any]] = record[key]
    return groups


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of evaluations and comparisons in a JSON file: itself, or its values."""
    content = json.loads(path.read_text(encoding="utf-8"))
    inner = content.values() if isinstance(content, dict) else content
    for record in (content, *inner):
        if (
            isinstance(record, dict)
            and "suite" in record
            and {"scores", "standings", "summary"} & set(record)
        ):
            yield record


def _evaluation_rows(evaluation: Evaluation) -> Iterator[dict[str, object]]:
    for row in evaluation.rows:
        estimate = row.estimate
        has_interval = estimate.levels[0] <= LOW
        low, high = estimate.interval(HIGH - LOW) if has_interval else (None, None)
        yield {
            "suite": evaluation.suite,
            "estimator": evaluation.estimator,
            "group": row.group,
            "distribution": row.distribution,
            "cell": row.cell,
            "number": row.number,
            "n_samples": estimate.n_samples,
            "dim_x": estimate.dim_x,
            "dim_y": estimate.dim_y,
            "truth": row.truth,
            "median": estimate.median,
            "low": low,
            "high": high,
            "seconds": row.seconds,
            "squared": evaluation.error == "squared",
        }


def _trial_row(trial: Trial) -> dict[str, object]:
    case = trial.case
    values = {name: getattr(case, name) for name in ("information", "df", "flow")}
    axes = [f"{name} {value:g}" for name, value in values.items() if value]
    shape = f"{case.n_samples} rows, {case.dim} + {case.dim} columns"
    group = ", ".join([case.family, shape, *axes])
    return asdict(trial) | {
        "suite": "sweep",
        "group": group,
        "distribution": case.family,
        "cell": f"{group}, {trial.replicate}",
        "number": trial.replicate,
        "n_samples": case.n_samples,
        "dim_x": case.dim,
        "dim_y": case.dim,
        "squared": False,
    }
