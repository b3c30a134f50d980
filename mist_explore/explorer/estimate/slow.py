"""What takes seconds: critics that train on the sample, and intervals from resampling."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from mist_explore.estimate import Estimate
from mist_explore.estimators import Bootstrap, Critic
from mist_explore.explorer.estimate.compute import EstimateResult
from mist_explore.explorer.job import Steps
from mist_explore.explorer.peers import CRITICS, estimator
from mist_explore.plots import mark_of
from mist_explore.progress import Cancellation, Progress

__all__ = ["RESAMPLES", "SlowStep", "slow_estimates", "slow_names"]

RESAMPLES = 199
"""Enough for every level that the page offers."""

WHOLE = 1_000
"""Steps that one estimator counts for in the progress of all."""


@dataclass(frozen=True)
class SlowStep:
    """One record: how far it is, and the result so far.

    Args:
        name: the estimator at work.
        words: what it does.
        progress: over all estimators.
        result: with the estimates that are there.
        finished: whether that of `name` is among them.
    """

    name: str
    words: str
    progress: Progress
    result: EstimateResult
    finished: bool = False


def slow_names(result: EstimateResult) -> tuple[str, ...]:
    """The estimators of a state that need more time than a result takes."""
    state = result.state
    points = {name for name, estimate in result.estimates.items() if estimate and estimate.is_point}
    around = tuple(n for n in result.estimates if n in points) if state.intervals else ()
    critics = tuple(name for name in state.peers if name in CRITICS)
    return (*around, *(name for name in critics if name not in around))


def slow_estimates(
    result: EstimateResult, names: Sequence[str], cancellation: Cancellation
) -> Steps[SlowStep, EstimateResult]:
    """Ask the slow estimators one after the other; those that are left when cancelled stay out.

    Args:
        result: what the quick ones said.
        names: whom to ask.
        cancellation: set it to stop at the next step.
    """
    began = time.monotonic()
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
            done = WHOLE * number + round(WHOLE * here.fraction)
            seconds = time.monotonic() - began
            yield SlowStep(name, words, Progress(done, WHOLE * len(names), seconds), result)
        if cancellation.is_set():
            return result
        if estimate is not None:
            estimate = replace(estimate, estimator=name)
        result = result.with_estimate(name, estimate, failure)
        progress = Progress(WHOLE * (number + 1), WHOLE * len(names), time.monotonic() - began)
        yield SlowStep(name, words, progress, result, finished=True)
    return result


def _work(
    name: str, result: EstimateResult, cancellation: Cancellation
) -> Generator[Progress, None, Estimate]:
    asked = estimator(name)
    if isinstance(asked, Critic):
        return asked.iter_train(result.sample, cancellation=cancellation)
    return Bootstrap(asked, RESAMPLES).resample(result.sample, cancellation=cancellation)
