"""`mist-explore adapt`: adapt the shipped network to the columns of a table."""

from __future__ import annotations

from dataclasses import replace

from mist_explore.cli.options import SampleOptions
from mist_explore.cli.progress import every_tenth, pause_on_interrupt
from mist_explore.cli.values import TablePath

__all__ = ["EXAMPLES", "adapt"]

EXAMPLES = """\
Ctrl-C saves and pauses; the same command goes on, and ends in the same weights. The card of the
network, README.md in its folder, shows errors and coverage before and after.

Examples:
```
  mist-explore adapt data.csv --x height,weight --y age --out models/visits
  mist-explore adapt penguins --x 'bill*' --y 'flipper*' --out bills \\
      --budget 0.25
  mist-explore estimate penguins --x 'bill*' --y 'flipper*' --estimator bills
```
"""


def adapt(
    table: TablePath,
    /,
    *,
    sample: SampleOptions,
    out: str = "adapted",
    budget: float = 1.0,
) -> None:
    """Adapt the network mist-qr to the columns of a table, and write it into a folder.

    Args:
        table: file or bundled table.
        sample: columns of both sides, and the preparation and order of their rows.
        out: name, by which every command then finds the network, or a directory.
        budget: share of the usual number of datasets and steps; 1 takes some ten minutes.
    """
    from mist_explore.adaptation import AdaptationSettings, iter_adapt
    from mist_explore.adaptation.folder import model_directory
    from mist_explore.progress import finished

    if not budget > 0:
        raise ValueError(f"expected a positive --budget, as 0.25; got {budget:g}")
    rows = sample.observations(table).sample
    settings = replace(AdaptationSettings().scaled(budget), seed=sample.preparation.seed)
    with pause_on_interrupt() as cancellation:
        job = iter_adapt(rows.x, rows.y, out, settings=settings, cancellation=cancellation)
        adaptation = finished(job, every_tenth())
    if adaptation is None:
        print("paused: the same command goes on")
        return
    before, after = adaptation.card.before, adaptation.card.after
    print(
        f"{adaptation.directory} is adapted: mean absolute error {before.error:.3f} nats before, "
        f"{after.error:.3f} after, on {after.datasets} held-out datasets like the data"
    )
    for when, (low, median, high) in (
        ("before", adaptation.card.own_before),
        ("after", adaptation.card.own_after),
    ):
        print(f"mutual information {median:.4g} nats, 90 % interval {low:.4g} to {high:.4g} {when}")
    for warning in adaptation.card.warnings:
        print(f"warning: {warning}")
    name = out if model_directory(out).name == out else str(adaptation.directory)
    print(f"use it with --estimator {name}")
