"""The page about mutual information."""

from __future__ import annotations

import ipywidgets as widgets
import plotly.graph_objects as go

from mist_explore.explorer.html import insight_html
from mist_explore.explorer.links import page_html
from mist_explore.explorer.mutual_information.compute import InformationResult, as_python, result
from mist_explore.explorer.mutual_information.settings import InformationState
from mist_explore.explorer.mutual_information.views import (
    alt_text,
    curve_figure,
    gallery_html,
    gallery_insight,
    numbers_html,
    pointwise_insight,
    steps_html,
    steps_insight,
)
from mist_explore.explorer.page import Page
from mist_explore.explorer.result_panel import ResultPanel
from mist_explore.explorer.theme import asset
from mist_explore.plots import plot_pointwise_map

__all__ = ["InformationPage"]

_FEW_VALUES = '<p class="mist-hint">Where X and Y have a few values each, a {} shows all of it.</p>'


class InformationPage(Page[InformationState, InformationResult]):
    """A sample with its pointwise values, a gallery of the same information, and its processing."""

    def __init__(self) -> None:
        super().__init__("mutual_information", InformationState(), result, {"Python": as_python})
        self.result_panel = ResultPanel(*_figures_and_numbers(self.answer))
        self.gallery, self.steps = widgets.HTML(), widgets.HTML()
        self.marked = (self.result_panel.widget,)
        controls = self.controls
        sample = controls.button("New sample", lambda s: s.next("seed"), primary=True)
        self.lay_out(
            controls.row("family", "strength", sample, "units"),
            self.message,
            self.result_panel.widget,
            self.insight,
            self.alt,
            widgets.HTML(asset("mutual_information/gallery.html")),
            self.gallery,
            widgets.HTML(asset("mutual_information/processing.html")),
            controls.row("noise", "bins"),
            self.steps,
            widgets.HTML(_FEW_VALUES.format(page_html("joint_tables", words="joint table"))),
            controls.rest(),
            self.sharing(),
        )

    def show(self, answer: InformationResult) -> None:
        """Draw the figures, the gallery and the table of steps."""
        self.result_panel.show(*_figures_and_numbers(answer))
        self.describe(pointwise_insight(answer), alt_text(answer))
        self.gallery.value = gallery_html(answer.clouds) + insight_html(gallery_insight(answer))
        steps = steps_html(answer.steps, answer.state.units)
        self.steps.value = steps + insight_html(steps_insight(answer))


def _figures_and_numbers(answer: InformationResult) -> tuple[go.Figure, go.Figure, str]:
    cloud = plot_pointwise_map(answer.sample, answer.grid_x, answer.grid_y, answer.map)
    return cloud, curve_figure(answer), numbers_html(answer)
