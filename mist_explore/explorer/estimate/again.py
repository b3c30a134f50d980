"""Sampling distribution of each estimator: estimates of sample after sample around the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mist_explore.estimate import NATS_PER_UNIT, Estimate
from mist_explore.explorer.estimate.compute import EstimateResult, distribution
from mist_explore.explorer.estimate.state import EstimateState
from mist_explore.explorer.job import Steps
from mist_explore.explorer.peers import CRITICS, LEARNED, estimates_of
from mist_explore.explorer.query import next_seed
from mist_explore.plots import mark_of, shown
from mist_explore.progress import Cancellation

__all__ = ["SAMPLES", "Again", "again_notice", "samples", "values_in"]

SAMPLES = 200
FEW = 5


@dataclass(frozen=True)
class Again:
    """The answers on the samples so far; informations are in nats.

    Args:
        state: the distribution, the rows of each sample, and the level.
        truth: the mutual information of the distribution.
        medians: the values of each estimator, one a sample; those that failed are left out.
        held: for each sample of the learned estimator, whether its interval held the truth.
        drawn: how many samples there were.
    """

    state: EstimateState
    truth: float
    medians: Mapping[str, tuple[float, ...]]
    held: tuple[bool, ...] = ()
    drawn: int = 0

    @staticmethod
    def first(result: EstimateResult) -> Again:
        """The sample that the page shows, as the first of many; critics take too long to join."""
        medians = {
            name: (estimate.median,) if estimate else ()
            for name, estimate in result.estimates.items()
            if name not in CRITICS
        }
        held = _held(result.estimates[LEARNED], result.truth, result.state.level)
        return Again(result.state, result.truth, medians, held, drawn=1)

    def bias(self, name: str) -> float:
        """The mean error of an estimator."""
        return float(np.mean(self.medians[name])) - self.truth

    def spread(self, name: str) -> float:
        """The standard deviation of an estimator from sample to sample."""
        return float(np.std(self.medians[name]))

    def with_sample(self, seed: int) -> Again:
        """Also what the estimators say of the sample of this seed."""
        sample = distribution(self.state).sample(self.state.n_samples, seed)
        estimates, _ = estimates_of(sample, self.medians)
        medians = {
            name: values + ((estimate.median,) if (estimate := estimates[name]) else ())
            for name, values in self.medians.items()
        }
        held = self.held + _held(estimates[LEARNED], self.truth, self.state.level)
        return replace(self, medians=medians, held=held, drawn=self.drawn + 1)


def samples(begun: Again, cancellation: Cancellation) -> Steps[Again, Again]:
    """Draw `SAMPLES` more samples, those of the seeds that follow, and ask about each.

    Args:
        begun: what was drawn before.
        cancellation: set it to stop at the next sample.
    """
    again = begun
    while again.drawn < begun.drawn + SAMPLES and not cancellation.is_set():
        again = again.with_sample(next_seed(begun.state.seed, again.drawn))
        yield again
    return again


def again_notice(again: Again) -> str:
    """How far off each estimator is on average, how much it varies, and the coverage."""
    if again.drawn < FEW:
        return (
            "One sample is luck. Run it, and every estimator is asked about sample after sample of "
            "the same distribution: where its answers pile up is what it believes, and how wide is "
            "how "
            "much one sample can be trusted."
        )
    units = again.state.units
    per_unit = NATS_PER_UNIT[units]
    parts = [
        f"{mark_of(name).short} {_off(again.bias(name) / per_unit)} and varies by "
        f"{shown(again.spread(name) / per_unit)}"
        for name, values in again.medians.items()
        if len(values) >= FEW
    ]
    covered = (
        f" The network's {again.state.level:.0%} interval held the truth in {sum(again.held)} of "
        f"{len(again.held)} samples."
        if again.held
        else ""
    )
    return f"On {again.drawn} samples, in {units}: {'; '.join(parts)}.{covered}"


def _held(learned: Estimate | None, truth: float, level: float) -> tuple[bool, ...]:
    """Whether an interval holds the truth; nothing where there is none."""
    if learned is None:
        return ()
    low, high = learned.interval(level)
    return (low <= truth <= high,)


def _off(bias: float) -> str:
    if abs(bias) < 0.005:
        return "is right on average"
    return f"is {shown(abs(bias))} too {'high' if bias > 0 else 'low'} on average"


def values_in(again: Again, units: str) -> Mapping[str, Sequence[float]]:
    """The values of each estimator in `units`."""
    per_unit = NATS_PER_UNIT[units]
    return {name: [v / per_unit for v in values] for name, values in again.medians.items()}
