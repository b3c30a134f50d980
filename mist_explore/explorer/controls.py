"""The controls of the estimate page: they show a state and say which one is wanted next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets

from mist_explore.distributions import FAMILIES, Parameter
from mist_explore.explorer.state import BOUNDS, FIRST_SCREEN, LEVEL_BOUNDS, EstimateState
from mist_explore.transforms import TRANSFORMS

__all__ = ["EstimateControls", "disclosure", "parameter_slider"]


ROWS = (
    *(4, 6, 8, 10, 15, 20, 30, 40, 50, 60, 80, 100, 125, 150, 200, 250, 300, 400, 500),
    *(600, 800, 1_000, 1_250, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000),
)  # fmt: skip
"""The stops of the slider; a link may ask for any number between them."""


class EstimateControls:
    """Six controls in sight, the rest under "More settings".

    Args:
        state: what they show at first.
        wanted: is called with the next state when someone moves a control.
        failed: is called with the error when there is no such state.
    """

    def __init__(
        self,
        state: EstimateState,
        wanted: Callable[[EstimateState], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._state, self._quiet = state, False
        self._wanted, self._failed = wanted, failed
        self.family = widgets.Dropdown(
            options=[(family.label, name) for name, family in FAMILIES.items()],
            description="Family of laws",
        )
        self.transform = widgets.Dropdown(
            options=[(pair.label, name) for name, pair in TRANSFORMS.items()],
            description="Transform of X and of Y",
        )
        self.strength = widgets.Box()
        self.n_samples = widgets.SelectionSlider(options=ROWS, description="Rows in the sample")
        self.dims = widgets.IntSlider(
            min=BOUNDS["dim_x"][0], max=BOUNDS["dim_x"][1], description="Columns of X and of Y"
        )
        self.new_sample = widgets.Button(description="New sample", button_style="primary")

        self.others = widgets.Box()
        self.dim_y = _whole_number("Columns of Y alone", "dim_y")
        self.seed = _whole_number("Seed of the sample", "seed")
        self.transform_seed = _whole_number("Seed of a random transform", "transform_seed")
        self.level = widgets.FloatSlider(
            min=LEVEL_BOUNDS[0],
            max=LEVEL_BOUNDS[1],
            step=0.01,
            readout_format=".0%",
            description="Level of the interval",
        )
        self.units = widgets.Dropdown(options=["nats", "bits"], description="Units")
        self.reset = widgets.Button(description="Reset everything")

        for control, update in (
            (self.family, EstimateState.with_family),
            (self.transform, EstimateState.with_transform),
            (self.n_samples, EstimateState.with_n_samples),
            (self.dims, EstimateState.with_dims),
            (self.dim_y, EstimateState.with_dim_y),
            (self.seed, EstimateState.with_seed),
            (self.transform_seed, EstimateState.with_transform_seed),
            (self.level, EstimateState.with_level),
            (self.units, EstimateState.with_units),
        ):
            self._listen(control, update)
        self.new_sample.on_click(lambda _: self._want(self._state.with_new_sample()))
        self.reset.on_click(lambda _: self._want(FIRST_SCREEN))
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
            self.level,
            self.units,
            self.reset,
        )

    def show(self, state: EstimateState) -> None:
        """Set every control to a state, without asking for it."""
        with self._silence():
            if not self.strength.children or state.family != self._state.family:
                sliders = [parameter_slider(p) for p in FAMILIES[state.family].parameters]
                for slider, (name, _) in zip(sliders, state.parameters, strict=True):
                    self._listen(slider, _parameter_update(name))
                self.strength.children, self.others.children = sliders[:1], sliders[1:]
            sliders = [*self.strength.children, *self.others.children]
            for slider, (_, value) in zip(sliders, state.parameters, strict=True):
                slider.value = value
            self._state = state
            self.family.value = state.family
            self.transform.value = state.transform
            self.n_samples.options = sorted({*ROWS, state.n_samples})
            self.n_samples.value = state.n_samples
            self.dims.value = state.dim_x
            self.dim_y.value = state.dim_y
            self.seed.value = state.seed
            self.transform_seed.value = state.transform_seed
            self.level.value = state.level
            self.units.value = state.units

    def _listen(self, control: Any, update: Callable[[EstimateState, Any], EstimateState]) -> None:
        def moved(change: Any) -> None:
            if not self._quiet and not _is_echo(control, change["old"], change["new"]):
                try:
                    state = update(self._state, change["new"])
                except ValueError as error:
                    self._failed(error)
                else:
                    self._want(state)

        control.observe(moved, "value")

    def _want(self, state: EstimateState) -> None:
        self.show(state)
        self._wanted(state)

    @contextmanager
    def _silence(self) -> Iterator[None]:
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before


def parameter_slider(parameter: Parameter) -> widgets.FloatSlider | widgets.IntSlider:
    """The slider of a parameter of a family."""
    label = parameter.label.capitalize()
    if parameter.integer:
        return widgets.IntSlider(min=int(parameter.low), max=int(parameter.high), description=label)
    return widgets.FloatSlider(min=parameter.low, max=parameter.high, step=0.01, description=label)


def disclosure(label: str, *children: widgets.Widget, style: str = "") -> widgets.VBox:
    """A button that shows and hides what follows it."""
    button = widgets.ToggleButton(description=label)
    body = widgets.Box(children)
    body.add_class("mist-disclosed")
    body.add_class("mist-folded")
    if style:
        body.add_class(style)

    def toggled(change: Any) -> None:
        (body.remove_class if change["new"] else body.add_class)("mist-folded")

    button.observe(toggled, "value")
    box = widgets.VBox([button, body])
    box.add_class("mist-disclosure")
    return box


def _whole_number(label: str, field: str) -> widgets.BoundedIntText:
    low, high = BOUNDS[field]
    return widgets.BoundedIntText(min=low, max=high, description=label)


def _is_echo(control: Any, old: Any, new: Any) -> bool:
    """Whether a browser only rounded a number to the step of its slider, without being moved."""
    return isinstance(control, widgets.FloatSlider) and abs(new - old) <= 0.501 * control.step


def _parameter_update(name: str) -> Callable[[EstimateState, float], EstimateState]:
    return lambda state, value: state.with_parameter(name, round(value, 9))
