"""The gradient page."""

from __future__ import annotations

import threading
from functools import partial

import ipywidgets as widgets

from mist_explore.explorer.differentiable.compute import (
    Climb,
    Field,
    as_python,
    climb,
    result,
    start,
)
from mist_explore.explorer.differentiable.selection import Selection, selection
from mist_explore.explorer.differentiable.settings import GradientState
from mist_explore.explorer.differentiable.views import (
    alt_text,
    climb_figures,
    climb_insight,
    field_figure,
    field_insight,
    selection_figures,
    selection_insight,
)
from mist_explore.explorer.figure import FigureView, FigureViews, mark_widget
from mist_explore.explorer.frame import RAIL
from mist_explore.explorer.html import hint_html, insight_html
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.latest import Latest
from mist_explore.explorer.page import Page
from mist_explore.explorer.theme import asset

__all__ = ["GradientPage"]


class GradientPage(Page[GradientState, Field]):
    """Arrows over a sample, a climb over projections, and features in a pipeline.

    A job climbs again after each change of the distribution; a worker selects the features of
    another table.
    """

    def __init__(self) -> None:
        super().__init__("differentiable", GradientState(), result, {"Python": as_python})
        self._lock = threading.Lock()
        self.arrows = FigureView(field_figure(self.answer))
        self.marked = (self.arrows.widget.add_class("mist-narrow"),)
        self._climbed = self.state.distribution
        self.climb = start(self._climbed)
        self._climb_views = FigureViews(climb_figures(self.climb))
        self.climb_insight = widgets.HTML(insight_html(climb_insight(self.climb)))
        self.job: JobPanel[Climb] = JobPanel(
            lambda: partial(climb, self._climbed),
            self._draw_climb,
            self.fail,
            start="Run",
            again="Run again",
            pausable=True,
            cancellable=False,
            reset=lambda: self._draw_climb(start(self._climbed)),
        )
        self._selection: Selection | None = None
        self._features: Latest[str, Selection] = Latest(selection, self._draw_selection, self.fail)
        self._selection_views = FigureViews()
        self.selection_insight = widgets.HTML(hint_html("Choosing features in each fold."))
        self._lay_out()
        self.job.run()

    def show(self, answer: Field) -> None:
        """Draw the arrows; climb and select again where the distribution or the table changes."""
        state = answer.state
        self.arrows.show(field_figure(answer))
        self.describe(field_insight(answer), alt_text(answer))
        self.controls.buttons["One step uphill"].disabled = state.moved(1) == state
        self.controls.buttons["One step downhill"].disabled = state.moved(-1) == state
        if state.distribution != self._climbed:
            self._climbed = state.distribution
            self._mark_climb("busy")
            self.job.run()
        if self._selection is not None and self._selection.table == state.table:
            self._draw_selection(self._selection)
        else:
            self._mark_selection("busy")
            self._features.submit(state.table)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is computed; False if that takes longer than `timeout` seconds."""
        return super().join(timeout) and self._features.join(timeout)

    def _lay_out(self) -> None:
        controls = self.controls
        sample = controls.button("New sample", lambda s: s.next("seed"), primary=True)
        moves = (
            controls.button("One step uphill", lambda s: s.moved(1), primary=True),
            controls.button("One step downhill", lambda s: s.moved(-1)),
            controls.button("Reset the points", lambda s: s.with_(moves=0)),
        )
        self.lay_out(
            controls.row("curve", "noise", "n_samples", sample, style="mist-wide"),
            self.message,
            widgets.HTML(asset("differentiable/arrows.html")),
            widgets.HBox(moves).add_class("mist-buttons").add_class(RAIL),
            self.arrows.widget,
            self.insight,
            self.alt,
            widgets.HTML(asset("differentiable/climb.html")),
            self.job.buttons.add_class(RAIL),
            self._climb_views.widget,
            self.climb_insight,
            widgets.HTML(asset("differentiable/features.html")),
            controls.row("table", "kept", style="mist-wide"),
            self._selection_views.widget,
            self.selection_insight,
            controls.rest(),
            self.sharing(),
        )

    def _draw_climb(self, climb: Climb) -> None:
        with self._lock:  # the job and the reset button draw here
            self.climb = climb
            self._climb_views.show(climb_figures(climb))
            self.climb_insight.value = insight_html(climb_insight(climb))
            self._mark_climb("")

    def _mark_climb(self, mark: str) -> None:
        for widget in (self._climb_views.widget, self.climb_insight):
            mark_widget(widget, mark)

    def _mark_selection(self, mark: str) -> None:
        for widget in (self._selection_views.widget, self.selection_insight):
            mark_widget(widget, mark)

    def _draw_selection(self, selection: Selection) -> None:
        with self._lock:  # the page and the worker draw here
            if selection.table != self.state.table:
                return
            self._selection = selection
            self._selection_views.show(selection_figures(selection, self.state.kept))
            self.selection_insight.value = insight_html(
                selection_insight(selection, self.state.kept)
            )
            self._mark_selection("")
