"""The page about mutual information: state in, widgets out."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import ipywidgets as widgets
import plotly.graph_objects as go

from mist_explore.distributions import FAMILIES
from mist_explore.explorer.controls import (
    Controls,
    disclosure,
    parameter_slider,
    whole_number,
    whole_slider,
)
from mist_explore.explorer.frame import frame
from mist_explore.explorer.information.compute import InformationResult, result
from mist_explore.explorer.information.state import (
    BOUNDS,
    FAMILY_NAMES,
    FIRST_SCREEN,
    InformationState,
)
from mist_explore.explorer.information.views import (
    curve_figure,
    gallery_html,
    gallery_notice,
    numbers_html,
    pointwise_notice,
    spoken_html,
    steps_html,
    steps_notice,
)
from mist_explore.explorer.live import Live
from mist_explore.explorer.look import asset
from mist_explore.explorer.request import requested, requested_query
from mist_explore.explorer.share import share_html
from mist_explore.explorer.stage import Stage
from mist_explore.plots import plot_pointwise_map

__all__ = ["InformationControls", "InformationPage", "as_python", "information_page"]


def information_page(query: Callable[[], str] = requested_query) -> widgets.VBox:
    """The page about mutual information as one widget, at the link that `query` answers."""
    return requested(InformationPage(FIRST_SCREEN), query)


class InformationControls(Controls[InformationState]):
    """Six controls in sight, the rest under "More settings"."""

    def __init__(
        self,
        state: InformationState,
        wanted: Callable[[InformationState], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(state, wanted, failed)
        self.family = widgets.Dropdown(
            options=[(FAMILIES[name].label, name) for name in FAMILY_NAMES],
            description="Family of laws",
        )
        self.strength = widgets.Box()
        self.new_sample = widgets.Button(description="New sample", button_style="primary")
        self.units = widgets.Dropdown(options=["nats", "bits"], description="Units")
        self.noise = widgets.FloatSlider(
            min=BOUNDS["noise"][0],
            max=BOUNDS["noise"][1],
            step=0.05,
            description="Noise added to Y, in its deviations",
        )
        self.bins = whole_slider("Bins of Y", BOUNDS["bins"])
        self.shape = whole_number("Number of the random shape", BOUNDS["shape"])
        self.n_samples = whole_number("Rows in the sample", BOUNDS["n_samples"])
        self.seed = whole_number("Seed of the sample", BOUNDS["seed"])
        self.reset = widgets.Button(description="Reset everything")

        self.listen(self.family, InformationState.with_family)
        self.listen(self.units, InformationState.with_units)
        self.listen(self.noise, InformationState.with_noise)
        self.listen(self.bins, InformationState.with_bins)
        self.listen(self.shape, InformationState.with_shape)
        self.listen(self.n_samples, InformationState.with_n_samples)
        self.listen(self.seed, InformationState.with_seed)
        self.press(self.new_sample, InformationState.with_new_sample)
        self.press(self.reset, lambda _: FIRST_SCREEN)
        self.show(state)

    def _set(self, state: InformationState) -> None:
        if not self.strength.children or state.family != self.state.family:
            slider = parameter_slider(FAMILIES[state.family].parameters[0])
            self.listen(slider, InformationState.with_strength)
            self.strength.children = [slider]
        self.strength.children[0].value = state.strength
        self.family.value = state.family
        self.units.value = state.units
        self.noise.value = state.noise
        self.bins.value = state.bins
        self.shape.value = state.shape
        self.n_samples.value = state.n_samples
        self.seed.value = state.seed


class InformationPage:
    """Controls, figures and words around one state."""

    def __init__(self, state: InformationState) -> None:
        first = result(state)
        self.live: Live[InformationState, InformationResult] = Live(
            result, self._show, lambda mark: self.stage.mark(mark)
        )
        self.controls = InformationControls(state, self.live.want, self.live.fail)
        self.stage = Stage(*_figures_and_numbers(first))
        self.notice, self.gallery, self.steps = (widgets.HTML() for _ in range(3))
        self.spoken, self.share = widgets.HTML(), widgets.HTML()
        controls = self.controls
        self.widget = frame(
            "information",
            _controls(controls.family, controls.strength, controls.new_sample, controls.units),
            self.live.message,
            self.stage.widget,
            self.notice,
            self.spoken,
            widgets.HTML(asset("information/gallery.html")),
            self.gallery,
            widgets.HTML(asset("information/processing.html")),
            _controls(controls.noise, controls.bins),
            self.steps,
            disclosure(
                "More settings",
                *(controls.shape, controls.n_samples, controls.seed, controls.reset),
                style="mist-controls",
            ),
            disclosure("Share this view", self.share),
        )
        self._show(first)

    def follow(self, link: str) -> None:
        """Show the state of a query string, or say what is wrong with it."""
        self.live.follow(link, InformationState.from_query, self.controls.show)

    def _show(self, answer: InformationResult) -> None:
        state = answer.state
        self.stage.show(*_figures_and_numbers(answer))
        self.notice.value = _notice_html(pointwise_notice(answer))
        self.spoken.value = spoken_html(answer)
        self.gallery.value = gallery_html(answer.clouds) + _notice_html(gallery_notice(answer))
        steps = steps_html(answer.steps, state.units)
        self.steps.value = steps + _notice_html(steps_notice(answer))
        self.share.value = share_html(state.to_query(), {"Python": as_python(state)})


def as_python(state: InformationState) -> str:
    """Lines of Python that reproduce the numbers of a state."""
    return (
        "from mist_explore.explorer.information import InformationState, result\n"
        f"answer = result({state!r})\n"
        "print(answer.truth, answer.joint.mean(), [s.information for s in answer.steps])\n"
    )


def _figures_and_numbers(answer: InformationResult) -> tuple[go.Figure, go.Figure, str]:
    cloud = plot_pointwise_map(answer.sample, answer.grid_x, answer.grid_y, answer.map)
    return cloud, curve_figure(answer), numbers_html(answer)


def _controls(*controls: widgets.Widget) -> widgets.Box:
    return widgets.Box(controls).add_class("mist-controls").add_class("mist-even")


def _notice_html(text: str) -> str:
    return f'<p class="mist-notice">{escape(text)}</p>'
