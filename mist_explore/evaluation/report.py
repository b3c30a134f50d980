"""Evaluations and benchmark comparisons as JSON, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from mist_explore.evaluation.benchmark import BenchmarkComparison, GroupScore
from mist_explore.evaluation.markdown import pipe_table
from mist_explore.evaluation.result import Evaluation, GroupSummary, Row
from mist_explore.metrics import Mean

__all__ = [
    "COMPARISON_REPORTS",
    "REPORTS",
    "as_csv",
    "as_json",
    "lower_errors",
    "markdown_table",
]

LEVEL = 0.9
"""Level of the intervals in the scores of a comparison."""


def as_json(result: Evaluation | BenchmarkComparison) -> str:
    """Return the whole result as strict JSON; a standard error over one cell is null.

    `read_result_table` reads it as the long table of estimates.
    """
    if isinstance(result, Evaluation):
        return _json(_evaluation_record(result), "rows", map(_row_record, result.rows))
    return _json(_comparison_record(result), "datasets", _dataset_records(result))


def as_csv(evaluation: Evaluation) -> str:
    """Return one line for each dataset, with a column for each quantile."""
    text = io.StringIO()
    levels = evaluation.rows[0].estimate.levels
    records = [_row_record(row) for row in evaluation.rows]
    plain = [name for name in records[0] if name not in ("quantiles", "warnings")]
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["suite", "estimator", *plain, *(f"q{t:g}" for t in levels), "warnings"])
    for record, row in zip(records, evaluation.rows, strict=True):
        values = [record[name] for name in plain]
        quantiles = map(_rounded, row.estimate.quantiles)
        warnings = "; ".join(row.estimate.warnings)
        writer.writerow([evaluation.suite, evaluation.estimator, *values, *quantiles, warnings])
    return text.getvalue()


def markdown_table(result: Evaluation | BenchmarkComparison) -> str:
    """Return the summary as a Markdown table, with its note and the command that made it."""
    cells, between = "± is one standard error over cells", ""
    if isinstance(result, Evaluation):
        table, evaluation = pipe_table(*_summary_lines(result)), result
    else:
        table, evaluation = pipe_table(*_score_lines(result), texts=2), result.first
        cells += "; differences are paired, over the datasets that both took"
        between = f"{lower_errors(result)}\n\n"
    command = result.provenance.get("command")
    made = f" Made by `{command}`." if command else ""
    return f"{table}\n\n{between}{cells}. {evaluation.note}{made}\n"


def lower_errors(comparison: BenchmarkComparison) -> str:
    """Return a sentence on the estimators with a lower error than the first, by group.

    Only differences of more than two standard errors count.
    """
    first = comparison.first
    lower = [
        f"{score.estimator} by {_negated(score.excess)} {_units(first)} on {group}"
        for group, scores in comparison.scores.items()
        for score in scores
        if score.is_better and score.excess
    ]
    if not lower:
        return f"No other errs less than {first.estimator} by more than two standard errors."
    return (
        f"Less in error than {first.estimator} by more than two standard errors: "
        f"{'; '.join(lower)}."
    )


def _json(record: Mapping[str, Any], key: str, lines: Any) -> str:
    """Return a record as JSON whose last entry is a list with one line for each item."""
    head = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False).removesuffix("\n}")
    rows = ",\n".join(json.dumps(line, allow_nan=False) for line in lines)
    return f'{head},\n "{key}": [\n{rows}\n]\n}}\n'


def _evaluation_record(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "suite": evaluation.suite,
        "estimator": evaluation.estimator,
        "seed": evaluation.seed,
        "provenance": dict(evaluation.provenance),
        "error": f"mean {evaluation.error} error, {_units(evaluation)}",
        "note": evaluation.note,
        "summary": [_summary_record(group) for group in evaluation.summary],
        "levels": list(evaluation.rows[0].estimate.levels),
    }


def _comparison_record(comparison: BenchmarkComparison) -> dict[str, Any]:
    first = comparison.first
    return {
        "suite": first.suite,
        "seed": first.seed,
        "estimators": [evaluation.estimator for evaluation in comparison.evaluations],
        "baseline": first.estimator,
        "provenance": dict(comparison.provenance),
        "error": f"mean {first.error} error, {_units(first)}",
        "note": first.note,
        "refusals": {e.estimator: dict(e.refusals) for e in comparison.evaluations if e.refusals},
        "scores": [
            {"group": group, **_score_record(score)}
            for group, scores in comparison.scores.items()
            for score in scores
        ],
    }


def _row_record(row: Row) -> dict[str, Any]:
    return _dataset_record(row) | {
        "median": _rounded(row.estimate.median),
        "quantiles": [_rounded(q) for q in row.estimate.quantiles],
        "seconds": _rounded(row.seconds),
        "warnings": list(row.estimate.warnings),
    }


def _dataset_records(comparison: BenchmarkComparison) -> list[dict[str, Any]]:
    datasets: dict[tuple[str, int], dict[str, Any]] = {}
    for evaluation in comparison.evaluations:
        for row in evaluation.rows:
            key = row.cell, row.number
            record = datasets.setdefault(key, _dataset_record(row) | {"medians": {}})
            record["medians"][evaluation.estimator] = _rounded(row.estimate.median)
    return list(datasets.values())


def _dataset_record(row: Row) -> dict[str, Any]:
    return {
        "group": row.group,
        "distribution": row.distribution,
        "cell": row.cell,
        "number": row.number,
        "n_samples": row.estimate.n_samples,
        "dim_x": row.estimate.dim_x,
        "dim_y": row.estimate.dim_y,
        "truth": _rounded(row.truth),
    }


def _summary_record(group: GroupSummary) -> dict[str, Any]:
    return asdict(group) | {
        "below_published": group.below_published,
        "error": _mean_record(group.error),
        "bias": _mean_record(group.bias),
        "width": _mean_record(group.width),
        "coverage": {f"{t:g}": _mean_record(share) for t, share in group.coverage.items()},
        "calibration": {f"{t:g}": _rounded(m.value) for t, m in group.calibration.items()},
        "seconds": _rounded(group.seconds),
    }


def _score_record(score: GroupScore) -> dict[str, Any]:
    summary = score.summary
    return {
        "estimator": score.estimator,
        "n_datasets": summary.n_datasets,
        "of": score.n_datasets,
        "error": _mean_record(summary.error),
        "excess": _mean_record(score.excess),
        "is_better": score.is_better,
        "bias": _mean_record(summary.bias),
        "coverage_90": _mean_record(summary.coverage.get(LEVEL)),
        "width_90": _mean_record(summary.width),
        "seconds": _rounded(summary.seconds),
        **({"published": dict(summary.published)} if summary.published else {}),
    }


def _mean_record(mean: Mean | None) -> dict[str, float | int | None] | None:
    if mean is None:
        return None
    error = None if math.isnan(mean.standard_error) else _rounded(mean.standard_error)
    return {"mean": _rounded(mean.value), "standard_error": error, "cells": mean.n_clusters}


def _summary_lines(evaluation: Evaluation) -> tuple[list[str], list[list[str]]]:
    methods = list(dict.fromkeys(m for group in evaluation.summary for m in group.published))
    levels = list(evaluation.summary[0].coverage)
    header = ["", "datasets", _title(evaluation)]
    header += [f"published {method}" for method in methods]
    header += [f"{100 * level:g} % interval covers" for level in levels]
    header += ["width of the 90 % interval (nats)"] if levels else []
    lines: list[list[str]] = []
    for group in evaluation.summary:
        line = [group.group, str(group.n_datasets), str(group.error)]
        line += [f"{group.published[m]:g}" if m in group.published else "" for m in methods]
        line += [_percent(share) for share in group.coverage.values()]
        line += [str(group.width)] if group.width else []
        lines.append(line)
    return header, lines


def _score_lines(comparison: BenchmarkComparison) -> tuple[Sequence[str], list[list[str]]]:
    header = (
        *("", "estimator", "datasets", _title(comparison.first)),
        *(f"more than {comparison.first.estimator}", "bias (nats)"),
        *("90 % interval covers", "its width (nats)", "CPU seconds"),
    )
    lines: list[list[str]] = []
    for group, scores in comparison.scores.items():
        for score in scores:
            summary, of = score.summary, score.n_datasets
            taken, covered = summary.n_datasets, summary.coverage.get(LEVEL)
            lines.append(
                [
                    *(group, score.estimator, str(taken) if taken == of else f"{taken} of {of}"),
                    str(summary.error),
                    "" if score.excess is None else score.excess.signed,
                    str(summary.bias),
                    "" if covered is None else _percent(covered),
                    "" if summary.width is None else str(summary.width),
                    f"{summary.seconds:.2g}",
                ]
            )
    return header, lines


def _title(evaluation: Evaluation) -> str:
    name = "MSE" if evaluation.error == "squared" else "mean absolute error"
    return f"{name} ({_units(evaluation)})"


def _units(evaluation: Evaluation) -> str:
    return "nats²" if evaluation.error == "squared" else "nats"


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _negated(mean: Mean) -> Mean:
    return Mean(-mean.value, mean.standard_error, mean.n_clusters)


def _percent(share: Mean) -> str:
    error = share.standard_error
    within = "" if math.isnan(error) else f" ± {100 * error:.0f}"
    return f"{100 * share.value:.0f}{within} %"


COMPARISON_REPORTS: dict[str, Callable[[BenchmarkComparison], str]] = {
    ".json": as_json,
    ".md": markdown_table,
}
"""Writers of a benchmark comparison, by the ending of the file's name."""

REPORTS: dict[str, Callable[[Evaluation], str]] = {
    ".json": as_json,
    ".csv": as_csv,
    ".md": markdown_table,
}
"""Writers of an evaluation, by the ending of the file's name."""
