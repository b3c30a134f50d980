"""`mist-explore estimate`: the mutual information between columns of a table."""

from __future__ import annotations

import json as json_format
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from mist_explore.cli.options import OutputOptions, SampleOptions
from mist_explore.cli.values import CircularShift, TablePath, Whole

if TYPE_CHECKING:
    from mist_explore.estimate import Estimate
    from mist_explore.estimators.observations import Observations
    from mist_explore.evaluation.permutation import PermutationTest

__all__ = ["EXAMPLES", "estimate"]

EXAMPLES = """\
The interval holds the mutual information with the stated probability for distributions like those
of the network's training; it is a bootstrap interval only with --bootstrap.

Examples:
```
  mist-explore estimate data.csv --x height,weight --y age
  mist-explore estimate data.npz --x features --y 'label*' --level 0.95 --json
  mist-explore estimate data.csv --x height --y age --estimator ksg \\
      --bootstrap 199
  mist-explore estimate penguins --x 'bill*' --y species --permutations 999
  mist-explore estimate visits.csv --x dose --y pulse --groups person
  mist-explore estimate trips.xlsx --x mode --y minutes --categorical mode \\
      --gap-values=-999
```
"""


def estimate(
    table: TablePath,
    /,
    *,
    sample: SampleOptions,
    estimator: str = "mist-qr",
    bootstrap: Whole | None = None,
    permutations: Whole | None = None,
    circular_shift: CircularShift = False,
    output: OutputOptions = OutputOptions(),
) -> None:
    """Estimate the mutual information between columns of a table, with an interval.

    Args:
        table: file or bundled table.
        sample: columns of both sides, and the preparation and order of their rows.
        estimator: name (see `mist-explore models`) or directory of a model.
        bootstrap: put an interval from N halves of the rows around the estimator.
        permutations: test independence by N permutations of the rows.
        circular_shift: test by shifts along the rows, which are a time series; by default where
            rows resemble the rows next to them on both sides.
        output: intervals, units and format of the output.
    """
    from mist_explore.estimators import Bootstrap, load
    from mist_explore.estimators.sample_estimator import estimate_observations

    observations = sample.observations(table)
    loaded = load(estimator)
    if bootstrap is not None:
        loaded = Bootstrap(loaded, bootstrap)
    found = estimate_observations(loaded, observations).to(output.units)
    p_value = None
    if permutations is not None:
        test = _test(observations, permutations, circular_shift, sample.preparation.seed)
        p_value, found = test.p_value, replace(found, notes=(*found.notes, *test.notes))
    report = _as_json if output.json else _as_text
    print(report(found, output.level, p_value))


def _test(
    observations: Observations, permutations: int, circular_shift: bool, seed: int
) -> PermutationTest:
    from mist_explore.evaluation import permutation_test

    return permutation_test(
        observations.sample.x,
        observations.sample.y,
        permutations=permutations,
        circular_shift=circular_shift or None,
        weights=observations.weights,
        groups=observations.groups,
        rows_independent=observations.rows_independent or bool(observations.sorted_by),
        seed=seed,
    )


def _as_json(estimate: Estimate, level: float, p_value: float | None) -> str:
    content = {
        "median": estimate.median,
        "interval": None if estimate.is_point else estimate.interval(level),
        "level": level,
        "units": estimate.units,
        "n_samples": estimate.n_samples,
        "dim_x": estimate.dim_x,
        "dim_y": estimate.dim_y,
        "model": estimate.estimator,
        "warnings": estimate.warnings,
    }
    explanation = [asdict(base) for base in estimate.explanation]
    more = {"p_value": p_value, "notes": estimate.notes, "explanation": explanation}
    return json_format.dumps(content | {k: v for k, v in more.items() if v}, indent=1)


def _as_text(estimate: Estimate, level: float, p_value: float | None) -> str:
    value = f"mutual information {estimate.median:.4g} {estimate.units}"
    if estimate.is_point:
        value += " (no interval)"
    else:
        low, high = estimate.interval(level)
        value += f", {100 * level:g} % interval {low:.4g} to {high:.4g}"
    shape = f"{estimate.n_samples} rows, {estimate.dim_x} + {estimate.dim_y} columns"
    test = [] if p_value is None else [f"independence: p = {p_value:.3g}"]
    notes = (f"note: {note}" for note in estimate.notes)
    warnings = (f"warning: {warning}" for warning in estimate.warnings)
    return "\n".join([value, *test, f"{estimate.estimator} on {shape}", *notes, *warnings])
