"""The controls of the estimate page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import ipywidgets as widgets

from mist_explore.distributions import FAMILIES
from mist_explore.explorer.controls import Controls, parameter_slider, whole_number, whole_slider
from mist_explore.explorer.estimate.presets import PRESETS
from mist_explore.explorer.estimate.state import BOUNDS, FIRST_SCREEN, LEVEL_BOUNDS, EstimateState
from mist_explore.explorer.peers import peers
from mist_explore.plots import mark_of
from mist_explore.transforms import TRANSFORMS

__all__ = ["ROWS", "EstimateControls"]


ROWS = (
    *(4, 6, 8, 10, 15, 20, 30, 40, 50, 60, 80, 100, 125, 150, 200, 250, 300, 400, 500),
    *(600, 800, 1_000, 1_250, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000),
)  # fmt: skip
"""The stops of the slider; a link may ask for any number between them."""


class EstimateControls(Controls[EstimateState]):
    """Six controls in sight, the rest under "More settings"."""

    def __init__(
        self,
        state: EstimateState,
        wanted: Callable[[EstimateState], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(state, wanted, failed)
        self.family = widgets.Dropdown(
            options=[(family.label, name) for name, family in FAMILIES.items()],
            description="Family of distributions",
        )
        self.transform = widgets.Dropdown(
            options=[(pair.label, name) for name, pair in TRANSFORMS.items()],
            description="Transform of X and of Y",
        )
        self.strength = widgets.Box()
        self.n_samples = widgets.SelectionSlider(options=ROWS, description="Rows in the sample")
        self.dims = whole_slider("Columns of X and of Y", BOUNDS["dim_x"])
        self.new_sample = widgets.Button(description="New sample", button_style="primary")

        self.others = widgets.Box()
        self.dim_y = whole_number("Columns of Y alone", BOUNDS["dim_y"])
        self.seed = whole_number("Seed of the sample", BOUNDS["seed"])
        self.transform_seed = whole_number("Seed of a random transform", BOUNDS["transform_seed"])
        self.transform_strength = widgets.FloatSlider(
            min=0, max=1, step=0.01, description="Strength of a random flow"
        )
        self.level = widgets.FloatSlider(
            min=LEVEL_BOUNDS[0],
            max=LEVEL_BOUNDS[1],
            step=0.01,
            readout_format=".0%",
            description="Level of the interval",
        )
        self.units = widgets.Dropdown(options=["nats", "bits"], description="Units")
        self.reset = widgets.Button(description="Reset everything")

        self.peers: dict[str, widgets.Checkbox] = {}
        self.checks = widgets.Box().add_class("mist-plain")
        self.intervals = _check("Intervals from resampling, for those that give one value")
        self.presets = {
            name: widgets.Button(description=preset.label) for name, preset in PRESETS.items()
        }

        for name, button in self.presets.items():
            self.press(button, _to(PRESETS[name].state))
        self.listen(self.intervals, EstimateState.with_intervals)
        self.listen(self.family, EstimateState.with_family)
        self.listen(self.transform, EstimateState.with_transform)
        self.listen(self.n_samples, EstimateState.with_n_samples)
        self.listen(self.dims, EstimateState.with_dims)
        self.listen(self.dim_y, EstimateState.with_dim_y)
        self.listen(self.seed, EstimateState.with_seed)
        self.listen(self.transform_seed, EstimateState.with_transform_seed)
        self.listen(self.transform_strength, EstimateState.with_transform_strength)
        self.listen(self.level, EstimateState.with_level)
        self.listen(self.units, EstimateState.with_units)
        self.press(self.new_sample, EstimateState.with_new_sample)
        self.press(self.reset, lambda _: FIRST_SCREEN)
        self.show(state)

    @property
    def in_sight(self) -> tuple[widgets.Widget, ...]:
        """The controls that everybody sees."""
        return (
            self.family,
            self.transform,
            self.new_sample,
            self.strength,
            self.n_samples,
            self.dims,
        )

    @property
    def advanced(self) -> tuple[widgets.Widget, ...]:
        """The controls for those who look for more."""
        return (
            self.others,
            self.dim_y,
            self.seed,
            self.transform_seed,
            self.transform_strength,
            self.level,
            self.units,
            self.reset,
        )

    def _set(self, state: EstimateState) -> None:
        if not self.strength.children or state.family != self.state.family:
            sliders = [parameter_slider(p) for p in FAMILIES[state.family].parameters]
            for slider, (name, _) in zip(sliders, state.parameters, strict=True):
                self.listen(slider, _parameter_update(name))
            self.strength.children, self.others.children = sliders[:1], sliders[1:]
        sliders = [*self.strength.children, *self.others.children]
        for slider, (_, value) in zip(sliders, state.parameters, strict=True):
            slider.value = value
        self.family.value = state.family
        self.transform.value = state.transform
        self.n_samples.options = sorted({*ROWS, state.n_samples})
        self.n_samples.value = state.n_samples
        self.dims.value = state.dim_x
        self.dim_y.value = state.dim_y
        self.seed.value = state.seed
        self.transform_seed.value = state.transform_seed
        self.transform_strength.value = state.transform_strength
        self.level.value = state.level
        self.units.value = state.units
        for name in peers():
            if name not in self.peers:  # another page has saved a network
                self.peers[name] = _check(mark_of(name).label)
                self.listen(self.peers[name], self._with_checked_peers)
        self.checks.children = tuple(self.peers.values())
        for name, check in self.peers.items():
            check.value = name in state.peers
        self.intervals.value = state.intervals

    def _with_checked_peers(self, state: EstimateState, _: bool) -> EstimateState:
        return state.with_peers(name for name, check in self.peers.items() if check.value)


def _to(state: EstimateState) -> Callable[[EstimateState], EstimateState]:
    return lambda before: replace(state, level=before.level, units=before.units)


def _check(label: str) -> widgets.Checkbox:
    return widgets.Checkbox(description=label, indent=False)


def _parameter_update(name: str) -> Callable[[EstimateState, float], EstimateState]:
    return lambda state, value: state.with_parameter(name, round(value, 9))
