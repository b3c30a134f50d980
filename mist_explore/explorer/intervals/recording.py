"""The recorded datasets of the first screen: `make intervals` draws them anew."""

from __future__ import annotations

import json
from functools import cache

from mist_explore.estimate import Estimate
from mist_explore.estimators import LearnedEstimator
from mist_explore.evaluation import Repetition, Repetitions
from mist_explore.explorer.baselines import LEARNED, estimator
from mist_explore.explorer.intervals.compute import Draws, drawing
from mist_explore.explorer.intervals.settings import SOURCES, IntervalsState
from mist_explore.explorer.theme import asset
from mist_explore.progress import Cancellation

__all__ = ["RECORDING", "is_stale", "known", "record"]

RECORDING = "intervals/recorded.json"
"""The file, among the assets of the pages."""

LEVELS = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
DIGITS = 9


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


def is_stale() -> bool:
    """Return whether the network has other weights than the recorded one."""
    return _recorded()[0] != _weights()


def record() -> str:
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
    return json.dumps({"weights": _weights(), "levels": LEVELS, "draws": draws})


@cache
def _recorded() -> tuple[str, dict[IntervalsState, Repetitions]]:
    kept = json.loads(asset(RECORDING))
    draws = {
        _first(kind): Repetitions(
            tuple(
                Repetition(
                    one["truth"],
                    {
                        name: Estimate(kept["levels"], quantiles, estimator=name)
                        if quantiles
                        else None
                        for name, quantiles in one["estimates"].items()
                    },
                )
                for one in datasets
            )
        )
        for kind, datasets in kept["draws"].items()
    }
    return kept["weights"], draws


def _first(kind: str) -> IntervalsState:
    return IntervalsState(source=kind).experiment


def _quantiles(estimate: Estimate) -> list[float]:
    return [round(estimate.quantile(level), DIGITS) for level in LEVELS]


def _weights() -> str:
    learned = estimator(LEARNED)
    assert isinstance(learned, LearnedEstimator)
    return learned.checkpoint.sha256
