"""The controls of the gradient page."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from mist_explore.datasets import DATASETS
from mist_explore.explorer.controls import Controls, offer, whole_number, whole_slider
from mist_explore.explorer.gradient.compute import smooth_networks
from mist_explore.explorer.gradient.state import (
    BOUNDS,
    CURVE_LABELS,
    FEATURES,
    FIRST_SCREEN,
    TABLES,
    GradientState,
)

__all__ = ["GradientControls"]


class GradientControls(Controls[GradientState]):
    """Controls: the distribution above the figures, points and features beside them."""

    def __init__(
        self,
        state: GradientState,
        wanted: Callable[[GradientState], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(state, wanted, failed)
        self.curve = widgets.Dropdown(
            options=[(label, name) for name, label in CURVE_LABELS.items()],
            description="Y follows X along a",
        )
        low, high = BOUNDS["noise"]
        self.noise = widgets.FloatSlider(min=low, max=high, step=0.05, description="Noise")
        self.n_samples = whole_slider("Rows", BOUNDS["n_samples"], step=50)
        self.new_sample = widgets.Button(description="New sample", button_style="primary")

        self.uphill = widgets.Button(description="One step uphill", button_style="primary")
        self.downhill = widgets.Button(description="One step downhill")
        self.back = widgets.Button(description="Put the points back")

        self.table = widgets.Dropdown(
            options=[(DATASETS[name].title, name) for name in TABLES], description="Table"
        )
        self.kept = whole_slider("Features kept", BOUNDS["kept"])

        self.dim = whole_slider("Columns of X in the climb", BOUNDS["dim"])
        self.seed = whole_number("Seed", BOUNDS["seed"])
        self.network = widgets.Dropdown(description="Network")
        self.reset = widgets.Button(description="Reset everything")

        self.listen(self.curve, GradientState.with_curve)
        self.listen(self.noise, GradientState.with_noise)
        self.listen(self.n_samples, GradientState.with_n_samples)
        self.listen(self.table, GradientState.with_table)
        self.listen(self.kept, GradientState.with_kept)
        self.listen(self.dim, GradientState.with_dim)
        self.listen(self.seed, GradientState.with_seed)
        self.listen(self.network, GradientState.with_network)
        self.press(self.new_sample, GradientState.with_new_sample)
        self.press(self.uphill, GradientState.uphill)
        self.press(self.downhill, GradientState.downhill)
        self.press(self.back, lambda state: state.with_moves(0))
        self.press(self.reset, lambda _: FIRST_SCREEN)
        self.show(state)

    @property
    def in_sight(self) -> tuple[widgets.Widget, ...]:
        """The controls of the distribution."""
        return (self.curve, self.noise, self.n_samples, self.new_sample)

    @property
    def advanced(self) -> tuple[widgets.Widget, ...]:
        """The controls for those who look for more."""
        return (self.dim, self.seed, self.network, self.reset)

    def _set(self, state: GradientState) -> None:
        self.curve.value = state.curve
        self.noise.value = state.noise
        self.n_samples.value = state.n_samples
        self.table.value = state.table
        self.kept.max = FEATURES[state.table]
        self.kept.value = state.kept
        self.dim.value = state.dim
        self.seed.value = state.seed
        offer(self.network, smooth_networks(), state.network)
        self.uphill.disabled = state.moves >= BOUNDS["moves"][1]
        self.downhill.disabled = state.moves <= BOUNDS["moves"][0]
