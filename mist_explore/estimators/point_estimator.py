"""Estimators of one value, without an interval."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimate import Estimate
from mist_explore.estimators.sample_estimator import SampleEstimator
from mist_explore.sample import Sample

__all__ = ["PointEstimator", "Value", "check_one_column_each"]


class Value(NamedTuple):
    """A value in nats, the reasons against it, and notes on its computation.

    Values below 0 become estimates of 0.
    """

    nats: float
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class PointEstimator(SampleEstimator):
    """An estimator of one value, without an interval; `value` is its formula."""

    @abstractmethod
    def value(self, sample: Sample) -> Value:
        """Return the value of independent rows, no column of which is constant.

        Raises:
            ValueError: if the estimator cannot take the sample.
        """

    @final
    def estimate_samples(self, samples: Sequence[Sample]) -> list[Estimate]:
        """Estimate each of several samples, their rows taken as independent."""
        return [self.estimate_sample(sample) for sample in samples]

    @final
    def estimate_sample(self, sample: Sample) -> Estimate:
        """Estimate I(X; Y) in nats from rows of shape `(n, dim_x)` and `(n, dim_y)`.

        Raises:
            ValueError: if a side is wholly constant, or the estimator cannot take the sample.
        """
        varying, dropped = sample.without_constant_columns()
        return self._estimate(self.value(varying), varying, dropped)

    def _estimate(self, value: Value, sample: Sample, dropped: tuple[str, ...]) -> Estimate:
        """Return the estimate of a value, with warnings of the columns that were dropped."""
        return Estimate(
            levels=(0.5,),
            quantiles=(value.nats,),
            warnings=dropped + value.warnings,
            estimator=self.name,
            n_samples=sample.n_samples,
            dim_x=sample.dim_x,
            dim_y=sample.dim_y,
            notes=value.notes,
        )


def check_one_column_each(
    x: NDArray[np.float64], y: NDArray[np.float64], estimator: str, others: str
) -> None:
    """Check that both sides are one column.

    Args:
        x: the rows of X, `(n, dim_x)`.
        y: the rows of Y, `(n, dim_y)`.
        estimator: the estimator, for the message.
        others: names of estimators that take several columns.

    Raises:
        ValueError: if a side has several columns.
    """
    dim_x, dim_y = x.shape[1], y.shape[1]
    if (dim_x, dim_y) != (1, 1):
        raise ValueError(
            f"expected one column each of X and Y for {estimator}; "
            f"got {dim_x} and {dim_y}: use {others}"
        )
