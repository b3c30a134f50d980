"""The controls of the flows page."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from mist_explore.distributions import FAMILIES
from mist_explore.estimators import available_models
from mist_explore.explorer.controls import Controls, offer, whole_number, whole_slider
from mist_explore.explorer.flows.state import BOUNDS, FAMILY_NAMES, FIRST_SCREEN, FlowsState

__all__ = ["FlowsControls"]

ROWS = (50, 100, 200, 300, 400, 500, 750, 1_000, 1_500, 2_000)
"""The stops of the slider; a link may ask for any number between them."""


class FlowsControls(Controls[FlowsState]):
    """Six controls in sight, the rest under "More settings"."""

    def __init__(
        self,
        state: FlowsState,
        wanted: Callable[[FlowsState], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(state, wanted, failed)
        self.strength = _slider("Strength of the flow", "strength")
        self.family = widgets.Dropdown(
            options=[(FAMILIES[name].label, name) for name in FAMILY_NAMES],
            description="Family of laws",
        )
        self.information = _slider("True value (nats)", "information")
        self.n_samples = widgets.SelectionSlider(options=ROWS, description="Rows in the sample")
        self.new_flow = widgets.Button(description="Another flow", button_style="primary")
        self.new_sample = widgets.Button(description="New sample")

        self.dim = whole_slider("Columns of X and of Y", BOUNDS["dim"])
        self.flow_seed = whole_number("Seed of the flow", BOUNDS["flow_seed"])
        self.seed = whole_number("Seed of the sample", BOUNDS["seed"])
        self.network = widgets.Dropdown(description="Network")
        self.reset = widgets.Button(description="Reset everything")

        self.listen(self.strength, FlowsState.with_strength)
        self.listen(self.family, FlowsState.with_family)
        self.listen(self.information, FlowsState.with_information)
        self.listen(self.n_samples, FlowsState.with_n_samples)
        self.listen(self.dim, FlowsState.with_dim)
        self.listen(self.flow_seed, FlowsState.with_flow_seed)
        self.listen(self.seed, FlowsState.with_seed)
        self.listen(self.network, FlowsState.with_network)
        self.press(self.new_flow, FlowsState.with_new_flow)
        self.press(self.new_sample, FlowsState.with_new_sample)
        self.press(self.reset, lambda _: FIRST_SCREEN)
        self.show(state)

    @property
    def in_sight(self) -> tuple[widgets.Widget, ...]:
        """The controls that everybody sees."""
        return (
            self.strength,
            self.family,
            self.new_flow,
            self.information,
            self.n_samples,
            self.new_sample,
        )

    @property
    def advanced(self) -> tuple[widgets.Widget, ...]:
        """The controls for those who look for more."""
        return (self.dim, self.flow_seed, self.seed, self.network, self.reset)

    def _set(self, state: FlowsState) -> None:
        self.strength.value = state.strength
        self.family.value = state.family
        self.information.value = state.information
        self.n_samples.options = sorted({*ROWS, state.n_samples})
        self.n_samples.value = state.n_samples
        self.dim.value = state.dim
        self.flow_seed.value = state.flow_seed
        self.seed.value = state.seed
        offer(self.network, available_models(), state.network)


def _slider(label: str, field: str) -> widgets.FloatSlider:
    low, high = BOUNDS[field]
    return widgets.FloatSlider(min=low, max=high, step=0.01, description=label)
