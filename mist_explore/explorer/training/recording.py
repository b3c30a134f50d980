"""Runs that were recorded, so that the page begins with finished figures.

`python -m benchmarks.training` records them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np

from mist_explore.explorer.look import asset
from mist_explore.explorer.training.compute import Course, Look, untrained
from mist_explore.explorer.training.critic_state import CriticState
from mist_explore.explorer.training.critics import Critics, not_begun
from mist_explore.explorer.training.state import TrainingState
from mist_explore.training.exam import Answers

__all__ = ["FILE", "as_mapping", "critics_at_first", "network_at_first"]

FILE = "training/recorded.json"
"""The recording, among the assets of the pages."""

DIGITS = 4


def network_at_first(state: TrainingState) -> Course:
    """The recorded run of a state; without one, the run before its first step.

    Raises:
        ValueError: if a transform fits no number of columns within the range.
    """
    recorded = _network()
    return recorded if recorded.state == state else untrained(state)


def critics_at_first(state: CriticState) -> Critics:
    """The recorded critics of a state; without any, no more than their dataset."""
    recorded = _critics()
    return recorded if recorded.state == state else not_begun(state)


def as_mapping(course: Course, critics: Critics) -> dict[str, Any]:
    """Both runs as JSON can hold them."""
    answers = {
        name: np.round(values, DIGITS).tolist() for name, values in vars(course.answers).items()
    }
    return {
        "network": {
            "query": course.state.to_query(),
            "references": {name: round(error, DIGITS) for name, error in course.references.items()},
            "answers": answers,
            "looks": [asdict(look) for look in course.looks],
            "losses": [(step, round(loss, DIGITS + 1)) for step, loss in course.losses],
            "step": course.step,
            "seconds": round(course.seconds, 1),
        },
        "critics": {
            "query": critics.state.to_query(),
            "truth": critics.truth,
            "curves": {
                name: np.round(curve, DIGITS - 1).tolist() for name, curve in critics.curves.items()
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
    kept = _recorded()["network"]
    return Course(
        TrainingState.from_query(kept["query"]),
        kept["references"],
        Answers(**{name: np.array(values) for name, values in kept["answers"].items()}),
        tuple(Look(**look) for look in kept["looks"]),
        tuple((step, loss) for step, loss in kept["losses"]),
        kept["step"],
        kept["seconds"],
        recorded=True,
    )


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
