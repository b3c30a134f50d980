"""Estimates that take seconds: critics train on the sample, intervals come from resampling."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from mist_explore.estimate import Estimate
from mist_explore.estimators import Bootstrap, Critic
from mist_explore.explorer.baselines import CRITICS, estimator
from mist_explore.explorer.estimate.compute import RESAMPLES, EstimateResult
from mist_explore.explorer.job import Steps
from mist_explore.plots import mark_of
from mist_explore.progress import Cancellation, Progress

__all__ = ["SlowStep", "slow_estimates", "slow_names"]

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


def _work(
    name: str, result: EstimateResult, cancellation: Cancellation
) -> Generator[Progress, None, Estimate]:
    slow = estimator(name)
    if isinstance(slow, Critic):
        return slow.iter_train(result.sample, cancellation=cancellation)
    return Bootstrap(slow, RESAMPLES).iter_estimate(result.sample, cancellation=cancellation)
