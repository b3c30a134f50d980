"""Intervals from resampling, around any estimator."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimate import LEVELS, Estimate
from mist_explore.estimators.sample_estimator import SampleEstimator, estimate_sample
from mist_explore.interfaces import Estimator
from mist_explore.progress import Cancellation, Progress, finished
from mist_explore.sample import MINIMUM_ROWS, Sample
from mist_explore.seeding import derive_seed

__all__ = ["Bootstrap"]

FEWEST_RESAMPLES = 19


@dataclass(frozen=True)
class Bootstrap(SampleEstimator):
    r"""An estimator with the spread of its values on resampled rows as interval.

    .. math::
        q_{(1 \pm p) / 2} = \hat I \pm Q_p \big( |\hat I^*_b - \operatorname{median} \hat I^*| \big)

    with \(\hat I\) the value on all rows and \(\hat I^*_b\) those on B resamples; p is the level of
    the interval. It is symmetric, because values clipped to 0 hide how far they would fall.

    By default a resample is half of the rows, without replacement. The variance of a mean over
    m of n rows about the mean of all is \((1/m - 1/n) \sigma^2\), which at m = n/2 is that of the
    mean of all: so no rescaling. The bootstrap proper (`replacement`) draws n rows with
    replacement; it repeats rows, which estimators from nearest neighbours take for dependence.

    The interval says how much the value varies from sample to sample: not how far the
    estimator is from the truth on average, which resampling cannot see. Levels beyond
    1/(B + 1) from either end are left out, since B values do not tell them.

    The same rows in another order give the same interval.

    Args:
        estimator: what to put the interval around; the median of each of its answers is taken.
        n_resamples: B, at least 19, which tells a 90 % interval.
        replacement: whether to draw n rows with replacement.
        seed: of the resamples.

    Raises:
        ValueError: if there are too few resamples.

    Source: Efron & Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13; Politis &
    Romano, "Large sample confidence regions based on subsamples under minimal assumptions"
    (1994); Shao & Wu, "A general theory for jackknife variance estimation" (1989), for half of
    the rows.

    Example:
        >>> from mist_explore.estimators.gaussian import Gaussian
        >>> x = np.linspace(0, 1, 100)
        >>> estimate = Bootstrap(Gaussian(), n_resamples=99).estimate(x + np.cos(40 * x), x)
        >>> estimate.median == Gaussian().estimate(x + np.cos(40 * x), x).median
        True
        >>> low, high = estimate.interval(0.9)
        >>> low < estimate.median < high
        True
    """

    estimator: Estimator
    n_resamples: int = 199
    replacement: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if self.n_resamples < FEWEST_RESAMPLES:
            raise ValueError(
                f"expected at least {FEWEST_RESAMPLES} resamples, for a 90 % interval; "
                f"got {self.n_resamples}"
            )

    @property
    def name(self) -> str:
        """The name of the estimator, and what is around it."""
        return f"bootstrap-{self.estimator.name}"

    def estimate_samples(self, samples: Sequence[Sample]) -> list[Estimate]:
        """Estimate each of several samples, their rows taken as independent.

        Raises:
            ValueError: if the estimator cannot take the rows, or half of them.
        """
        return [finished(self.iter_estimate(sample)) for sample in samples]

    def estimate_groups(self, sample: Sample, groups: NDArray[np.intp]) -> Estimate:
        """Estimate from groups of rows, which stay together in each resample.

        Args:
            sample: the rows.
            groups: the group of each row, integers from 0, `(n,)`.

        Raises:
            ValueError: if there are fewer than 8 groups, or the estimator cannot take the rows.
        """
        return finished(self.iter_estimate(sample, groups=groups))

    def iter_estimate(
        self,
        sample: Sample,
        *,
        groups: NDArray[np.intp] | None = None,
        cancellation: Cancellation | None = None,
    ) -> Generator[Progress, None, Estimate]:
        """Resample, yielding how far it is, and return the estimate with its interval.

        Args:
            sample: the rows.
            groups: the group of each row, integers from 0, `(n,)`; a resample then holds whole
                groups, half of them.
            cancellation: set it to stop at the next resample; the estimate then has no interval.

        Raises:
            ValueError: if the estimator cannot take the rows, or half of them.
        """
        sample, dropped = sample.without_constant_columns()
        n, what = sample.n_samples, "rows"
        if groups is not None:
            n, what = int(groups.max()) + 1, "groups"
        size = n // 2
        if size < MINIMUM_ROWS:
            raise ValueError(f"expected at least {2 * MINIMUM_ROWS} {what} to resample; got {n}")
        estimate = estimate_sample(self.estimator, sample)
        generator = np.random.default_rng(derive_seed(self.seed, "bootstrap"))
        ordered = np.lexsort(np.hstack([sample.x, sample.y]).T)
        if groups is not None:
            members = np.split(
                ordered[np.argsort(groups[ordered], kind="stable")],
                np.cumsum(np.bincount(groups))[:-1],
            )
        values, began = np.empty(self.n_resamples), time.monotonic()
        for b in range(self.n_resamples):
            if cancellation is not None and cancellation.is_set():
                return estimate
            if self.replacement:
                rows = generator.integers(n, size=n)
            else:
                rows = generator.permutation(n)[:size]
            if groups is None:
                rows = ordered[rows]
            else:
                rows = np.concatenate([members[group] for group in rows])
            values[b] = self._value(sample.x[rows], sample.y[rows])
            yield Progress(b + 1, self.n_resamples, time.monotonic() - began)
        least = 1 / (self.n_resamples + 1)
        levels = [tau for tau in LEVELS if least <= tau <= 1 - least]
        apart = np.abs(values - np.median(values))
        signed = 2 * np.array(levels) - 1
        spread = np.sign(signed) * np.quantile(apart, np.abs(signed), method="weibull")
        return replace(
            estimate,
            levels=levels,
            quantiles=np.maximum(estimate.median + spread, 0).tolist(),
            warnings=dropped + estimate.warnings,
            estimator=self.name,
        )

    def _value(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
        if any((side == side[0]).all() for side in (x, y)):
            return 0.0  # a constant side tells nothing, and estimators refuse it
        return estimate_sample(self.estimator, Sample(x, y)).median
