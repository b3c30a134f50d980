"""Datasets of a state with their intervals: recorded, or drawn one by one, without widgets."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from mist_explore.estimate import Estimate
from mist_explore.estimators import Bootstrap, LearnedEstimator
from mist_explore.evaluation import (
    Case,
    RandomCase,
    Repetition,
    Repetitions,
    iter_repetitions,
)
from mist_explore.explorer.baselines import LEARNED, estimator
from mist_explore.explorer.intervals.settings import SOURCES, IntervalsState
from mist_explore.explorer.job import Steps
from mist_explore.explorer.theme import asset
from mist_explore.interfaces import Estimator
from mist_explore.progress import Cancellation

__all__ = [
    "DIMS",
    "NAMES",
    "RECORDING",
    "Draws",
    "as_command",
    "as_python",
    "drawing",
    "estimators",
    "known",
    "recorded_weights",
    "recording",
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

RECORDING = "intervals/recorded.json"
"""The file of the recorded datasets, among the assets of the pages."""

LEVELS = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
DIGITS = 9


@dataclass(frozen=True, eq=False)
class Draws:
    """The datasets so far.

    Args:
        experiment: the state of the datasets, at the default level.
        found: their true values and estimates.
    """

    experiment: IntervalsState
    found: Repetitions = field(default_factory=Repetitions)

    def __len__(self) -> int:
        return len(self.found)

    @property
    def subject(self) -> IntervalsState:
        """The state of the datasets."""
        return self.experiment

    @property
    def complete(self) -> bool:
        """Whether all datasets are there."""
        return len(self) >= self.experiment.n_datasets


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


def known(state: IntervalsState) -> Draws:
    """Return the recorded datasets of a state; none where it is not recorded.

    Raises:
        ValueError: if the family does not reach the mutual information.
    """
    experiment = state.experiment
    found = _recorded()[1].get(experiment)
    if found is None and state.source == "same":
        _ = experiment.case.parameters  # raises
    return Draws(experiment, found or Repetitions())


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


def recorded_weights() -> dict[str, str]:
    """Return the hash of the weights of the network of the recorded datasets, by its name."""
    return {LEARNED: _recorded()[0]}


def recording() -> str:
    """Draw the datasets of the first screen from both sources and return them as JSON."""
    draws = {}
    for kind in SOURCES:
        *_, last = drawing(Draws(_first(kind)), _first(kind).n_datasets, Cancellation())
        draws[kind] = [
            {
                "truth": round(one.truth, DIGITS),
                "estimates": {k: e and _quantiles(e) for k, e in one.estimates.items()},
            }
            for one in last.found.datasets
        ]
    learned = estimator(LEARNED)
    assert isinstance(learned, LearnedEstimator)
    return json.dumps({"weights": learned.checkpoint.sha256, "levels": LEVELS, "draws": draws})


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


@cache
def _recorded() -> tuple[str, dict[IntervalsState, Repetitions]]:
    kept = json.loads(asset(RECORDING))

    def repetition(one: Any) -> Repetition:
        estimates = {
            name: Estimate(kept["levels"], quantiles, estimator=name) if quantiles else None
            for name, quantiles in one["estimates"].items()
        }
        return Repetition(one["truth"], estimates)

    return kept["weights"], {
        _first(kind): Repetitions(tuple(map(repetition, datasets)))
        for kind, datasets in kept["draws"].items()
    }


def _first(kind: str) -> IntervalsState:
    return IntervalsState(source=kind).experiment


def _quantiles(estimate: Estimate) -> list[float]:
    return [round(estimate.quantile(level), DIGITS) for level in LEVELS]
