"""Estimates of one value, without an interval."""

from __future__ import annotations

from mist_explore.estimate import Estimate
from mist_explore.sample import Sample

__all__ = ["point_estimate"]


def point_estimate(
    value: float,
    sample: Sample,
    estimator: str,
    warnings: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Estimate:
    """The estimate of one value in nats, clipped to 0 from below, made from a sample.

    Example:
        >>> estimate = point_estimate(-0.01, Sample([1, 2, 3, 4], [1, 0, 0, 1]), "mine")
        >>> estimate.median, estimate.is_point, estimate.n_samples
        (0.0, True, 4)
    """
    return Estimate(
        levels=(0.5,),
        quantiles=(value,),
        warnings=warnings,
        estimator=estimator,
        n_samples=sample.n_samples,
        dim_x=sample.dim_x,
        dim_y=sample.dim_y,
        notes=notes,
    )
