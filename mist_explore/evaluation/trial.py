"""Trials of estimators on the datasets of a case, and their summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import binom

from mist_explore.configuration import Configuration
from mist_explore.evaluation.case import Case
from mist_explore.evaluation.comparison import Outcome, compare
from mist_explore.interfaces import Estimator
from mist_explore.metrics import Mean, clustered_mean
from mist_explore.threads import one_thread

__all__ = ["LEVEL", "Summary", "Trial", "summary", "trials_of"]

LEVEL = 0.9
"""The level of the intervals whose coverage is measured."""
RARE = 0.05
"""Probability of a coverage, or a lower one, that chance does not explain."""


@dataclass(frozen=True)
class Trial(Configuration):
    """One estimator on one dataset; informations are in nats.

    Args:
        case: case of the dataset.
        replicate: its number.
        seed: seed of the dataset, `case.dataset(seed)`.
        estimator: name or directory of the estimator.
        truth: the mutual information; None where there is no such distribution.
        median: the estimate; None where there is none.
        low, high: the ends of its 90 % interval; None where it has none.
        seconds: run time of the estimate.
        error: reason for a missing estimate.
    """

    case: Case
    replicate: int
    seed: int
    estimator: str
    truth: float | None = None
    median: float | None = None
    low: float | None = None
    high: float | None = None
    seconds: float = 0.0
    error: str = ""

    @property
    def deviation(self) -> float | None:
        """Estimate minus truth, in nats; None where one of them is missing."""
        if self.median is None or self.truth is None:
            return None
        return self.median - self.truth

    @property
    def hit(self) -> bool | None:
        """Whether the interval holds the truth; None where there is none."""
        if self.low is None or self.high is None or self.truth is None:
            return None
        return self.low <= self.truth <= self.high


@dataclass(frozen=True)
class Summary(Configuration):
    """One estimator on all datasets of a case.

    Args:
        truth: the mutual information in nats; None where there is no such distribution.
        bias: the mean of median minus truth, in nats; None where there is no estimate.
        coverage: the share of 90 % intervals that hold the truth; None without intervals.
        seconds: the mean time of an estimate.
        error: reason for a missing estimate; empty if none is missing.
    """

    truth: float | None
    bias: Mean | None
    coverage: Mean | None
    seconds: float
    error: str

    @property
    def misses_too_often(self) -> bool:
        r"""Whether correct intervals would hold the truth as rarely in at most 5 % by chance.

        \(P(K \le k) \le 0.05\) for K binomial with as many trials as there are datasets.
        """
        if self.coverage is None:
            return False
        hits, n = round(self.coverage.value * self.coverage.n_clusters), self.coverage.n_clusters
        return bool(binom.cdf(hits, n, LEVEL) <= RARE)

    @property
    def false_alarm(self) -> float:
        """The probability that `misses_too_often` holds for correct intervals."""
        n = self.coverage.n_clusters if self.coverage else 0
        below = binom.cdf(np.arange(n + 1), n, LEVEL)
        return float(max(below[below <= RARE], default=0.0))


def trials_of(
    case: Case,
    replicate: int,
    seed: int,
    estimators: Mapping[str, Estimator],
    n_resamples: int = 0,
) -> tuple[Trial, ...]:
    """Return a trial of each named estimator on the dataset of a seed.

    Where there is no such distribution, or an estimator cannot take the dataset, the trial has
    the reason as its error.
    """
    try:
        with one_thread():
            truth = float(case.distribution(seed).mutual_information)
            sample = case.dataset(seed)
            found = compare(sample.x, sample.y, estimators.values(), n_resamples)
    except ValueError as error:
        return tuple(Trial(case, replicate, seed, name, error=str(error)) for name in estimators)
    return tuple(
        _trial(Trial(case, replicate, seed, name, truth), outcome)
        for name, outcome in zip(estimators, found.outcomes, strict=True)
    )


def summary(trials: Sequence[Trial]) -> Summary:
    """Summarise the trials of one estimator on one case, with independent errors.

    Raises:
        ValueError: if there is no trial.

    Example:
        >>> one, two = (Trial(Case(), i, i, "ksg", 1.0, median=m) for i, m in ((0, 0.7), (1, 0.9)))
        >>> print(summary([one, two]).bias, summary([one, two]).coverage)
        -0.2 ± 0.1 None
    """
    if not trials:
        raise ValueError("expected at least one trial; got none")
    errors = [one for trial in trials if (one := trial.deviation) is not None]
    hits = [one for trial in trials if (one := trial.hit) is not None]
    return Summary(
        truth=trials[0].truth,
        bias=clustered_mean(errors, range(len(errors))) if errors else None,
        coverage=clustered_mean(hits, range(len(hits))) if hits else None,
        seconds=sum(t.seconds for t in trials) / len(trials),
        error=next((t.error for t in trials if t.error), ""),
    )


def _trial(trial: Trial, outcome: Outcome) -> Trial:
    low, high = outcome.interval(LEVEL) or (None, None)
    return replace(
        trial,
        median=outcome.median,
        low=low,
        high=high,
        seconds=outcome.seconds,
        error=outcome.error,
    )
