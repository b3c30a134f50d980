"""The estimate page: state in, widgets out."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets
import plotly.graph_objects as go

from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.estimate.compute import EstimateResult, result
from mist_explore.explorer.estimate.controls import EstimateControls
from mist_explore.explorer.estimate.notice import truth_in
from mist_explore.explorer.estimate.share import as_command, as_python
from mist_explore.explorer.estimate.state import FIRST_SCREEN, EstimateState
from mist_explore.explorer.estimate.table import DataPanel
from mist_explore.explorer.estimate.views import doubts_html, fan_figure, notice_html, spoken
from mist_explore.explorer.frame import frame
from mist_explore.explorer.latest import Latest
from mist_explore.explorer.look import asset
from mist_explore.explorer.messages import in_words, message_html
from mist_explore.explorer.numbers import numbers_html
from mist_explore.explorer.request import requested_query
from mist_explore.explorer.share import share_html
from mist_explore.explorer.stage import Stage
from mist_explore.plots import plot_sample

__all__ = ["EstimatePage", "estimate_page"]


def estimate_page(query: Callable[[], str] = requested_query) -> widgets.VBox:
    """The estimate page as one widget.

    Args:
        query: answers the query string of the link that was followed; it is asked when the
            first screen has been computed, so that a preheated page answers at once.
    """
    page = EstimatePage(FIRST_SCREEN)
    link = query()
    if link:
        page.follow(link)
    return page.widget


class EstimatePage:
    """Controls, figures and words around one state."""

    def __init__(self, state: EstimateState) -> None:
        first = result(state)
        self.controls = EstimateControls(state, self._want, self._fail)
        self.stage = Stage(*_figures_and_numbers(first))
        self.message = widgets.HTML()
        self.notice = widgets.HTML()
        self.warnings = widgets.HTML()
        self.spoken = widgets.HTML()
        self.share = widgets.HTML()
        self.data = DataPanel(state.level, state.units)
        self.worker: Latest[EstimateState, EstimateResult] = Latest(result, self._show, self._fail)
        self.widget = frame(
            "estimate",
            widgets.Box(self.controls.in_sight).add_class("mist-controls"),
            self.message,
            self.stage.widget,
            self.notice,
            self.warnings,
            self.spoken,
            disclosure("More settings", *self.controls.advanced, style="mist-controls"),
            disclosure("Share this view", self.share),
            widgets.HTML(asset("estimate/data.html")),
            self.data.widget,
        )
        self._show(first)

    def follow(self, link: str) -> None:
        """Show the state of a query string, or say what is wrong with it."""
        try:
            state = EstimateState.from_query(link)
            answer = result(state)
        except ValueError as error:
            self._fail(error)
        else:
            self.controls.show(state)
            self._show(answer)

    def _want(self, state: EstimateState) -> None:
        self.stage.mark("busy")
        self.worker.submit(state)

    def _show(self, answer: EstimateResult) -> None:
        state = answer.state
        self.message.value = ""
        self.stage.show(*_figures_and_numbers(answer))
        self.notice.value = notice_html(answer)
        self.warnings.value = doubts_html(answer)
        self.spoken.value = spoken(answer)
        self.share.value = share_html(
            state.to_query(), {"Python": as_python(state), "commands": as_command(state)}
        )
        self.data.with_view(state.level, state.units)

    def _fail(self, error: Exception) -> None:
        kept = "The figures below still show the view before."
        self.message.value = message_html(in_words(error), kept)
        self.stage.mark("stale")


def _figures_and_numbers(answer: EstimateResult) -> tuple[go.Figure, go.Figure, str]:
    units = answer.state.units
    numbers = numbers_html(
        answer.estimates,
        answer.state.level,
        units,
        truth_in(answer, units),
        answer.provenance,
    )
    return plot_sample(answer.sample), fan_figure(answer), numbers
