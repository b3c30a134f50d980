"""The controls of the maps: estimators, two axes with their values, and where the rest stays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import ipywidgets as widgets

from mist_explore.distributions import FAMILIES
from mist_explore.estimators import FAST, available_models
from mist_explore.evaluation import AXES
from mist_explore.explorer.controls import Controls, whole_number
from mist_explore.explorer.failure.state import BOUNDS, FailureState
from mist_explore.plots import mark_of

__all__ = ["FailureControls", "estimator_options"]


def estimator_options(more: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """What can be chosen: every estimator that does not train on a sample, by its label."""
    names = dict.fromkeys((*FAST, *available_models(), *more))
    return [(mark_of(name).label, name) for name in names]


class FailureControls(Controls[FailureState]):
    """Four controls in sight, the rest under "More settings"."""

    def __init__(
        self,
        state: FailureState,
        wanted: Callable[[FailureState], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(state, wanted, failed)
        axes = [(label.capitalize(), axis) for axis, label in AXES.items()]
        families = [(family.label, name) for name, family in FAMILIES.items()]
        self.estimators = widgets.SelectMultiple(description="Estimators", rows=5)
        self.across = widgets.Dropdown(options=axes, description="Axis to the right")
        self.down = widgets.Dropdown(options=axes, description="Axis downwards")
        self.family = widgets.Dropdown(options=families, description="Family of distributions")
        self.families = widgets.SelectMultiple(
            options=families, description="Families along the axis", rows=5
        )
        self.texts = {
            axis: widgets.Text(description=label.capitalize(), continuous_update=False)
            for axis, label in AXES.items()
            if axis != "family"
        }
        self.distributions, self.values = widgets.Box(), widgets.Box()
        self.replicates = whole_number("Datasets of each case", BOUNDS["replicates"])
        self.seed = whole_number("Seed of all datasets", BOUNDS["seed"])
        self.listen(self.estimators, FailureState.with_estimators)
        self.listen(self.across, FailureState.with_across)
        self.listen(self.down, FailureState.with_down)
        self.listen(self.family, FailureState.with_family)
        self.listen(self.families, FailureState.with_families)
        for axis, text in self.texts.items():
            self.listen(text, partial(_with_values, axis))
        self.listen(self.replicates, FailureState.with_replicates)
        self.listen(self.seed, FailureState.with_seed)
        self.show(state)

    @property
    def in_sight(self) -> tuple[widgets.Widget, ...]:
        """The controls that everybody sees."""
        return (self.estimators, self.across, self.down, self.distributions)

    @property
    def advanced(self) -> tuple[widgets.Widget, ...]:
        """The controls for those who look for more."""
        return (self.values, self.replicates, self.seed)

    def _set(self, state: FailureState) -> None:
        self.estimators.options = estimator_options(state.grid.estimators)
        self.estimators.value = state.grid.estimators
        self.across.value, self.down.value = state.across, state.down
        self.replicates.value, self.seed.value = state.grid.replicates, state.grid.seed
        for axis, text in self.texts.items():
            text.value = ", ".join(f"{value:g}" for value in state.values(axis))
        chosen = (state.across, state.down)
        if "family" in chosen:
            self.families.value = state.grid.family
        else:
            self.family.value = state.grid.family[0]
        self.distributions.children = [self.families if "family" in chosen else self.family]
        in_order = sorted(self.texts, key=lambda axis: axis not in chosen)
        self.values.children = [self.texts[axis] for axis in in_order]


def _with_values(axis: str, state: FailureState, text: str) -> FailureState:
    return state.with_values(axis, text)
