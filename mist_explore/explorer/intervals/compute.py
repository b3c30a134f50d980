"""Datasets of a state with their intervals: seeded, one by one, without widgets."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import lru_cache

from mist_explore.estimators import Bootstrap, LearnedEstimator
from mist_explore.evaluation import (
    Case,
    RandomCase,
    Repetitions,
    iter_repetitions,
)
from mist_explore.explorer.baselines import LEARNED, estimator
from mist_explore.explorer.intervals.settings import IntervalsState
from mist_explore.explorer.job import Steps
from mist_explore.interfaces import Estimator
from mist_explore.progress import Cancellation

__all__ = [
    "DIMS",
    "NAMES",
    "Draws",
    "as_command",
    "as_python",
    "drawing",
    "estimators",
    "source",
]

BASE = "ksg"
NAMES = (LEARNED, f"bootstrap-{BASE}")
"""The estimators, from the left."""

N_RESAMPLES = 39
"""Fewest resamples for a 95 % interval."""

DIMS = (1, 8)
"""Columns of X, and of Y, of distributions that are drawn anew."""

PACE = 0.1
"""Seconds between two datasets, at least."""


@dataclass(frozen=True, eq=False)
class Draws:
    """The datasets so far.

    Args:
        experiment: the state of the datasets, at the default level.
        found: their true values and estimates.
    """

    experiment: IntervalsState
    found: Repetitions = field(default_factory=Repetitions)

    @property
    def complete(self) -> bool:
        """Whether all datasets are there."""
        return len(self.found) >= self.experiment.n_datasets


@lru_cache(maxsize=1)
def estimators() -> dict[str, Estimator]:
    """Return the network, and the baseline with its interval from resampling."""
    return {LEARNED: estimator(LEARNED), NAMES[1]: Bootstrap(estimator(BASE), N_RESAMPLES)}


@lru_cache(maxsize=16)
def source(experiment: IntervalsState) -> Case | RandomCase:
    """Return the one distribution, or the distributions that the network was trained on.

    Raises:
        ValueError: if the family does not reach the mutual information.
    """
    if experiment.source == "same":
        _ = experiment.case.parameters  # raises
        return experiment.case
    learned = estimator(LEARNED)
    assert isinstance(learned, LearnedEstimator)
    return RandomCase(learned.checkpoint.meta, experiment.n_samples, DIMS)


def drawing(begun: Draws, n_datasets: int, cancellation: Cancellation) -> Steps[Draws, Draws]:
    """Draw datasets one by one, at most one in `PACE` seconds, and estimate on each.

    Args:
        begun: the datasets before; none of them is drawn again.
        n_datasets: the number of datasets at the end.
        cancellation: set it to stop at the next dataset.
    """
    drawn, before = begun, time.monotonic()
    experiment = begun.experiment
    steps = iter_repetitions(
        source(experiment), estimators(), n_datasets, seed=experiment.seed, begun=begun.found
    )
    for found in steps:
        drawn = Draws(experiment, found)
        yield drawn
        if cancellation.wait(max(0.0, before + PACE - time.monotonic())):
            break
        before = time.monotonic()
    return drawn


def as_python(state: IntervalsState) -> str:
    """Return lines of Python that print the number of intervals that contain the true value."""
    if state.source == "same":
        imported = "Case, repetitions"
        origin = (
            f'Case("{state.family}", n_samples={state.n_samples}, dim={state.dim}, '
            f"information={state.information!r})"
        )
    else:
        imported = "RandomCase, repetitions"
        origin = f'RandomCase(estimators["{LEARNED}"].checkpoint.meta, {state.n_samples}, {DIMS})'
    return (
        "from mist_explore import load\n"
        "from mist_explore.estimators import Bootstrap\n"
        f"from mist_explore.evaluation import {imported}\n\n"
        "estimators = {\n"
        f'    "{LEARNED}": load("{LEARNED}"),\n'
        f'    "{NAMES[1]}": Bootstrap(load("{BASE}"), n_resamples={N_RESAMPLES}),\n'
        "}\n"
        f"source = {origin}\n"
        f"found = repetitions(source, estimators, {state.n_datasets}, seed={state.seed})\n"
        "for name in estimators:\n"
        f"    hits = found.contained(name, {state.fraction})\n"
        '    print(name, int(hits.sum()), "of", len(hits))\n'
    )


def as_command(state: IntervalsState) -> str:
    """Return the command that prints the coverage of 90 % intervals on the same datasets.

    It is empty where each dataset has another distribution.
    """
    if state.source != "same":
        return ""
    return (
        f"mist-explore sweep --family {state.family} --n-samples {state.n_samples} \\\n"
        f"    --dims {state.dim} --information {state.information} \\\n"
        f"    --estimators {LEARNED},{BASE} --replicates {state.n_datasets} "
        f"--bootstrap {N_RESAMPLES} \\\n"
        f"    --seed {state.seed} --out sweep.parquet\n"
    )
