"""Run, pause and reset the samples that build up how each estimator spreads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import ipywidgets as widgets
import plotly.graph_objects as go

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.estimate.again import Again, again_notice, samples, values_in
from mist_explore.explorer.estimate.compute import EstimateResult
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.job import Job
from mist_explore.explorer.messages import in_words, message_html
from mist_explore.plots import plot_spread

__all__ = ["AgainPanel"]


class AgainPanel:
    """The figure of many samples of one distribution, with its buttons."""

    def __init__(self, answer: EstimateResult) -> None:
        self.shown = self._first = Again.first(answer)
        self.run = widgets.Button(description="Run", button_style="primary")
        self.reset = widgets.Button(description="Reset")
        self.notice, self.message = widgets.HTML(), widgets.HTML()
        self.figure = FigureView(_figure(self.shown))
        self.job: Job[Again, Again] = Job(self._show, self._done, self._fail)
        self.run.on_click(lambda _: self._press())
        self.reset.on_click(lambda _: self._restart(self._first))
        self.widget = widgets.VBox(
            [
                widgets.Box([self.run, self.reset]).add_class("mist-buttons"),
                self.message,
                self.figure.widget,
                self.notice,
            ]
        )
        self._draw(self.shown)

    def follow(self, answer: EstimateResult) -> None:
        """Begin anew with a result; in other units, go on with what was drawn."""
        self._first, units = Again.first(answer), answer.state.units
        if replace(answer.state, units=self.shown.state.units) != self.shown.state:
            self._restart(self._first)
        elif units != self.shown.state.units:
            self.job.discard()
            self.run.description = "Run"
            self._draw(replace(self.shown, state=answer.state))

    def _press(self) -> None:
        if self.job.paused:
            self.job.resume()
        elif self.job.running:
            self.job.pause()
            self.run.description = "Run"
            return
        else:
            begun = self.shown
            self.job.start(lambda cancellation: samples(begun, cancellation))
        self.run.description = "Pause"

    def _restart(self, first: Again) -> None:
        self.job.discard()
        self.run.description = "Run"
        self.message.value = ""
        self._draw(first)

    def _show(self, steps: Sequence[Again]) -> None:
        self._draw(steps[-1])

    def _done(self, answer: Again, cancelled: bool) -> None:
        self.run.description = "Run"

    def _fail(self, error: Exception) -> None:
        self.message.value = message_html(in_words(error))
        self.run.description = "Run"

    def _draw(self, again: Again) -> None:
        self.shown = again
        self.figure.show(_figure(again))
        self.notice.value = f'<p class="mist-notice">{escape(again_notice(again))}</p>'


def _figure(again: Again) -> go.Figure:
    units = again.state.units
    return plot_spread(values_in(again, units), again.truth / NATS_PER_UNIT[units], units=units)
