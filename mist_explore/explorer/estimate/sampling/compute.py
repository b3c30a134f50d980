"""Sampling distribution of each estimator: estimates of sample after sample around the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mist_explore.estimate import Estimate
from mist_explore.explorer.baselines import CRITICS, LEARNED, estimates_of
from mist_explore.explorer.estimate.compute import EstimateResult, distribution
from mist_explore.explorer.estimate.settings import EstimateState
from mist_explore.explorer.job import Steps
from mist_explore.explorer.query import next_seed
from mist_explore.progress import Cancellation

__all__ = ["SAMPLES", "Sampling", "sampling"]

SAMPLES = 200


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


def _contained(learned: Estimate | None, truth: float, level: float) -> tuple[bool, ...]:
    """Return whether an interval contains the truth; nothing where there is none."""
    if learned is None:
        return ()
    low, high = learned.interval(level)
    return (low <= truth <= high,)
