"""Accuracy table of the README, from `results/comparison.json`.

`python -m benchmarks.accuracy`
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from mist_explore.evaluation import pipe_table, write_section
from mist_explore.evaluation.result_table import group_records

__all__ = ["README", "RESULTS", "accuracy_table", "main"]

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
RESULTS = ROOT / "benchmarks" / "results" / "comparison.json"
ESTIMATORS = (
    "mist-qr",
    "mist-smooth",
    "gaussian-copula",
    "bootstrap-gaussian-copula",
    "ksg",
    "mine",
)
FEW_ROWS = "[10, 100)"
"""The groups of M_test that the table leaves out: the noise of few rows drowns the rest."""


def main() -> int:
    """Write the section `accuracy` of the README."""
    table = accuracy_table(json.loads(RESULTS.read_text(encoding="utf-8")))
    write_section(README, "accuracy", table)
    print(table)
    return 0


def accuracy_table(comparison: dict[str, Any]) -> str:
    """Return one line for each estimator: its errors and the coverage of its 90 % intervals.

    Args:
        comparison: the content of `comparison.json`.
    """
    titles = ["", "BMI-40 (nats)", "shift (nats)", "M_test, n ≥ 100 (nats²)"]
    titles += ["90 % interval covers, BMI-40", "90 % interval covers, shift"]
    lines = []
    for name in ESTIMATORS:
        errors = [
            _mean(comparison, suite, name, "error") for suite in ("bmi-40", "shift", "m-test")
        ]
        shares = [_mean(comparison, suite, name, "coverage_90") for suite in ("bmi-40", "shift")]
        lines.append([name, *(f"{e:.2g}" if e is not None else "" for e in errors)])
        lines[-1] += [f"{100 * s:.0f} %" if s is not None else "" for s in shares]
    table = pipe_table(titles, lines)
    return (
        f"{table}\n\nMean absolute error on BMI-40 (n = 1,000) and shift, mean squared error on "
        "M_test. Made by `python -m benchmarks.accuracy` from the results of "
        f"`{comparison['command']}`."
    )


def _mean(comparison: dict[str, Any], suite: str, estimator: str, quantity: str) -> float | None:
    """Return the mean over the datasets of a suite; None for an incomplete suite."""
    found = [
        s
        for s in group_records(comparison[suite])
        if s["estimator"] == estimator and FEW_ROWS not in s["group"]
    ]
    groups = {s["group"] for s in group_records(comparison[suite]) if FEW_ROWS not in s["group"]}
    if {s["group"] for s in found} != groups or any(s["n_datasets"] < s["of"] for s in found):
        return None
    if any(s.get(quantity) is None for s in found):
        return None
    total = sum(s["n_datasets"] for s in found)
    return float(sum(s[quantity]["mean"] * s["n_datasets"] for s in found) / total)


if __name__ == "__main__":
    sys.exit(main())
