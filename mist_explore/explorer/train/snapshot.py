"""A run after some of its steps: its curves, and the same as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from mist_explore.explorer.train.settings import TrainingState
from mist_explore.network import Checkpoint

__all__ = ["KEPT", "Course", "Measurement"]

DIGITS = 4
KEPT = ("truth", "median", "low", "high")
"""The columns of results that a page shows."""


@dataclass(frozen=True)
class Measurement:
    """One measurement on held-out distributions.

    Args:
        step: the number of steps before it.
        error: the mean absolute error of the median in nats.
        coverage: the share of 90% intervals that contain the true value.
        loss: the pinball loss; None before the first step.
    """

    step: int
    error: float
    coverage: float
    loss: float | None = None


@dataclass(frozen=True, eq=False)
class Course:
    """A run after some of its steps.

    Args:
        state: the recipe.
        references: errors of other estimators on the same held-out datasets, by name.
        results: the estimates of the network on these datasets at the last measurement, in the
            columns of the table of results; a recording has those of `KEPT` alone.
        measurements: the measurements on them so far.
        losses: (step, mean training loss since the record before).
        step: steps done.
        seconds: time of the steps done, without pauses.
        checkpoint: the network then; None before the first step, and for a recording.
        recorded: whether it was run before and elsewhere.
    """

    state: TrainingState
    references: Mapping[str, float]
    results: pd.DataFrame
    measurements: tuple[Measurement, ...]
    losses: tuple[tuple[int, float], ...] = ()
    step: int = 0
    seconds: float = 0.0
    checkpoint: Checkpoint | None = None
    recorded: bool = False

    @property
    def total(self) -> int:
        """Steps in all."""
        return self.state.steps

    def to_mapping(self) -> dict[str, Any]:
        """Return all but the network as JSON values."""
        answers = {name: np.round(self.results[name], DIGITS).tolist() for name in KEPT}
        return {
            "query": self.state.to_query(),
            "references": {name: round(error, DIGITS) for name, error in self.references.items()},
            "answers": answers,
            "looks": [asdict(one) for one in self.measurements],
            "losses": [(step, round(loss, DIGITS + 1)) for step, loss in self.losses],
            "step": self.step,
            "seconds": round(self.seconds, 1),
        }

    @staticmethod
    def from_mapping(kept: Mapping[str, Any], **more: Any) -> Course:
        """Return the run of a mapping of `to_mapping`, with further fields."""
        return Course(
            TrainingState.from_query(kept["query"]),
            kept["references"],
            pd.DataFrame(kept["answers"]),
            tuple(Measurement(**one) for one in kept["looks"]),
            tuple((step, loss) for step, loss in kept["losses"]),
            kept["step"],
            kept["seconds"],
            **more,
        )
