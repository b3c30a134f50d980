"""`mist-explore compare`: several estimators on the columns of one table."""

from __future__ import annotations

import json as json_format
from typing import TYPE_CHECKING

from mist_explore.cli.options import OutputOptions, SampleOptions
from mist_explore.cli.values import Names, TablePath, Whole

if TYPE_CHECKING:
    from mist_explore.evaluation import Comparison

__all__ = ["EXAMPLES", "compare"]

EXAMPLES = """\
An estimator that cannot take the columns appears with its reason. An interval of the network is
about distributions like those of its training; one from resamples is about the spread of the
estimator from sample to sample, not about its bias.

Examples:
```
  mist-explore compare data.csv --x height,weight --y age
  mist-explore compare data.csv --x height --y age --bootstrap 99 \\
      --estimators ksg,mist-qr,mine
```
"""


def compare(
    table: TablePath,
    /,
    *,
    sample: SampleOptions,
    estimators: Names | None = None,
    bootstrap: Whole = 0,
    output: OutputOptions = OutputOptions(),
) -> None:
    """Estimate the mutual information between columns of a table by several estimators.

    Args:
        table: file or bundled table.
        sample: columns of both sides, and the preparation and order of their rows.
        estimators: names or directories of models, separated by commas; by default all that do
            not train on the table itself.
        bootstrap: intervals from N halves of the rows for estimators without an interval.
        output: intervals, units and format of the output.
    """
    from mist_explore.estimators import FAST
    from mist_explore.evaluation.comparison import compare_observations

    chosen = FAST if estimators is None else estimators
    comparison = compare_observations(sample.observations(table), chosen, bootstrap)
    comparison = comparison.to(output.units)
    if output.json:
        print(_as_json(comparison, output.level))
        return
    notes = [f"note: {note}" for note in comparison.notes]
    print("\n".join([comparison.as_text(output.level), *notes]))


def _as_json(comparison: Comparison, level: float) -> str:
    outcomes = [
        {
            "estimator": outcome.name,
            "median": outcome.median,
            "interval": outcome.interval(level),
            "seconds": outcome.seconds,
            "warnings": outcome.warnings,
            "error": outcome.error or None,
        }
        for outcome in comparison.outcomes
    ]
    content = {
        "level": level,
        "units": comparison.units,
        "n_samples": comparison.n_samples,
        "dim_x": comparison.dim_x,
        "dim_y": comparison.dim_y,
        "answers": outcomes,
    }
    notes = {"notes": comparison.notes} if comparison.notes else {}
    return json_format.dumps(content | notes, indent=1)
