"""The panel of sample after sample: run, pause, reset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import ipywidgets as widgets

from mist_explore.explorer.estimate.compute import EstimateResult
from mist_explore.explorer.estimate.sampling.compute import Sampling, sampling
from mist_explore.explorer.estimate.sampling.views import sampling_figure, sampling_insight
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.html import in_words, insight_html, message_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.progress import Cancellation

__all__ = ["SamplingPanel"]


class SamplingPanel:
    """The figure of many samples of one distribution, with its buttons."""

    def __init__(self, answer: EstimateResult) -> None:
        self.shown = self._first = Sampling.first(answer)
        self.figure = FigureView(sampling_figure(self.shown))
        self.insight, self.message = widgets.HTML(), widgets.HTML()
        self.job: JobPanel[Sampling] = JobPanel(
            self._steps,
            self._draw,
            self._fail,
            start="Run",
            pausable=True,
            cancellable=False,
            reset=self._begin_again,
        )
        self.widget = widgets.VBox(
            [self.job.buttons, self.message, self.figure.widget, self.insight]
        )
        self._draw(self.shown)

    def follow(self, answer: EstimateResult) -> None:
        """Begin anew with a result; in other units, keep the samples."""
        before, units = self.shown, self.shown.state.units
        self._first = Sampling.first(answer)
        if answer.state == before.state:
            return
        self.job.clear()
        if answer.state.with_(units=units) == before.state:
            self._draw(replace(before, state=answer.state))

    def _steps(self) -> Callable[[Cancellation], Steps[Sampling, Sampling]]:
        return partial(sampling, self.shown)

    def _begin_again(self) -> None:
        self.message.value = ""
        self._draw(self._first)

    def _fail(self, error: Exception) -> None:
        self.message.value = message_html(in_words(error))

    def _draw(self, found: Sampling) -> None:
        self.shown = found
        self.figure.show(sampling_figure(found))
        self.insight.value = insight_html(sampling_insight(found))
