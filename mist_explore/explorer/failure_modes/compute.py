"""Maps of a state: parts of a sweep that is known, or a sweep that is computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from mist_explore.evaluation import (
    AXES,
    Case,
    Grid,
    Search,
    Sweep,
    SweepProgress,
    Trial,
    iter_sweep,
)
from mist_explore.explorer.baselines import baselines
from mist_explore.explorer.estimate.settings import EstimateState
from mist_explore.explorer.failure_modes.settings import FailureState
from mist_explore.explorer.job import Steps, until_cancelled
from mist_explore.progress import Cancellation

__all__ = [
    "Maps",
    "as_command",
    "as_python",
    "estimate_state",
    "maps",
    "part_of",
    "search_as_python",
]

OPTIONS = {axis: f"--{axis.replace('_', '-')}" for axis in AXES} | {"dim": "--dims"}


@dataclass(frozen=True)
class Maps:
    """A sweep as far as it has come.

    Args:
        state: the state of the sweep.
        sweep: the trials so far.
        progress: of the work; None at its end.
    """

    state: FailureState
    sweep: Sweep
    progress: SweepProgress | None = None


def part_of(found: Sweep, grid: Grid) -> Sweep | None:
    """Return the sweep of a grid as part of one with further estimators; None if it is none."""
    if replace(found.grid, estimators=grid.estimators) != grid:
        return None
    if not set(grid.estimators) <= set(found.grid.estimators):
        return None
    trials = tuple(trial for trial in found.trials if trial.estimator in grid.estimators)
    return Sweep(grid, trials, found.weights)


def maps(state: FailureState, cancellation: Cancellation) -> Steps[Maps, Maps]:
    """Sweep the grid of a state; the maps fill as they are yielded.

    Raises:
        ValueError: if an estimator is unknown.
    """
    trials: list[Trial] = []

    def so_far(progress: SweepProgress) -> Maps:
        trials.extend(progress.trials)
        return Maps(state, Sweep(state.grid, tuple(trials)), progress)

    found = yield from until_cancelled(iter_sweep(state.grid), so_far, cancellation)
    return Maps(state, found or Sweep(state.grid, tuple(trials)))


def estimate_state(
    case: Case, seed: int, estimators: Iterable[str], datasets: Iterable[int] = ()
) -> EstimateState:
    """Return the state of the estimate page with the dataset of a case and a seed.

    Args:
        case: its distribution and its number of rows.
        seed: of the dataset.
        estimators: those to show.
        datasets: seeds of further datasets of the case, to step through.

    Raises:
        ValueError: if there is no such distribution, or the page cannot show it.
    """
    flow = {"transform": "flow", "transform_seed": seed, "transform_strength": case.flow}
    return EstimateState(
        family=case.family,
        parameters=case.parameters,
        n_samples=case.n_samples,
        dim_x=case.dim,
        dim_y=case.dim,
        seed=seed,
        baselines=tuple(name for name in estimators if name in baselines()),
        datasets=tuple(datasets),
        **(flow if case.flow else {"transform": "base"}),
    )


def as_python(grid: Grid) -> str:
    """Return lines of Python that sweep a grid into a file."""
    return (
        "from pathlib import Path\n"
        "from mist_explore.evaluation import Grid, sweep\n\n"
        f"grid = Grid(\n{_arguments(grid)})\n"
        'found = sweep(grid, Path("sweep.parquet"), n_jobs=2, progress=True)\n'
        "print(found.summaries(grid.estimators[0]))\n"
    )


def as_command(grid: Grid) -> str:
    """Return the command that sweeps a grid into a file."""
    lists = {OPTIONS[axis]: getattr(grid, axis) for axis in AXES} | {
        "--estimators": grid.estimators
    }
    options = [f"{name} {','.join(map(str, found))}" for name, found in lists.items() if found]
    numbers = f"--replicates {grid.replicates} --bootstrap {grid.n_resamples} --seed {grid.seed}"
    return " \\\n    ".join(["mist-explore sweep", *options, f"{numbers} --out sweep.parquet\n"])


def search_as_python(search: Search) -> str:
    """Return lines of Python that repeat a search."""
    return (
        "from mist_explore.evaluation import Search, worst_case\n\n"
        f"search = Search(\n{_arguments(search)})\n"
        "found = worst_case(search, progress=True)\n"
        "print(found.worst, found.confirmed)\n"
    )


def _arguments(settings: Grid | Search) -> str:
    return "".join(
        f"    {field.name}={getattr(settings, field.name)!r},\n" for field in fields(settings)
    )
