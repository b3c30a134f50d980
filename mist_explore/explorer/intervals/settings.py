"""The settings of the page on intervals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import ipywidgets as widgets

from mist_explore.evaluation import Case
from mist_explore.explorer.kinds import Choice
from mist_explore.explorer.settings import Settings, choice, family, seed, setting, slider, stops

__all__ = ["IntervalsState"]

SOURCES = {"same": "The same distribution", "other": "Other distributions"}

FAMILY_NAMES = (
    *("normal-2pair", "normal-dense", "normal-spectrum", "student-2pair"),
    *("additive-noise", "copula-pairs", "path", "regression"),
)
LEVELS = ("50", "80", "90", "95")


@dataclass(frozen=True)
class IntervalsState(Settings):
    """Datasets of one distribution, or each of another one, and the level of their intervals.

    Example:
        >>> IntervalsState(level="80").fraction, IntervalsState().case.dim
        (0.8, 3)
        >>> IntervalsState(level="80").experiment == IntervalsState().experiment
        True
    """

    source: str = setting(
        "same",
        Choice(
            make=partial(widgets.ToggleButtons, description="Each dataset comes from"),
            of=SOURCES,
        ),
    )
    family: str = family("regression", FAMILY_NAMES)
    information: float = slider("True value (nats)", 0.8, 0.05, 3.0)
    level: str = choice("Level of the intervals", "90", {level: f"{level}%" for level in LEVELS})
    n_samples: int = stops("Rows of each dataset", 200, (50, 100, 200, 300, 500, 1_000))
    dim: int = slider("Columns of X and of Y", 3, 1, 8)
    n_datasets: int = stops("Datasets", 50, (10, 20, 50, 100, 200))
    seed: int = seed("Seed of all datasets")

    @property
    def fraction(self) -> float:
        """The level of the intervals as a number."""
        return int(self.level) / 100

    @property
    def case(self) -> Case:
        """The one distribution."""
        return Case(self.family, self.n_samples, self.dim, self.information)

    @property
    def experiment(self) -> IntervalsState:
        """This state at the default level, which does not change the datasets.

        Where distributions are drawn anew, the settings of the one distribution have no effect.
        """
        first = IntervalsState()
        state = self.with_(level=first.level)
        if self.source == "same":
            return state
        return state.with_(family=first.family, information=first.information, dim=first.dim)
