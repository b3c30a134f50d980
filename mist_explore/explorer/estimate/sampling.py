"""Sampling distribution of each estimator: estimates of sample after sample around the truth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go

from mist_explore.estimate import NATS_PER_UNIT, Estimate
from mist_explore.explorer.baselines import CRITICS, LEARNED, estimates_of
from mist_explore.explorer.estimate.compute import EstimateResult, distribution
from mist_explore.explorer.estimate.settings import EstimateState
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.html import in_words, insight_html, message_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.query import next_seed
from mist_explore.explorer.verdict import RESOLUTION, coverage_words
from mist_explore.plots import mark_of, plot_sampling_distribution, shown
from mist_explore.progress import Cancellation

__all__ = ["SAMPLES", "Sampling", "SamplingPanel", "sampling", "sampling_insight"]

SAMPLES = 200
FEW = 5


@dataclass(frozen=True)
class Sampling:
    """The estimates on the samples so far; information is in nats.

    Args:
        state: the distribution, the rows of each sample, and the level.
        truth: the mutual information of the distribution.
        medians: the estimates of each estimator, one a sample; failed ones are left out.
        contained: for each interval of the learned estimator, whether it contains the truth.
        drawn: the number of samples.
    """

    state: EstimateState
    truth: float
    medians: Mapping[str, tuple[float, ...]]
    contained: tuple[bool, ...] = ()
    drawn: int = 0

    @staticmethod
    def first(result: EstimateResult) -> Sampling:
        """Return the sample of the page as the first of many, without the slow critics."""
        medians = {
            name: (estimate.median,) if estimate else ()
            for name, estimate in result.estimates.items()
            if name not in CRITICS
        }
        contained = _contained(result.estimates[LEARNED], result.truth, result.state.level)
        return Sampling(result.state, result.truth, medians, contained, drawn=1)

    def bias(self, name: str) -> float:
        """Return the mean error of an estimator."""
        return float(np.mean(self.medians[name])) - self.truth

    def spread(self, name: str) -> float:
        """Return the standard deviation of an estimator from sample to sample."""
        return float(np.std(self.medians[name]))

    def with_sample(self, seed: int) -> Sampling:
        """Add the estimates on the sample of a seed."""
        sample = distribution(self.state).sample(self.state.n_samples, seed)
        estimates, _ = estimates_of(sample, self.medians)
        medians = {
            name: values + ((estimate.median,) if (estimate := estimates[name]) else ())
            for name, values in self.medians.items()
        }
        contained = _contained(estimates[LEARNED], self.truth, self.state.level)
        return replace(
            self, medians=medians, contained=self.contained + contained, drawn=self.drawn + 1
        )


def sampling(begun: Sampling, cancellation: Cancellation) -> Steps[Sampling, Sampling]:
    """Draw `SAMPLES` more samples, with the seeds that follow, and estimate on each.

    Args:
        begun: the samples before.
        cancellation: set it to stop at the next sample.
    """
    found = begun
    while found.drawn < begun.drawn + SAMPLES and not cancellation.is_set():
        found = found.with_sample(next_seed(begun.state.seed, found.drawn))
        yield found
    return found


def sampling_insight(found: Sampling) -> str:
    """Return a sentence on bias, spread and coverage; with few samples, on how to get more."""
    if found.drawn < FEW:
        return (
            "One sample can mislead. Press Run to draw many: the centre of each pile is what the "
            "estimator gives on average, its width how much one sample can vary."
        )
    units = found.state.units
    per_unit = NATS_PER_UNIT[units]
    parts = [
        f"{mark_of(name).short} {_off(found, name)} and varies by "
        f"±{shown(found.spread(name) / per_unit)}"
        for name, values in found.medians.items()
        if len(values) >= FEW
    ]
    covered = (
        f" The network's {found.state.level:.0%} interval contains the true value in "
        f"{sum(found.contained)} of {len(found.contained)} samples: "
        f"{coverage_words(found.contained, found.state.level)}."
        if found.contained
        else ""
    )
    return f"On {found.drawn} samples, in {units}: {'; '.join(parts)}.{covered}"


class SamplingPanel:
    """The figure of many samples of one distribution, with its buttons."""

    def __init__(self, answer: EstimateResult) -> None:
        self.shown = self._first = Sampling.first(answer)
        self.figure = FigureView(_figure(self.shown))
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
        self.figure.show(_figure(found))
        self.insight.value = insight_html(sampling_insight(found))


def _contained(learned: Estimate | None, truth: float, level: float) -> tuple[bool, ...]:
    """Return whether an interval contains the truth; nothing where there is none."""
    if learned is None:
        return ()
    low, high = learned.interval(level)
    return (low <= truth <= high,)


def _off(found: Sampling, name: str) -> str:
    """Return the bias in words; one within two standard errors is none."""
    per_unit = NATS_PER_UNIT[found.state.units]
    bias = found.bias(name) / per_unit
    error = 2 * found.spread(name) / per_unit / math.sqrt(len(found.medians[name]))
    if abs(bias) <= max(error, RESOLUTION):
        return "is right on average, within sampling error,"
    return f"is {shown(abs(bias))} too {'high' if bias > 0 else 'low'} on average"


def _figure(found: Sampling) -> go.Figure:
    units = found.state.units
    per_unit = NATS_PER_UNIT[units]
    values = {name: [v / per_unit for v in values] for name, values in found.medians.items()}
    return plot_sampling_distribution(values, found.truth / per_unit, units=units)
