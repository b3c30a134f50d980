"""From a state to its maps: from the shipped sweep, or by a sweep of one's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mist_explore.evaluation import Case, Grid, Sweep, SweepProgress, Trial, iter_sweep
from mist_explore.explorer.estimate.settings import EstimateState
from mist_explore.explorer.failure.state import FailureState
from mist_explore.explorer.job import Steps, until_cancelled
from mist_explore.explorer.peers import peers
from mist_explore.progress import Cancellation

__all__ = ["Maps", "estimate_state", "maps", "part_of"]


@dataclass(frozen=True)
class Maps:
    """A sweep as far as it has come.

    Args:
        state: what is asked.
        sweep: what has been found.
        progress: where the work is; None where nothing is being done.
    """

    state: FailureState
    sweep: Sweep
    progress: SweepProgress | None = None


def part_of(found: Sweep, grid: Grid) -> Sweep | None:
    """The sweep of a grid, if another one holds it: the same but for further estimators."""
    if replace(found.grid, estimators=grid.estimators) != grid:
        return None
    if not set(grid.estimators) <= set(found.grid.estimators):
        return None
    trials = tuple(trial for trial in found.trials if trial.estimator in grid.estimators)
    return Sweep(grid, trials, found.weights)


def maps(state: FailureState, cancellation: Cancellation) -> Steps[Maps, Maps]:
    """Sweep the grid of a state; yields the maps as they fill, and returns what there is at last.

    Raises:
        ValueError: if an estimator is unknown.
    """
    trials: list[Trial] = []

    def so_far(progress: SweepProgress) -> Maps:
        trials.extend(progress.trials)
        return Maps(state, Sweep(state.grid, tuple(trials)), progress)

    found = yield from until_cancelled(iter_sweep(state.grid), so_far, cancellation)
    return Maps(state, found or Sweep(state.grid, tuple(trials)))


def estimate_state(case: Case, seed: int, estimators: Iterable[str]) -> EstimateState:
    """The state of the estimate page that draws the dataset of a case and a seed.

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
        peers=tuple(name for name in estimators if name in peers()),
        **(flow if case.flow else {"transform": "base"}),
    )
