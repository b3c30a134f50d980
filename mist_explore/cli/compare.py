"""`mist-explore compare`: several estimators on the columns of one table."""

from __future__ import annotations

import json as json_format
from typing import TYPE_CHECKING

from mist_explore.cli.table import RowOptions, TableOptions
from mist_explore.cli.values import Columns, Fraction, Names, TablePath, Units, Whole

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
    x: Columns,
    y: Columns,
    preparation: TableOptions = TableOptions(),
    rows: RowOptions = RowOptions(),
    estimators: Names | None = None,
    bootstrap: Whole = 0,
    level: Fraction = 0.9,
    units: Units = "nats",
    seed: Whole = 0,
    json: bool = False,
) -> None:
    """Estimate the mutual information between columns of a table by several estimators.

    Args:
        table: file or bundled table.
        x: columns of this side, separated by commas; * stands for any characters, and the name of
            a matrix in an NPZ file for its columns.
        y: columns of the other side.
        preparation: reading of the file and preparation of its columns.
        rows: weights, groups and order of the rows.
        estimators: names or directories of models, separated by commas; by default all that do
            not train on the table itself.
        bootstrap: intervals from N halves of the rows for estimators without an interval.
        level: probability of the intervals.
        units: units of the estimates.
        seed: seed of the rows drawn.
        json: print JSON.
    """
    from mist_explore.estimators import FAST
    from mist_explore.evaluation.comparison import compare_observations

    chosen = FAST if estimators is None else estimators
    observations = rows.observations(table, preparation, x, y, seed)
    comparison = compare_observations(observations, chosen, bootstrap).to(units)
    if json:
        print(_as_json(comparison, level))
        return
    notes = [f"note: {note}" for note in comparison.notes]
    print("\n".join([comparison.as_text(level), *notes]))


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
