"""Errors against rows for a state: recorded, or measured by a sweep."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

from mist_explore.evaluation import (
    Grid,
    RowsNeeded,
    Sweep,
    SweepProgress,
    Trial,
    errors_by_rows,
    iter_sweep,
    rows_needed,
    widths_by_rows,
)
from mist_explore.evaluation.sample_size import ByRows
from mist_explore.explorer.job import Steps, until_cancelled
from mist_explore.explorer.recorded import recorded_sweep
from mist_explore.explorer.sample_size.settings import SampleSizeState
from mist_explore.progress import Cancellation

__all__ = [
    "SWEEP",
    "Curves",
    "as_command",
    "as_python",
    "by_columns",
    "known",
    "measure",
    "shipped_sweep",
]

SWEEP = "sample_size/sweep.parquet"
"""The file of the recorded sweep, among the assets of the pages."""

NINE_IN_TEN = 2 * NormalDist().inv_cdf(0.95)
"""Width of the central 90 % of a normal distribution in standard deviations."""

FEW = 3
"""Datasets below which a spread is not shown."""


@dataclass(frozen=True)
class Curves:
    """The trials on one distribution so far.

    Args:
        grid: the sweep over numbers of rows.
        trials: its trials so far.
        progress: of the sweep while it runs.
    """

    grid: Grid
    trials: tuple[Trial, ...] = ()
    progress: SweepProgress | None = None

    def __len__(self) -> int:
        return len(self.trials)

    @property
    def subject(self) -> Grid:
        """The grid."""
        return self.grid

    @property
    def complete(self) -> bool:
        """Whether all trials are there."""
        grid = self.grid
        return len(self) == len(grid.cases) * grid.replicates * len(grid.estimators)

    @cached_property
    def errors(self) -> dict[str, ByRows]:
        """The signed errors by estimator and number of rows, in nats."""
        return {name: errors_by_rows(self.trials, name) for name in self.grid.estimators}

    @cached_property
    def widths(self) -> dict[str, ByRows]:
        """The widths of the 90 % intervals of estimators that have some, in nats."""
        found = {name: widths_by_rows(self.trials, name) for name in self.grid.estimators}
        return {name: widths for name, widths in found.items() if widths}

    @cached_property
    def spreads(self) -> dict[str, dict[int, float]]:
        """The width of the range of nine in ten estimates of the others, in nats."""
        return {
            name: {
                rows: NINE_IN_TEN * float(errors.std(ddof=1))
                for rows, errors in found.items()
                if len(errors) >= FEW
            }
            for name, found in self.errors.items()
            if found and name not in self.widths
        }

    def needed(self, error: float) -> dict[str, RowsNeeded]:
        """Return the rows that each estimator with an estimate needs for an error in nats."""
        rows = {name: rows_needed(found, error) for name, found in self.errors.items()}
        return {name: one for name, one in rows.items() if one is not None}


def shipped_sweep() -> Sweep:
    """Return the recorded sweep: `make sample-size` computes it anew."""
    return recorded_sweep(SWEEP)


def known(state: SampleSizeState) -> Curves:
    """Return the recorded trials of a state; none where it is not recorded.

    Raises:
        ValueError: if the family does not reach the mutual information.
    """
    grid, recorded = state.grid, shipped_sweep()
    cases = set(grid.cases)
    trials = tuple(
        trial
        for trial in recorded.trials
        if trial.case in cases and trial.replicate < grid.replicates
    )
    found = Curves(grid, trials)
    if found.complete and recorded.grid.seed == grid.seed:
        return found
    _ = grid.cases[0].parameters  # raises
    return Curves(grid)


def by_columns(state: SampleSizeState) -> dict[int, Curves]:
    """Return the recorded trials of a family and a mutual information by number of columns."""
    recorded = shipped_sweep().grid
    if state.family not in recorded.family or state.information not in recorded.information:
        return {}
    first = SampleSizeState(family=state.family, information=state.information)
    found = {dim: known(first.with_(dim=dim)) for dim in recorded.dim}
    return {dim: curves for dim, curves in found.items() if curves.trials}


def measure(grid: Grid, cancellation: Cancellation) -> Steps[Curves, Curves]:
    """Sweep over the numbers of rows; the curves become smoother with each dataset.

    Args:
        grid: the cases.
        cancellation: set it to stop at the next dataset.
    """
    trials: list[Trial] = []

    def so_far(progress: SweepProgress) -> Curves:
        trials.extend(progress.trials)
        return Curves(grid, tuple(trials), progress)

    yield from until_cancelled(iter_sweep(grid), so_far, cancellation)
    return Curves(grid, tuple(trials))


def as_python(state: SampleSizeState) -> str:
    """Return lines of Python that print the rows that each estimator needs."""
    grid = state.grid
    return (
        "from mist_explore.evaluation import Grid, errors_by_rows, rows_needed, sweep\n\n"
        "grid = Grid(\n"
        f"    family={grid.family!r},\n"
        f"    n_samples={grid.n_samples!r},\n"
        f"    dim={grid.dim!r},\n"
        f"    information={grid.information!r},\n"
        f"    estimators={grid.estimators!r},\n"
        f"    replicates={grid.replicates},\n"
        f"    seed={grid.seed},\n"
        ")\n"
        "found = sweep(grid, progress=True)\n"
        "for name in grid.estimators:\n"
        f"    print(name, rows_needed(errors_by_rows(found.trials, name), {state.error!r}))\n"
    )


def as_command(state: SampleSizeState) -> str:
    """Return the command that measures the same trials."""
    grid = state.grid
    return (
        f"mist-explore sweep --family {state.family} \\\n"
        f"    --n-samples {','.join(map(str, grid.n_samples))} \\\n"
        f"    --dims {state.dim} --information {state.information} \\\n"
        f"    --estimators {','.join(grid.estimators)} \\\n"
        f"    --replicates {state.replicates} --seed {state.seed} --out sweep.parquet\n"
    )
