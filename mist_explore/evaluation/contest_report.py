"""Contests as JSON and as one Markdown table, with a sentence on who beats the first."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from mist_explore.evaluation.contest import Contest, Standing
from mist_explore.evaluation.result import Row
from mist_explore.metrics import Mean

__all__ = ["CONTEST_REPORTS", "contest_as_json", "contest_record", "contest_table", "who_wins"]

LEVEL = 0.9
"""The level of the intervals whose coverage is shown."""


def contest_as_json(contest: Contest) -> str:
    """The standings, and the value of each estimator on each dataset, as strict JSON."""
    record = contest_record(contest)
    # One line a dataset keeps the file readable and its differences small.
    datasets = ",\n".join(json.dumps(line, allow_nan=False) for line in record.pop("datasets"))
    head = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False).removesuffix("\n}")
    return f'{head},\n "datasets": [\n{datasets}\n]\n}}\n'


def contest_record(contest: Contest) -> dict[str, Any]:
    """What `contest_as_json` writes, as plain values."""
    first = contest.first
    return {
        "suite": first.suite,
        "seed": first.seed,
        "estimators": [evaluation.estimator for evaluation in contest.evaluations],
        "held_to": first.estimator,
        "provenance": dict(contest.provenance),
        "error": f"mean {first.error} error, {_units(contest)}",
        "note": first.note,
        "refusals": {e.estimator: dict(e.refusals) for e in contest.evaluations if e.refusals},
        "standings": [
            {"group": group, **_standing_record(standing)}
            for group, standings in contest.standings.items()
            for standing in standings
        ],
        "datasets": _datasets(contest),
    }


def contest_table(contest: Contest) -> str:
    """The standings as a Markdown table, with who wins, the note and the command."""
    title = "MSE" if contest.first.error == "squared" else "mean absolute error"
    header = [
        *("", "estimator", "datasets", f"{title} ({_units(contest)})"),
        *(f"more than {contest.first.estimator}", "bias (nats)"),
        *("90 % interval covers", "its width (nats)", "CPU seconds"),
    ]
    lines = [header, ["---", "---"] + ["---:"] * (len(header) - 2)]
    for group, standings in contest.standings.items():
        lines += [[group, *_cells(standing)] for standing in standings]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    made = f" Made by `{contest.provenance['command']}`." if contest.provenance else ""
    note = (
        "± is one standard error over cells; differences are paired, over the datasets that both "
        f"took. {contest.first.note}{made}"
    )
    return f"{table}\n\n{who_wins(contest)}\n\n{note}\n"


def who_wins(contest: Contest) -> str:
    """A sentence for each group in which others err less than the first, or one that none does.

    Only differences of more than two standard errors count.
    """
    ours = contest.first.estimator
    wins = [
        f"{standing.estimator} by {_positive(standing.excess)} {_units(contest)} on {group}"
        for group, standings in contest.standings.items()
        for standing in standings
        if standing.is_better and standing.excess
    ]
    if not wins:
        return f"No other errs less than {ours} by more than two standard errors."
    return f"Less in error than {ours} by more than two standard errors: {'; '.join(wins)}."


CONTEST_REPORTS: dict[str, Callable[[Contest], str]] = {
    ".json": contest_as_json,
    ".md": contest_table,
}
"""How to write a contest, by the ending of the file's name."""


def _units(contest: Contest) -> str:
    return "nats²" if contest.first.error == "squared" else "nats"


def _positive(excess: Mean) -> Mean:
    return Mean(-excess.value, excess.standard_error, excess.n_clusters)


def _cells(standing: Standing) -> list[str]:
    summary = standing.summary
    taken, covered = summary.n_datasets, summary.coverage.get(LEVEL)
    return [
        standing.estimator,
        str(taken) if taken == standing.n_datasets else f"{taken} of {standing.n_datasets}",
        str(summary.error),
        "" if standing.excess is None else standing.excess.signed,
        str(summary.bias),
        "" if covered is None else _percent(covered),
        "" if summary.width is None else str(summary.width),
        f"{summary.seconds:.2g}",
    ]


def _percent(share: Mean) -> str:
    error = share.standard_error
    within = "" if math.isnan(error) else f" ± {100 * error:.0f}"
    return f"{100 * share.value:.0f}{within} %"


def _standing_record(standing: Standing) -> dict[str, Any]:
    summary = standing.summary
    return {
        "estimator": standing.estimator,
        "n_datasets": summary.n_datasets,
        "of": standing.n_datasets,
        "error": _mean_record(summary.error),
        "excess": _mean_record(standing.excess),
        "is_better": standing.is_better,
        "bias": _mean_record(summary.bias),
        "coverage_90": _mean_record(summary.coverage.get(LEVEL)),
        "width_90": _mean_record(summary.width),
        "seconds": _rounded(summary.seconds),
        **({"published": dict(summary.published)} if summary.published else {}),
    }


def _datasets(contest: Contest) -> list[dict[str, Any]]:
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for evaluation in contest.evaluations:
        for row in evaluation.rows:
            record = found.setdefault((row.cell, row.number), _dataset_record(row))
            record["medians"][evaluation.estimator] = _rounded(row.estimate.median)
    return list(found.values())


def _dataset_record(row: Row) -> dict[str, Any]:
    estimate = row.estimate
    return {
        "group": row.group,
        "law": row.law,
        "cell": row.cell,
        "number": row.number,
        "n_samples": estimate.n_samples,
        "dim_x": estimate.dim_x,
        "dim_y": estimate.dim_y,
        "truth": _rounded(row.truth),
        "medians": {},
    }


def _mean_record(mean: Mean | None) -> dict[str, float | int | None] | None:
    if mean is None:
        return None
    error = None if math.isnan(mean.standard_error) else _rounded(mean.standard_error)
    return {"mean": _rounded(mean.value), "standard_error": error, "cells": mean.n_clusters}


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")
