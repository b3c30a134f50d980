"""Estimates that take seconds: critics train on the sample, intervals come from resampling."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import ipywidgets as widgets

from mist_explore.estimate import Estimate
from mist_explore.estimators import Bootstrap, Critic
from mist_explore.explorer.baselines import CRITICS, estimator
from mist_explore.explorer.controls import fold
from mist_explore.explorer.estimate.compute import RESAMPLES, EstimateResult
from mist_explore.explorer.estimate.settings import EstimateState
from mist_explore.explorer.html import progress_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.plots import mark_of
from mist_explore.progress import Cancellation, Progress

__all__ = ["SlowPanel", "SlowStep", "slow_estimates", "slow_names"]

WHOLE = 1_000
"""Steps that one estimator counts for in the progress of all."""


@dataclass(frozen=True)
class SlowStep:
    """A record of the work.

    Args:
        words: the estimator at work and its task.
        progress: over all estimators.
        result: with the estimates so far.
        done: the estimators that have finished.
    """

    words: str
    progress: Progress
    result: EstimateResult
    done: tuple[str, ...] = ()


def slow_names(result: EstimateResult) -> tuple[str, ...]:
    """Return the estimators of a state that need more time than a result takes."""
    state = result.state
    points = {name for name, estimate in result.estimates.items() if estimate and estimate.is_point}
    around = tuple(n for n in result.estimates if n in points) if state.intervals else ()
    critics = tuple(name for name in state.baselines if name in CRITICS)
    return (*around, *(name for name in critics if name not in around))


def slow_estimates(
    result: EstimateResult, names: Sequence[str], cancellation: Cancellation
) -> Steps[SlowStep, None]:
    """Run the slow estimators one after the other; a cancelled one gives no estimate.

    Args:
        result: the estimates of the quick ones.
        names: the slow estimators.
        cancellation: set it to stop at the next step.
    """
    began, total = time.monotonic(), WHOLE * len(names)
    for number, name in enumerate(names):
        work = _work(name, result, cancellation)
        words = f"{mark_of(name).short}: {'training' if name in CRITICS else 'resampling'}"
        while True:
            try:
                here = next(work)
            except StopIteration as end:
                estimate, failure = end.value, ""
                break
            except ValueError as error:
                estimate, failure = None, str(error)
                break
            step = WHOLE * number + round(WHOLE * here.fraction)
            progress = Progress(step, total, time.monotonic() - began)
            yield SlowStep(words, progress, result, tuple(names[:number]))
        if cancellation.is_set():
            return
        if estimate is not None:
            estimate = replace(estimate, estimator=name)
        result = result.with_estimate(name, estimate, failure)
        progress = Progress(WHOLE * (number + 1), total, time.monotonic() - began)
        yield SlowStep(words, progress, result, tuple(names[: number + 1]))


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
        self.job: JobPanel[SlowStep] = JobPanel(self._steps, self._show, fail, status=_status)
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


def _status(step: SlowStep) -> str:
    return progress_html(step.words, step.progress)


def _work(
    name: str, result: EstimateResult, cancellation: Cancellation
) -> Generator[Progress, None, Estimate]:
    slow = estimator(name)
    if isinstance(slow, Critic):
        return slow.iter_train(result.sample, cancellation=cancellation)
    return Bootstrap(slow, RESAMPLES).iter_estimate(result.sample, cancellation=cancellation)
