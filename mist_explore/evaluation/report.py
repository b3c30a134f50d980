"""Evaluations as JSON, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from dataclasses import asdict

from mist_explore.evaluation.result import Evaluation, GroupSummary, Row
from mist_explore.metrics import Mean

__all__ = ["REPORTS", "as_csv", "as_json", "markdown_table", "with_section"]


def as_json(evaluation: Evaluation) -> str:
    """The whole evaluation as strict JSON; a standard error over one cell is null."""
    content = {
        "suite": evaluation.suite,
        "estimator": evaluation.estimator,
        "seed": evaluation.seed,
        "provenance": dict(evaluation.provenance),
        "error": f"mean {evaluation.error} error, {_units(evaluation)}",
        "note": evaluation.note,
        "summary": [_summary_record(group) for group in evaluation.summary],
        "levels": list(evaluation.rows[0].estimate.levels),
    }
    # One line a dataset keeps the file readable and its differences small.
    rows = ",\n".join(json.dumps(_row_record(row), allow_nan=False) for row in evaluation.rows)
    head = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False).removesuffix("\n}")
    return f'{head},\n "rows": [\n{rows}\n]\n}}\n'


def as_csv(evaluation: Evaluation) -> str:
    """One line for each dataset, with a column for each quantile."""
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


def markdown_table(evaluation: Evaluation) -> str:
    """The summary as a Markdown table, with its note and the command that made it."""
    methods = list(dict.fromkeys(m for group in evaluation.summary for m in group.published))
    levels = list(evaluation.summary[0].coverage)
    title = "MSE" if evaluation.error == "squared" else "mean absolute error"
    header = ["", "datasets", f"{title} ({_units(evaluation)})"]
    header += [f"published {method}" for method in methods]
    header += [f"{100 * level:g} % interval covers" for level in levels]
    header += ["width of the 90 % interval (nats)"] if levels else []
    lines = [header, ["---"] + ["---:"] * (len(header) - 1)]
    for group in evaluation.summary:
        line = [group.group, str(group.n_datasets), str(group.error)]
        line += [f"{group.published[m]:g}" if m in group.published else "" for m in methods]
        line += [_percent(share) for share in group.coverage.values()]
        line += [str(group.width)] if group.width else []
        lines.append(line)
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    made = f" Made by `{evaluation.provenance['command']}`." if evaluation.provenance else ""
    note = f"± is one standard error over cells. {evaluation.note}{made}"
    return f"{table}\n\n{note}\n"


def with_section(text: str, name: str, content: str) -> str:
    r"""The text with what stands between `<!-- name -->` and `<!-- /name -->` replaced.

    Raises:
        ValueError: if the two markers are not in the text, in this order.

    Example:
        >>> with_section("a <!-- t -->old<!-- /t --> b", "t", "new")
        'a <!-- t -->\nnew\n<!-- /t --> b'
    """
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found_opening, rest = text.partition(opening)
    _, found_closing, after = rest.partition(closing)
    if not (found_opening and found_closing):
        raise ValueError(f"expected the markers {opening} and {closing}; found them not both")
    return f"{before}{opening}\n{content.strip()}\n{closing}{after}"


def _units(evaluation: Evaluation) -> str:
    return "nats²" if evaluation.error == "squared" else "nats"


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _percent(share: Mean) -> str:
    if math.isnan(share.standard_error):
        return f"{100 * share.value:.0f} %"
    return f"{100 * share.value:.0f} ± {100 * share.standard_error:.0f} %"


def _row_record(row: Row) -> dict[str, object]:
    estimate = row.estimate
    return {
        "group": row.group,
        "law": row.law,
        "cell": row.cell,
        "n_samples": estimate.n_samples,
        "dim_x": estimate.dim_x,
        "dim_y": estimate.dim_y,
        "truth": _rounded(row.truth),
        "median": _rounded(estimate.median),
        "quantiles": [_rounded(q) for q in estimate.quantiles],
        "seconds": _rounded(row.seconds),
        "warnings": list(estimate.warnings),
    }


def _summary_record(group: GroupSummary) -> dict[str, object]:
    return asdict(group) | {
        "below_published": group.below_published,
        "error": _mean_record(group.error),
        "bias": _mean_record(group.bias),
        "width": _mean_record(group.width) if group.width else None,
        "coverage": {f"{t:g}": _mean_record(share) for t, share in group.coverage.items()},
        "calibration": {f"{t:g}": _rounded(m.value) for t, m in group.calibration.items()},
        "seconds": _rounded(group.seconds),
    }


def _mean_record(mean: Mean) -> dict[str, float | int | None]:
    error = None if math.isnan(mean.standard_error) else _rounded(mean.standard_error)
    return {"mean": _rounded(mean.value), "standard_error": error, "cells": mean.n_clusters}


REPORTS: dict[str, Callable[[Evaluation], str]] = {
    ".json": as_json,
    ".csv": as_csv,
    ".md": markdown_table,
}
"""How to write an evaluation, by the ending of the file's name."""
