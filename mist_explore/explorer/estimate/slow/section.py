"""The panel of slow estimates: they are computed for the result that is shown, and kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import ipywidgets as widgets

from mist_explore.estimate import Estimate
from mist_explore.explorer.controls import fold
from mist_explore.explorer.estimate.compute import EstimateResult
from mist_explore.explorer.estimate.settings import EstimateState
from mist_explore.explorer.estimate.slow.compute import SlowStep, slow_estimates, slow_names
from mist_explore.explorer.html import progress_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.progress import Cancellation

__all__ = ["SlowPanel"]


class SlowPanel:
    """Computes the slow estimates of a result, with a line of progress and a button to stop.

    Args:
        draw: draws a result with the slow estimates so far.
        fail: receives an error.
    """

    def __init__(
        self, draw: Callable[[EstimateResult], None], fail: Callable[[Exception], None]
    ) -> None:
        self._draw = draw
        self._experiment: EstimateState | None = None
        self._known: dict[tuple[str, bool], tuple[Estimate | None, str]] = {}
        self.job: JobPanel[SlowStep] = JobPanel(
            self._steps,
            self._show,
            fail,
            status=lambda step: progress_html(step.words, step.progress),
        )
        self.cancel = widgets.Button(description="Cancel")
        self.cancel.on_click(lambda _: self.job.clear())
        self.widget = widgets.Box([self.job.status, self.cancel])
        fold(self.widget.add_class("mist-buttons"))
        self.job.folded = (self.widget,)

    def show(self, answer: EstimateResult) -> None:
        """Draw a result with the slow estimates that are known, then compute the others.

        The job is stopped before the result is drawn: no older record is drawn over it.
        """
        self.job.clear()
        if answer.state.experiment != self._experiment:
            self._experiment = answer.state.experiment
            self._known.clear()
        missing = []
        for name in slow_names(answer):
            known = self._known.get((name, answer.state.intervals))
            if known is None:
                missing.append(name)
            else:
                answer = answer.with_estimate(name, *known)
        self._answer, self._missing = answer, missing
        self._draw(answer)
        if missing:
            self.job.run()

    def _steps(self) -> Callable[[Cancellation], Steps[SlowStep, None]]:
        return partial(slow_estimates, self._answer, self._missing)

    def _show(self, step: SlowStep) -> None:
        result, intervals = step.result, step.result.state.intervals
        new = [name for name in step.done if (name, intervals) not in self._known]
        for name in new:
            self._known[name, intervals] = result.estimates[name], result.failures.get(name, "")
        if new:
            self._draw(result)
