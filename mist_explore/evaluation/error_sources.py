"""Sources of the errors of an estimator: chance, few rows, the transform, the distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import polygamma

from mist_explore.interfaces import Estimator
from mist_explore.sample import Sample
from mist_explore.transforms import Elementwise, TransformedDistribution

__all__ = ["MANY_ROWS", "ErrorSources", "error_sources", "ranks_undo"]

MANY_ROWS = 5_000

NEIGHBOURS = 3
"""The k of KSG."""

PARTS = 12
"""Most samples over which the estimates are averaged."""


@dataclass(frozen=True)
class ErrorSources:
    r"""Sources of error, from `MANY_ROWS` other rows of the distribution; in nats.

    Args:
        sampling_error: \(\sqrt{\sigma^2 / n + d_x d_y / 2 n^2}\) for the standard deviation
            \(\sigma\) of the pointwise mutual information of a row: the asymptotic standard error
            of an efficient estimator, because the pointwise value is its influence function, and
            that of the Gaussian formula where X and Y are independent.
        local_error: with \(\psi'(k) / n\) more under the root, the variance of the logarithm of the
            volume around a row that holds k others: that of estimators without a formula.
        few_rows: the mean of the estimates on samples of n rows.
        many_rows: the estimate on all rows.
        untransformed: the same before the transform.
    """

    sampling_error: float
    local_error: float
    few_rows: float
    many_rows: float
    untransformed: float


def error_sources(
    estimator: Estimator, joint: TransformedDistribution, n_samples: int, seed: int
) -> ErrorSources:
    """Return the sources of the errors of an estimator in samples of `n_samples` rows.

    Example:
        >>> import mist_explore as mx
        >>> joint = mx.distribution("student-identity", 1, 1, df=1.0, transform="wigglify")
        >>> found = error_sources(mx.load("gaussian-copula"), joint, n_samples=100, seed=0)
        >>> found.many_rows < 0.1 < float(joint.mutual_information)  # correlation misses it
        True
        >>> found.untransformed == found.many_rows  # ranks undo a transform of single columns
        True
    """
    many, before = joint.sample(MANY_ROWS, seed), joint.base.sample(MANY_ROWS, seed)
    rows = torch.from_numpy(before.x.copy()), torch.from_numpy(before.y.copy())
    spread = float(joint.base.pointwise_mutual_information(*rows).std())
    starts = range(0, min(MANY_ROWS // n_samples, PARTS) * n_samples, n_samples)
    parts = [
        Sample(many.x[start : start + n_samples], many.y[start : start + n_samples])
        for start in starts
    ]

    def median(sample: Sample) -> float:
        return estimator.estimate(sample.x, sample.y).median

    found = median(many)
    efficient = spread**2 / n_samples + joint.dim_x * joint.dim_y / (2 * n_samples**2)
    return ErrorSources(
        sampling_error=math.sqrt(efficient),
        local_error=math.sqrt(efficient + float(polygamma(1, NEIGHBOURS)) / n_samples),
        few_rows=float(np.mean([median(part) for part in parts])),
        many_rows=found,
        untransformed=found if ranks_undo(joint) else median(before),
    )


def ranks_undo(joint: TransformedDistribution) -> bool:
    """Return whether the transform acts on single columns, so that ranks undo it."""
    return all(isinstance(one, Elementwise) for one in (joint.transform_x, joint.transform_y))
