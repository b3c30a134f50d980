"""The line that tells how far the slow estimators are, with its button to stop them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as widgets

from mist_explore.estimate import Estimate
from mist_explore.explorer.estimate.compute import EstimateResult
from mist_explore.explorer.estimate.slow import SlowStep, slow_estimates, slow_names
from mist_explore.explorer.estimate.state import EstimateState
from mist_explore.explorer.job import Job
from mist_explore.explorer.messages import progress_html
from mist_explore.progress import Progress

__all__ = ["SlowPanel"]


class SlowPanel:
    """Asks the slow estimators about the sample that is shown, and hands over what they say.

    A result is first settled, then drawn by the page, then followed: so no older record is ever
    drawn over a newer result.

    Args:
        draw: receives the result with the slow estimates so far.
        fail: receives what went wrong.
    """

    def __init__(
        self, draw: Callable[[EstimateResult], None], fail: Callable[[Exception], None]
    ) -> None:
        self._draw, self._tell = draw, fail
        self._experiment: EstimateState | None = None
        self._known: dict[tuple[str, bool], tuple[Estimate | None, str]] = {}
        self.status = widgets.HTML()
        self.cancel = widgets.Button(description="Cancel")
        self.job: Job[SlowStep, EstimateResult] = Job(self._show, self._done, self._fail)
        self.cancel.on_click(lambda _: self.stop())
        self.widget = widgets.Box([self.status, self.cancel]).add_class("mist-buttons")
        self._fold()

    def settle(self, answer: EstimateResult) -> EstimateResult:
        """Stop what runs; the result with the slow estimates of its sample that are known."""
        self.stop()
        if answer.state.experiment != self._experiment:
            self._experiment = answer.state.experiment
            self._known.clear()
        for name in slow_names(answer):
            known = self._known.get((name, answer.state.intervals))
            answer = answer if known is None else answer.with_estimate(name, *known)
        return answer

    def follow(self, answer: EstimateResult) -> None:
        """Ask the slow estimators that a settled result lacks."""
        intervals = answer.state.intervals
        names = [n for n in slow_names(answer) if (n, intervals) not in self._known]
        if names:
            self.status.value = progress_html("starting", Progress(0, len(names), 0.0))
            self.widget.remove_class("mist-folded")
            self.job.start(lambda cancellation: slow_estimates(answer, names, cancellation))

    def stop(self) -> None:
        """Leave out the slow estimators that have not answered yet."""
        self.job.discard()
        self._fold()

    def _show(self, steps: Sequence[SlowStep]) -> None:
        last = steps[-1]
        self.status.value = progress_html(last.words, last.progress)
        done = [step for step in steps if step.finished]
        for step in done:
            found = step.result.estimates[step.name], step.result.failures.get(step.name, "")
            self._known[step.name, step.result.state.intervals] = found
        if done:
            self._draw(last.result)

    def _done(self, answer: EstimateResult, cancelled: bool) -> None:
        self._fold()

    def _fail(self, error: Exception) -> None:
        self._fold()
        self._tell(error)

    def _fold(self) -> None:
        self.status.value = ""
        self.widget.add_class("mist-folded")
