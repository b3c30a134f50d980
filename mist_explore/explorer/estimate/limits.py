"""Sources of the errors of the baseline: chance, few rows, the transform, the distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from mist_explore.explorer.baselines import BASELINE, estimator
from mist_explore.sample import Sample
from mist_explore.transforms import Elementwise, TransformedDistribution

__all__ = ["MANY_ROWS", "Limits", "limits", "ranks_undo"]

MANY_ROWS = 5_000

PARTS = 12
"""Most samples over which the baseline is averaged."""


@dataclass(frozen=True)
class Limits:
    r"""Sources of error, from `MANY_ROWS` other rows of the distribution; in nats.

    Args:
        sampling_error: \(\sigma / \sqrt n\) for the standard deviation \(\sigma\) of the pointwise
            mutual information of a row: the asymptotic standard error of an efficient estimator,
            because the pointwise value is its influence function.
        few_rows: the mean of the baseline over samples of n rows.
        many_rows: the baseline on all rows.
        untransformed: the same before the transform.
    """

    sampling_error: float
    few_rows: float
    many_rows: float
    untransformed: float


def limits(joint: TransformedDistribution, n_samples: int, seed: int) -> Limits:
    """Return the sources of error in samples of `n_samples` rows of a distribution."""
    many, before = joint.sample(MANY_ROWS, seed), joint.base.sample(MANY_ROWS, seed)
    rows = torch.from_numpy(before.x.copy()), torch.from_numpy(before.y.copy())
    spread = float(joint.base.pointwise_mutual_information(*rows).std())
    starts = range(0, min(MANY_ROWS // n_samples, PARTS) * n_samples, n_samples)
    parts = [_part(many, start, start + n_samples) for start in starts]
    found = _baseline(many)
    return Limits(
        sampling_error=spread / math.sqrt(n_samples),
        few_rows=float(np.mean([_baseline(part) for part in parts])),
        many_rows=found,
        untransformed=found if ranks_undo(joint) else _baseline(before),
    )


def ranks_undo(joint: TransformedDistribution) -> bool:
    """Return whether the transform acts on single columns, so that ranks undo it."""
    return all(isinstance(one, Elementwise) for one in (joint.transform_x, joint.transform_y))


def _part(sample: Sample, start: int, stop: int) -> Sample:
    return Sample(sample.x[start:stop], sample.y[start:stop])


def _baseline(sample: Sample) -> float:
    return estimator(BASELINE).estimate(sample.x, sample.y).median
