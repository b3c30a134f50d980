"""Recorded runs: the finished figures of the first screen.

`python -m benchmarks.training` records them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from mist_explore.explorer.theme import asset
from mist_explore.explorer.train.compute import untrained
from mist_explore.explorer.train.critics import Critics, not_begun
from mist_explore.explorer.train.interrupted import interrupted
from mist_explore.explorer.train.settings import CriticState, TrainingState
from mist_explore.explorer.train.snapshot import Course

__all__ = ["FILE", "as_mapping", "critics_at_first", "network_at_first", "result"]

FILE = "train/recorded.json"
"""The recording, among the assets of the pages."""

DIGITS = 3


def result(state: TrainingState) -> Course:
    """Return the interrupted run of a state, or else `network_at_first`.

    Raises:
        ValueError: if a transform fits no number of columns within the range.
    """
    return interrupted(state) or network_at_first(state)


def network_at_first(state: TrainingState) -> Course:
    """Return the recorded run of a state, or else the run before its first step.

    Raises:
        ValueError: if a transform fits no number of columns within the range.
    """
    recorded = _network()
    return recorded if recorded.state == state else untrained(state)


def critics_at_first(state: CriticState) -> Critics:
    """Return the recorded critics of a state, or else their dataset."""
    recorded = _critics()
    return recorded if recorded.state == state else not_begun(state)


def as_mapping(course: Course, critics: Critics) -> dict[str, Any]:
    """Return both runs as JSON values."""
    return {
        "network": course.to_mapping(),
        "critics": {
            "query": critics.state.to_query(),
            "truth": critics.truth,
            "curves": {
                name: np.round(curve, DIGITS).tolist() for name, curve in critics.curves.items()
            },
            "ceilings": dict(critics.ceilings),
            "step": critics.step,
            "seconds": round(critics.seconds, 1),
        },
    }


@cache
def _recorded() -> Mapping[str, Any]:
    recorded: Mapping[str, Any] = json.loads(asset(FILE))
    return recorded


@cache
def _network() -> Course:
    return Course.from_mapping(_recorded()["network"], recorded=True)


@cache
def _critics() -> Critics:
    kept = _recorded()["critics"]
    return Critics(
        CriticState.from_query(kept["query"]),
        kept["truth"],
        {name: tuple(map(tuple, curve)) for name, curve in kept["curves"].items()},
        kept["ceilings"],
        kept["step"],
        kept["seconds"],
        recorded=True,
    )
