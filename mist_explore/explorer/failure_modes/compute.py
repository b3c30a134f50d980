"""Maps of a state: parts of a sweep that is recorded, or a sweep that a job computes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

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
from mist_explore.explorer.failure_modes.settings import REST, TAILED, FailureState
from mist_explore.explorer.job import Steps, until_cancelled
from mist_explore.explorer.links import csv_text
from mist_explore.explorer.pages import address
from mist_explore.explorer.recorded import recorded_sweep
from mist_explore.progress import Cancellation

__all__ = [
    "TABS",
    "Maps",
    "Tab",
    "arguments",
    "as_command",
    "as_csv",
    "as_python",
    "estimate_link",
    "estimate_state",
    "maps",
    "recorded_maps",
    "sweep_file",
]

OPTIONS = {axis: f"--{axis.replace('_', '-')}" for axis in AXES} | {"dim": "--dims"}


@dataclass(frozen=True)
class Tab:
    """A recorded map.

    Args:
        label: of its button.
        cause: why estimators fail there, in a sentence.
        state: its settings.
    """

    label: str
    cause: str
    state: FailureState


def _state(across: str, down: str, **values: Any) -> FailureState:
    return FailureState(across=across, down=down, **{**REST, **values})


SIZES = (50, 125, 300, 1_000)

TABS: Mapping[str, Tab] = {
    "flows": Tab(
        "Flows",
        "A random flow bends X and Y. It can be undone, so the true value stays the same, while "
        "neighbours and correlations change.",
        FailureState(),
    ),
    "rows": Tab(
        "Few rows",
        "With few rows an estimate depends on chance, and nearest neighbours are far apart, the "
        "more so in many columns.",
        _state("n_samples", "dim", n_samples=(15, 30, 60, 125, 250, 1_000), dim=(1, 2, 3, 5, 8)),
    ),
    "tails": Tab(
        "Heavy tails",
        "The fewer degrees of freedom, the more extreme values. X and Y are extreme in the same "
        "rows, which correlation does not show.",
        _state(
            *("df", "n_samples"),
            df=(1.0, 1.5, 2.0, 4.0, 8.0, 30.0),
            n_samples=SIZES,
            family=(TAILED,),
        ),
    ),
    "columns": Tab(
        "Many columns",
        "Two pairs of columns depend on each other. All others are noise, which decides who is "
        "whose nearest neighbour.",
        _state("dim", "information", dim=(2, 4, 8, 12, 20, 30), information=(0.25, 0.5, 1.0, 2.0)),
    ),
    "strength": Tab(
        "Strong dependence",
        "The stronger the dependence, the smaller the distances at which it shows, and few rows "
        "have no neighbours that close.",
        _state(
            *("information", "n_samples"),
            information=(0.25, 0.5, 1.0, 2.0, 3.0, 5.0),
            n_samples=SIZES,
        ),
    ),
}
"""The recorded maps by name."""


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


def sweep_file(tab: str) -> str:
    """Return the file of the sweep of a tab, among the assets of the pages."""
    return f"failure_modes/{tab}.parquet"


def recorded_maps(tab: str = "flows") -> Sweep:
    """Return the sweep of a tab that comes with the package; `make grid` computes it anew."""
    return recorded_sweep(sweep_file(tab))


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


def estimate_link(
    case: Case, seed: int, estimators: Iterable[str], datasets: Iterable[int] = ()
) -> str:
    """Return the address of `estimate_state`; empty where the page cannot show it."""
    try:
        return address("estimate", estimate_state(case, seed, estimators, datasets).to_query())
    except ValueError:
        return ""


def as_python(grid: Grid) -> str:
    """Return lines of Python that sweep a grid into a file."""
    return (
        "from pathlib import Path\n"
        "from mist_explore.evaluation import Grid, sweep\n\n"
        f"grid = Grid(\n{arguments(grid)})\n"
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


def arguments(settings: Grid | Search) -> str:
    """Return the fields of settings as lines of arguments in Python."""
    return "".join(
        f"    {field.name}={getattr(settings, field.name)!r},\n" for field in fields(settings)
    )


def as_csv(found: Sweep) -> str:
    """Return every estimate of a sweep as CSV."""
    names = [*AXES, "replicate", "seed", "estimator", "truth", "median", "low", "high"]
    values = ({**vars(trial.case), **vars(trial)} for trial in found.trials)
    return csv_text(names, [[one[name] for name in names] for one in values])
