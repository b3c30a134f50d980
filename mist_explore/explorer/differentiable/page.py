"""The gradient page."""

from __future__ import annotations

import threading
from functools import partial

import ipywidgets as widgets

from mist_explore.explorer.differentiable.compute import (
    Climb,
    Field,
    Selection,
    as_python,
    climb,
    result,
    selection,
    start,
)
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
from mist_explore.explorer.follow_up import FollowUp
from mist_explore.explorer.frame import RAIL
from mist_explore.explorer.html import hint_html, insight_html
from mist_explore.explorer.job_panel import JobPanel
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
        self._features_views = FigureViews()
        self.features: FollowUp[Field, Selection] = FollowUp(
            self._features_views.widget,
            lambda field: selection(field.state.table),
            lambda field: field.state.table,
            self._draw_features,
            self.fail,
        )
        self.features.insight.value = hint_html("Choosing features in each fold.")
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
        self.features.show(answer)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is computed; False if that takes longer than `timeout` seconds."""
        return super().join(timeout) and self.features.join(timeout)

    def _lay_out(self) -> None:
        controls = self.controls
        sample = controls.button("New sample", lambda s: s.next("seed"), primary=True)
        moves = (
            controls.button("One step uphill", lambda s: s.moved(1), primary=True),
            controls.button("One step downhill", lambda s: s.moved(-1)),
            controls.button("Reset the points", lambda s: s.with_(moves=0)),
        )
        self.lay_out(
            controls.row("curve", "noise", "n_samples", sample),
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
            controls.row("table", "kept"),
            self._features_views.widget,
            self.features.insight,
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

    def _draw_features(self, field: Field, found: Selection) -> str:
        self._features_views.show(selection_figures(found, field.state.kept))
        return selection_insight(found, field.state.kept)
