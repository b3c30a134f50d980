"""The settings of the gradient page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ipywidgets as widgets

from mist_explore.datasets import DATASETS
from mist_explore.estimators import SMOOTH, DifferentiableEstimator, LearnedEstimator
from mist_explore.explorer.baselines import estimator, networks
from mist_explore.explorer.kinds import Choice, Number
from mist_explore.explorer.settings import Settings, choice, hidden, seed, setting, slider

__all__ = ["CURVE_LABELS", "FEATURES", "TABLES", "FeatureCount", "GradientState", "smooth"]

CURVE_LABELS: Mapping[str, str] = {
    "line": "line",
    "bend": "line that bends",
    "step": "step",
    "wave": "wave",
    "hill": "hill",
}
"""The curves of the distribution in words."""

TABLES: Mapping[str, str] = {"wine": "cultivar", "penguins": "species"}
"""The bundled tables of the feature selection, each with its target."""

FEATURES: Mapping[str, int] = {"wine": 13, "penguins": 5}
"""The number of numeric columns of each table without its target."""


@lru_cache
def smooth(network: str) -> DifferentiableEstimator:
    """Return a network with soft ranks.

    Raises:
        ValueError: if it has nearest neighbours as input, which have no gradient.
    """
    learned = estimator(network)
    if not isinstance(learned, LearnedEstimator):
        raise ValueError(f"expected a trained network; got {network!r}")
    return DifferentiableEstimator(learned.checkpoint)


@dataclass(frozen=True, kw_only=True)
class SmoothNetwork(Choice):
    """A network; the menu has only those with a gradient, also any saved since."""

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Choose a network, after a change of the networks with a gradient."""
        shown = {n: label for n, label in self.options.items() if n == value or _has_gradient(n)}
        Choice(of=shown).show(widget, value, state)


@dataclass(frozen=True, kw_only=True)
class FeatureCount(Number):
    """A number of features, at most those of `state.table`."""

    def check(self, name: str, value: Any, state: Any) -> Any:
        """Return a number that the table has."""
        value, most = super().check(name, value, state), FEATURES[state.table]
        if value > most:
            raise ValueError(
                f"expected {name} to be at most {most}, the features of {state.table}; got {value}"
            )
        return value

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Set the slider and its end."""
        widget.max = FEATURES[state.table]
        widget.value = value


@dataclass(frozen=True)
class GradientState(Settings):
    """A distribution with the moves of its points, and a table with the number of features kept.

    Example:
        >>> state = GradientState(curve="step").moved(3)
        >>> GradientState.from_query(state.to_query()) == state
        True
    """

    curve: str = choice("Y follows X along a", "bend", CURVE_LABELS)
    noise: float = slider("Noise", 0.5, 0.1, 2.0, step=0.05)
    n_samples: int = slider("Rows", 150, 50, 400, step=50)
    dim: int = slider("Columns of X in the climb", 4, 2, 8)
    seed: int = seed("Seed")
    moves: int = hidden(
        0, -30, 30, resets_with=("curve", "noise", "n_samples", "seed", "network")
    )  # uphill, or downhill where negative
    table: str = choice("Table", "wine", {name: DATASETS[name].title for name in TABLES})
    kept: int = setting(
        3,
        FeatureCount(
            make=lambda: widgets.IntSlider(min=1, max=13, description="Features kept"),
            low=1,
            high=max(FEATURES.values()),
            resets_with=("table",),
        ),
    )
    network: str = setting(
        SMOOTH,
        SmoothNetwork(
            make=lambda: widgets.Dropdown(description="Network"),
            of=networks,
        ),
    )

    def moved(self, steps: int) -> GradientState:
        """Return the state with its points moved uphill, as far as they may go."""
        low, high = self.bounds("moves")
        return self.with_(moves=int(min(max(self.moves + steps, low), high)))

    @property
    def distribution(self) -> GradientState:
        """This state with the default of all that changes neither the distribution nor a sample."""
        first = GradientState()
        return self.with_(moves=first.moves, table=first.table)


@lru_cache
def _has_gradient(network: str) -> bool:
    try:
        smooth(network)
    except ValueError:
        return False
    return True
