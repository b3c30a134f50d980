"""One estimator on one dataset of a case, and what many such trials add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mist_explore.evaluation.case import Case
from mist_explore.evaluation.comparison import Answer, compare
from mist_explore.interfaces import Estimator
from mist_explore.metrics import Mean, clustered_mean
from mist_explore.threads import one_thread

__all__ = ["LEVEL", "Summary", "Trial", "summary", "trials_of"]

LEVEL = 0.9
"""The level of the intervals whose coverage is measured."""


@dataclass(frozen=True)
class Trial:
    """One estimator on one dataset; informations are in nats.

    Args:
        case: what the dataset was drawn from.
        replicate: its number.
        seed: what draws it again, by `case.dataset(seed)`.
        estimator: the estimator, as it was asked for.
        truth: the mutual information; None where there is no such distribution.
        median: the estimate; None where there is none.
        low, high: the ends of its 90 % interval; None where it has none.
        seconds: what the estimate took.
        error: why there is no estimate.
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


@dataclass(frozen=True)
class Summary:
    """One estimator on all datasets of a case.

    Args:
        truth: the mutual information in nats; None where there is no such distribution.
        bias: the mean of median minus truth, in nats; None where there is no estimate.
        coverage: the share of 90 % intervals that hold the truth; None without intervals.
        seconds: the mean time of an estimate.
        error: why an estimate is missing; empty if none is.
    """

    truth: float | None
    bias: Mean | None
    coverage: Mean | None
    seconds: float
    error: str


def trials_of(
    case: Case,
    replicate: int,
    seed: int,
    estimators: Mapping[str, Estimator],
    n_resamples: int = 0,
) -> tuple[Trial, ...]:
    """A trial of each named estimator on the dataset that a seed draws.

    Where there is no such distribution, or an estimator cannot take the dataset, the trial says
    why.
    """
    try:
        with one_thread():
            truth = float(case.distribution(seed).mutual_information)
            sample = case.dataset(seed)
            found = compare(sample.x, sample.y, estimators.values(), n_resamples)
    except ValueError as error:
        return tuple(Trial(case, replicate, seed, name, error=str(error)) for name in estimators)
    return tuple(
        _trial(Trial(case, replicate, seed, name, truth), answer)
        for name, answer in zip(estimators, found.answers, strict=True)
    )


def summary(trials: Sequence[Trial]) -> Summary:
    """What the trials of one estimator on one case add up to; datasets err independently.

    Raises:
        ValueError: if there is no trial.

    Example:
        >>> one, two = (Trial(Case(), i, i, "ksg", 1.0, median=m) for i, m in ((0, 0.7), (1, 0.9)))
        >>> print(summary([one, two]).bias, summary([one, two]).coverage)
        -0.2 ± 0.1 None
    """
    if not trials:
        raise ValueError("expected at least one trial; got none")
    errors = [t.median - t.truth for t in trials if t.median is not None and t.truth is not None]
    hits = [
        t.low <= t.truth <= t.high
        for t in trials
        if t.low is not None and t.high is not None and t.truth is not None
    ]
    return Summary(
        truth=trials[0].truth,
        bias=clustered_mean(errors, range(len(errors))) if errors else None,
        coverage=clustered_mean(hits, range(len(hits))) if hits else None,
        seconds=sum(t.seconds for t in trials) / len(trials),
        error=next((t.error for t in trials if t.error), ""),
    )


def _trial(asked: Trial, answer: Answer) -> Trial:
    low, high = answer.interval(LEVEL) or (None, None)
    return replace(
        asked,
        median=answer.median,
        low=low,
        high=high,
        seconds=answer.seconds,
        error=answer.error,
    )
